import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.numerals import NUMERAL, list_numerals, read_numeral
from index.text import fold, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13000", ["#13000"]),
        ("13,000元", ["#13000"]),
        ("1.3万", ["#13000"]),
        ("一万三千人", ["#13000"]),
        ("１３０００", ["#13000"]),
        ("3.5亿元", ["#350000000"]),
        ("三亿五千万", ["#350000000"]),
        ("十二亿三千四百万", ["#1234000000"]),
        ("5百万", ["#5000000"]),
        ("两千零八", ["#2008"]),
        ("二〇一七年", ["#2017"]),
        ("78.9%", ["#78.9"]),
        ("2月24日", ["#2-24", "#24"]),
        ("二月二十四日", ["#2-24", "#24"]),
        ("10.50元", ["#10.5"]),
    ],
)  # fmt: skip
def test_a_figure_has_one_term_however_it_is_written(text: str, expected: list[str]) -> None:
    assert list(list_numerals(fold(text))) == expected


@pytest.mark.parametrize(
    "text", ["5个", "一起", "千方百计", "十几年", "百余人", "13月40日之", "没有数字", "", "万一"]
)
def test_what_is_no_figure_or_has_one_digit_has_none(text: str) -> None:
    assert not [term for term in list_numerals(text) if term not in ("#13", "#40")]


@given(st.integers(10, 10**12))
def test_every_whole_number_is_itself(number: int) -> None:
    assert list(list_numerals(f"共{number}元")) == [f"#{number}"]
    assert list(list_numerals(f"共{number:,}元")) == [f"#{number}"]


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万亿0123456789.,月日号年点第", max_size=30))
def test_no_run_of_numerals_is_a_failure(text: str) -> None:
    for term in list_numerals(text):
        assert term.startswith("#")
        assert " " not in term


@pytest.mark.parametrize("character", ["一", "9", "十", "万", "二〇"])
def test_a_page_of_nothing_but_numerals_is_no_failure(character: str) -> None:
    assert list(list_numerals(character * 20_000)) == []


def test_figures_are_searched_in_either_form() -> None:
    assert set(terms("一万三千人")) & set(terms("1.3万人")) >= {"#13000"}


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("3", 3), ("三", 3), ("两", 2), ("十", 10), ("1.3万", 13_000), ("13,000", 13_000), ("一万三千", 13_000)],
)
def test_one_numeral_has_its_value(numeral: str, value: int) -> None:
    assert re.fullmatch(NUMERAL, numeral)
    assert read_numeral(numeral) == value


def test_a_numeral_without_end_has_none() -> None:
    assert read_numeral("9" * 5000) is None
    assert read_numeral("一" * 5000) is None
