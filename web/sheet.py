"""A page with its articles -> HTML: the sheet beside the conversation.

In: a page, the place on it that a source leads to, and the other sources of that turn. Out: the whole page in
order as a string of HTML, its articles told apart, the one that was cited set off, the evidence marked, that
of the other sources faintly.
Does not know Gradio, how a page was read, or what stands in the bar above it (bar.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.records import Article, Span, stands_below
from web.bar import Trail, show_bar, show_notice_bar
from web.languages import LANGUAGES
from web.quote import (
    NEWSPAPER,
    Layers,
    Lead,
    Paper,
    Place,
    article_at,
    lead_layers,
    paint,
    place_layers,
    runs_on,
    show_seam,
    show_text,
)
from web.words import Words

_ENDS = "\n\r\f\x0b\u2028\u2029"
_LINES = re.compile(rf"[^{_ENDS}]+")
_BREAK = re.compile(rf"\s*[{_ENDS}]\s*")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of an article: of its head, or, with its number in the order of the text, of its body."""

    span: Span
    article: Article
    number: int | None = None
    is_headline: bool = False


def render_page(paper: Paper, place: Place, key: str, language: str, trail: Trail | None = None) -> str:
    """Return a whole page, its article set off and the evidence marked. `key` names the place it shows.

    `trail`: the sources of the turn that the place is one of; those on this page are faintly marked.
    """
    words, articles = LANGUAGES[language], paper.articles
    chosen = article_at(articles, place.evidence)
    layers: list[tuple[Span, str | Lead]] = []
    for n, other in enumerate(trail.places, 1) if trail else ():
        if other.source == place.source and trail and n != trail.n:
            lead = Lead(trail.key(n), words.source.format(n))
            layers += lead_layers(other, lead, article_at(articles, other.evidence))
    layers += place_layers(place, chosen)
    parts = "".join(_page_parts(paper, chosen, layers, words))
    page = f'<div class="page serif" {NEWSPAPER}>{parts}</div>'
    return _sheet(key, paper.page.source, show_bar(paper, chosen, trail, words), page, words)


def render_notice(message: str, key: str, language: str) -> str:
    """Return a sheet that holds only one calm sentence of ours, about the place that `key` names."""
    words = LANGUAGES[language]
    inner = f'<div class="no"><p>{show_text(message)}</p></div>'
    return _sheet(key, "", show_notice_bar(words), inner, words)


def _sheet(key: str, source: str, bar: str, inner: str, words: Words) -> str:
    return (
        f'<section class="sheet" lang="{words.tag}" data-key="{show_text(key)}" '
        f'aria-label="{show_text(source)}" tabindex="-1">{bar}{inner}</section>'
    )


def _page_parts(paper: Paper, chosen: Article | None, layers: Layers, words: Words) -> Iterator[str]:
    """Walk down the page: what stands between the articles, then each stretch of one article.

    The stretch where an article begins bears its number, from 0 on: the list of articles leads there.
    """
    text, cursor = paper.page.text, 0
    runs = list(_runs(text, paper.articles))
    begins = _beginnings(runs, paper.articles)
    for at, run in enumerate(runs):
        start = _line_start(text, cursor, run[0].span.start)  # with the # of a heading, if there is one
        yield from _rest(text, Span(cursor, start), layers)
        cursor = run[-1].span.end
        inside = [layer for layer in layers if layer[0].start < cursor and start < layer[0].end]
        inner = "".join(_run_parts(text, start, run, inside, words))
        named = f' data-article="{begins[at]}" tabindex="-1"' if at in begins else ""
        yield f'<div class="{"art on" if run[0].article is chosen else "art"}"{named}>{inner}</div>'
    yield from _rest(text, Span(cursor, len(text)), layers)


def _beginnings(runs: Sequence[Sequence[_Piece]], articles: Sequence[Article]) -> dict[int, int]:
    """Return which run is the one where an article begins -> the number of the article.

    It begins at its headline, else at the first words of its text; a credit may stand anywhere.
    """
    numbers = {id(article): n for n, article in enumerate(articles)}
    found: dict[int, tuple[int, int]] = {}
    for at, run in enumerate(runs):
        n = numbers[id(run[0].article)]
        rank = min(0 if piece.is_headline else 1 if piece.number == 0 else 2 for piece in run)
        found[n] = min((rank, at), found.get(n, (rank, at)))
    return {at: n for n, (_, at) in found.items()}


def _runs(text: str, articles: Sequence[Article]) -> Iterator[list[_Piece]]:
    """Yield the pieces of one article that stand below each other, with no other article's between them."""
    placed = [piece for article in articles for piece in _head_pieces(text, article)]
    placed += [_Piece(span, article, n) for article in articles for n, span in enumerate(article.spans)]
    run: list[_Piece] = []
    for piece in sorted(placed, key=lambda piece: piece.span):
        if not piece.span or (run and piece.span.start < run[-1].span.end):
            continue  # never shown twice, whatever the reader of the page made of it
        if run and piece.article is not run[0].article:
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _head_pieces(text: str, article: Article) -> Iterator[_Piece]:
    """Yield the pieces of a head. A headline that was set in two lines is two of them."""
    parts = [text[span.start : span.end].strip() for span in article.head]
    headline = article.headline or ""
    whole = headline in parts  # then 金水区, above 金水区党建有声有色, is none of it
    for span, part in zip(article.head, parts, strict=True):
        is_headline = part == headline if whole else bool(part) and part in headline
        yield _Piece(span, article, is_headline=is_headline)


def _rest(text: str, part: Span, layers: Layers) -> Iterator[str]:
    """Yield the lines of what belongs to no article: each a paragraph of its own."""
    for line in _LINES.finditer(text, part.start, part.end):
        if line.group().strip():
            yield f'<p class="rest">{paint(text, Span(*line.span()), layers)}</p>'


def _run_parts(text: str, cursor: int, run: Sequence[_Piece], layers: Layers, words: Words) -> Iterator[str]:
    """Yield the lines of a head and the paragraphs of one stretch of an article.

    A paragraph that a column break cut runs on over a seam. Where the text goes on at another place than
    below, that is said at both.
    """
    last: _Piece | None = None
    running: list[str] = []  # the parts of a paragraph that is still open
    for piece in run:
        span = piece.span
        joined = last is not None and _joins(text, last, piece)
        if last and joined and cursor == last.span.end and runs_on(text, last.span, span):
            running.append(show_seam(text, last.span, span, words))
        else:
            yield from _closed(running)
            line = _line_start(text, cursor, span.start)
            yield from _rest(text, Span(cursor, line), layers)
            if piece.number is not None and not joined:
                yield from _jumps(words, last, piece)
            running = [paint(text, Span(line, span.start), layers)] if text[line : span.start].strip() else []
        if piece.number is None:
            inner = "".join((*running, paint(text, span, layers)))
            yield f"<h2>{inner}</h2>" if piece.is_headline else f'<p class="head">{inner}</p>'
            running = []
        else:
            last = piece
            first, *more = _paragraphs(text, span, layers)
            running.append(first)
            for paragraph in more:
                yield from _closed(running)
                running = [paragraph]
        cursor = span.end
    yield from _closed(running)
    yield from _jumps(words, last, None)


def _line_start(text: str, low: int, high: int) -> int:
    """Return where the line begins that holds `high`, or `low` if that is later."""
    return max(low, *(text.rfind(end, low, high) + 1 for end in _ENDS))


def _joins(text: str, last: _Piece, piece: _Piece) -> bool:
    """Tell whether the text goes on from one piece of a body in the other, and needs no word about it."""
    if last.number is None or piece.number != last.number + 1:
        return False
    return stands_below(text, last.span, piece.span) or text[last.span.end - 1] in _ENDS


def _jumps(words: Words, before: _Piece | None, after: _Piece | None) -> Iterator[str]:
    """Say where a text goes on at another place than below, and where it comes from one.

    Both signs bear the offset at which the earlier piece ends, so that each leads to the other.
    """
    if before and before.number is not None and before.number + 1 < len(before.article.spans):
        yield _jump(words.goes_on, before.span.end, words)
    if after and after.number:
        yield _jump(words.comes_from, after.article.spans[after.number - 1].end, words)


def _jump(said: str, end: int, words: Words) -> str:
    button = f'<button type="button" data-jump="{end}">{said}</button>'
    return f'<p class="jump" lang="{words.tag}">{button}</p>'


def _paragraphs(text: str, span: Span, layers: Layers) -> list[str]:
    """Return the insides of the paragraphs that a span holds, one at least."""
    paragraphs, cursor = [], span.start
    for end in _BREAK.finditer(text, span.start, span.end):
        paragraphs.append(paint(text, Span(cursor, end.start()), layers))
        cursor = end.end()
    return [*paragraphs, paint(text, Span(cursor, span.end), layers)]


def _closed(parts: Sequence[str]) -> Iterator[str]:
    if paragraph := "".join(parts).strip():
        yield f"<p>{paragraph}</p>"
