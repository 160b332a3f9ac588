"""What the page asks of each of its rooms: 提问, and what lies beside it.

In: nothing. Out: the record `Room`, and how Gradio is told of events.
Does not know what a room is for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from web.words import RoomName

# No spinner over what is drawn, no queue behind another visitor; private: no program calls these.
QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
PRIVATE: dict[str, Any] = {**QUIET, "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class Room:
    """One view of the page, of which one at a time is seen. Components are Gradio's.

    `leads` is the drawn part whose clicks lead to the page beside it (its event `show`). In another language
    `draw` is called with the archive, the visitor's `Live` and the values of `states`; it returns one value
    for each of `drawn`.
    """

    name: RoomName
    leads: Any
    states: Sequence[Any]
    drawn: Sequence[Any]
    draw: Callable[..., tuple[Any, ...]]
