"""Sentence -> the exact words in it that answer.

In: what the question wants, and one sentence of a page. Out: ranges of that sentence, by rule.
Does not know scores, articles, or other sentences. Where no rule finds anything it says so: a span is
shown large, so a wrong one does more harm than none.
"""

import re
from collections.abc import Sequence

from index.days import DATE
from index.text import fold
from qa.finders import FINDERS, Range, find_credits
from qa.question import split_parts, subject
from qa.records import Question

# What parts one fact from the next, and as how many characters it counts.
_BREAK = re.compile(r"[、,;:]")
_APART = 8
# Who wrote the report is no answer to who did what it tells.
_ASKS_CREDIT = re.compile(r"记者|通讯员|作者|谁(?:写|拍|报道)|摄")


def find_answers(question: Question, sentence: str) -> tuple[Range, ...]:
    """Return the ranges of `sentence` that answer the parts of the question, in the order of its parts.

    Each part gives at most one range. What already stands in the question is no answer to it.
    """
    asked, signed = fold(question.text), find_credits(sentence)
    parts = split_parts(question.text)
    found: list[Range] = []
    for kind, part in parts:
        if kind not in FINDERS:
            continue
        candidates = [
            item
            for item in FINDERS[kind](part, sentence)
            if (_ASKS_CREDIT.search(part) or not any(low <= item[0] < high for low, high in signed))
            and fold(sentence[item[0] : item[1]]) not in asked
            and item not in found
        ]
        if kind != "time":
            candidates = _under_date(part, sentence, candidates)
        if candidates:
            found.append(_nearest(candidates, sentence, part if len(parts) > 1 else asked))
    return tuple(found)


def _under_date(part: str, sentence: str, candidates: list[Range]) -> list[Range]:
    """Return the candidates that stand under the date that the question names, where there are several dates.

    A chronicle ("2017年至2020年…;2021年至2030年…5个") says under each date what belongs to it.
    """
    dates = [(match.start(), match.group()) for match in DATE.finditer(fold(sentence))]
    own = next((at for at, date in reversed(dates) if date in part), None)
    if own is None or len(dates) < 2:
        return candidates
    until = next((at for at, _ in dates if at > own), len(sentence))
    return [item for item in candidates if own < item[0] < until]


def _nearest(candidates: Sequence[Range], sentence: str, asked: str) -> Range:
    """Return the candidate that stands closest to the words that the sentence shares with the question."""
    about = subject(asked)
    folded = fold(sentence)
    pairs = {about[i : i + 2] for i in range(len(about) - 1)}
    shared = [at for at in range(len(folded) - 1) if folded[at : at + 2] in pairs]
    breaks = [mark.start() for mark in _BREAK.finditer(folded)]

    def closeness(item: Range) -> float:
        return sum(1 / (4 + _distance(item, at, breaks)) for at in shared)

    return max(candidates, key=closeness)


def _distance(item: Range, at: int, breaks: Sequence[int]) -> int:
    """Return how far a place is from a candidate in characters; a mark between them counts as several.

    "自管会21个、业委会11个": the number of 业委会 is 11, though 21 stands nearer to its beginning.
    """
    low, high = (at, item[0]) if at < item[0] else (item[1], at)
    between = sum(low <= mark < high for mark in breaks)
    return max(high - low, 0) + _APART * between
