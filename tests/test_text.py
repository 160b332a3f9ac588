"""text: folding, sentences, words and terms."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index import text as text_module
from index.text import (
    HAN,
    bigrams,
    clauses,
    cut_words,
    fold,
    joins_word,
    sentences,
    sketch,
    tagged,
    terms,
    words,
    write_terms,
)
from tests.newsprint import LINE_ENDS, noise

any_text = st.text(st.characters(exclude_categories=())) | noise


@given(any_text)
@example("㎡…İﬁ①Ａ薴\ud800\U0001f600")
def test_folding_never_changes_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("ＡＰＰ", "app"),
        ("２０６００元，", "20600元,"),
        ("上線了", "上线了"),
        ("臺灣", "台湾"),
        ("Wenbao", "wenbao"),
    ],
)
def test_folding_takes_away_width_case_and_traditional_forms(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@given(any_text)
def test_sentences_hold_every_character_once_and_in_order(text: str) -> None:
    ranges = sentences(text)
    ends = [0, *(end for _, end in ranges)]
    starts = [*(start for start, _ in ranges), len(text)]
    assert all(not text[end:start].strip() for end, start in zip(ends, starts, strict=True))
    assert all(start < end for start, end in ranges)
    assert all(text[start:end] == text[start:end].strip() for start, end in ranges)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“快停下来。”他说。", ["“快停下来。”", "他说。"]),
        ("增长78.9%！真的？！", ["增长78.9%！", "真的？！"]),
        ("It ended. 完了……没有", ["It ended.", "完了……", "没有"]),
        ("", []),
        ("\n 　\n", []),
    ],
)
def test_a_sentence_keeps_its_closing_marks_and_its_numbers(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize("line_end", LINE_ENDS)
def test_a_sentence_ends_with_its_line_however_lines_end(line_end: str) -> None:
    text = f"小标题{line_end}正文"
    assert [text[start:end] for start, end in sentences(text)] == ["小标题", "正文"]


@given(noise)
def test_the_clauses_of_a_sentence_are_the_sentence(text: str) -> None:
    for start, end in sentences(text):
        cut = clauses(text, start, end)
        assert "".join(text[low:high] for low, high in cut) == text[start:end]


@given(any_text)
def test_every_word_stands_at_its_offset(text: str) -> None:
    folded, last = fold(text), 0
    for word, offset in words(text):
        assert folded[offset : offset + len(word)] == word
        assert offset >= last
        last = offset + len(word)


@given(any_text)
def test_no_letter_or_digit_is_in_no_word(text: str) -> None:
    held = {i for word, offset in words(text) for i in range(offset, offset + len(word))}
    assert {i for i, c in enumerate(fold(text)) if c.isalnum()} <= held


def test_the_words_of_a_long_text_are_the_words_of_its_sentences() -> None:
    sentence = "昨日上午，金水区经八路社区的民工张广林领回了20600元工资。"
    assert [word for word, _ in words(sentence * 200)] == [word for word, _ in words(sentence)] * 200


def test_no_long_run_is_cut_at_once_because_guessing_takes_long(monkeypatch) -> None:
    sizes = []

    def spy(portion: str) -> list[str]:
        sizes.append(len(portion))
        return [portion]

    monkeypatch.setattr(text_module, "segment", spy)
    assert sum(len(word) for word, _ in words("张" * 100_000)) == 100_000
    assert max(sizes) <= 2000


def test_tagged_words_are_the_whole_text() -> None:
    text = "昨日，张广林领回了20600元。"
    found = list(tagged(text))
    assert "".join(word for word, _, _ in found) == fold(text)
    assert ("昨日", "t") in [(word, tag) for word, tag, _ in found]


def test_a_word_that_runs_over_the_end_of_a_text_is_noticed() -> None:
    assert joins_word("他们来到十二里屯社", "区办事处")
    assert not joins_word("他们走了。", "社区办事处")
    assert not joins_word("", "社区")
    assert not joins_word("社区", "")


def test_bigrams_run_over_chinese_characters_alone() -> None:
    assert bigrams("社區帮A讨薪,送") == ["社区", "区帮", "讨薪", "送"]


@given(any_text)
@example("0\ud800")
def test_terms_are_what_tantivy_takes_unicode_without_a_blank(text: str) -> None:
    for term in terms(text):
        assert [term] == term.split()
        assert term.encode()


@pytest.mark.parametrize("character", "一〇㐀鿿\uf900\ufaff")
def test_a_chinese_character_is_one(character: str) -> None:
    assert re.fullmatch(f"[{HAN}]", character)


@pytest.mark.parametrize("character", "a0，가\ue000\ud800ア　")
def test_nothing_else_is_a_chinese_character(character: str) -> None:
    assert not re.fullmatch(f"[{HAN}]", character)


def test_terms_hold_words_the_words_inside_them_and_bigrams() -> None:
    assert {"街道", "办事处", "办事", "道办"} <= set(terms("街道办事处"))


@given(st.lists(any_text, max_size=5))
@example(["社區帮A讨薪,送\n一万三千", "", "\n", "员", "2月24日〇1.3万"])
def test_the_terms_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    written = write_terms([fold(text) for text in texts], [cut_words(text) for text in texts])
    assert [sorted(line.split()) for line in written] == [sorted(terms(text)) for text in texts]


@given(st.text(), st.text())
def test_the_sketches_of_two_texts_differ_in_no_more_bits_than_bigrams(one: str, other: str) -> None:
    for a, b in ((one, other), (one, one + other), (one + other, other + one)):
        first, second = sketch([a, b])
        assert np.bitwise_count(first ^ second).sum() <= len(set(bigrams(a)) ^ set(bigrams(b)))


@given(st.lists(any_text, max_size=5))
@example(["社區", "", "帮A讨薪", "员", "\n", "薪"])
def test_the_sketches_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    assert sketch(texts).tolist() == [sketch([text])[0].tolist() for text in texts]


def test_sketches_tell_two_texts_apart() -> None:
    bridge, fair, quoted = sketch(["柳河大桥昨日通车", "首届花市在公园开幕", "“柳河大橋昨日通車”"])
    assert np.bitwise_count(bridge ^ fair).sum() == 15
    assert not (bridge ^ quoted).any()
