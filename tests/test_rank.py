"""qa.rank: fusion against a plain recomputation; the same text is listed once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import build_index
from index.catalog import Catalog, Stored
from index.encoder import load_encoder
from index.generation import open_generation
from index.records import Article, Page, Passage, Span
from index.text import bigrams
from qa.archive import Archive
from qa.rank import SAME_TEXT, add_cosines, rank_passages
from qa.retrieve import fuse_scores

ARTICLE = """柳河大桥昨日通车

本报讯(记者 赵小禾)经过连续85天的施工,长320米的柳河大桥昨日建成通车。
青山镇筹资340余万元修建了这座桥,沿河26个村的村民从此不再绕行。

养蜂人李大海说,过去到县城卖一趟蜂蜜要走两个小时,现在二十分钟就到了,车上的蜂箱也不怕颠了。
"""
OTHER = """首届花市在河西公园开幕

本报讯(记者 钱小麦)首届花市昨日在河西公园开幕,共有六十家花店参展。
花市将持续十天,每晚八点闭园,预计将吸引三千多名市民前来赏花。
"""
characters = st.characters(min_codepoint=0x4E00, max_codepoint=0x4E20)


def stored(number: int, text: str | None = None) -> Stored:
    text = text or "".join(chr(0x4E00 + 40 * number + i) for i in range(40))
    page = Page(f"{number}.txt", f"/{number}.txt", text, "utf-8", "0" * 64)
    article = Article(None, None, None, None, None, "news", (Span(0, len(text)),), text)
    return Stored(number, number, article, Passage(0, len(text), text), page)


def fetch_from(texts: dict[int, str] | None = None):
    return lambda numbers: [stored(number, (texts or {}).get(number)) for number in numbers]


def test_equal_scores_stand_in_the_order_of_their_numbers() -> None:
    found = rank_passages(dict.fromkeys((5, 3, 9), 0.5), fetch_from(), 3)
    assert [item.stored.number for item in found] == [3, 5, 9]


def test_nothing_found_gives_nothing() -> None:
    assert rank_passages({}, fetch_from(), 5) == []


def test_passages_get_the_cosines_that_they_were_found_with() -> None:
    found = fuse_scores({7: 2.0}, {3: 0.2, 7: 0.5, 9: -0.1})
    ranked = add_cosines(rank_passages({9: 2.0, 3: 1.0, 7: 0.0}, fetch_from(), 2), found)
    assert [(item.stored.number, item.cosine) for item in ranked] == [(9, -0.1), (3, 0.2)]


texts = st.lists(st.text(characters, min_size=1, max_size=30), min_size=1, max_size=8)


@given(texts)
def test_what_is_kept_is_no_twin_of_another_and_what_is_folded_is_one(texts: list[str]) -> None:
    def alike(one: str, other: str) -> bool:
        a, b = set(bigrams(one)), set(bigrams(other))
        return len(a & b) >= SAME_TEXT * len(a | b)

    scores = {number: 10.0 - number for number in range(len(texts))}
    kept = rank_passages(scores, fetch_from(dict(enumerate(texts))), len(texts))
    numbers = [item.stored.number for item in kept]
    assert not any(alike(texts[i], texts[j]) for i in numbers for j in numbers if i < j)
    for number in set(scores) - set(numbers):
        twin = next(item for item in kept if alike(texts[item.stored.number], texts[number]))
        assert f"{number}.txt" in twin.also
    assert sum(1 + len(item.also) for item in kept) == len(texts)


@pytest.fixture(scope="module")
def reprinted(tmp_path_factory, tiny):
    folder = tmp_path_factory.mktemp("reprinted")
    for name, text in (("早报.txt", ARTICLE), ("晚报.txt", ARTICLE), ("花市.txt", OTHER)):
        (folder / name).write_text(text, "utf-8")
    build_index([folder], folder / "index", tiny)
    return Catalog.load(open_generation(folder / "index").catalogs)


def test_an_article_printed_in_two_papers_is_listed_once_with_both_names(reprinted) -> None:
    numbers = reprinted.numbers()
    found = rank_passages(dict.fromkeys(numbers, 1.0), reprinted.passages, len(numbers))
    bridge = [item for item in found if "柳河大桥" in item.stored.article.text]
    assert bridge
    for item in bridge:
        assert {item.stored.page.source, *item.also} == {"早报.txt", "晚报.txt"}
    assert all(item.also == () for item in found if item not in bridge)
    assert len({item.stored.passage.text for item in found}) == len(found)


def test_a_reader_of_a_reprinted_article_is_told_where_else_it_stands(tmp_path) -> None:
    for name in ("早报.txt", "晚报.txt"):
        (tmp_path / name).write_text(ARTICLE, "utf-8")
    build_index([tmp_path], tmp_path / "index", load_encoder())
    answer = Archive.open(tmp_path / "index").ask("柳河大桥有多长?")
    assert answer.span == "320米"  # and a small archive does not take its own subject for a common word
    assert {answer.hits[0].source, *answer.hits[0].also} == {"早报.txt", "晚报.txt"}
    assert len({hit.text for hit in answer.hits}) == len(answer.hits)
