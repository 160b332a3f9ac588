"""A text -> the figures and days that it writes, each in one form.

In: folded text. Out: terms such as "#13000" for 13000, 13,000, 1.3万 and 一万三千, "#2-24" for 2月24日 and
二月二十四日; or the value of one numeral. Does not know units, what is counted, or which year is meant.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

_DIGITS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
# What is longer is no figure that anyone asks for, and numbers of thousands of digits cannot be made of it.
_LONGEST = 30
# So many figures are kept with their terms, 1 MB: of those in 30,000 passages of news, .82 were there still.
_KEPT = 4096
_CHINESE = "".join([*_DIGITS, *_SMALL])
_NUMBER = re.compile(
    r"(?P<figures>\d+(?:,\d{3})*(?:\.\d+)?)(?P<large>[百千]?[万亿]{0,2})"
    rf"|(?P<chinese>[{_CHINESE}][{_CHINESE}万亿]+)"
)
# Where one may stand: to look for the first characters alone is quick.
_FIGURES = re.compile(rf"[\d{_CHINESE}][\d{_CHINESE}万亿,.]+")
_DAY = re.compile(rf"(?P<month>\d{{1,2}}|[{_CHINESE}]{{1,3}})月(?P<day>\d{{1,2}}|[{_CHINESE}]{{1,3}})[日号]")

# One numeral as it may stand in a text; those of one character, too, which are as often parts of words.
NUMERAL = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?[百千]?[万亿]{{0,2}}|[{_CHINESE}][{_CHINESE}万亿]*"


def list_numerals(folded: str) -> Iterator[str]:
    """Yield a term for each figure of more than one digit and each day of a month, in the text's order."""
    for match in _DAY.finditer(folded) if "月" in folded else ():
        month, day = (read_whole(match[part]) for part in ("month", "day"))
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield f"#{month}-{day}"
    for figures in _FIGURES.findall(folded):
        yield from _keep_read(figures) if len(figures) <= _LONGEST else _read_figures(figures)


def _read_figures(figures: str) -> tuple[str, ...]:
    """Return a term for each figure of more than one digit in what looks like figures."""
    found = []
    for match in _NUMBER.finditer(figures):
        if len(match[0]) > _LONGEST:
            continue
        value = int(match[0]) if match[0].isdecimal() else _read(match)
        if value >= 10 or value != int(value):
            found.append(f"#{value}" if isinstance(value, int) else f"#{value.normalize():f}")
    return tuple(found)


_keep_read = lru_cache(_KEPT)(_read_figures)


def read_numeral(numeral: str) -> Decimal | None:
    """Return the value of what NUMERAL matches, or None where it is too long to be a figure."""
    if len(numeral) > _LONGEST:
        return None
    match = _NUMBER.fullmatch(numeral)
    return _read(match) if match else Decimal(read_whole(numeral))


def _read(match: re.Match[str]) -> Decimal:
    if match["chinese"]:
        return Decimal(read_whole(match["chinese"]))
    value = Decimal(match["figures"].replace(",", ""))
    for unit in match["large"]:
        value *= _LARGE.get(unit) or _SMALL[unit]
    return value


def read_whole(numeral: str) -> int:
    """Return the value of a whole number in figures or Chinese numerals: 24, 二十四, 二〇一七, 一万三千."""
    if numeral.isdecimal():
        return int(numeral)
    if not any(character in _SMALL or character in _LARGE for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))  # 二〇一七
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _SMALL:
            section += (digit or 1) * _SMALL[character]
            digit = 0
        else:  # 万 closes what is before it, 亿 all of it
            section += digit
            closed = total + section if character == "亿" else section
            total = closed * _LARGE[character] + (total if character == "万" else 0)
            section = digit = 0
    return total + section + digit
