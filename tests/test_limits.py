"""qa.limits: what a question limits, and what is only a word of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.limits import find_limits, is_open

ASKED_ON = date(2016, 12, 1)


@pytest.fixture(scope="module")
def scope(gazette):
    return gazette.scope


@pytest.fixture(scope="module")
def understood(scope):
    """Return the limits of a question as kind and value, and what is left of it."""

    def run(question: str) -> tuple[list[tuple[str, str]], str]:
        found = find_limits(question, scope, ASKED_ON)
        assert all(limit.text in question for limit in found.limits)
        return [(limit.kind, limit.value) for limit in found.limits], found.rest

    return run


@pytest.mark.parametrize(
    ("question", "limits", "rest"),
    [
        ("在青林区的报道中,投入了多少资金?", [("district", "青林区")], "投入了多少资金?"),
        ("青林区的新闻里谁是队长?", [("district", "青林区")], "谁是队长?"),
        ("青林的报道里,谁是队长?", [("district", "青林区")], "谁是队长?"),
        ("只看柳河县,公交车设了几个站?", [("district", "柳河县")], "公交车设了几个站?"),
        ("在望江镇的报道里,谁是镇长?", [("district", "望江镇")], "谁是镇长?"),
        ("2016年10月的报纸说,打捆机买了几台?", [("date", "2016-10-01/2016-10-31")], "报纸说,打捆机买了几台?"),
        ("去年的报道里提到过地铁吗?", [("date", "2015-01-01/2015-12-31")], "提到过地铁吗?"),
        ("限于去年,谁获了奖?", [("time", "2015-01-01/2015-12-31")], "谁获了奖?"),
        ("大桥在国庆前后的报纸上怎么说?", [("date", "--09-24/--10-14")], "大桥怎么说?"),
        ("民国二十三年的报上怎么说江水?", [("date", "1934-01-01/1934-12-31")], "怎么说江水?"),
        ("柳河.txt里,谁是掌柜?", [("source", "柳河.txt")], "谁是掌柜?"),
        ("在没有.txt里,谁是掌柜?", [("source", "没有.txt")], "谁是掌柜?"),
        ("在001_a.txt里,谁是掌柜?", [("source", "001_a.txt")], "谁是掌柜?"),
        ("在江州晚报/2016-10-25/A01.txt里,谁获奖?", [("source", "江州晚报/2016-10-25/A01.txt")], "谁获奖?"),
        ("A03版上登了大桥吗?", [("edition", "A03")], "登了大桥吗?"),
        ("第三版的报道说谁扫街?", [("edition", "三")], "报道说谁扫街?"),
        ("头版的头条是什么?", [("edition", "1")], "头条是什么?"),
        ("江州晚报上,大桥多长?", [("newspaper", "江州晚报")], "大桥多长?"),
        ("据《江州日报》报道,大桥多长?", [("newspaper", "江州日报")], "报道,大桥多长?"),
        ("简讯里提到了谁?", [("kind", "brief")], "提到了谁?"),
        ("图片说明中提到了哪个村?", [("kind", "caption")], "提到了哪个村?"),
        ("在文件里,第一责任人是谁?", [("kind", "document")], "第一责任人是谁?"),
        ("有几条简讯提到大桥?", [("kind", "brief")], "有几条提到大桥?"),
        (
            "2016年10月的青林区的报道里,队长是谁?",
            [("date", "2016-10-01/2016-10-31"), ("district", "青林区")],
            "队长是谁?",
        ),
        ("青林区和白石区的报道里,谁扫街?", [("district", "青林区、白石区")], "谁扫街?"),
        (
            "2016年10月、11月的报纸上,谁扫街?",
            [("date", "2016-10-01/2016-10-31、2016-11-01/2016-11-30")],
            "谁扫街?",
        ),
        ("A01版或A03版上,谁扫街?", [("edition", "A01、A03")], "谁扫街?"),
        ("哪些文件提到了责任?", [("kind", "document")], "哪些提到了责任?"),
        ("去年有什么关于大桥的消息?", [("date", "2015-01-01/2015-12-31")], "有什么关于大桥的消息?"),
        ("去年发生了哪些大事?", [("time", "2015-01-01/2015-12-31")], "发生了哪些大事?"),
        ("青林区有什么新闻?", [("district", "青林区")], "有什么新闻?"),
        ("白石区有多少篇报道提到大桥?", [("district", "白石区")], "有多少篇报道提到大桥?"),
        ("最近一个月有哪些关于大桥的报道?", [("date", "2016-09-27/2016-10-26")], "有哪些关于大桥的报道?"),
        ("关于白石区的报道有几篇?", [("district", "白石区")], "报道有几篇?"),
        ("哪些白石区的报道提到了大桥?", [("district", "白石区")], "哪些报道提到了大桥?"),
    ],
)
def test_a_question_that_speaks_of_the_paper_or_says_only_is_limited(
    understood, question, limits, rest
) -> None:
    assert understood(question) == (limits, rest)


@pytest.mark.parametrize(
    "question",
    [
        "青林区免费改造了多少户的管道?",
        "2月24日那天做了什么?",
        "2020年晋升工资涉及多少人?",
        "去年青林区的供暖投入了多少资金?",
        "青林区新闻发布会什么时候开?",
        "青林区的新闻中心在哪里?",
        "有多少份文件被销毁?",
        "今年的新闻联播几点播?",
        "2016年新闻奖的得主是谁?",
        "望江大桥是哪年开工的?",
        "《辞海》第三版是什么时候出版的?",
        "他在《江州晚报》上发表了什么文章?",
        "江州晚报的社长是谁?",
        "《江州晚报》是哪年创刊的?",
        "望江公司是哪年在华东日报上市的?",
        "许多船只在1917年沉没的原因是什么?",
        "中央文件里怎么说?",
        "关于文明城市的报道有几篇?",
        "关于志愿者的报道有几篇?",
        "美丽乡村的报道里谁是村长?",
        "哪个村的公交车通了?",
        "最近的公交站在哪里?",
        "白石区记者协会有多少篇报道获奖?",
        "那天发生了什么?",
        "青林区",
        "2016年。",
        "什么?",
    ],
)
def test_a_place_or_a_date_that_is_part_of_what_is_asked_stays_a_word_of_it(understood, question) -> None:
    assert understood(question) == ([], question)


def test_relative_words_count_from_the_newest_page_not_from_the_day_of_the_question(scope) -> None:
    assert scope.newest == date(2016, 10, 26)
    (limit,) = find_limits("今年的报道里谁获了奖?", scope, date(2031, 1, 1)).limits
    assert limit.value == "2016-01-01/2016-12-31"


def test_where_no_page_has_a_date_they_count_from_the_day_of_the_question(archive) -> None:
    assert archive.scope.newest is None
    (limit,) = find_limits("今年的报道里谁获了奖?", archive.scope, date(2031, 1, 1)).limits
    assert limit.value == "2031-01-01/2031-12-31"


def test_what_only_says_where_to_look_is_not_searched_for(scope) -> None:
    assert find_limits("2016年10月的报纸说,打捆机买了几台?", scope, ASKED_ON).searched == "打捆机买了几台?"
    # Where nothing else would be left, the words are searched for after all.
    assert find_limits("去年的报道", scope, ASKED_ON).searched == "去年的报道"


@pytest.mark.parametrize(
    "question",
    [
        "2016年10月的青林区的报道里,队长是谁?",
        "在去年白石区的A03版上,队长是谁?",
        "在去年的A01.txt的简讯里,队长是谁?",
        "《江州晚报》2016年10月第3版上,队长是谁?",
        "去年白石区发生了什么?",
        "2016年10月和11月青林区和白石区的A01版上,队长是谁?",
        "在没有.txt里,白石区的报道中,队长是谁?",
        "关于白石区的报道有几篇?",
        "只看简讯,队长是谁?",
    ],
)
def test_the_question_without_one_limit_has_the_others_and_not_that(scope, question) -> None:
    limits = find_limits(question, scope, ASKED_ON).limits
    assert limits
    for gone in limits:
        left = find_limits(gone.without, scope, ASKED_ON).limits
        expected = [(limit.kind, limit.value) for limit in limits if limit != gone]
        assert [(limit.kind, limit.value) for limit in left] == expected


def test_a_question_in_traditional_characters_has_the_same_limits(scope) -> None:
    plain = find_limits("在柳河县的报道中,2016年的简讯里,谁?", scope, ASKED_ON)
    found = find_limits("在柳河縣的報道中,2016年的簡訊裡,誰?", scope, ASKED_ON)
    assert (
        [(one.kind, one.value) for one in found.limits]
        == [(one.kind, one.value) for one in plain.limits]
        != []
    )


@pytest.mark.parametrize(
    ("rest", "is_so"), [("有哪些新闻?", True), ("发生了什么?", True), ("大桥多长?", False)]
)
def test_an_open_question_has_no_subject(rest: str, is_so: bool) -> None:
    assert is_open(rest) is is_so


@given(
    st.text(
        "在青林区柳河县的报道里中只看限于2016年10月去年前后第三版上A简讯文件.txt,?《》有多少篇说", max_size=40
    )
)
def test_whatever_is_typed_the_limits_are_words_of_it(scope, question: str) -> None:
    found = find_limits(question, scope, ASKED_ON)
    assert all(limit.text and limit.text in question for limit in found.limits)
    if not found.limits:
        assert found.rest == found.searched == question
