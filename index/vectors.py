"""Unit vectors <-> FAISS.

In: rows of float32, in the order of their passage numbers. Out: the nearest to a vector, with their cosines.
Does not know texts or encoders, or whether its files are whole: generation.py checks that before.

A part of an index keeps its rows as they are, in float16, in a file that is mapped and not read: at a million
passages that is a gigabyte which stays on disk but for what is looked at. Few rows are compared one by one.
Many are scanned as codes of four bits for four numbers (product quantisation with fast scan; André, Kermarrec
and Le Scouarnec 2015), and the best of the codes are compared exactly. Over a million rows of 512 numbers, on
one core: 3.1 ms, 64 MB of codes, .997 of the ten nearest. Lists by centroids (IVF) find .87 before they are
worth their while: means of word vectors do not cluster. float16 changes the ten nearest of 1 question in 400.

Where only some rows count, the scan leaves the others out, by a bit for each: 300,000 of a million take 4 ms,
where comparing them one by one takes 130.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.store import Among

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Numbers = NDArray[np.int64]

# From so many rows on, codes are scanned; so many numbers share one; so many of the best are compared exactly
# for each one wanted; so many rows teach the codes, and so many are coded at a time.
SCANNED_FROM = 20_000
_SHARING, _COMPARED, _TAUGHT_BY, _CODED = 4, 8, 20_000, 8192
# Rounds of k-means: 25, as FAISS has it, take 2.5 times as long and find no more.
_ROUNDS = 10
# Where no more rows than these count, they are compared one by one in any case: 2 ms.
_FEW = 2000
# Rows are widened from float16 so many at a time, in memory that need not be asked for again each time.
_WIDENED = 800
_SIGN_AND_VALUE = np.int32(-0x7000_2000)  # 0x8fffe000


class Vectors:
    """The rows of all parts of an index, searched as one. Threads may share it."""

    def __init__(self, parts: "Sequence[_Part]") -> None:
        self._parts = parts
        self._firsts = np.array([part.first for part in parts], np.int64)

    @classmethod
    def load(cls, files: Sequence[tuple[int, Path]], gone: Numbers) -> "Vectors":
        """Open the files of the parts, each with its first number, ascending; `gone` are left out."""
        return cls([_Part(first, path, gone) for first, path in files])

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self._parts[0].dimension

    def search(self, vector: Floats, k: int, among: Among | None = None) -> dict[int, float]:
        """Return up to `k` passage numbers with their cosine to `vector` (dimension,), best first.

        `among` are the only ones that count; up to 2,000 in a part are compared one by one.
        """
        only = None if among is None else among.passages
        if not vector.any() or (only is not None and not len(only)):
            return {}
        found = [part.search(vector, k, only) for part in self._parts]
        numbers = np.concatenate([numbers for numbers, _ in found])
        scores = np.concatenate([scores for _, scores in found])
        best = np.argsort(-scores, kind="stable")[:k]
        return dict(zip(numbers[best].tolist(), scores[best].tolist(), strict=True))

    def rows(self, numbers: Sequence[int]) -> Floats:
        """Return the vectors of `numbers`, shape (n, dimension). Raises KeyError for an unknown number."""
        wanted = np.asarray(numbers, np.int64)
        rows = np.empty((len(wanted), self.dimension), np.float32)
        parts = np.searchsorted(self._firsts, wanted, "right") - 1
        for at in set(parts.tolist()):
            part, own = self._parts[at], parts == at
            places = wanted[own] - part.first
            if at < 0 or places.max() >= len(part.view):
                raise KeyError(int(wanted[own].max()))
            rows[own] = _widen(part.view[places])
        return rows

    def numbers(self) -> list[int]:
        """Return the passage numbers of all rows, ascending."""
        return [int(number) for part in self._parts for number in part.numbers()]


class _Part:
    """The rows of one part: row i is of the passage `first` + i. `gone` are numbers that count no more."""

    def __init__(self, first: int, path: Path, gone: Numbers) -> None:
        self.first = first
        self._flat: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self.view = _view(self._flat)
        codes = _codes_of(path)
        self._coded = codes.exists()
        self._index = (
            faiss.IndexRefine(faiss.read_index(str(codes)), self._flat) if self._coded else self._flat
        )
        self._here = np.ones(len(self.view), bool)
        self._here[gone[(gone >= first) & (gone < first + len(self.view))] - first] = False
        self._all = self._choose(self._here)

    @property
    def dimension(self) -> int:
        return int(self._flat.d)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._here))

    def numbers(self) -> Numbers:
        return np.flatnonzero(self._here) + self.first

    def search(self, vector: Floats, k: int, among: Numbers | None) -> tuple[Numbers, Floats]:
        if not len(self):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        chosen = self._all
        if among is not None:
            low, high = np.searchsorted(among, (self.first, self.first + len(self.view)))
            places = among[low:high] - self.first
            places = places[self._here[places]]
            if len(places) <= _FEW:
                portions = np.split(places, range(_WIDENED, len(places), _WIDENED))
                exact = np.concatenate([_widen(self.view[some]) @ vector for some in portions])
                best = np.argsort(-exact, kind="stable")[:k]
                return places[best] + self.first, exact[best]
            inside = np.zeros(len(self.view), bool)
            inside[places] = True
            chosen = self._choose(inside)
        scores, places = self._index.search(vector[None, :], min(k, len(self.view)), params=chosen)
        found = places[0] >= 0
        return places[0][found] + self.first, scores[0][found]

    def _choose(self, here: NDArray[np.bool_]) -> Any:
        """Return what tells FAISS the rows that count, a bit for each."""
        bits = np.packbits(here, bitorder="little")
        only = None if here.all() else faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        if not self._coded:
            return faiss.SearchParameters(sel=only)  # type: ignore[call-arg]
        scan = faiss.IVFSearchParameters(sel=only)  # type: ignore[call-arg]
        return faiss.IndexRefineSearchParameters(k_factor=_COMPARED, base_index_params=scan)  # type: ignore[call-arg]


class VectorWriter:
    """Writes the rows of one part; where there are some at `path`, it goes on after them."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._flat: Any = (
            faiss.read_index(str(path))
            if path.exists()
            else faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
        )

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    def add(self, vectors: Floats | Halves) -> None:
        """Add rows, shape (n, dimension). Raises ValueError for another dimension."""
        if vectors.ndim != 2 or vectors.shape[1] != self._flat.d:
            raise ValueError(f"expected rows of {self._flat.d} numbers, got shape {vectors.shape}")
        self._flat.add_sa_codes(np.ascontiguousarray(vectors, np.float16).view(np.uint8))

    def close(self) -> None:
        """Write the rows, many with codes beside them. Raises OSError for want of room."""
        path, codes = self._path, None
        if len(self) >= SCANNED_FROM:
            codes = _make_codes(_view(self._flat), _codes_of(path))
        try:
            for index, file in ((self._flat, path), (codes, _codes_of(path))):
                file.unlink(missing_ok=True)  # an older generation may share it
                if index is not None:
                    faiss.write_index(index, str(file))
        except RuntimeError as error:
            raise OSError(f"{path} cannot be written") from error


def _make_codes(rows: Halves, before: Path) -> Any:
    """Return codes of all rows. Those in the file `before` are kept: what the first rows taught does for all.

    At a million rows, the ten nearest that codes find are .998 taught by the first 5,000, and .998 by all.
    """
    if before.exists():
        codes: Any = faiss.read_index(str(before))
    else:
        dimension = rows.shape[1]
        sharing = next(size for size in (_SHARING, 2, 1) if dimension % size == 0)
        # One list, around nothing: the very codes of IndexPQFastScan, which cannot leave rows out.
        middle = faiss.IndexFlatIP(dimension)
        middle.add(np.zeros((1, dimension), np.float32))
        codes = faiss.IndexIVFPQFastScan(
            middle, dimension, 1, dimension // sharing, 4, faiss.METRIC_INNER_PRODUCT
        )
        codes.by_residual = False
        codes.pq.cp.niter = _ROUNDS
        some = rows[:: max(1, len(rows) // _TAUGHT_BY)].astype(np.float32)
        # Rounds are so short that threads wait for one another: 1.2 s by one, .9 by two alone, and 5.5 beside
        # tantivy's, which works meanwhile.
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        codes.train(some)
        faiss.omp_set_num_threads(threads)
    for start in range(codes.ntotal, len(rows), _CODED):
        codes.add(rows[start : start + _CODED].astype(np.float32))
    return codes


def _widen(halves: Halves) -> Floats:
    """Return the same numbers as float32, in half of the time that NumPy takes.

    The bits of a float16, moved to where float32 has them, are its value but for 112 in the exponent.
    """
    wide = halves.view(np.int16).astype(np.int32)
    wide <<= 13
    wide &= _SIGN_AND_VALUE
    floats: Floats = wide.view(np.float32)
    floats *= np.float32(2.0**112)
    return floats


def _view(flat: Any) -> Halves:
    """Return all rows of a FAISS index of float16 in their places, without copying them."""
    if not flat.ntotal:
        return np.empty((0, flat.d), np.float16)
    data = flat.codes.data() if hasattr(flat.codes, "data") else flat.codes
    raw: NDArray[np.uint8] = faiss.rev_swig_ptr(data, flat.ntotal * flat.d * 2)
    return raw.view(np.float16).reshape(flat.ntotal, flat.d)


def _codes_of(path: Path) -> Path:
    return path.with_suffix(".codes")
