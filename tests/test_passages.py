"""passages: exact, short enough, nothing left out, and nothing strange between their ends."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import split_articles
from index.pages import read_page
from index.passages import MAX_LENGTH, cut_passages
from index.records import Article, Passage, Span, stands_below
from index.text import sentences
from tests.newsprint import noise, page_of, printed_pages


def assert_sound(text: str) -> list[tuple[Article, list[Passage]]]:
    """Check what must hold for the passages of any page, and return them."""
    found = [(article, cut_passages(article, text)) for article in split_articles(page_of(text))]
    for article, passages in found:
        covered: set[int] = set()
        for passage in passages:
            assert 0 < len(passage.text) <= MAX_LENGTH
            assert passage.text == article.text[passage.start : passage.end]
            spans = article.page_spans(passage.start, passage.end)
            assert passage.text == "".join(text[span.start : span.end] for span in spans)
            assert_one_stretch(spans, text, article.text[: passage.end])
            covered.update(range(passage.start, passage.end))
        assert all(i in covered for i, c in enumerate(article.text) if not c.isspace())
        assert [p.start for p in passages] == sorted({p.start for p in passages})
        assert [p.end for p in passages] == sorted({p.end for p in passages})
    return found


def assert_one_stretch(spans: tuple[Span, ...], text: str, before: str) -> None:
    """Between its first and its last offset a passage has blanks and a repeated seam, no other text."""
    for one, other in pairwise(spans):
        assert one.end <= other.start
        between = "".join(text[one.end : other.start].strip("# \n\t\r").split())
        assert between in "".join(before.split())


@pytest.mark.parametrize("number", range(5))
def test_the_passages_of_the_seeds_are_sound(seeds, number: int) -> None:
    path = sorted(seeds.iterdir())[number]
    found = assert_sound(read_page(path, path.name).text)
    assert all(passages for _, passages in found)


@given(noise)
def test_the_passages_of_any_text_are_sound(text: str) -> None:
    assert_sound(text)


@given(printed_pages())
def test_every_sentence_of_an_article_stands_whole_in_a_passage(printed) -> None:
    text, _ = printed
    for article, passages in assert_sound(text):
        for start, end in sentences(article.text):
            broken = any(
                start < at < end for at in (p.start for p in passages)
            )  # a caption in mid-sentence, or a sentence that is too long for a passage
            assert broken or any(p.start <= start and end <= p.end for p in passages)


def article_of(text: str) -> Article:
    return Article(None, None, None, None, None, "news", (Span(0, len(text)),), text)


def test_neighbouring_passages_share_a_sentence() -> None:
    sentence = "昨日上午，金水区经八路社区的民工张广林领回了20600元工资，非常高兴地回家了。"
    text = sentence * 12
    passages = cut_passages(article_of(text), text)
    assert all(passage.text == sentence * (len(passage.text) // len(sentence)) for passage in passages)
    assert all(later.start == earlier.end - len(sentence) for earlier, later in pairwise(passages))


@pytest.mark.parametrize("clause", ["张", "张广林，", "，", "a"])
def test_a_sentence_without_an_end_is_cut_all_the_same(clause: str) -> None:
    text = (clause * 2000)[:2000]
    passages = cut_passages(article_of(text), text)
    assert max(len(passage.text) for passage in passages) <= MAX_LENGTH
    assert "".join(passage.text for passage in passages) == text


def test_a_passage_never_runs_over_another_article() -> None:
    text = "他们领到了工资。图为现场。他们送来了锦旗。"
    article = Article(None, None, None, None, None, "news", (Span(0, 8), Span(13, 21)), text[:8] + text[13:])
    assert [passage.text for passage in cut_passages(article, text)] == [
        "他们领到了工资。",
        "他们送来了锦旗。",
    ]


def test_a_passage_never_runs_on_further_up() -> None:
    text = "英与丈夫双双下岗。\n\n十几年前,刘琴"
    article = Article(None, None, None, None, None, "news", (Span(11, 18), Span(0, 9)), text[11:] + text[:9])
    assert [passage.text for passage in cut_passages(article, text)] == [
        "十几年前,刘琴",
        "英与丈夫双双下岗。",
    ]


@given(st.text("一二。\n #", min_size=1, max_size=40), st.data())
def test_a_passage_has_one_place_however_the_article_was_put_together(text: str, data) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=8)))
    spans = [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    spans = data.draw(st.permutations(spans))
    said = "".join(text[span.start : span.end] for span in spans)
    article = Article(None, None, None, None, None, "news", tuple(spans), said)
    passages = cut_passages(article, text)
    covered = {i for passage in passages for i in range(passage.start, passage.end)}
    assert all(i in covered for i, c in enumerate(said) if not c.isspace())
    for passage in passages:
        parts = article.page_spans(passage.start, passage.end)
        assert all(stands_below(text, one, other) for one, other in pairwise(parts))


def test_a_passage_runs_over_a_column_break_and_what_is_repeated_there() -> None:
    text = "他们终于领到了\n\n领到了工资。"
    article = Article(
        None, None, None, None, None, "news", (Span(0, 7), Span(12, 15)), "他们终于领到了工资。"
    )
    assert [passage.text for passage in cut_passages(article, text)] == ["他们终于领到了工资。"]
