"""A question -> whether it can be understood by itself, and which of its words point out of it.

In: the words of one question. Out: alone, leaning or doubtful; its pronouns. Does not know what was said
before: that is asked for only where a question leans, or may.
"""

import re
from itertools import islice
from typing import Literal

from index.text import HAN, fold, tagged
from qa.parse import find_topic, strip_times
from qa.question import subject
from qa.spot import (
    ASKING,
    COMMON,
    POST,
    find_date,
    is_naming,
    is_sure,
    list_people,
    list_places,
    tokens_of,
)

Stand = Literal["alone", "doubtful", "leans"]
Kind = Literal["person", "place", "day", "thing", "of", "this"]
# Start, end, and what the pronoun stands for.
Pronoun = tuple[int, int, Kind]

_NAMES = ("ns", "nr", "nrt")
# So many pronouns of a kind are looked at: a thousand times 他 took 12 s.
_MOST = 4
# So many words that mean something make a question its own, whether it names anything or not.
_OWN_WORDS = 5
# 还有呢? 详细说说: the same question, and more of it.
MORE = re.compile(
    r"(?:那么?)?(?:请|能)?(?:还有(?:别的|其[他它]的?|什么|哪些|更多的?)?|别的|其他的?|继续(?:说|讲)?|接着(?:说|讲)?"
    r"|然后|后来|结果|(?:再|请)?[说讲]?[得的]?(?:详细|具体)(?:一?[点些])?地?(?:说说|讲讲|说|讲|介绍)?(?:一?下)?"
    r"|再?多?(?:说说|讲讲)|再?多?[说讲]一?[点些]|展开(?:说说|讲讲)?)(?:没有|[呢吗么吧啊的])*[?？。!！…~]*"
)
# 为什么? 哪一年?: nothing but words that ask; group 1 is what for.
BARE = re.compile(
    r"(?:那么?|到底|究竟|那?是)?(为什么|为何|为啥|怎么回事|什么原因|什么时[候间]|何时|哪一?[年天]|几[月号点]"
    r"|[在从]?(?:哪里|哪儿|哪(?=[?？]|$)|什么地方|何处)|谁|怎么|怎样|如何|多久|多长时间)[的呢啊呀了]*[?？]*"
)
# 那惠济区呢?: group 1 is what it asks about.
WHAT_OF = re.compile(r"(?:那么?|而)?(?:如果是|换成|至于)?(.+?)(?:怎么样|又如何)?呢[?？]*")
# 第二个: group 1 is which of those that were listed.
NTH = re.compile(r"第([一二三四五六七八九十\d]{1,2})[个项步种位名条类点家届]")
EITHER = re.compile(r"前者|后者")
# Words that only link a question to the talk; 那 in 那个 and 那曲市 is none.
LINK = re.compile(
    rf"^(?:那么?(?![些个里儿时天年月日种样位边份家座条项件次场批]|[{HAN}]市)|而且?|所以|然后|另外|请问)[,，]?"
)
_CONTINUES = frozenset(
    [
        "那",
        "那么",
        "还有",
        "然后",
        "另外",
        "再",
        "又",
        "而",
        "而且",
        "所以",
        "一共",
        "总共",
        "共",
        "后来",
        "结果",
        "其中",
        "具体",
        "同时",
        "当时",
        "当天",
        "当年",
    ]
)
_PRONOUNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("person", re.compile(r"[他她]们?(?![人乡国处日])")),
    ("place", re.compile(r"[那这][里儿]|当地|[该此]地")),
    ("day", re.compile(r"[那这][一]?[天年]|当[天日时年]|那时候?|同一天")),
    ("thing", re.compile(r"它们?|[那这](?:[个些](?=[?？]|$))|这(?=[?？]|$)")),
    ("of", re.compile(rf"其(?=[{HAN}])(?![他它实中余次])")),
    (
        "thing",
        re.compile(r"[该此][校局馆院区县市镇乡村店厂社队团所厅部台站报刊书片剧路桥案](?![员长们])"),
    ),
    (
        "this",
        re.compile(
            r"(?:[这那]|上述)一?[个家所条项件部座间种份支台辆户起次篇首场套批处道棵头只张把位名些](?=[^?？,，])"
            rf"|(?:[该此本](?=[{HAN}])|上述)(?!不|如|怎|外|来|人|月|周|年|身|地|报|市)"
        ),
    ),
)


def judge(question: str) -> Stand:
    """Tell whether a question leans on those before it, by its own words.

    It leans if it points back (它, 那天), goes on (还有呢), or has no noun that could be its subject. It is
    alone if it names something or says much. Else it is doubtful: 房价多少? goes on after a talk about a
    housing estate, and does not after one about a bridge.
    """
    folded, tokens = fold(question), tokens_of(question)
    if _points_back(folded, question) or (tokens[0][0] in _CONTINUES and not folded.startswith("再就业")):
        return "leans"
    start, end = find_topic(question)
    led = tokens_of(strip_times(question[:end])) if start == 0 else ()
    words = {(at, at + len(word)) for word, _, at in tokens}
    pieced = [place for place in list_places(question) if place not in words and place[1] <= end]  # 十二里|屯
    named = any(is_sure(word, tag) for word, tag, _ in tokens) or any(
        tag in _NAMES and len(word) > 1 for word, tag, _ in led
    )
    if named or pieced:
        return "alone"
    nouns, others = list_own_words(question)
    if not nouns and len(others) < 2:
        return "leans"
    return "alone" if len(nouns) + len(others) >= _OWN_WORDS else "doubtful"


def goes_on(question: str) -> bool:
    """Tell whether a question only puts something else into the one before: 那惠济区呢? 2017年呢?."""
    return bool(WHAT_OF.fullmatch(fold(question)))


def _points_back(folded: str, question: str) -> bool:
    whole = MORE.fullmatch(folded) or BARE.fullmatch(folded) or EITHER.search(folded)
    what_of = WHAT_OF.fullmatch(folded) and not ASKING.search(folded)
    nth = len(folded) < 12 and NTH.match(LINK.sub("", folded))
    return bool(whole or what_of or nth or list_pronouns(question))


def list_pronouns(question: str) -> list[Pronoun]:
    """Return the words of a question that stand for something outside it, in their order.

    Whole words only: no 该 out of 应该, no 他 out of 吉他, no 那 out of 那曲. What is named before a pronoun
    is meant by it: "张三说他几岁?" points nowhere, nor does 这次 in "这次江州马拉松".
    """
    folded = fold(question)
    begins = {at for _, _, at in tokens_of(question)}
    found: list[Pronoun] = []
    for kind, pattern in _PRONOUNS:
        for match in islice(pattern.finditer(folded), _MOST):
            start, end = match.span()
            taken = any(low < end and start < high for low, high, _ in found)
            if start in begins and not taken and not _is_meant_inside(kind, question, start, end):
                found.append((start, end, kind))
    return sorted(found)


def _is_meant_inside(kind: Kind, question: str, start: int, end: int) -> bool:
    match kind:
        case "person":
            return any(question.find(name) < start for name in list_people(question))
        case "place" | "of":
            return any(at < start and is_naming(word, tag) for word, tag, at in tokens_of(question))
        case "day":
            day = find_date(question)
            return day is not None and day[0] < start
        case "this":
            low, high = find_topic(question[end:]) if question[end:] else (0, 0)
            words = tokens_of(question[end:][:high])
            return low == 0 and any(is_sure(word, tag) for word, tag, _ in words)
        case _:
            return False


def list_own_words(question: str) -> tuple[list[str], list[str]]:
    """Return the nouns, and the other telling words, of a question, without those that anything may have."""
    folded, (start, end) = fold(question), find_topic(question)
    nouns, others = list[str](), list[str]()
    for word, tag, _ in tagged(subject(question)):
        if len(word) < 2 or find_date(word) or ASKING.match(word):
            continue
        # jieba takes 高考 for a verb; what has or is something is none: 高考有多少人参加?
        led = tag == "vn" and start == 0 and word in folded[:end]
        if (
            tag[0] == "n"
            or tag in ("j", "l", "i", "s")
            or led
            or re.search(rf"{re.escape(word)}[有是叫]", folded)
        ):
            if not (COMMON.fullmatch(word) or POST.fullmatch(word)):
                nouns.append(word)
        elif tag[0] in "va":
            others.append(word)
    return nouns, others
