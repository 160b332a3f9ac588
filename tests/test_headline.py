"""headline: the network against the one that was trained, and which article it puts first."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalog import Stored
from index.records import Article, Page, Passage, Span
from lab.train_headline import WIDTH, Network, lay_out
from qa.headline import (
    LETTERS,
    OPENING,
    PLACES,
    HeadlineNetwork,
    compare,
    list_figures,
    order_by_headline,
    read_article,
    read_headline,
)  # fmt: skip
from qa.records import Found

CHARACTERS = "大桥通车救援队上山人被出欧美洲和国士"
RAIN = "山里今年雨水多，种地的人都说是好事。" * 20  # longer than what an article opens with


def made(text: str, head: str | None = None) -> Article:
    return Article(head, None, None, None, None, "news", (Span(0, len(text)),), text)


def found(
    text: str, head: str | None = None, score: float = 1.0, number: int = 1, cosine: float = 0.5
) -> Found:
    page = Page("page.txt", "/page.txt", text, "utf-8", "0" * 64)
    stored = Stored(number, number, made(text, head), Passage(0, len(text), text), page)
    return Found(stored, score, cosine=cosine)


@pytest.fixture(scope="module")
def trained() -> tuple[Network, HeadlineNetwork]:
    """Return a network with random weights, and the same one as the product reads it."""
    torch.manual_seed(1)
    draw = np.random.default_rng(1)
    size = len(CHARACTERS) + 1 + PLACES
    network = Network(draw.normal(size=(size, WIDTH)).astype(np.float32), np.ones(size, np.float32))
    with torch.no_grad():
        for value in network.parameters():
            value.add_(0.1 * torch.randn_like(value))
        weights = network.weights(CHARACTERS)
        network.vectors.copy_(torch.tensor(weights["vectors"] * weights["scales"][:, None]))  # as kept
    return network.eval(), HeadlineNetwork(weights)


texts = st.text(st.sampled_from(CHARACTERS + "，。 12a鑫"), max_size=60)


@settings(max_examples=60)
@given(texts, st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_the_scores_are_those_of_the_network_that_was_trained(trained, heading, bodies) -> None:
    network, product = trained
    asked, articles = read_headline(heading), [read_article(made(text, head)) for head, text in bodies]
    scores = product.score(asked, articles)
    if not asked.letters:
        assert not scores.any()
        return
    stands, signs = zip(*(compare(asked, item) for item in articles), strict=True)
    letters = [product.number(item.letters) for item in articles]
    first = [item.first for item in articles]
    numbers = [product.number(asked.letters)]
    batch = lay_out(numbers, [letters], [first], [np.stack(stands)], [np.stack(signs)])
    with torch.no_grad():
        np.testing.assert_allclose(scores, batch.scores(network)[0].numpy(), rtol=1e-3, atol=1e-4)


def test_in_which_order_articles_come_does_not_matter(trained) -> None:
    _, product = trained
    asked = read_headline("大桥通车")
    articles = [read_article(made(text)) for text in ("大桥昨日通车。", RAIN, "大桥今年通车。")]
    scores = product.score(asked, articles)
    np.testing.assert_allclose(product.score(asked, articles[::-1])[::-1], scores, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (
            "欧美人士：制裁损人不利己",
            "欧洲和美国人士指出，制裁既伤害别国，也让本国百姓付出代价。",
            "欧洲议会昨天开会讨论制裁，会议没有结果，下周将再次开会。",
        ),
        (
            "救援队上山 三十五人被救出",
            f"救援队昨日上山，35人被救出。{RAIN}",
            f"救援队昨日上山，26人被救出。{RAIN}",
        ),
        ("柳河大桥提前开放", f"柳河大桥昨日提前开放。{RAIN}", f"{RAIN}柳河大桥昨日提前开放。"),
        (
            "市长会见外国客人",
            "市长王建国昨日会见来访的外国客人，宾主进行了友好交谈。",
            "市长王建国昨日到建筑工地看望工人，为大家送去慰问品。",
        ),
    ],
)  # fmt: skip
def test_the_article_that_the_headline_is_of_comes_first(text: str, right: str, wrong: str) -> None:
    some = [found(wrong, number=1), found(right, number=2)]
    ordered = order_by_headline(text, some)
    assert [item.stored.number for item in ordered] == [2, 1]
    assert ordered[0].score > ordered[1].score


def test_the_head_of_an_article_counts_as_what_it_opens_with() -> None:
    some = [found(RAIN, "村里办起运动会"), found(RAIN, "柳河大桥提前开放", number=2)]
    assert order_by_headline("柳河大桥提前开放", some)[0].stored.number == 2


def test_of_articles_that_are_alike_the_likelier_passage_comes_first() -> None:
    some = [found(RAIN, score=score, number=number) for number, score in ((1, 0.5), (2, 2.0), (3, 1.0))]
    assert [item.stored.number for item in order_by_headline("雨水多", some)] == [2, 3, 1]
    some = [found(RAIN, cosine=cosine, number=number) for number, cosine in ((1, 0.2), (2, 0.6), (3, -0.1))]
    assert [item.stored.number for item in order_by_headline("雨水多", some)] == [2, 1, 3]


def test_where_there_is_nothing_to_compare_passages_stay_as_they_are() -> None:
    assert order_by_headline("大桥通车", []) == []
    assert order_by_headline("——", [found(RAIN)])[0].stored.number == 1
    assert np.isfinite(order_by_headline("大桥通车", [found("")])[0].score)


def test_only_so_much_of_a_text_is_looked_at() -> None:
    assert len(read_headline("桥" * 500).letters) == LETTERS
    article = read_article(made("桥" * 5000 + "35人", "头"))
    assert len(article.letters) == OPENING + 1
    assert list_figures(article.folded) == {"#35"}
    shares = compare(read_headline("35人下山"), article)[1][:2]
    assert shares.tolist() == [1, 0]  # but for figures, which are looked for in all of it
