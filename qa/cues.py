"""Question -> what the form of a sentence counts, whatever the sentence is about.

In: a question; then sentences. Out: what is added to a sentence's score. Does not know passages, the words
that both share, or the reader: read.py adds them up.

The weights are small beside those of the words and the reader, whose scores differ by one or two.
"""

import re
from collections.abc import Callable

from index.numerals import list_numerals
from index.text import fold
from qa.extract import has_kind
from qa.finders import find_named
from qa.question import split_parts, subject
from qa.records import Question

# A rule finds something of the wanted kind: by signs a figure, a date, a list; by parts of speech, which are
# looked for in few sentences, a name. Fitted on 499 held-out questions, they count .58 and .3.
_BY_SIGNS, _BY_TAGS = 0.6, 0.3
_TOLD_BY_SIGNS = frozenset({"number", "time", "list", "reason"})
_TOLD_BY_TAGS = frozenset({"person", "place", "body"})
# "路长制即每条路由一名干部负责": who asks what something is wants the sentence that says so.
_DEFINES = 1.0
_MEANS = re.compile("指的?是?什么")
# "哪两个湖" is answered by a list of such: 太溪湖和东戴湖.
_NAMED = 0.6
# Who asks for the total does not want the items that it was made of.
_TOTAL = 0.3
_SUMS_UP = re.compile("一共|总共|共计|总计|合计|累计|共(?=[有计拆清征发查建投收办举开接完新拥种])")
# A sentence on another year or day than the one asked about.
_OTHER_DAY = -0.3
_YEARS = re.compile(r"(\d{4})(?:年?[-~—至到](\d{4}))?年")
# A sentence that asks does not answer: "什么是路长制?" stands above the sentence that says it.
_ASKS = -3.0
# Nor does one that leaves open what is asked: "正往下水道里倒着什么".
_WONDERS = -1.0
_WONDERING = re.compile("(?<![没为])什么(?![样都也时])")


def weigh_form(question: Question) -> Callable[[str], float]:
    """Return a function that says what is added to the score of a sentence, as printed, for its form."""
    wanted = question.wanted[0]
    sums_up = _SUMS_UP if _SUMS_UP.search(fold(question.text)) else None
    standalone = fold(question.standalone)
    defines = _definition_of(question) if wanted == "meaning" or _MEANS.search(standalone) else None
    listed = parts[0][1] if wanted == "list" and (parts := split_parts(question.text)) else ""
    asked, asking = _days(standalone), wanted == "other" and "什么" in standalone

    def weigh(sentence: str) -> float:
        folded = fold(sentence)
        by_signs = wanted in _TOLD_BY_SIGNS and has_kind(question, sentence)
        return (
            _BY_SIGNS * by_signs
            + _TOTAL * bool(sums_up and sums_up.search(folded))
            + _DEFINES * bool(defines and defines.search(folded))
            + _NAMED * bool(listed and find_named(listed, sentence))
            + _OTHER_DAY * _is_of_other_day(asked, folded)
            + _WONDERS * bool(asking and _WONDERING.search(folded))
            + _ASKS * folded.endswith("?")
        )

    return weigh


def weigh_tags(question: Question, sentence: str) -> float:
    """Return what is added where parts of speech tell something of the wanted kind: the slow step."""
    return _BY_TAGS * (question.wanted[0] in _TOLD_BY_TAGS and has_kind(question, sentence))


def _days(folded: str) -> tuple[set[str], set[str]]:
    """Return the years and the days that a folded text names."""
    years = {
        str(year)
        for first, last in _YEARS.findall(folded)
        for year in range(int(first), min(int(last or first), int(first) + 50) + 1)
    }
    return years, {term for term in list_numerals(folded) if "-" in term}


def _is_of_other_day(asked: tuple[set[str], set[str]], folded: str) -> bool:
    """Tell whether a sentence names years, or days, and none of those that are asked about."""
    if not any(asked):
        return False
    return any(own and said and not own & said for own, said in zip(asked, _days(folded), strict=True))


def _definition_of(question: Question) -> re.Pattern[str]:
    """Return a pattern for a sentence that defines what is asked about, whole or by its last part.

    "会议里的两个先行是指什么?" asks about 两个先行.
    """
    name = re.sub(r"[\s\"“”'《》]", "", fold(subject(question.standalone)))
    name = re.sub(r"^(?:什么)?[是叫]+|(?:所?[是指]+)?的?$", "", name)
    names = "|".join(map(re.escape, dict.fromkeys((name, re.split("[里中]?的|提到|说到|所说", name)[-1]))))
    return re.compile(rf"(?:{names})[”\"』」》]?[,、]?(?:就?是指?|即|指|也?叫|简称)")
