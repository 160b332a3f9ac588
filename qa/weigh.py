"""Question -> its words, each with how much it says of what is asked about.

In: a question, and how many passages hold a term. Out: words with their weights, and whether they are names.
Does not know passages: read.py looks for the words in them.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.text import NAME_TAGS, PERSON_TAGS, bigrams, tagged
from qa.finders import SURNAMES
from qa.question import subject
from qa.records import Question

Weigh = Callable[[str], float]

# No term weighs less: in an archive of two pages on one bridge, the bridge is still what is asked about.
_LEAST = 1.0
# What a word says about the subject, by its part of speech: names and nouns all, verbs less, the rest
# ("一共", "那个", "因为") hardly anything, however rare it is in a small archive.
_SAYS = dict.fromkeys("ntejlis", 1.0) | {"v": 0.7, "a": 0.6, "b": 0.6, "m": 0.5, "z": 0.5}
_SAYS_LITTLE, _ONE_CHARACTER = 0.1, 0.35
# Whatever their part of speech: the page need not have them to answer.
_LIGHT = re.compile(
    "[搞做弄干办]|一起|共同|一同|进行|涉及|包括|包含|具体|有关|相关|关于|东西|事情|情况|方面|内容"
)
# What jieba's dictionary takes for places: it is as often none.
_NO_NAMES = frozenset({"东西", "新建"})
_SUFFIXES = "省市区县州镇乡村"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of what the question is about. Weights are shares of the whole question."""

    text: str
    weight: float
    is_name: bool

    def share_in(self, folded: str) -> float:
        """Return how much of the word stands in a folded text: 1, or the share of its character pairs.

        Not by words: jieba may cut the page in another way than the question. A name stands there or not,
        with its 市 or 区 or without.
        """
        if self.text in folded:
            return 1.0
        if len(self.text) < 3:
            return 0.0
        if self.is_name:
            return float(self.text[-1] in _SUFFIXES and self.text[:-1] in folded)
        pairs = bigrams(self.text)
        return sum(pair in folded for pair in pairs) / max(len(pairs), 1)  # 2016 has none


def weigh_terms(document_count: Callable[[str], int], total: int) -> Weigh:
    """Return a function that gives a term's weight: BM25's inverse document frequency.

    A term that no passage holds weighs the most: what is asked about it cannot be answered.
    """

    def weigh(term: str) -> float:
        count = document_count(term)
        return max(math.log(1 + (total - count + 0.5) / (count + 0.5)), _LEAST)

    return weigh


def weigh_words(question: Question, weigh: Weigh) -> list[Word]:
    """Return the words of what the question is about, each once; their weights sum to 1."""
    said = {word: (says, is_name) for word, says, is_name in say_words(question)}
    weights = {word: says * weigh(word) for word, (says, _) in said.items()}
    total = sum(weights.values()) or 1.0
    return [Word(word, weight / total, said[word][1]) for word, weight in weights.items()]


def say_words(question: Question) -> Iterator[tuple[str, float, bool]]:
    """Yield the words of what the question is about, in order, with how much each says, and if it is a name.

    What is said goes from 0 to 1. A year or another figure names something, too.
    """
    tokens = [(word, tag) for word, tag, _ in tagged(subject(question.standalone))]
    for (word, tag), (following, _) in pairwise([*tokens, ("", "x")]):
        if tag[0] in "xw" or not word.strip():
            continue
        if _LIGHT.fullmatch(word):
            yield word, _SAYS_LITTLE, False
        elif len(word) == 1:
            yield word, _SAYS.get(tag[0], _SAYS_LITTLE) * _ONE_CHARACTER, False
        else:
            is_name = _is_name(word, tag, following)
            yield word, 1.0 if is_name else _SAYS.get(tag[0], _SAYS_LITTLE), is_name


def _is_name(word: str, tag: str, following: str) -> bool:
    """Tell whether jieba's part of speech can be believed when it says name: 里倒 and 东西 are none."""
    if tag in PERSON_TAGS:  # 惠济 it takes for a person
        return word[0] in SURNAMES or "·" in word or following in tuple(_SUFFIXES)
    if tag in NAME_TAGS:
        return word not in _NO_NAMES
    return word.isdecimal() or (tag == "n" and len(word) > 2 and word[-1] in _SUFFIXES)
