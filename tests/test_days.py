"""The dates that a text names."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.days import list_dates


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2016年10月25日上午9时许,天晴。", ("2016年10月25日上午9时许",)),
        ("昨日下午2时许开工,3月5日完工。", ("昨日下午2时许", "3月5日")),
        ("腊月廿七,正月初三", ("腊月廿七", "正月初三")),
        ("上世纪90年代中期,去年9月份,今年", ("上世纪90年代中期", "去年9月份", "今年")),
        ("２０１６年１０月２５日", ("２０１６年１０月２５日",)),
        ("昨日和昨日", ("昨日",)),
        ("近日,日前,不久前", ("近日", "日前", "不久前")),
        ("日子过得好,一把手在12号楼3单元", ()),
        ("", ()),
    ],
)
def test_dates_are_listed_as_printed_each_once(text: str, dates: tuple[str, ...]) -> None:
    assert list_dates(text) == dates


@given(st.text(alphabet="0129年月日十廿初腊正今昨上下午时点分许民国世纪代,", max_size=60))
def test_dates_stand_in_the_text_and_none_twice(text: str) -> None:
    dates = list_dates(text)
    assert all(date and date in text for date in dates)
    assert len(set(dates)) == len(dates)


@pytest.mark.parametrize("unit", ["十", "1", "正月", "民国十", "上世纪1", "2016年"])
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    started = time.perf_counter()
    list_dates(unit * (100_000 // len(unit)))
    assert time.perf_counter() - started < 5  # 0.1 s; in quadratic time it was a minute
