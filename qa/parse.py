"""A question -> its pieces: what it is about, to whom or what that belongs, and what asks.

In: the words of one question. Out: ranges and strings of it. Does not know other questions or the archive;
it reads parts of speech and closed classes of words alone.

jieba guesses at unknown names ("迎|远门|城楼"), so the topic is not gathered from nouns: it is all that
stands before the first word that cannot belong to it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.days import DATE
from index.text import fold
from qa.spot import ASKING, BODY, POST, TITLE, Range, Token, list_people, names_something, tokens_of

# Words that ask for themselves, with no noun of theirs behind: 哪里, but 哪|条路.
_WHOLE = frozenset(("什么时候", "什么时间", "什么地方", "什么人", "哪里", "哪儿"))
# What may stand between an asking word and its noun: 哪个, 多少名, 几家.
_MEASURE = re.compile(
    r"[个名位家所条项件部本座间种份支台辆户起次步篇首场套批处道棵头只张把口届等亩吨米元斤公里平方]{1,3}?(?=[^是有在的了])"
)
_TIMES = re.compile(
    r"(?:\d{2,4}\s*财?年度?|今年|去年|前年|目前|近日|日前|如今|现在)?\s*的?"
    r"(?:第?[一二三四1-4]季度|[上下]半年|前三季度|全年|(?:\d{1,2}月份?)?(?:\d{1,2}[日号])?)"
)
# Heads that make one name of a verb before them: 野生动物|保护|协会.
_NAMING_HEAD = re.compile(
    r"(?:协会|学会|委员会|中心|公司|集团|[局队会站所院部办厂社节展法]|基金|工程|项目|活动|机制|制度|大赛|比赛|论坛|平台|条例|办法"
    r"|贷款|计划|行动|基地|系统)$"
)
# What is said of a thing, where it stands right before the words that ask: 全长|多少, 水位|是多少.
SAID_OF = re.compile(
    r"(?:[额率量数价费润值度积号比龄重长宽高位速温期耗官]|面积|收入|书记|主任|主席|原因|名称|名字|人口|规模|外观)$"
)
CHANGES = re.compile(
    r"(?:[是为达共约]|达到|下降|降低|减少|增长|增加|上升|上涨|提高|超过)?了?"
)  # between the two
_QUOTED = {"“": "”", "《": "》", "「": "」", "‘": "’"}
# Parts of speech that a topic may be made of; jieba gives names that it does not know x, zg, ad, ng.
_NOMINAL = frozenset("nmtsfbjqlizgaexk")
_NO_NOMINAL = frozenset("在对给为向从把将和与跟同由于到件呢")
_BREAKS = frozenset(("多", "几", "一共", "总共", "值", "多长", "多重", "会", "能", "要"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The words that ask with their measure, `start` to `end`; `noun` is what they ask for (哪|条|路)."""

    start: int
    end: int
    word: str
    noun: str


def find_asked(question: str) -> Asked | None:
    """Return the first words that ask."""
    folded = fold(question)
    match = ASKING.search(folded)
    if match is None:
        return None
    word, end, noun = match.group(), match.end(), ""
    if word not in _WHOLE and word[0] in "哪多几什":
        counts = word[0] in "哪几" or word == "多少"
        if counts and (measure := _MEASURE.match(folded, end)):
            end = measure.end()
        for text, tag, at in tokens_of(question):
            if at < end:
                continue
            if at > end + len(noun) or not (tag[0] in "njbil" or tag in ("vn", "eng")):
                break
            if len(noun) == 1 and len(text) > 1:  # 哪条|路|通车了
                break
            noun += question[at : at + len(text)]
    return Asked(match.start(), end, word, noun)


def find_topic(question: str) -> Range:
    """Return the range of what the question is about: what leads it, or else the object of its verb.

    "李大海的货船装了多少吨?" is about 李大海的货船, "谁修好了镇上的桥?" about 镇上的桥.
    """
    tokens = tokens_of(question)
    start, end = _run_from(tokens, 0)
    if start < end:
        return start, end
    for at, (word, tag, _) in enumerate(tokens):
        if at and tag[0] in "vpu" and not ASKING.match(word):
            start, end = _run_from(tokens, at + 1)
            if end - start > 1:
                return start, end
    return 0, 0


def _run_from(tokens: Sequence[Token], first: int) -> Range:
    """Return the range of the longest run of words from `first` that can be one noun phrase."""
    start = end = tokens[first][2] if first < len(tokens) else 0
    closing = ""
    for at in range(first, len(tokens)):
        word, tag, offset = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else ("", "x", 0)
        if closing:
            closing = "" if word == closing else closing
        elif word in _QUOTED:
            closing = _QUOTED[word]
        elif word in _BREAKS or ASKING.match(word) or not _continues(at - first, word, tag, after):
            break
        end = offset + len(word)
    return start, end


def _continues(at: int, word: str, tag: str, after: Token) -> bool:
    """Tell whether a word, the `at`-th of a phrase, can belong to it, with `after` behind it."""
    following, its_tag, _ = after
    behind = _is_nominal(following, its_tag) and not ASKING.match(following)
    match tag[0]:
        case _ if tag == "uj" or (tag == "c" and word in "和与及"):
            goes_on = at > 0 and behind
        case "x":
            goes_on = not word.strip() or word in "·-.%"
        case _ if tag == "vn":  # 进口|额, but 投资|多少 and 启动|?
            goes_on = behind or its_tag in ("uj", "f")
        case "v" if _is_nominal(word, tag):
            goes_on = True
        case "v":  # the first character of an unknown name is often taken for a verb
            begins = at == 0 and (
                its_tag == "vn" or (len(word) == 1 < len(following) and its_tag[0] in "ndv")
            )
            goes_on = begins or (its_tag[0] == "n" and _NAMING_HEAD.search(following) is not None)
        case "d":
            goes_on = at == 1 and len(word) > 1 and its_tag[0] == "n"
        case "a":
            goes_on = its_tag[0] in "na" or its_tag == "uj"
        case _:
            goes_on = _is_nominal(word, tag)
    return goes_on


def _is_nominal(word: str, tag: str) -> bool:
    named = tag[0] in _NOMINAL and tag != "y" and word not in _NO_NOMINAL
    return named or tag == "vn" or word in ("收入", "支出")  # verbs, to jieba


def strip_times(phrase: str) -> str:
    """Return a phrase without the days and periods at its ends: 绿源公司2020财年第一季度 -> 绿源公司."""
    folded = fold(phrase)
    low, high = 0, len(folded)
    match = DATE.match(folded) or _TIMES.match(folded)
    if match and match.end() < high:
        low = match.end()
    for at in range(low + 1, high):
        if folded[at - 1 : at + 1].isdecimal():
            continue  # in the middle of 2015年
        if _TIMES.fullmatch(folded, at, high) or DATE.fullmatch(folded, at, high):
            high = at
            break
    return phrase[low:high].strip(" 的")


def find_owner(question: str) -> str:
    """Return who or what the topic belongs to: 绿源 for 绿源的利润是多少?, 柳河路 for 柳河路全长多少米?."""
    start, end = find_topic(question)
    topic, asked = question[start:end], find_asked(question)
    last = next((word for word, _, at in reversed(tokens_of(question)) if at < end), "")
    measured = asked is not None and (asked.word[0] != "多" or asked.word == "多少")
    said_of = asked and measured and len(topic) > len(last) and SAID_OF.search(last)
    if asked and said_of and CHANGES.fullmatch(fold(question[end : asked.start])):  # 水位|是|多少
        topic = topic[: -len(last)]
    owner = _end_at_body(_name_owner(topic.removesuffix("的")))
    people = list_people(owner)
    return people[0] if people and owner.startswith(people[0]) else owner


def _name_owner(topic: str) -> str:
    """Return the part of a topic before its last 的, and before a post: 保安局 for 保安局局长.

    A topic that ends in a name of its own (公交的“随心乘”) or is told by a verb (通车的路) stays whole.
    """
    left, _, head = topic.rpartition("的")
    if left and not names_something(head):
        told = tokens_of(TITLE.sub("", left))
        acts = any((tag[0] == "v" and tag != "vn") or tag == "ad" for _, tag, _ in told)
        topic = topic if acts else left
    topic = strip_times(topic)
    shorter = POST.sub("", topic).rstrip("的新老原前副")
    return shorter if len(shorter) > 1 else topic


def _end_at_body(owner: str) -> str:
    ends = [at + len(word) for word, tag, at in tokens_of(owner) if tag[0] in "nj" and BODY.search(word)]
    behind = owner[ends[-1] :] if ends else ""
    whole = not behind or names_something(behind) or _NAMING_HEAD.search(behind)
    return owner if whole else owner[: ends[-1]]
