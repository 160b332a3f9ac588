"""Question -> Candidates: the passages that either leg brings.

In: the stand-alone question. Out: the numbers of up to 2 x 100 passages, best first, with the scores of both
legs and one score of the two. Does not know what stands in them.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.encoder import Encoder
from index.store import Among, KeywordLeg, VectorLeg
from index.text import terms
from qa.question import subject
from qa.records import Candidates, Question

PER_LEG = 100
# Convex combination (Bruch, Gai and Ingber 2023: it beats reciprocal ranks, which forget by how much a
# passage is better). The weight is the vectors'. BM25 has no scale of its own and is divided by its best
# score; cosines have one, and a low best cosine says that the vectors know little: see lab/README.md.
VECTOR_WEIGHT = 0.4
# Among so many passages another thread looks for vectors meanwhile. Of a million that takes 3 ms and more;
# handing over takes one, and twenty at times on a computer that has other things to do.
_BESIDE_FROM = 300_000


def search_terms(question: Question) -> list[str]:
    """Return the BM25 terms of what the question is about, without the words that merely ask."""
    return terms(subject(question.standalone)) or terms(question.standalone)


def find_passages(
    question: Question,
    keywords: KeywordLeg,
    vectors: VectorLeg,
    encoder: Encoder,
    among: Among | None = None,
) -> Candidates:
    """Return the passages that the keywords or the vectors find; only those in `among`.

    A passage found by one leg alone gets its true cosine, and a BM25 score of 0: below the hundredth
    it makes no difference.
    """
    vector = encoder.encode_questions([question.standalone])[0]
    sought = search_terms(question)
    if len(keywords) < _BESIDE_FROM:
        by_vector = vectors.search(vector, PER_LEG, among)
        by_keyword = keywords.search(sought, PER_LEG, among)
    else:
        with ThreadPoolExecutor(1) as beside:  # of its own: one that stays does not outlive a fork
            nearest = beside.submit(vectors.search, vector, PER_LEG, among)
            by_keyword = keywords.search(sought, PER_LEG, among)
        by_vector = nearest.result()
    missing = [number for number in by_keyword if number not in by_vector]
    cosines = (vectors.rows(missing) @ vector).tolist()
    return fuse_scores(by_keyword, by_vector | dict(zip(missing, cosines, strict=True)))


def fuse_scores(by_keyword: Mapping[int, float], cosines: Mapping[int, float]) -> Candidates:
    """Return the passages that have a cosine, best first; in arrays, for Python takes three times as long."""
    numbers = np.fromiter(cosines, np.int64, len(cosines))
    vector = np.fromiter(cosines.values(), np.float64, len(cosines))
    keyword = np.array([by_keyword.get(number, 0.0) for number in cosines])
    share = keyword / (keyword.max(initial=0.0) or 1.0)
    fused = VECTOR_WEIGHT * np.maximum(vector, 0.0) + (1 - VECTOR_WEIGHT) * share
    order = np.lexsort((numbers, -fused))
    return Candidates(numbers[order].tolist(), keyword[order], vector[order], fused[order])
