"""Unit vectors <-> FAISS.

In: rows of float32 with their passage numbers. Out: the nearest passages to a vector, with cosines.
Does not know texts or encoders, or whether its file is whole: generation.py checks that before.

The search is exact (inner product over all rows): at 100,000 passages of 256 numbers it takes 10 ms.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Vectors:
    """A FAISS index of inner products whose rows bear passage numbers."""

    def __init__(self, index: faiss.Index) -> None:
        self._index: Any = index  # the stubs of faiss know the base class only

    @classmethod
    def create(cls, dimension: int) -> "Vectors":
        """Return an empty index for vectors of `dimension` numbers."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def load(cls, path: Path) -> "Vectors":
        """Read the index from a file whose checksum was verified; FAISS itself trusts it blindly."""
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write the index to `path`. Raises OSError where there is no room for it."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"{path} cannot be written") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._index.d)

    def add(self, numbers: Sequence[int], vectors: Floats) -> None:
        """Add `vectors` of shape (n, dimension) under n passage numbers. Raises ValueError otherwise."""
        if vectors.shape != (len(numbers), self.dimension):
            raise ValueError(f"expected shape {(len(numbers), self.dimension)}, got {vectors.shape}")
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(numbers, np.int64))

    def remove(self, numbers: Sequence[int]) -> None:
        """Take out the rows of `numbers`."""
        self._index.remove_ids(np.asarray(numbers, np.int64))

    def search(self, vector: Floats, k: int) -> dict[int, float]:
        """Return up to `k` passage numbers with their cosine to `vector` (dimension,), best first."""
        if not len(self) or not vector.any():
            return {}
        scores, numbers = self._index.search(vector[None, :], min(k, len(self)))
        return {int(n): float(s) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0}

    def rows(self, numbers: Sequence[int]) -> Floats:
        """Return the vectors of `numbers`, shape (n, dimension). Raises KeyError for an unknown number."""
        rows = np.empty((len(numbers), self.dimension), np.float32)
        for row, number in zip(rows, numbers, strict=True):
            try:
                self._index.reconstruct(int(number), row)
            except RuntimeError as error:
                raise KeyError(number) from error
        return rows

    def numbers(self) -> list[int]:
        """Return the passage numbers of all rows."""
        return [int(n) for n in faiss.vector_to_array(self._index.id_map)]
