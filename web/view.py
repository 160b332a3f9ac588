"""The conversation -> HTML.

In: the turns of one conversation, and the pages that their sources stand on. Out: strings of HTML.
Does not know Gradio, where pages are kept, or how an answer was found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.records import Span
from qa.records import Answer, Citation, Hit, ModelSummary
from web.keep import Kept, Origin, show_keeping, show_origin, show_reference, show_whole
from web.keys import show_keys, show_keys_button
from web.languages import LANGUAGES
from web.limits import show_beyond, show_limits
from web.offer import show_related
from web.overview import say_count, show_number
from web.past import FindPaper, Past, find_source
from web.quote import (
    NEWSPAPER,
    Place,
    article_at,
    isolate,
    name_issue,
    place_layers,
    quote_part,
    show_inline,
    show_text,
)
from web.words import RoomName, Words

Problem = Literal["empty", "too_long", "busy", "failed"]

_LONGEST_QUESTION = 160  # shown; a question of 100,000 characters is refused, and still has its heading
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and what became of it: an answer, or a problem in `detail`'s words.

    `number` is its own for as long as the conversation lasts: the links to its sources are made of it.
    `summary` is what a language model has made of the answer so far, where one was asked; `kept` is what can
    be taken along. It was asked `after` these questions, and may lean on them. `related` ones may be
    asked next. `index` is the fingerprint of the one that answered.
    """

    question: str
    answer: Answer | None = None
    problem: Problem | None = None
    detail: str = ""
    number: int = 1
    summary: ModelSummary | None = None
    kept: Kept | None = None
    after: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    index: str = ""


def list_places(turn: Turn) -> list[Place]:
    """Return what the numbered sources of a turn lead to, in their order."""
    return [_place(item) for item in _sources(turn)]


def render_top(pages: int, articles: int, rooms: Sequence[RoomName], language: str) -> str:
    """Return the bar above the rooms: the seal, the way to each room, what the archive holds, the languages.

    Which room one is in, the browser alone knows (web/static/page.js), and likewise whether it has to wait
    for others (web/static/busy.js).
    """
    words = LANGUAGES[language]
    ways = "".join(f'<button type="button" data-room="{room}">{words.rooms[room]}</button>' for room in rooms)
    nav = f'<nav class="rooms" aria-label="{words.sections}">{ways}</nav>' if len(rooms) > 1 else ""
    switch = "".join(
        f'<button type="button" data-language="{key}" lang="{other.tag}" aria-label="{other.name}" '
        f'title="{other.name}" aria-pressed="{"true" if key == language else "false"}">{other.short}</button>'
        for key, other in LANGUAGES.items()
    )
    stock = words.stock.format(pages=f"{pages:,}", articles=f"{articles:,}")
    return (
        f'<header class="top" lang="{words.tag}">'
        '<span class="seal serif" lang="zh-CN" aria-hidden="true">问报</span>'
        f'<h1 class="serif">{words.title}</h1>'
        f'{nav}<p class="stock">{stock}</p>'
        f'<div class="tongues" role="group" aria-label="{words.languages}">{switch}</div>'
        f"{show_keys_button(words)}{show_keys(words)}"
        f'<p class="waiting" role="status" data-waiting="{words.waiting}" data-busy="{words.too_busy}"></p>'
        "</header>"
    )


def render_talk(
    turns: Sequence[Turn],
    examples: Sequence[str],
    find_paper: FindPaper,
    language: str,
    origin: Origin = Origin(),  # noqa: B008, it is frozen
) -> str:
    """Return the whole conversation; before the first question, what one might ask."""
    words = LANGUAGES[language]
    inner = "".join(_turn(turn, find_paper, words) for turn in turns)
    whole = show_whole(words) if any(turn.kept for turn in turns) else ""
    return (
        f'{show_origin(origin, words) if inner else ""}<div class="talk" lang="{words.tag}" '
        f'data-address="{show_text(origin.address)}">{inner or _start(examples, words)}</div>{whole}'
    )


def _start(examples: Sequence[str], words: Words) -> str:
    items = "".join(
        f'<li><button type="button" data-ask="" class="serif" {NEWSPAPER}>{show_text(example)}</button></li>'
        for example in examples
    )
    offered = f'<p class="try">{words.try_one}</p><ul>{items}</ul>' if items else ""
    return f'<div class="start"><p class="lead serif">{words.lead}</p>{offered}</div>'


def _turn(turn: Turn, find_paper: FindPaper, words: Words) -> str:
    parts = []
    if question := turn.question.strip():
        shown = question[:_LONGEST_QUESTION] + ("……" if len(question) > _LONGEST_QUESTION else "")
        parts.append(f'<h2 class="q serif">{show_text(shown)}</h2>')
    if turn.answer is None:
        said = {"empty": words.empty, "too_long": words.too_long, "busy": words.busy}.get(
            turn.problem or "", words.failed
        )
        parts.append(_refusal(said, turn.detail))
    else:
        parts += _answer(turn, turn.answer, find_paper, words)
    place = f' data-place="{turn.kept.place}"' if turn.kept and turn.kept.place else ""
    return f'<article class="turn" id="t{turn.number}"{place} tabindex="-1">{"".join(parts)}</article>'


def _answer(turn: Turn, answer: Answer, find_paper: FindPaper, words: Words) -> Iterator[str]:
    number, sources = turn.number, _sources(turn)
    if answer.standalone.strip() != answer.question.strip():
        yield _searched(number, answer.standalone, words)
    if answer.limits:
        yield show_limits(answer, words)
    if answer.answered and answer.overview:
        yield show_number(answer, answer.overview, words)
    elif answer.answered:
        if answer.span:
            size = "" if len(answer.span) <= 14 else " long" if len(answer.span) <= 40 else " longer"
            yield f'<p class="span serif{size}" {NEWSPAPER}>{show_text(answer.span)}</p>'
        if answer.differing:
            markers = "".join(_marker(number, n, words) for n in answer.differing)
            yield f'<p class="asked">{words.differ.format(markers)}</p>'
        said = "".join(_said(number, answer.citations, find_paper, words))
        yield f'<p class="said serif" {NEWSPAPER}>{said}</p>'
        if turn.summary:
            yield _summary(number, turn.summary, words)
    else:
        yield _refusal(words.none_within if answer.limits else words.refused, _why(answer, words))
        if answer.beyond:
            yield show_beyond(answer.beyond, words, quoted=answer.overview is None)
        elif sources:
            yield f'<p class="near">{words.nearest}</p>'
    listed = answer.answered and answer.overview is not None
    cards = [
        _card(f"{number}-{n}", n, item, find_paper, words, listed=listed, kept=turn.kept)
        for n, item in enumerate(sources, 1)
    ]
    if cards:
        yield f'<ol class="sources">{"".join(cards)}</ol>'
    yield show_keeping(turn.kept, words.took.format(_milliseconds(answer.took_ms)), words)
    yield show_related(turn.related, words)


def _searched(number: int, question: str, words: Words) -> str:
    """Return the line that says what a follow-up was taken for, and the field in which that is corrected."""
    shown = show_text(question)
    return (
        f'<p class="asked">{words.searched_as.format(f"<u>{show_inline(question)}</u>")} '
        f'<button type="button" data-correct="{number}" aria-expanded="false" '
        f'aria-label="{words.correct_this}">{words.correct}</button></p>'
        f'<p class="fix" hidden><input type="text" value="{shown}" maxlength="1000" autocomplete="off" '
        f'enterkeyhint="search" aria-label="{words.correct_this}"><button type="button" data-search="">'
        f'{words.search}</button><button type="button" data-cancel="">{words.cancel}</button></p>'
    )


def _refusal(said: str, why: str) -> str:
    small = f"<small>{show_text(why)}</small>" if why.strip() and why.strip() != said else ""
    return f'<div class="no"><p>{said}</p>{small}</div>'


def _why(answer: Answer, words: Words) -> str:
    """Say what was counted, or what the nearest articles have of the question and lack."""
    if answer.overview:
        return say_count(answer.overview, words, 0)
    if answer.beyond:
        return ""
    mentioned, missing = (
        words.comma.join(words.quoted.format(isolate(word)) for word in some)
        for some in (answer.mentioned, answer.missing)
    )
    if not mentioned:
        return words.nothing_near
    return words.mentions.format(mentioned, missing) if missing else words.mentions_only.format(mentioned)


def _said(number: int, citations: Sequence[Citation], find_paper: FindPaper, words: Words) -> Iterator[str]:
    """Yield the cited sentences, their exact answers marked, and the markers that lead to their sources.

    What several papers print in the same words is said once.
    """
    before = None
    for citation in citations:
        paper, found = find_source(citation, find_paper)
        sentence, layers = Span(found.start, found.end), [(mark, "exact") for mark in found.marks]
        said = paper.page.text[found.start : found.end].replace("\n", "")
        if said != before:
            quoted = quote_part(paper, sentence, article_at(paper.articles, sentence), layers, words)
            yield f"<bdi>{quoted}</bdi>"
        yield _marker(number, citation.n, words)
        before = said


def _marker(number: int, n: int, words: Words) -> str:
    label = words.source.format(n)
    return f'<a class="cite" href="#s{number}-{n}" data-open="{number}-{n}" aria-label="{label}">[{n}]</a>'


def _summary(number: int, summary: ModelSummary, words: Words) -> str:
    """Return what a language model made of the evidence, set apart: its words are no quotation.

    The elements stay the same while it grows, so that the page changes in nothing but the new sentence.
    """
    said = "".join(
        show_inline(statement.text) + "".join(_marker(number, n, words) for n in statement.sources)
        for statement in summary.statements
    )
    by = words.summing_up
    if summary.done:
        by = words.summed_up if said else words.not_summed_up
    by = by.format(show_inline(summary.model))
    notes = [words.dropped.format(summary.dropped)] if summary.dropped else []
    if summary.done and (summary.trouble or not said):
        notes.append(words.troubles[summary.trouble] if summary.trouble else words.unsaid)
    stop = "" if summary.done else f'<button type="button" data-stop="">{words.stop}</button>'
    return (
        f'<section class="sum"><p class="by">{by}</p><p {NEWSPAPER}>{said}</p>'
        f'<p class="by">{words.dot.join(notes)}{stop}</p></section>'
    )


def _card(
    key: str,
    n: int,
    item: Citation | Hit,
    find_paper: FindPaper,
    words: Words,
    *,
    listed: bool = False,
    kept: Kept | None = None,
) -> str:
    """Return one numbered source: headline, whose and where, and the passage with its evidence marked.

    Of those `listed` behind a number, the sentence alone.
    """
    paper, item = find_source(item, find_paper)
    place = _place(item)
    article = article_at(paper.articles, place.evidence)
    kind = article.kind if article else item.kind if isinstance(item, Citation) else "news"
    headline = (
        f'<a {NEWSPAPER} class="serif" href="#s{key}" data-open="{key}">{show_text(item.headline)}</a>'
        if item.headline
        else f'<a href="#s{key}" data-open="{key}">{words.kinds[kind]}</a>'
    )
    if isinstance(item, Citation):
        facts = [item.district, item.byline]
        layers = [(mark, "exact") for mark in item.marks] if listed else place_layers(place, article)
        body = quote_part(paper, item.passage, article, layers, words)
        passage = (
            f'<blockquote class="serif listed" {NEWSPAPER}>{body}</blockquote>'
            if listed
            else (
                f"<details{' open' if n == 1 else ''}><summary>{words.passage}</summary>"
                f'<blockquote class="serif" {NEWSPAPER}>{body}</blockquote></details>'
            )
        )
    else:
        facts = [article.district if article else None, article.byline if article else None]
        body = quote_part(paper, place.evidence, article, [], words)
        passage = f'<blockquote class="serif clip" {NEWSPAPER}>{body}</blockquote>'
    facts += [*name_issue(paper.page, words), item.source]
    meta = [show_inline(fact) for fact in facts if fact]
    if isinstance(item, Hit) and item.also:
        meta.append(words.also.format(show_inline(words.comma.join(item.also))))
    if item.headline and kind != "news":
        meta.insert(0, words.kinds[kind])
    if isinstance(paper, Past):
        meta.append(words.changed_since)
    return (
        f'<li class="src" id="s{key}" data-open="{key}"><span class="n">{n}</span><div><h3>{headline}</h3>'
        f'<p class="meta">{words.dot.join(meta)}</p>{passage}</div>{show_reference(kept, n, words)}</li>'
    )


def _sources(turn: Turn) -> Sequence[Citation | Hit]:
    """Return what is shown under an answer; where nothing came near the question, nothing is."""
    answer = turn.answer
    if answer is None:
        return ()
    if answer.answered:
        return (*answer.citations, *(turn.summary.further if turn.summary else ()))
    return answer.hits[:_NEAREST] if answer.mentioned or answer.beyond else ()


def _place(item: Citation | Hit) -> Place:
    marks = item.marks if isinstance(item, Citation) else ()
    return Place(item.source, Span(item.start, item.end), marks, item.version)


def _milliseconds(value: float) -> str:
    return f"{value:.0f}" if value >= 1 else "&lt;1"
