"""segment: jieba itself says what its words are, and its parts of speech."""

import logging
from pathlib import Path

import jieba
import jieba.posseg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.segment import is_known, load_tagger, segment
from index.text import fold
from tests.newsprint import noise

SEEDS = Path(__file__).parent.parent / "seeds"
jieba.setLogLevel(logging.WARNING)
# Names and words that no dictionary has, in pieces; figures, marks, what jieba does not take for a word.
PIECES = [
    *"的了在刘琴英与张广林迎远门里倒王德贵青禾甄妮嫚婠㐀鿿〇ア가é",
    *(
        "农民工",
        "中华人民共",
        "金水区",
        "办事处",
        "20600元",
        "12.5%",
        "c++",
        "a-b",
        "3.",
        "--",
        "..",
        "\r\n",
        " ",
        "。",
        "，",
        "《",
        "1.2l",
        "qq.com",
        "2016-2020",
        "3d",
        ".5",
        "x_1",
        "c#",
        "92#",
        "&",
        "b超",
    ),
]
mixed = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@pytest.fixture(scope="module")
def tokenizer() -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


@pytest.fixture(scope="module")
def tagger(tokenizer: jieba.Tokenizer) -> jieba.posseg.POSTokenizer:
    return jieba.posseg.POSTokenizer(tokenizer)


@given(st.one_of(mixed, noise, st.text(max_size=40)))
@example("几十年前,因工厂倒闭,刘琴英与丈夫双双下岗。")
def test_words_are_those_of_jieba(tokenizer, text: str) -> None:
    assert segment(fold(text)) == list(tokenizer.cut(fold(text)))


@given(st.one_of(mixed, noise, st.text(max_size=40)), st.booleans())
@example("刘琴英与甄妮的王德贵.5a", True)
def test_parts_of_speech_are_those_of_jieba(tagger, text: str, guess: bool) -> None:
    theirs = [(word, tag) for word, tag in tagger.cut(fold(text), HMM=guess)]
    assert list(load_tagger().cut(fold(text), guess=guess)) == theirs


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name)
def test_the_seeds_are_cut_and_tagged_as_by_jieba(path: Path, tokenizer, tagger) -> None:
    text = fold(path.read_text("utf-8-sig"))
    for part in (text[at : at + 500] for at in range(0, len(text), 500)):
        assert segment(part) == list(tokenizer.cut(part))
        assert list(load_tagger().cut(part)) == [(word, tag) for word, tag in tagger.cut(part)]


def test_what_begins_a_word_is_none() -> None:
    assert is_known("办事处")
    assert is_known("办事")
    assert not is_known("中华人民共")
    assert not is_known("")


def test_words_are_those_of_jiebas_dictionary(tokenizer: jieba.Tokenizer) -> None:
    # What only begins a word has a count of 0.
    assert all(is_known(text) == bool(count) for text, count in tokenizer.FREQ.items())


@given(mixed | noise)
@example("\ud800")
@example("a\0b")
def test_other_text_is_no_word(tokenizer: jieba.Tokenizer, text: str) -> None:
    assert is_known(text) == bool(tokenizer.FREQ.get(text))


def test_a_long_run_is_guessed_without_being_kept() -> None:
    run = "婠" * 50
    first = list(load_tagger().cut(run))
    assert first == list(load_tagger().cut(run))
    assert "".join(word for word, _ in first) == run
