"""What is kept of those who came: one session each, and of those who only called, next to nothing.

In: the page as Gradio serves it. Out: the same, with bounded memory.
Does not know what is in a session.

Gradio begins a session with every call of a program, of 46 kB, and keeps 10,000 of them, those whose visitor
has gone as well: half a gigabyte after ten minutes of calls, and then every call costs a visitor his
conversation. Here a session gives way in this order: that of a call, one whose page was closed, the one that
was not used for longest. The address of its page brings a conversation back.
"""

from typing import Any

from gradio.state_holder import SessionState, StateHolder

MOST, CALLS = 500, 50  # a conversation of some questions is 100 to 500 kB


class Sessions(StateHolder):  # type: ignore[misc]
    """The newest and most wanted sessions: at most `capacity`, and `CALLS` of those that hold nothing."""

    def __getitem__(self, session_id: str) -> SessionState:
        """Return the session of that name, a new one where there is none; another may go for it."""
        with self.lock:
            session = self.session_data.pop(session_id, None) or SessionState(self.blocks)
            gone = self._least_wanted()
            if gone:
                del self.session_data[gone]
            self.session_data[session_id] = session  # the newest stands last
        waiting = self.blocks._queue.pending_event_ids_session
        if gone in waiting and not waiting[gone]:
            del waiting[gone]  # an empty set, which Gradio keeps for good
        return session

    def _least_wanted(self) -> str | None:
        """Return what has to go for one more, or None where there is room."""
        calls = [name for name, session in self.session_data.items() if not session.state_data]
        full = len(self.session_data) >= self.capacity
        if calls and (full or len(calls) >= CALLS):
            return str(calls[0])
        closed = (name for name, session in self.session_data.items() if session.is_closed)
        return str(next(closed, next(iter(self.session_data)))) if full else None


def bound_sessions(page: Any) -> None:
    """Let a page that was launched keep `Sessions` from now on."""
    page.state_session_capacity = MOST
    page.app.state_holder = Sessions()
    page.app.state_holder.set_blocks(page)
