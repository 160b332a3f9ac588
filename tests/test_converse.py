"""qa.converse: a question after others becomes one that stands by itself, and a new topic stays as it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import tagged
from qa.converse import Resolved, resolve
from qa.records import Said

SCHOOL = Said(
    "南湖小学有多少名教师?", "86名", "南湖小学有86名教师,学生来自附近的小区,那里房价不高,门卫姓孙。"
)
BRIDGE = Said("柳河大桥怎么改造?", None, "柳河大桥加固桥墩,更换护栏。")


def rewrite(question: str, *talk: Said) -> str:
    return resolve(question, lambda: talk).question


@pytest.mark.parametrize(
    ("before", "span", "question", "rewritten"),
    [
        ("河西区人社局在推广什么贷款?", "助业贷款", "一共发放了多少?", "河西区人社局助业贷款一共发放了多少?"),
        ("河西区人社局在推广什么贷款?", "助业贷款", "局长是谁?", "河西区人社局局长是谁?"),
        ("老妈妈服务队捐款捐物价值多少?", "3万元", "队长是谁?", "老妈妈服务队队长是谁?"),
        ("老妈妈服务队捐款捐物价值多少?", "3万元", "一共多少人?", "老妈妈服务队一共多少人?"),
        ("绿源公司第一季度的利润是多少?", "3亿元", "经理是谁?", "绿源公司经理是谁?"),
        ("柳河大桥怎么改造?", None, "什么时候完工?", "柳河大桥改造什么时候完工?"),
        ("柳河大桥怎么改造?", None, "有多长?", "柳河大桥有多长?"),
        ("柳河大桥怎么改造?", None, "那钱从哪里来?", "柳河大桥钱从哪里来?"),
        ("江州对哪些蔬菜实施检疫?", None, "什么时候开始的?", "江州检疫什么时候开始的?"),
        ("河西区文化局局长是谁?", "李大海", "什么时候上任的?", "河西区文化局局长李大海什么时候上任的?"),
        ("全市河道里水闸数量下降了多少?", "3座", "其中大型的有几座?", "全市河道里水闸中大型的有几座?"),
        ("河西区有多少名志愿者?", "300名", "其中党员有几名?", "河西区中党员有几名?"),
        ("江州图书馆什么时候开放?", "2019年5月1日", "那天来了多少人?", "江州图书馆2019年5月1日来了多少人?"),
        ("谁修好了镇上的老钟?", "王德贵", "他多大年纪?", "王德贵多大年纪?"),
    ],
)
def test_the_subject_that_is_missing_is_supplied(
    before: str, span: str | None, question: str, rewritten: str
) -> None:
    assert rewrite(question, Said(before, span, "")) == rewritten


@pytest.mark.parametrize(
    ("before", "span", "question", "rewritten"),
    [
        ("李大海学了什么手艺?", "木工", "哪一年?", "李大海哪一年学了手艺?"),
        ("谁修好了镇上的老钟?", "王德贵", "什么时候?", "王德贵什么时候修好了镇上的老钟?"),
        ("谁修好了镇上的老钟?", "王德贵", "为什么?", "王德贵为什么修好了镇上的老钟?"),
        ("花市什么时候开放?", "5月", "在哪儿?", "花市在哪儿开放?"),
        ("青山镇的棉花产量下降了多少?", "16%", "为什么?", "青山镇的棉花产量为什么下降了16%?"),
        ("河西区有多少名志愿者?", None, "为什么?", "河西区为什么有志愿者?"),
        ("江州图书馆开放了吗?", None, "那什么时候呢?", "江州图书馆什么时候开放了吗?"),
    ],
)
def test_a_bare_asking_word_asks_the_question_before_for_something_else(
    before: str, span: str | None, question: str, rewritten: str
) -> None:
    assert rewrite(question, Said(before, span, "")) == rewritten


@pytest.mark.parametrize(
    "question", ["还有呢?", "还有别的吗?", "详细说说", "继续", "再说具体点", "那还有什么？"]
)
def test_more_is_the_same_question_once_more_without_what_was_cited(question: str) -> None:
    told = (("a.txt", 3, 9),)
    assert resolve(question, lambda: [Said("柳河大桥怎么改造?", None, "", told), SCHOOL]) == Resolved(
        "柳河大桥怎么改造?", told
    )


@pytest.mark.parametrize(
    "question",
    [
        "王小满在哪所学校读书?",
        "“百姓书屋”是什么?",
        "青山镇的蔬菜大棚一共建了几座?",
        "应该怎么办理公积金贷款?",
        "共青团河西区委组织了多少名青年?",
        "再就业培训中心在哪条路?",
        "那曲市今年有多少游客?",
        "吉他比赛谁得了冠军?",
        "其他地区的垃圾分类怎么样?",
        "青山镇的敬老院建于哪一年呢?",
        "《河边的歌》是谁写的?",
        "房价多少?",
        "该不该涨价?",
        "谁帮农民工讨回了工资?",
        "今年高考有多少人参加?",
        "奶茶有什么健康问题?",
    ],
)
def test_a_new_topic_is_not_dragged_back_to_the_old_one(question: str) -> None:
    assert rewrite(question, BRIDGE) == question


@pytest.mark.parametrize(
    ("question", "rewritten"),
    [("房价多少?", "南湖小学房价多少?"), ("门卫姓什么?", "南湖小学门卫姓什么?"), ("油价多少?", "油价多少?")],
)
def test_a_doubtful_question_goes_on_where_the_article_speaks_of_what_it_names(
    question: str, rewritten: str
) -> None:
    assert rewrite(question, SCHOOL) == rewritten


def test_nothing_is_recalled_for_a_question_that_names_its_own_subject() -> None:
    def recall() -> list[Said]:
        raise AssertionError

    assert resolve("青山镇的蔬菜大棚一共建了几座?", recall).question == "青山镇的蔬菜大棚一共建了几座?"


@pytest.mark.parametrize("question", ["它有多长?", "还有呢?", "为什么?", "杨树呢?", "有多少人?"])
def test_without_a_conversation_nothing_is_added(question: str) -> None:
    assert rewrite(question) == question


@pytest.mark.parametrize(
    ("question", "rewritten"),
    [
        ("女的呢?", "2016年10月的报纸上,河西区有多少名女志愿者?"),
        ("他们什么时候上岗?", "2016年10月的报纸上,河西区的志愿者什么时候上岗?"),
        ("2017年呢?", "2017年的报纸上,河西区有多少名志愿者?"),
        ("还有呢?", "2016年10月的报纸上,河西区有多少名志愿者?"),
        ("青山镇的敬老院建于哪一年?", "青山镇的敬老院建于哪一年?"),
    ],
)
def test_the_limits_of_the_question_before_go_on_as_long_as_the_topic(question: str, rewritten: str) -> None:
    before = Said("河西区有多少名志愿者?", "300名", "", (), "2016年10月的报纸上,")
    assert rewrite(question, before) == rewritten


def test_where_a_pronoun_stands_for_nothing_the_topic_is_put_in_front() -> None:
    assert rewrite("他今年几岁?", BRIDGE) == "柳河大桥今年几岁?"


def test_a_subject_that_is_there_already_is_not_put_in_front_again() -> None:
    assert rewrite("那么柳河大桥一共多少钱?", BRIDGE) == "柳河大桥一共多少钱?"


def test_a_rewritten_question_never_grows_too_long_to_be_asked() -> None:
    long = Said("河" * 990 + "怎么改造?", None, "")
    assert rewrite("它有多长,有多宽,有多高,是谁修的?", long) == "它有多长,有多宽,有多高,是谁修的?"


PIECES = (
    "他 她们 它 那里 那天 该校 这个 第二个 其 前者 呢 还有 为什么 哪一年 多少 什么 谁 的 是 有 在 了 "
    "李大海 江州 大桥 2016年 ? 吗 a"
)
words = st.lists(
    st.sampled_from(re.findall(r"\S+", PIECES)),
    min_size=1,
    max_size=7,
).map("".join)


@given(words, st.lists(words, max_size=3), st.one_of(st.none(), words))
def test_any_talk_ends_in_some_question(question: str, before: list[str], span: str | None) -> None:
    talk = [Said(earlier, span, earlier) for earlier in before]
    assert resolve(question, lambda: talk).question.strip()


@pytest.mark.parametrize("piece", ["他", "呢", "那", "谁的", "“", "第一个", "5月1日", "这个"])
def test_a_thousand_characters_of_one_kind_look_at_a_few_of_them(piece: str, monkeypatch) -> None:
    looked = []
    monkeypatch.setattr("qa.spot.tagged", lambda text: looked.append(text) or tagged(text))
    question = piece * (1000 // len(piece))
    resolve(question, lambda: [Said(question, None, "")])
    assert len(looked) < 40
