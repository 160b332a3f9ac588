"""qa.lean: whether a question can be understood by itself, and which of its words point out of it."""

import pytest

from qa.lean import judge, list_pronouns


@pytest.mark.parametrize(
    "question",
    [
        "它有多长?",
        "他今年几岁?",
        "那天下雨了吗?",
        "那钱从哪里来?",
        "这些钱怎么用?",
        "该桥多宽?",
        "该校哪年建的?",
        "其中几座是新的?",
        "还有谁参加?",
        "一共多少?",
        "后来怎么样?",
        "为什么?",
        "什么时候?",
        "在哪儿?",
        "有多少人?",
        "杨树呢?",
        "女的呢?",
        "2016年呢?",
        "上述工程几时完工?",
        "前者有多大?",
        "此事怎么处理?",
        "第二个呢?",
        "第一步是什么?",
        "还有呢?",
        "还有别的吗?",
        "详细说说",
        "继续",
        "她的丈夫呢?",
        "局长是谁?",
        "面积多大?",
        "谁设计的?",
        "一共发放了多少?",
        "当地有什么特产?",
        "其面积多大?",
    ],
)
def test_what_points_back_goes_on_or_has_no_subject_leans(question: str) -> None:
    assert judge(question) == "leans"


@pytest.mark.parametrize(
    "question",
    [
        "王小满在哪所学校读书?",
        "“百姓书屋”是什么?",
        "青山镇的蔬菜大棚一共建了几座?",
        "共青团河西区委组织了多少名青年?",
        "那曲市今年有多少游客?",
        "《河边的歌》是谁写的?",
        "青山镇的敬老院建于哪一年呢?",
        "这次江州马拉松有多少人参加?",
        "李大海说他几岁?",
        "十二里屯工地要盖几层楼?",
        "江州有多少人?",
        "那曲市的房价多少?",
        "NBA什么时候开赛?",
    ],
)
def test_what_names_its_own_subject_is_alone(question: str) -> None:
    assert judge(question) == "alone"


@pytest.mark.parametrize(
    "question",
    [
        "房价多少?",
        "应该怎么办理公积金贷款?",
        "该不该降低门槛?",
        "钢琴怎么学?",
        "今年高考有多少人参加?",
        "藏书多少册?",
    ],
)
def test_a_short_question_with_a_noun_of_its_own_and_no_name_is_doubtful(question: str) -> None:
    assert judge(question) == "doubtful"


@pytest.mark.parametrize(
    ("question", "pronouns"),
    [
        ("他怎么处理那些首饰的?", [("他", "person"), ("那些", "this")]),
        ("她们什么时候成立的?", [("她们", "person")]),
        ("那里那天来了多少人?", [("那里", "place"), ("那天", "day")]),
        ("该校的其他学生呢?", [("该校", "thing")]),
        ("其步骤有哪些?", [("其", "of")]),
        ("谁资助它?", [("它", "thing")]),
        ("吉他应该怎么学?", []),
        ("张广林说他几岁?", []),
        ("其他地方呢?", []),
        ("此外有谁?", []),
        ("本月有几天?", []),
        ("5月1日那天来了多少人?", []),
    ],
)
def test_only_whole_words_point_and_not_to_what_is_named_before_them(
    question: str, pronouns: list[tuple[str, str]]
) -> None:
    assert [(question[start:end], kind) for start, end, kind in list_pronouns(question)] == pronouns
