"""vectors: FAISS against NumPy."""

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import vectors as vectors_module
from index.store import Among
from index.vectors import Vectors, VectorWriter

NONE = np.empty(0, np.int64)


def unit_rows(n: int, seed: int = 0, dimension: int = 16) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def written(path: Path, *rows: np.ndarray) -> Path:
    """Write rows, a run of the writer for each of `rows`."""
    for some in rows:
        writer = VectorWriter(path, some.shape[1])
        writer.add(some)
        writer.close()
    return path


def loaded(folder: Path, *parts: np.ndarray, gone: Iterable[int] = ()) -> Vectors:
    """Return vectors in as many parts, the first row of which is number 100."""
    files, first = [], 100
    for at, rows in enumerate(parts):
        files.append((first, written(folder / f"{at}.faiss", rows)))
        first += len(rows)
    return Vectors.load(files, np.array(sorted(gone), np.int64))


def filled(
    n: int = 50, seed: int = 0, parts: int = 1, gone: Iterable[int] = ()
) -> tuple[Vectors, np.ndarray]:
    """Return vectors and their rows as they are kept, in float16."""
    rows = unit_rows(n, seed).astype(np.float16).astype(np.float32)
    with TemporaryDirectory() as folder:  # what is mapped stays
        return loaded(Path(folder), *np.array_split(rows, parts), gone=gone), rows


@pytest.mark.parametrize("width", [np.float32, np.float16])
def test_rows_are_kept_as_the_nearest_halves(tmp_path, width) -> None:
    rows = unit_rows(50).astype(width)
    kept = loaded(tmp_path, rows[:20], rows[20:]).rows(range(100, 150))
    assert kept.tolist() == rows.astype(np.float16).tolist()


@given(
    st.integers(1, 60), st.integers(1, 80), st.integers(1, 4), st.sets(st.integers(95, 165)),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_the_nearest_are_those_that_numpy_finds(
    n: int, k: int, parts: int, gone: set[int], seed: int
) -> None:
    vectors, rows = filled(n, seed, parts, gone)
    question = unit_rows(1, seed + 1)[0]
    cosines = rows @ question
    found = vectors.search(question, k)
    best = [100 + int(i) for i in np.argsort(-cosines) if 100 + int(i) not in gone][:k]
    assert list(found) == best
    np.testing.assert_allclose(list(found.values()), [cosines[n - 100] for n in best], atol=1e-6)
    assert vectors.numbers() == [100 + i for i in range(n) if 100 + i not in gone]
    assert len(vectors) == len(vectors.numbers())


def test_a_vector_is_given_back_as_it_was_put_in() -> None:
    vectors, rows = filled()
    np.testing.assert_array_equal(vectors.rows([149, 100, 149]), rows[[49, 0, 49]])
    assert vectors.rows([]).shape == (0, 16)


def test_a_number_that_is_not_there_is_named() -> None:
    vectors, _ = filled()
    with pytest.raises(KeyError, match="99"):
        vectors.rows([100, 99])


def test_numbers_of_several_parts_are_told_apart() -> None:
    vectors, rows = filled(parts=3)
    np.testing.assert_array_equal(vectors.rows([149, 100, 117, 116]), rows[[49, 0, 17, 16]])
    for number in (99, 150):
        with pytest.raises(KeyError, match=str(number)):
            vectors.rows([100, number])


def test_rows_are_kept_with_three_digits() -> None:
    rows = unit_rows(200)
    with TemporaryDirectory() as folder:
        kept = loaded(Path(folder), rows).rows(range(100, 300))
    np.testing.assert_allclose(kept, rows, atol=3e-4)
    np.testing.assert_array_equal(kept.astype(np.float16), rows.astype(np.float16))


def test_a_writer_goes_on_after_the_rows_there_are(tmp_path) -> None:
    rows = unit_rows(50)
    at_once = Vectors.load([(1, written(tmp_path / "一.faiss", rows))], NONE)
    by_two = Vectors.load([(1, written(tmp_path / "二.faiss", rows[:20], rows[20:]))], NONE)
    assert (len(by_two), by_two.dimension) == (50, 16)
    assert by_two.search(rows[3], 9) == at_once.search(rows[3], 9)


def test_what_another_generation_shares_is_not_written_to(tmp_path) -> None:
    path = written(tmp_path / "old.faiss", unit_rows(5))
    before = path.read_bytes()
    os.link(path, tmp_path / "new.faiss")
    written(tmp_path / "new.faiss", unit_rows(3))
    assert path.read_bytes() == before
    assert len(Vectors.load([(1, tmp_path / "new.faiss")], NONE)) == 8


@pytest.mark.parametrize("shape", [(2, 15), (16,), (1, 2, 16)])
def test_rows_of_another_shape_are_refused_with_both_shapes(tmp_path, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected rows of 16 numbers, got shape"):
        VectorWriter(tmp_path / "v.faiss", 16).add(np.zeros(shape, np.float32))


def test_rows_that_are_not_float32_or_not_contiguous_are_taken() -> None:
    rows = unit_rows(4)
    with TemporaryDirectory() as folder:
        vectors = loaded(Path(folder), rows[::2].astype(np.float64))
    np.testing.assert_allclose(vectors.rows([101]), rows[[2]], atol=3e-4)


def test_nothing_is_near_to_nothing() -> None:
    vectors, _ = filled()
    assert vectors.search(np.zeros(16, np.float32), 5) == {}
    assert filled(parts=2, gone=range(100, 150))[0].search(unit_rows(1)[0], 5) == {}
    with TemporaryDirectory() as folder:
        empty = loaded(Path(folder), np.empty((0, 16), np.float32))
    assert empty.search(unit_rows(1)[0], 5) == {}
    assert (len(empty), empty.numbers()) == (0, [])


def test_an_index_that_cannot_be_written_is_an_os_error(tmp_path) -> None:
    with pytest.raises(OSError, match="cannot be written"):
        written(tmp_path / "no" / "folder.faiss", unit_rows(2))


def like_texts(n: int, seed: int) -> np.ndarray:
    """Return rows with some structure, as those of texts have; codes cannot follow random ones."""
    directions = np.random.default_rng(99).normal(size=(12, 128)).astype(np.float32)
    rows = unit_rows(n, seed, 12) @ directions
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def scanned(tmp_path, monkeypatch) -> tuple[Vectors, np.ndarray]:
    """Return rows that are so many that their codes are scanned."""
    monkeypatch.setattr(vectors_module, "SCANNED_FROM", 2000)
    rows = like_texts(3000, seed=0).astype(np.float16).astype(np.float32)
    vectors = loaded(tmp_path, rows)
    assert (tmp_path / "0.codes").exists()
    return vectors, rows


def test_of_many_rows_the_nearest_are_found_by_their_codes_with_exact_cosines(scanned) -> None:
    vectors, rows = scanned
    right = 0
    for question in like_texts(20, seed=7):
        found = vectors.search(question, 20)
        cosines = rows @ question
        assert len(found) == 20
        assert list(found.values()) == sorted(found.values(), reverse=True)
        np.testing.assert_allclose(list(found.values()), [cosines[n - 100] for n in found], atol=1e-6)
        right += len({100 + int(i) for i in np.argsort(-cosines)[:20]} & set(found))
    assert right >= 0.95 * 20 * 20


def test_every_half_that_is_finite_is_widened_to_the_same_number() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)]
    np.testing.assert_array_equal(vectors_module._widen(halves), halves.astype(np.float32))


def test_more_rows_than_there_are_can_be_asked_of_the_codes(scanned) -> None:
    vectors, rows = scanned
    assert set(vectors.search(rows[0], 4000)) == set(range(100, 3100))


@pytest.mark.usefixtures("scanned")
def test_of_many_rows_those_that_count_no_more_are_not_found(tmp_path) -> None:
    fewer = Vectors.load([(100, tmp_path / "0.faiss")], np.arange(100, 1100))
    assert len(fewer) == 2000
    for question in like_texts(5, seed=7):
        found = fewer.search(question, 20)
        assert len(found) == 20
        assert min(found) >= 1100


@pytest.mark.usefixtures("scanned")
def test_a_part_that_grows_gets_codes_for_what_is_new(tmp_path) -> None:
    before = (tmp_path / "0.codes").read_bytes()
    question = like_texts(1, seed=11)
    written(tmp_path / "0.faiss", question)
    assert (tmp_path / "0.codes").read_bytes() != before
    found = Vectors.load([(100, tmp_path / "0.faiss")], NONE).search(question[0], 5)
    assert next(iter(found)) == 3100


@given(st.integers(1, 60), st.integers(1, 80), st.sets(st.integers(95, 165)), st.integers(0, 2**32 - 1))
def test_among_some_numbers_the_nearest_are_those_that_numpy_finds(
    n: int, k: int, chosen: set[int], seed: int
) -> None:
    vectors, rows = filled(n, seed, parts=2)
    question = unit_rows(1, seed + 1)[0]
    found = vectors.search(question, k, Among.of(sorted(chosen)))
    allowed = [number for number in range(100, 100 + n) if number in chosen]
    cosines = {number: float(rows[number - 100] @ question) for number in allowed}
    best = sorted(allowed, key=lambda number: -cosines[number])[:k]
    assert list(found) == best
    np.testing.assert_allclose(list(found.values()), [cosines[number] for number in best], atol=1e-6)


def test_of_many_rows_one_that_the_codes_would_pass_over_is_found_where_it_alone_counts(scanned) -> None:
    vectors, rows = scanned
    question = like_texts(1, seed=7)[0]
    farthest = int(np.argmin(rows @ question)) + 100
    assert farthest not in vectors.search(question, 100)
    assert list(vectors.search(question, 100, Among.of([farthest]))) == [farthest]


def test_of_many_rows_the_nearest_that_count_are_found_by_their_codes(scanned, monkeypatch) -> None:
    monkeypatch.setattr(vectors_module, "_FEW", 100)
    vectors, rows = scanned
    among = np.sort(np.random.default_rng(3).choice(3000, 1000, replace=False)) + 100
    right = 0
    for question in like_texts(20, seed=7):
        found = vectors.search(question, 20, Among.of(among))
        cosines = rows @ question
        assert len(found) == 20
        assert set(found) <= set(among.tolist())
        np.testing.assert_allclose(list(found.values()), [cosines[n - 100] for n in found], atol=1e-6)
        right += len(set(among[np.argsort(-cosines[among - 100])[:20]].tolist()) & set(found))
    assert right >= 0.95 * 20 * 20


@pytest.mark.usefixtures("scanned")
def test_where_most_rows_count_no_more_the_nearest_of_the_others_are_all_found(tmp_path) -> None:
    few = Vectors.load([(100, tmp_path / "0.faiss")], np.arange(100, 3060))
    for question in like_texts(5, seed=7):
        assert set(few.search(question, 40)) == set(range(3060, 3100))
        assert list(few.search(question, 9, Among.of(np.arange(3050, 3062)))) == sorted(
            few.search(question, 9, Among.of(np.arange(3050, 3062))),
            key=few.search(question, 40).get,
            reverse=True,
        )
