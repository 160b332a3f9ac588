"""A page with its articles -> HTML: the sheet beside the conversation.

In: a page, and the place on it that a source leads to. Out: the whole page in order as a string of HTML,
its articles told apart, the one that was cited set off, the evidence marked.
Does not know Gradio, or how a page was read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from index.records import Article, Span
from web.quote import (
    NEWSPAPER,
    Layers,
    Paper,
    Place,
    article_at,
    is_seam,
    paint,
    place_layers,
    show_seam,
    show_text,
)
from web.words import LANGUAGES, Words

_LINES = re.compile(r"[^\n]+")
_BREAK = re.compile(r"\s*\n\s*")


def render_page(paper: Paper, place: Place, key: str, language: str) -> str:
    """Return a whole page, its article set off and the evidence marked. `key` names the place it shows."""
    words, articles = LANGUAGES[language], paper.articles
    chosen = article_at(articles, place.evidence)
    where = words.place.format(count=len(articles), at=articles.index(chosen) + 1) if chosen else ""
    parts = "".join(_page_parts(paper, chosen, place_layers(place, chosen), words))
    page = f'<div class="page serif" {NEWSPAPER}>{parts}</div>'
    return _sheet(key, paper.page.source, where, page, words)


def render_notice(message: str, language: str) -> str:
    """Return a sheet that holds only one calm sentence of ours."""
    return _sheet("", "", "", f'<div class="no"><p>{show_text(message)}</p></div>', LANGUAGES[language])


def _sheet(key: str, source: str, where: str, inner: str, words: Words) -> str:
    return (
        f'<section class="sheet" lang="{words.tag}" data-key="{show_text(key)}" '
        f'aria-label="{show_text(source)}" tabindex="-1">'
        f'<div class="bar"><b>{show_text(source)}</b><span>{where}</span>'
        f'<button type="button" data-close="">{words.close}</button></div>{inner}</section>'
    )


def _page_parts(paper: Paper, chosen: Article | None, layers: Layers, words: Words) -> Iterator[str]:
    """Walk down the page: what stands between the articles, then each stretch of one article."""
    text, cursor, seen = paper.page.text, 0, set[int]()
    for article, spans in _stretches(paper.articles):
        start = spans[0].start
        head = start
        if id(article) not in seen:
            seen.add(id(article))
            head = _head_start(text, Span(min(cursor, start), start), article)
        yield from _lines(text, Span(cursor, head), None, layers)
        inner = "".join(_lines(text, Span(head, start), article, layers))
        inner += "".join(_paragraphs(text, spans, article, layers, words))
        yield f'<div class="{"art on" if article is chosen else "art"}">{inner}</div>'
        cursor = spans[-1].end
    yield from _lines(text, Span(cursor, len(text)), None, layers)


def _stretches(articles: Iterable[Article]) -> Iterator[tuple[Article, list[Span]]]:
    """Yield the runs of spans that belong to one article with no other article's span between them."""
    placed = [(span, article) for article in articles for span in article.spans]
    placed.sort(key=lambda pair: pair[0])
    run: list[Span] = []
    owner, end = None, 0
    for span, article in placed:
        if span.start < end or not span:
            continue  # never shown twice, whatever the reader of the page made of it
        if owner is not None and article is not owner:
            yield owner, run
            run = []
        owner, end = article, span.end
        run.append(span)
    if owner is not None:
        yield owner, run


def _head_start(text: str, before: Span, article: Article) -> int:
    """Return where the head of an article begins: its highest line that says nothing but the head's words."""
    heads = [head for head in (article.kicker, article.headline, article.subtitle, article.byline) if head]
    for line in _LINES.finditer(text, before.start, before.end):
        if (said := line.group().strip()) and any(said in head for head in heads):
            return line.start()
    return before.end


def _lines(text: str, part: Span, article: Article | None, layers: Layers) -> Iterator[str]:
    """Yield the lines of an article's head, or of what belongs to none: each a paragraph of its own."""
    for line in _LINES.finditer(text, part.start, part.end):
        said = line.group().strip()
        if not said:
            continue
        inner = paint(text, Span(*line.span()), layers)
        if article is None:
            yield f'<p class="rest">{inner}</p>'
        elif article.headline and said in article.headline:
            yield f"<h2>{inner}</h2>"
        else:
            yield f'<p class="head">{inner}</p>'


def _paragraphs(
    text: str, spans: Sequence[Span], article: Article, layers: Layers, words: Words
) -> Iterator[str]:
    """Yield the paragraphs of one stretch; one that was cut by a column break runs on over a seam."""
    running = ""
    for at, span in enumerate(spans):
        if at and is_seam(text, spans[at - 1], span):
            running += show_seam(text, spans[at - 1], span, words)
        elif at:  # a byline, say, that stands inside the body
            yield from _closed(running)
            running = ""
            yield from _lines(text, Span(spans[at - 1].end, span.start), article, layers)
        cursor = span.start
        for end in _BREAK.finditer(text, span.start, span.end):
            yield from _closed(running + paint(text, Span(cursor, end.start()), layers))
            running, cursor = "", end.end()
        running += paint(text, Span(cursor, span.end), layers)
    yield from _closed(running)


def _closed(paragraph: str) -> Iterator[str]:
    if paragraph:
        yield f"<p>{paragraph}</p>"
