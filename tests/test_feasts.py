"""qa.feasts: days of the sun by the calendar, days of the moon against the almanac."""

from datetime import date

import pytest

from qa.feasts import FEASTS, NUMBERED, find_feast

TODAY = date(2016, 10, 25)
# From the almanacs of those years, two digits each for month and day.
ALMANAC = {
    "春节": "1900:0131 1950:0217 1985:0220 1995:0131 2007:0218 2014:0131 2015:0219 2018:0216 2026:0217",
    "中秋": "2015:0927 2016:0915 2017:1004 2018:0924 2019:0913 2020:1001 2021:0921 2023:0929 2025:1006",
    "端午": "2016:0609 2017:0530 2018:0618 2019:0607 2020:0625 2021:0614 2023:0622 2025:0531",
    "重阳": "2016:1009 2020:1025 2021:1014 2023:1023",
    "除夕": "2015:0218 2023:0121",
    "元宵": "2016:0222 2023:0205",
    "七夕": "2016:0809 2020:0825",
}


@pytest.mark.parametrize("name", ALMANAC)
def test_days_of_the_moon_are_those_of_the_almanac(name: str) -> None:
    for entry in ALMANAC[name].split():
        year, day = entry.split(":")
        assert find_feast(name, int(year), TODAY)[0] == date(int(year), int(day[:2]), int(day[2:])), entry


def test_days_of_the_sun_are_the_same_every_year_and_without_one_those_of_any() -> None:
    assert find_feast("国庆", 1999, TODAY) == (date(1999, 10, 1), date(1999, 10, 7))
    assert find_feast("十一", None, TODAY) == (date(2000, 10, 1), date(2000, 10, 7))


def test_a_day_of_the_moon_without_a_year_is_the_last_one() -> None:
    assert find_feast("中秋", None, TODAY)[0] == date(2016, 9, 15)
    assert find_feast("中秋", None, date(2016, 9, 14))[0] == date(2015, 9, 27)


def test_every_feast_lies_in_its_year() -> None:
    for name in (*FEASTS, *NUMBERED):
        for year in range(1850, 2034):
            first, last = find_feast(name, year, TODAY)
            assert first.year == year, (name, year)
            assert first <= last
