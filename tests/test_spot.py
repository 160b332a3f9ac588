"""qa.spot: the names, places, days and nouns in a phrase."""

import pytest

from qa.spot import find_date, is_sure, list_nouns, list_people, list_places, names_something, tokens_of


@pytest.mark.parametrize(
    ("phrase", "people"),
    [
        ("李大海的货船装了多少吨沙子?", ["李大海"]),
        ("王晓燕和赵海燕谁唱得好?", ["王晓燕", "赵海燕"]),
        ("孙某偷了几辆车?", ["孙某"]),
        ("什么时候上市的?", []),
        ("石桥镇有多少人?", []),
    ],
)
def test_a_person_is_told_by_surname_and_length(phrase: str, people: list[str]) -> None:
    assert list_people(phrase) == people


@pytest.mark.parametrize(
    ("phrase", "places"),
    [
        ("河西区有几所学校?", ["河西区"]),
        ("青山镇的蜂蜜卖到哪里?", ["青山镇"]),
        ("台风在哪里登陆?", []),
        ("十二里屯工地要盖几层楼?", ["十二里屯"]),
    ],
)
def test_a_place_is_one_though_it_is_cut_in_two(phrase: str, places: list[str]) -> None:
    assert [phrase[start:end] for start, end in list_places(phrase)] == places


@pytest.mark.parametrize("phrase", ["李大海", "江州", "《河边的歌》", "ABC公司", "百姓“书屋”"])
def test_what_has_a_name_in_it_names_something(phrase: str) -> None:
    assert names_something(phrase)


@pytest.mark.parametrize("phrase", ["原因", "利润", "台风", "女的", ""])
def test_a_common_word_names_nothing(phrase: str) -> None:
    assert not names_something(phrase)


def test_what_jieba_calls_a_proper_noun_is_no_sure_name() -> None:
    assert not any(is_sure(word, tag) for word, tag, _ in tokens_of("藏书多少册?"))
    assert any(is_sure(word, tag) for word, tag, _ in tokens_of("江州市藏书多少册?"))


@pytest.mark.parametrize(
    ("text", "date"),
    [("2016年的产量", "2016年"), ("那5月1日呢", "5月1日"), ("上半年的利润", "上半年"), ("产量", None)],
)
def test_a_day_a_year_and_a_period_are_dates(text: str, date: str | None) -> None:
    found = find_date(text)
    assert (text[found[0] : found[1]] if found else None) == date


def test_what_asks_is_no_noun() -> None:
    question = "镇里的人什么时候开哪些商店?"
    assert [question[start:end] for start, end in list_nouns(question)] == ["镇里", "商店"]
