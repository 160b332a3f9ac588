"""qa.retrieve: both legs over the real index, against a plain recomputation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import terms
from qa.question import understand
from qa.retrieve import PER_LEG, VECTOR_WEIGHT, find_passages, fuse_scores, search_terms

QUESTIONS = ["社区给农民工讨回了多少工资?", "渣土车整治了几天?", "谁是老妈妈服务队的队长?", "火星上有没有水?"]


def find(archive, text: str):
    return find_passages(understand(text), archive.keywords, archive.vectors, archive.encoder)


def test_the_words_that_only_ask_are_not_searched_for() -> None:
    assert search_terms(understand("柳河大桥是什么时候通车的?")) == terms("柳河大桥 通车的")


def test_a_question_of_asking_words_alone_is_searched_as_it_stands() -> None:
    assert search_terms(understand("多少?")) == terms("多少?") != []


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_cosine_is_that_of_the_vectors_whichever_leg_brought_the_passage(archive, text: str) -> None:
    found = find(archive, text)
    plain = archive.vectors.rows(found.numbers) @ archive.encoder.encode_questions([text])[0]
    np.testing.assert_allclose(found.vector, plain, atol=1e-5)


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_keyword_score_is_that_of_the_postings_and_the_rest_is_zero(archive, text: str) -> None:
    found = find(archive, text)
    plain = archive.keywords.search(search_terms(understand(text)), PER_LEG)
    scores = dict(zip(found.numbers, found.keyword.tolist(), strict=True))
    assert {number: score for number, score in scores.items() if score} == plain


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_hundred_nearest_vectors_are_all_there(archive, text: str) -> None:
    numbers = archive.vectors.numbers()
    cosines = archive.vectors.rows(numbers) @ archive.encoder.encode_questions([text])[0]
    bound = np.sort(cosines)[-PER_LEG]
    nearest = {number for number, cosine in zip(numbers, cosines, strict=True) if cosine > bound + 1e-5}
    assert nearest <= set(find(archive, text).numbers)


def test_a_question_in_words_that_no_page_has_is_no_failure(archive) -> None:
    assert not find(archive, "qwertyzxcv").keyword.any()


@settings(max_examples=25)
@given(st.text(alphabet="工资社区多少?ab:*()\"'\\+-^~[]{}&|! ", min_size=1, max_size=30))
def test_the_query_syntax_of_the_search_engine_means_nothing(archive, text: str) -> None:
    if terms(text):
        found = find(archive, text)
        assert np.isfinite([found.keyword, found.vector, found.fused]).all()
        assert len(found.numbers) <= 2 * PER_LEG


# No subnormal numbers: a library that another test loads may have told the processor to take them for zero.
cosine = st.floats(-1, 1, allow_subnormal=False)
score = st.floats(0, 40, exclude_min=True, allow_subnormal=False)


@given(st.dictionaries(st.integers(0, 60), st.tuples(cosine, score | st.none()), max_size=25))
def test_the_fused_score_is_that_of_a_plain_recomputation_and_falls(passages) -> None:
    by_keyword = {number: keyword for number, (_, keyword) in passages.items() if keyword is not None}
    found = fuse_scores(by_keyword, {number: cosine for number, (cosine, _) in passages.items()})
    best = max(by_keyword.values(), default=1.0)
    plain = {
        number: VECTOR_WEIGHT * max(cosine, 0) + (1 - VECTOR_WEIGHT) * by_keyword.get(number, 0.0) / best
        for number, (cosine, _) in passages.items()
    }
    assert sorted(found.numbers) == sorted(passages)
    assert found.fused.tolist() == pytest.approx([plain[number] for number in found.numbers])
    assert (np.diff(found.fused) <= 0).all()
    assert [passages[number] for number in found.numbers] == [
        (cosine, keyword or None)
        for cosine, keyword in zip(found.vector.tolist(), found.keyword.tolist(), strict=True)
    ]
    assert all(0 <= one <= 1 for one in found.fused.tolist())


def test_of_the_same_score_the_lower_number_comes_first() -> None:
    assert fuse_scores({}, dict.fromkeys((5, 3, 9), 0.5)).numbers == [3, 5, 9]
