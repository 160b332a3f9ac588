"""Stretches of a page -> HTML, with what matters in them marked.

In: a page's text, offsets in it, and what to mark. Out: strings of HTML that show that text and no other.
Does not know what they are part of.

Whatever comes from a page or from a visitor passes through `show_text`, the only door into the HTML, and
arrives as text. Marks are set by page offsets: nothing is searched for in order to be marked.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Protocol

from index.records import Article, Page, Span, stands_below
from web.words import Words

NEWSPAPER = 'lang="zh-CN"'  # the newspaper's words stay Chinese in every language of the interface
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile(r"\r\n|[\n\r\f\x0b\u2028\u2029]")


class Paper(Protocol):
    """A page with its articles."""

    @property
    def page(self) -> Page:
        """The page as decoded."""

    @property
    def articles(self) -> tuple[Article, ...]:
        """Its articles, in the order of their heads."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a page a reader is taken: the evidence, and the exact answers in it.

    The offsets are those of the page of this `version`; "" where it is not known.
    """

    source: str
    evidence: Span
    marks: tuple[Span, ...] = ()
    version: str = ""

    def fits(self, page: Page) -> bool:
        """Tell whether the offsets are those of this page, as it is by now."""
        return self.version in ("", page.version)


def name_place(source: str, span: Span, version: str) -> str:
    """Return the key of a place that is no source of a turn: page.txt@40-52@1a2b3c4d."""
    return f"{source}@{span.start}-{span.end}" + (f"@{version}" if version else "")


@dataclass(frozen=True, slots=True)
class Lead:
    """A faint mark that leads to another place: the key of that place, and what it is called."""

    key: str
    name: str


Layers = Sequence[tuple[Span, str | Lead]]


def quote_part(paper: Paper, shown: Span, article: Article | None, layers: Layers, words: Words) -> str:
    """Return the part of the page at `shown`, leaving out what is not of the article."""
    text, parts = paper.page.text, []
    pieces = _pieces(shown, article)
    for at, piece in enumerate(pieces):
        if at:
            parts.append(show_seam(text, pieces[at - 1], piece, words))
        parts.append(paint(text, piece, layers))
    quoted = "".join(text[piece.start : piece.end] for piece in pieces)
    return "".join(parts) + close_turns(quoted)


def place_layers(place: Place, article: Article | None) -> list[tuple[Span, str | Lead]]:
    """Return what is marked, and how: later layers lie over earlier ones."""
    said: list[tuple[Span, str | Lead]] = [(piece, "said") for piece in _pieces(place.evidence, article)]
    return said + [(piece, "exact") for mark in place.marks for piece in _pieces(mark, article)]


def lead_layers(place: Place, lead: Lead, article: Article | None) -> list[tuple[Span, str | Lead]]:
    """Return what is faintly marked of a place that is not the one shown."""
    return [(piece, lead) for piece in _pieces(place.evidence, article)]


def name_issue(page: Page, words: Words) -> list[str]:
    """Return what is known of where and when a page was printed: newspaper, date, edition."""
    edition = page.edition and words.edition.format(isolate(page.edition))
    return [fact for fact in (page.newspaper, page.date, edition) if fact]


def _pieces(part: Span, article: Article | None) -> list[Span]:
    """Return what lies of a part of the page in an article, going down; another may stand between."""
    if article is None:
        return [part]
    ends = ((max(span.start, part.start), min(span.end, part.end)) for span in article.spans)
    return sorted(Span(start, end) for start, end in ends if start < end)


def runs_on(text: str, before: Span, after: Span) -> bool:
    """Tell whether a sentence runs on from one span into one that stands below it: the first ends no line."""
    return stands_below(text, before, after) and not _LINE_END.search(text, before.end - 1, before.end)


def show_seam(text: str, before: Span, after: Span, words: Words) -> str:
    """Return the small sign that stands where two columns were joined; nothing where a line was wrapped."""
    if not runs_on(text, before, after):
        return ""
    between = text[before.end : after.start]
    repeated = between.strip().lstrip("#").lstrip()
    if not repeated and len(_LINE_END.findall(between)) < 2:
        return ""
    title = words.seam_repeated.format(show_text(repeated)) if repeated else words.seam_joined
    # To a screen reader it is a picture with a name: the name alone is read out, where it stands.
    return (
        f'<i class="seam" role="img" lang="{words.tag}" aria-label="{title}" title="{title}">'
        f"⌇<span>{words.seam}</span></i>"
    )


def paint(text: str, part: Span, layers: Layers) -> str:
    """Return `text[part]` as HTML, every stretch in a mark of the last layer that covers it."""
    cuts = {part.start, part.end}
    for span, _ in layers:
        cuts.update(at for at in (span.start, span.end) if part.start < at < part.end)
    edges, parts = sorted(cuts), []
    for start, end in pairwise(edges):
        over = (mark for span, mark in reversed(layers) if span.start <= start and end <= span.end)
        parts.append(_mark(next(over, ""), show_text(text[start:end])))
    return "".join(parts)


def _mark(mark: str | Lead, inner: str) -> str:
    if not mark or not inner:
        return inner
    if isinstance(mark, str):
        return f'<mark class="{mark}">{inner}</mark>'
    # No <a>: who drags the mouse over a link drags the link, and cannot select the words in it.
    return (
        f'<mark class="also" role="link" tabindex="0" data-open="{mark.key}" '
        f'title="{mark.name}">{inner}</mark>'
    )


def show_text(value: str) -> str:
    """Return text as HTML that shows it and does nothing else, in an element or in a quoted attribute."""
    # No browser takes a NUL, and half of a surrogate pair cannot be sent at all.
    return escape(value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode(), quote=True)


def show_inline(text: str) -> str:
    """Return text as HTML that stands within words of ours and cannot turn them round."""
    return f"<bdi>{show_text(text + close_turns(text))}</bdi>"


def isolate(text: str) -> str:
    """Return text that can stand in a sentence of ours, where there is no element to keep it apart."""
    return f"\u2068{text}{close_turns(text)}\u2069" if _TURNS.search(text) else text


def close_turns(text: str) -> str:
    """Return what ends every change of direction that a text leaves open; nothing for nearly all text.

    An element `bdi` is not enough: the end of it ends a U+2067 that was left open in it, and not itself.
    """
    started: list[str] = []
    for char in _TURNS.findall(text):
        if char in "\u2066\u2067\u2068":
            started.append("\u2069")
        elif char in "\u202a\u202b\u202d\u202e":
            started.append("\u202c")
        elif char in started:
            del started[len(started) - 1 - started[::-1].index(char) :]
    return "".join(reversed(started))


def article_at(articles: Iterable[Article], place: Span) -> Article | None:
    """Return the article whose body holds the beginning of `place`."""
    for article in articles:
        if any(span.start <= place.start < span.end for span in article.spans):
            return article
    return None
