"""qa.question: what is asked, and what kind of thing would answer it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EmptyQuestion, LongQuestion, QuestionError
from qa.question import MAX_LENGTH, MAX_PARTS, ask_parts, asks, split_parts, subject, tells, understand


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
        ("什么是路长制?", "meaning"),
        ("“三色卡”是什么意思?", "meaning"),
        ("大桥有没有通车?", "whether"),
        ("花市是不是在公园举办的?", "whether"),
        ("大桥通车了吗?", "whether"),
        ("柳河大桥通车", "other"),
    ],
)
def test_the_kind_of_thing_that_is_wanted_shows_in_the_asking_word(text: str, wanted: str) -> None:
    assert understand(text).wanted == (wanted,)


@pytest.mark.parametrize("mark", [",", "，", ";", "?", "？"])
def test_a_question_of_two_parts_wants_two_things_in_their_order(mark: str) -> None:
    assert understand(f"队长是谁{mark}今年几岁?").wanted == ("person", "number")


def test_each_part_is_asked_for_itself_with_what_the_first_is_about() -> None:
    assert ask_parts(understand("服务队的队长是谁,多大年纪?")) == ["服务队的队长是谁", "服务队的队长多大年纪"]
    assert ask_parts(understand("大桥多长?大桥多宽?")) == ["大桥多长", "大桥多宽"]
    assert ask_parts(understand("大桥有多长?")) == ["大桥有多长?"]
    assert ask_parts(understand("大桥GDP是多少,CPI是多少?")) == ["大桥GDP是多少", "大桥gdpcpi是多少"]
    assert ask_parts(understand("大橋多長，寬多少?")) == ["大橋多長", "大桥宽多少"]
    assert ask_parts(understand("多少人参加,多少人?")) == ["多少人参加", "人参加多少人"]


def test_a_question_has_so_many_parts_and_each_once() -> None:
    assert len(split_parts(",".join(f"第{n}座桥多长" for n in range(40)))) == MAX_PARTS
    assert len(split_parts("几岁?" * 100)) == 1


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
    ("text", "it_does"),
    [
        ("柳河大桥全长多少米?", True),
        ("柳河大橋是誰修的", True),
        ("请问柳河大桥", True),
        ("柳河大桥?", True),
        ("柳河大桥昨日通车", False),
        ("首届花市开幕 三千市民赏花。", False),
        ("柳河大桥", False),
        ("好消息！柳河大桥通车了!", False),
        ("柳河大桥谁设计的！", True),
    ],
)
def test_a_headline_or_some_words_ask_nothing(text: str, it_does: bool) -> None:
    assert asks(understand(text)) is it_does


@pytest.mark.parametrize(
    ("text", "it_does"),
    [
        ("柳河大桥提前开放", True),
        ("柳河大桥昨日通车 山里人进城少走两小时的路", True),
        ("县里召开会议,部署春耕工作", True),
        ("注意！山里今夜有雨", True),
        ("全县三十个乡镇修建道路桥梁改善农民出行条件", True),
        ("青山镇十三个村铺设农村公路", True),
        ("两座水厂向山区居民供应自来水", True),
        ("柳河大桥通车时间", False),
        ("参加柳河大桥典礼的人数", False),
        ("柳河大桥的设计者", False),
        ("柳河大桥", False),
        ("柳河大桥全长多少米?", False),
        ("12345", True),
    ],
)
def test_a_headline_tells_and_what_names_a_thing_looks_for_it(text: str, it_does: bool) -> None:
    assert tells(understand(text)) is it_does


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


def test_blanks_and_line_breaks_around_and_inside_are_closed_up() -> None:
    assert understand("  柳河大桥\n何时  通车?\t").text == "柳河大桥 何时 通车?"


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused_as_a_question(text: str) -> None:
    try:
        question = understand(text)
    except QuestionError:
        return
    assert question.text == question.standalone == " ".join(text.split())
    assert question.wanted
