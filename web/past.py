"""A source whose page has changed since it was cited -> the words that were cited, as a page of their own.

In: a citation or a hit, and the pages of the archive as they are by now. Out: the page that it is drawn from.
Does not know why a page has changed, or how anything is drawn.

An archive is renewed while people read. What was quoted stays quoted: its words came with the answer. But its
offsets lead to other words then, and would have those marked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from index.records import Article, Page, Span
from qa.records import Citation, Hit
from web.quote import Paper

FindPaper = Callable[[str], Paper]
Source = TypeVar("Source", bound=Citation | Hit)


@dataclass(frozen=True, slots=True)
class Past:
    """The words of one source, and nothing around them. Meets Paper."""

    page: Page
    articles: tuple[Article, ...] = ()


def find_source(item: Source, find_paper: FindPaper) -> tuple[Paper, Source]:
    """Return the page that a source stands on, and the source with its offsets there.

    `find_paper` raises KeyError for a page that is gone. Where it is, or has changed, the page is a `Past`.
    """
    try:
        paper = find_paper(item.source)
    except KeyError:
        return _set_apart(item)
    return (paper, item) if item.version in ("", paper.page.version) else _set_apart(item)


def _set_apart(item: Source) -> tuple[Past, Source]:
    whole = Span(0, len(item.text))
    page = Page(item.source, "", item.text, "", "")
    if isinstance(item, Hit):
        return Past(page), replace(item, start=0, end=whole.end)
    marks = tuple(Span(mark.start - item.start, mark.end - item.start) for mark in item.marks)
    page = replace(page, date=item.date, newspaper=item.newspaper, edition=item.edition)
    return Past(page), replace(item, start=0, end=whole.end, passage=whole, marks=marks)
