"""Words of time -> the days that they mean.

In: folded text, and the day that "去年" and "最近三天" are told from. Out: Periods, with the places of their
words; for a date that an article names, the Period alone.
Does not know what asks for them, or which page was printed when.

What says no year ("10月", "国庆前后") is meant of any year, unless a printed page says which. What is vague
("近日", "近年来", "最近") is no period.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from index.numerals import read_whole
from qa.feasts import FEASTS, NUMBERED, find_feast
from qa.periods import ANY, DAY, Period, in_year

# Each era by the year before its first.
_ERAS = {"民国": 1911, "宣统": 1908, "光绪": 1874, "同治": 1861, "咸丰": 1850}
_YEARS_AWAY = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1}
_DAYS_AWAY = {"今": 0, "昨": -1, "前": -2, "大前": -3}
_SEASONS = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 14)}
_THIRDS = {"上": (1, 10), "初": (1, 10), "中": (11, 20), "下": (21, 31), "底": (21, 31), "末": (21, 31)}
_STAGES = {"初": (0, 3), "早": (0, 3), "前": (0, 4), "中": (3, 6), "后": (5, 9), "末": (7, 9)}

_HAN_DIGIT = "[〇零○一二三四五六七八九]"
_COUNT = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = (
    rf"(?:(?P<year>(?<!\d)(?:1[89]|20)\d\d|[一二]{_HAN_DIGIT}{{3}})"
    r"(?:年度?(?!代|级|龄)|(?=(?:到|至|[-—–~])+(?:1[89]|20)\d\d年(?!代)))"
    rf"|(?P<era>{'|'.join(_ERAS)})(?P<reign>元|\d{{1,3}}|[一二三四五六七八九十百廿卅]{{1,4}})年"
    rf"|(?P<away>{'|'.join(_YEARS_AWAY)})"
    r"|(?<![\d第近去来后前满达余])(?P<short>\d\d)年(?=\d{1,2}月))"
)
_MONTH = (
    rf"(?P<month>{_COUNT})月份?(?:的?(?P<day>{_COUNT}|[廿卅][一二三四五六七八九]?)[日号]"
    r"|(?P<third>[上中下])旬|(?P<edge_of_month>[初底末])(?![中级步期]))?"
)
_PART = (
    r"(?P<half>[上下前后])半年|第?(?P<quarter>[一二三四1-4])季度|(?P<season>[春夏秋冬])[天季]"
    r"|年?(?P<edge>[初底末])(?![中级步期])"
)
_FEAST = (
    rf"(?P<feast>{'|'.join(FEASTS)}|(?:{'|'.join(NUMBERED)})(?=节|黄金周|长假|假期|小长假|期间|前后|前夕|当天))"
    r"(?:节|黄金周|小?长假|假期|假日)*"
)
_CENTURY = r"(?P<century>上个?|本|(?:1[89]|2[01]|十[八九]|二十一?))世纪"
_TIME = (
    r"(?P<iso>(?<!\d)(?:1[89]|20)\d\d(?P<mark>[-./])\d\d?(?P=mark)\d\d?(?!\d)|(?<!\d)(?:1[89]|20)\d\d-\d\d(?![\d年]))"
    rf"|(?:{_CENTURY})?(?P<decade>(?:1[89]|20)?\d0|零零|[一二三四五六七八九]十)年代(?:(?P<stage>[初早前中后末])[期叶]?)?"
    rf"|{_CENTURY.replace('century', 'whole_century')}"
    rf"|{_YEAR}(?:的?(?:{_MONTH}|{_PART}|{_FEAST}))?"
    rf"|{_MONTH.replace('P<', 'P<bare_')}|{_FEAST.replace('P<', 'P<bare_')}"
    r"|(?P<part_of_year>(?<![\d一-九])(?:上半年|下半年|年初|年底|年末))|(?P<month_away>上个?|本|这个|下个)月(?!份?[一二])"
    r"|(?P<day_away>大前|[今昨前])[天日]|(?P<week_away>上上个?|上个?|本|这个?)(?:周|星期|礼拜)(?![末一二三四五六日天])"
    rf"|(?:最近|近|过去)的?(?P<last>\d{{1,3}}|[一二两三四五六七八九十]{{1,3}}|半)个?(?P<unit>天|日|周|星期|礼拜|月|年)(?![级代轻])"
    rf"|(?P<day_of_month>{_COUNT})[日号]"
)
_WORD = re.compile(_TIME)
_AND = re.compile("[和与及、]")
_TO = re.compile(r"(?:到|至|—|–|-|~)+")
_SUFFIX = re.compile(
    r"(?P<around>前后|左右)|(?P<before>以前|之前|前夕|前)(?!后)|(?P<after>以后|之后|以来|至今|后|起)|期间|之间|当天|当日|间"
)


def find_periods(folded: str, today: date) -> Iterator[tuple[int, int, Period]]:
    """Yield (start, end, Period) for the words of time in a folded text, in order, a range as one.

    `today` is what relative words count from. "21日" alone is none.
    """
    at = 0
    before: Period | None = None
    while match := _WORD.search(folded, at):
        period = None if match["day_of_month"] else _read(match, today)
        if period and period.yearly and before and _AND.fullmatch(folded, at, match.start()):
            period = _in_year_of(before, match, today) or period  # 2016年10月和11月
        at = match.end()
        before = period
        if period is None:
            continue
        if (to := _TO.match(folded, at)) and (until := _WORD.match(folded, to.end())):
            last = _read_end(until, period, today)
            if last is not None and last >= period.first:
                at, period = until.end(), Period(period.first, last, period.yearly)
        if suffix := _SUFFIX.match(folded, at):
            is_feast = bool(match["feast"] or match["bare_feast"])
            at, period = suffix.end(), _move(period, suffix, is_feast=is_feast)
        before = period
        yield match.start(), at, period


def _in_year_of(before: Period, match: re.Match[str], today: date) -> Period | None:
    if before.yearly:
        return None
    own = _read_in_year(match, before.first.year, "bare_", today)
    return Period(own.first, own.last)


def read_named(printed: str, page: date | None) -> Period | None:
    """Return what a date that an article names means, None where nothing says it.

    `page` is the day on which it was printed: what says no year, or no month, is the nearest to it.
    """
    match = _WORD.match(printed)
    if match is None:
        return None
    if match["day_of_month"]:
        return _nearest_day(read_whole(match["day_of_month"]), page) if page else None
    period = _read(match, page or date.min)
    if period is None or (page is None and _is_relative(match)):
        return None
    if not period.yearly or page is None:
        return period
    length = period.last - period.first
    starts = [in_year(period.first, page.year + away) for away in (-1, 0, 1)]
    nearest = min(starts, key=lambda start: abs(start - page))
    return Period(nearest, nearest + length)


def _is_relative(match: re.Match[str]) -> bool:
    names = ("away", "part_of_year", "month_away", "day_away", "week_away", "last")
    if any(match[name] for name in names) or match["century"] in ("上", "上个", "本"):
        return True
    return bool(match["decade"]) and len(match["decade"]) == 2 and not match["century"]


def _nearest_day(day: int, page: date) -> Period | None:
    around = [_add_months(page.replace(day=1), away) for away in (-1, 0, 1)]
    days = [first.replace(day=day) for first in around if 1 <= day <= monthrange(first.year, first.month)[1]]
    nearest = min(days, key=lambda one: abs(one - page), default=None)
    return Period(nearest, nearest) if nearest else None


def _read(match: re.Match[str], today: date) -> Period | None:  # noqa: PLR0911 - a line for each form
    """Return what one word of time means; None for a day that the calendar does not have."""
    try:
        if match["iso"]:
            year, month, *day = (int(part) for part in re.split(r"[-./]", match["iso"]))
            return _days(date(year, month, day[0])) if day else _months(year, month, month)
        if match["decade"]:
            return _read_decade(match, today)
        if match["whole_century"]:
            start = _century(match["whole_century"], today)
            return Period(date(start, 1, 1), date(start + 99, 12, 31))
        if match["bare_month"] or match["bare_feast"]:
            return _read_in_year(match, ANY, "bare_", today)
        if match["part_of_year"]:
            said = match["part_of_year"]
            return _read_part(said[0] if said[1] == "半" else None, said[1], today.year)
        if any(match[name] for name in ("year", "era", "away", "short")):
            return _read_in_year(match, _read_year(match, today), "", today)
        return _read_away(match, today)
    except (ValueError, OverflowError):  # 2月30日, and years that no calendar holds
        return None


def _read_year(match: re.Match[str], today: date) -> int:
    if match["away"]:
        return today.year + _YEARS_AWAY[match["away"]]
    if match["short"]:
        return max(
            century + int(match["short"])
            for century in (1900, 2000)
            if century + int(match["short"]) <= today.year + 1
        )
    if match["era"]:
        reign = match["reign"].replace("元", "1").replace("廿", "二十").replace("卅", "三十")
        return _ERAS[match["era"]] + read_whole(reign)
    return read_whole(match["year"].replace("○", "〇"))


def _read_in_year(  # noqa: PLR0911 - a line for each form
    match: re.Match[str], year: int, bare: str, today: date
) -> Period:
    """Return the part of a year that the match names, or all of it."""
    yearly = bool(bare)
    if match[f"{bare}feast"]:
        days = find_feast(match[f"{bare}feast"], year if not yearly else None, today)
        return Period(*days, yearly and days[0].year == ANY)
    if match[f"{bare}month"]:
        month = read_whole(match[f"{bare}month"])
        third = match[f"{bare}third"] or match[f"{bare}edge_of_month"]
        if match[f"{bare}day"]:
            day = read_whole(match[f"{bare}day"].replace("廿", "二十").replace("卅", "三十"))
            return _days(date(year, month, day), yearly=yearly)
        if third:
            low, high = _THIRDS[third]
            return Period(
                date(year, month, low), date(year, month, min(high, monthrange(year, month)[1])), yearly
            )
        return _months(year, month, month, yearly=yearly)
    if match["quarter"]:
        quarter = read_whole(match["quarter"])
        return _months(year, 3 * quarter - 2, 3 * quarter)
    if match["season"]:
        return _months(year, *_SEASONS[match["season"]])
    return _read_part(match["half"], match["edge"], year)


def _read_part(half: str | None, edge: str | None, year: int) -> Period:
    if half:
        return _months(year, *((1, 6) if half in "上前" else (7, 12)))
    if edge:
        return _months(year, *((1, 3) if edge == "初" else (11, 12)))
    return _months(year, 1, 12)


def _read_decade(match: re.Match[str], today: date) -> Period | None:
    said, century = match["decade"], match["century"]
    if said.isdecimal() and len(said) == 4:
        start = int(said)
    else:
        tens = int(said) if said.isdecimal() else 0 if said == "零零" else read_whole(said)
        if century:
            start = _century(century, today) + tens
        else:  # 九十年代: the last one that has begun
            start = max(c + tens for c in (1800, 1900, 2000) if c + tens <= max(today.year, 1900))
    low, high = _STAGES[match["stage"]] if match["stage"] else (0, 9)
    return Period(date(start + low, 1, 1), date(start + high, 12, 31))


def _century(said: str, today: date) -> int:
    """Return the first year of a century: 1900 for 二十世纪, and for 上世纪 if it is said in 2016."""
    if said in ("本", "上", "上个"):
        return today.year // 100 * 100 - (0 if said == "本" else 100)
    return (read_whole(said) - 1) * 100


def _read_away(match: re.Match[str], today: date) -> Period | None:
    """Return what is told from today: 上个月, 昨天, 上周, 最近三天."""
    if match["day_away"]:
        return _days(today + _DAYS_AWAY[match["day_away"]] * DAY)
    if match["month_away"]:
        start = _add_months(today.replace(day=1), {"上": -1, "下": 1}.get(match["month_away"][0], 0))
        return _months(start.year, start.month, start.month)
    if match["week_away"]:
        weeks = match["week_away"].count("上")
        monday = today - (today.weekday() + 7 * weeks) * DAY
        return Period(monday, monday + 6 * DAY)
    unit = match["unit"]
    if match["last"] == "半":
        return (
            Period(_add_months(today, -6) + DAY, today) if unit == "年" else Period(today - 14 * DAY, today)
        )
    count = read_whole(match["last"])
    if unit in "月年":
        return Period(_add_months(today, -count * (12 if unit == "年" else 1)) + DAY, today)
    return Period(today - (count * (1 if unit in "天日" else 7) - 1) * DAY, today)


def _read_end(match: re.Match[str], start: Period, today: date) -> date | None:
    """Return the last day of a range that began with `start`: 至5月, 到2018年, 至5日."""
    try:
        if match["day_of_month"]:
            return start.first.replace(day=read_whole(match["day_of_month"]))
        if match["bare_month"]:
            return _read_in_year(match, start.first.year, "bare_", today).last
    except ValueError:
        return None
    until = _read(match, today)
    return until.last if until and until.yearly == start.yearly else None


def _move(period: Period, suffix: re.Match[str], *, is_feast: bool) -> Period:
    """Return what "before", "after" or "around" a period means; of a feast, the week."""
    length = (period.last - period.first).days
    reach = (7 if is_feast else 3 if length < 7 else 10 if length < 93 else 365) * DAY
    if suffix["around"]:
        return Period(period.first - reach, period.last + reach, period.yearly)
    if suffix["before"] and (is_feast or not period.yearly):
        first = period.first - reach if is_feast else date.min
        return Period(first, period.first - DAY, period.yearly)
    if suffix["after"] and (is_feast or not period.yearly):
        if suffix["after"] in ("以来", "至今", "起"):
            return Period(period.first, date.max) if not period.yearly else period
        return Period(period.last + DAY, period.last + reach if is_feast else date.max, period.yearly)
    return period


def _days(day: date, *, yearly: bool = False) -> Period:
    return Period(day, day, yearly)


def _months(year: int, low: int, high: int, *, yearly: bool = False) -> Period:
    last = date(year + (high - 1) // 12, (high - 1) % 12 + 1, 1)
    return Period(date(year, low, 1), last.replace(day=monthrange(last.year, last.month)[1]), yearly)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
