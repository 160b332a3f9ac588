"""Sentence -> the exact words in it that answer.

In: what the question wants, one sentence of a page, and what the reader would take out of it. Out: ranges of
that sentence. Does not know scores of sentences, articles, or how the reader reads.

Rules tell figures, dates, names and lists, and where they end: they say what might answer. The reader says
what does: of what the rules found, the range that its guesses fall on; where no rule finds anything, its
best guess, if it is sure enough. A span is shown large, so a wrong one does more harm than none.
"""

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from index.days import DATE
from index.text import fold
from qa.figures import Range
from qa.finders import FINDERS, asks_strictly, could_be, find_credits
from qa.question import split_parts, subject
from qa.records import Guess, Question, Wanted

# What parts one fact from the next, and as how many characters it counts.
_BREAK = re.compile(r"[、,;:]")
_APART = 16
# Every date has one of these; to look for dates takes long.
_MAY_NAME_DAY = re.compile("[年月日天]|不久前")
# Who wrote the report is no answer to who did what it tells.
_ASKS_CREDIT = re.compile(r"记者|通讯员|作者|编辑|责编|校对|审核|制图|谁(?:写|拍|报道)|摄")
# So much of what the reader would take of a sentence its best guess must be, to be shown where no rule tells.
# On questions_dev such a guess has half of the answer or more 6 times in 10; a lesser one, 4 times.
# OWN: so much of it, to be shown against what the rules find elsewhere in the sentence.
SURE, OWN = 0.4, 0.5
# What the nearness of the question's words counts beside the log of what the guesses say, of which less than
# LITTLE is nothing: "调解94起,成功调解92起,正在调解2起" has three figures for one who asks for the successes.
_BESIDE, _LITTLE = 4.0, 0.01
# How something is done takes many words: a guess has to be surer by so much.
HARDER = 1.75
# Kinds that the rules tell so well that no guess is shown against them; and figures in the unit asked for.
FIRM = frozenset({"person", "time", "list", "reason"})
# What the rules find in so many sentences is kept: a question looks at one two or three times.
_KEPT = 256


def find_answers(
    question: Question, sentence: str, guesses: Sequence[Sequence[Guess]] = (), sure: float = SURE
) -> tuple[Range | None, ...]:
    """Return for each part of the question the range of `sentence` that answers it, if one does.

    `guesses`: for each part the reader's, as ranges of the sentence. What already stands in the question is
    no answer to it.
    """
    parts = _parts(question)
    own = [guesses[n] if n < len(guesses) else () for n in range(len(parts))]
    found: list[Range | None] = [None] * len(parts)
    # Where two parts might take the same words, the one that the reader is surer of does.
    for n in sorted(range(len(parts)), key=lambda n: -max((one.score for one in own[n]), default=0.0)):
        kind, part = parts[n]
        if kind in ("meaning", "whether"):
            continue  # the sentence says it, none of its words alone does
        free = _free_ranges(question, part, sentence, [one for one in found if one])
        candidates = [item for item in _list_candidates(kind, part, sentence) if free(item)]
        fit = [item for item in own[n] if free((item.start, item.end))]
        if not candidates:
            fit = [item for item in fit if could_be(kind, part, sentence, (item.start, item.end))]
        firm = kind in FIRM or asks_strictly(kind, part)
        said = part if len(parts) > 1 else fold(question.text)
        least = sure * (HARDER if kind == "way" else 1)
        found[n] = _choose(candidates, fit, sentence, said, sure=least, own=2.0 if firm else OWN)
    return tuple(found)


def has_kind(question: Question, sentence: str) -> bool:
    """Tell whether the rules find in `sentence` something of the kind that the first part asks for."""
    kind, part = _parts(question)[0]
    free = _free_ranges(question, part, sentence, ())
    return any(free(item) for item in _list_candidates(kind, part, sentence))


def _parts(question: Question) -> Sequence[tuple[Wanted, str]]:
    return split_parts(question.text) or (("other", fold(question.text)),)


@lru_cache(_KEPT)
def _list_candidates(kind: Wanted, part: str, sentence: str) -> tuple[Range, ...]:
    ranges = list(FINDERS[kind](part, sentence)) if kind in FINDERS else []
    return tuple(ranges if kind == "time" else _under_date(part, sentence, ranges))


def _free_ranges(
    question: Question, part: str, sentence: str, taken: Sequence[Range]
) -> Callable[[Range], bool]:
    """Return what tells whether a range may answer: no marks alone, nothing asked, credited or taken."""
    asked, signed = fold(question.text), () if _ASKS_CREDIT.search(part) else find_credits(sentence)

    def free(item: Range) -> bool:
        said = fold(sentence[item[0] : item[1]])
        in_credit = any(low <= item[0] < high for low, high in signed)
        overlaps = any(item[0] < high and low < item[1] for low, high in taken)
        return any(map(str.isalnum, said)) and said not in asked and not in_credit and not overlaps

    return free


def _choose(
    candidates: Sequence[Range],
    guesses: Sequence[Guess],
    sentence: str,
    asked: str,
    *,
    sure: float,
    own: float,
) -> Range | None:
    """Return the candidate that the guesses and the words of the question beside it speak for, or a guess.

    The best guess needs a share of what the reader would take: `sure` where there is no candidate, `own`
    where it falls on none of them.
    """
    top = max(guesses, key=lambda item: item.score, default=None)
    share = 1 / sum(math.exp(item.score - top.score) for item in guesses) if top else 0.0
    touched = top and any(_common(item, top) for item in candidates)
    if top and not touched and share >= (own if candidates else sure):
        return top.start, top.end
    close = _closeness(sentence, asked)

    def speaks(item: Range) -> float:
        return math.log(_support(item, guesses) + _LITTLE) + _BESIDE * close(item)

    return max(candidates, key=speaks, default=None)


def _support(item: Range, guesses: Sequence[Guess]) -> float:
    """Return how much the guesses speak for a range: their odds, by how much of both they have in common.

    The best guess alone, where it is that range, makes it 1.
    """
    best = max((guess.score for guess in guesses), default=0.0)
    total = 0.0
    for guess in guesses:
        both = max(item[1], guess.end) - min(item[0], guess.start)
        total += math.exp(guess.score - best) * (_common(item, guess) / both) ** 2
    return total


def _common(item: Range, guess: Guess) -> int:
    """Return how many characters a range and a guess have in common."""
    return max(min(item[1], guess.end) - max(item[0], guess.start), 0)


def _under_date(part: str, sentence: str, candidates: list[Range]) -> list[Range]:
    """Return the candidates that stand under the date that the question names, where there are several dates.

    A chronicle ("2017年至2020年…;2021年至2030年…5个") says under each date what belongs to it.
    """
    if not _MAY_NAME_DAY.search(part):
        return candidates
    dates = [(match.start(), match.group()) for match in DATE.finditer(fold(sentence))]
    own = next((at for at, date in reversed(dates) if date in part), None)
    if own is None or len(dates) < 2:
        return candidates
    said = dict(dates)[own]  # "2022年财报显示,截至2022年12月31日止年度,…" is all of it under 2022年
    until = next((at for at, date in dates if at > own and not date.startswith(said)), len(sentence))
    return [item for item in candidates if own < item[0] < until]


def _closeness(sentence: str, asked: str) -> Callable[[Range], float]:
    """Return how close a range stands to the words that the sentence shares with the question."""
    about = subject(asked)
    folded = fold(sentence)
    pairs = {about[i : i + 2] for i in range(len(about) - 1)}
    shared = [at for at in range(len(folded) - 1) if folded[at : at + 2] in pairs]
    breaks = [mark.start() for mark in _BREAK.finditer(folded)]
    return lambda item: sum(1 / (4 + _distance(item, at, breaks)) for at in shared)


def _distance(item: Range, at: int, breaks: Sequence[int]) -> int:
    """Return how far a place is from a candidate in characters; a mark between them counts as several.

    "自管会21个、业委会11个": the number of 业委会 is 11, though 21 stands nearer to its beginning.
    """
    low, high = (at, item[0]) if at < item[0] else (item[1], at)
    between = sum(low <= mark < high for mark in breaks)
    return max(high - low, 0) + _APART * between
