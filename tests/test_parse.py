"""qa.parse: what a question is about, whose that is, and what in it asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.parse import find_asked, find_owner, find_topic, strip_times


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("李大海的货船装了多少吨沙子?", "李大海的货船"),
        ("迎远门城楼什么时候修的?", "迎远门城楼"),
        ("谁修好了江州的老桥?", "江州的老桥"),
        ("野生动物保护协会有多少名会员?", "野生动物保护协会"),
        ("江州公交的“随心乘”可以坐几次?", "江州公交的“随心乘”"),
        ("《河边的歌》是谁写的?", "《河边的歌》"),
        ("河西区哪条路通车了?", "河西区"),
        ("什么时候?", ""),
    ],
)
def test_the_topic_is_what_leads_a_question_or_the_object_of_its_verb(question: str, topic: str) -> None:
    start, end = find_topic(question)
    assert question[start:end] == topic


@pytest.mark.parametrize(
    ("question", "owner"),
    [
        ("绿源公司2020财年第一季度的利润是多少?", "绿源公司"),
        ("柳河路全长多少米?", "柳河路"),
        ("河西区环保局局长是谁?", "河西区环保局"),
        ("李大海的货船装了多少吨沙子?", "李大海"),
        ("江州公交的“随心乘”可以坐几次?", "江州公交的“随心乘”"),
        ("老妈妈服务队捐款捐物价值多少?", "老妈妈服务队"),
        ("柳河大桥有多长?", "柳河大桥"),
        ("8月8日青山水库的水位是多少?", "青山水库"),
    ],
)
def test_the_owner_is_the_topic_without_what_is_said_of_it(question: str, owner: str) -> None:
    assert find_owner(question) == owner


@pytest.mark.parametrize(
    ("question", "word", "shown", "noun"),
    [
        ("河西区哪条路通车了?", "哪", "哪条", "路"),
        ("金水区有多少名志愿者?", "多少", "多少名", "志愿者"),
        ("镇上在推广什么平台?", "什么", "什么", "平台"),
        ("河有多深?", "多深", "多深", ""),
        ("花市设在哪里?", "哪里", "哪里", ""),
    ],
)
def test_the_words_that_ask_are_told_from_what_they_ask_for(
    question: str, word: str, shown: str, noun: str
) -> None:
    asked = find_asked(question)
    assert asked is not None
    assert (asked.word, question[asked.start : asked.end], asked.noun) == (word, shown, noun)


def test_a_question_of_yes_or_no_has_no_word_that_asks() -> None:
    assert find_asked("他来过吗") is None


@pytest.mark.parametrize(
    ("phrase", "bare"),
    [
        ("8月8日青山水库", "青山水库"),
        ("绿源公司上半年", "绿源公司"),
        ("2015年", "2015年"),
        ("柳河路", "柳河路"),
    ],
)
def test_days_are_taken_off_both_ends_but_never_all_there_is(phrase: str, bare: str) -> None:
    assert strip_times(phrase) == bare


@given(st.text("李大海江州的货船桥是多少谁在有什么哪条路“”2016年?,吗a 了和", max_size=30))
def test_every_range_lies_in_the_question(question: str) -> None:
    start, end = find_topic(question)
    assert 0 <= start <= end <= len(question)
    assert find_owner(question) in question
    asked = find_asked(question)
    assert asked is None or question[asked.start :].startswith(asked.word)
