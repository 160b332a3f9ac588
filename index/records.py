"""The nouns of the archive, as frozen records.

In: nothing. Out: Span, Page, Article, Passage, and Reading with its Join and Furniture, which
every other module passes along.
Does not know where they come from, how they are stored, or that questions exist.

Offsets are Unicode code points in `Page.text`. A text that was cut by a column break is a list of
spans; what lies between two spans of one article (blank lines, a repeated stretch) belongs to no text.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["news", "caption", "document", "brief"]
FurnitureKind = Literal["blank", "imprint", "section", "repeat", "mark"]

_BLANKS = re.compile(r"[\s#]*")  # with the marks that Markdown puts before a heading
# No seam repeats more than that.
_LONGEST_REPEAT = 120


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, `start` inclusive, `end` exclusive."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, got {self.start} and {self.end}")

    def __len__(self) -> int:
        return self.end - self.start


def stands_below(text: str, before: Span, after: Span) -> bool:
    """Tell whether `after` follows `before` on a page with nothing between but blanks and words said twice.

    Together they are then one place: from the start of the first to the end of the second stands no other
    text. The pieces of an article need not: it may go on above, or below another article.
    """
    if after.start < before.end:
        return False
    blanks = _BLANKS.match(text, before.end, after.start)
    start = blanks.end() if blanks else before.end
    if not 0 < after.start - start <= _LONGEST_REPEAT:
        return start == after.start
    # Without blanks: lines that were wrapped at another place than the first time.
    said = "".join(text[max(before.end - 2 * _LONGEST_REPEAT, 0) : before.end].split())
    return said.endswith("".join(text[start : after.start].split()))


@dataclass(frozen=True, slots=True)
class Page:
    """One newspaper page as read from a file.

    `source` is the name that citations show: news.jsonl#12 for the row that begins in line 12, paper.pdf#3
    for page 3. `path` is the file it was read from, absolute; `sha256` is that of the file. `encoding` is
    that of the characters (gb18030) where `text` is the file itself; where it was taken out of the file, the
    format stands in front (html gb18030, jsonl utf-8), or alone (pdf, docx). `date` (2016-10-25),
    `newspaper` and `edition` (A03) are None where neither the file, its name nor the page's own masthead
    says them. Where the file itself names one headline for all of its text, `title` is where in `text` it
    stands: such a page holds one article.
    """

    source: str
    path: str
    text: str
    encoding: str
    sha256: str
    date: str | None = None
    newspaper: str | None = None
    edition: str | None = None
    title: Span | None = None

    @property
    def version(self) -> str:
        """Eight hex digits of `text`: while they stay the same, so do the words at every offset."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


@dataclass(frozen=True)
class Article:
    """One item of a page: its head, who wrote it, where it belongs, and where its body stands.

    `text` is the body: exactly the page's characters at `spans`, joined; their order is that of the text,
    which the page may not keep. The head (kicker, headline, subtitle, byline) is copied from the page, where
    it stands at `head`; each part is None where the page prints none. `section` is the name of the column
    that the article stands in, `dates` are those that its text names, as printed.
    """

    headline: str | None
    kicker: str | None
    subtitle: str | None
    byline: str | None
    district: str | None
    kind: Kind
    spans: tuple[Span, ...]
    text: str
    head: tuple[Span, ...] = ()
    section: str | None = None
    dates: tuple[str, ...] = ()

    @cached_property
    def _offsets(self) -> list[int]:
        """Where each span begins in `text`."""
        offsets, total = [], 0
        for span in self.spans:
            offsets.append(total)
            total += len(span)
        return offsets

    @property
    def title(self) -> str:
        """The head in one line, for matching: kicker, headline, subtitle."""
        return " ".join(part for part in (self.kicker, self.headline, self.subtitle) if part)

    def page_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Map `text[start:end]` to the page: one span, or several where it was cut, in the order of the text.

        Raises ValueError where the range is empty or not in the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no range {start}:{end} in an article of {len(self.text)} characters")
        return tuple(self._pieces(start, end))

    def _pieces(self, start: int, end: int) -> Iterator[Span]:
        first = bisect_right(self._offsets, start) - 1
        for at in range(first, len(self.spans)):  # no slices: a page may be 100,000 lines, each its own span
            offset, span = self._offsets[at], self.spans[at]
            if offset >= end:
                return
            low, high = max(start - offset, 0), min(end - offset, len(span))
            if low < high:
                yield Span(span.start + low, span.start + high)


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole neighbouring sentences of one article: `article.text[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Join:
    """Two pieces of one article that do not simply follow one another as paragraphs.

    `before` is the offset on the page where the first piece ends, `after` where the second begins. `score`
    is the probability that they belong together; `reason` names the strongest sign. `closed` tells whether
    the sentence runs on over the seam, and `repeated` how many characters it prints a second time.
    """

    before: int
    after: int
    score: float
    reason: str
    closed: bool
    repeated: int


@dataclass(frozen=True, slots=True)
class Furniture:
    """What belongs to no article: blanks, a masthead, a section's name, a repetition, marks of Markdown."""

    span: Span
    kind: FurnitureKind


@dataclass(frozen=True, slots=True)
class Reading:
    """How a page was read. Every character of it is in one article's spans or head, or in one Furniture."""

    articles: tuple[Article, ...]
    joins: tuple[Join, ...]
    furniture: tuple[Furniture, ...]
