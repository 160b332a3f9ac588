"""Text -> the day that it writes out, as a date of the calendar.

In: text that `index.text.fold` has folded, or for `find_date` any text. Out: dates as 2016-10-25.
Does not know where the text comes from. A number that is no day of the calendar is no date, nor is one from
before the first newspapers or after next year.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from index.text import fold

FIRST_YEAR = 1850
YEAR = r"(?:1[89]|20)\d\d"
_ZERO_TO_NINE = "[〇零○o一二三四五六七八九]"
_HAN_MONTH = "十[一二]?|[一二三四五六七八九元]"
_HAN_DAY = "(?:二十|三十|廿|卅|十)[一二三四五六七八九]?|[一二三四五六七八九]"
# 2016年10月25日, 2016-10-25, 二〇一六年十月二十五日. A date has one mark throughout: 2016.10-25 is none.
DATE = (
    rf"(?<!\d)(?P<year>{YEAR})\s?(?:年\s?|(?P<mark>[-./]))(?P<month>\d\d?)\s?(?(mark)(?P=mark)|月)\s?"
    r"(?P<day>\d\d?)(?!\d)(?(mark)|\s?日)"
    rf"|(?P<han_year>[一二](?:\s?{_ZERO_TO_NINE}){{3}})\s?年\s?(?P<han_month>{_HAN_MONTH})\s?月\s?"
    rf"(?P<han_day>{_HAN_DAY})\s?日"
)
_DATE = re.compile(DATE)
_COMPACT = re.compile(rf"({YEAR})(\d\d)(\d\d)")
_LONGEST = 120
_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "o": 0, "元": 1}
_TENS = {"廿": 20, "卅": 30}


def find_date(text: str) -> str | None:
    """Return the first date in the first 120 characters of `text`; 20161025 counts where it stands alone."""
    folded = fold(text[:_LONGEST])
    if compact := _COMPACT.fullmatch(folded.strip()):
        return make_date(compact[1], compact[2], compact[3])
    return next(find_dates(folded), None)


def find_dates(folded: str) -> Iterator[str]:
    """Yield every date that is written out with its marks."""
    for match in _DATE.finditer(folded):
        year, month, day = (
            match[name] or str(_number(match[f"han_{name}"])) for name in ("year", "month", "day")
        )
        if found := make_date(year, month, day):
            yield found


def make_date(year: str, month: str, day: str) -> str | None:
    """Return 2016-10-25, or None where the calendar or the history of newspapers has no such day."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if FIRST_YEAR <= found.year <= datetime.now(UTC).year + 1 else None


def _number(han: str) -> int:
    """Return 25 for 二十五, 2016 for 二〇一六."""
    han = "".join(han.split())
    if len(han) == 4:
        return int("".join(str(_DIGITS[c]) for c in han))
    total = 0
    for c in han:
        total = (total or 1) * 10 if c == "十" else total + _TENS.get(c, _DIGITS.get(c, 0))
    return total
