"""What is known of all articles, as columns of numbers: limits and counts in a millisecond or two.

In: the facts of an archive's articles, and the days that count for each. Out: masks of articles, counts of
masks by value or by time. Does not know words, or how an article is shown.

A list of 66,000 articles is limited and counted anew at every keystroke: too often for sets of numbers. All
is told by position: 0 is the article with the smallest number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.catalog import Facts
from index.pages import file_of
from qa.periods import DAY, Period, read_iso
from qa.records import Aspect, Facet, Group, Timeline, TimeUnit

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

# So many values of an aspect are listed, so many bars stand in a plot, and so many months can be chosen from.
LISTED, BARS = 200, 60
_MONTHS_SHOWN = 24  # a longer stretch is told by years
_SIZES: dict[TimeUnit, int] = {"month": 1, "year": 12, "decade": 120}

_VALUES: dict[Aspect, Callable[[Facts], str | None]] = {
    "district": lambda facts: facts.district,
    "kind": lambda facts: facts.kind,
    "newspaper": lambda facts: facts.newspaper,
    "source": lambda facts: file_of(facts.source),
}


class Column:
    """The values of one aspect: each article has the code of its own, -1 where that is unknown."""

    def __init__(self, values: Sequence[str | None]) -> None:
        self.names = list(dict.fromkeys(value for value in values if value is not None))
        self._code = {name: code for code, name in enumerate(self.names)}
        self.codes: Numbers = np.array([-1 if v is None else self._code[v] for v in values], np.int64)

    def where(self, name: str) -> Mask:
        """Return the articles that have this value; where there is no such value, none."""
        return np.equal(self.codes, self._code.get(name, -2))

    def count(self, among: Mask) -> tuple[Numbers, int]:
        """Return how many of the articles have each value, by its code, and of how many it is unknown."""
        counts = np.bincount(self.codes[among] + 1, minlength=len(self.names) + 1)
        return counts[1:], int(counts[0])


class Columns:
    """The facts of all articles. `days` are the articles' numbers by the days that count for them."""

    def __init__(self, facts: Sequence[Facts], days: Mapping[Period, Sequence[int]]) -> None:
        self.numbers: Numbers = np.array([one.article_id for one in facts], np.int64)
        self.sources = Column([one.source for one in facts])
        self.aspects = {aspect: Column([value(one) for one in facts]) for aspect, value in _VALUES.items()}
        # 20161025; 0 where the page has no date.
        self.printed: Numbers = np.array([int((one.date or "0").replace("-", "")) for one in facts], np.int64)
        certain = [(number, day) for day, numbers in days.items() if not day.yearly for number in numbers]
        self._owners = self.positions(np.array([number for number, _ in certain], np.int64))
        self._first: Numbers = np.array([_month(day.first) for _, day in certain], np.int64)
        self._last: Numbers = np.array([_month(day.last) for _, day in certain], np.int64)
        self._first_day: Numbers = np.array([day.first.toordinal() for _, day in certain], np.int64)
        self._last_day: Numbers = np.array([day.last.toordinal() for _, day in certain], np.int64)

    def __len__(self) -> int:
        return len(self.numbers)

    def positions(self, numbers: Numbers) -> Numbers:
        """Return where the articles with these numbers are."""
        return np.searchsorted(self.numbers, numbers)

    def mask(self, positions: Numbers | None = None) -> Mask:
        """Return a mask that holds the articles at `positions`, or every article."""
        if positions is None:
            return np.ones(len(self), bool)
        mask = np.zeros(len(self), bool)
        mask[positions] = True
        return mask

    def inside(self, aspect: Aspect, value: str) -> Mask:
        """Return the articles inside one limit. Raises ValueError for a date that is none."""
        if aspect == "date":
            period = read_iso(value)
            if period.yearly:
                raise ValueError(f"a certain time is wanted, not {value}")
            first, last = period.first.toordinal(), period.last.toordinal()
            return self.mask(self._owners[(self._first_day >= first) & (self._last_day <= last)])
        mask = self.aspects[aspect].where(value)
        return mask | self.sources.where(value) if aspect == "source" else mask

    # ---- counted ----

    def facet(self, aspect: Aspect, among: Mask, chosen: str | None) -> Facet:
        """Count the articles by their values, the most frequent first; the `chosen` one is always listed."""
        column = self.aspects[aspect]
        counts, unknown = column.count(among)
        ordered = sorted(
            np.flatnonzero(counts).tolist(), key=lambda code: (-counts[code], column.names[code])
        )
        groups = [Group(column.names[code], int(counts[code])) for code in ordered[:LISTED]]
        if chosen is not None and all(group.name != chosen for group in groups):
            groups.append(Group(chosen, int((among & self.inside(aspect, chosen)).sum())))
        groups += [Group(None, unknown)] if unknown else []
        return Facet(aspect, tuple(groups), len(column.names), max(len(ordered) - LISTED, 0))

    def timeline(self, among: Mask, unit: TimeUnit | None = None) -> Timeline:
        """Count the articles by time, in `unit`, or in the finest that makes few enough bars."""
        for tried in [unit] if unit else _SIZES:
            ticks = self._ticks[tried]
            held = among[ticks.owners]
            counts = np.bincount(ticks.places[held], minlength=len(ticks.times))
            shown = np.flatnonzero(counts)
            if unit or tried == "decade" or self._is_fine(tried, ticks.times[shown], among):
                break
        groups = [
            Group(_name_time(time * _SIZES[tried], _SIZES[tried]), count)
            for time, count in zip(ticks.times[shown].tolist(), counts[shown].tolist(), strict=True)
        ]
        known = self.mask(ticks.owners[held])
        printed, total = int((known & (self.printed > 0)).sum()), int(known.sum())
        return Timeline(tried, tuple(groups), printed, total - printed, int(among.sum()) - total)

    def _is_fine(self, unit: TimeUnit, times: Numbers, among: Mask) -> bool:
        """Tell whether bars for these times are few enough, and lose no article that only tells its year."""
        if unit == "year":
            return len(times) <= BARS
        ticks = self._ticks["year"]
        years = np.unique(ticks.times[ticks.places[among[ticks.owners]]])
        return len(times) > 0 and times[-1] - times[0] < _MONTHS_SHOWN and set(years) == set(times // 12)

    @cached_property
    def span(self) -> Timeline:
        """All times that one may choose from: months, or where those are too many or not told, years."""
        months = self.timeline(self.mask(), "month")
        years = self.timeline(self.mask(), "year")
        told = {str(group.name)[:4] for group in months.groups}
        fine = len(months.groups) <= LISTED and all(str(group.name)[:4] in told for group in years.groups)
        return months if fine else years

    @cached_property
    def _ticks(self) -> dict[TimeUnit, "_Ticks"]:
        """The times in which articles count, by unit.

        Only those in which pages of the archive were printed: what their articles name reaches from the Han
        dynasty to 2050. Where no page has a date, all that are named.
        """
        months = [int(day) // 10000 * 12 + int(day) // 100 % 100 - 1 for day in self.printed if day]
        low, high = (min(months), max(months)) if months else (0, MAXYEAR * 12 + 11)
        ticks: dict[TimeUnit, _Ticks] = {}
        for unit, size in _SIZES.items():
            times = self._first // size
            inside = (times == self._last // size) & (low // size <= times) & (times <= high // size)
            # An article that names two days of a month counts once in it.
            both = np.unique(times[inside] * len(self) + self._owners[inside])
            known, places = np.unique(both // max(len(self), 1), return_inverse=True)
            ticks[unit] = _Ticks(known, both % max(len(self), 1), places)
        return ticks


@dataclass(frozen=True, slots=True)
class _Ticks:
    """Times, in whole units since the year 0; and the articles in them, each with the place of its time."""

    times: Numbers
    owners: Numbers
    places: Numbers


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _name_time(month: int, size: int) -> str:
    """Return 2016-10-01/2016-10-31 for the `size` months from `month` on."""
    year, after = month // 12, month + size
    first = date(max(year, MINYEAR), month % 12 + 1, 1)
    last = date.max if after // 12 > MAXYEAR else date(after // 12, after % 12 + 1, 1) - DAY
    return f"{first.isoformat()}/{last.isoformat()}"
