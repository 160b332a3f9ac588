"""A question and stretches of text -> where in them the answer stands.

In: a question, and texts of some sentences each. Out: for every sentence the log odds that the answer stands
in it, and the likeliest ranges of characters. Does not know passages, pages or what is shown.

A small network reads words and marks: what each word is, how much of the question stands at it, near it and
in its sentence, what of the question it meets (attention), and, by convolutions, what stands around it. It
scores every range of up to 36 words inside a sentence against the chance that the text holds no answer,
whose score is 0. lab/train_reader.py fits the weights; qa/model/README.md says on what.

All texts are laid end to end with a gap between them, so that each step is one product of matrices.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from threadpoolctl import ThreadpoolController

from index.lexicon import load_lexicon
from index.text import fold, sentences, words
from index.weights import reading_weights
from qa.records import Guess
from qa.rerank import QUIET, sigmoid

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WEIGHTS = Path(__file__).parent / "model" / "reader.safetensors"
# Entries of the lexicon kept of an unknown word; places for characters; words of an answer, at most.
PIECES, CHARACTERS, LONGEST = 3, 8192, 36
QUESTION, TEXT = 40, 420  # so many words and marks are read of a question, and of a text
KINDS = 5
FIGURE, LATIN, UNKNOWN, KNOWN, MARK = range(KINDS)
# How far the blocks look, in words; between two texts lie as many empty places as the widest look.
BELOW, ABOVE = (1, 2, 1), (1, 2, 4, 8, 1, 2)
GAP = max(ABOVE)
# How far a match lends weight to its neighbours, in words: a phrase, a clause or two.
NEAR, AROUND = 4, 14
_GUESSES = 12  # ranges given of each sentence
# Of the words of passages 86 in 100 were met before: 16,384 of them with their entries are 4 MB. Passages of
# popular articles return, and those that a follow-up or a suggestion is read in: 512 with tokens are 6 MB.
_WORDS_KEPT, _TEXTS_KEPT = 16_384, 512
_FIGURE, _LATIN = re.compile(r"\d"), re.compile(r"[a-z]")
_NEVER = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and marks of a text, shape (n,) each: what the network knows of them, and where they stand.

    `entries`, shape (n, PIECES), are places in the lexicon, 0 for none; `same` is the folded word's checksum,
    0 for marks; `first` and `last` are its outer characters.
    """

    entries: Ints
    same: Ints
    first: Ints
    last: Ints
    kind: Ints
    start: Ints
    end: Ints


def cut_tokens(text: str) -> Tokens:
    """Cut `text` into words and marks. Offsets are of `text`."""
    folded, found, at = fold(text), list[tuple[str, int]](), 0
    for word, offset in (*words(text), ("", len(folded))):
        found += [(folded[i], i) for i in range(at, offset) if not folded[i].isspace()]
        if word:
            found.append((word, offset))
        at = offset + len(word)
    known = [_describe(word) for word, _ in found]
    return Tokens(
        np.array([entries for entries, _, _ in known], np.int64).reshape(-1, PIECES),
        np.array([same for _, same, _ in known], np.int64),
        np.array([ord(word[0]) % CHARACTERS for word, _ in found], np.int64),
        np.array([ord(word[-1]) % CHARACTERS for word, _ in found], np.int64),
        np.array([kind for _, _, kind in known], np.int64),
        np.array([offset for _, offset in found], np.int64),
        np.array([offset + len(word) for word, offset in found], np.int64),
    )


@lru_cache(_WORDS_KEPT)
def _describe(word: str) -> tuple[tuple[int, ...], int, int]:
    """Return the entries, the checksum and the kind of a word or mark; see Tokens."""
    if len(word) == 1 and not word.isalnum():
        return (0,) * PIECES, 0, MARK
    lexicon = load_lexicon()
    numbers = lexicon.number([word]).tolist()
    known = len(numbers) == 1 and numbers[0] < len(lexicon)
    pieces = numbers[0 if known else 1 :][:PIECES]
    other = KNOWN if known else UNKNOWN
    kind = FIGURE if _FIGURE.match(word) else LATIN if _LATIN.match(word) else other
    same = crc32(word.encode("utf-8", "surrogatepass"))
    return (*pieces, *[0] * (PIECES - len(pieces))), same, kind


_cut_passage = lru_cache(_TEXTS_KEPT)(cut_tokens)


@dataclass(frozen=True, slots=True)
class Located:
    """A sentence as a range of its text, the log odds that the answer stands in it, and its best ranges."""

    start: int
    end: int
    score: float
    guesses: tuple[Guess, ...]


class Reader:
    """The network. Threads may share it."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        """Take the weights, as `Network.weights` of lab/train_reader.py names them."""
        w = {name: value.astype(np.float32) for name, value in weights.items()}
        self._words = w.pop("words") * w.pop("words.scale")[:, None]
        self._characters = w.pop("characters") * w.pop("characters.scale")[:, None]
        self._sizes = _weigh_sizes(w.pop("size"))
        blocks = [name.removesuffix(".conv.weight") for name in w if name.endswith(".conv.weight")]
        self._taps = {name: _combine_taps(w.pop(f"{name}.conv.weight")) for name in blocks}
        for name in ("enter", "mark", "pool", "fuse", "start", "end", "from_", "onto"):
            w[f"{name}.weight"] = np.ascontiguousarray(w[f"{name}.weight"].T)  # few rows take half the time
        self._weights = w

    def read(self, question: str, texts: Sequence[str]) -> list[list[Located]]:
        """Return for each of `texts` its sentences; those beyond TEXT words are left out."""
        if not texts:
            return []
        asked = cut_tokens(question)
        cut = [_cut_passage(text) for text in texts]
        rows = _lay_out(texts, cut)
        if not len(asked.kind) or not rows.ranges:
            return [[] for _ in texts]
        h = self._understand(_head(asked, QUESTION), rows)
        return self._spans(h, rows, cut, len(texts))

    def _embed(self, tokens: "Tokens | _Rows") -> tuple[Floats, Floats]:
        entries = tokens.entries
        have = (entries > 0).astype(np.float32)
        share = have / np.maximum(have.sum(1, keepdims=True), 1)
        word = np.einsum("np,npd->nd", share, self._words[entries])
        length = (self._weights["lengths"][entries] * share).sum(1, keepdims=True) * np.float32(0.3)
        parts = (
            word,
            self._characters[tokens.first],
            self._characters[tokens.last],
            self._weights["kinds"][tokens.kind],
            length,
        )
        return np.concatenate(parts, axis=1), word

    @QUIET
    def _understand(self, asked: Tokens, rows: "_Rows") -> Floats:
        """Return what is made of each word of the texts, shape (places, width)."""
        w = self._weights
        own, own_word = self._embed(asked)
        theirs, their_word = self._embed(rows)
        says = np.logaddexp(0, own @ w["says.weight"][0] + w["says.bias"]) * (asked.kind != MARK)
        share = (says / max(says.sum(), 1e-6)).astype(np.float32)

        same = ((rows.same[:, None] == asked.same) & (rows.same != 0)[:, None]).astype(np.float32)
        alike = _unit(their_word) @ _unit(own_word).T
        alike = sigmoid(2 * (w["alike"][0] * alike - w["alike"][1])) * np.any(their_word, axis=1)[:, None]
        match = np.maximum(same, alike) * rows.mask
        each = match @ share
        stands = np.maximum.reduceat(match, rows.sentences, axis=0) @ share
        before = np.where(rows.opens, 0, np.concatenate([[0], stands[:-1]]))
        features = np.stack(
            [
                each * 4,
                same.max(1) * rows.mask[:, 0],
                rows.spread(each, NEAR) * 8,
                rows.spread(each, AROUND) * 8,
                stands[rows.sentence],
                before[rows.sentence],
            ],
            axis=1,
        ).astype(np.float32)

        # The blocks below see question and texts at once: few rows by themselves take longer.
        first = len(own) + GAP
        between = np.flatnonzero(rows.mask[:, 0] == 0)
        empty = np.concatenate([np.arange(len(own), first), first + between])
        both = np.zeros((first + len(theirs), len(w["enter.bias"])), np.float32)
        both[: len(own)] = self._linear("enter", own)
        both[first:] = self._linear("enter", theirs) + self._linear("mark", features)
        for n, dilation in enumerate(BELOW):
            both = self._block(f"below.{n}", both, empty, dilation)
        question, text = both[: len(own)], both[first:]
        look = (text @ w["look.weight"].T) @ question.T / np.float32(np.sqrt(text.shape[1]))
        met = _softmax(look + w["look_same"] * match, 1) @ question
        pooled = _softmax(self._linear("pool", question), 0)
        side = (pooled.T @ question).ravel()
        h = self._linear("fuse", np.concatenate([text, met, text * met, features], axis=1))
        for n, dilation in enumerate(ABOVE):
            h = self._block(f"above.{n}", h, between, dilation, side)
        return self._norm("norm", h)

    def _linear(self, name: str, x: Floats) -> Floats:
        y: Floats = x @ self._weights[f"{name}.weight"]
        y += self._weights[f"{name}.bias"]
        return y

    def _norm(self, name: str, x: Floats, out: Floats | None = None) -> Floats:
        share = np.full(x.shape[1], 1 / x.shape[1], np.float32)  # x.mean(1) takes twice as long
        y: Floats = np.subtract(x, (x @ share)[:, None], out=out)
        y /= np.sqrt(np.einsum("nd,nd->n", y, y) / np.float32(x.shape[1]) + np.float32(1e-5))[:, None]
        y *= self._weights[f"{name}.weight"]
        y += self._weights[f"{name}.bias"]
        return y

    def _block(self, name: str, x: Floats, empty: Ints, dilation: int, side: Floats | None = None) -> Floats:
        """Add what a gate lets through of each word and the two that stand `dilation` before and behind.

        `empty` are the places where there is no word.
        """
        count, width = x.shape
        pairs = -(-count // (2 * dilation))
        padded = np.zeros((2 * (pairs + 1) * dilation, width), np.float32)
        y = self._norm(f"{name}.norm", x, padded[dilation : dilation + count])
        y[empty] = 0
        bias = self._weights[f"{name}.conv.bias"]
        if side is not None:
            bias = bias + self._weights[f"{name}.side.weight"] @ side
        z = _convolve(padded.reshape(pairs + 1, 2, dilation, width), self._taps[name], bias)[:count]
        gate = np.exp(-z[:, width:])
        gate += 1
        passed = np.divide(z[:, :width], gate, out=gate)
        passed += x
        return passed

    def _spans(self, h: Floats, rows: "_Rows", cut: Sequence[Tokens], count: int) -> list[list[Located]]:
        start, end = self._linear("start", h), self._linear("end", h)[:, 0]
        begin, finish = self._linear("from_", h), self._linear("onto", h)
        begin /= np.float32(np.sqrt(begin.shape[1]))
        found: list[list[Located]] = [[] for _ in range(count)]
        places = [(tokens.start.tolist(), tokens.end.tolist()) for tokens in cut]
        for low, high, owner, offset, (first, last) in rows.ranges:
            size = high - low
            scores = begin[low:high] @ finish[low:high].T
            scores += start[low:high]
            scores += end[low:high]
            scores += self._sizes[:size, :size]
            flat = scores.ravel()
            top = float(flat.max())
            whole = top + float(np.log(np.exp(flat - top).sum()))
            best = np.argpartition(-flat, min(_GUESSES, len(flat) - 1))[:_GUESSES]
            starts, ends = places[owner]
            guesses = []
            for place, score in sorted(zip(best.tolist(), flat[best].tolist(), strict=True), key=_falling):
                if score > _NEVER / 2:
                    one, other = divmod(place, size)
                    guesses.append(Guess(starts[offset + one], ends[offset + other], score))
            found[owner].append(Located(first, last, whole, tuple(guesses)))
        return found


def _combine_taps(weight: Floats) -> Floats:
    """Return what `_convolve` multiplies by, shape (4, width, out), of weights of shape (out, 3 * width)."""
    before, itself, behind = np.split(weight.T, 3)
    both = (before + behind) / 2
    return np.ascontiguousarray(np.stack([before, both + itself / 2, both - itself / 2, behind]))


def _convolve(rows: Floats, taps: Floats, bias: Floats) -> Floats:
    """Return what three taps make of each row, the one before it and the one behind it.

    `rows`, shape (pairs + 1, 2, dilation, width), begin with `dilation` empty ones: a row's neighbours stand
    so far from it. Two rows that are neighbours take four products instead of six, F(2, 3) of Lavin and Gray
    (2016) after Winograd: .78 of a block's time, as exact. F(4, 3) takes .73 and is half as exact.
    """
    pairs, _, dilation, width = (len(rows) - 1, *rows.shape[1:])
    first, second, third, fourth = rows[:-1, 0], rows[:-1, 1], rows[1:, 0], rows[1:, 1]
    mixed = np.empty((4, pairs, dilation, width), np.float32)
    np.subtract(first, third, out=mixed[0])
    np.add(second, third, out=mixed[1])
    np.subtract(third, second, out=mixed[2])
    np.subtract(second, fourth, out=mixed[3])
    one, sum_, difference, other = (mixed.reshape(4, -1, width) @ taps).reshape(4, pairs, dilation, -1)
    sum_ += bias
    found = np.empty((pairs, 2, dilation, len(bias)), np.float32)
    one += sum_
    np.add(one, difference, out=found[:, 0])
    sum_ -= difference
    np.subtract(sum_, other, out=found[:, 1])
    return found.reshape(-1, len(bias))


def _falling(guess: tuple[int, float]) -> float:
    return -guess[1]


def _weigh_sizes(sizes: Floats) -> Floats:
    """Return what each range of a text counts for its size, shape (first word, last word)."""
    size = np.subtract.outer(np.arange(TEXT), np.arange(TEXT)).T
    inside = (size >= 0) & (size < LONGEST)
    return np.where(inside, sizes[np.clip(size, 0, LONGEST - 1)], _NEVER).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The words of all texts, end to end, GAP empty places behind each.

    `mask`, shape (places, 1), is 1 where there is a word. `sentences` are the places where sentences (and
    gaps) begin, `sentence` the number of the one that a place lies in, `opens` whether it opens its text.
    `texts` are the places of each text that has any. `ranges`: for each sentence its places, its text, its
    first word there, and its range of characters.
    """

    entries: Ints
    same: Ints
    first: Ints
    last: Ints
    kind: Ints
    mask: Floats
    sentences: Ints
    sentence: Ints
    opens: NDArray[np.bool_]
    texts: list[tuple[int, int]]
    ranges: list[tuple[int, int, int, int, tuple[int, int]]]

    def spread(self, values: Floats, width: int) -> Floats:
        """Lend each word's value to those less than `width` away in its own text."""
        kernel = 1 - np.abs(np.arange(-width, width + 1)) / (width + 1)
        spread = np.zeros(len(values), np.float32)
        for low, high in self.texts:
            part = np.convolve(values[low:high], kernel / (width + 1))
            spread[low:high] = part[width : width + high - low]
        return spread


def _lay_out(texts: Sequence[str], cut: Sequence[Tokens]) -> _Rows:
    size = sum(min(len(tokens.kind), TEXT) + GAP for tokens in cut)
    entries = np.zeros((size, PIECES), np.int64)
    same, first, last, sentence = np.zeros((4, size), np.int64)
    kind = np.full(size, MARK, np.int64)
    mask = np.zeros((size, 1), np.float32)
    starts: list[int] = []
    opens: list[bool] = []
    places: list[tuple[int, int]] = []
    ranges = []
    at = 0
    for owner, (text, tokens) in enumerate(zip(texts, cut, strict=True)):
        count = min(len(tokens.kind), TEXT)
        taken = slice(at, at + count)
        entries[taken], same[taken], kind[taken] = (
            tokens.entries[:count],
            tokens.same[:count],
            tokens.kind[:count],
        )
        first[taken], last[taken], mask[taken] = tokens.first[:count], tokens.last[:count], 1
        if count:
            places.append((at, at + count))
        opening = True
        for low, high in sentences(text):
            one, other = np.searchsorted(tokens.start[:count], (low, high))
            if one < other:
                ranges.append((at + int(one), at + int(other), owner, int(one), (low, high)))
                starts.append(at + int(one))
                opens.append(opening)
                opening = False
        starts.append(at + count)  # the gap
        opens.append(True)
        at += count + GAP
    begins = np.array(starts, np.int64)
    sentence[:] = np.searchsorted(begins, np.arange(size), side="right") - 1
    return _Rows(
        entries, same, first, last, kind, mask, begins, sentence, np.array(opens), places, ranges
    )  # fmt: skip


def _head(tokens: Tokens, count: int) -> Tokens:
    return Tokens(*(getattr(tokens, name)[:count] for name in Tokens.__slots__))


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
    return unit


def _softmax(x: Floats, axis: int) -> Floats:
    y = np.exp(x - x.max(axis=axis, keepdims=True))
    shares: Floats = y / y.sum(axis=axis, keepdims=True)
    return shares


@cache
def load_reader() -> Reader:
    """Return the bundled reader. Raises EncoderError where its weights are missing or broken."""
    with reading_weights(WEIGHTS):
        reader = Reader(load_file(WEIGHTS))
        _multiply_alone()
        reader.read("谁?", ["我。"])  # asks for every weight
        return reader


def _multiply_alone() -> None:
    """Let NumPy multiply in the thread that asks.

    A second one gains a little where nobody else wants a core. Where somebody does, both wait for each other
    without rest: eight at once, on two busy cores, took 216 ms of them for a question, and 35 by this line.
    """
    ThreadpoolController().select(prefix="libscipy_openblas").limit(limits=1)
