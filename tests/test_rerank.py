"""rerank: the network against the one that was trained, and what it does to an archive's passages."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalog import Words
from index.encoder import load_encoder
from index.lexicon import KINDS, PLACES, load_lexicon
from index.text import cut_words
from lab.train_reranker import Batch, Network
from qa.question import understand
from qa.rerank import JUDGED, WHOLE, Reranker, judge_passages, load_reranker
from qa.retrieve import find_passages, fuse_scores

SIZE = 50  # words of the made vocabulary
NONE = np.zeros(0, np.uint16)


@pytest.fixture(scope="module")
def trained() -> tuple[Network, Reranker]:
    """Return a small network with random weights, and the same one as the product reads it."""
    torch.manual_seed(1)
    draw = np.random.default_rng(1)
    lengths = draw.uniform(0.1, 3, SIZE).astype(np.float32)
    network = Network(draw.normal(size=(4 * SIZE, 512)).astype(np.float32), np.ones(4 * SIZE, np.float32))
    network.vectors = torch.nn.Parameter(torch.randn(SIZE, 64))
    network.register_buffer("lengths", torch.tensor(np.log(lengths)))
    weights = network.weights()
    with torch.no_grad():  # as they are kept, rounded to a byte
        network.vectors.copy_(torch.tensor(weights["vectors"] * weights["scales"][:, None]))
    floats = {name: value.astype(np.float32) for name, value in weights.items()}
    return network.eval(), Reranker(floats)


numbers = st.lists(st.integers(1, SIZE + KINDS * PLACES - 1) | st.integers(1, 20), max_size=30)
passages = st.tuples(
    st.lists(st.integers(1, 20), max_size=20), numbers, numbers, st.booleans(), st.floats(0, 1)
)


def words_of(head: list[int], body: list[int], others: list[int], opens: bool) -> Words:
    arrays = [np.array(part, np.uint16) for part in (head, body, body + others)]
    return Words(*arrays, opens)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.lists(passages, min_size=1, max_size=5))
def test_the_scores_are_those_of_the_network_that_was_trained(trained, question, made) -> None:
    network, reranker = trained
    candidates = [words_of(*item[:4]) for item in made]
    keyword = np.array([item[4] for item in made], np.float32)
    scores = reranker.score(np.array(question, np.uint16), candidates, keyword)

    words = torch.zeros((1, len(made), WHOLE), dtype=torch.long)
    in_head = torch.zeros((1, len(made), WHOLE))
    for n, item in enumerate(candidates):
        head = item.head[:16].tolist()
        row = (head + item.body.tolist())[:WHOLE]
        words[0, n, : len(row)] = torch.tensor(row, dtype=torch.long)
        in_head[0, n, : len(head)] = 1
    article = torch.tensor(np.array([[np.isin(question, item.article) for item in candidates]])).float()
    opens = torch.tensor([[float(item.opens) for item in candidates]])
    asked = torch.tensor([question])
    with torch.no_grad():
        expected = Batch(asked, words, in_head, torch.tensor(keyword)[None], article, opens).scores(network)
    np.testing.assert_allclose(scores, expected[0].numpy(), rtol=2e-4, atol=2e-4)


def test_a_passage_is_judged_alone(trained) -> None:
    _, reranker = trained
    question = np.array([1, 2, 3], np.uint16)
    some = [words_of([4], [1, 9, 2], [], True), words_of([], list(range(1, 31)), [3], False)]
    together = reranker.score(question, some, np.array([0.5, 1.0], np.float32))
    apart = [
        reranker.score(question, [item], np.array([k], np.float32))[0]
        for item, k in zip(some, (0.5, 1.0), strict=True)
    ]
    np.testing.assert_allclose(together, apart, rtol=1e-5, atol=1e-5)


def test_a_question_or_a_passage_without_words_is_no_failure(trained) -> None:
    _, reranker = trained
    empty = Words(NONE, NONE, NONE, True)
    assert reranker.score(NONE, [empty], np.zeros(1, np.float32)).tolist() == [0.0]
    assert reranker.score(np.array([1], np.uint16), [], np.zeros(0, np.float32)).shape == (0,)
    assert np.isfinite(
        reranker.score(np.array([1], np.uint16), [empty, empty], np.zeros(2, np.float32))
    ).all()


def order(question: str, *texts: str) -> list[int]:
    """Return the places of texts, best first, by the bundled weights alone."""
    number = load_lexicon().number
    made = [number(cut_words(text)) for text in texts]
    scores = load_reranker().score(
        number(cut_words(question)),
        [Words(NONE, body, body, True) for body in made],
        np.ones(len(made), np.float32),
    )
    return np.argsort(-scores).tolist()


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            "这次洪灾造成多少人遇难？",
            "据省防汛指挥部消息，截至昨晚，这次洪灾已造成37人遇难，另有5人失踪。",
            "洪灾发生后，各地纷纷捐款捐物，遇难者的家属得到妥善安置，灾区人民生活逐步恢复。",
        ),
        (
            "新大桥什么时候通车？",
            "记者从建设单位获悉，新大桥将于明年5月1日正式通车，届时两岸往来只需十分钟。",
            "新大桥建成以后，两岸居民往来更加方便，过去要绕行很远的路，如今十分钟就到。",
        ),
        (
            "市图书馆馆长是谁？",
            "市图书馆馆长李建国介绍，今年将新增图书十万册。",
            "市图书馆今年将新增图书十万册，市民凭身份证即可免费借阅。",
        ),
    ],
)  # fmt: skip
def test_a_passage_that_answers_comes_before_one_on_the_same_thing(question, right, wrong) -> None:
    assert order(question, wrong, right)[0] == 1


def test_the_best_of_the_fused_passages_are_judged_and_the_rest_follow(archive) -> None:
    question = understand("谁帮农民工讨回了工资？")
    found = find_passages(question, archive.keywords, archive.vectors, archive.encoder)
    judged = judge_passages(question, found, archive.catalog)
    assert list(judged) == found.numbers
    first, rest = list(judged.values())[:JUDGED], list(judged.values())[JUDGED:]
    assert rest == sorted(rest, reverse=True) != []
    assert min(first) >= max(rest)
    assert first != sorted(first, reverse=True)
    assert max(judged, key=judged.__getitem__) in found.numbers[:10]
    assert judge_passages(question, fuse_scores({}, {}), archive.catalog) == {}


def test_a_name_that_no_model_saw_is_recognised() -> None:
    assert order("瞿棣彧做了什么？", "刘文芳在会上介绍了经验。", "瞿棣彧在会上介绍了经验。")[0] == 1


def test_traditional_characters_are_judged_as_simplified_ones(archive) -> None:
    number = load_lexicon().number
    assert (
        number(cut_words("誰幫農民工討回了工資？")).tolist()
        == number(cut_words("谁帮农民工讨回了工资？")).tolist()
    )


def test_the_network_knows_the_words_of_the_lexicon() -> None:
    assert len(load_encoder().table()[1]) == len(load_lexicon())
