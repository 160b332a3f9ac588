"""Question -> what it limits its answer to, and what it then asks.

In: a stand-alone question. Out: Limits, and the question without the phrases that say them.
Does not know which articles lie inside them: scope.py does.

A place or a date in a question is mostly part of what is asked: "惠济区配了多少台?", "2月24日那天做了什么?",
"2020年晋升工资涉及多少人?" stay whole, for an article that answers may have no date of its own, and a limit
would lose it. It is a limit only where the question says so:

- it speaks of the paper: "在惠济区的报道中", "2016年10月的报纸", "A03版上", "简讯里", "001.txt里";
- it says "only": "只看惠济区", "限于去年";
- it opens a question that has no subject of its own, "去年发生了哪些大事?", or asks for reports themselves,
  "惠济区有多少篇报道提到秸秆?".

A phrase that says no more than where to look is taken out of what is searched. Nothing is understood from the
words of the archive itself but the names of its districts and files.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from index.heads import list_districts
from index.text import HAN, fold
from index.text import words as words_of
from qa.records import Limit, LimitKind
from qa.scope import Scope
from qa.timewords import find_periods

_REPORTS = "新闻报道|报道|报导|新闻|文章|消息|稿件|稿子|报纸|报刊|版面|记载"
_KINDS = {
    "图片说明": "caption", "照片说明": "caption", "图片新闻": "caption", "图注": "caption", "图说": "caption",
    "简讯": "brief", "短讯": "brief", "简明新闻": "brief", "文件": "document",
}  # fmt: skip
_IN = "里面|里边|里|当中|之中|中|上面|上(?![市线涨任台岗班学海报级调升映演])|之内|范围内|内"
# What may follow a noun that is one of reports: in 新闻发布会 it is none.
_GOES_ON = (
    rf"(?=$|[,，:：?？!！。、 ]|{_IN}|说|写|讲|提|谈|登|刊|记|介绍|称|有|没|都|一共|总共|共|总|是"
    "|涉及|出现|怎|如何|哪|谁|几|多少|什么|为)"
)
_SPOKEN_OF = re.compile(rf"的?(?P<noun>{_REPORTS}){_GOES_ON}(?P<within>{_IN})?|的?(?P<paper>报)(?P<on>上)")
# Behind an edition or a newspaper that opens the question, and elsewhere (在《江州晚报》上发表 is a fact).
_SAYS = re.compile(rf"(?:{_IN})|的?头条|说|写|讲|提|登|刊|报道|有(?:什么|哪些|多少|几|关于)")
_HOW = re.compile(rf"(?:{_IN})?是?(?:怎么|如何|怎样)(?:说|写|讲|报道|登)")
_WITHIN = re.compile(rf"(?:{_IN})")
_ONLY = re.compile(
    rf"(?:(?<![{HAN}])|(?<=请))(?:只看|只查|只找|只限|只在|仅看|仅查|仅在|仅限于?|限于|限定在?|限定为)[在于]?$"
)
_LEAD = re.compile(r"(?:请问|那么?|在|于|从|据|根据|关于|有关|对于|查找?|看看?)+$")
_LINK = re.compile(r"[的在于,， ]*")
_PAUSE = re.compile(r"[,，:：、 ]*")
# A question that asks for the reports themselves begins so, behind its limits.
_ASKS_REPORTS = re.compile(
    rf"(?:的|里|中|上|,|，|一共|总共|共|都|有|登|写|刊|发|过|了|(?:{_REPORTS}))*"
    rf"(?:(?:多少|几|哪几|哪)(?:篇|条|则|张|版|个?区|个?县)|哪些(?:{_REPORTS}|{'|'.join(_KINDS)}|区|县|版|关于|提|写)|哪[些几]?(?:份|家|种)?报)"
)
_THAT_DAY = re.compile(r"[那当这][天日年月]")
_HOW_MANY = re.compile(r"(?:多少|几|哪些|哪几)[篇条则张份]?$")
_OPEN = re.compile(
    r"(?:发生|出现|有|过|了|哪些|什么|啥|大事|要闻|新鲜事|事情?|动态|内容|都|还|主要|重要|登载?|写|刊登|讲|说|提到"
    rf"|值得关注|的|吗|呢|{_REPORTS}|[,，?？!！。 ])*"
)
_FILE = re.compile(r"[\w./-]*\.(?:txt|text|md|markdown|html?|jsonl|csv|docx|pdf)(?:#\d+)?(?![a-z])")
_EDITION = re.compile(
    r"第(?P<number>[a-z]?\d{1,3}|[一二三四五六七八九十]{1,3})版|(?<![a-z\d])(?P<printed>[a-z]\d{1,2})版|头(?P<first>版)"
)
_PAPER = re.compile(
    rf"《[{HAN}]{{2,9}}报》|(?:(?<![{HAN}])|(?<=[在从据看查于的]))(?![在从据看查于的今昨前每])"
    r"[^\W\d_的年月]{2,6}?(?:日|晚|早|晨|午|时|商|快|导|都市|青年|工人|农民|法制|法治|经济)报(?![道告导社销案警名])"
)
_KIND = re.compile("|".join(_KINDS))
# A place that is no district: where its name begins, there is no other character, or a particle.
_PLACE = re.compile(
    rf"(?:(?<![{HAN}])|(?<=[在从于关对据和及]))(?![在从于关对据和及])[^\W\d_哪几的于个了是有]{{2,6}}?[市州镇乡村]"
)
_NO_PLACE = re.compile(
    r".*(?:城市|都市|超市|夜市|股市|楼市|菜市|集市|上市|乡村|农村|山村|[小古]镇|村镇|本[市镇乡村]|全[市镇乡村])|[全各我该每].."
)
_FUNCTION = re.compile(
    r"请问|只看|只查|只找|只限|只在|仅看|仅限|限于|限定|关于|有关|哪些|多少|几篇|看看?|查找?"
)
_BARE = re.compile(
    rf"(?:^|在|关于|有关|[,，]|只看|只查|限于)(?P<name>[{HAN}]{{2,4}}?)的?(?:{_REPORTS}){_GOES_ON}"
)


@dataclass(frozen=True, slots=True)
class Limited:
    """A question with what it is limited to.

    `rest` is what it asks without that, `searched` the words of it that name its subject.
    """

    limits: tuple[Limit, ...]
    rest: str
    searched: str


@dataclass(frozen=True, slots=True)
class _Item:
    """Something in the folded question that may be a limit."""

    start: int
    end: int
    kind: LimitKind
    value: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Neighbouring items that are limits, with the words around them that belong to them.

    `of_print`: they speak of what is printed, so that a date is that of the paper, not that of an event.
    """

    start: int
    end: int
    items: tuple[_Item, ...]
    of_print: bool


def find_limits(question: str, scope: Scope, asked_on: date) -> Limited:
    """Return the limits of a stand-alone question that was asked on a day, and the rest of it."""
    folded = fold(question)
    phrases = list(_find_phrases(folded, _list_items(folded, asked_on, scope)))
    if not phrases:
        return Limited((), question, question)
    today = scope.newest or asked_on
    periods = {(start, end): str(period) for start, end, period in find_periods(folded, today)}
    cuts = [0, *(at for phrase in phrases for at in (phrase.start, phrase.end)), len(question)]
    rest = "".join(question[low:high] for low, high in zip(cuts[::2], cuts[1::2], strict=True))
    rest = rest.strip(" ,，、:：的")
    limits = []
    for phrase in phrases:
        for item in phrase.items:
            kind, value = item.kind, periods.get((item.start, item.end), item.value)
            if kind == "date":
                kind = "date" if phrase.of_print else "time"
            elif kind in ("district", "source", "newspaper"):
                value = _name(question[item.start : item.end], item, scope)
            said = question[phrase.start : phrase.end] if len(phrase.items) == 1 else _words(item, question)
            limits.append(Limit(kind, said, value, _ask_without(item, phrases, question, rest)))
    searched = re.sub(rf"^(?:{_REPORTS}|报)(?:{_IN})?(?:说|写|讲|称|提到)?[,，:：]?", "", rest)
    return Limited(tuple(limits), rest, searched if any(True for _ in words_of(searched)) else question)


def _ask_without(gone: _Item, phrases: Sequence[_Phrase], question: str, rest: str) -> str:
    """Return the question with all limits but one, in words that are understood as these limits again."""
    asked = rest
    for phrase in reversed(phrases):
        kept = "的".join(_words(item, question) for item in phrase.items if item != gone)
        if kept:
            asked = f"在{kept}的报道中,{asked}" if phrase.of_print else f"限于{kept},{asked}"
    return asked


def _words(item: _Item, question: str) -> str:
    return question[item.start : item.end]


def is_open(rest: str) -> bool:
    """Tell whether a question without its limits has no subject: "有哪些新闻?", "发生了什么?"."""
    return _OPEN.fullmatch(fold(rest)) is not None


# ---- what may be a limit ----------------------------------------------------------------------------


def _list_items(folded: str, today: date, scope: Scope) -> list[_Item]:
    """Return what may be a limit, in order; of two that overlap the longer one."""
    found = [_Item(start, end, "date", str(period)) for start, end, period in find_periods(folded, today)]
    for match in _FILE.finditer(folded):
        name = _file_in(match[0], scope)
        found.append(_Item(match.end() - len(name), match.end(), "source", name))
    for match in _EDITION.finditer(folded):
        value = match["number"] or match["printed"] or "1"
        found.append(_Item(match.start(), match.end(), "edition", value.upper()))
    for match in _PAPER.finditer(folded):
        found.append(_Item(match.start(), match.end(), "newspaper", match[0].strip("《》")))
    for match in _KIND.finditer(folded):
        if match[0] != "文件" or re.search(r"(?:^|[在的,，]|只看|只查|限于)$", folded[: match.start()]):
            found.append(_Item(match.start(), match.end(), "kind", _KINDS[match[0]]))
    plain = list(folded)
    for start, end in [(item.start, item.end) for item in found] + [
        m.span() for m in _FUNCTION.finditer(folded)
    ]:
        plain[start:end] = " " * (end - start)
    found += _list_places("".join(plain))
    found += _list_bare_names(folded, scope)
    chosen: list[_Item] = []
    for item in sorted(found, key=lambda item: (item.start - item.end, item.start)):
        if all(item.end <= other.start or other.end <= item.start for other in chosen):
            chosen.append(item)
    return sorted(chosen, key=lambda item: item.start)


def _list_places(plain: str) -> Iterator[_Item]:
    for name in dict.fromkeys(list_districts(plain)):
        for match in re.finditer(re.escape(name), plain):
            yield _Item(match.start(), match.end(), "district", name)
    for match in _PLACE.finditer(plain):
        if not _NO_PLACE.fullmatch(match[0]):
            yield _Item(match.start(), match.end(), "district", match[0])


def _list_bare_names(folded: str, scope: Scope) -> Iterator[_Item]:
    """Yield districts of the archive that are called without their last character: 惠济的报道."""
    for match in _BARE.finditer(folded):
        if any(fold(district[:-1]) == match["name"] for district in scope.districts):
            yield _Item(*match.span("name"), "district", match["name"])


def _file_in(token: str, scope: Scope) -> str:
    """Return the name of a file at the end of a run of characters: 柳河.txt of 在柳河.txt."""
    names = (token[at:] for at in range(len(token)))
    known = next((name for name in names if name in scope.files), None)
    return known or re.sub(rf"^[{HAN}]*(?=[!-~])", "", token.lstrip("在从查看据只的")) or token


def _name(printed: str, item: _Item, scope: Scope) -> str:
    """Return what the archive itself calls a district or a newspaper; what it does not know, as asked."""
    printed = printed.strip("《》")
    if item.kind == "source":
        return printed
    known_names = scope.districts if item.kind == "district" else scope.newspapers
    folded = fold(printed)
    ends = ("", "区", "县", "市", "旗") if item.kind == "district" else ("",)
    return next((name for end in ends for name in sorted(known_names) if fold(name) == folded + end), printed)


# ---- what is one ------------------------------------------------------------------------------------


def _find_phrases(folded: str, items: Sequence[_Item]) -> Iterator[_Phrase]:
    """Yield the runs of neighbouring items that the question makes its limits."""
    run: list[_Item] = []
    for item, following in zip_longest(items, items[1:]):
        run.append(item)
        if following and _LINK.fullmatch(folded, item.end, following.start):
            continue
        if phrase := _judge(folded, tuple(run)):
            yield phrase
        run = []


def _judge(folded: str, run: tuple[_Item, ...]) -> _Phrase | None:
    """Return a run of items as the phrase of a limit, with the words that belong to it, or None."""
    start, end = run[0].start, run[-1].end
    before = folded[:start]
    only = _ONLY.search(before)
    lead = only or _LEAD.search(before)
    low = lead.start() if lead else start
    spoken = _SPOKEN_OF.match(folded, end)
    kinds = {item.kind for item in run}
    printed = _SAYS.match(folded, end) if "kind" in kinds or low == 0 else _HOW.match(folded, end)
    printed = printed if kinds & {"kind", "edition", "newspaper"} and not before.endswith("》") else None
    of_print = True
    if spoken:
        # "报道里" only says where to look; in "惠济区的报道有几篇" the reports are what is asked about.
        within = spoken["within"] or spoken["on"]
        high = spoken.end() if within or only else end + folded.startswith("的", end)
    elif only or "source" in kinds or printed:
        within = _WITHIN.match(folded, end)
        high = within.end() if within else end + folded.startswith("的", end)
        of_print = bool(printed)
    elif low == 0 and not _THAT_DAY.match(folded, end) and _ASKS_REPORTS.match(folded, end):
        high = end + folded.startswith("的", end)
    elif low == 0 and not _THAT_DAY.match(folded, end) and _OPEN.fullmatch(folded, end):
        high = end + folded.startswith("的", end)
        of_print = False
    elif kinds == {"kind"} and _HOW_MANY.search(before):
        low, high = start, end
    else:
        return None
    pause = _PAUSE.match(folded, high)
    return _Phrase(low, pause.end() if pause else high, run, of_print)
