"""qa.lists: an enumeration that runs over several sentences is given whole. The texts are invented here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import sentences
from qa.lists import LONGEST, find_list

MEASURES = (
    "青山镇采取三项措施治理河道。一是清淤,共清出淤泥3万方。淤泥运往砖厂。二是绿化,种树2000棵。"
    "三是巡查,每天两次。群众拍手叫好。"
)
LIST = "一是清淤,共清出淤泥3万方。淤泥运往砖厂。二是绿化,种树2000棵。三是巡查,每天两次。"


def list_at(text: str, sentence: str) -> str | None:
    start = text.index(sentence)
    whole = find_list(text, start, start + len(sentence))
    return None if whole is None else text[slice(*whole)]


@pytest.mark.parametrize(
    "sentence",
    ["青山镇采取三项措施治理河道。", "一是清淤,共清出淤泥3万方。", "淤泥运往砖厂。", "三是巡查,每天两次。"],
)
def test_from_the_announcement_and_from_every_item_the_whole_list_is_found(sentence: str) -> None:
    assert list_at(MEASURES, sentence) == LIST


def test_what_stands_behind_the_list_does_not_belong_to_it() -> None:
    assert list_at(MEASURES, "群众拍手叫好。") is None


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("办法如下：1.报名；2.培训。", "办法如下：1.报名；2.培训。", "1.报名；2.培训。"),
        ("要求有二。第一，要快。第二，要好。", "第一，要快。", "第一，要快。第二，要好。"),
        ("规定如下：\n(一)不迟到。\n(二)不早退。\n完。", "规定如下：", "(一)不迟到。\n(二)不早退。"),
        ("他們分三步：第一步，丈量。第二步，公示。", "第二步，公示。", "第一步，丈量。第二步，公示。"),
    ],
)  # fmt: skip
def test_other_ways_to_number_are_known(text: str, sentence: str, expected: str) -> None:
    assert list_at(text, sentence) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("他一是高兴。桥长320米。", "他一是高兴。"),  # one item is no list
        ("水位升到3.5米。2.1万人转移。", "水位升到3.5米。"),
        ("二是绿化。三是巡查。", "二是绿化。"),  # its beginning is missing
        ("桥长320米。一是清淤。二是绿化。", "桥长320米。"),  # nothing announces it
    ],
)
def test_where_there_is_no_whole_list_nothing_is_found(text: str, sentence: str) -> None:
    assert list_at(text, sentence) is None


def test_a_list_that_is_too_long_is_not_given() -> None:
    text = "一是" + "清淤" * LONGEST + "。二是绿化。"
    assert list_at(text, "二是绿化。") is None
    many = "".join(f"{n}是{'清理河道淤泥' * 34}。\n" for n in "一二三四五六七八")
    assert list_at("办法如下：\n" + many, "办法如下：") is None
    far = "采取措施：一是快。二是好。" + "天气晴朗。" * 250 + "三是省。"
    assert list_at(far, "采取措施：一是快。") is None


@given(
    st.lists(
        st.sampled_from(["一是", "二是", "第一，", "(一)", "1.", "2、", "三项：", "桥", "。", "；", "\n"]),
        max_size=40,
    )
)
def test_the_range_lies_in_the_text_and_holds_two_items(parts: list[str]) -> None:
    text = "".join(parts)
    for start, end in sentences(text):
        whole = find_list(text, start, end)
        if whole is not None:
            assert 0 <= whole[0] < whole[1] <= len(text)
            assert len(text[slice(*whole)]) > 2
