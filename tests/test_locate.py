"""qa.locate: where in some sentences the answer stands. The oracle is the network of lab/ in PyTorch."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import load_encoder
from index.text import fold, sentences
from lab.readings import make_reading
from lab.train_reader import Network, lay_out
from qa.locate import LONGEST, Reader, cut_tokens, load_reader

ROOT = Path(__file__).parent.parent
TEXTS = [
    "柳河大桥昨日建成通车。大桥长320米,宽18米。青山镇筹资340余万元修建了这座桥。",
    "养蜂人李大海今年67岁。他说,过去到县城卖蜂蜜要走两个小时。花市下月在河西公园开幕。\n",
    "　ＡＢ公司的“小桥”……\n\n《河边的歌》获奖！",
]
QUESTIONS = ["柳河大桥有多长?", "养蜂人是谁,几岁?", "哪首歌获了奖？", "Zürich 在哪里"]


@pytest.fixture(scope="module")
def networks() -> tuple[Network, Reader]:
    torch.manual_seed(3)
    encoder = load_encoder()
    network = Network(*encoder.table())
    for value in network.parameters():
        if value.ndim < 3 and value.numel() < 1e6:
            torch.nn.init.normal_(value, std=0.15)
    network.eval()
    kept = network.weights()
    exact = {name: value.numpy() for name, value in network.state_dict().items()}
    return network, Reader({**kept, **{k: v for k, v in exact.items() if k not in ("words", "characters")}})


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_scores_are_those_of_the_network_that_was_trained(networks, question: str) -> None:
    network, reader = networks
    readings = [make_reading(question, text, [], 0) for text in TEXTS]
    with torch.no_grad():
        scores = network(*lay_out(readings)).numpy()
    for text, reading, rows, located in zip(
        TEXTS, readings, scores, reader.read(question, TEXTS), strict=True
    ):
        assert [(item.start, item.end) for item in located] == sentences(text)
        for number, item in enumerate(located):
            own = rows[: len(reading.text.kind)][reading.sentence == number]
            inside = own[own > -1e3]
            assert item.score == pytest.approx(np.logaddexp.reduce(inside), abs=0.05)
            assert item.guesses[0].score == pytest.approx(inside.max(), abs=0.05)


def test_texts_do_not_see_each_other(networks) -> None:
    _, reader = networks
    alone = [reader.read(QUESTIONS[0], [text])[0] for text in TEXTS]
    together = reader.read(QUESTIONS[0], TEXTS)
    for one, other in zip(alone, together, strict=True):
        assert [item.score for item in one] == pytest.approx([item.score for item in other], abs=1e-3)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("柳河大桥长多少米?", "320米"),
        ("养蜂人李大海今年多少岁?", "67岁"),
        ("花市在哪里开幕?", "河西公园"),
        ("青山镇筹资多少万元修桥?", "340余万元"),
    ],
)
def test_the_bundled_reader_finds_what_is_asked_for(question: str, expected: str) -> None:
    read = zip(TEXTS, load_reader().read(question, TEXTS), strict=True)
    located = [(text, item) for text, items in read for item in items]
    guesses = [(one.score, text[one.start : one.end]) for text, item in located for one in item.guesses]
    assert expected in max(guesses)[1]


def test_a_text_that_does_not_answer_gets_less_than_one_that_does() -> None:
    told, other = load_reader().read("柳河大桥长多少米?", [TEXTS[0], TEXTS[1]])
    assert max(item.score for item in told) > 0 > max(item.score for item in other)


anything = st.text(st.sampled_from([*"".join(TEXTS), "\ud800", "\U00020000", "é", "٣", "\t"]), max_size=60)


@settings(max_examples=40)
@given(anything, st.lists(anything, max_size=3))
def test_whatever_is_read_guesses_lie_in_their_sentence_and_fall(question: str, texts: list[str]) -> None:
    read = load_reader().read(question, texts)
    assert len(read) == len(texts)
    for text, located in zip(texts, read, strict=True):
        for item in located:
            assert (item.start, item.end) in sentences(text)
            scores = [guess.score for guess in item.guesses]
            assert scores == sorted(scores, reverse=True)
            assert item.score >= scores[0] - 1e-4
            assert np.isfinite(scores).all()
            for guess in item.guesses:
                assert item.start <= guess.start < guess.end <= item.end


@given(anything)
def test_tokens_cover_all_but_blanks_in_their_order(text: str) -> None:
    tokens = cut_tokens(text)
    ranges = list(zip(tokens.start.tolist(), tokens.end.tolist(), strict=True))
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))
    folded = fold(text)
    covered = {at for start, end in ranges for at in range(start, end)}
    assert all(folded[at].isspace() for at in range(len(text)) if at not in covered)


def test_no_guess_is_longer_than_was_learned() -> None:
    text = "桥" * 3 + "和路" * 80 + "。"
    for item in load_reader().read("什么?", [text])[0]:
        for guess in item.guesses:
            inside = cut_tokens(text[guess.start : guess.end])
            assert len(inside.kind) <= LONGEST


def test_a_question_is_answered_by_the_thread_that_asks() -> None:
    script = (
        "from threadpoolctl import ThreadpoolController\n"
        "import numpy\n"
        "from qa.locate import load_reader\n"
        "def count(): return [one['num_threads'] for one in "
        "ThreadpoolController().select(prefix='libscipy_openblas').info()]\n"
        "print(count()); load_reader(); print(count())"
    )
    env = os.environ | {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.split() == ["[2]", "[1]"], done.stderr
