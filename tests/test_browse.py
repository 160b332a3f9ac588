"""web.browse, web.plots: what a look through the archive is drawn as, and that nothing in it is obeyed."""

from dataclasses import replace

import pytest
from hypothesis import given

from index.records import Span
from qa.records import ROWS, Citation, Facet, Group, Look, Row, Shelved, Timeline
from qa.shelf import read_look
from tests.ours import HOSTILE, Reader, as_shown, hostile_text, read_ours
from web.browse import render_more, render_shelf
from web.languages import LANGUAGES

MONTHS = Timeline("month", (Group("2016-09-01/2016-09-30", 4), Group("2016-10-01/2016-10-31", 1)), 4, 1, 2)


def make_row(n: int = 1, text: str = "大桥昨日通车。", headline: str | None = "望江大桥", **more) -> Row:
    citation = Citation(
        n=n, source="江州晚报/2016-10-25/A01.txt", headline=headline, district="青林区", byline="记者 李明",
        kind="news", start=40, end=40 + len(text), text=text, passage=Span(40, 40 + len(text)),
        marks=(Span(40, 42),), date="2016-10-25", newspaper="江州晚报", edition="A01",
    )  # fmt: skip
    return Row(replace(citation, **more), Span(40, 40 + len(text)), "本报讯(记者 李明)大桥")


def make_shelved(**more) -> Shelved:
    facets = (
        Facet("district", (Group("青林区", 5), Group("白石区", 1), Group(None, 1)), 2),
        Facet("kind", (Group("news", 6), Group("caption", 1)), 2),
        Facet("newspaper", (Group("江州晚报", 7),), 1),
        Facet("source", (Group("江州晚报/2016-10-25/A01.txt", 7),), 3, 2),
    )
    shelved = Shelved(Look(order="date"), 7, 9, (make_row(),), facets, MONTHS, MONTHS)
    return replace(shelved, **more)


def draw(shelved: Shelved | None, language: str = "zh") -> Reader:
    return read_ours(render_shelf(shelved, 3, language))


def elements(reader: Reader, tag: str, **attributes: str) -> list[dict]:
    wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
    return [own for name, own in reader.elements if name == tag and wanted.items() <= own.items()]


def test_before_the_first_look_there_is_the_field_and_nothing_else():
    reader = draw(None)
    assert reader.text == ""
    assert len(elements(reader, "input", data_find="")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_how_many_there_are_and_leaves_the_papers_words_alone(language):
    reader = draw(make_shelved(look=Look("大桥", (("kind", "news"),), "best")), language)
    words = LANGUAGES[language]
    assert words.found.format(among="9", count="7") in reader.text
    assert "大桥昨日通车。" in reader.text
    assert reader.marked == {"exact": "大桥"}
    assert words.kinds["news"] in reader.text


def test_an_article_opens_its_page_at_the_sentence_shown():
    reader = draw(make_shelved())
    (row,) = elements(reader, "tr", id="s0-1")
    assert row["data-open"] == "江州晚报/2016-10-25/A01.txt@40-47"
    assert elements(reader, "a")[0]["data-open"] == row["data-open"]
    assert "江州晚报 · 2016-10-25 · 第A01版" in reader.text


def test_without_a_headline_the_first_words_stand_for_it_and_are_said_once():
    reader = draw(make_shelved(rows=(make_row(headline=None),)))
    assert reader.text.count("本报讯(记者 李明)大桥") == 1
    assert "大桥昨日通车。" in reader.text
    opening = make_row(headline=None, text="本报讯(记者 李明)大桥昨日通车。")
    assert draw(make_shelved(rows=(opening,))).text.count("大桥昨日通车。") == 1


def test_what_can_be_chosen_has_its_count_and_what_is_chosen_is_told():
    reader = draw(
        make_shelved(look=Look("", (("district", "青林区"), ("date", "2016-09-01/2016-10-31")), "date"))
    )
    selects = {own["data-limit"]: own for own in elements(reader, "select") if "data-limit" in own}
    assert list(selects) == ["district", "kind", "source", "from", "to"]  # of one newspaper none is chosen
    assert [own["value"] for own in elements(reader, "option") if "selected" in own] == [
        "青林区", "", "", "2016-09-01", "2016-10-31", "date",
    ]  # fmt: skip
    assert "青林区 5" in reader.text
    assert "没有写明 1" in reader.text
    assert "图片说明 1" in reader.text
    assert "另有 2 个没有列出" in reader.text
    lifts = [
        own["data-set"]
        for own in elements(reader, "button", data_value="")
        if own.get("title", "").startswith("不限")
    ]
    assert lifts == ["district", "date"]
    assert "地区 青林区" in reader.text


def test_the_order_by_fit_is_offered_for_words_and_by_date_where_there_are_dates():
    orders = [
        own["value"]
        for own in elements(draw(make_shelved()), "option")
        if own["value"] in ("best", "date", "page")
    ]
    assert orders == ["date", "page"]
    reader = draw(make_shelved(look=Look("桥", order="best"), span=Timeline("year", (), 0, 0, 7)))
    assert [
        own["value"] for own in elements(reader, "option") if own["value"] in ("best", "date", "page")
    ] == [
        "best",
        "page",
    ]


def test_a_bar_says_its_number_reaches_as_far_and_sets_or_lifts_its_limit():
    reader = draw(make_shelved(look=Look("", (("district", "青林区"),), "date")))
    bars = [own for own in elements(reader, "button") if "aria-pressed" in own]
    assert [(own["aria-label"], own["data-set"], own["data-value"], own["aria-pressed"]) for own in bars] == [
        ("青林区 · 5 篇", "district", "", "true"),
        ("白石区 · 1 篇", "district", "白石区", "false"),
        ("2016-09 · 4 篇", "date", "2016-09-01/2016-09-30", "false"),
        ("2016-10 · 1 篇", "date", "2016-10-01/2016-10-31", "false"),
    ]
    across = [own["width"] for own in elements(reader, "rect", height="10")]
    assert across == ["100", "20"]
    assert [(own["y"], own["height"]) for own in elements(reader, "rect", width="10")] == [
        ("0", "100"),
        ("75", "25"),
    ]
    assert "1 篇没有印行日期，按文中写到的日子算，可算入几处 · 另有 2 篇不在其中" in reader.text
    assert all(own["aria-hidden"] == "true" for own in elements(reader, "svg"))


def test_where_no_district_is_known_of_what_was_found_none_is_drawn():
    facets = (Facet("district", (Group(None, 7),), 2), *make_shelved().facets[1:])
    reader = draw(make_shelved(facets=facets))
    assert elements(reader, "rect", height="10") == []
    assert "各地区的篇数" not in reader.text
    assert "各月的篇数" in reader.text


def test_where_no_page_has_a_date_that_is_said_and_no_plot_over_time_is_drawn():
    none = Timeline("year", (Group("2016-01-01/2016-12-31", 3),), 0, 3, 4)
    reader = draw(make_shelved(timeline=none, span=none, look=Look(order="page")))
    assert "没有写明印行日期" in reader.text
    assert [own["data-set"] for own in elements(reader, "button") if "aria-pressed" in own] == [
        "district"
    ] * 2
    assert elements(reader, "rect", width="10") == []


def test_nothing_found_says_which_one_thing_to_lift_and_draws_no_list():
    shelved = make_shelved(
        total=0, rows=(), look=Look("大桥通车", (("district", "<白石区>"),), "best"),
        lifting=((None, 4), ("district", 2)), apart=Group("大桥 通车", 3),
    )  # fmt: skip
    reader = draw(shelved)
    assert "没有一篇符合。" in reader.text
    ways = [own for own in elements(reader, "button") if "title" not in own]
    assert [(own["data-set"], own["data-value"]) for own in ways] == [
        ("words", "大桥 通车"), ("words", ""), ("district", ""),
    ]  # fmt: skip
    for said in ("分开找“大桥 通车”3 篇", "不限字词4 篇", "不限地区 · <白石区>2 篇"):
        assert said in reader.text
    assert elements(reader, "table") == []
    assert "可以放宽" not in draw(replace(shelved, lifting=(), apart=None)).text


def test_more_are_offered_while_there_are_more():
    rows = tuple(make_row(n) for n in range(1, ROWS + 1))
    reader = draw(make_shelved(rows=rows, total=120))
    assert elements(reader, "button", data_more="50")
    assert "再看 50 篇" in reader.text
    further = make_shelved(
        rows=tuple(make_row(n) for n in range(51, 101)), total=120, look=Look(order="date", first=50)
    )
    reader = read_ours(render_more(further, 4, "zh"))
    assert elements(reader, "div", data_number="4")
    assert elements(reader, "button", data_more="100")
    assert "再看 20 篇" in reader.text
    last = replace(further, rows=rows[:20], look=Look(order="date", first=100))
    assert elements(read_ours(render_more(last, 4, "zh")), "button", data_more="120") == []


def test_by_page_each_page_is_named_once_and_not_beside_every_article():
    first = replace(make_row(1), pile=Group("江州晚报/2016-10-25/A01.txt", 2))
    reader = draw(make_shelved(look=Look(order="page"), rows=(first, make_row(2)), total=2))
    assert reader.text.count("第A01版") == 1
    assert "2 篇" in reader.text
    assert len(elements(reader, "th")) == 4
    of_rows = replace(make_row(1), pile=Group("news.csv", 9))
    assert "第A01版" not in draw(make_shelved(look=Look(order="page"), rows=(of_rows,))).text


@given(hostile_text)
def test_whatever_a_page_says_is_shown_and_nothing_of_it_is_obeyed(text):
    row = make_row(
        text=text or "。", headline=text or None, district=text, byline=text, source=text or "x",
        newspaper=text, date=text, edition=text, marks=(Span(40, 40 + max(len(text) // 2, 1)),),
    )  # fmt: skip
    row = replace(row, opening=text, pile=Group(text, 1))
    facets = tuple(
        Facet(aspect, (Group(text, 1), Group("news", 1)), 2) for aspect in ("district", "kind", "source")
    )
    for total, order, rows in ((1, "date", (row,)), (1, "page", (row,)), (0, "best", ())):
        shelved = make_shelved(
            total=total, rows=rows, facets=facets, lifting=((None, 1), ("district", 1)), apart=Group(text, 1),
            look=Look(text, (("district", text or "x"), ("source", text or "x")), order),
        )  # fmt: skip
        reader = draw(shelved)
        assert as_shown(text).strip() in reader.text
        if total and text:
            assert elements(reader, "option", value=as_shown(text))
        read_ours(render_more(shelved, 1, "en"))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_button_sends_back_is_the_value_itself(text):
    reader = draw(make_shelved(facets=(Facet("district", (Group(text, 2), Group("x", 1)), 2),)))
    (bar,) = elements(reader, "button", data_set="district", title=f"{as_shown(text)} · 2 篇")
    assert read_look({"limits": {"district": bar["data-value"]}}).limits == (("district", as_shown(text)),)
