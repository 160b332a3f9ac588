"""Words of a question and of passages -> how well each passage answers.

In: the numbers that index/lexicon.py gives to the words of the question, and of some hundred passages, with
the scores of both legs. Out: the log odds that a passage answers. Does not know texts or sentences.

A small network lays the question's words beside the passage's. Each word of the question looks for its match:
the word itself, one that means much the same, or, where it is a word that asks ("多少"), something that would
answer, near to where the other words were found. What each word found is judged, and the judgements are added
up by how much the words say. lab/train_reranker.py fits the weights; qa/model/README.md says on what.

The words' vectors are its own, 64 numbers each; they began as the widest directions of the bundled encoder's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from index.catalog import Words
from index.lexicon import PLACES, Numbers, load_lexicon
from index.store import CatalogLeg
from index.text import cut_words
from index.weights import reading_weights
from qa.records import Candidates, Question

Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "model" / "reranker.safetensors"
# What is looked at: so many words of the question, of the head, and of head and passage together.
QUESTION, HEAD, WHOLE = 28, 16, 290
# How many passages are judged, in 3 ms. A hundred take 5 and bring nothing: nDCG@10 on RGB .737 for 50, .736
# for 30 and for 100, on headlines of 2025 .904, .904 and .905.
JUDGED = 50
# What the cosine counts beside the network's score, which does not see it: the encoder knows by heart some
# pairs of those that the network learned from. Fitted, like SCALE and CONSTANT, on 1,499 pairs that neither
# has seen.
VECTOR = 4.8
SCALE, CONSTANT = 0.262, -11.5
# How far a match lends weight to its neighbours, in words: a phrase, a sentence.
NEAR, AROUND = 5, 20
# An opening counts for as much less with each word as makes a third of it after so many.
OPENING = 40.0
_NEVER = np.float32(-1e4)
# OpenBLAS multiplies what lies behind a short row, too, and throws it away. Where that is no number, NumPy
# warns of an invalid value that no result has (its issue 24067): of 376 questions, two, with AVX-512.
QUIET = np.errstate(invalid="ignore")


class Reranker:
    """The network, with the vectors of all words ready. Threads may share it."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        """Take the weights of the network, as `Network.weights` of lab/train_reranker.py names them."""
        self._weights = w = dict(weights)
        known = w.pop("vectors") * w.pop("scales")[:, None]
        self._vectors = np.concatenate([known, np.repeat(w["kinds"], PLACES, axis=0)])
        self._sizes = np.maximum(np.linalg.norm(self._vectors, axis=1), np.float32(1e-12))
        lengths = np.concatenate([w.pop("lengths"), np.repeat(w["kind_lengths"], PLACES)])
        says = self._vectors @ w["says.weight"][0] + w["says.bias"] + w["length"] * lengths
        self._says = np.logaddexp(0, says).astype(np.float32)

    @QUIET
    def score(self, question: Numbers, candidates: Sequence[Words], keyword: Floats) -> Floats:
        """Return one score for each candidate, higher is better; zeros for a question without words.

        `keyword`, shape (candidates,), are their BM25 scores divided by the question's best.
        """
        asked = question[:QUESTION].astype(np.int64)
        if not len(asked) or not candidates:
            return np.zeros(len(candidates), np.float32)
        w = self._weights
        own, says = self._vectors[asked], self._says[asked]
        share = says / says.sum()
        rows = _lay_out(candidates)
        # What depends on two words alone is worked out once for each word that occurs.
        known, at = _number_words(rows.words, len(self._vectors))
        theirs = self._vectors.take(known, axis=0)
        nothing, same = known == 0, known == asked[:, None]  # (question, known words)
        alike = own / self._sizes[asked][:, None] @ theirs.T / self._sizes[known]
        match = np.maximum(same, sigmoid(2 * (w["alike"][0] * alike - w["alike"][1])))
        match[:, nothing] = 0
        look = (own @ w["look"]) @ theirs.T * (w["scale"] / 8) + w["same"] * same
        look[:, nothing] = _NEVER

        density = rows.spread_out((share @ match)[at])  # (candidates, places)
        near, around = (density @ spread(density.shape[1], width) for width in (NEAR, AROUND))
        place = np.exp(-rows.place.astype(np.float32) / np.float32(OPENING))
        side = np.stack([8 * rows.gather(near), 8 * rows.gather(around), place, rows.in_head], axis=1)
        pull = own @ w["pull.weight"][0] + w["pull.bias"]
        look = look.take(at, axis=1) + pull[:, None] * (5 / 8 * side[:, 1])
        things = np.pad(theirs, ((0, 0), (0, side.shape[1]))).take(at, axis=0)
        things[:, theirs.shape[1] :] = side
        found = _look_over(look, rows, w["nothing"], things)

        best = np.maximum.reduceat(match.take(at, axis=1), rows.starts, axis=1).T  # (candidates, question)
        has = np.logical_or.reduceat(same.take(at, axis=1), rows.starts, axis=1).T.astype(np.float32)
        stands = _stands_in([item.article for item in candidates], asked, len(self._vectors))
        opens = np.array([item.opens for item in candidates], np.float32)
        elsewhere = np.maximum(stands - has, 0)
        signs = np.stack([best, has, elsewhere, np.broadcast_to(opens[:, None], best.shape)], axis=2)

        met, beside = found[:, :, : own.shape[1]], found[:, :, own.shape[1] :]
        itself, what, both = np.split(w["judge.weight"].T, 3)
        hidden = (own @ itself + w["judge.bias"]) + met @ what + (own * met) @ both
        hidden += np.concatenate([beside, signs], axis=2) @ w["signs.weight"].T
        judged = np.maximum(hidden, 0) @ w["out.weight"][0] @ share

        opening = np.add.reduceat((share @ same)[at] * place, rows.starts)
        words = np.log1p(rows.sizes) / 5
        whole = np.stack(
            [
                best @ share, has @ share, 8 * near.max(axis=1), 8 * around.max(axis=1), opening, words,
                keyword, keyword**2, rows.heads, np.maximum(has, elsewhere) @ share, opens,
            ],
            axis=1,
        )  # fmt: skip
        summed = np.maximum(whole @ w["whole.weight"].T + w["whole.bias"], 0) @ w["whole_out.weight"][0]
        scores: Floats = (judged + summed).astype(np.float32)
        return scores


def judge_passages(question: Question, found: Candidates, catalog: CatalogLeg) -> dict[int, float]:
    """Return a score for each of the passages that were found, in their order.

    The first JUDGED get the log odds that they answer, where one of them does; the rest follow behind the
    last.
    """
    numbers = found.numbers[:JUDGED]
    if not numbers:
        return {}
    keyword = (found.keyword[:JUDGED] / (found.keyword.max() or 1.0)).astype(np.float32)
    asked = load_lexicon().number(cut_words(question.standalone))
    judged = load_reranker().score(asked, catalog.words(numbers), keyword)
    odds = SCALE * (judged + VECTOR * found.vector[:JUDGED].astype(np.float32) + CONSTANT)
    scores = np.concatenate([odds, odds.min() - 1 + found.fused[JUDGED:]])
    return dict(zip(found.numbers, scores.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Heads and passages of the candidates, end to end; `sizes` counts words, a row without any has one 0."""

    words: NDArray[np.int64]
    in_head: Floats
    row: NDArray[np.int64]
    place: NDArray[np.int64]
    starts: NDArray[np.int64]
    ranges: list[tuple[int, int]]
    sizes: NDArray[np.int64]
    heads: Floats

    def spread_out(self, values: Floats) -> Floats:
        """Return one number for each word as one row for each candidate, zeros behind."""
        laid = np.zeros((len(self.starts), int(self.place.max()) + 1), np.float32)
        laid[self.row, self.place] = values
        return laid

    def gather(self, laid: Floats) -> Floats:
        """Return such rows as one number for each word."""
        values: Floats = laid[self.row, self.place]
        return values


def _lay_out(candidates: Sequence[Words]) -> _Rows:
    parts: list[Numbers] = []
    heads, sizes = np.zeros((2, len(candidates)), np.int64)
    for n, item in enumerate(candidates):
        head = item.head[:HEAD]
        body = item.body[: WHOLE - len(head)]
        heads[n], sizes[n] = len(head), len(head) + len(body)
        parts += (head, body) if sizes[n] else (np.zeros(1, np.uint16),)
    taken = np.maximum(sizes, 1)
    ends = np.cumsum(taken)
    starts = ends - taken
    row = np.repeat(np.arange(len(candidates)), taken)
    place = np.arange(ends[-1]) - starts[row]
    return _Rows(
        np.concatenate(parts).astype(np.int64),
        (place < heads[row]).astype(np.float32),
        row,
        place,
        starts,
        list(zip(starts.tolist(), ends.tolist(), strict=True)),
        sizes,
        (heads > 0).astype(np.float32),
    )


def _number_words(words: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the words that occur, ascending, and for each of `words` its place among them."""
    occurs = np.zeros(size, bool)
    occurs[words] = True
    known = np.flatnonzero(occurs)
    places = np.empty(size, np.int64)
    places[known] = np.arange(len(known))
    return known, places[words]


def _stands_in(articles: Sequence[Numbers], asked: NDArray[np.int64], size: int) -> Floats:
    """Return for each article and each word of the question 1 where the word stands there, else 0."""
    row = {id(article): article for article in articles}  # passages of one article share its array
    distinct = list(row.values())
    words = np.concatenate(distinct)
    wanted = np.zeros(size, bool)
    wanted[asked] = True
    hits = np.flatnonzero(wanted.take(words))
    owners = np.searchsorted(np.cumsum([len(article) for article in distinct]), hits, side="right")
    said, columns = np.unique(asked, return_inverse=True)
    stands = np.zeros((len(distinct), len(said)), np.float32)
    stands[owners, np.searchsorted(said, words[hits])] = 1
    number = dict(zip(row, range(len(distinct)), strict=True))
    chosen: Floats = stands[[number[id(article)] for article in articles]][:, columns]
    return chosen


def _look_over(look: Floats, rows: _Rows, nothing: Floats, things: Floats) -> Floats:
    """Return what each word of the question finds in each candidate, shape (candidates, question, things).

    The mean of the things that its words have, shape (all words, things), by the softmax of `look`, shape
    (question, all words), over them and nothing.
    """
    top = np.maximum(np.maximum.reduceat(look, rows.starts, axis=1), nothing)
    seen = np.exp(look - top.take(rows.row, axis=1))
    total = np.add.reduceat(seen, rows.starts, axis=1) + np.exp(nothing - top)
    found = np.stack([seen[:, low:high] @ things[low:high] for low, high in rows.ranges])
    found /= total.T[:, :, None]
    return found


@cache
def spread(size: int, width: int) -> Floats:
    """Return the matrix, shape (size, size), that lends each place's share to those around it."""
    away = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    weights = np.maximum(1 - away / (width + 1), 0)
    return (weights / (width + 1)).astype(np.float32)  # a whole triangle sums to width + 1


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) in single precision."""
    y: Floats = np.asarray(1 / (1 + np.exp(-x)), np.float32)
    return y


@cache
def load_reranker() -> Reranker:
    """Return the bundled reranker. Raises EncoderError where its weights are missing or broken."""
    with reading_weights(WEIGHTS):
        reranker = Reranker({name: value.astype(np.float32) for name, value in load_file(WEIGHTS).items()})
        one = np.ones(1, np.uint16)
        reranker.score(one, [Words(one, one, one, True)], np.ones(1, np.float32))  # asks for every weight
        return reranker
