"""The lines of a page -> its blocks: paragraphs, each with the lines that stand above and below it.

In: lines, each told for what it looks like by itself. Out: blocks in page order, captions and briefs among
them, and the lines that are page furniture. Does not know which block runs on in which: that is stitch.py.

A line that looks like a title may be a head, a heading inside an article, or text: the middle of a sentence
that two column breaks cut short. What stands around it tells text from the rest; whether a head opens an
article is left to be weighed with everything else that is known of two blocks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal

from index.lines import Line, LineKind, is_cut, starts_inside
from index.seams import count_repeated, load_seams
from index.text import joins_word

BlockKind = Literal["text", "caption", "brief"]

# More title lines than that in a row are a list or a poem.
_MAX_HEAD = 8
# Log odds above which a title line below a broken sentence runs on from it. On made pages 4 of 100 heads
# there are higher, and 60 of 100 continuations that look like titles; there are 13 times as many heads.
_RUNS_ON = -1.0
# And above which a lone title line goes on in the text below it. On made pages, of 1,384 heads without a
# comma 20 are higher, and of 135 beginnings of a paragraph that are as short as a title 53.
_GOES_ON = 0.5
# The same for a line with a comma, of which 197 were text and 8 a head, and for one below a head with its
# credit, where text is due: of the heads 16 and 27 of 100 are higher, of the others 75 and 78.
_GOES_ON_BEHIND_COMMA, _GOES_ON_BELOW_CREDIT = -2.0, -3.0
_COMMA = re.compile("[,，]")


@dataclass(slots=True)
class Block:
    """A paragraph, or what a column break left of it.

    `titles` and then `bylines` stand right above it, `signoffs` right below. `leading` are credits above the
    titles: of the text before, or of a lead that has its credit below it.
    """

    line: Line
    kind: BlockKind = "text"
    titles: list[Line] = field(default_factory=list)
    bylines: list[Line] = field(default_factory=list)
    signoffs: list[Line] = field(default_factory=list)
    leading: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Above:
    """The head lines read since the last paragraph."""

    titles: list[Line] = field(default_factory=list)
    bylines: list[Line] = field(default_factory=list)
    leading: list[Line] = field(default_factory=list)

    def add_title(self, line: Line) -> None:
        if not self.titles:
            self.leading, self.bylines = self.bylines, []
        self.titles.append(line)

    def give_to(self, block: Block) -> Block:
        block.titles, block.bylines, block.leading = self.titles, self.bylines, self.leading
        self.titles, self.bylines, self.leading = [], [], []
        return block


def read_blocks(lines: Sequence[Line]) -> tuple[list[Block], list[Line]]:
    """Return the blocks of a page in its order, and the lines that are page furniture."""
    blocks: list[Block] = []
    furniture = [line for line in lines if line.kind == "imprint"]
    lines = [line for line in lines if line.kind != "imprint"]
    above = _Above()
    last: Block | None = None  # the last paragraph of running text
    run_end = list_end = 0
    below = _kinds_below(lines)
    for at, line in enumerate(lines):
        if line.kind == "title" and at >= max(run_end, list_end):
            list_end = _list_end(lines, at)
            run_end = max(at, list_end) + _title_run(lines, max(at, list_end), above, last)
        if line.kind == "title" and list_end <= at < run_end:
            above.add_title(line)
        elif line.kind == "byline":
            above.bylines.append(line)
        elif line.kind == "signoff" and last and not above.titles:
            last.signoffs += [*above.bylines, line]
            above.bylines = []
        elif line.kind == "signoff":
            above.bylines.append(line)
        elif line.kind == "caption":
            block = Block(line, "caption")
            blocks.append(above.give_to(block) if below[at] in (None, "title", "brief") else block)
        elif line.kind == "brief":
            blocks.append(above.give_to(Block(line, "brief")))
            last = None
        else:
            last = above.give_to(Block(replace(line, kind="body") if line.kind == "title" else line))
            blocks.append(last)
    return _settle(blocks, above, last), furniture


def _settle(blocks: list[Block], above: _Above, last: Block | None) -> list[Block]:
    """Give what stands at the end of the page, with no text below it, a place."""
    if above.titles:
        first, *more = above.titles
        above.titles = []
        blocks.append(above.give_to(Block(replace(first, kind="body"))))
        blocks += [Block(replace(line, kind="body")) for line in more]
    elif above.bylines and last:
        last.signoffs += above.bylines
    elif above.bylines and blocks:
        blocks[-1].signoffs += above.bylines
    elif above.bylines:
        blocks += [Block(replace(line, kind="body")) for line in above.bylines]
    return blocks


def _kinds_below(lines: Sequence[Line]) -> list[LineKind | None]:
    """Return for each line the kind of the next one that is no caption, None where there is none.

    A head above a caption is the picture's where no text of an article follows.
    """
    kinds: list[LineKind | None] = []
    below: LineKind | None = None
    for line in reversed(lines):
        kinds.append(below)
        below = below if line.kind == "caption" else line.kind
    return kinds[::-1]


def _list_end(lines: Sequence[Line], at: int) -> int:
    """Return where a list of lines like titles that begins at `at` ends; 0 where they may be a head.

    Of a list right above a credit the last line is the head.
    """
    end = next((n for n in range(at, len(lines)) if lines[n].kind != "title"), len(lines))
    if end - at <= _MAX_HEAD:
        return 0
    return end - (end < len(lines) and lines[end].kind in ("byline", "dateline"))


def _title_run(lines: Sequence[Line], at: int, above: _Above, last: Block | None) -> int:
    """Count the head lines from `at` on; 0 where the line only looks like one. `last` is the text above."""
    last = None if above.titles or above.bylines else last
    run = 0
    while at + run < len(lines) and lines[at + run].kind == "title":
        run += 1
    after = lines[at + run] if at + run < len(lines) else None
    if run == 0 or after is None:
        return 0
    if after.kind in ("byline", "dateline"):
        return run
    head = lines[at]
    if (
        run == 1
        and after.kind == "body"
        and head.hashes == 0
        and _goes_on(head.text, after.text, _doubt(head.text, above, at))
    ):
        return 0
    if last and is_cut(last.line) and not last.signoffs and _runs_on(last.line.text, head.text):
        return 0
    return run


def _runs_on(text: str, title: str) -> bool:
    return _weigh_seam(text, title) > _RUNS_ON or joins_word(text, title)


def _doubt(title: str, above: _Above, at: int) -> float:
    """Return the log odds above which a lone title line is text, where it is line `at` of the page."""
    comma, credited = at > 0 and bool(_COMMA.search(title)), bool(above.titles and above.bylines)
    if comma and credited:
        return -inf
    return _GOES_ON_BELOW_CREDIT if credited else _GOES_ON_BEHIND_COMMA if comma else _GOES_ON


def _goes_on(title: str, text: str, odds: float) -> bool:
    """Tell whether a line that looks like a title is the beginning of the sentence that the next line ends.

    The seam may repeat a few characters: 今年/年前八个月, 九千六百元,请/元,请电工.
    """
    if starts_inside(text) or joins_word(title, text):
        return True
    repeated = count_repeated(title, text)
    if repeated and not text[:repeated].isalnum():  # a head ends in no mark
        return True
    bare = text[repeated:]
    return _weigh_seam(title, bare) > odds or (bare != text and joins_word(title, bare))


def _weigh_seam(before: str, after: str) -> float:
    seams = load_seams()
    return float((seams.encode_ends([before]) @ seams.encode_beginnings([after]).T)[0, 0])
