"""qa.swap: the question before, with something new in the place of its like."""

import pytest

from qa.records import Said
from qa.swap import swap_subject


@pytest.mark.parametrize(
    ("before", "question", "rewritten"),
    [
        ("河西区有多少名志愿者?", "那河东区呢?", "河东区有多少名志愿者?"),
        ("河西区有多少名志愿者?", "女的呢?", "河西区有多少名女志愿者?"),
        ("河西区有多少名志愿者?", "2017年呢?", "河西区2017年有多少名志愿者?"),
        ("河西区有多少名志愿者?", "党员呢?", "河西区有多少名党员?"),
        ("2015年江州的棉花产量是多少?", "2016年呢?", "2016年江州的棉花产量是多少?"),
        ("2015年江州的棉花产量是多少?", "小麦呢?", "2015年江州的小麦产量是多少?"),
        ("2015年江州的棉花产量是多少?", "那郑州呢?", "2015年郑州的棉花产量是多少?"),
        ("绿源公司第一季度的利润是多少?", "现金余额呢?", "绿源公司第一季度的现金余额是多少?"),
        ("江州中学拿了几项一等奖?", "二等奖呢?", "江州中学拿了几项二等奖?"),
        ("南湖小学有多少名教师?", "那北湖小学呢?", "北湖小学有多少名教师?"),
        ("李大海几岁?", "那赵海燕呢?", "赵海燕几岁?"),
        ("李大海几岁?", "她的丈夫呢?", "李大海的丈夫几岁?"),
        ("绿源公司上半年实现营收多少?", "净利润呢?", "绿源公司上半年实现净利润多少?"),
        ("柳河大桥怎么改造?", "护栏呢?", "柳河大桥的护栏怎么改造?"),
        ("河西区建立了什么机制?", "它的步骤呢?", "河西区机制的步骤是什么?"),
        ("奖励办法分几步?", "第二个呢?", "奖励办法的核实是什么?"),
    ],
)
def test_what_is_new_takes_the_place_of_its_like(before: str, question: str, rewritten: str) -> None:
    span = "申请、核实、公示" if "几步" in before else None
    assert swap_subject(question, [Said(before, span, "")]) == rewritten


@pytest.mark.parametrize("question", ["它有多长?", "青山镇的敬老院建于哪一年呢?", "为什么呢?", "第九个呢?"])
def test_a_question_that_asks_is_not_of_this_kind(question: str) -> None:
    assert swap_subject(question, [Said("柳河大桥怎么改造?", None, "")]) == ""
