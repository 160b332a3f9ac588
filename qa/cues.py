"""Question -> what the form of a sentence counts, whatever the sentence is about.

In: a question; then sentences. Out: what is added to a sentence's score. Does not know passages, the words
that both share, or the reader: read.py adds them up.

The weights are small beside those of the words and the reader, whose scores differ by one or two.
"""

import re
from collections.abc import Callable

from index.text import fold
from qa.extract import has_kind
from qa.question import subject
from qa.records import Question

# A rule finds something of the wanted kind. Fitted on 499 held-out questions, it counts .53 for figures and
# dates, .34 for others. What parts of speech tell is looked for in few sentences.
_OF_KIND = 0.3
_TOLD_BY_SIGNS = frozenset({"number", "time", "list", "reason"})
_TOLD_BY_TAGS = frozenset({"person", "place", "body"})
# "路长制即每条路由一名干部负责": who asks what something is wants the sentence that says so.
_DEFINES = 1.0
# Who asks for the total does not want the items that it was made of.
_TOTAL = 0.3
_SUMS_UP = re.compile("一共|总共|共计|总计|合计|累计|共(?=[有计拆清征发查建投收办举开接完新拥种])")
# A sentence that asks does not answer: "什么是路长制?" stands above the sentence that says it.
_ASKS = -3.0


def weigh_form(question: Question) -> Callable[[str], float]:
    """Return a function that says what is added to the score of a sentence, as printed, for its form."""
    wanted = question.wanted[0]
    sums_up = _SUMS_UP if _SUMS_UP.search(fold(question.text)) else None
    defines = _definition_of(question) if wanted == "meaning" else None

    def weigh(sentence: str) -> float:
        folded = fold(sentence)
        by_signs = wanted in _TOLD_BY_SIGNS and has_kind(question, sentence)
        return (
            _OF_KIND * by_signs
            + _TOTAL * bool(sums_up and sums_up.search(folded))
            + _DEFINES * bool(defines and defines.search(folded))
            + _ASKS * folded.endswith("?")
        )

    return weigh


def weigh_tags(question: Question, sentence: str) -> float:
    """Return what is added where parts of speech tell something of the wanted kind: the slow step."""
    return _OF_KIND * (question.wanted[0] in _TOLD_BY_TAGS and has_kind(question, sentence))


def _definition_of(question: Question) -> re.Pattern[str]:
    name = re.sub(r"^(?:什么)?[是叫]+|[\s\"“”'《》]", "", fold(subject(question.standalone)))
    return re.compile(rf"{re.escape(name)}[”\"』」》]?[,、]?(?:就?是指?|即|指|也?叫|简称)")
