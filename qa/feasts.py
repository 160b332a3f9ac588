"""Feast -> its days.

In: the name of a feast, and a year. Out: its first and last day.
Does not know how far "前后" reaches.

Some feasts are days of the moon. A month of the traditional calendar begins with the day of the new moon.
The sun's station that lies in it numbers it (夏至 the fifth, 秋分 the eighth). But the first month is the
second after that of the winter solstice, for in 1985 雨水 lay in the twelfth; that fails in 2034. New moons
and the sun's place are computed (Meeus, Astronomical Algorithms, 1998, chapters 25 and 49, the largest terms
only): to some minutes, for the time of China.
"""

import math
from datetime import date, datetime, timedelta

_SOLAR = {
    "元旦": ((1, 1), (1, 3)), "国庆": ((10, 1), (10, 7)), "劳动节": ((5, 1), (5, 3)),
    "妇女节": ((3, 8), (3, 8)), "植树节": ((3, 12), (3, 12)), "清明": ((4, 4), (4, 6)),
    "青年节": ((5, 4), (5, 4)), "护士节": ((5, 12), (5, 12)), "儿童节": ((6, 1), (6, 1)),
    "建党节": ((7, 1), (7, 1)), "建军节": ((8, 1), (8, 1)), "教师节": ((9, 10), (9, 10)),
    "记者节": ((11, 8), (11, 8)), "圣诞": ((12, 24), (12, 25)),
}  # fmt: skip
# Feasts that are called by their day; the same characters name streets and schools.
NUMBERED = {
    "五一": "劳动节", "十一": "国庆", "三八": "妇女节", "五四": "青年节", "六一": "儿童节", "七一": "建党节",
    "八一": "建军节",
}  # fmt: skip
# The station of the sun, how many months later, the day of that month, and how many days.
_SOLSTICE = 270
_LUNAR = {
    "春节": (_SOLSTICE, 2, 1, 7), "除夕": (_SOLSTICE, 2, 0, 1), "元宵": (_SOLSTICE, 2, 15, 1),
    "端午": (90, 0, 5, 3), "七夕": (150, 0, 7, 1), "中秋": (180, 0, 15, 3), "重阳": (210, 0, 9, 1),
}  # fmt: skip
FEASTS = (*_SOLAR, *_LUNAR)
_ANY = 2000
_EPOCH = datetime(2000, 1, 1, 12)  # noqa: DTZ001 - of the sun and the moon, which keep no time zone
_EAST = timedelta(hours=8)


def find_feast(name: str, year: int | None, today: date) -> tuple[date, date]:
    """Return the first and the last day of a feast in `year`.

    Without a year: one that keeps its day, in the year 2000; one of the moon, the last before `today`.
    """
    name = NUMBERED.get(name, name)
    if name in _SOLAR:
        (month, first), (_, last) = _SOLAR[name]
        return date(year or _ANY, month, first), date(year or _ANY, month, last)
    if year is None:
        starts = (_find_lunar(name, one) for one in (today.year, today.year - 1))
        return next(days for days in starts if days[0] <= today or days[0].year < today.year)
    return _find_lunar(name, year)


def _find_lunar(name: str, year: int) -> tuple[date, date]:
    longitude, months, day, length = _LUNAR[name]
    station = _reach(year - (longitude == _SOLSTICE), longitude)
    number = round((station - 5.6) / 29.530588861) + 1
    while _day(_new_moon(number)) > _day(station):
        number -= 1
    first = _day(_new_moon(number + months)) + timedelta(days=day - 1)
    return first, first + timedelta(days=length - 1)


def _day(at: float) -> date:
    return (_EPOCH + timedelta(days=at) + _EAST).date()


def _new_moon(number: int) -> float:
    """Return when the new moon is, in days since noon of 2000-01-01; number 0 is that of 2000-01-06."""
    t = number / 1236.85
    sun = math.radians(2.5534 + 29.10535670 * number)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * t**2)
    node = math.radians(160.7108 + 390.67050284 * number - 0.0016118 * t**2)
    mean = 5.09766 + 29.530588861 * number + 0.00015437 * t**2
    return (
        mean - 0.4072 * math.sin(moon) + 0.17241 * math.sin(sun) + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * node) + 0.00739 * math.sin(moon - sun) - 0.00514 * math.sin(moon + sun)
        + 0.00208 * math.sin(2 * sun)
    )  # fmt: skip


def _reach(year: int, longitude: int) -> float:
    """Return when in `year` the sun reaches `longitude`, in degrees."""
    at = (year - 2000) * 365.2422 + 79.3 + longitude * 365.2422 / 360
    for _ in range(3):
        ahead = (longitude - _sun(at) + 180) % 360 - 180
        at += ahead * 365.2422 / 360
    return at


def _sun(at: float) -> float:
    """Return the apparent longitude of the sun, in degrees."""
    t = at / 36525
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    centre = (
        1.914602 * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly) + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + centre - 0.00569 - 0.00478 * math.sin(node)) % 360
