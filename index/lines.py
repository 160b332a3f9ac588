"""The text of a page -> its lines, each told for what it looks like by itself.

In: the text of one page. Out: Line records with exact offsets, and small questions about a line's text:
who is credited, whether it ends a sentence. Does not know the lines around a line, or what an article is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.furniture import imprint_lines, is_imprint_line
from index.records import Span
from index.text import HAN, fold

LineKind = Literal["body", "dateline", "byline", "signoff", "caption", "brief", "title", "imprint"]

_NAME = rf"[{HAN}·]{{2,8}}"
_ROLE = (
    r"(?:本报|本刊|本社)?(?:首席|特约|实习|见习|全媒体|融媒体)?(?:记者|通讯员|评论员|实习生|撰稿|编辑|摄影)"
)
# A role looks like a name, so names and further roles are one list of items: a pattern that tells them
# apart takes exponential time to fail on "记者 记者 记者 …".
_ITEM = rf"(?:{_ROLE}[ 　]*[:：][ 　:：/]*)?{_NAME}"
_CREDIT = rf"{_ROLE}[ 　:：/]+{_NAME}(?:[ 　、/]+{_ITEM})*"
_BYLINE = re.compile(rf"[□■◎◇]?[ 　]*{_CREDIT}(?:[ 　、/]+(?:{_ITEM}|[文图摄]))*[ 　]*")
_SIGNOFF = re.compile(rf"[(（][ 　]*({_CREDIT})[ 　]*[)）]")
_SIGNED = re.compile(rf"{_SIGNOFF.pattern}$")
_DATELINE = re.compile(
    rf"[【〔\[]?(?:本报|新华社|中新社|中新网|人民网|央视网|[{HAN}]{{2,6}}(?:日报|晚报|网|社))"
    rf"[{HAN}0-9 ]{{0,12}}(?:讯|电|消息)"
)
_DATELINE_CREDIT = re.compile(rf"[(（【〔]([ 　]*(?:{_ROLE})[^()（）【】〔〕]{{2,60}})[)）】〕]")
_CAPTION_CREDIT = re.compile(rf"({_CREDIT}[ 　]*(?:摄影|摄|图|制图))[ 　)）]*$")
_BRIEF = re.compile(r"[●•◆■▲★○◎◇※▪]")
# A full stop behind a word ends a sentence; behind a digit or a letter it may number an item.
_CLOSED = re.compile(r"(?:[。！？!?…;；:：]|(?<=[A-Za-z]{2})\.)[”’」』)）》\]】\"]*$")
# "落网!牵出45人" is a headline; a line that has such a mark inside and ends with one is text.
_SENTENCE_MARK = re.compile(r"[。；;…]|[！？!?](?=.*[。！？!?…”’」』]$)")
_BAD_TITLE_END = re.compile(r"[,，、:：;；—(（“‘]$")
_COMMA = re.compile(r"[,，]")
_PAIRS = ("“”", "‘’", "()", "（）", "《》", "「」", "『』", "【】")
_CONTINUES = re.compile(r"[(（,，、。；;:：)）”’》!！?？]")
_CLAUSE_NUMBER = re.compile(r"^(?:第[一二三四五六七八九十百0-9]+[章节条]|[(（][一二三四五六七八九十]+[)）])")
_INSIDE = re.compile(r"[,，、。;；:：)）”’》」』】!！?？%·]")
_LINE_END = re.compile(r"\r\n|[\n\r\f\x0b\u2028\u2029]")
_PARAGRAPH_END = re.compile(rf"\s*?(?:{_LINE_END.pattern})")
_MAX_TITLE = 40
_LONGEST_LABEL = 6
_PATH = re.compile(r"[>›»|/]|首页|首頁")
_CLOSES_BRACKET = re.compile(r"[^()（）]{0,80}[)）]")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_HASHES = re.compile(r"(#{1,6})[ \t　]+(?=\S)")
# Columns of print hold 8 to 60 characters; what is shorter is a poem or a list.
_NARROWEST, _WIDEST = 8, 60


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page without its margins, or a paragraph that was printed in several.

    `text` is exactly the page's characters at `parts`, joined: several parts where the line was wrapped;
    `folded` is that text for matching.
    `gap` counts the line ends before it, `hashes` the # that Markdown puts before a heading.
    """

    parts: tuple[Span, ...]
    text: str
    folded: str
    gap: int
    kind: LineKind
    hashes: int = 0

    @property
    def start(self) -> int:
        """Where on the page its first character stands."""
        return self.parts[0].start

    @property
    def end(self) -> int:
        """Where on the page its last character ends."""
        return self.parts[-1].end


@dataclass(frozen=True, slots=True)
class _Raw:
    """A line as printed; `indent` is its left margin in columns, a full-width blank counts two."""

    start: int
    text: str
    gap: int
    indent: int
    imprint: bool = False

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


def read_lines(text: str) -> list[Line]:
    """Return the lines of a page that are not blank, each told for what it looks like by itself."""
    lines = []
    raw, page = _split_lines(text), fold(text)
    imprint = imprint_lines([line.text for line in raw])
    for paragraph in _unwrap([replace(line, imprint=at in imprint) for at, line in enumerate(raw)]):
        first = paragraph[0]
        hashes = _HASHES.match(first.text) if len(paragraph) == 1 else None
        skip = hashes.end() if hashes else 0
        joined = "".join(line.text for line in paragraph)[skip:]
        parts = (Span(first.start + skip, first.span.end), *(line.span for line in paragraph[1:]))
        folded = "".join([page[part.start : part.end] for part in parts])
        kind: LineKind = _line_kind(folded)
        if hashes:
            kind = "title"
        elif first.imprint:
            kind = "imprint"
        elif is_imprint_line(joined):  # a date alone, far from the head of the page
            kind = "signoff"
        lines.append(Line(parts, joined, folded, first.gap, kind, len(hashes.group(1)) if hashes else 0))
    return lines


def _split_lines(text: str) -> list[_Raw]:
    lines, previous_end = [], 0
    for match in re.finditer(r"[^\r\n\f\x0b\u2028\u2029]+", text):
        stripped = match.group().strip()
        if not stripped:
            continue
        margin = match.group().index(stripped[0])
        start = match.start() + margin
        gap = len(_LINE_END.findall(text, previous_end, start))
        indent = sum(2 if c == "　" else 1 for c in match.group()[:margin])
        lines.append(_Raw(start, stripped, gap, indent))
        previous_end = start + len(stripped)
    return lines


def _unwrap(lines: Sequence[_Raw]) -> Iterator[Sequence[_Raw]]:
    """Yield paragraphs: runs of lines that were wrapped at a column's width, all others by themselves."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or lines[end].gap != 1 or lines[end].imprint or lines[start].imprint:
            yield from _unwrap_run(lines[start:end])
            start = end


def _unwrap_run(run: Sequence[_Raw]) -> Iterator[Sequence[_Raw]]:
    """Yield the paragraphs of lines that no blank line parts.

    The lines were wrapped if most are about as long as the longest ones, and those seldom end where a
    sentence does. A paragraph then ends with a short line, or before a line that is set in more than others.
    """
    width = sorted(len(line.text) for line in run)[(9 * len(run)) // 10]
    full = [line for line in run if width - 2 <= len(line.text) <= width + 2]
    # Of a table of prices or telephones most lines end in a digit.
    broken = [line for line in full if not ends_sentence(line.text) and not line.text[-1].isdigit()]
    if not (
        _NARROWEST <= width <= _WIDEST
        and len(run) >= 3
        and 2 * len(full) >= len(run)
        and 2 * len(broken) >= len(full)
    ):
        yield from _close_brackets(run)
        return
    margin = min(line.indent for line in run)
    start = 0
    for end in range(1, len(run) + 1):
        if end == len(run) or len(run[end - 1].text) < width - 2 or run[end].indent > margin:
            yield run[start:end]
            start = end


def _close_brackets(run: Sequence[_Raw]) -> Iterator[Sequence[_Raw]]:
    """Yield lines by themselves, but two over which a bracket is open: (2020年2月26日 …/… 发布)."""
    start = 0
    for end in range(1, len(run) + 1):
        last = run[end - 1].text
        opened = max(last.rfind("("), last.rfind("（")) > max(last.rfind(")"), last.rfind("）"))
        closes = end < len(run) and end == start + 1 and bool(_CLOSES_BRACKET.match(run[end].text))
        if not (opened and closes):
            yield run[start:end]
            start = end


def _line_kind(text: str) -> LineKind:
    if _BRIEF.match(text) and len(text) > _MAX_TITLE // 2:
        return "brief"
    if len(text) <= 100:
        if _SIGNOFF.fullmatch(text):
            return "signoff"
        if _BYLINE.fullmatch(text):
            return "byline"
    if _DATELINE.match(text):
        return "dateline"
    if len(text) <= 400 and _CAPTION_CREDIT.search(text[-80:]):
        return "caption"
    return "title" if _looks_like_title(text) else "body"


def _looks_like_title(text: str) -> bool:
    return (
        2 <= len(text) <= _MAX_TITLE
        and not _CLAUSE_NUMBER.match(text)
        and not _SENTENCE_MARK.search(text)
        and len(_COMMA.findall(text)) <= 1
        and not _BAD_TITLE_END.search(text)
        and not _CONTINUES.match(text)
        and all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS)
        and any(map(str.isalnum, text))
    )


def credit_of(line: Line) -> str | None:
    """Return who wrote or took what the line is of, as printed; None where it does not say."""
    if line.kind == "byline":
        return line.text.strip("□■◎◇ 　")
    if line.kind == "dateline":
        low, pattern = 0, _DATELINE_CREDIT
    else:
        low, pattern = max(len(line.text) - 80, 0), _CAPTION_CREDIT if line.kind == "caption" else _SIGNOFF
    # Folded, 記者 is 记者; no character moves, so what is found is cut from the line as printed.
    found = pattern.search(line.folded, low, low + 100)
    return line.text[found.start(1) : found.end(1)].strip() if found else None


def is_kicker(line: Line) -> bool:
    """Tell whether a line above a headline may belong to it: no name of a section, no path (首页 > 新闻)."""
    return line.kind == "title" and len(line.text) > _LONGEST_LABEL and not _PATH.search(line.text)


def numbers_clause(text: str) -> bool:
    """Tell whether a line begins as a clause of a document does: 第七条, (一)."""
    return bool(_CLAUSE_NUMBER.match(text))


def ends_sentence(text: str) -> bool:
    """Tell whether a line ends where a sentence ends."""
    return bool(_CLOSED.search(text))


def starts_inside(text: str) -> bool:
    """Tell whether a text begins with a mark that no sentence begins with."""
    return bool(_INSIDE.match(text))


def is_cut(line: Line) -> bool:
    """Tell whether a line of text breaks off in mid-sentence, as a column does."""
    return (
        line.kind != "title"
        and not ends_sentence(line.text)
        and not _SIGNED.search(line.text[-60:])
        and not _IN_BRACKETS.fullmatch(line.text)
    )


def paragraph_end(text: str, end: int) -> int:
    """Return where the line that ends at `end` gives way to the next; `end` itself at the end of the page."""
    line_end = _PARAGRAPH_END.match(text, end)
    return line_end.end() if line_end else end
