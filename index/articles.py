"""Page -> Article: who wrote what, and where on the page it stands.

In: the text of one Page. Out: its articles in the order of their heads, with exact spans.
Does not know other pages, how passages are cut, or any newspaper's name.

Newsprint reaches us as lines: heads, bylines, columns cut in mid-sentence, captions, briefs. lines.py tells
each line for what it looks like by itself; here one walk down the page decides, from the lines around it,
whether a head opens an article or only divides one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest
from statistics import median

from index.heads import find_district, read_head
from index.lines import Line, credit_of, ends_sentence, is_cut, numbers_clause, paragraph_end, read_lines
from index.records import Article, Kind, Page, Span
from index.text import joins_word

_DOCUMENT_NAME = re.compile(
    r"(?:规定|条例|办法|通知|公告|通告|细则|决定|决议|章程|准则|规则|意见|方案|公报|纲要|规划)(?:[(（].*[)）])?$"
)
# More title lines than that in a row are a list or a poem.
_MAX_HEAD = 8
_MAX_REPEAT = 40


@dataclass(slots=True)
class _Draft:
    """An article being read: its head lines, its byline, the lines of its body."""

    head: list[Line] = field(default_factory=list)
    byline: str | None = None
    body: list[Line] = field(default_factory=list)
    kind: Kind = "news"
    closed: bool = False
    clauses: int = 0


def split_articles(page: Page) -> list[Article]:
    """Return the articles of `page`; every one has a body, and no two share a character of it."""
    lines = read_lines(page.text)
    return [_finish(draft, page.text) for draft in _settle(_group(lines))]


# ---- one walk down the page -----------------------------------------------------------------------


def _group(lines: Sequence[Line]) -> list[_Draft]:
    """Give every line to an article. Captions stand alone and do not close the article around them."""
    usual_gap = median(line.gap for line in lines) if lines else 0
    drafts: list[_Draft] = []
    current: _Draft | None = None
    at = 0
    while at < len(lines):
        line = lines[at]
        run = _title_run(lines, at, current)
        if run and _opens_article(lines, at, run, current, usual_gap):
            current = _Draft(head=list(lines[at : at + run]))
            drafts.append(current)
            at += run
            continue
        if line.kind == "caption":
            drafts.append(_Draft(byline=credit_of(line), body=[line], kind="caption"))
        elif line.kind == "brief":
            # Every item of a column of briefs is an article under the column's head.
            if current is None or current.body:
                current = _Draft(head=current.head if current else [])
                drafts.append(current)
            current.kind = "brief"
            current.body.append(line)
        else:
            if current is None or (current.closed and line.kind not in ("byline", "signoff")):
                current = _Draft()
                drafts.append(current)
            # A line that only looked like a head is text, and may be one half of a sentence.
            as_text = line.kind == "title" and not run
            _take(replace(line, kind="body") if as_text else line, current)
        at += 1
    return drafts


def _take(line: Line, draft: _Draft) -> None:
    if line.kind in ("byline", "signoff", "dateline"):
        draft.byline = draft.byline or credit_of(line)
    if line.kind == "signoff":
        draft.closed = True
    elif line.kind != "byline":
        draft.clauses += numbers_clause(line.text)
        draft.body.append(line)


def _title_run(lines: Sequence[Line], at: int, current: _Draft | None) -> int:
    """Count the head lines from `at` on; 0 where the line only looks like one."""
    run = 0
    while run <= _MAX_HEAD and at + run < len(lines) and lines[at + run].kind == "title":
        run += 1
    after = lines[at + run] if at + run < len(lines) else None
    if after is None or run > _MAX_HEAD:
        return 0
    if _credited(after):
        return run
    unfinished = (
        current is not None
        and bool(current.body)
        and current.body[-1].kind != "title"
        and not ends_sentence(current.body[-1].text)
        and not current.closed
    )
    # A column cut short is no head, however many such lines there are; nor is a line of a wrapped text.
    wrapped = run == 1 and after.kind == "body" and after.gap < min(lines[at].gap, 2)
    if unfinished or wrapped or (run == 1 and joins_word(lines[at].text, after.text)):
        return 0
    return run


def _credited(line: Line) -> bool:
    return line.kind in ("byline", "dateline")


def _opens_article(
    lines: Sequence[Line], at: int, run: int, current: _Draft | None, usual_gap: float
) -> bool:
    """Weigh whether a run of head lines opens an article (True) or divides the one being read."""
    if current is None or current.closed or current.kind == "brief":
        return True
    if not current.body and not current.byline:  # below a byline, one more title divides the article
        return True
    head, after = lines[at : at + run], lines[at + run]
    two_parts = any(" " in line.text or "　" in line.text for line in head)
    weight = 0
    weight += 2 * _credited(after)
    weight += 2 * (after.kind == "brief")
    weight += 2 * (run >= 2)
    weight += 2 * _is_document(current)
    weight += two_parts and sum(len(line.text) for line in head) >= 12
    weight += head[0].gap > usual_gap
    return weight >= 2


def _is_document(draft: _Draft) -> bool:
    return draft.clauses >= 2 and any(_DOCUMENT_NAME.search(line.text) for line in draft.head)


def _settle(drafts: Sequence[_Draft]) -> Iterator[_Draft]:
    """Give a head without a body to the picture below it; without a picture, it is the body."""
    for draft, below in zip_longest(drafts, drafts[1:]):
        if draft.body:
            yield draft
        elif below and below.kind == "caption":
            below.head = draft.head
        elif draft.head:
            yield replace(draft, head=[], body=draft.head)


# ---- from the lines of an article to its record ---------------------------------------------------


def _finish(draft: _Draft, text: str) -> Article:
    head = read_head([line.text for line in draft.head])
    spans = tuple(_join(draft.body, text))
    body = "".join(text[span.start : span.end] for span in spans)
    return Article(
        headline=head.headline,
        kicker=head.kicker,
        subtitle=head.subtitle,
        byline=draft.byline or credit_of(draft.body[-1]),
        district=head.district or find_district(" ".join(line.text for line in draft.head), body),
        kind="document" if _is_document(draft) else draft.kind,
        spans=spans,
        text=body,
    )


def _join(body: Sequence[Line], text: str) -> Iterator[Span]:
    """Yield the spans of a body: paragraphs run on, a column that was cut in mid-sentence is closed up."""
    start, end = body[0].start, body[0].end
    for previous, line in pairwise(body):
        adjacent = not text[previous.end : line.start].strip()
        cut = is_cut(previous) and line.kind == "body" and not numbers_clause(line.text)
        if adjacent and not cut:
            end = line.end
            continue
        if not cut:  # the paragraph ends here, although another text stands below it
            end = paragraph_end(text, end)
        yield Span(start, end)
        start, end = line.start + (_repeated(previous.text, line.text) if cut else 0), line.end
    yield Span(start, end)


def _repeated(before: str, after: str) -> int:
    """Return how many characters at the head of `after` repeat the end of `before`; 0 for a lone one.

    A single character may well be doubled by right ("天|天").
    """
    longest = min(_MAX_REPEAT, len(before), len(after) - 1)
    return next((n for n in range(longest, 1, -1) if before.endswith(after[:n])), 0)
