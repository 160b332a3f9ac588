"""qa.recall: what was said is kept, found again by whatever a question may lean on, and bounded."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.recall import Memory, list_turns, make_key
from qa.records import Said


def said(question: str) -> Said:
    return Said(question, None, "")


def refuse(key: tuple[str, ...]) -> Said:
    raise AssertionError(key)


@pytest.mark.parametrize("junk", ["", "???", "😀", "桥" * 2000, "\x00"])
def test_what_is_no_question_is_no_turn(junk: str) -> None:
    assert list_turns(["谁  是\n李大海?", junk]) == ["谁 是 李大海?"]


def test_a_conversation_of_thousands_of_turns_is_looked_at_from_its_end() -> None:
    turns = list_turns([*(["他几岁?"] * 5000), "李大海是谁?"])
    assert turns[-1] == "李大海是谁?"
    assert len(turns) < 20


def test_the_key_reaches_back_to_a_question_that_stands_by_itself() -> None:
    assert make_key(["李大海是谁?"]) == ("李大海是谁?",)
    assert make_key(["赵海燕是谁?", "李大海是谁?", "他几岁?"]) == ("李大海是谁?", "他几岁?")
    assert len(make_key(["他几岁?"] * 50)) < 10


def test_the_last_turns_are_found_newest_first_and_only_what_is_missing_is_asked() -> None:
    memory, turns = Memory(), ["李大海是谁?", "他几岁?"]
    memory.keep(make_key(turns[:1]), said("一"))
    assert [one.question for one in memory.recall(turns, lambda key: said(key[-1]))] == ["他几岁?", "一"]
    memory.keep(make_key(turns), said("二"))
    assert [one.question for one in memory.recall(turns, refuse)] == ["二", "一"]


def test_the_turn_that_was_not_used_for_longest_is_forgotten() -> None:
    memory = Memory()
    memory.keep(("甲",), said("甲"))
    memory.keep(("乙",), said("乙"))
    for number in range(254):
        memory.keep((str(number),), said(str(number)))
    memory.recall(["甲"], refuse)
    memory.keep(("丙",), said("丙"))
    memory.recall(["甲"], refuse)
    with pytest.raises(AssertionError):
        memory.recall(["乙"], refuse)


def test_threads_that_share_a_memory_find_their_own() -> None:
    memory = Memory()

    def work(number: int) -> bool:
        key = (f"第{number % 300}条路有多长?",)
        memory.keep(key, said(key[0]))
        return memory.recall(key, lambda missing: said(missing[-1]))[0].question == key[0]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(3000)))
