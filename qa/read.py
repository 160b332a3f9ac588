"""Found -> Evidence: the sentences that bear on the question, best first.

In: the question and the passages found. Out: sentences with a score, and how much of the question
they and their surroundings cover. Does not know whether that is enough to answer: answer.py decides.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index.text import bigrams, fold, sentences, tagged
from qa.extract import find_answers
from qa.question import subject
from qa.records import Evidence, Found, Question, Wanted

Weigh = Callable[[str], float]

# How much a word of the question counts that stands not in the sentence but in the one before it, or in
# the head of its article. These and OF_KIND were set on 2,000 training questions with their passage: the
# right sentence came first for .722 with 0.4 and a share for the whole passage, for .751 so.
BEFORE, HEAD = 0.6, 0.5
# What it adds that something of the wanted kind stands in the sentence: figures and dates are told surely,
# names and places less so. RANK: the passage's own score. (A cosine was tried too: see CHANGELOG.md.)
OF_KIND: dict[Wanted, float] = {"number": 0.2, "time": 0.2}
OF_OTHER_KIND = 0.08
RANK = 0.35
# In so many sentences the exact answer is looked for: tagging parts of speech is the slow step.
SEARCHED = 10
_LEAST = 1.0
# What a word says about the subject, by its part of speech: names and nouns all, verbs less, the
# rest ("一共", "那个", "因为") hardly anything, however rare it is in a small archive.
_SAYS = {
    "n": 1.0,
    "t": 1.0,
    "e": 1.0,
    "j": 1.0,
    "l": 1.0,
    "i": 1.0,
    "s": 1.0,
    "v": 0.7,
    "a": 0.6,
    "b": 0.6,
    "m": 0.5,
    "z": 0.5,
}
_SAYS_LITTLE, _ONE_CHARACTER = 0.1, 0.35


def weigh_terms(document_count: Callable[[str], int], total: int) -> Weigh:
    """Return a function that gives a term's weight: BM25's inverse document frequency.

    A term that no passage holds weighs the most: what is asked about it cannot be answered. No term weighs
    less than _LEAST: in an archive of two pages on one bridge, the bridge is still what is asked about.
    """

    def weigh(term: str) -> float:
        count = document_count(term)
        return max(math.log(1 + (total - count + 0.5) / (count + 0.5)), _LEAST)

    return weigh


def weigh_words(question: Question, weigh: Weigh) -> dict[str, float]:
    """Return the words of what the question is about, each with its weight; the weights sum to 1."""
    weights: dict[str, float] = {}
    for word, says in say_words(question):
        weights[word] = max(weights.get(word, 0.0), says * weigh(word))
    total = sum(weights.values()) or 1.0
    return {word: weight / total for word, weight in weights.items()}


def say_words(question: Question) -> Iterator[tuple[str, float]]:
    """Yield the words of what the question is about, in order, with how much each says, 0 to 1."""
    for word, tag, _ in tagged(subject(question.standalone)):
        if tag[0] not in "xw" and word.strip():
            says = 1.0 if tag == "m" and word.isdecimal() else _SAYS.get(tag[0], _SAYS_LITTLE)
            yield word, says * (_ONE_CHARACTER if len(word) == 1 else 1.0)


def read_passages(question: Question, found: Sequence[Found], weigh: Weigh) -> list[Evidence]:
    """Return the best SEARCHED sentences of the passages `found`, each once, by falling score."""
    weights = weigh_words(question, weigh)
    evidence: dict[tuple[int, int], Evidence] = {}
    for item in found:
        for sentence in _weigh_sentences(item, weights):
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
        best[number] = max(best.get(number, 0.0), item.score)
    scored = [
        replace(item, score=max(best.get(item.stored.number, 0.0), RANK * item.score)) for item in found
    ]
    return sorted(scored, key=lambda item: -item.score)


def _falling(evidence: Evidence) -> tuple[float, int]:
    return -evidence.score, evidence.start


def _weigh_sentences(item: Found, weights: dict[str, float]) -> Iterator[Evidence]:
    passage, article = item.stored.passage, item.stored.article
    folded = fold(passage.text)
    head = _shares(weights, fold(article.title))
    around = _shares(weights, fold(article.text))
    covered = sum(weight * max(around[word], head[word]) for word, weight in weights.items())
    before = dict.fromkeys(weights, 0.0)
    for start, end in sentences(passage.text):
        own = _shares(weights, folded[start:end])
        matched = sum(
            weight * max(own[word], BEFORE * before[word], HEAD * head[word])
            for word, weight in weights.items()
        )
        low, high = passage.start + start, passage.start + end
        yield Evidence(item, low, high, matched + RANK * item.score, matched, covered, answers=())
        before = own


def _search(question: Question, evidence: Evidence) -> Evidence:
    """Return the sentence with the exact answers that stand in it; having one speaks for it."""
    found = find_answers(question, evidence.found.stored.article.text[evidence.start : evidence.end])
    answers = tuple((evidence.start + start, evidence.start + end) for start, end in found)
    extra = OF_KIND.get(question.wanted[0], OF_OTHER_KIND) if answers else 0.0
    return replace(evidence, score=evidence.score + extra, answers=answers)


def _shares(weights: dict[str, float], text: str) -> dict[str, float]:
    """Return how much of each word stands in the folded `text`: 1, or the share of its character pairs.

    Not by words: jieba may cut the page in another way than the question.
    """
    shares = {}
    for word in weights:
        pairs = bigrams(word) if len(word) > 2 else []
        part = sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0
        shares[word] = 1.0 if word in text else part
    return shares
