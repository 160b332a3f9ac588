"""Found -> Evidence: the sentences that bear on the question, best first.

In: the question and the passages found. Out: sentences with a score, and how much of the question
they and their surroundings cover. Does not know whether that is enough to answer: answer.py decides.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.passages import MAX_LENGTH
from index.text import NAME_TAGS, PERSON_TAGS, bigrams, fold, sentences, tagged
from qa.extract import find_answers
from qa.finders import SURNAMES
from qa.question import subject
from qa.records import Evidence, Found, Question, Wanted

Weigh = Callable[[str], float]

# How much a word of the question counts that stands not in the sentence but in the one before it, or in
# the head of its article. These and OF_KIND were set on 2,000 training questions with their passage: the
# right sentence came first for .722 with 0.4 and a share for the whole passage, for .751 so.
BEFORE, HEAD = 0.6, 0.5
# What it adds that something of the wanted kind stands in the sentence: figures and dates are told surely,
# names and places less so. RANK: the passage's own score, in log odds. On the 499 questions of training that
# neither encoder nor reranker learned from, the right sentence came first for .691 (its passage for .826)
# with .8; .677 (.804) with 0, .681 (.814) with .3, .683 (.822) with 2.
OF_KIND: dict[Wanted, float] = {"number": 0.2, "time": 0.2}
OF_OTHER_KIND = 0.08
RANK = 0.8
# In so many sentences the exact answer is looked for: tagging parts of speech is the slow step.
SEARCHED = 10
# No term weighs less: in an archive of two pages on one bridge, the bridge is still what is asked about.
_LEAST = 1.0
# What a word says about the subject, by its part of speech: names and nouns all, verbs less, the rest
# ("一共", "那个", "因为") hardly anything, however rare it is in a small archive.
_SAYS = dict.fromkeys("ntejlis", 1.0) | {"v": 0.7, "a": 0.6, "b": 0.6, "m": 0.5, "z": 0.5}
_SAYS_LITTLE, _ONE_CHARACTER = 0.1, 0.35
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
        if len(word) == 1:
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


def read_passages(question: Question, found: Sequence[Found], weigh: Weigh) -> list[Evidence]:
    """Return the best SEARCHED sentences of the passages `found`, each once, by falling score."""
    words = weigh_words(question, weigh)
    evidence: dict[tuple[int, int], Evidence] = {}
    for item in found:
        for sentence in _weigh_sentences(item, words):
            place = (item.stored.article_id, sentence.start)
            if place not in evidence or evidence[place].score < sentence.score:
                evidence[place] = sentence
    best = sorted(evidence.values(), key=_falling)[:SEARCHED]
    return sorted((_search(question, item) for item in best), key=_falling)


def order_by_evidence(found: Sequence[Found], evidence: Sequence[Evidence]) -> list[Found]:
    """Return the passages by the best sentence read in each; one without any by its own score alone.

    The sentence sees what the two legs do not: the words of the question close together, and something of
    the wanted kind. First hit right on questions_dev: .884 with it, .860 without.
    """
    best: dict[int, float] = {}
    for item in evidence:
        number = item.found.stored.number
        best[number] = max(best.get(number, -math.inf), item.score)
    scored = [replace(item, score=best.get(item.stored.number, RANK * item.score)) for item in found]
    return sorted(scored, key=lambda item: -item.score)


def _falling(evidence: Evidence) -> tuple[float, int]:
    return -evidence.score, evidence.start


def _weigh_sentences(item: Found, words: Sequence[Word]) -> Iterator[Evidence]:
    article = item.stored.article
    head, around = fold(article.title), fold(article.text)
    in_head = [word.share_in(head) for word in words]
    anywhere = [max(word.share_in(around), share) for word, share in zip(words, in_head, strict=True)]
    covered = sum(word.weight * share for word, share in zip(words, anywhere, strict=True))
    unnamed = [word for word, share in zip(words, anywhere, strict=True) if word.is_name and share < 1]
    # A page of one district's news need not name the district in every article.
    names_all = not unnamed or all(word.share_in(fold(item.stored.page.text)) == 1 for word in unnamed)
    before = [0.0] * len(words)
    for low, high in _whole_sentences(item):
        own = [word.share_in(around[low:high]) for word in words]
        matched = sum(
            word.weight * max(here, BEFORE * earlier, HEAD * above)
            for word, here, earlier, above in zip(words, own, before, in_head, strict=True)
        )
        yield Evidence(item, low, high, matched + RANK * item.score, matched, covered, names_all, answers=())
        before = own


def _whole_sentences(item: Found) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a passage as ranges of its article's text.

    A passage ends where the article goes on at another place of the page, if need be in mid-sentence
    ("刘琴" / "英与丈夫双双下岗。"): the sentence is read whole. One that is longer than a passage is not.
    """
    passage, text = item.stored.passage, item.stored.article.text
    before, behind = max(passage.start - MAX_LENGTH, 0), passage.end + MAX_LENGTH
    whole = [(before + start, before + end) for start, end in sentences(text[before:behind])]
    for start, end in sentences(passage.text):
        low, high = passage.start + start, passage.start + end
        around = next((one for one in whole if one[0] <= low and high <= one[1]), (low, high))
        yield around if around[1] - around[0] <= MAX_LENGTH else (low, high)


def _search(question: Question, evidence: Evidence) -> Evidence:
    """Return the sentence with the exact answers that stand in it; having one speaks for it."""
    found = find_answers(question, evidence.found.stored.article.text[evidence.start : evidence.end])
    answers = tuple((evidence.start + start, evidence.start + end) for start, end in found)
    extra = OF_KIND.get(question.wanted[0], OF_OTHER_KIND) if answers else 0.0
    return replace(evidence, score=evidence.score + extra, answers=answers)
