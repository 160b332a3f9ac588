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

A phrase that says no more than where to look is taken out of what is searched.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from index.text import HAN, fold, words
from qa.items import GOES_ON, IN, KINDS, REPORTS, Item, list_items, name_item, words_of
from qa.records import Limit
from qa.scope import Scope
from qa.timewords import find_periods

_SPOKEN_OF = re.compile(rf"的?(?P<noun>{REPORTS}){GOES_ON}(?P<within>{IN})?|的?(?P<paper>报)(?P<on>上)")
# Behind an edition or a newspaper that opens the question, and elsewhere (在《江州晚报》上发表 is a fact).
_SAYS = re.compile(rf"(?:{IN})|的?头条|说|写|讲|提|登|刊|报道|有(?:什么|哪些|多少|几|关于)")
_HOW = re.compile(rf"(?:{IN})?是?(?:怎么|如何|怎样)(?:说|写|讲|报道|登)")
_WITHIN = re.compile(rf"(?:{IN})")
_ONLY = re.compile(
    rf"(?:(?<![{HAN}])|(?<=请))(?:只看|只查|只找|只限|只在|仅看|仅查|仅在|仅限于?|限于|限定在?|限定为)[在于]?$"
)
_LEAD = re.compile(r"(?:请问|那么?|在|于|从|据|根据|关于|有关|对于|查找?|看看?)+$")
_LINK = re.compile(r"[的在于,， ]*")
_PAUSE = re.compile(r"[,，:：、 ]*")
# A question that asks for the reports themselves begins so, behind its limits. The loop is possessive, as the
# one below: its alternatives overlap, and a long question would be tried in every way.
_ASKS_REPORTS = re.compile(
    rf"(?:的|里|中|上|,|，|一共|总共|共|都|有|登|写|刊|发|过|了|(?:{REPORTS}))*+"
    rf"(?:(?:多少|几|哪几|哪)(?:篇|条|则|张|版|个?区|个?县)|哪些(?:{REPORTS}|{'|'.join(KINDS)}|区|县|版|关于|提|写)|什么关于|哪[些几]?(?:份|家|种)?报)"
)
_WORDS = re.compile(r"[^\W_]")
_THAT_DAY = re.compile(r"[那当这][天日年月]")
_HOW_MANY = re.compile(r"(?:多少|几|哪些|哪几)[篇条则张份]?$")
_MENTIONS = re.compile(r"都?(?:$|[?？。]|提|写|说|讲|谈|涉及|关于|有关|登|出现|介绍)")
_OPEN = re.compile(
    r"(?:发生|出现|有|过|了|哪些|什么|啥|大事|要闻|新鲜事|事情?|动态|内容|都|还|主要|重要|登载?|写|刊登|讲|说|提到"
    rf"|值得关注|的|吗|呢|{REPORTS}|[,，?？!！。 ])*+"
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
class _Phrase:
    """Neighbouring items that are limits, with the words around them that belong to them.

    `of_print`: they speak of what is printed, so that a date is that of the paper, not that of an event.
    """

    start: int
    end: int
    items: tuple[Item, ...]
    of_print: bool


def find_limits(question: str, scope: Scope, asked_on: date) -> Limited:
    """Return the limits of a stand-alone question that was asked on a day, and the rest of it."""
    folded = fold(question)
    phrases = list(_find_phrases(folded, list_items(folded, asked_on, scope)))
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
            kind = "time" if item.kind == "date" and not phrase.of_print else item.kind
            value = "、".join(
                periods.get((part.start, part.end)) or name_item(words_of(part, question), part, scope)
                for part in item.joined or (item,)
            )
            said = question[phrase.start : phrase.end] if len(phrase.items) == 1 else words_of(item, question)
            limits.append(Limit(kind, said, value, _ask_without(item, phrases, question, rest)))
    searched = re.sub(rf"^(?:{REPORTS}|报)(?:{IN})?(?:说|写|讲|称|提到)?[,，:：]?", "", rest)
    return Limited(tuple(limits), rest, searched if any(True for _ in words(searched)) else question)


def _ask_without(gone: Item, phrases: Sequence[_Phrase], question: str, rest: str) -> str:
    """Return the question with all limits but one, in words that are understood as these limits again."""
    asked = rest
    for phrase in reversed(phrases):
        kept = "的".join(words_of(item, question) for item in phrase.items if item != gone)
        if kept:
            asked = f"在{kept}的报道中,{asked}" if phrase.of_print else f"限于{kept},{asked}"
    return asked


def is_open(rest: str) -> bool:
    """Tell whether a question without its limits has no subject: "有哪些新闻?", "发生了什么?"."""
    return _OPEN.fullmatch(fold(rest)) is not None


# ---- what is one ------------------------------------------------------------------------------------


def _find_phrases(folded: str, items: Sequence[Item]) -> Iterator[_Phrase]:
    """Yield the runs of neighbouring items that the question makes its limits."""
    run: list[Item] = []
    for item, following in zip_longest(items, items[1:]):
        run.append(item)
        if following and _LINK.fullmatch(folded, item.end, following.start):
            continue
        if phrase := _judge(folded, tuple(run)):
            yield phrase
        run = []


def _judge(folded: str, run: tuple[Item, ...]) -> _Phrase | None:
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
    elif (
        low == 0 and _WORDS.search(folded, end) and _OPEN.fullmatch(folded, end)
    ):  # 2016年 alone asks nothing
        high = end + folded.startswith("的", end)
        of_print = False
    elif kinds == {"kind"} and _HOW_MANY.search(before) and _MENTIONS.match(folded, end):
        low, high = start, end
    else:
        return None
    pause = _PAUSE.match(folded, high)
    return _Phrase(low, pause.end() if pause else high, run, of_print)
