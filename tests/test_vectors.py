"""vectors: FAISS against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import vectors as vectors_module
from index.vectors import Vectors


def unit_rows(n: int, seed: int = 0, dimension: int = 16) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def filled(n: int = 50, seed: int = 0) -> tuple[Vectors, np.ndarray]:
    vectors, rows = Vectors.create(16), unit_rows(n, seed)
    vectors.add(range(100, 100 + n), rows)
    return vectors, rows


@given(st.integers(1, 60), st.integers(1, 80), st.integers(0, 2**32 - 1))
def test_the_nearest_are_those_that_numpy_finds(n: int, k: int, seed: int) -> None:
    vectors, rows = filled(n, seed)
    question = unit_rows(1, seed + 1)[0]
    cosines = rows @ question
    found = vectors.search(question, k)
    best = np.argsort(-cosines)[:k]
    assert list(found) == [100 + int(i) for i in best]
    np.testing.assert_allclose(list(found.values()), cosines[best], atol=1e-6)


def test_a_vector_is_given_back_as_it_was_put_in() -> None:
    vectors, rows = filled()
    np.testing.assert_array_equal(vectors.rows([149, 100, 149]), rows[[49, 0, 49]])
    assert vectors.rows([]).shape == (0, 16)


def test_a_number_that_is_not_there_is_named() -> None:
    vectors, _ = filled()
    with pytest.raises(KeyError, match="99"):
        vectors.rows([100, 99])


def test_what_was_removed_is_not_found() -> None:
    vectors, rows = filled()
    vectors.remove([100, 120, 7])
    assert len(vectors) == 48
    assert {100, 120}.isdisjoint(vectors.search(rows[0], 50))
    assert sorted(vectors.numbers()) == [n for n in range(100, 150) if n not in (100, 120)]
    np.testing.assert_array_equal(vectors.rows([149]), rows[[49]])
    vectors.add([100], rows[:1])
    assert next(iter(vectors.search(rows[0], 1))) == 100


def test_a_saved_index_finds_the_same(tmp_path) -> None:
    vectors, rows = filled()
    vectors.save(tmp_path / "索引.faiss")
    loaded = Vectors.load(tmp_path / "索引.faiss")
    assert (len(loaded), loaded.dimension) == (50, 16)
    assert loaded.search(rows[3], 9) == vectors.search(rows[3], 9)
    loaded.remove([103])
    loaded.add([103, 500], rows[[4, 3]])
    assert next(iter(loaded.search(rows[3], 9))) == 500


@pytest.mark.parametrize("shape", [(2, 15), (3, 16), (16,), (0, 16)])
def test_rows_of_another_shape_are_refused_with_both_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected shape \(2, 16\), got"):
        Vectors.create(16).add([1, 2], np.zeros(shape, np.float32))


def test_rows_that_are_not_float32_or_not_contiguous_are_taken() -> None:
    vectors, rows = Vectors.create(16), unit_rows(4)
    vectors.add([1, 2], rows[::2].astype(np.float64))
    np.testing.assert_allclose(vectors.rows([2]), rows[[2]])


def test_nothing_is_near_to_nothing() -> None:
    vectors, _ = filled()
    assert vectors.search(np.zeros(16, np.float32), 5) == {}
    assert Vectors.create(16).search(unit_rows(1)[0], 5) == {}


def test_an_index_that_cannot_be_written_is_an_os_error(tmp_path) -> None:
    with pytest.raises(OSError, match="cannot be written"):
        filled()[0].save(tmp_path / "no" / "folder.faiss")


def like_texts(n: int, seed: int) -> np.ndarray:
    """Return rows with some structure, as those of texts have; codes cannot follow random ones."""
    directions = np.random.default_rng(99).normal(size=(12, 128)).astype(np.float32)
    rows = unit_rows(n, seed, 12) @ directions
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def scanned(tmp_path, monkeypatch) -> tuple[Vectors, np.ndarray]:
    """Return rows that are so many that their codes are scanned."""
    monkeypatch.setattr(vectors_module, "SCANNED_FROM", 2000)
    vectors, rows = Vectors.create(128), like_texts(3000, seed=0)
    vectors.add(range(100, 3100), rows)
    vectors.save(tmp_path / "vectors.faiss")
    assert (tmp_path / "vectors.codes").exists()
    return Vectors.load(tmp_path / "vectors.faiss"), rows


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


def test_more_rows_than_there_are_can_be_asked_of_the_codes(scanned) -> None:
    vectors, rows = scanned
    assert set(vectors.search(rows[0], 4000)) == set(range(100, 3100))


def test_what_comes_and_goes_after_loading_is_found_and_not_found(scanned, tmp_path) -> None:
    vectors, rows = scanned
    vectors.remove([100])
    assert 100 not in vectors.search(rows[0], 50)
    vectors.add([100], rows[:1])
    assert next(iter(vectors.search(rows[0], 1))) == 100
    vectors.remove(range(500, 3100))
    vectors.save(tmp_path / "vectors.faiss")
    assert not (tmp_path / "vectors.codes").exists()
    assert len(Vectors.load(tmp_path / "vectors.faiss")) == 400


@given(st.integers(1, 60), st.integers(1, 80), st.sets(st.integers(95, 165)), st.integers(0, 2**32 - 1))
def test_among_some_numbers_the_nearest_are_those_that_numpy_finds(
    n: int, k: int, chosen: set[int], seed: int
) -> None:
    vectors, rows = filled(n, seed)
    question = unit_rows(1, seed + 1)[0]
    found = vectors.search(question, k, np.array(sorted(chosen), np.int64))
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
    assert list(vectors.search(question, 100, np.array([farthest], np.int64))) == [farthest]
