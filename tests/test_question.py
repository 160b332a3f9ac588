"""qa.question: what is asked, what kind of thing would answer it, and what it needs from the talk before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EmptyQuestion, LongQuestion, QuestionError
from qa.question import MAX_LENGTH, subject, understand


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("柳河大桥是什么时候通车的?", "time"),
        ("果园哪年建成?", "time"),
        ("菜价为什么上涨?", "reason"),
        ("展览包括哪些门类?", "list"),
        ("评选分哪几个步骤?", "list"),
        ("修路花了多少钱?", "number"),
        ("学校有几名教师?", "number"),
        ("就业率是多少?", "number"),
        ("本次达标率?", "number"),
        ("谁救了落水的孩子?", "person"),
        ("哪位老师得了奖?", "person"),
        ("花市设在哪里?", "place"),
        ("哪个社区办了食堂?", "body"),
        ("怎样领取补贴?", "way"),
        ("柳河大桥通车", "other"),
    ],
)
def test_the_kind_of_thing_that_is_wanted_shows_in_the_asking_word(text: str, wanted: str) -> None:
    assert understand(text).wanted == (wanted,)


@pytest.mark.parametrize("mark", [",", "，", ";", "?", "？"])
def test_a_question_of_two_parts_wants_two_things_in_their_order(mark: str) -> None:
    assert understand(f"队长是谁{mark}今年几岁?").wanted == ("person", "number")


def test_the_words_almost_and_never_are_not_taken_for_how_many() -> None:
    assert understand("这条路几乎没有人走").wanted == ("other",)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("请问柳河大桥是什么时候通车的?", "柳河大桥 通车的"),
        ("李大海是哪里人?", "李大海"),
        ("年会在哪开的?", "年会 开的"),
        ("花市设在哪里?", "花市设"),
        ("他做的是哪一种手艺?", "他做的是 手艺"),
        ("柳河大桥有多长?", "柳河大桥"),
        ("李大海多大岁数?", "李大海"),
    ],
)
def test_the_subject_is_the_question_without_the_words_that_ask(question: str, about: str) -> None:
    assert subject(question) == about


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "???", "。，、……", "😀🎉", "“”", "\x00", "\u3000", "\ud800"]
)
def test_a_question_without_a_word_is_empty(text: str) -> None:
    with pytest.raises(EmptyQuestion, match="Type what you want to know"):
        understand(text)


def test_a_question_of_the_greatest_length_is_understood_and_one_character_more_is_too_long() -> None:
    assert len(understand("桥" * MAX_LENGTH).text) == MAX_LENGTH
    with pytest.raises(LongQuestion, match="1,001 characters, at most 1,000"):
        understand("桥" * (MAX_LENGTH + 1))


def test_a_hundred_thousand_characters_are_too_long_whatever_the_conversation() -> None:
    with pytest.raises(LongQuestion):
        understand("桥" * 100_000, ["柳河大桥何时通车?"])


def test_blanks_and_line_breaks_around_and_inside_are_closed_up() -> None:
    assert understand("  柳河大桥\n何时  通车?\t").text == "柳河大桥 何时 通车?"


LEANING = [
    "它有多长?", "他今年几岁?", "那天下雨了吗?", "那钱从哪里来?", "这些钱怎么用?", "该桥多宽?",
    "其中几座是新的?", "还有谁参加?", "一共多少?", "后来怎么样?", "为什么?", "什么时候?", "有多少人?",
    "杨树呢?", "上述工程几时完工?", "前者有多大?", "沿着哪两个湖?", "此事怎么处理?",
]  # fmt: skip


@pytest.mark.parametrize("text", LEANING)
def test_a_question_that_leans_on_the_one_before_is_asked_together_with_its_subject(text: str) -> None:
    question = understand(text, ["柳河大桥怎么改造?"])
    assert question.text == text
    assert question.standalone == f"柳河大桥改造,{text}"


@pytest.mark.parametrize(
    "text",
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
    ],
)
def test_a_new_topic_is_not_dragged_back_to_the_old_one(text: str) -> None:
    assert understand(text, ["柳河大桥怎么改造?"]).standalone == text


@pytest.mark.parametrize("text", LEANING)
def test_without_a_conversation_nothing_is_added(text: str) -> None:
    assert understand(text).standalone == text


def test_a_chain_of_follow_ups_reaches_back_to_the_question_that_stands_by_itself() -> None:
    chain = ["柳河大桥是什么时候通车的?", "它有多长?", "一共多少钱?"]
    assert "柳河大桥" in understand("谁出的?", chain).standalone


def test_the_last_topic_counts_and_not_an_older_one() -> None:
    standalone = understand("他几岁?", ["柳河大桥何时通车?", "青山镇的养蜂人李大海是谁?"]).standalone
    assert "李大海" in standalone
    assert "柳河" not in standalone


@pytest.mark.parametrize("junk", ["", "???", "😀", "桥" * 2000, "\x00"])
def test_an_earlier_turn_that_is_no_question_is_passed_over(junk: str) -> None:
    assert "李大海" in understand("他几岁?", ["养蜂人李大海是谁?", junk]).standalone


def test_a_conversation_of_thousands_of_follow_ups_is_understood() -> None:
    assert understand("他几岁?", ["那他呢?"] * 5000).standalone.endswith("他几岁?")


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=4))
def test_any_text_is_understood_or_refused_as_a_question(text: str, history: list[str]) -> None:
    try:
        question = understand(text, history)
    except QuestionError:
        return
    assert question.text == " ".join(text.split())
    assert question.standalone.endswith(question.text)
    assert len(question.standalone) <= MAX_LENGTH
    assert question.wanted
