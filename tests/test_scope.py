"""qa.scope: what lies inside limits, and what mentions a word, against reading everything."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import build_index
from index.text import cut_words, fold
from qa.archive import Archive
from qa.records import Limit, LimitKind
from qa.scope import Scope
from tests.conftest import TinyEncoder


def headlines(archive: Archive, numbers: set[int]) -> list[str]:
    return [article.headline or "" for _, article, _ in archive.catalog.articles(numbers)]


def select(archive: Archive, *limits: tuple[LimitKind, str]) -> list[str]:
    chosen = archive.scope.select([Limit(kind, value, value, "") for kind, value in limits])
    return [headline[:4] for headline in headlines(archive, chosen)]


@pytest.mark.parametrize(
    ("kind", "value", "inside"),
    [
        ("district", "青林区", ["青林区清", "夜市摊主"]),
        ("district", "柳河县", ["柳河县山"]),
        ("district", "柳河县、青林区", ["柳河县山", "青林区清", "夜市摊主"]),
        ("date", "2014-10-02/2014-10-02、2016-10-26/2016-10-26", ["望江大桥", "望江大桥", "夜市摊主"]),
        ("district", "望江镇", []),
        ("source", "柳河.txt", ["老街茶馆", "柳河县山"]),
        ("source", "A03.txt", ["望江大桥", "夜市摊主"]),
        ("source", "江州晚报/2016-10-25/A01.txt", ["青林区清", "秸秆打捆"]),
        ("source", "没有.txt", []),
        ("edition", "3", ["望江大桥", "望江大桥", "夜市摊主"]),
        ("edition", "三", ["望江大桥", "望江大桥", "夜市摊主"]),
        ("edition", "B3", ["望江大桥"]),
        ("edition", "13", []),
        ("newspaper", "江州日报", ["望江大桥"]),
        ("kind", "caption", []),
        ("date", "2014-01-01/2014-12-31", ["望江大桥"]),
        ("date", "2016-10-26/2016-10-26", ["望江大桥", "夜市摊主"]),
        ("date", "--10-01/--10-07", ["望江大桥"]),
        ("date", "../2015-12-31", ["望江大桥"]),
        # The page of the tea house has no date: it counts, for its text names the month.
        ("date", "2016-10-01/2016-10-31", ["老街茶馆", "青林区清", "秸秆打捆", "望江大桥", "夜市摊主"]),
        # 昨日 in the paper of October 26.
        ("time", "2016-10-25/2016-10-25", ["青林区清", "秸秆打捆", "望江大桥"]),
        ("date", "2016-10-25/2016-10-25", ["青林区清", "秸秆打捆"]),
    ],
)
def test_a_limit_holds_these_articles(gazette, kind, value, inside) -> None:
    assert select(gazette, (kind, value)) == inside


def test_an_article_of_another_district_is_out_even_where_it_names_this_one(tmp_path, tiny) -> None:
    pages = {
        "1.txt": "白石区\n\n两地志愿者共清江面\n\n白石区的志愿者清理江面,柳河县也派来了船。\n",
        "2.txt": f"江面漂来一只旧船\n\n{'旧船漂到了岸边。' * 30}船主来自柳河县、青林区和白石区。\n",
        "3.txt": "柳河县\n\n山里修成一条公路\n\n柳河县的山里修成了一条公路,长12公里。\n",
    }
    archive = build(tmp_path, pages, tiny)
    districts = [facts.district for facts in archive.scope.facts.values()]
    assert districts == ["白石区", None, "柳河县"]
    inside = archive.scope.select([Limit("district", "柳河县", "柳河县", "")])
    assert [archive.scope.facts[number].source for number in inside] == ["2.txt", "3.txt"]


def test_several_limits_hold_what_lies_in_all_of_them(gazette) -> None:
    assert select(gazette, ("district", "白石区"), ("edition", "A03")) == ["望江大桥"]
    assert select(gazette, ("district", "青林区"), ("date", "2014-01-01/2014-12-31")) == []
    assert len(select(gazette)) == len(gazette.scope.facts)


def test_the_passages_are_those_of_the_articles(gazette) -> None:
    for articles in ({1}, {2, 5}, set(gazette.scope.facts), set()):
        numbers = gazette.scope.passages_of(articles)
        stored = gazette.catalog.passages(gazette.catalog.numbers())
        assert numbers.tolist() == [item.number for item in stored if item.article_id in articles]
        assert numbers.dtype == np.int64


# ---- mentions ----


def naming(archive: Archive, text: str) -> set[int]:
    """Read every article."""
    everything = archive.catalog.articles(archive.scope.facts)
    wanted = fold(text)
    return {
        number
        for number, article, _ in everything
        if wanted in fold(article.text) or wanted in fold(article.title)
    }


@pytest.mark.parametrize(
    "text",
    [
        "大气污染",
        "志愿者",
        "大桥",
        "秸秆打捆机",
        "路",
        "1280",
        "12",
        "APP",
        "46",
        "何秀兰,今年",
        "火星",
        "大气。污染",
    ],
)
def test_the_articles_that_mention_words_are_those_that_hold_them(gazette, archive, text: str) -> None:
    for one in (gazette, archive):
        assert one.scope.mention(text) == naming(one, text)


def test_a_mention_is_found_in_another_script_and_width(gazette) -> None:
    assert gazette.scope.mention("大氣污染") == gazette.scope.mention("大气污染") != set()
    assert gazette.scope.mention("１２８０") == gazette.scope.mention("1280") != set()


def test_any_stretch_of_any_article_is_found_also_over_the_breaks_of_columns(archive) -> None:
    """Names are cut where a column ends and the text goes on at another place: 刘琴 / 英与丈夫."""
    assert (
        archive.scope.mention("刘琴英与丈夫")
        == archive.scope.mention("琴英")
        == naming(archive, "琴英")
        != set()
    )

    everything = list(archive.catalog.articles(archive.scope.facts))

    @given(st.data())
    def check(data: st.DataObject) -> None:
        number, article, _ = data.draw(st.sampled_from(everything))
        start = data.draw(st.integers(0, max(len(article.text) - 12, 0)))
        text = article.text[start : start + data.draw(st.integers(1, 12))].strip()
        if re.search(r"\w", text) and "\n" not in text and "_" not in text:
            assert archive.scope.mention(text) == naming(archive, text)
            assert number in archive.scope.mention(text)

    check()


def test_all_words_of_a_phrase_may_stand_apart(gazette) -> None:
    assert gazette.scope.mention("志愿者扫街") == set()
    found = gazette.scope.mention_words("志愿者扫帚")
    assert headlines(gazette, found) == ["夜市摊主志愿扫街"]
    words = [word for word in cut_words("志愿者扫帚") if len(word) > 1]
    assert found == set.intersection(*(naming(gazette, word) for word in words))
    assert gazette.scope.mention_words("的") == set()


def test_an_empty_word_is_mentioned_nowhere(gazette) -> None:
    assert gazette.scope.mention("") == gazette.scope.mention("“”") == set()


def test_a_long_line_that_passages_cut_in_mid_word_is_still_found(tmp_path, tiny) -> None:
    line = "".join(chr(0x4E00 + (i * 37) % 5000) for i in range(1500))
    archive = build(tmp_path, {"1.txt": f"一行没有标点的长文\n\n{line}。\n"}, tiny)
    assert len(archive.catalog.numbers()) > 3
    for start in range(0, 1480, 11):
        assert archive.scope.mention(line[start : start + 12]) == {1}


def build(folder, pages: dict[str, str], encoder: TinyEncoder) -> Archive:
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    build_index([folder], folder / "index", encoder)

    class Small(Archive):
        def __init__(self) -> None:
            from index.catalog import Catalog
            from index.generation import open_generation
            from index.keywords import Keywords

            generation = open_generation(folder / "index")
            self.catalog = Catalog.load(generation.catalogs)
            self.scope = Scope(self.catalog, Keywords.load(generation.keywords))

    return Small()
