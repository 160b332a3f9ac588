"""How a page was read -> text for a terminal, or objects for other programs.

In: a page and its reading. Out: lines, in calm colour or in none, and JSON-ready objects.
Does not know how a page is read, nor where the lines are printed.

No character of a page or of a file's name can move a cursor or change a colour: what is not printable is
shown as its code.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.records import Article, Furniture, Join, Page, Reading, Span
from index.text import show_codes

_LINES = re.compile(r"[^\n\r\f\x0b\u2028\u2029]+")
_LINE_ENDS = re.compile(r"[ 　]*[\n\r\f\x0b\u2028\u2029]+[ 　]*")
_REASONS = {
    "word": "a word of the dictionary is completed",
    "name": "a name or phrase of the page is completed",
    "repeat": "what ends one column begins the next",
    "quotation": "a quotation is closed",
    "number": "the next number of a list follows",
    "flow": "the characters run on well",
    "order": "it stands next on the page",
    "topic": "it speaks of the same thing",
}
_SET_ASIDE = {
    "imprint": "masthead",
    "section": "name of a section",
    "repeat": "said twice",
    "mark": "marks",
    "blank": "blanks",
}
_PLAIN = ("headline", "kicker", "subtitle", "byline", "district", "kind")
# So many characters of a text are shown from its beginning and its end, and on each side of a seam.
_EDGE, _SEAM, _LINE = 28, 14, 60
_SPANS = 20  # --json gives them all; in wrapped text each line is one


class Ink:
    """ANSI colours, or none: bold for what the page says in large type, dim for what we say of it."""

    def __init__(self, *, on: bool) -> None:
        self._on = on

    def bold(self, text: str) -> str:
        """Return `text` in bold."""
        return self._in("1", text)

    def dim(self, text: str) -> str:
        """Return `text` in a faint colour."""
        return self._in("2", text)

    def seam(self, text: str) -> str:
        """Return `text` in the colour of seams."""
        return self._in("31", text)

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._on and text else text


# ---- for other programs ---------------------------------------------------------------------------


def list_json(page: Page, reading: Reading) -> list[dict[str, object]]:
    """Return an object for each article: the keys of the contract first, then what else is known of it."""
    joins = _joins_by_article(reading)
    return [
        article_json(article) | {"joins": [_join_json(join) for join in joins[number]], "source": page.source}
        for number, article in enumerate(reading.articles)
    ]


def article_json(article: Article) -> dict[str, object]:
    """Return an article as an object: the keys of the contract first, then what else it has of itself."""
    return (
        {name: getattr(article, name) for name in _PLAIN}
        | {"spans": _offsets(article.spans), "text": article.text, "head": _offsets(article.head)}
        | {"section": article.section, "dates": list(article.dates)}
    )


def _offsets(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def _join_json(join: Join) -> dict[str, object]:
    names = ("before", "after", "score", "reason", "closed", "repeated")
    return {name: getattr(join, name) for name in names}


def _joins_by_article(reading: Reading) -> list[list[Join]]:
    """Return the joins of each article, in the reading's order."""
    owners = sorted((span, n) for n, article in enumerate(reading.articles) for span in article.spans)
    starts = [span.start for span, _ in owners]
    joins: list[list[Join]] = [[] for _ in reading.articles]
    for join in reading.joins:
        at = bisect_right(starts, join.before - 1) - 1  # the span that holds the last character before it
        if at >= 0 and join.before <= owners[at][0].end:
            joins[owners[at][1]].append(join)
    return joins


# ---- for people -----------------------------------------------------------------------------------


def show_reading(page: Page, reading: Reading, ink: Ink) -> Iterator[str]:
    """Yield the lines that tell how `page` was read."""
    edition = page.edition and f"edition {page.edition}"
    facts = [plain(fact) for fact in (page.newspaper, page.date, edition) if fact]
    yield ink.bold(plain(page.source))
    yield " · ".join([f"  {facts.pop(0) if facts else 'no newspaper, date or edition found'}", *facts])
    count = f"{_many(len(page.text), 'character')} in {plain(page.encoding)}"
    yield f"  {count}, {_many(len(reading.articles), 'article')}, {_many(len(reading.joins), 'join')}"
    for article in reading.articles:
        yield ""
        yield from _show_article(article, ink)
    if reading.joins:
        yield ""
        yield ink.bold("Joins")
        for join in reading.joins:
            yield from _show_join(page.text, join, ink)
    if reading.furniture:
        yield ""
        yield ink.bold("Set aside")
        yield from _show_furniture(page.text, reading.furniture, ink)
    yield ""


def _show_article(article: Article, ink: Ink) -> Iterator[str]:
    yield ink.bold(plain(article.headline or "(no headline)"))
    facts = [article.kind, article.district, article.byline]
    yield "  " + " · ".join(plain(fact) for fact in facts if fact)
    for name in ("kicker", "subtitle", "section"):
        if said := getattr(article, name):
            yield f"  {ink.dim(name)} {plain(said)}"
    if article.dates:
        yield f"  {ink.dim('dates')} {plain('、'.join(article.dates))}"
    if article.head:
        yield f"  {ink.dim('head')} {_places(article.head)}"
    moved = ", not in the page's order" if list(article.spans) != sorted(article.spans) else ""
    size = ink.dim(f"({_many(len(article.text), 'character')}{moved})")
    yield f"  {ink.dim('text')} {_places(article.spans)} {size}"
    yield f"  {_edges(article.text)}"


def _show_join(text: str, join: Join, ink: Ink) -> Iterator[str]:
    before = _LINES.findall(text, max(join.before - _SEAM, 0), join.before)[-1:]
    start = join.after + join.repeated
    twice = ink.dim(f"[{plain(text[join.after : start])}]") if join.repeated else ""
    after = _LINES.findall(text, start, start + _SEAM)[:1]
    yield f"  {plain(''.join(before))}{ink.seam('|')}{twice}{plain(''.join(after))}"
    how = "closed up" if join.closed else "left apart"
    again = f", {_many(join.repeated, 'character')} said twice" if join.repeated else ""
    why = _REASONS.get(join.reason, join.reason)
    yield ink.dim(f"    {join.before} > {join.after}  {join.score:.2f}  {how}{again}: {why} ({join.reason})")


def _show_furniture(text: str, furniture: Sequence[Furniture], ink: Ink) -> Iterator[str]:
    for kind, called in _SET_ASIDE.items():
        spans = [item.span for item in furniture if item.kind == kind]
        name = ink.dim(called)
        if kind == "blank" and spans:
            yield f"  {name} {_many(sum(map(len, spans)), 'character')}"
            continue
        for span in spans:
            said = plain(text[span.start : span.end])
            yield f"  {name} {span.start}-{span.end} {said[:_LINE]}{'…' if len(said) > _LINE else ''}"


def _places(spans: Sequence[Span]) -> str:
    more = f" and {len(spans) - _SPANS:,} more" if len(spans) > _SPANS else ""
    return " ".join(f"{span.start}-{span.end}" for span in spans[:_SPANS]) + more


def _edges(text: str) -> str:
    """Return the beginning and the end of a text, or all of a short one."""
    said = text.strip()
    if len(said) <= 2 * _EDGE:
        return plain(said)
    return f"{plain(said[:_EDGE])} … {plain(said[-_EDGE:])}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def plain(text: str) -> str:
    """Return `text` on one line, and what is not printable as its code: \\x1b, \\u202e."""
    return show_codes(_LINE_ENDS.sub(" ", text.strip()))
