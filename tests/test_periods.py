"""qa.periods: stretches of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.periods import ANY, Period, in_year, read_iso

days = st.dates(date(1850, 1, 1), date(2030, 12, 31))


@given(days, st.integers(0, 900), st.booleans())
def test_what_is_written_is_read_as_the_same(first: date, length: int, yearly: bool) -> None:
    period = Period(first, first + timedelta(length))
    if yearly:
        period = Period(in_year(first, ANY), in_year(first, ANY) + timedelta(length % 300), yearly=True)
    assert read_iso(str(period)) == period


def test_open_ends_are_written_as_two_points() -> None:
    before, since = Period(date.min, date(1989, 12, 31)), Period(date(2014, 1, 1), date.max)
    assert [str(before), str(since)] == ["../1989-12-31", "2014-01-01/.."]
    assert [read_iso(str(before)), read_iso(str(since))] == [before, since]


@given(days, days, days, days)
def test_a_period_holds_what_lies_in_it_to_the_day(a: date, b: date, c: date, d: date) -> None:
    whole, part = Period(min(a, b), max(a, b)), Period(min(c, d), max(c, d))
    assert whole.holds(part) == (whole.first <= part.first and part.last <= whole.last)


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [
        ("2016-01-05", "2016-01-05", True),
        ("1999-12-28", "2000-01-03", True),
        ("2015-02-01", "2015-02-01", False),
        ("2015-12-24", "2015-12-26", False),
        ("2015-01-01", "2016-01-05", False),
    ],
)
def test_what_is_meant_of_any_year_holds_the_same_days_of_every_year_over_new_year_too(
    first, last, held
) -> None:
    around_new_year = read_iso("--12-25/--01-10")
    assert around_new_year.holds(Period(date.fromisoformat(first), date.fromisoformat(last))) is held


def test_a_certain_year_does_not_hold_what_says_no_year() -> None:
    assert not read_iso("2016-01-01/2016-12-31").holds(read_iso("--10-01/--10-07"))
    assert read_iso("--10-01/--10-31").holds(read_iso("--10-01/--10-07"))


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2015-01-01/2015-12-31", "2015年"),
        ("1990-01-01/1999-12-31", "1990至1999年"),
        ("2016-10-01/2016-10-31", "2016年10月"),
        ("2016-02-01/2016-02-28", "2016年2月1日至2016年2月28日"),
        ("2016-10-25/2016-10-25", "2016年10月25日"),
        ("--10-01/--10-31", "10月(不限年份)"),
        ("--09-24/--10-14", "9月24日至10月14日(不限年份)"),
        ("../1989-12-31", "1989年12月31日以前"),
        ("2014-01-01/..", "2014年1月1日以来"),
    ],
)
def test_a_period_is_said_in_chinese(iso: str, said: str) -> None:
    assert read_iso(iso).describe() == said
