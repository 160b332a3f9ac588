"""Page -> Article: who wrote what, and where on the page it stands.

In: the text of one Page. Out: its articles in the order of their heads, with exact spans.
Does not know other pages, how passages are cut, or any newspaper's name.

Newsprint reaches us as lines: heads, bylines, columns cut in mid-sentence, captions, briefs. Each line
is first told for what it looks like by itself; then one walk down the page decides, from the lines
around it, whether a head opens an article or only divides one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Literal

from index.records import Article, Kind, Page, Span
from index.text import HAN, fold, is_known, joins_word, words

LineKind = Literal["body", "dateline", "byline", "signoff", "caption", "brief", "title"]

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
_DATELINE = re.compile(
    rf"(?:本报|新华社|中新社|中新网|人民网|央视网|[{HAN}]{{2,6}}(?:日报|晚报|网|社))"
    rf"[{HAN}0-9 ]{{0,12}}(?:讯|电|消息)"
)
_DATELINE_CREDIT = re.compile(rf"[(（]([ 　]*(?:{_ROLE})[^()（）]{{2,60}})[)）]")
_CAPTION_CREDIT = re.compile(rf"({_CREDIT}[ 　]*(?:摄影|摄|图|制图))[ 　)）]*$")
_BRIEF = re.compile(r"[●•◆■▲★○◎◇※▪]")
_CLOSED = re.compile(r"[。！？!?…;；:：][”’」』)）》\]】\"]*$")
_SENTENCE_MARK = re.compile(r"[。；;…]|[！？!?](?=.)")
_BAD_TITLE_END = re.compile(r"[,，、:：;；—(（“‘]$")
_COMMA = re.compile(r"[,，]")
_PAIRS = ("“”", "‘’", "()", "（）", "《》", "「」", "『』", "【】")
_CONTINUES = re.compile(r"[(（,，、。；;:：)）”’》!！?？]")
_PLACE_LABEL = re.compile(rf"[{HAN}]{{1,7}}(?:区|县|市|镇|乡|街道|办事处|街道办|社区|村|旗|州)")
_DOCUMENT_NAME = re.compile(
    r"(?:规定|条例|办法|通知|公告|通告|细则|决定|决议|章程|准则|规则|意见|方案|公报|纲要|规划)(?:[(（].*[)）])?$"
)
_CLAUSE_NUMBER = re.compile(r"^(?:第[一二三四五六七八九十百0-9]+[章节条]|[(（][一二三四五六七八九十]+[)）])")
# Words in 区 and 县 that name a sort of area, not a place; the short ones only when they stand alone:
# 城区 is an area, 管城区 a district.
_COMMON_AREA = re.compile(
    r".[全该我各][区县]|[社辖全该我各市城地小园山景校片街库灾矿林郊战特新老牧湖禁专东西南北中分两本外内]?[区县]"
    r"|.*(?:集聚|试验|开发|高新|示范|商业|文化|自治|保护|居民|住宅|工业|生活|功能|创新|责任|产业|经济|核心"
    r"|服务|展示|行政|办公|教学|旅游|度假|施工|作业|危险|污染|安全|合作|贸易|保税|社|辖|小|校|园)[区县]"
)
# Two characters and 区 at the head of a clause or behind a particle. "困扰区域" is no district.
_PARTICLES = "在于到从对为和与及各全本该个的了将把被向由至是有"
_DISTRICT = re.compile(
    rf"(?:^|(?<=[^{HAN}])|(?<=[{_PARTICLES}]))(?![{_PARTICLES}市县省区乡镇村我])[{HAN}]{{2}}[区县](?![域别间分位划])"
)
_LINE_END = re.compile(r"\r\n|[\n\r\f\x0b\u2028\u2029]")
_PARAGRAPH_END = re.compile(rf"\s*?(?:{_LINE_END.pattern})")
_MAX_TITLE = 40
# More lines like that in a row are a list or a poem.
_MAX_HEAD = 8
_MIN_HEADLINE = 7
_MAX_REPEAT = 40


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the page without its margins. `gap` counts the line ends before it."""

    start: int
    end: int
    text: str
    gap: int
    kind: LineKind


@dataclass(slots=True)
class _Draft:
    """An article being read: its head lines, its byline, the lines of its body."""

    head: list[str] = field(default_factory=list)
    byline: str | None = None
    body: list[_Line] = field(default_factory=list)
    kind: Kind = "news"
    closed: bool = False
    clauses: int = 0


def split_articles(page: Page) -> list[Article]:
    """Return the articles of `page`; every one has a body, and no two share a character of it."""
    lines = _read_lines(page.text)
    drafts = _group(lines)
    return [_finish(draft, page.text) for draft in drafts if draft.body]


# ---- what each line looks like by itself ----------------------------------------------------------


def _read_lines(text: str) -> list[_Line]:
    lines, previous_end = [], 0
    for match in re.finditer(r"[^\r\n\f\x0b\u2028\u2029]+", text):
        stripped = match.group().strip()
        if not stripped:
            continue
        start = match.start() + match.group().index(stripped[0])
        gap = len(_LINE_END.findall(text, previous_end, start))
        lines.append(_Line(start, start + len(stripped), stripped, gap, _line_kind(stripped)))
        previous_end = start + len(stripped)
    return lines


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
        and all(text.count(left) == text.count(right) for left, right in _PAIRS)
        and any(word for word in words(text))
    )


# ---- one walk down the page -----------------------------------------------------------------------


def _group(lines: Sequence[_Line]) -> list[_Draft]:
    """Give every line to an article. Captions stand alone and do not close the article around them."""
    usual_gap = median(line.gap for line in lines) if lines else 0
    drafts: list[_Draft] = []
    current: _Draft | None = None
    at = 0
    while at < len(lines):
        line = lines[at]
        run = _title_run(lines, at, current)
        if run and _opens_article(lines, at, run, current, usual_gap):
            current = _Draft(head=[lines[i].text for i in range(at, at + run)])
            drafts.append(current)
            at += run
            continue
        if line.kind == "caption":
            credit = _CAPTION_CREDIT.search(line.text)
            drafts.append(_Draft(byline=credit and credit.group(1).strip(), body=[line], kind="caption"))
        elif line.kind == "brief":
            # Every item of a column of briefs is an article under the column's head.
            current = _Draft(head=current.head if current else [], body=[line], kind="brief")
            drafts.append(current)
        else:
            if current is None or (current.closed and line.kind not in ("byline", "signoff")):
                current = _Draft()
                drafts.append(current)
            # A line that only looked like a head is text, and may be one half of a sentence.
            _take(line if run else replace(line, kind=_as_text(line)), current)
        at += 1
    return drafts


def _as_text(line: _Line) -> LineKind:
    return "body" if line.kind == "title" else line.kind


def _take(line: _Line, draft: _Draft) -> None:
    if line.kind == "byline":
        draft.byline = draft.byline or line.text.strip("□■◎◇ 　")
    elif line.kind == "signoff" and (credit := _SIGNOFF.fullmatch(line.text)):
        draft.byline = draft.byline or credit.group(1)
        draft.closed = True
    else:
        if line.kind == "dateline" and (credit := _DATELINE_CREDIT.search(line.text[:100])):
            draft.byline = draft.byline or credit.group(1).strip()
        draft.clauses += bool(_CLAUSE_NUMBER.match(line.text))
        draft.body.append(line)


def _title_run(lines: Sequence[_Line], at: int, current: _Draft | None) -> int:
    """Count the head lines from `at` on; 0 where the line only looks like one."""
    run = 0
    while run <= _MAX_HEAD and at + run < len(lines) and lines[at + run].kind == "title":
        run += 1
    after = lines[at + run] if at + run < len(lines) else None
    if after is None or run > _MAX_HEAD:
        return 0
    if run == 1 and not _credited(after):
        unfinished = (
            current is not None
            and bool(current.body)
            and current.body[-1].kind != "title"
            and not _CLOSED.search(current.body[-1].text)
            and not current.closed
        )
        # A column cut short, or a line of a text that was wrapped, is no head.
        wrapped = after.kind == "body" and after.gap < min(lines[at].gap, 2)
        if unfinished or wrapped or joins_word(lines[at].text, after.text):
            return 0
    return run


def _credited(line: _Line) -> bool:
    return line.kind in ("byline", "dateline")


def _opens_article(
    lines: Sequence[_Line], at: int, run: int, current: _Draft | None, usual_gap: float
) -> bool:
    """Weigh whether a run of head lines opens an article (True) or divides the one being read."""
    if current is None or current.closed or current.kind == "brief" or not current.body:
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
    return draft.clauses >= 2 and any(_DOCUMENT_NAME.search(line) for line in draft.head)


# ---- from the lines of an article to its record ---------------------------------------------------


def _finish(draft: _Draft, text: str) -> Article:
    kicker, headline, subtitle, label = _read_head(draft.head)
    spans = tuple(_join(draft.body, text))
    body = "".join(text[span.start : span.end] for span in spans)
    byline = draft.byline
    if byline is None and (credit := _SIGNOFF.search(body[-80:])):
        byline = credit.group(1)
    kind: Kind = "document" if _is_document(draft) else draft.kind
    district = label or _find_district(" ".join(draft.head), body)
    return Article(headline, kicker, subtitle, byline, district, kind, spans, body)


def _read_head(head: Sequence[str]) -> tuple[str | None, str | None, str | None, str | None]:
    """Return kicker, headline, subtitle and district of the lines of a head.

    The headline is set in the largest type, so it is the shortest line; a line of a few characters is
    the name of a section or of a place.
    """
    label = next((line for line in head[:-1] if _names_district(line)), None)
    lines = [line for line in head if not (_PLACE_LABEL.fullmatch(line) and line != head[-1])]
    if not lines:
        return None, None, None, label
    long_enough = [line for line in lines if len(line) >= _MIN_HEADLINE]
    headline = min(long_enough, key=len) if long_enough else max(lines, key=len)
    at = lines.index(headline)
    return " ".join(lines[:at]) or None, headline, " ".join(lines[at + 1 :]) or None, label


def _names_district(line: str) -> bool:
    return len(line) <= 8 and line[-1] in "区县" and not _COMMON_AREA.fullmatch(line)


def _find_district(head: str, body: str) -> str | None:
    """Return the district that the article is about: named in its head, first in its lead, or alone in it."""
    for text in (head, body[:200]):
        if named := list_districts(text):
            return named[0]
    named = list_districts(body)
    return named[0] if len(set(named)) == 1 else None


def list_districts(text: str) -> list[str]:
    """Return the districts and counties that `text` names, as printed, in their order.

    A name is a word of the dictionary (金水区), or two characters and 区 at the head of a clause, which
    finds the names that the dictionary does not hold (惠济区).
    """
    found = {offset: len(word) for word, offset in words(text) if is_known(word) and _names_district(word)}
    for match in _DISTRICT.finditer(fold(text)):
        if not _COMMON_AREA.fullmatch(match.group()):
            found.setdefault(match.start(), len(match.group()))
    return [text[offset : offset + found[offset]] for offset in sorted(found)]


def _join(body: Sequence[_Line], text: str) -> Iterator[Span]:
    """Yield the spans of a body: paragraphs run on, a column that was cut in mid-sentence is closed up."""
    start, end = body[0].start, body[0].end
    for previous, line in pairwise(body):
        adjacent = not text[previous.end : line.start].strip()
        cut = _is_cut(previous) and line.kind == "body" and not _CLAUSE_NUMBER.match(line.text)
        if adjacent and not cut:
            end = line.end
            continue
        if not cut and (line_end := _PARAGRAPH_END.match(text, end)):
            end = line_end.end()  # the paragraph ends here, although another text stands below it
        yield Span(start, end)
        start, end = line.start + (_repeated(previous.text, line.text) if cut else 0), line.end
    yield Span(start, end)


def _is_cut(line: _Line) -> bool:
    return line.kind != "title" and not _CLOSED.search(line.text) and not _SIGNOFF.search(line.text[-60:])


def _repeated(before: str, after: str) -> int:
    """Return how many characters at the head of `after` repeat the end of `before`; 0 for a lone one.

    A single character may well be doubled by right ("天|天").
    """
    longest = min(_MAX_REPEAT, len(before), len(after) - 1)
    return next((n for n in range(longest, 1, -1) if before.endswith(after[:n])), 0)
