"""qa.timewords: what words of time mean, in a question and in an article."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import fold
from qa.timewords import find_periods, read_named

TODAY = date(2016, 10, 25)  # a Tuesday


def find(text: str, today: date = TODAY) -> list[tuple[str, str]]:
    return [(text[start:end], str(period)) for start, end, period in find_periods(fold(text), today)]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("2016年10月", "2016-10-01/2016-10-31"),
        ("二〇一六年十月二十五日", "2016-10-25/2016-10-25"),
        ("２０１６年２月", "2016-02-01/2016-02-29"),
        ("2016-10-25", "2016-10-25/2016-10-25"),
        ("2016.10.25", "2016-10-25/2016-10-25"),
        ("98年6月", "1998-06-01/1998-06-30"),
        ("2月24日", "--02-24/--02-24"),
        ("十月", "--10-01/--10-31"),
        ("10月中旬", "--10-11/--10-20"),
        ("去年", "2015-01-01/2015-12-31"),
        ("前年夏天", "2014-06-01/2014-08-31"),
        ("今年上半年", "2016-01-01/2016-06-30"),
        ("2016年第三季度", "2016-07-01/2016-09-30"),
        ("去年底", "2015-11-01/2015-12-31"),
        ("上个月", "2016-09-01/2016-09-30"),
        ("上周", "2016-10-17/2016-10-23"),
        ("昨天", "2016-10-24/2016-10-24"),
        ("最近一个月", "2016-09-26/2016-10-25"),
        ("最近三天", "2016-10-23/2016-10-25"),
        ("近半年", "2016-04-26/2016-10-25"),
        ("过去两年", "2014-10-26/2016-10-25"),
        ("上世纪九十年代", "1990-01-01/1999-12-31"),
        ("20世纪80年代末", "1987-01-01/1989-12-31"),
        ("90年代", "1990-01-01/1999-12-31"),
        ("民国二十三年", "1934-01-01/1934-12-31"),
        ("民国元年", "1912-01-01/1912-12-31"),
        ("光绪二十四年", "1898-01-01/1898-12-31"),
        ("国庆前后", "--09-24/--10-14"),
        ("去年国庆期间", "2015-10-01/2015-10-07"),
        ("五一黄金周", "--05-01/--05-03"),
        ("今年春节前后", "2016-02-01/2016-02-21"),
        ("中秋前夕", "2016-09-08/2016-09-14"),
        ("元旦前后", "--12-25/--01-10"),
        ("2015年至2017年", "2015-01-01/2017-12-31"),
        ("2015-2017年", "2015-01-01/2017-12-31"),
        ("2016年3月到5月", "2016-03-01/2016-05-31"),
        ("3月1日至5日", "--03-01/--03-05"),
        ("1990年以前", "../1989-12-31"),
        ("2014年以来", "2014-01-01/.."),
        ("2016年10月以后", "2016-11-01/.."),
    ],
)
def test_words_of_time_mean_these_days(words: str, days: str) -> None:
    assert find(words) == [(words, days)]
    assert find(f"在{words}的报道里") == [(words, days)]


@pytest.mark.parametrize(
    "words",
    [
        "近日",
        "最近",
        "近年来",
        "10个月",
        "八一路",
        "五四运动",
        "2月30日",
        "13月5日",
        "20多年",
        "三年级",
        "20万元",
        "5000年",
    ],
)
def test_what_is_vague_or_no_day_of_the_calendar_is_none(words: str) -> None:
    assert find(words) == []


def test_the_words_after_a_year_do_not_have_to_belong_to_it() -> None:
    assert find("2016年初中招生") == [("2016年", "2016-01-01/2016-12-31")]
    assert find("2016年底") == [("2016年底", "2016-11-01/2016-12-31")]


def test_a_month_after_and_is_of_the_year_before_it() -> None:
    days = ["2016-10-01/2016-10-31", "2016-11-01/2016-11-30"]
    assert [period for _, period in find("2016年10月和11月")] == days
    assert [period for _, period in find("10月和11月")] == ["--10-01/--10-31", "--11-01/--11-30"]
    assert [period for _, period in find("2016年10月的11月")] == [days[0], "--11-01/--11-30"]


def test_relative_words_count_from_the_day_given_not_from_this_one() -> None:
    assert find("去年", date(1935, 3, 1)) == [("去年", "1934-01-01/1934-12-31")]
    assert find("上世纪九十年代", date(1935, 3, 1)) == [("上世纪九十年代", "1890-01-01/1899-12-31")]


@pytest.mark.parametrize(
    ("printed", "page", "days"),
    [
        ("近日", TODAY, None),
        ("今年3月份", TODAY, "2016-03-01/2016-03-31"),
        ("去年", TODAY, "2015-01-01/2015-12-31"),
        ("昨日", TODAY, "2016-10-24/2016-10-24"),
        ("12月28日", date(2016, 1, 5), "2015-12-28/2015-12-28"),
        ("9月份", TODAY, "2016-09-01/2016-09-30"),
        ("21日上午", TODAY, "2016-10-21/2016-10-21"),
        ("31日", date(2016, 3, 1), "2016-03-31/2016-03-31"),
        ("1996年10月", TODAY, "1996-10-01/1996-10-31"),
        ("2009年", None, "2009-01-01/2009-12-31"),
        ("2月24日", None, "--02-24/--02-24"),
        ("去年", None, None),
        ("21日上午", None, None),
        ("上世纪90年代中期", None, None),
        ("20世纪90年代", None, "1990-01-01/1999-12-31"),
    ],
)
def test_a_date_that_an_article_names_is_told_from_the_day_of_its_page(printed, page, days) -> None:
    period = read_named(fold(printed), page)
    assert (period and str(period)) == days


@given(st.text("年月日号至到-./前后上下半个世纪代春国庆民元最近0123456789一二三十廿〇99", max_size=24))
def test_no_words_make_it_fail_and_every_period_begins_before_it_ends(text: str) -> None:
    for start, end, period in find_periods(fold(text), TODAY):
        assert 0 <= start < end <= len(text)
        assert period.first <= period.last
        assert re.fullmatch(r"[-\d./]+", str(period))
    read_named(fold(text), TODAY)
    read_named(fold(text), None)
