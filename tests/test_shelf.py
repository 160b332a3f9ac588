"""qa.shelf: what is found and counted, against a slow plain look at every article."""

import re
from collections import Counter
from datetime import date

import numpy as np
import pytest

from index.build import build_index
from index.encoder import load_encoder
from index.pages import file_of
from index.text import HAN, bigrams, fold, terms
from qa.archive import Archive
from qa.columns import BARS, Columns
from qa.records import ROWS, Group, Limit, Look
from qa.shelf import read_look, split_words


@pytest.fixture(scope="module", params=["gazette", "archive"])
def shelved(request) -> Archive:
    """An archive with dates, districts and newspapers, and the seeds, which have no dates."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def rows(tmp_path_factory) -> Archive:
    """An archive of a file of rows and a page, over some years."""
    folder = tmp_path_factory.mktemp("rows") / "pages"
    (folder / "江州晚报" / "2016-10-25").mkdir(parents=True)
    page = (
        "江边新闻\n\n本报讯(记者 李明)大桥昨日通车。\n\n夜市开张\n\n本报讯(记者 王芳)夜市开张,摊主两百人。\n"
    )
    (folder / "江州晚报" / "2016-10-25" / "A01.txt").write_text(page, "utf-8")
    lines = ["date,title,body"]
    for n in range(130):
        lines.append(
            f"{1990 + n % 30}-0{n % 9 + 1}-1{n % 10},第{n}号消息,河边第{n}棵柳树发芽。有人在树下写信。"
        )
    (folder / "news.csv").write_text("\n".join(lines), "utf-8")
    build_index([folder], folder.parent / "index", load_encoder())
    return Archive.open(folder.parent / "index")


def everything(archive: Archive):
    return list(archive.catalog.articles(archive.scope.facts))


def find(archive: Archive, words: str, **limits: str) -> set[int]:
    """Look at every article, one after the other."""
    numbers = archive.catalog.numbers()
    passages: dict[int, list[str]] = {}
    for stored in archive.catalog.passages(numbers):
        passages.setdefault(stored.article_id, []).append(stored.passage.text)
    return {
        number
        for number, article, page in everything(archive)
        if all(has(article, passages.get(number, []), word) for word in split_words(words))
        and all(lies_inside(archive, number, article, page, *limit) for limit in limits.items())
    }


def has(article, passages: list[str], word: str) -> bool:
    if word in fold(article.title) or word in fold(article.byline or "") or word in fold(article.text):
        return True
    runs = re.findall(rf"[{HAN}]+|[^\W_{HAN}]+", word)
    return all(
        any(
            set(bigrams(run)) <= set(where)
            if len(run) > 1 and re.fullmatch(f"[{HAN}]+", run)
            else any(term.startswith(run) for term in where)
            for where in [terms(article.title), *map(terms, passages)]
        )
        for run in runs
    )


def lies_inside(archive, number, article, page, aspect, value) -> bool:
    match aspect:
        case "district":
            return article.district == value
        case "kind":
            return article.kind == value
        case "newspaper":
            return page.newspaper == value
        case "source":
            return value in (page.source, file_of(page.source))
        case "date":
            return number in archive.scope.select([Limit("date", "", value, "")])


def look(archive: Archive, words: str = "", order=None, first: int = 0, **limits: str):
    return archive.shelf.browse(Look(words, tuple(limits.items()), order, first))


WORDS = [
    "",
    "大气",
    "志愿者",
    "志願者",
    "记者",
    "李明",
    "大桥 昨日",
    "1280",
    "12",
    "桥",
    "不在这里",
    "社区 记者",
    "ａ",
    "。,",
    "河边柳树",
]


@pytest.mark.parametrize("words", WORDS)
def test_the_articles_found_are_those_that_a_slow_look_finds(shelved, words):
    assert look(shelved, words).total == len(find(shelved, words))


@pytest.mark.parametrize(
    "limits",
    [
        {"district": "青林区"},
        {"district": "上街区", "kind": "news"},
        {"kind": "caption"},
        {"newspaper": "江州晚报"},
        {"date": "2016-10-01/2016-10-31"},
        {"date": "2016-10-25/2016-10-25", "district": "白石区"},
        {"date": "../2015-12-31"},
        {"date": "2016-01-01/..", "kind": "news"},
        {"source": "000_d33047c3f0f66389.txt"},
        {"source": "柳河.txt", "date": "2016-10-01/2016-10-31"},
        {"district": "没有这个区"},
    ],
)
@pytest.mark.parametrize("words", ["", "记者", "大桥"])
def test_limits_hold_as_a_slow_look_and_the_limits_of_a_question_do(shelved, words, limits):
    found = look(shelved, words, **limits)
    assert found.total == len(find(shelved, words, **limits))
    assert found.among == len(shelved.scope.facts)


def test_every_count_is_what_the_limit_would_give(shelved):
    for words, limits in [("", {}), ("记者", {}), ("", {"kind": "news"}), ("大", {"district": "白石区"})]:
        found = look(shelved, words, **limits)
        for facet in found.facets:
            for group in facet.groups:
                if group.name is not None:
                    assert group.count == look(shelved, words, **{**limits, facet.aspect: group.name}).total
        for group in found.timeline.groups:
            assert group.count == look(shelved, words, **{**limits, "date": group.name}).total
        timeline = found.timeline
        assert timeline.printed + timeline.named + timeline.rest == found.total


def test_what_is_not_known_is_counted_apart(gazette):
    districts = next(facet for facet in look(gazette).facets if facet.aspect == "district")
    known = Counter(article.district for _, article, _ in everything(gazette))
    assert {group.name: group.count for group in districts.groups} == known
    assert districts.groups[-1].name is None


def test_the_limit_that_is_set_can_be_changed_for_another(gazette):
    """Its own choices are counted without it, those of the others with it."""
    found = look(gazette, district="青林区")
    of = {facet.aspect: {group.name: group.count for group in facet.groups} for facet in found.facets}
    assert of["district"]["白石区"] == len(find(gazette, "", district="白石区"))
    assert of["newspaper"] == {"江州晚报": 2}
    gone = look(gazette, "没有这个词", district="青林区")
    assert Group("青林区", 0) in next(facet for facet in gone.facets if facet.aspect == "district").groups


def test_the_dated_come_newest_first_and_the_undated_last(gazette):
    dates = [row.shown.date for row in look(gazette, order="date").rows]
    assert dates == ["2016-10-26", "2016-10-26", "2016-10-25", "2016-10-25", "2014-10-02", None, None]
    assert look(gazette).look.order == "date"


def test_articles_that_have_the_words_in_their_head_come_first(tmp_path):
    """However often others have them."""
    (tmp_path / "pages").mkdir()
    long = "。".join(f"老街第{n}号是一家铺子、卖的东西各不相同" for n in range(20))
    rows = [
        "title,body",
        "城里的树,梧桐挨着梧桐、梧桐后面还是梧桐。",
        f"梧桐老街,{long}。",
        "梧桐与柳,柳树在河边、梧桐在路旁。",
    ]
    (tmp_path / "pages" / "a.csv").write_text("\n".join(rows), "utf-8")
    build_index([tmp_path / "pages"], tmp_path / "index", load_encoder())
    found = look(Archive.open(tmp_path / "index"), "梧桐")
    assert found.look.order == "best"
    assert [row.shown.headline for row in found.rows] == ["梧桐与柳", "梧桐老街", "城里的树"]


def test_without_dates_the_order_is_that_of_the_pages_and_each_page_is_named_once(archive):
    found = look(archive)
    assert found.look.order == "page"
    piles = [row.pile for row in found.rows if row.pile] + [
        row.pile for row in look(archive, first=ROWS).rows if row.pile
    ]
    pages = Counter(page.source for _, _, page in everything(archive))
    assert {pile.name: pile.count for pile in piles} == pages
    assert len(piles) == len(pages)


def test_rows_of_a_file_stand_below_the_file_and_a_page_below_its_own_name(rows):
    piles = [
        row.pile for first in (0, 50, 100) for row in look(rows, order="page", first=first).rows if row.pile
    ]
    assert sorted((pile.name, pile.count) for pile in piles) == [
        ("news.csv", 130),
        ("江州晚报/2016-10-25/A01.txt", 2),
    ]


@pytest.mark.parametrize("order", ["best", "date", "page"])
def test_turning_on_shows_each_article_once(rows, order):
    seen = [
        (row.shown.source, row.opens.start, row.shown.n)
        for first in range(0, 150, ROWS)
        for row in look(rows, "柳树", order, first).rows
    ]
    assert len({(source, start) for source, start, _ in seen}) == 130
    assert [n for _, _, n in seen] == list(range(1, 131))
    assert len(look(rows, first=130).rows) == 2
    assert look(rows, first=10**7).rows == ()


def test_what_is_shown_is_the_page_and_opens_where_the_article_stands(shelved):
    for words in ("", "记者", "大桥"):
        for row in look(shelved, words).rows:
            view = shelved.page(row.shown.source)
            text = view.page.text
            assert text[row.shown.start : row.shown.end] == row.shown.text
            assert all(fold(text[mark.start : mark.end]) == words for mark in row.shown.marks)
            own = [a for a in view.articles if any(s.start <= row.opens.start < s.end for s in a.spans)]
            assert [article.headline for article in own] == [row.shown.headline]
            assert bool(row.opens) <= bool(row.shown.marks)
            assert own[0].text.lstrip().startswith(row.opening)
            assert row.opening


def test_nothing_found_says_what_to_lift(gazette):
    found = look(gazette, "大桥", district="青林区")
    assert (found.total, found.rows) == (0, ())
    assert found.lifting == ((None, 2), ("district", len(find(gazette, "大桥"))))
    assert found.apart is None
    assert look(gazette, "大桥").lifting == ()


def test_words_typed_in_one_are_offered_apart(gazette):
    found = look(gazette, "大桥总投资通车")
    assert found.total == 0
    assert found.apart is not None
    assert found.apart.count == look(gazette, found.apart.name).total > 0
    assert look(gazette, "没有这个词").apart is None


def test_years_are_told_where_months_are_too_many_and_months_inside_one_year(rows):
    found = look(rows)
    assert found.timeline.unit == "year"
    assert len(found.timeline.groups) == 30
    inside = look(rows, date="1995-01-01/1995-12-31")
    assert inside.timeline.unit == "month"
    assert sum(group.count for group in inside.timeline.groups) == inside.total
    march = look(rows, date=inside.timeline.groups[0].name)
    assert march.timeline == inside.timeline  # its neighbours can still be chosen
    assert found.span.unit == "month"


def test_many_years_are_told_by_decades():
    from index.catalog import Facts
    from qa.periods import Period

    facts = [Facts(n, f"{n}.txt", f"{1900 + n}-05-01", None, None, None, "news") for n in range(1, BARS + 20)]
    days = {Period(day, day): [one.article_id] for one in facts if (day := date.fromisoformat(one.date))}
    columns = Columns(facts, days)
    timeline = columns.timeline(columns.mask())
    assert timeline.unit == "decade"
    assert timeline.groups[0] == Group("1900-01-01/1909-12-31", 9)
    assert sum(group.count for group in timeline.groups) == len(facts) == timeline.printed


def test_an_archive_with_dates_is_told_by_them_and_not_by_what_old_texts_name(tmp_path):
    from index.catalog import Facts
    from qa.periods import read_iso

    facts = [
        Facts(1, "1", "2016-10-25", None, None, None, "news"),
        Facts(2, "2", None, None, None, None, "news"),
    ]
    days = {read_iso("2016-10-25/2016-10-25"): [1], read_iso("1368-01-01/1368-12-31"): [2]}
    timeline = Columns(facts, days).timeline(np.ones(2, bool))
    assert timeline.groups == (Group("2016-10-01/2016-10-31", 1),)
    assert (timeline.printed, timeline.named, timeline.rest) == (1, 0, 1)
    timeline = Columns(facts[1:], {read_iso("9999-01-01/9999-12-31"): [2]}).timeline(np.ones(1, bool))
    assert timeline.groups == (Group("9999-01-01/9999-12-31", 1),)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, Look()),
        ({"words": 7, "limits": "x", "order": "up", "first": "50"}, Look()),
        ({"words": "桥" * 5000}, Look("桥" * 200)),
        ({"limits": {"kind": "news", "colour": "red", "date": 3}}, Look("", (("kind", "news"),))),
        ({"order": "page", "first": -3}, Look(order="page")),
        ({"first": 10**30}, Look(first=10**7)),
        ({"limits": [["district", "x"]], "first": True}, Look(first=1)),
    ],
)  # fmt: skip
def test_what_a_browser_sends_is_checked(said, wanted):
    assert read_look(said) == wanted


@pytest.mark.parametrize(
    "value",
    ["", "昨天", "2016", "--10-01/--10-07", "2016-13-01/2016-13-02", "2016-10-31/2016-10-01", "x/y"],
)
def test_a_date_that_is_none_is_no_limit_and_one_that_ends_before_it_begins_holds_nothing(gazette, value):
    found = look(gazette, date=value)
    assert found.total == (0 if value.startswith("2016-10") else 7)


@pytest.mark.parametrize(
    "typed", ["\x00", ".*", "[桥", "(", "\\", "'; DROP TABLE articles", "a\ud800b", "桥\n大"]
)
def test_whatever_is_typed_is_looked_for_and_nothing_more(gazette, typed):
    assert look(gazette, typed).among == 7
    assert look(gazette).total == 7
