"""Unit vectors <-> FAISS.

In: rows of float32 with their passage numbers. Out: the nearest passages to a vector, with cosines.
Does not know texts or encoders, or whether its files are whole: generation.py checks that before.

The rows are kept as they are, and few are searched one by one. Many are scanned as codes of four bits for
four numbers (product quantisation with fast scan; André, Kermarrec and Le Scouarnec 2015), and the best of
the codes are compared exactly. Over 241,000 rows of 512 numbers, on one core: 35 ms one by one; 2 ms by
codes, which find .98 of the hundred nearest and all of the ten. Lists by centroids (IVF) find .91 as fast.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

# From so many rows on, codes are scanned; so many numbers share one; so many of the best are compared exactly
# for each one wanted; so many rows teach the codes.
SCANNED_FROM = 20_000
_SHARING, _COMPARED, _TAUGHT_BY = 4, 8, 20_000


class Vectors:
    """A FAISS index of inner products whose rows bear passage numbers."""

    def __init__(self, index: Any, codes: Any = None) -> None:  # the stubs of faiss know the base class only
        self._index = index
        self._codes = codes  # none while rows come and go
        if codes is not None:
            self._rows = self._all_rows()
            self._numbers = faiss.vector_to_array(self._index.id_map)

    @classmethod
    def create(cls, dimension: int) -> "Vectors":
        """Return an empty index for vectors of `dimension` numbers."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def load(cls, path: Path) -> "Vectors":
        """Read the index from files whose checksums were verified; FAISS itself trusts them blindly."""
        codes = _codes_of(path)
        return cls(faiss.read_index(str(path)), faiss.read_index(str(codes)) if codes.exists() else None)

    def save(self, path: Path) -> None:
        """Write the index to `path`, many rows with codes beside it. Raises OSError for want of room."""
        _codes_of(path).unlink(missing_ok=True)
        try:
            faiss.write_index(self._index, str(path))
            if len(self) >= SCANNED_FROM:
                faiss.write_index(self._make_codes(), str(_codes_of(path)))
        except RuntimeError as error:
            raise OSError(f"{path} cannot be written") from error

    def _make_codes(self) -> faiss.Index:
        rows = self._all_rows()
        sharing = next(size for size in (_SHARING, 2, 1) if self.dimension % size == 0)
        codes = faiss.IndexPQFastScan(
            self.dimension, self.dimension // sharing, 4, faiss.METRIC_INNER_PRODUCT
        )
        codes.train(rows[:: max(1, len(rows) // _TAUGHT_BY)])
        codes.add(rows)
        return codes

    def _all_rows(self) -> Floats:
        """Return all rows in their places, without copying them: only while none comes or goes."""
        flat: Any = faiss.downcast_index(self._index.index)
        rows: Floats = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(-1, flat.d)
        return rows

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
        self._codes = None
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(numbers, np.int64))

    def remove(self, numbers: Sequence[int]) -> None:
        """Take out the rows of `numbers`."""
        self._codes = None
        self._index.remove_ids(np.asarray(numbers, np.int64))

    def search(self, vector: Floats, k: int, among: Numbers | None = None) -> dict[int, float]:
        """Return up to `k` passage numbers with their cosine to `vector` (dimension,), best first.

        `among` are the only numbers that count; their rows are compared one by one, which is exact.
        """
        if not len(self) or not vector.any() or (among is not None and not len(among)):
            return {}
        if self._codes is None or among is not None:
            only = None
            if among is not None:
                only = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]
            scores, numbers = self._index.search(vector[None, :], min(k, len(self)), params=only)
            return {int(n): float(s) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0}
        places = self._codes.search(vector[None, :], min(_COMPARED * k, len(self)))[1][0]
        places = places[places >= 0]
        exact = self._rows[places] @ vector
        best = np.argsort(-exact, kind="stable")[:k]
        return {int(self._numbers[places[at]]): float(exact[at]) for at in best}

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


def _codes_of(path: Path) -> Path:
    return path.with_suffix(".codes")
