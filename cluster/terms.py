"""Terms -> numbers that Milvus searches: codes, and BM25 as products of sparse vectors.

In: the terms of a passage and of its article's head, or those of a question. Out: codes; weights by
dimension. Does not know servers, or where statistics come from.

A score of BM25 (Robertson and Zaragoza 2009) is a sum over the terms of a question, of products of two parts:
one depends on the passage alone, how often it has the term and how long it is beside the mean; the other on
the archive alone, how rare the term is. The first stands in the passage's vector, the second in the
question's: their product is the score, and no server's tokeniser or statistics have a say in it. A term of a
head has a dimension of its own, so that one search adds up both fields.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from index.keywords import HEAD_WEIGHT, list_telling

# As tantivy has them.
_K1, _B = 1.2, 0.75
_DIMENSIONS = 2**31 - 1
# The dimension of what has no term at all: a sparse vector must not be empty.
_NO_TERM = 2 * _DIMENSIONS


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many terms heads and bodies have in the mean."""

    head: float
    body: float


@dataclass(frozen=True, slots=True)
class Frequency:
    """How many passages have a term in their head, and in their body."""

    heads: int = 0
    bodies: int = 0

    def __add__(self, other: "Frequency") -> "Frequency":
        return Frequency(self.heads + other.heads, self.bodies + other.bodies)


def code_term(term: str) -> int:
    """Return a number of 63 bits for a term, which no other term of an archive is likely to share."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


def weigh_passage(head: Sequence[str], body: Sequence[str], mean: Lengths) -> dict[int, float]:
    """Return the vector of a passage by dimension: what BM25 makes of each term but for its rarity."""
    weights: dict[int, float] = {}
    for field, (terms, usual) in enumerate(((body, mean.body), (head, mean.head))):
        norm = _K1 * (1 - _B + _B * len(terms) / (usual or 1.0))
        for term, count in Counter(terms).items():
            weights[_dimension(code_term(term), field)] = count * (_K1 + 1) / (count + norm)
    return weights or {_NO_TERM: 1.0}


def weigh_question(
    terms: Sequence[str], frequencies: Mapping[int, Frequency], passages: int
) -> dict[int, float]:
    """Return the vector of a question: how rare each term is, as often as the question says it.

    `frequencies` are those of its terms by their codes, of `passages` in all. A term that none has is
    left out, and one that many have where the question has others.
    """

    def look_up(term: str) -> Frequency:
        return frequencies.get(code_term(term), Frequency())

    weights: dict[int, float] = {}
    telling = list_telling(terms, lambda term: look_up(term).bodies, passages)
    for term, count in Counter(telling).items():
        code, found = code_term(term), look_up(term)
        for field, (having, weight) in enumerate(((found.bodies, 1.0), (found.heads, HEAD_WEIGHT))):
            if having > 0:
                rarity = math.log(1 + (passages - having + 0.5) / (having + 0.5))
                weights[_dimension(code, field)] = count * weight * rarity
    return weights


def _dimension(code: int, field: int) -> int:
    return 2 * (code % _DIMENSIONS) + field
