"""Sentences read for one question -> those whose figure is another one than the best sentence's.

In: the question, and the evidence for it, best first. Out: the evidence of other articles that speaks of the
same thing and gives it another figure. Does not know which of them is right, nor how that is shown.

Two reports differ only where little else can explain it, for "the reports differ" is itself a claim: both
say the same of the question's telling words, and most of them; they measure in the same unit, name no other
months or years, and neither article has the other's figure anywhere. 近350米 and 348米 do not differ.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from index.days import list_dates
from index.numerals import NUMERAL, read_numeral
from index.text import fold
from qa.records import Evidence, Question
from qa.weigh import say_words

# So much of the telling words has to stand in both; see say_words. Of those that say less, a word that stands
# in the best sentence has to stand in the other: 宽 tells the width of a bridge from its length.
TELLING, SAYING, SHARED = 0.5, 0.2, 0.7
_SAY_NOTHING = frozenset("有是为在被到了")
# A figure that is called rough may be off by so much and still be the same.
ROUGH = Decimal("0.1")
_FIGURE = re.compile(
    rf"(?P<before>约|近|逾|超过|不足|不到|大概|至少|最多|累计|达)?(?P<figure>{NUMERAL})"
    r"(?P<after>多|余|来|几|左右|上下)?(?P<unit>个百分点|平方公里|平方米|立方米|公里|千米|公斤|公顷|厘米|毫米|小时|分钟|个月|%|.?)"
    r"(?P<behind>左右|上下|以上|以下)?"
)
_SAME = {
    "名": "人",
    "位": "人",
    "口": "人",
    "家": "个",
    "所": "个",
    "处": "个",
    "座": "个",
    "千米": "公里",
    "号": "日",
    "辆": "台",
}
_PERIOD = re.compile(r"[年月]")


@dataclass(frozen=True, slots=True)
class _Figure:
    value: Decimal
    unit: str
    rough: bool

    def agrees(self, other: "_Figure") -> bool:
        apart = abs(self.value - other.value)
        rough = self.rough or other.rough
        return self.unit == other.unit and (
            apart == 0 or (rough and apart <= ROUGH * max(self.value, other.value))
        )


def find_dissent(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences that give another figure than the best one, at most one of each article."""
    if question.wanted != ("number",) or not evidence:
        return []
    best = evidence[0]
    own = _answer_figure(best)
    words = {word: says for word, says, _ in say_words(question) if word not in _SAY_NOTHING}
    said = [word for word, says in words.items() if says >= SAYING and word in _around(best)]
    telling = [word for word, says in words.items() if says >= TELLING]
    if own is None or len(set(said) & set(telling)) < SHARED * len(telling):
        return []
    found: dict[int, Evidence] = {}
    for item in evidence[1:]:
        article = item.found.stored.article_id
        if article == best.found.stored.article_id or article in found or not item.names_all:
            continue
        other = _answer_figure(item)
        if other is None or other.unit != own.unit or any(word not in _around(item) for word in said):
            continue
        if _periods_differ(best, item) or _holds(item, own) or _holds(best, other):
            continue
        found[article] = item
    return list(found.values())


def _answer_figure(item: Evidence) -> _Figure | None:
    """Return the figure that answers, or None where there is none, or others in its unit beside it."""
    answers = [answer for answer in item.answers if answer]
    if len(answers) != 1:
        return None
    ((start, end),) = answers
    text = fold(item.found.stored.article.text)
    figures = [
        (match.start("figure"), _read(match)) for match in _FIGURE.finditer(text, item.start, item.end)
    ]
    own = next((figure for at, figure in figures if start <= at < end), None)
    # "由120亿美元扩大到400亿美元": which of them is meant is not said here.
    alike = {figure.value for _, figure in figures if figure and own and figure.unit == own.unit}
    return own if len(alike) == 1 else None


def _read(match: re.Match[str]) -> _Figure | None:
    value = read_numeral(match["figure"])
    unit = _SAME.get(match["unit"], match["unit"])
    return (
        value
        if value is None
        else _Figure(value, unit, bool(match["before"] or match["after"] or match["behind"]))
    )


def _holds(item: Evidence, figure: _Figure) -> bool:
    """Tell whether the figure stands anywhere in the article of a sentence."""
    text = fold(item.found.stored.article.text)
    found = (_read(match) for match in _FIGURE.finditer(text))
    return any(other is not None and figure.agrees(other) for other in found)


def _around(item: Evidence) -> str:
    """Return the words that say what a sentence is about: its own, and its headline."""
    article = item.found.stored.article
    return fold(article.title + "\n" + article.text[item.start : item.end])


def _periods_differ(one: Evidence, other: Evidence) -> bool:
    """Tell whether two sentences name years or months, and not the same ones."""
    named = []
    for item in (one, other):
        dates = list_dates(item.found.stored.article.text[item.start : item.end])
        named.append({date for date in dates if _PERIOD.search(date)})
    return named[0] != named[1]
