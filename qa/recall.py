"""The turns of a conversation that were answered already, kept for the questions that lean on them.

In: earlier questions, and what was said to them. Out: what was said to the last ones of a conversation.
Does not know how a question is answered. What is not kept any more can be asked again: nothing here is
more than a shortcut.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from index.errors import QuestionError
from qa.lean import judge
from qa.question import understand
from qa.records import Said

# How far back a question is looked for that stands by itself, and how many turns a pronoun may reach back.
_TURNS, _REACH = 8, 3
# A turn keeps up to AROUND characters of an article: 256 of them are 2 MB or so.
_KEPT, AROUND = 256, 4000

Key = tuple[str, ...]


def list_turns(history: Sequence[str]) -> list[str]:
    """Return the last questions of a conversation, blanks closed up; what is no question is passed over."""
    turns = []
    for turn in history[-_TURNS - _REACH :]:
        try:
            turns.append(understand(turn).text)
        except QuestionError:
            continue
    return turns


def make_key(turns: Sequence[str]) -> Key:
    """Return the last question with those before it that it may lean on, back to one that stands by itself.

    The answer depends on nothing else, so it is the same whatever was talked of before.
    """
    first = max(len(turns) - _TURNS, 0)
    at = len(turns) - 1
    while at > first and judge(turns[at]) != "alone":
        at -= 1
    return tuple(turns[at:])


class Memory:
    """The last few hundred turns, of all conversations. Threads may share it."""

    def __init__(self) -> None:
        self._said: OrderedDict[Key, Said] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: Key, said: Said) -> None:
        """Keep what was said to the last question of `key`; the one not used for longest gives way."""
        with self._lock:
            self._said[key] = said
            self._said.move_to_end(key)
            if len(self._said) > _KEPT:
                self._said.popitem(last=False)

    def recall(self, turns: Sequence[str], ask: Callable[[Key], Said]) -> list[Said]:
        """Return what was said to the last turns, the newest first; `ask` answers one that is not kept."""
        ends = range(len(turns), max(len(turns) - _REACH, 0), -1)
        return [self._find(make_key(turns[:end])) or ask(make_key(turns[:end])) for end in ends]

    def _find(self, key: Key) -> Said | None:
        with self._lock:
            if key in self._said:
                self._said.move_to_end(key)
            return self._said.get(key)
