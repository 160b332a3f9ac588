"""records: ranges of an article's text and of its page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, Span

PAGE = "".join(map(chr, range(0x4E00, 0x4E00 + 60)))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    bounds = sorted(draw(st.sets(st.integers(0, len(PAGE)), min_size=2, max_size=10)))
    spans = tuple(Span(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False))
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
