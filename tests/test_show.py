"""show: how a page was read, for people and for programs; nothing on the page moves a cursor."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import read_articles
from index.pages import read_page
from index.records import Article, Furniture, FurnitureKind, Join, Page, Reading, Span
from index.show import Ink, list_json, plain, show_reading
from tests.newsprint import noise, page_of

GOLDEN = Path(__file__).parent / "golden" / "articles.txt"
TEXT = """江州晚报　2016年10月25日　第A03版

人物

身残志坚好媳妇

瘫痪婆婆也是妈

本报记者 王思俊

英与丈夫双双下岗。今年7月,她领到了第一笔补贴。她说,只要一家人都好好的,日子就会一天天好起来,婆婆也是妈,照顾她是

是应该的。

图为刘琴英。本报记者 王思俊 摄

十几年前,因工厂倒闭,刘琴

十几年前,因工厂倒闭,刘琴

\x1b[31m※※
"""


def at(said: str, number: int = 1) -> Span:
    """Where on the page the words stand, the nth time."""
    start = -1
    for _ in range(number):
        start = TEXT.index(said, start + 1)
    return Span(start, start + len(said))


def made() -> tuple[Page, Reading]:
    """A page that was read as it should be, whatever the reader makes of it today."""
    end = Span(at("英与丈夫").start, at("照顾她是").end)
    rest = at("应该的。")
    start = at("十几年前,因工厂倒闭,刘琴")
    spans = (start, end, rest)
    body = "".join(TEXT[span.start : span.end] for span in spans)
    head = (at("身残志坚好媳妇"), at("瘫痪婆婆也是妈"), at("本报记者 王思俊"))
    caption = at("图为刘琴英。本报记者 王思俊 摄")
    articles = (
        Article(
            "瘫痪婆婆也是妈", "身残志坚好媳妇", None, "本报记者 王思俊", None, "news", spans, body,
            head, "人物", ("十几年前", "今年7月"),
        ),
        Article(
            None, None, None, "本报记者 王思俊 摄", None, "caption",
            (caption,), TEXT[caption.start : caption.end],
        ),
    )  # fmt: skip
    joins = (
        Join(start.end, end.start, 0.8088, "name", closed=True, repeated=0),
        Join(end.end, rest.start - 1, 0.9961, "repeat", closed=True, repeated=1),
    )
    kinds: list[tuple[Span, FurnitureKind]] = [
        (Span(0, TEXT.index("\n")), "imprint"),
        (at("\n\n"), "blank"),
        (at("人物"), "section"),
        (Span(rest.start - 1, rest.start), "repeat"),
        (at("十几年前,因工厂倒闭,刘琴", 2), "repeat"),
        (at("\x1b[31m※※"), "mark"),
    ]
    page = Page("\u202e.txt", "/x", TEXT, "gb18030", "0", "2016-10-25", "江州晚报", "A03")
    return page, Reading(articles, joins, tuple(Furniture(span, kind) for span, kind in kinds))


def test_a_page_is_shown_as_in_the_golden_file() -> None:
    shown = "\n".join(show_reading(*made(), Ink(on=False))) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(shown, "utf-8")
    assert shown == GOLDEN.read_text("utf-8")


def test_in_colour_the_same_is_said() -> None:
    plainly, coloured = ("\n".join(show_reading(*made(), Ink(on=on))) for on in (False, True))
    assert coloured != plainly
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plainly


@given(noise | st.text())
def test_nothing_on_a_page_moves_the_cursor(text: str) -> None:
    page = page_of(text)
    for line in show_reading(page, read_articles(page), Ink(on=False)):
        assert all(c.isprintable() or c == "　" for c in line)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("一\n\n二", "一 二"),
        ("一\r\n　　二\u2028", "一 二"),
        ("\x1b[2J一\u202e\x00\ud800", "\\x1b[2J一\\u202e\\x00\\ud800"),
        ("金水区　王影", "金水区　王影"),
    ],
)
def test_what_is_not_printable_is_shown_as_its_code(said: str, shown: str) -> None:
    assert plain(said) == shown


def test_the_objects_have_the_keys_of_the_contract_first_and_each_join_is_in_its_article() -> None:
    page, reading = made()
    first, caption = list_json(page, reading)
    assert list(first) == [
        "headline", "kicker", "subtitle", "byline", "district", "kind", "spans", "text",
        "head", "section", "dates", "joins", "source",
    ]  # fmt: skip
    assert first["dates"] == ["十几年前", "今年7月"]
    assert "".join(TEXT[start:end] for start, end in first["spans"]) == first["text"]
    assert [TEXT[start:end] for start, end in first["head"]] == [
        "身残志坚好媳妇", "瘫痪婆婆也是妈", "本报记者 王思俊",
    ]  # fmt: skip
    assert [list(join) for join in first["joins"]] == [
        ["before", "after", "score", "reason", "closed", "repeated"]
    ] * 2
    assert [join["reason"] for join in first["joins"]] == ["name", "repeat"]
    assert caption["joins"] == []


def test_every_join_of_the_seeds_lies_in_one_article(seeds) -> None:
    for path in sorted(seeds.iterdir()):
        page = read_page(path, path.name)
        reading = read_articles(page)
        listed = [join for article in list_json(page, reading) for join in article["joins"]]
        assert len(listed) == len(reading.joins)
        for article in list_json(page, reading):
            for join in article["joins"]:
                before, after = join["before"], join["after"] + join["repeated"]
                assert any(start < before <= end for start, end in article["spans"])
                assert any(start <= after < end for start, end in article["spans"])
