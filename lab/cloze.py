"""News -> questions by rule: what a sentence says is taken out, and asked for.

In: a story without a headline. Out: questions, each with the sentence that answers it and the answer's place.
Does not know passages, encoders, or which questions people really ask.

“截至9日6时，地震已造成126人遇难” becomes “地震已造成多少人遇难？” or “截至什么时候126人遇难？”.
Words are dropped and moved at random, as people remember little of a sentence: the models that learn from
these questions look at words and where they stand, and grammar is no part of what they learn.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.days import DATE
from index.text import HAN, PERSON_TAGS, clauses, fold, sentences, tagged
from qa.finders import SURNAMES

MIN_LENGTH, MAX_LENGTH = 16, 120

_NUMBER = re.compile(
    r"(?P<figure>\d[\d,]*(?:\.\d+)?(?:[多余几])?(?:[万亿千百]{1,2})?(?:[多余])?)"
    rf"(?P<unit>个百分点|平方公里|平方米|公里|公斤|万?亩|小时|分钟|人次|美元|欧元|[%％‰]|[{HAN}])"
)
# What no one asks for by number: "10月" and "3日" are dates, "第3" an order.
_NO_UNIT = frozenset("月日号时点分年第至、到")
_ASK_NUMBER: dict[str, Sequence[str]] = {
    "人": ("多少人", "几人", "人数", "多少名"),
    "名": ("多少名", "多少人", "人数", "几名"),
    "元": ("多少元", "多少钱", "金额"),
    "%": ("百分之多少", "比例", "多少"),
    "岁": ("多大", "几岁", "多少岁", "年龄"),
}
_ASK_TIME = ("什么时候", "何时", "哪天", "时间", "哪一天", "什么时间", "日期", "几月几日")
_ASK_YEAR = ("哪一年", "哪年", "什么时候", "何时")
_ASK_PERSON = ("谁", "是谁", "哪位", "叫什么名字", "什么人", "姓名")
_ASK_PLACE = ("哪里", "在哪里", "什么地方", "哪", "地点", "何处", "在哪儿")
_ASK_BODY = ("哪家单位", "哪个机构", "什么机构", "哪个部门", "谁", "哪家公司", "什么组织")
_ASK_REGION = {
    "省": ("哪个省",),
    "市": ("哪个城市", "哪个市"),
    "县": ("哪个县",),
    "区": ("哪个区",),
    "国": ("哪个国家", "哪国"),
}
_ASK_TITLE = ("哪部作品", "什么", "哪本书", "什么作品", "哪份文件", "哪一部", "叫什么")
_ASK_NAMED = ("什么", "叫什么", "什么称号", "什么名字", "怎么说")
_ASK_LIST = ("哪些", "哪几个", "什么", "哪几种", "包括哪些", "分别是什么", "有哪些")
_ASK_REASON = ("为什么", "为何", "原因是什么", "什么原因", "因为什么")
_ASK_SITE = ("哪里", "在哪里", "什么地方", "哪儿", "在哪", "何处", "什么位置")
_ASK_SUBJECT = ("谁", "什么", "哪个单位", "哪家", "什么机构", "哪个")
_LIGHT = frozenset("ucdpyrfq")
# What a phrase that names a thing is made of.
_NAMING = frozenset({"n", "nr", "ns", "nt", "nz", "nrt", "nrfg", "ng", "vn", "a", "an", "b", "m", "q", "j",
                     "l", "i", "s", "f", "eng", "uj", "t"})  # fmt: skip
_LONGEST_PHRASE = 9
_ITEM = r"[^、，,。；;：:！？!?()（）“”\s]"
_ENUMERATION = re.compile(rf"{_ITEM}{{1,16}}(?:、{_ITEM}{{1,16}})+")
_REASON = re.compile(r"(?:因为|由于|因|为了)([^，,。；;：:]{4,30})(?=[，,。])")
_TITLE = re.compile(r"《[^《》]{2,30}》")
_QUOTED = re.compile(r"“([^“”，。]{2,16})”")


@dataclass(frozen=True, slots=True)
class Cloze:
    """A question and the range of its story that answers it, inside the range of a sentence."""

    question: str
    sentence: tuple[int, int]
    answer: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """A range of a sentence that can be asked for, the words that ask for it, and its kind."""

    start: int
    end: int
    asks: Sequence[str]
    kind: str


def ask_about(story: str, draw: random.Random, wanted: int) -> list[Cloze]:
    """Return up to `wanted` questions on `story`, each on another sentence."""
    found: list[Cloze] = []
    ranges = [item for item in sentences(story) if MIN_LENGTH <= item[1] - item[0] <= MAX_LENGTH]
    topic = _names(story[: ranges[0][1]][:MAX_LENGTH]) if ranges else []
    for start, end in draw.sample(ranges, len(ranges)):
        if len(found) == wanted:
            break
        cloze = _ask(story, start, end, topic, draw)
        if cloze:
            found.append(cloze)
    return found


def _ask(story: str, start: int, end: int, topic: Sequence[str], draw: random.Random) -> Cloze | None:
    sentence = story[start:end]
    tokens = list(tagged(sentence))
    slots = list_slots(sentence, tokens)
    if not slots:
        return None
    kind = draw.choice(sorted({slot.kind for slot in slots}))  # a sentence has many nouns and few reasons
    slot = draw.choice([slot for slot in slots if slot.kind == kind])
    said = [
        (word, tag, at)
        for word, tag, at in tokens
        if (at + len(word) <= slot.start or at >= slot.end) and tag[0] not in "xw" and word.strip()
    ]
    own = next((low, high) for low, high in clauses(sentence, 0, len(sentence)) if low <= slot.start < high)
    others = draw.choice((0.0, 0.15, 0.4, 0.8))
    dropped = draw.choice((0.0, 0.1, 0.3))
    kept: list[tuple[int, str]] = []
    for word, tag, at in said:
        near = own[0] <= at < own[1]
        share = 1 - dropped if near else others
        if tag[:2] in ("nr", "ns", "nt", "nz"):
            share = max(share, 0.6)
        elif tag[0] in _LIGHT:
            share *= 0.5
        if draw.random() < share:
            kept.append((at, word))
    if sum(len(word) for _, word in kept) < 4:
        return None
    asked = draw.choice(slot.asks)
    moved = draw.random() < 0.4
    place = len(sentence) if moved else slot.start
    words = [word for at, word in sorted([*kept, (place, asked)])]
    context = [name for name in topic if name not in sentence and draw.random() < 0.5][:2]
    question = "".join([*context, *words])[:80]
    if moved and draw.random() < 0.5:
        question = question.removesuffix(asked) + draw.choice(("是", "的", "有", "为")) + asked
    return Cloze(question + draw.choice(("", "？")), (start, end), (start + slot.start, start + slot.end))


def list_slots(sentence: str, tokens: Sequence[tuple[str, str, int]] | None = None) -> list[Slot]:
    """Return what can be asked for in a sentence; `tokens` are its tagged words, where they are known."""
    own = list(tagged(sentence)) if tokens is None else tokens
    return [*_slots(sentence, own), *_phrases(sentence, own)]


def _slots(sentence: str, tokens: Sequence[tuple[str, str, int]]) -> Iterator[Slot]:
    folded = fold(sentence)
    dates = [match.span() for match in DATE.finditer(folded)]
    for low, high in dates:
        if high - low > 2:
            yield Slot(
                low, high, _ASK_YEAR if re.fullmatch(r"\d{4}年", folded[low:high]) else _ASK_TIME, "time"
            )
    for match in _NUMBER.finditer(folded):
        unit = match["unit"]
        if unit in _NO_UNIT or any(low <= match.start() < high for low, high in dates):
            continue
        if match.start() and folded[match.start() - 1] in "第.0123456789":
            continue
        asks = _ASK_NUMBER.get(unit, (f"多少{unit}", "多少", f"几{unit}"))
        yield Slot(match.start(), match.end(), asks, "number")
    following = [tag[0] for _, tag, _ in tokens[1:]] + ["x"]
    for (word, tag, at), behind in zip(tokens, following, strict=True):
        if len(word) < 2 or (behind in "nq" and tag[:2] in ("ns", "nt")):
            continue  # 大湾|区, 武汉|都市圈: the name goes on
        if tag in PERSON_TAGS and word[0] in SURNAMES and len(word) <= 4:
            yield Slot(at, at + len(word), _ASK_PERSON, "person")
        elif tag == "ns":
            asks = _ASK_REGION.get(word[-1], ()) if len(word) > 2 else ()
            yield Slot(at, at + len(word), (*_ASK_PLACE, *asks, *asks), "place")
        elif tag == "nt":
            yield Slot(at, at + len(word), _ASK_BODY, "body")


def _phrases(sentence: str, tokens: Sequence[tuple[str, str, int]]) -> Iterator[Slot]:
    """Yield what is no figure, date or name: titles, lists, reasons, and what is done, had or acts."""
    yield from (Slot(*match.span(), _ASK_TITLE, "title") for match in _TITLE.finditer(sentence))
    yield from (Slot(*match.span(1), _ASK_NAMED, "named") for match in _QUOTED.finditer(sentence))
    yield from (Slot(*match.span(1), _ASK_REASON, "reason") for match in _REASON.finditer(sentence))
    verbs = [at + len(word) for word, tag, at in tokens if tag in ("v", "p", "vd", "ul", "uz", "ug")]
    for match in _ENUMERATION.finditer(sentence):
        first, last = sentence.index("、", match.start()), sentence.rindex("、", 0, match.end())
        start = max((end for end in verbs if match.start() <= end < first), default=match.start())
        closing = [
            at for word, tag, at in tokens if last < at < match.end() and (tag == "v" or word in "等的")
        ]
        end = min((at for at in closing if at > last + 1), default=match.end())
        yield Slot(start, end, _ASK_LIST, "list")
    for at, (_, tag, _) in enumerate(tokens):
        opens = at == 0 or tokens[at - 1][1] == "x"
        if not (opens or tokens[at - 1][1] in ("v", "ul", "p")) or tag not in _NAMING or tag == "uj":
            continue
        end = at
        while end < len(tokens) and tokens[end][1] in _NAMING and end - at < _LONGEST_PHRASE:
            end += 1
        while end > at and tokens[end - 1][1] in ("uj", "m", "q", "f", "b", "a"):
            end -= 1
        if end == at:
            continue
        following = tokens[end] if end < len(tokens) else ("", "x", 0)
        start, stop = tokens[at][2], tokens[end - 1][2] + len(tokens[end - 1][0])
        if stop - start < 2:
            continue
        before = tokens[at - 1][0] if at else ""
        if opens and following[1] in ("v", "d", "p"):
            yield Slot(start, stop, _ASK_SUBJECT, "subject")
        elif not opens and before in ("在", "位于", "于", "到", "前往", "赴") and following[1] in ("x", "v"):
            yield Slot(start, stop, _ASK_SITE, "site")
        elif not opens and following[1] == "x":
            head = tokens[end - 1][0]
            yield Slot(start, stop, ("什么", "什么", f"什么{head}", f"哪个{head}"), "thing")


def _names(text: str) -> list[str]:
    return list(
        dict.fromkeys(
            word for word, tag, _ in tagged(text) if tag[:2] in ("nr", "ns", "nt", "nz") and len(word) > 1
        )
    )
