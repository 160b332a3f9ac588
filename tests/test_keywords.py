"""keywords: tantivy against the published formula."""

import math
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import keywords as keywords_module
from index.keywords import HEAD_WEIGHT, Keywords, KeywordWriter, list_telling
from index.store import Among

Document = tuple[list[str], list[str]]
WORDS = ["社区", "讨薪", "民工", "锦旗", "app", "78.9%", "c++"]
# tantivy keeps the length of a field in one byte: up to 40 terms it is exact.
terms = st.lists(st.sampled_from(WORDS), min_size=1, max_size=20)


def write(folder: Path, documents: list[Document]) -> Keywords:
    write_only(folder, documents)
    return Keywords.load(folder)


def write_only(folder: Path, documents: list[Document]) -> None:
    writer = KeywordWriter(folder)
    for number, (head, body) in enumerate(documents):
        writer.add(number * 3, " ".join(head), " ".join(body))
    writer.close()


def bm25(question: list[str], documents: list[Document]) -> dict[int, float]:
    """Robertson and Zaragoza 2009, k1 = 1.2 and b = 0.75, with Lucene's inverse document frequency."""
    scores: Counter[int] = Counter()
    for part, weight in ((0, HEAD_WEIGHT), (1, 1.0)):
        fields = [document[part] for document in documents]
        mean = sum(map(len, fields)) / len(fields)
        for term in question:
            holding = sum(term in field for field in fields)
            rarity = math.log(1 + (len(fields) - holding + 0.5) / (holding + 0.5))
            for number, field in enumerate(fields):
                if count := field.count(term):
                    length = 1.2 * (1 - 0.75 + 0.75 * len(field) / mean)
                    scores[number * 3] += weight * rarity * count * 2.2 / (count + length)
    return dict(scores)


@settings(max_examples=15)
@given(st.lists(st.tuples(terms, terms), min_size=1, max_size=8), terms)
def test_scores_are_those_of_the_formula(
    tmp_path_factory, documents: list[Document], question: list[str]
) -> None:
    keywords = write(tmp_path_factory.mktemp("keywords"), documents)
    found = keywords.search(question, 100)
    assert found == pytest.approx(bm25(question, documents), rel=1e-4)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_term_that_more_than_a_fifth_of_many_passages_have_is_left_out() -> None:
    having = Counter({"在": 30_000, "的": 20_001, "社区": 20_000})
    rare = [*"甲乙丙丁戊"]
    asked = ["在", "社区", "的", "社区", *rare, "在"]
    assert list_telling(asked, having.__getitem__, 100_000) == ["社区", "社区", *rare]
    assert list_telling(asked, having.__getitem__, 149_999) == ["社区", "的", "社区", *rare]
    assert list_telling(asked, having.__getitem__, 30_000) == ["社区", "社区", *rare]


def test_what_many_passages_have_counts_where_little_else_is_asked_for() -> None:
    having = Counter({"在": 30_000})
    few = ["在", *"甲乙丙丁戊甲"]
    assert list_telling(few, having.__getitem__, 100_000) == few
    assert list_telling([*few, "己"], having.__getitem__, 100_000) == [*few[1:], "己"]


def test_a_search_leaves_out_what_many_passages_have(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(keywords_module, "_MANY", 2)
    kept = write(tmp_path, [([], ["社区"]), ([], ["社区", *WORDS[1:]]), ([], ["社区"] * 3)])
    assert kept.search(WORDS, 9) == kept.search(WORDS[1:], 9)
    assert list(kept.search(WORDS, 9)) == [3]
    assert list(kept.search(["社区"], 9)) == [6, 0, 3]


@pytest.fixture(scope="module")
def keywords(tmp_path_factory) -> Keywords:
    documents = [(["锦旗"], ["社区", "讨薪"]), (["社区"], ["民工"]), ([], ["社区", "社区", "民工"])]
    return write(tmp_path_factory.mktemp("keywords"), documents)


def test_no_more_than_k_are_found_and_the_best_of_them(keywords) -> None:
    everything = keywords.search(["社区", "民工"], 10)
    assert list(keywords.search(["社区", "民工"], 2).items()) == list(everything.items())[:2]


def test_no_terms_and_unknown_terms_find_nothing(keywords) -> None:
    assert keywords.search([], 10) == {}
    assert keywords.search(["没有", "", "AND", "body:社区", "*", "社区 民工"], 10) == {}


def test_documents_are_counted_by_their_bodies(keywords) -> None:
    assert len(keywords) == 3
    assert [keywords.document_count(term) for term in ("社区", "锦旗", "没有")] == [2, 0, 0]


def test_what_was_removed_is_not_found_and_its_number_may_be_used_again(tmp_path) -> None:
    write(tmp_path, [([], ["社区"]), ([], ["民工"]), ([], ["锦旗"])])
    writer = KeywordWriter(tmp_path)
    writer.remove([0, 3])
    writer.add(3, "", "讨薪")
    writer.close()
    keywords = Keywords.load(tmp_path)
    assert len(keywords) == 2
    assert {term: list(keywords.search([term], 9)) for term in WORDS[:4]} == {
        "社区": [], "讨薪": [3], "民工": [], "锦旗": [6],
    }  # fmt: skip


def test_only_what_belongs_to_the_index_is_left_in_its_folder(tmp_path) -> None:
    write(tmp_path / "索引", [([], ["社区"])])
    KeywordWriter(tmp_path / "索引").close()
    assert not [path.name for path in (tmp_path / "索引").iterdir() if path.name.endswith(".lock")]


def test_a_folder_that_may_not_be_written_is_searched_and_left_alone(tmp_path, monkeypatch) -> None:
    write_only(tmp_path, [([], ["社区"]), ([], ["民工"])])  # an open index makes its lock anew at any time
    (tmp_path / ".tantivy-meta.lock").unlink(missing_ok=True)
    files = sorted(tmp_path.iterdir())
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path and allowed(path, mode))
    keywords = Keywords.load(tmp_path)
    assert list(keywords.search(["民工"], 5)) == [3]
    assert sorted(tmp_path.iterdir()) == files


@settings(max_examples=15)
@given(st.lists(st.tuples(terms, terms), min_size=1, max_size=12), terms, st.integers(1, 5), st.data())
def test_among_some_numbers_the_best_have_the_scores_that_they_have_among_all(
    tmp_path_factory, documents: list[Document], question: list[str], k: int, data: st.DataObject
) -> None:
    keywords = write(tmp_path_factory.mktemp("keywords"), documents)
    chosen = data.draw(st.sets(st.sampled_from(range(0, 3 * len(documents), 3))))
    found = keywords.search(question, k, Among.of(sorted(chosen)))
    scores = {number: score for number, score in keywords.search(question, 100).items() if number in chosen}
    assert found == {number: pytest.approx(scores[number]) for number in found}
    assert list(found.values()) == pytest.approx(sorted(scores.values(), reverse=True)[:k])


def test_one_number_among_many_is_found_though_a_thousand_score_better(tmp_path) -> None:
    documents = [(["大桥"], ["大桥", "通车"]) for _ in range(2000)] + [([], ["大桥"] + ["社区"] * 30)]
    keywords = write(tmp_path / "k", documents)
    last = 3 * 2000
    assert last not in keywords.search(["大桥", "通车"], 100)
    assert list(keywords.search(["大桥", "通车"], 100, Among.of([last]))) == [last]
    half = np.arange(3 * 1500, last + 3, 3)
    assert set(keywords.search(["大桥"], 600, Among.of(half))) == set(half.tolist())


def test_all_passages_with_every_term_in_one_field_are_found(keywords) -> None:
    assert keywords.find_all(["社区"]).tolist() == [0, 3, 6]
    assert keywords.find_all(["社区"], ["head"]).tolist() == [3]
    assert keywords.find_all(["社区", "民工"]).tolist() == [6]
    assert keywords.find_all(["火星"]).tolist() == []


def test_all_passages_with_a_part_of_a_term_are_found(tmp_path) -> None:
    keywords = write(tmp_path / "k", [(["卡拉ok"], []), ([], ["4700", "社区"]), ([], ["okay", "#13000"])])
    assert keywords.find_inside("ok").tolist() == [0, 6]
    assert keywords.find_inside("70").tolist() == [3]
    assert keywords.find_inside("区").tolist() == [3]
    assert keywords.find_inside("1300").tolist() == []  # the value of 1.3万


def test_some_passages_that_have_every_term_are_found_in_head_or_body(tmp_path) -> None:
    documents = [
        (["民工"], ["社区", "讨薪"]),
        (["社区", "讨薪"], ["锦旗"]),
        (["讨薪"], ["社区"]),
        ([], ["社区", "讨薪"]),
    ]
    keywords = write(tmp_path / "keywords", documents)
    assert sorted(keywords.find_some(["社区", "讨薪"], 10)) == [0, 3, 9]
    assert len(keywords.find_some(["社区", "讨薪"], 2)) == 2
    assert keywords.find_some(["社区", "没有"], 10) == []
    assert keywords.find_some([], 10) == []
