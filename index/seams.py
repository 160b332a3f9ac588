"""Two ends of text -> how likely the second runs on from the first.

In: the last characters of some texts and the first characters of others. Out: a matrix of log odds.
Does not know lines, pages, or what is done with the odds.

A column that was cut in mid-sentence goes on somewhere else, often in mid-word: "刘琴" in "英与丈夫".
Two small networks (lab/train_seams.py) turn the eight characters on either side of a seam into vectors. They
were trained to tell which of many sides belong together, so that the product of two vectors is the pointwise
mutual information of the sides, up to a constant (van den Oord and others 2018). Only NumPy is needed to use
them.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from index.text import fold
from index.weights import reading_weights

_MODEL = Path(__file__).parent / "reading" / "seams.safetensors"
REACH = 8  # characters on either side of a seam that are looked at

LONGEST_REPEAT = 40

Vectors = NDArray[np.float32]


class _Side:
    """One of the two networks: characters -> vectors."""

    def __init__(self, tensors: dict[str, NDArray[np.float16]], side: str) -> None:
        wide = {
            name: tensors[f"{side}.{name}"].astype(np.float32) for name in ("hidden", "bias", "out", "shift")
        }
        embeddings = tensors[f"{side}.characters"].astype(np.float32)
        hidden = wide["hidden"].reshape(len(wide["bias"]), REACH, -1)
        # A character at a place always gives the same part of the hidden layer: kept, not computed each time.
        self._parts = np.stack([embeddings @ hidden[:, place].T for place in range(REACH)])
        self._bias, self._out, self._shift = wide["bias"], wide["out"], wide["shift"]

    def encode(self, codes: NDArray[np.int64]) -> Vectors:
        """Turn codes of shape (n, REACH) into vectors of shape (n, dimension)."""
        total = np.broadcast_to(self._bias, (len(codes), len(self._bias))).copy()
        for place in range(REACH):
            total += self._parts[place, codes[:, place]]
        vectors: Vectors = np.maximum(total, 0) @ self._out.T + self._shift
        return vectors


class Seams:
    """The two networks and the characters that they know."""

    def __init__(self, path: Path) -> None:
        """Read the model. Raises EncoderError if it is missing or broken."""
        with reading_weights(path):
            with safe_open(path, framework="numpy") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
                characters = json.loads(file.metadata()["characters"])
            self._code = {char: number for number, char in enumerate(characters, 1)}
            self._left, self._right = _Side(tensors, "left"), _Side(tensors, "right")

    def encode_ends(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of shape (len(texts), dimension) of what the texts end with."""
        return self._left.encode(self._codes([f"{EDGE * REACH}{text[-REACH:]}"[-REACH:] for text in texts]))

    def encode_beginnings(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of shape (len(texts), dimension) of what the texts begin with."""
        return self._right.encode(self._codes([f"{text[:REACH]}{EDGE * REACH}"[:REACH] for text in texts]))

    def _codes(self, texts: Sequence[str]) -> NDArray[np.int64]:
        codes = [self._code.get(char, 0) for text in texts for char in fold(text)]
        return np.array(codes, np.int64).reshape(len(texts), REACH)


# What stands before the first character of an article and behind the last.
EDGE = "\x01"


@cache
def load_seams() -> Seams:
    """Read the bundled model, once."""
    return Seams(_MODEL)


def count_repeated(before: str, after: str) -> int:
    """Return how many characters at the head of `after` repeat the end of `before`; never all of `after`."""
    longest = min(LONGEST_REPEAT, len(before), len(after) - 1)
    if after[:1] not in before[-longest:]:  # almost always: one look saves forty
        return 0
    return next((n for n in range(longest, 0, -1) if before.endswith(after[:n])), 0)
