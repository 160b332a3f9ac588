"""qa.retrieve: both legs over the real index, against a plain recomputation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import terms
from qa.question import understand
from qa.retrieve import PER_LEG, find_passages, search_terms

QUESTIONS = ["社区给农民工讨回了多少工资?", "渣土车整治了几天?", "谁是老妈妈服务队的队长?", "火星上有没有水?"]


def find(archive, text: str):
    return find_passages(understand(text), archive.keywords, archive.vectors, archive.encoder)


def test_the_words_that_only_ask_are_not_searched_for() -> None:
    assert search_terms(understand("柳河大桥是什么时候通车的?")) == terms("柳河大桥 通车的")


def test_a_question_of_asking_words_alone_is_searched_as_it_stands() -> None:
    assert search_terms(understand("多少?")) == terms("多少?") != []


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_cosine_is_that_of_the_vectors_whichever_leg_brought_the_passage(archive, text: str) -> None:
    scores = find(archive, text)
    numbers = list(scores)
    plain = archive.vectors.rows(numbers) @ archive.encoder.encode_questions([text])[0]
    np.testing.assert_allclose([scores[number].vector for number in numbers], plain, atol=1e-5)


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_keyword_score_is_that_of_the_postings_and_the_rest_is_zero(archive, text: str) -> None:
    scores = find(archive, text)
    plain = archive.keywords.search(search_terms(understand(text)), PER_LEG)
    assert {number: item.keyword for number, item in scores.items() if item.keyword} == plain
    assert plain.keys() <= scores.keys()


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_hundred_nearest_vectors_are_all_there(archive, text: str) -> None:
    numbers = archive.vectors.numbers()
    cosines = archive.vectors.rows(numbers) @ archive.encoder.encode_questions([text])[0]
    bound = np.sort(cosines)[-PER_LEG]
    nearest = {number for number, cosine in zip(numbers, cosines, strict=True) if cosine > bound + 1e-5}
    assert nearest <= find(archive, text).keys()


def test_a_question_in_words_that_no_page_has_is_no_failure(archive) -> None:
    assert all(item.keyword == 0 for item in find(archive, "qwertyzxcv").values())


@settings(max_examples=25)
@given(st.text(alphabet="工资社区多少?ab:*()\"'\\+-^~[]{}&|! ", min_size=1, max_size=30))
def test_the_query_syntax_of_the_search_engine_means_nothing(archive, text: str) -> None:
    if terms(text):
        scores = find(archive, text)
        assert all(np.isfinite([item.keyword, item.vector]).all() for item in scores.values())
        assert len(scores) <= 2 * PER_LEG
