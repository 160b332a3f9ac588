"""chat.sessions: a visitor's conversation outlasts any number of calls, and what has gone takes no room."""

import asyncio
from types import SimpleNamespace

import gradio as gr
import pytest
from gradio.queueing import Queue

from chat.serve import GRADIO
from chat.sessions import Sessions

STATE = 7


@pytest.fixture
def sessions() -> Sessions:
    """Sessions of a page with one state. A real one has a loop of its own, which nobody would close."""
    config = SimpleNamespace(blocks={STATE: gr.State([])}, config_for_block=lambda *_: {})
    queue = SimpleNamespace(pending_event_ids_session={})
    page = SimpleNamespace(blocks={}, default_config=config, _queue=queue, state_session_capacity=5)
    sessions = Sessions()
    sessions.set_blocks(page)
    return sessions


def talk(sessions: Sessions, name: str, said: str = "问") -> None:
    sessions[name][STATE] = [said]


def test_calls_never_cost_a_visitor_his_conversation(sessions):
    talk(sessions, "anna")
    for n in range(50):
        assert sessions[f"call {n}"].state_data == {}
    assert list(sessions.session_data) == ["anna", "call 46", "call 47", "call 48", "call 49"]
    assert sessions["anna"][STATE] == ["问"]


def test_few_calls_are_kept_though_there_is_room(sessions, monkeypatch):
    monkeypatch.setattr("chat.sessions.CALLS", 2)
    talk(sessions, "anna")
    for n in range(9):
        assert sessions[f"call {n}"] is sessions[f"call {n}"]
    assert list(sessions.session_data) == ["anna", "call 7", "call 8"]


def test_of_visitors_those_who_closed_the_page_go_first_then_who_was_not_there_for_longest(sessions):
    for name in "abcde":
        talk(sessions, name)
    sessions["b"].is_closed = True
    assert sessions["a"]
    talk(sessions, "f")
    assert sorted(sessions.session_data) == ["a", "c", "d", "e", "f"]
    talk(sessions, "g")
    assert sorted(sessions.session_data) == ["a", "d", "e", "f", "g"]


def test_a_new_call_has_its_session_even_where_every_other_is_a_visitors(sessions):
    for name in "abcde":
        talk(sessions, name)
    session = sessions["call"]
    assert sessions["call"] is session
    assert sessions["next call"] is not session
    assert "call" not in sessions
    assert len(sessions.session_data) == 5


def test_nothing_is_left_of_a_call_in_the_queue(sessions):
    waiting = sessions.blocks._queue.pending_event_ids_session
    for n in range(20):
        assert sessions[f"call {n}"] is not None
        waiting[f"call {n}"] = {"event"} if n == 3 else set()
    assert list(waiting) == ["call 3", *(f"call {n}" for n in range(15, 20))]


def test_gradio_works_out_no_statistics_and_has_what_is_set_of_its_queue(monkeypatch):
    for name, value in GRADIO.items():
        monkeypatch.setenv(name, value)

    async def make() -> Queue:  # in a loop: without one, it begins one that nobody closes
        return Queue(False, 1, 1, 1, SimpleNamespace(fns={}))

    queue = asyncio.run(make())
    queue.events_recorded = 100_000
    told = queue.compute_analytics_summary([{"function": "ask", "status": "success", "process_time": 1.0}])
    assert told == {"functions": {}}
    assert queue.ANALYTICS_MAX_EVENTS == 100
    assert queue.sleep_when_free > 0  # serve.py sets it: by another name that would change nothing
