"""A conversation <-> the address that brings it back.

In: turns, or what stands in an address behind the question mark. Out: the other.
Does not know how questions are answered, or what a browser does with an address.

    ?q=张广林是哪里人?&q=他手里拿着多少现金?&a=哪些区报道了创卫?&at=2-1&index=1a2b3c4d&left=3

Each q is asked after those before it, each a by itself, in their order. `at` is the place that is open
beside (the second question's first source), which only the browser knows; `index` is the fingerprint of the
index that answered; `left` says how many earlier questions are not there any more.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from web.view import Turn

# Addresses up to some 8,000 characters pass everywhere; a Chinese character takes nine of them.
_LONGEST, _LONGEST_READ = 5500, 16_000
MOST = 20
# How far back a question reaches for what it leans on (qa/recall.py): what lies before makes no difference.
_REACH = 3
_FINGERPRINT = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, asked after those before it or `alone`."""

    question: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """What an address asks for: questions, from which index, and how many earlier ones were left out."""

    asked: tuple[Asked, ...] = ()
    index: str = ""
    left: int = 0


def write_address(turns: Sequence[Turn], left: int = 0) -> tuple[str, list[int]]:
    """Return the address of a conversation, and the numbers of its turns that are in it: its newest ones.

    A turn that leans on what is not there (a question that was corrected since, or is too far back) is asked
    by itself, as it was understood. `left` earlier turns were left out before. Where the index was renewed in
    the middle, the address bears the one that answered first: who comes by it is told that it has changed.
    """
    answered = [turn for turn in turns if turn.answer]
    kept = answered[-MOST:]
    while True:
        questions = "&".join(map(_write, _as_asked(kept)))
        if len(questions) <= _LONGEST:
            break
        kept = kept[1:]
    if not answered:
        return "", []
    gone = left + len(answered) - len(kept)
    index = min(kept, key=lambda turn: turn.number).index if kept else ""
    parts = [questions, f"index={index}", f"left={gone}" if gone else ""]
    return "?" + "&".join(filter(None, parts)), [turn.number for turn in kept]


def write_link(turn: Turn, turns: Sequence[Turn]) -> str:
    """Return the address of one answer: its question as it stands by itself.

    还有呢? is the question before once more: then that one goes in front.
    """
    if not turn.answer:
        return ""
    asked, index = [Asked(turn.answer.standalone)], turn.index
    for earlier in reversed(turns[: turns.index(turn)]):
        if earlier.answer and earlier.answer.standalone == turn.answer.standalone and _leans(turn):
            asked.insert(1, Asked(turn.question))
            turn = earlier
    address = f"?{'&'.join(map(_write, asked))}&index={index}"
    return address if len(address) <= _LONGEST else ""


def read_link(address: str) -> Link:
    """Return what an address asks for. A browser sent it: anything may be in it."""
    try:
        fields = parse_qsl(address[:_LONGEST_READ].removeprefix("?"), errors="replace", max_num_fields=200)
    except ValueError:
        return Link()
    asked = [Asked(value, key == "a") for key, value in fields if key in ("q", "a") and value.strip()]
    said = dict(fields)
    index, left = said.get("index", ""), said.get("left", "")
    return Link(
        tuple(asked[-MOST:]),
        index if _FINGERPRINT.fullmatch(index) else "",
        int(left) if re.fullmatch("[0-9]{1,4}", left) else 0,
    )


def _as_asked(turns: Sequence[Turn]) -> Iterator[Asked]:
    """Yield what brings these turns back, each with an answer."""
    before: list[Turn] = []
    rewritten: list[int] = []
    for n, turn in enumerate(turns):
        if _follows(turn, before, rewritten):
            yield Asked(turn.question)
        elif turn.answer:
            yield Asked(turn.answer.standalone, alone=n > 0)
            rewritten += [n] if _leans(turn) else []
        before.append(turn)


def _follows(turn: Turn, before: Sequence[Turn], rewritten: Sequence[int]) -> bool:
    """Tell whether a turn, asked after these, is understood as it was; some stand there `rewritten`.

    That one is the same to those who lean on it if they see it after the questions that it was asked after.
    """
    first = len(turn.after) - len(before)
    if first < 0 or (first and len(before) < _REACH):
        return False
    same = all(earlier.question == asked for earlier, asked in zip(before, turn.after[first:], strict=True))
    return same and all(before[n].after == turn.after[: first + n] for n in rewritten)


def _leans(turn: Turn) -> bool:
    return turn.answer is not None and turn.answer.standalone.strip() != turn.question.strip()


def _write(asked: Asked) -> str:
    return f"{'a' if asked.alone else 'q'}={quote(asked.question.strip(), safe='', errors='replace')}"
