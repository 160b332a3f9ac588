"""chat/link.py: an address brings the same conversation back, and anything else nothing worse than none."""

from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.link import MOST, Asked, Link, read_link, write_address, write_link
from chat.talk import add_turn, ask_archive, correct_turn, replay
from tests.ours import hostile_text
from tests.test_view import make_answer
from web.view import Turn

INDEX = "0123abcd"


def say(*questions: str | Asked, archive) -> list[Turn]:
    return replay(archive, [one if isinstance(one, Asked) else Asked(one) for one in questions])


def told(turns: list[Turn]) -> list[tuple[object, ...]]:
    return [
        (turn.answer.answer, turn.answer.span, turn.answer.citations, turn.answer.limits) for turn in turns
    ]


def asked_of(turns: list[Turn]) -> list[Asked]:
    return list(read_link(write_address(turns)[0]).asked)


def test_a_conversation_comes_back_as_it_was(archive):
    talk = [
        Asked("张广林是哪里人?"),
        Asked("他手里拿着多少现金?"),
        Asked("队长是谁?", alone=True),
        Asked("在上街区的报道中,农民工张广林拿回了多少工资?"),
        Asked("农民工张广林拿回了多少工资?", alone=True),
        Asked("还有呢?"),
        Asked("十二里屯工地要盖几层楼?"),
    ]
    turns = replay(archive, talk)
    address, numbers = write_address(turns)
    assert read_link(address) == Link(tuple(talk), archive.store.fingerprint)
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
    assert told(replay(archive, read_link(address).asked)) == told(turns)
    assert "他手里拿着多少现金?" in unquote(address)
    assert address.isascii()


def test_what_leaned_on_a_question_that_was_corrected_since_is_asked_as_it_was_understood(archive):
    turns = say("惠济区委书记是谁?", "张广林是哪里人?", "他手里拿着多少现金?", archive=archive)
    turns = correct_turn(archive, turns, "2", "刘琴英今年多大?")
    turns = add_turn(turns, ask_archive(archive, "她家有几口人?", turns))
    assert asked_of(turns) == [
        Asked("惠济区委书记是谁?"),
        Asked("刘琴英今年多大?", alone=True),
        Asked("张广林手里拿着多少现金?", alone=True),
        Asked("刘琴英家有几口人?", alone=True),
    ]
    assert told(replay(archive, asked_of(turns))) == told(turns)


def test_of_a_long_conversation_the_newest_questions_stay_and_it_is_said_how_many_do_not(archive):
    turns = say("张广林是哪里人?", *["他手里拿着多少现金?"] * 30, archive=archive)
    address, numbers = write_address(turns, left=4)
    link = read_link(address)
    assert link.left == 31 - MOST + 4
    assert numbers == list(range(32 - MOST, 32))
    assert link.asked[0] == Asked("张广林手里拿着多少现金?")
    assert link.asked[-1] == Asked("他手里拿着多少现金?")
    assert told(replay(archive, link.asked)) == told(turns[-MOST:])


def test_an_address_never_grows_beyond_what_passes_everywhere():
    turns: list[Turn] = []
    for n in range(12):
        question = "问" * 150 + str(n)
        turns = add_turn(turns, Turn(question, replace(make_answer(), standalone=question), index=INDEX))
        address, numbers = write_address(turns)
        assert len(address) < 6000
        assert numbers[-1] == n + 1
        assert len(numbers) == min(n + 1, 4)
        assert read_link(address).left == n + 1 - len(numbers)
    assert read_link(write_address([Turn("问" * 1000, make_answer(), index=INDEX)])[0]) == Link((), "", 1)


def test_what_has_no_answer_is_in_no_address():
    assert write_address([]) == ("", [])
    assert write_address([Turn("", problem="empty"), Turn("问" * 400, problem="too_long")]) == ("", [])
    assert write_link(Turn("", problem="empty"), []) == ""


def test_one_answer_has_an_address_of_its_own(archive):
    turns = say(
        "在金水区的报道中,农民工张广林拿回了多少工资?",
        "他是哪里人?",
        "还有呢?",
        "还有呢?",
        "党员老妈妈服务队的队长是谁?",
        archive=archive,
    )
    links = [read_link(write_link(turn, turns)) for turn in turns]
    alone = "在金水区的报道中,张广林是哪里人?"
    assert [[one.question for one in link.asked] for link in links] == [
        [turns[0].question],
        [alone],
        [alone, "还有呢?"],
        [alone, "还有呢?", "还有呢?"],
        [turns[4].question],
    ]
    for turn, link in zip(turns, links, strict=True):
        assert told(replay(archive, link.asked)[-1:]) == told([turn])
        assert link.index == archive.store.fingerprint


def test_an_address_bears_the_index_that_answered_first_and_a_link_the_one_that_gave_its_answer():
    old, new = (Turn("问", make_answer(), number=n, index=INDEX[::step]) for n, step in ((1, 1), (2, -1)))
    corrected = replace(new, number=3)
    assert read_link(write_address([old, new])[0]).index == old.index
    assert read_link(write_address([corrected, new])[0]).index == new.index
    assert [read_link(write_link(turn, [old, new])).index for turn in (old, new)] == [old.index, new.index]
    # What was corrected stands first, and was asked last.
    assert read_link(write_address([corrected, replace(old, number=2)])[0]).index == old.index


@given(st.lists(hostile_text.filter(str.strip), max_size=6))
def test_whatever_was_asked_comes_back_to_the_letter(questions):
    turns: list[Turn] = []
    for question in questions:
        answer = replace(make_answer(), question=question, standalone=question)
        turns = add_turn(turns, Turn(question, answer, after=tuple(turn.question for turn in turns)))
    sent = [one.strip().encode("utf-8", "replace").decode() for one in questions]
    assert asked_of(turns) == [Asked(question) for question in sent]


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("", Link()),
        ("?", Link()),
        ("?q=", Link()),
        ("?q=%20&a=%E3%80%80", Link()),
        ("?q=%ff%fe", Link((Asked("\ufffd\ufffd"),))),
        ("?x=1&q=一&__theme=dark&a=二", Link((Asked("一"), Asked("二", alone=True)))),
        ("?q=一&index=../../x&left=-1", Link((Asked("一"),))),
        ("?q=一&index=0123abcd&left=99999", Link((Asked("一"),), "0123abcd")),
        ("?q=一&left=７", Link((Asked("一"),))),
        ("?" + "q=一&" * 150, Link((Asked("一"),) * MOST)),
        ("?" + "&".join(["q=1"] * 5000), Link()),
    ],
)
def test_an_address_is_read_calmly(address, link):
    assert read_link(address) == link


@given(st.text() | st.text("qa=&%?;+#index", max_size=80))
def test_anything_may_stand_in_an_address(address):
    link = read_link(address)
    assert len(link.asked) <= MOST
    assert all(one.question.strip() for one in link.asked)
