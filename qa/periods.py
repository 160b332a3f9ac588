"""A stretch of days, as ISO 8601 writes it and as Chinese says it.

In: first and last days, or what was written of them. Out: Period.
Does not know the words that mean it (timewords.py), or what it is for.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

# The year of a Period that is meant of any year: a leap year, so that February has all of its days.
ANY = 2000
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` to `last`, both with it.

    `yearly`: in any year; then they are days of the year ANY, and of the one after it where they run on.
    """

    first: date
    last: date
    yearly: bool = False

    def holds(self, other: "Period") -> bool:
        """Tell whether all of `other` lies in this; what is meant of any year lies in no certain one."""
        if not self.yearly:
            return not other.yearly and self.first <= other.first and other.last <= self.last
        if other.last - other.first > self.last - self.first:
            return False
        length = other.last - other.first
        starts = (in_year(other.first, year) for year in (ANY, ANY + 1))
        return any(self.first <= start and start + length <= self.last for start in starts)

    def __str__(self) -> str:
        """Write it as ISO 8601 does: 2016-10-01/2016-10-31, ../1989-12-31, in any year --10-01/--10-07."""
        if self.yearly:
            return f"{self.first:--%m-%d}/{self.last:--%m-%d}"
        first = ".." if self.first == date.min else self.first.isoformat()
        return f"{first}/{'..' if self.last == date.max else self.last.isoformat()}"

    def describe(self) -> str:
        """Say it in Chinese: 2016年, 2016年10月, 2016年10月25日, 9月24日至10月14日(不限年份)."""
        day = "{0.month}月{0.day}日" if self.yearly else "{0.year}年{0.month}月{0.day}日"
        first, last = day.format(self.first), day.format(self.last)
        if self.first == date.min:
            return f"{last}以前"
        if self.last == date.max:
            return f"{first}以来"
        whole = self.first.day == 1 and (self.last + DAY).day == 1
        if whole and not self.yearly and (self.first.month, self.last.month) == (1, 12):
            years = (self.first.year, self.last.year)
            return f"{years[0]}年" if years[0] == years[1] else f"{years[0]}至{years[1]}年"
        if whole and self.first.replace(day=self.last.day) == self.last:
            first = last = first.rpartition("月")[0] + "月"
        return (first if first == last else f"{first}至{last}") + ("(不限年份)" if self.yearly else "")


def read_iso(said: str) -> Period:
    """Return the Period that is written so. Raises ValueError for anything else."""
    first, _, last = said.partition("/")
    if first.startswith("--"):
        start, end = (date.fromisoformat(f"{ANY}-{part[2:]}") for part in (first, last))
        return Period(start, end if start <= end else end.replace(year=ANY + 1), yearly=True)
    return Period(
        date.min if first == ".." else date.fromisoformat(first),
        date.max if last == ".." else date.fromisoformat(last),
    )


def in_year(day: date, year: int) -> date:
    """Return the same day of another year; for February 29 in most of them the 28th."""
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
