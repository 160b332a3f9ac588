"""Blocks of a page -> articles: which paragraph runs on in which.

In: the paragraphs of running text of one page, in its order. Out: chains of them, each an article in the
order in which it was written, with the links that hold it and how sure each is. Does not know the parts of a
head, or bylines.

Every paragraph runs on from some other one or begins an article. Two small networks weigh the signs of
signs.py, as in a conditional logit (McFadden 1974); lab/train_stitch.py fits them on made pages. Links are
then taken, the surest first; none may give a paragraph two successors, close a circle, or put two heads into
one article.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from index.blocks import Block
from index.encoder import StaticEncoder
from index.lexicon import BUNDLED
from index.lines import is_cut
from index.seams import load_seams
from index.signs import BEGINNING, PAIR, Facts, list_candidates, measure_beginning, measure_pair
from index.text import fold
from index.weights import reading_weights

Reason = Literal["repeat", "name", "word", "quotation", "number", "flow", "order", "topic"]
Numbers = NDArray[np.float32]

_MODEL = Path(__file__).parent / "reading" / "stitch.safetensors"
# A page is 10 to 100 blocks. What is longer is read in portions, so that memory stays bounded.
_PORTION = 1000
# A broken sentence wants its other half: what its link gains, in log odds, over one between whole paragraphs.
_WANTED = 4.0
# The least probability of a link for a broken sentence whose other half was taken for a beginning. On made
# pages .1 to .3 are alike: F1 .951 and .905 at levels 1 and 2, .950 and .902 without such links.
_HALF = 0.1
# Log odds of a seam below which it is left open if nothing else speaks for it. On made pages 7 of 100 right
# seams are that low, and two thirds of those where a column lost text.
_DOUBTFUL = -4.0


@dataclass(frozen=True, slots=True)
class Link:
    """Block `after` runs on from block `before`. `score` is the probability, `reason` the strongest sign.

    `closed` tells whether a sentence runs on over the seam; `repeated` characters of `after` are said twice.
    """

    before: int
    after: int
    score: float
    reason: Reason
    closed: bool
    repeated: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The blocks of an article, by number, in its order; `links[n]` joins blocks n and n + 1.

    `head` is the number of the block whose titles are the article's head, None where it has none.
    """

    blocks: tuple[int, ...]
    links: tuple[Link, ...]
    head: int | None


class Judge:
    """Two networks of one hidden layer: the numbers of pairs, and of beginnings, to log odds."""

    def __init__(self, tensors: dict[str, Numbers]) -> None:
        """Take the tensors "pair.linear", "pair.hidden", "pair.bias", "pair.out", and those of "beginning".

        Raises ValueError where they are for other numbers than those named here.
        """
        self._tensors = tensors
        for side, names in (("pair", PAIR), ("beginning", BEGINNING)):
            if len(tensors[f"{side}.linear"]) != len(names):
                raise ValueError(f"{side}: {len(tensors[f'{side}.linear'])} weights for {len(names)} numbers")

    def weigh(self, side: Literal["pair", "beginning"], rows: Sequence[Sequence[float]]) -> Numbers:
        """Return the log odds of `rows`, shape (len(rows),)."""
        linear, hidden, bias, out = (self._tensors[f"{side}.{part}"] for part in PARTS)
        table = np.array(rows, np.float32).reshape(len(rows), len(linear))
        odds: Numbers = table @ linear + np.tanh(table @ hidden + bias) @ out
        return odds


PARTS = ("linear", "hidden", "bias", "out")


@cache
def load_judge() -> Judge:
    """Read the bundled weights, once. Raises EncoderError if they are missing or broken."""
    with reading_weights(_MODEL):
        judge = Judge(load_file(_MODEL))
        judge.weigh("pair", [])  # the two ask for every weight
        judge.weigh("beginning", [])
        return judge


@cache
def topic_encoder() -> StaticEncoder:
    """Return the bundled encoder: how a page is read must not change with the encoder of an index."""
    return StaticEncoder(BUNDLED, "bundled")


def stitch_blocks(blocks: Sequence[Block], page: str) -> list[Chain]:
    """Return the chains of `blocks`, in the order of their first blocks; every block is in exactly one."""
    if len(blocks) < 2:  # as in many an archive of single stories: half the time of reading one
        return chain_all(blocks)
    chains: list[Chain] = []
    folded = fold(page)
    for start, end in _portions(blocks):
        facts = Facts(blocks[start:end], folded, load_seams(), topic_encoder())
        for chain in _choose(facts):
            chains.append(_shift(chain, start))
    return chains


def _portions(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield ranges of at most a thousand blocks or so, parted above a head where there is one."""
    start = 0
    while start < len(blocks):
        end = min(start + _PORTION, len(blocks))
        if end < len(blocks):
            end = next((n for n in range(end, start + _PORTION // 2, -1) if blocks[n].titles), end)
        yield start, end
        start = end


def _shift(chain: Chain, by: int) -> Chain:
    links = tuple(replace(link, before=link.before + by, after=link.after + by) for link in chain.links)
    return Chain(tuple(n + by for n in chain.blocks), links, None if chain.head is None else chain.head + by)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One thing that block `after` may do: run on from `before`, or begin an article (None)."""

    score: float
    after: int
    before: int | None
    numbers: tuple[float, ...]
    repeated: int


def weigh_choices(facts: Facts) -> list[_Choice]:
    """Return all that the blocks may do, each with its probability among those of its block."""
    judge, count = load_judge(), len(facts.blocks)
    pairs = [(i, j) for j in range(count) for i in list_candidates(facts, j)]
    measured = [measure_pair(facts, i, j) for i, j in pairs]
    beginnings = judge.weigh("beginning", [measure_beginning(facts, j) for j in range(count)])
    odds = np.concatenate([beginnings, judge.weigh("pair", [numbers for numbers, _ in measured])])
    after = np.array([*range(count), *(j for _, j in pairs)])
    most = np.full(count, -np.inf)
    np.maximum.at(most, after, odds)
    shares = np.exp(odds - most[after])
    totals = np.zeros(count)
    np.add.at(totals, after, shares)
    shares /= totals[after]
    choices = [_Choice(float(share), j, None, (), 0) for j, share in enumerate(shares[:count])]
    for share, (i, j), (numbers, repeated) in zip(shares[count:], pairs, measured, strict=True):
        choices.append(_Choice(float(share), j, i, tuple(numbers), repeated))
    return choices


def _choose(facts: Facts) -> list[Chain]:
    """Take choices, the surest first, as long as they go together."""
    count = len(facts.blocks)
    choices = sorted(weigh_choices(facts), key=lambda choice: -choice.score)
    begins = {choice.after: choice.score for choice in choices if choice.before is None}
    web = _Web(count, [n for n in range(count) if facts.blocks[n].titles])
    decided: set[int] = set()
    for choice in choices:
        if choice.after in decided:
            continue
        if choice.before is None or _take(facts, web, choice, begins):
            decided.add(choice.after)
    # What began an article may still be the other half of a sentence that found none.
    for choice in choices:
        free = choice.before is not None and facts.open[choice.before] and choice.before not in web.after
        if free and choice.score > _HALF and choice.after not in web.before:
            _take(facts, web, choice, begins)
    return [_chain(facts, web, n) for n in range(count) if n not in web.before]


def _take(facts: Facts, web: "_Web", choice: _Choice, begins: dict[int, float]) -> bool:
    """Tie the two blocks of a choice if that goes together with the links before; tell whether it did."""
    i, j = choice.before, choice.after
    if i is None or i in web.after:
        return False
    if web.start(i) == j:
        if not (weakest := _weakest(facts, web, choice, begins)):
            return False
        web.cut(weakest)
    elif web.joins_heads(i, j):
        return False
    web.tie(choice)
    return True


class _Web:
    """The links taken so far, and which block's titles are the head of each chain."""

    def __init__(self, count: int, titled: Sequence[int]) -> None:
        self.before: dict[int, _Choice] = {}  # by the later block
        self.after: dict[int, _Choice] = {}  # by the earlier one
        self._chain = list(range(count))
        self._members = {n: [n] for n in range(count)}
        self._head: dict[int, int] = {n: n for n in titled}

    def start(self, n: int) -> int:
        """Return the first block of the chain of `n`."""
        return self._members[self._chain[n]][0]

    def head(self, n: int) -> int | None:
        """Return the block whose titles are the head of the chain of `n`."""
        return self._head.get(self._chain[n])

    def links(self, n: int) -> list[_Choice]:
        """Return the links of the chain of `n`, in its order."""
        return [self.after[member] for member in self._members[self._chain[n]] if member in self.after]

    def joins_heads(self, i: int, j: int) -> bool:
        """Tell whether j running on from i would put two heads into one article."""
        return self.head(i) is not None and self._head_of_later(i, j) is not None

    def _head_of_later(self, i: int, j: int) -> int | None:
        """Titles between neighbours that belong together only divide the article; others may be its head."""
        head = self.head(j)
        return None if head == j and i == j - 1 else head

    def tie(self, choice: _Choice) -> None:
        """Join two chains."""
        i, j = choice.before, choice.after
        assert i is not None
        one, other = self._chain[i], self._chain[j]
        head = self.head(i) if self.head(i) is not None else self._head_of_later(i, j)
        self.before[j] = self.after[i] = choice
        moved = self._members.pop(other)
        for member in moved:
            self._chain[member] = one
        self._members[one] += moved
        self._head.pop(other, None)
        if head is not None:
            self._head[one] = head

    def cut(self, choice: _Choice) -> None:
        """Take a link out of a chain whose last block is about to be tied to its first."""
        j = choice.after
        members = self._members[self._chain[j]]
        at = members.index(j)
        head = self.head(j)
        later, earlier = members[at:], members[:at]
        del self.before[j], self.after[members[at - 1]]
        for part in (earlier, later):
            for member in part:
                self._chain[member] = part[0]
            self._members[part[0]] = part
            self._head.pop(part[0], None)
        # The head stays with the block that it stands above, wherever in the article that is.
        if head is not None:
            self._head[(later if head in later else earlier)[0]] = head


def _weakest(facts: Facts, web: _Web, choice: _Choice, begins: dict[int, float]) -> _Choice | None:
    """Return the link that may give way to one that would close a circle; None where all are stronger."""

    def strength(link: _Choice) -> float:
        assert link.before is not None
        return float(np.log(link.score / max(begins[link.after], 1e-9))) + _WANTED * facts.open[link.before]

    links = web.links(choice.after)
    weakest = min(links, key=strength, default=None)
    return weakest if weakest and strength(weakest) < strength(choice) else None


def _chain(facts: Facts, web: _Web, start: int) -> Chain:
    links = tuple(_link(facts, choice) for choice in web.links(start))
    return Chain((start, *(link.after for link in links)), links, web.head(start))


def _link(facts: Facts, choice: _Choice) -> Link:
    """Return the link that a choice makes, with its strongest sign."""
    assert choice.before is not None
    signs = dict(zip(PAIR, choice.numbers, strict=True))
    named: tuple[tuple[str, Reason], ...] = (
        ("repeat2", "repeat"),
        ("page3", "name"),
        ("word3", "word"),
        ("quote", "quotation"),
    )
    sure: Reason | None = next((reason for name, reason in named if signs[name]), None)
    closed = facts.open[choice.before] and not facts.clauses[choice.after]
    closed = closed and (sure is not None or signs["flow_open"] > _DOUBTFUL)
    apart: Reason = "number" if signs["next_number"] else "order" if signs["near"] else "topic"
    reason: Reason = sure or ("flow" if closed else apart)
    return Link(choice.before, choice.after, choice.score, reason, closed, choice.repeated if closed else 0)


def chain_all(blocks: Sequence[Block]) -> list[Chain]:
    """Return one chain of all blocks as they stand, for a page that says itself that it is one article."""
    links = tuple(Link(n, n + 1, 1.0, "order", is_cut(blocks[n].line), 0) for n in range(len(blocks) - 1))
    head = next((n for n, block in enumerate(blocks) if block.titles), None)
    return [Chain(tuple(range(len(blocks))), links, head)] if blocks else []
