"""Question -> Scores: the passages that either leg brings.

In: the stand-alone question. Out: the numbers of up to 2 x 100 passages with both legs' scores.
Does not know what stands in them, or how the scores are weighed against each other.
"""

from concurrent.futures import ThreadPoolExecutor

from index.encoder import Encoder
from index.store import Among, KeywordLeg, VectorLeg
from index.text import terms
from qa.question import subject
from qa.records import Question, Scores

PER_LEG = 100


def search_terms(question: Question) -> list[str]:
    """Return the BM25 terms of what the question is about, without the words that merely ask."""
    return terms(subject(question.standalone)) or terms(question.standalone)


def find_passages(
    question: Question,
    keywords: KeywordLeg,
    vectors: VectorLeg,
    encoder: Encoder,
    among: Among | None = None,
) -> dict[int, Scores]:
    """Return the passages that the keywords or the vectors find, by their numbers; only those in `among`.

    A passage found by one leg alone gets its true cosine, and a BM25 score of 0: below the hundredth
    it makes no difference.
    """
    vector = encoder.encode_questions([question.standalone])[0]
    with ThreadPoolExecutor(1) as beside:  # of its own: one that stays does not outlive a fork
        nearest = beside.submit(vectors.search, vector, PER_LEG, among)
        by_keyword = keywords.search(search_terms(question), PER_LEG, among)
    by_vector = nearest.result()
    missing = [number for number in by_keyword if number not in by_vector]
    cosines = by_vector | dict(zip(missing, map(float, vectors.rows(missing) @ vector), strict=True))
    return {number: Scores(by_keyword.get(number, 0.0), cosine) for number, cosine in cosines.items()}
