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
_LIGHT = frozenset("ucdpyrfq")


@dataclass(frozen=True, slots=True)
class Cloze:
    """A question and the range of its story that answers it, inside the range of a sentence."""

    question: str
    sentence: tuple[int, int]
    answer: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Slot:
    start: int
    end: int
    asks: Sequence[str]


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
    slots = list(_slots(sentence, tokens))
    if not slots:
        return None
    slot = draw.choice(slots)
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


def _slots(sentence: str, tokens: Sequence[tuple[str, str, int]]) -> Iterator[_Slot]:
    folded = fold(sentence)
    dates = [match.span() for match in DATE.finditer(folded)]
    for low, high in dates:
        if high - low > 2:
            yield _Slot(low, high, _ASK_YEAR if re.fullmatch(r"\d{4}年", folded[low:high]) else _ASK_TIME)
    for match in _NUMBER.finditer(folded):
        unit = match["unit"]
        if unit in _NO_UNIT or any(low <= match.start() < high for low, high in dates):
            continue
        if match.start() and folded[match.start() - 1] in "第.0123456789":
            continue
        asks = _ASK_NUMBER.get(unit, (f"多少{unit}", "多少", f"几{unit}"))
        yield _Slot(match.start(), match.end(), asks)
    for word, tag, at in tokens:
        if len(word) < 2:
            continue
        if tag in PERSON_TAGS and word[0] in SURNAMES and len(word) <= 4:
            yield _Slot(at, at + len(word), _ASK_PERSON)
        elif tag == "ns":
            asks = _ASK_REGION.get(word[-1], ()) if len(word) > 2 else ()
            yield _Slot(at, at + len(word), (*_ASK_PLACE, *asks, *asks))
        elif tag == "nt":
            yield _Slot(at, at + len(word), _ASK_BODY)


def _names(text: str) -> list[str]:
    return list(
        dict.fromkeys(
            word for word, tag, _ in tagged(text) if tag[:2] in ("nr", "ns", "nt", "nz") and len(word) > 1
        )
    )
