"""Scores -> Found: best first, the same text only once.

In: the numbers of passages with a score for each, and a way to fetch them. Out: the best passages, reprints
folded. Does not know the question's words, or what a score is made of.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.catalog import Stored
from index.text import SKETCH, bigrams, sketch
from qa.records import Candidates, Found

Sketch = NDArray[np.uint64]

# Two passages that share four fifths of their character pairs are one text, printed twice.
SAME_TEXT = 0.8
# So many passages are fetched for each one wanted; the rest is room for reprints.
_ROOM = 3
# They are fetched as many at once as are still wanted, and not fewer than this part of all.
_PORTIONS = 8


def rank_passages(
    scores: Mapping[int, float], fetch: Callable[[Sequence[int]], list[Stored]], top: int
) -> list[Found]:
    """Return the `top` passages by their score; a near-duplicate is folded into the better one."""
    best = sorted(scores, key=lambda number: (-scores[number], number))[: _ROOM * top]
    kept = _Kept(top)
    at = 0
    while at < len(best):  # a page each is read for them: rarely more than two portions are
        portion = best[at : at + 1 + max(top - len(kept.found), top // _PORTIONS)]
        at += len(portion)
        fetched = fetch(portion)
        for stored, own in zip(fetched, sketch([item.passage.text for item in fetched]), strict=True):
            if not kept.take(Found(stored, scores[stored.number]), own):
                return kept.found
    return kept.found


def add_cosines(ranked: Sequence[Found], found: Candidates) -> list[Found]:
    """Return the same passages with the cosines that they were found with."""
    cosines = dict(zip(found.numbers, found.vector.tolist(), strict=True))
    return [replace(item, cosine=cosines[item.stored.number]) for item in ranked]


class _Kept:
    """Up to `top` passages, no two of which are the same text."""

    def __init__(self, top: int) -> None:
        self.found: list[Found] = []
        self._top = top
        self._sketches = np.empty((top, SKETCH // 64), np.uint64)
        self._lengths = np.empty(top, np.int64)

    def take(self, item: Found, own: Sketch) -> bool:
        """Put a passage behind those that are kept, or fold it into one; False where there is no room."""
        text, count = item.stored.passage.text, len(self.found)
        twin = next((n for n in self._like(own, len(text)) if _alike(text, self._text(n))), None)
        if twin is None:
            if count == self._top:
                return False
            self._sketches[count], self._lengths[count] = own, len(text)
            self.found.append(item)
        else:
            first, source = self.found[twin], item.stored.page.source
            if source not in (first.stored.page.source, *first.also):
                self.found[twin] = replace(first, also=(*first.also, source))
        return True

    def _text(self, n: int) -> str:
        return self.found[n].stored.passage.text

    def _like(self, own: Sketch, length: int) -> list[int]:
        """Return the passages kept that may be the same text.

        Two that are differ in 1 - SAME_TEXT of the pairs of both together, which are at most 1 / SAME_TEXT of
        the longer one's; and in no more bits than pairs.
        """
        count = len(self.found)
        differ = np.bitwise_count(self._sketches[:count] ^ own).sum(1)
        longest = np.maximum(self._lengths[:count], length)
        return [int(n) for n in np.flatnonzero(differ <= (1 - SAME_TEXT) / SAME_TEXT * longest)]


def _alike(one: str, other: str) -> bool:
    """Tell whether the Jaccard similarity of the pairs of two texts reaches SAME_TEXT."""
    pairs = frozenset(bigrams(one))
    others = pairs if one == other else frozenset(bigrams(other))
    return bool(pairs and others) and len(pairs & others) >= SAME_TEXT * len(pairs | others)
