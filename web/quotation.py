"""A checked quotation -> HTML.

In: what became of a quotation, or why it could not be checked. Out: strings of HTML: the verdict, the page's
words with every difference marked, and the places they stand at.
Does not know Gradio, or how a quotation is checked.

Differences are <del> (the quotation's alone) and <ins> (the page's alone): struck through and underlined, so
that nobody needs to see the colours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.records import Span
from qa.records import Printed, Quotation, QuotedPart, Run
from web.keep import show_copy
from web.languages import LANGUAGES
from web.quote import NEWSPAPER, name_place, show_text
from web.words import Words


@dataclass(frozen=True, slots=True)
class Checked:
    """A quotation as it was checked, or why it was not: in words of the interface, or in `detail`'s."""

    quotation: Quotation | None = None
    problem: Literal["empty", "too_long", "busy", "failed"] | None = None
    detail: str = ""


def render_lead(language: str) -> str:
    """Return the sentence above the field."""
    words = LANGUAGES[language]
    return f'<p class="lead serif" lang="{words.tag}">{words.check_lead}</p>'


def render_checked(checked: Checked | None, language: str) -> str:
    """Return what became of a quotation; before the first one, an empty place for it."""
    words = LANGUAGES[language]
    inner = ""
    if checked and checked.quotation:
        inner = "".join(_verdict(checked.quotation, words))
    elif checked:
        known = {"empty": words.check_empty, "too_long": words.check_long, "busy": words.busy}
        said = known.get(checked.problem or "", words.failed)
        detail = f"<small>{show_text(checked.detail)}</small>" if checked.detail else ""
        inner = f'<div class="no"><p>{said}</p>{detail}</div>'
    return f'<div class="checked" role="status" lang="{words.tag}">{inner}</div>'


def _verdict(quotation: Quotation, words: Words) -> Iterator[str]:
    verdict, parts = quotation.verdict, quotation.parts
    found = any(part.places for part in parts)
    said = words.verdicts[verdict].format(parts=len(parts), count=quotation.differences)
    note = words.verdict_notes[verdict].format(forms=_join(quotation, words))
    if verdict == "short" and not found:
        said, note = words.verdicts["absent"], ""
    elif verdict == "verbatim" and len(parts) > 1:
        note = words.abridged
    yield f'<h2 class="verdict serif {verdict}">{said}</h2>'
    if note:
        yield f'<p class="note">{note}</p>'
    if verdict == "absent" or not found:
        return
    if any(run.kind not in ("same", "form") for part in parts for run in part.runs):
        yield (f'<p class="legend"><del>{words.legend_given}</del> <ins>{words.legend_printed}</ins></p>')
    for n, part in enumerate(parts, 1):
        yield from _part(n, part, words, alone=len(parts) == 1)


def _join(quotation: Quotation, words: Words) -> str:
    return words.comma.join(words.forms[form] for form in quotation.forms)


def _part(n: int, part: QuotedPart, words: Words, *, alone: bool) -> Iterator[str]:
    """Yield a part of the quotation: the page's words for it, and where they stand."""
    yield f'<section class="part {part.grade}">'
    if not alone:
        grade = words.grades[part.grade].format(part.differences)
        yield f'<p class="which">{words.part.format(n)}{words.dot}{grade}</p>'
    if not part.places:
        yield f'<p class="held serif" {NEWSPAPER}><del>{show_text(part.text)}</del></p></section>'
        return
    held = "".join(_run(run, words) for run in part.runs)
    yield f'<p class="held serif" {NEWSPAPER}>{held}</p>'
    if part.grade != "verbatim":
        printed = "".join(part.places[0].text.splitlines())
        yield f'<p class="acts">{show_copy(printed, words.copy_words, words)}</p>'
    first, *others = part.places
    yield f'<ol class="places">{_place(f"q{n}-1", first, words)}</ol>'
    if others:
        also = words.also_more if part.more else words.also_at
        listed = "".join(_place(f"q{n}-{m}", place, words) for m, place in enumerate(others, 2))
        count = part.count - 1
        yield (
            f"<details{' open' if len(others) < 4 else ''}><summary>{also.format(count)}</summary>"
            f'<ol class="places">{listed}</ol></details>'
        )
    yield "</section>"


def _run(run: Run, words: Words) -> str:
    given, printed = show_text(run.given), show_text(run.printed)
    if run.kind == "same":
        return printed
    if run.kind == "form":
        form = words.forms[run.form] if run.form else ""
        return f'<u title="{form}{words.dot}{given.strip()}">{printed}</u>' if printed.strip() else printed
    added = f"<del>{given}</del>" if given else ""
    return added + (f"<ins>{printed}</ins>" if printed else "")


def _place(key: str, place: Printed, words: Words) -> str:
    """Return the way to a place on a page: headline, whose and where."""
    stretches = [name_place(place.source, span, place.version) for span in _stretches(place.spans)]
    headline = place.headline or words.kinds[place.kind]
    edition = place.edition and words.edition.format(place.edition)
    facts = (place.district, place.byline, place.newspaper, place.date, edition, place.source)
    meta = [f"<bdi>{show_text(fact)}</bdi>" for fact in facts if fact]
    if place.where == "head":
        meta.insert(0, words.in_head)
    further = "".join(
        f' <a class="further" href="#{key}" data-open="{show_text(at)}">{words.goes_on}</a>'
        for at in stretches[1:]
    )
    return (
        f'<li class="src" id="{key}" data-open="{show_text(stretches[0])}">'
        f'<h3><a {NEWSPAPER} class="serif" href="#{key}" data-open="{show_text(stretches[0])}">'
        f'{show_text(headline)}</a>{further}</h3><p class="meta">{words.dot.join(meta)}</p></li>'
    )


def _stretches(spans: tuple[Span, ...]) -> list[Span]:
    """Return the spans with those that go on further down made one. Further up is another place."""
    stretches: list[Span] = []
    for span in spans:
        if stretches and span.start >= stretches[-1].end:
            stretches[-1] = Span(stretches[-1].start, span.end)
        else:
            stretches.append(span)
    return stretches
