"""web.live: several events of one conversation, in any order."""

import copy
from dataclasses import replace

from qa.records import Answer, ModelSummary, Overview
from web.live import Live
from web.view import Turn

ANSWER = Answer("问", "问", True, "答[1]", None, 0.9, (), (), None, 1.0)
TURN = Turn("问", ANSWER, number=4)


def test_a_turn_with_an_answer_expects_a_summary_and_no_other_does():
    live = Live()
    live.open(TURN, "qwen")
    assert live.join([TURN])[0].summary == ModelSummary("qwen", 0)
    counted = Overview("articles", "问", 1, 2, False, 0, (), "")
    for turn in (
        Turn("", problem="empty", number=5),
        Turn("问", replace(ANSWER, answered=False), number=6),
        Turn("问", replace(ANSWER, overview=counted), number=7),
    ):
        live.open(turn, "qwen")
        assert live.join([turn]) == [turn]


def test_the_next_question_ends_what_was_being_said_and_keeps_what_was_done():
    live, done, open_ = Live(), replace(TURN, number=5), replace(TURN, number=6)
    for turn in (done, open_):
        live.open(turn, "qwen")
    live.summaries[5] = ModelSummary("qwen", 0, done=True)
    live.open(Turn("", problem="empty", number=7), "qwen")
    summaries = [turn.summary for turn in live.join([done, open_])]
    assert [(summary.done, summary.trouble) for summary in summaries] == [(True, None), (True, "stopped")]
    live.summaries[6] = ModelSummary(
        "qwen", 0, dropped=1
    )  # a word that was on its way changes nothing of that
    assert live.join([open_])[0].summary.trouble == "stopped"


def test_every_conversation_has_its_own():
    first = Live()
    second = copy.deepcopy(first)  # as Gradio does for every visitor
    first.open(TURN, "qwen")
    first.language = "en"
    assert second.join([TURN]) == [TURN]
    assert second.language == "zh"


def test_a_long_talk_does_not_fill_the_memory():
    live = Live()
    for number in range(1, 200):
        live.open(replace(TURN, number=number), "qwen")
    assert len(live.summaries) == 60
    assert live.join([replace(TURN, number=199)])[0].summary


def test_older_turns_are_not_drawn_over_newer_ones():
    live, older, newer = Live(), [TURN], [TURN, replace(TURN, number=5)]
    corrected = [replace(TURN, number=6), newer[1]]
    assert [live.keep_up(turns) for turns in ([], older, newer, newer, corrected)] == [True] * 5
    assert [live.keep_up(turns) for turns in ([], older, newer, corrected)] == [False, False, False, True]
    assert Live().keep_up(older)
