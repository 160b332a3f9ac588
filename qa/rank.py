"""Scores -> one score -> Found: best first, the same text only once.

In: the numbers of passages with the scores of both legs, and a way to fetch them. Out: one score for each;
the best passages, reprints folded. Does not know the question's words: rerank.py looks at those, between the
two.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from index.catalog import Stored
from index.text import bigrams
from qa.records import Found, Scores

# Convex combination (Bruch, Gai and Ingber 2023: it beats reciprocal ranks, which forget by how much a
# passage is better). The weight is the vectors'. BM25 has no scale of its own and is divided by its best
# score; cosines have one, and a low best cosine says that the vectors know little: see lab/README.md.
VECTOR_WEIGHT = 0.4
# Two passages that share four fifths of their character pairs are one text, printed twice.
SAME_TEXT = 0.8
# So many passages are fetched for each one wanted; the rest is room for reprints.
_ROOM = 3


def fuse_scores(scores: Mapping[int, Scores]) -> dict[int, float]:
    """Return one score for each passage, 0 to 1, best first."""
    best_keyword = max((item.keyword for item in scores.values()), default=0.0) or 1.0
    fused = {
        number: VECTOR_WEIGHT * max(item.vector, 0.0) + (1 - VECTOR_WEIGHT) * item.keyword / best_keyword
        for number, item in scores.items()
    }
    return {number: fused[number] for number in sorted(fused, key=lambda number: (-fused[number], number))}


def rank_passages(
    scores: Mapping[int, float], fetch: Callable[[Sequence[int]], list[Stored]], top: int
) -> list[Found]:
    """Return the `top` passages by their score; a near-duplicate is folded into the better one."""
    best = sorted(scores, key=lambda number: (-scores[number], number))[: _ROOM * top]
    kept: list[Found] = []
    pairs: list[frozenset[str]] = []
    # A page each is read for them: rarely more than one portion is.
    for first in range(0, len(best), top + 1):
        for stored in fetch(best[first : first + top + 1]):
            if not _keep(Found(stored, scores[stored.number]), kept, pairs, top):
                return kept
    return kept


def _keep(item: Found, kept: list[Found], pairs: list[frozenset[str]], top: int) -> bool:
    """Put a passage behind those that are kept, or fold it into one; False where there is no more room."""
    own = frozenset(bigrams(item.stored.passage.text))
    twin = next((i for i, other in enumerate(pairs) if _alike(own, other)), None)
    if twin is None:
        if len(kept) == top:
            return False
        kept.append(item)
        pairs.append(own)
    elif item.stored.page.source not in (kept[twin].stored.page.source, *kept[twin].also):
        kept[twin] = replace(kept[twin], also=(*kept[twin].also, item.stored.page.source))
    return True


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether the Jaccard similarity of two sets reaches SAME_TEXT."""
    if not one or not other or min(len(one), len(other)) < SAME_TEXT * max(len(one), len(other)):
        return False
    shared = len(one & other)
    return shared >= SAME_TEXT * (len(one) + len(other) - shared)
