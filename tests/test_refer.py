"""qa.refer: what a pronoun stands for, by its kind, in the nearest turn that has one."""

import pytest

from qa.records import Said
from qa.refer import pick_listed, put_names, take_name


def said(question: str, span: str | None = None) -> Said:
    return Said(question, span, "")


@pytest.mark.parametrize(
    ("question", "before", "span", "rewritten"),
    [
        ("他多大年纪?", "李大海的货船装了多少吨沙子?", "20吨", "李大海多大年纪?"),
        ("他多大年纪?", "谁修好了镇上的老钟?", "王德贵", "王德贵多大年纪?"),
        ("他的妻子叫什么?", "青山镇的养蜂人李大海是谁?", "劳动模范", "李大海的妻子叫什么?"),
        ("她们什么时候成立的?", "老妈妈服务队捐款捐物价值多少?", "3万元", "老妈妈服务队什么时候成立的?"),
        ("他们什么时候上岗?", "河西区有多少名志愿者?", "300名", "河西区的志愿者什么时候上岗?"),
        ("他们多大?", "消防员在火场救出了几个孩子?", "3个", "消防员在火场救出的孩子多大?"),
        ("他在哪里上班?", "江州哪位老师得了奖?", None, "江州得奖的老师在哪里上班?"),
        ("它有什么条件?", "河西区人社局在推广什么贷款?", "助业贷款", "河西区人社局助业贷款有什么条件?"),
        ("它有多宽?", "河西区哪条路通车了?", "柳河路", "柳河路有多宽?"),
        ("它有多宽?", "河西区哪条路通车了?", None, "河西区通车的路有多宽?"),
        ("谁资助它?", "绿源公司的利润是多少?", "3亿元", "谁资助绿源公司?"),
        ("该校哪年建的?", "南湖小学有多少名教师?", "86名", "南湖小学哪年建的?"),
        ("这所学校有几个班?", "南湖小学有多少名教师?", "86名", "南湖小学有几个班?"),
        ("这个服务有多少人用?", "江州公交的“随心乘”可以坐几次?", "3次", "江州公交的“随心乘”服务有多少人用?"),
        ("其面积多大?", "青山水库的水位是多少?", "10米", "青山水库的面积多大?"),
        ("那里能停车吗?", "花市设在哪里?", "人民广场", "人民广场能停车吗?"),
        ("那里有多少个社区?", "河西区有多少名志愿者?", "300名", "河西区有多少个社区?"),
        ("当地有什么特产?", "青山镇的养蜂人李大海几岁?", "60岁", "青山镇有什么特产?"),
        ("他怎么处理那些首饰的?", "孙某的首饰值多少钱?", "3万元", "孙某怎么处理首饰的?"),
    ],
)
def test_a_pronoun_gives_way_to_what_it_stands_for(
    question: str, before: str, span: str | None, rewritten: str
) -> None:
    assert put_names(question, [said(before, span)]) == (rewritten, True)


def test_a_day_gives_no_subject_but_a_name_behind_it_does() -> None:
    talk = [said("江州图书馆什么时候开放?", "2019年5月1日")]
    assert put_names("那天来了多少人?", talk) == ("2019年5月1日来了多少人?", False)
    assert put_names("那年青山镇建了什么?", talk) == ("2019年青山镇建了什么?", True)


def test_the_nearest_turn_that_has_one_of_the_kind_counts() -> None:
    talk = [said("青山镇有多少人?", "1万人"), said("谁修好了老钟?", "王德贵"), said("赵海燕几岁?", "9岁")]
    assert put_names("他住在那里吗?", talk) == ("王德贵住在青山镇吗?", True)


def test_a_pronoun_that_stands_for_nothing_is_left() -> None:
    assert put_names("他几岁?", [said("柳河大桥多长?", "300米")]) == ("他几岁?", False)


@pytest.mark.parametrize(
    ("question", "picked"),
    [
        ("第二步是什么?", "奖励办法的核实是什么?"),
        ("那第三个谁负责?", "奖励办法的公示谁负责?"),
        ("第九步是什么?", ""),
        ("他几岁?", ""),
    ],
)
def test_a_number_picks_from_the_last_list(question: str, picked: str) -> None:
    talk = [said("申请是什么?", "一张表"), said("奖励办法分几步?", "申请、核实、公示")]
    assert pick_listed(question, talk) == picked


def test_the_former_and_the_latter_are_the_two_of_the_question_before() -> None:
    talk = [said("绿源公司和华丰公司哪家中标了?", "绿源公司")]
    assert pick_listed("前者注册资金多少?", talk) == "绿源公司注册资金多少?"
    assert pick_listed("后者呢?", talk) == "华丰公司呢?"


@pytest.mark.parametrize(
    ("span", "name"),
    [
        ("王德贵", "王德贵"),
        ("“随心乘”", "“随心乘”"),
        ("甲、乙", ""),
        ("因为下了很大的雨,所以路断了。", ""),
        ("长" * 30, ""),
        (None, ""),
    ],
)
def test_only_a_short_answer_of_one_piece_is_a_name(span: str | None, name: str) -> None:
    assert take_name(said("什么?", span)) == name
