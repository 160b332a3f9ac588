"""records: ranges of an article's text and of its page."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, Span, stands_below

PAGE = "".join(map(chr, range(0x4E00, 0x4E00 + 60)))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    bounds = sorted(draw(st.sets(st.integers(0, len(PAGE)), min_size=2, max_size=10)))
    spans = [Span(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False)]
    spans = tuple(draw(st.permutations(spans)))
    text = "".join(PAGE[span.start : span.end] for span in spans)
    return Article(None, None, None, None, None, "news", spans, text)


@given(articles(), st.data())
def test_any_range_of_an_article_is_found_on_its_page(article: Article, data) -> None:
    start = data.draw(st.integers(0, len(article.text) - 1))
    end = data.draw(st.integers(start + 1, len(article.text)))
    spans = article.page_spans(start, end)
    assert "".join(PAGE[span.start : span.end] for span in spans) == article.text[start:end]
    assert all(len(span) for span in spans)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 2), (0, 4)])
def test_a_range_outside_an_article_is_refused_with_both_numbers(start: int, end: int) -> None:
    article = Article(None, None, None, None, None, "news", (Span(5, 8),), PAGE[5:8])
    with pytest.raises(ValueError, match=f"{start}:{end} in an article of 3"):
        article.page_spans(start, end)


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 1)])
def test_a_span_that_ends_before_it_starts_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"{start} and {end}"):
        Span(start, end)


def test_a_range_of_an_article_of_100_000_spans_is_found_at_once() -> None:
    spans = tuple(Span(2 * n, 2 * n + 1) for n in range(100_000))
    article = Article(None, None, None, None, None, "news", spans, "字" * len(spans))
    started = time.perf_counter()
    for start in range(0, 99_000, 99):
        assert article.page_spans(start, start + 2) == (spans[start], spans[start + 1])
    assert time.perf_counter() - started < 2  # copying the rest of the list each time takes 40 s


@pytest.mark.parametrize(
    ("between", "below"),
    [
        ("", True),
        ("\n\n", True),
        ("\n　　\u2028\n", True),
        ("\n\n领到了", True),
        ("\n领\n到了 \n", True),
        ("\n\n## ", True),
        ("\n\n图为现场。\n\n", False),
        ("\n\n终于\n\n", False),
        ("\n\n" + "领到了" * 1000, False),
    ],
)
def test_one_span_stands_below_another_if_nothing_new_is_said_between(between: str, below: bool) -> None:
    text = f"他们终于领到了{between}工资。"
    assert stands_below(text, Span(0, 7), Span(len(text) - 3, len(text))) is below
    assert not stands_below(text, Span(len(text) - 3, len(text)), Span(0, 7))
