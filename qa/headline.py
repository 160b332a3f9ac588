"""Headline -> the passages found, those of the article that it heads first.

In: a headline, and the passages that were found for it. Out: the same passages, each with a score. Does not
know words, or how the passages were found.

Headlines are written in few characters: 欧美人士 are 欧洲和美国人士 in the article. So a small network lays
the headline beside what its article opens with, character by character. Each character of the one looks for
its match in the other, near to where its neighbours found theirs; what each found is judged, and the
judgements are added up by how much the characters say. What the likeliest articles all have tells nothing
between them, so each character is judged beside what they have. lab/train_headline.py fits the weights;
qa/model/README.md says on what.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from index.numerals import list_numerals
from index.records import Article
from index.text import fold, sentences
from index.weights import reading_weights
from qa.records import Found
from qa.rerank import QUIET, sigmoid, spread

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

WEIGHTS = Path(__file__).parent / "model" / "headline.safetensors"
# What is looked at: so many letters of the headline, and what stands in so many characters of the article.
LETTERS, OPENING = 40, 200
# Of so many passages the order is made anew: the right one is among ten for .950 of 1,001 headlines that
# nothing learned from, among twenty for .967, among thirty for .972.
COMPARED = 30
# What a passage's own score and its cosine count beside the network's, which knows nothing of how telling a
# word is in this archive. Of 1,001 headlines and 445 titles of web news that nothing learned from (nDCG@10
# .890 and .853 without, .879 and .857 by the score alone) .899 and .865 are reached so, with the score alone
# .898 and .865, with both three times .897 and .869.
PASSAGE, COSINE = 2.0, 2.0
# How far a match lends weight to its neighbours, in letters: a word or two of the headline; a word, and a
# clause, of the article.
WORD, NEAR, AROUND = 4, 6, 25
# Letters that the network has no vector for share so many.
PLACES = 512
_BEFORE, _BEHIND = ((0, 0), (0, 1), (0, 1)), ((0, 0), (1, 0), (1, 0))
_NEVER = np.float32(-1e4)
_LETTER = re.compile(r"\d+(?:\.\d+)?|[a-z]+|\w")


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the network sees it: folded, how it begins, and its letters, those of `begins` first."""

    folded: str
    begins: str
    letters: tuple[str, ...]
    first: int


def read_headline(headline: str) -> Text:
    """Return what the network looks at of a headline."""
    folded = fold(headline)
    letters = tuple(_LETTER.findall(folded))[:LETTERS]
    return Text(folded, folded, letters, len(letters))


def read_article(article: Article) -> Text:
    """Return what the network looks at of an article: all of it, its head and first sentence, its opening."""
    head, text = fold(article.title), fold(article.text)
    opening = text[:OPENING]
    end = next((end for _, end in sentences(opening)), 0)
    begins = f"{head}\n{opening[:end]}"
    first = _LETTER.findall(begins)
    return Text(f"{head}\n{text}", begins, (*first, *_LETTER.findall(opening[end:])), len(first))


def list_figures(text: str) -> frozenset[str]:
    """Return the figures and days of a folded text."""
    return frozenset(list_numerals(text))


def compare(headline: Text, article: Text) -> tuple[Floats, Floats]:
    """Return which letters stand in the article, alone and with the next one, shape (2, letters), and signs.

    The signs: the shares of the headline's figures in the article and in how it begins, whether it has any,
    and how long the article and its beginning are.
    """
    letters, figures = headline.letters, list_figures(headline.folded)
    pairs = [*map("".join, pairwise(letters)), "\n\n"]
    stands = np.array([[item in article.folded for item in row] for row in (letters, pairs)], np.float32)
    shares = [0.0, 0.0]
    if figures:
        own = (list_figures(text) for text in (article.folded, article.begins))
        shares = [len(figures & these) / len(figures) for these in own]
    lengths = math.log1p(len(article.folded)) / 8, article.first / 150
    return stands, np.array([*shares, bool(figures), *lengths], np.float32)


class HeadlineNetwork:
    """The network. Threads may share it."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        """Take the weights of the network, as `Network.weights` of lab/train_headline.py names them."""
        kept = dict(weights)
        characters = kept.pop("characters").tolist()
        self._numbers = {chr(code): number for number, code in enumerate(characters, 1)}
        w = self._weights = {name: value.astype(np.float32) for name, value in kept.items()}
        self._vectors = w.pop("vectors") * w.pop("scales")[:, None]
        self._left, self._right = self._vectors @ w.pop("left"), self._vectors @ w.pop("right")

    def number(self, letters: Sequence[str]) -> Integers:
        """Return the numbers of letters, from 1; those without a vector of their own share PLACES."""
        known, first = self._numbers, len(self._numbers) + 1
        return np.array([known.get(one) or first + crc32(one.encode()) % PLACES for one in letters], np.int64)

    @QUIET
    def score(self, headline: Text, articles: Sequence[Text]) -> Floats:
        """Return one score for each article, higher is better, beside the others; zeros without letters."""
        if not headline.letters or not articles:
            return np.zeros(len(articles), np.float32)
        laid = self._lay_out(headline, articles)
        met = self._meet(laid)
        scores: Floats = self._ask(laid, met) + self._tell(laid, met) + self._sum_up(laid, met)
        return scores.astype(np.float32)

    def _lay_out(self, headline: Text, articles: Sequence[Text]) -> "_Laid":
        """Return headline and articles as arrays."""
        rows = [self.number(item.letters) for item in articles]
        opening = np.zeros((len(rows), max(map(len, rows)) or 1), np.int64)
        for row, numbers in zip(opening, rows, strict=True):
            row[: len(numbers)] = numbers
        held = (opening > 0).astype(np.float32)
        place = np.arange(opening.shape[1], dtype=np.float32)
        in_first = (place < np.array([[item.first] for item in articles])) * held
        stands, signs = zip(*(compare(headline, item) for item in articles), strict=True)
        asked = self.number(headline.letters)
        return _Laid(asked, opening, held, place, in_first, np.stack(stands), np.stack(signs))

    def _meet(self, laid: "_Laid") -> "_Met":
        """Return how much the letters say, and which of them are alike."""
        w = self._weights
        own, theirs = self._blend(laid.asked), self._blend(laid.opening)
        says = np.logaddexp(0, own @ w["says.weight"][0] + w["says.bias"][0] + w["telling"][laid.asked])
        share = (says / says.sum()).astype(np.float32)
        says = np.logaddexp(0, theirs @ w["says.weight"][1] + w["says.bias"][1] + w["telling"][laid.opening])
        says *= laid.held * np.exp(-laid.place / np.exp(w["decay"][1]))
        total = says.sum(axis=1, keepdims=True)
        shares = (says / np.maximum(total, 1e-6)).astype(np.float32)
        same = (laid.opening[:, None] == laid.asked[:, None]).astype(np.float32)
        both = same[:, :-1, :-1] * same[:, 1:, 1:]
        two = np.maximum(np.pad(both, _BEFORE), np.pad(both, _BEHIND))
        alike = _unit(own) @ _unit(theirs).transpose(0, 2, 1)
        match = np.maximum(two, sigmoid(2 * (w["alike"][0] * alike - w["alike"][1]))) * laid.held[:, None]
        density = share @ match
        near, around = (density @ spread(density.shape[1], width) for width in (NEAR, AROUND))
        best = np.stack([part.max(axis=2) for part in (match, same, two)])
        holds = np.concatenate([best, np.maximum(laid.stands.transpose(1, 0, 2), best[1:])])
        covers = holds @ share
        likely = np.exp(w["lead"] * (covers.mean(axis=0) - covers.mean(axis=0).max()))
        return _Met(
            own, theirs, share, shares, total[:, 0], two,
            look=np.asarray((own @ w["look"]) @ theirs.transpose(0, 2, 1) / 8, np.float32),
            same=same,
            holds=holds,
            covers=covers,
            likely=likely / likely.sum(),
            found=np.stack([part.max(axis=1) for part in (match, same, two)]),
            near=near,
            around=around,
            starts=np.broadcast_to(np.exp(-laid.place / np.exp(w["decay"][0])), near.shape),
            beside=(match @ shares[:, :, None])[:, :, 0] @ spread(len(laid.asked), WORD),
        )  # fmt: skip

    def _ask(self, laid: "_Laid", met: "_Met") -> Floats:
        """Judge what the headline's letters find in each article."""
        look = self._look("forward", met, met.around[:, None])
        look[np.broadcast_to(laid.held[:, None] == 0, look.shape)] = _NEVER
        seen = _softmax(look, 2)
        side = np.stack([8 * met.near, 8 * met.around, met.starts, laid.in_first], 2)
        held = met.holds.transpose(1, 2, 0)
        common = np.broadcast_to(np.tensordot(met.likely, held, 1), held.shape)
        signs = np.concatenate([seen @ side, held, common], 2)
        return self._judge("ask", met.own, seen @ met.theirs, signs) @ met.share

    def _tell(self, laid: "_Laid", met: "_Met") -> Floats:
        """Judge what each article's letters find in the headline."""
        look = self._look("backward", met, met.beside[:, :, None])
        seen = _softmax(look, 1).transpose(0, 2, 1)
        lent = 8 * (seen @ met.beside[:, :, None])[:, :, 0]
        signs = np.stack([*met.found, met.starts, laid.in_first, 8 * met.near, lent], 2)
        judged: Floats = (self._judge("tell", met.theirs, seen @ met.own, signs) * met.shares).sum(axis=1)
        return judged

    def _sum_up(self, laid: "_Laid", met: "_Met") -> Floats:
        """Judge what can be said of each article as a whole."""
        in_first = (met.two * laid.in_first[:, None]).max(axis=2)
        counted = [part.mean(axis=1) for part in (*met.holds[2:], in_first)]
        beyond = met.covers - (met.covers @ met.likely)[:, None]
        first = met.shares * laid.in_first
        first /= np.maximum(first.sum(axis=1, keepdims=True), np.float32(1e-6))
        told = [(shares * part).sum(axis=1) for shares in (met.shares, first) for part in met.found[:2]]
        pairs = (met.found[2] * laid.in_first).sum(axis=1) / np.maximum(laid.in_first.sum(axis=1), 1)
        signs = np.stack([*met.covers, *beyond, *counted, *told, pairs, np.log1p(met.total)], axis=1)
        w = self._weights
        hidden = np.concatenate([signs, laid.signs], axis=1) @ w["whole.weight"].T + w["whole.bias"]
        judged: Floats = np.maximum(hidden, 0) @ w["whole_out.weight"][0]
        return judged

    def _look(self, way: str, met: "_Met", near: Floats) -> Floats:
        """Return how each letter looks at each of the other side, shape (articles, letters, words)."""
        weights = self._weights[way]
        look: Floats = (
            weights[0] * met.look + weights[1] * met.same + weights[2] * met.two + weights[3] * near
        )
        return look

    def _blend(self, numbers: Integers) -> Floats:
        """Return the vectors of letters, each with something of those beside it."""
        blended = self._vectors[numbers]
        blended[..., 1:, :] += self._left[numbers[..., :-1]]
        blended[..., :-1, :] += self._right[numbers[..., 1:]]
        return blended * (numbers > 0)[..., None]

    def _judge(self, name: str, own: Floats, met: Floats, signs: Floats) -> Floats:
        """Return the judgement on each letter and what it met, shape (articles, letters)."""
        w = self._weights
        itself, what, both = np.split(w[f"{name}.weight"].T, 3)
        hidden = own @ itself + w[f"{name}.bias"] + met @ what + (own * met) @ both
        hidden = hidden + signs @ w[f"{name}_signs.weight"].T
        judged: Floats = np.maximum(hidden, 0) @ w[f"{name}_out.weight"][0]
        return judged


@dataclass(frozen=True, slots=True)
class _Laid:
    """A headline, and openings in rows, zeros behind: numbers of letters, and what `compare` says.

    `opening`, `held` (1 where there is a letter) and `in_first`: shape (articles, places).
    """

    asked: Integers
    opening: Integers
    held: Floats
    place: Floats
    in_first: Floats
    stands: Floats
    signs: Floats


@dataclass(frozen=True, slots=True)
class _Met:
    """The vectors of both, how much each letter says, and what is alike.

    `same`, `two` (pairs of letters) and `look`: shape (articles, letters, places). `holds`, shape
    (5, articles, letters): the most alike, the same, and the same pair that each letter of the headline has
    in the opening, the same and the same pair anywhere in the article; `covers`, shape (5, articles), what
    that adds up to, and `likely` the shares of the articles by it. `found`: the first three for each letter
    of the opening, shape (3, articles, places). `near`, `around` and `starts` are of the opening, `beside`
    is of the headline.
    """

    own: Floats
    theirs: Floats
    share: Floats
    shares: Floats
    total: Floats
    two: Floats
    look: Floats
    same: Floats
    holds: Floats
    covers: Floats
    likely: Floats
    found: Floats
    near: Floats
    around: Floats
    starts: Floats
    beside: Floats


def order_by_headline(headline: str, found: Sequence[Found]) -> list[Found]:
    """Return the passages by how well the headline is that of their article, and by their own score."""
    articles = [item.stored.article for item in found]
    scores = load_headline_network().score(read_headline(headline), [read_article(item) for item in articles])
    scored = [
        replace(item, score=score + PASSAGE * item.score + COSINE * item.cosine)
        for item, score in zip(found, scores.tolist(), strict=True)
    ]
    return sorted(scored, key=lambda item: -item.score)


def _unit(vectors: Floats) -> Floats:
    units: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-12))
    return units


def _softmax(look: Floats, axis: int) -> Floats:
    """Return shares along `axis`; what is left of 1 is for looking at nothing, which has 0."""
    top = np.maximum(look.max(axis=axis, keepdims=True), 0)
    seen = np.exp(look - top)
    shares: Floats = seen / (seen.sum(axis=axis, keepdims=True) + np.exp(-top))
    return shares


@cache
def load_headline_network() -> HeadlineNetwork:
    """Return the bundled network. Raises EncoderError where its weights are missing or broken."""
    with reading_weights(WEIGHTS):
        network = HeadlineNetwork(load_file(WEIGHTS))
        one = read_headline("桥")
        network.score(one, [one])  # asks for every weight
        return network
