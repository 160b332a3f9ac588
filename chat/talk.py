"""A conversation as it grows: each question to the archive, and what became of it as a turn.

In: a question and the turns before it. Out: the turns with one more, or with one corrected in its place.
Does not know Gradio, or how a turn is drawn.
"""

import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from chat.link import Asked, write_link
from index.errors import EmptyQuestion, LongQuestion, WenbaoError
from qa.archive import Archive
from qa.cite import write_answer_text, write_reference
from qa.consult import Model
from qa.records import Answer
from qa.summarise import summarise_answer
from web.keep import Kept
from web.live import Live
from web.view import Turn

_LONGEST_TALK = 60  # turns kept and shown; a session is memory that nobody gives back


def ask_archive(archive: Archive, question: str, turns: Sequence[Turn]) -> Turn:
    """Return what became of a question in a conversation. Whatever goes wrong becomes a calm turn."""
    history = [turn.question for turn in turns if turn.answer is not None]
    try:
        answer = archive.ask(question, history=history)
        return Turn(question, answer, after=tuple(history), index=archive.store.fingerprint)
    except EmptyQuestion:
        return Turn("", problem="empty")
    except LongQuestion:
        return Turn(question[:400], problem="too_long")
    except WenbaoError as error:
        return Turn(question[:400], problem="failed", detail=str(error))
    except Exception as error:  # the visitor gets a sentence, the operator a line, nobody a traceback
        print(f"app.py: a question failed: {type(error).__name__}: {error}", file=sys.stderr)
        return Turn(question[:400], problem="failed")


def put_off(question: str) -> Turn:
    """Return the turn of a question that has to wait: too many are being asked."""
    return Turn(question[:400], problem="busy")


def add_turn(turns: Sequence[Turn], turn: Turn) -> list[Turn]:
    """Return the conversation with one more turn; a reminder to write or to wait gives way to it.

    It does not get the number of that: what the page shows under a number it takes for what it has told.
    """
    kept = [earlier for earlier in turns if earlier.problem not in ("empty", "busy")]
    return [*kept, replace(turn, number=_next_number(turns))][-_LONGEST_TALK:]


def replay(archive: Archive, asked: Sequence[Asked]) -> list[Turn]:
    """Return the conversation that an address holds, asked anew."""
    turns: list[Turn] = []
    for one in asked:
        turns = add_turn(turns, ask_archive(archive, one.question, [] if one.alone else turns))
    return turns


def replace_turn(turns: Sequence[Turn], number: int, turn: Turn) -> list[Turn]:
    """Return the conversation with `turn` in the place of the one that has the number, where there is one.

    In its place, for what stood there answers a question that nobody asked, and what is asked next leans on
    it. It gets a number of its own: the page that may be open beside the chat belongs to the old one.
    """
    corrected = replace(turn, number=_next_number(turns))
    return [corrected if earlier.number == number else earlier for earlier in turns]


def correct_turn(archive: Archive, turns: list[Turn], number: str, question: str) -> list[Turn]:
    """Return the conversation with a question asked as the visitor corrected it: as it stands, in its place.

    A browser sent both: whatever is no number of a turn changes nothing.
    """
    if not (number.isdecimal() and len(number) < 9 and question.strip()):
        return turns
    return replace_turn(turns, int(number), ask_archive(archive, question, []))


def write_out(turns: Sequence[Turn], places: Sequence[int]) -> list[Turn]:
    """Return the turns with what can be taken along from those that have an answer.

    `places` are the numbers of the turns that the address holds, in its order.
    """
    return [
        replace(
            turn,
            kept=Kept(
                write_answer_text(turn.answer, turn.summary),
                tuple(write_reference(citation) for citation in turn.answer.citations),
                write_link(turn, turns),
                places.index(turn.number) + 1 if turn.number in places else None,
            ),
        )
        if turn.answer
        else turn
        for turn in turns
    ]


def newest(turns: Sequence[Turn]) -> Turn:
    """Return the turn that was asked last: where one was corrected, it need not stand last."""
    return max(turns, key=lambda turn: turn.number)


def _next_number(turns: Sequence[Turn]) -> int:
    return max((turn.number for turn in turns), default=0) + 1


def _stand_there(archive: Archive, answer: Answer) -> bool:
    """Tell whether all sources of an answer stand where they stood."""
    versions = {citation.source: citation.version for citation in answer.citations}
    versions |= {hit.source: hit.version for hit in answer.hits}
    try:
        return all(archive.page(source).page.version == version for source, version in versions.items())
    except KeyError:
        return False


async def sum_up(archive: Archive, model: Model, turn: Turn, live: Live) -> AsyncGenerator[None, None]:
    """Let the model sum up a turn: yield whenever `live` has more of it, until it is done or stopped."""
    if turn.answer is None or turn.number not in live.summaries:
        return
    if turn.index != archive.store.fingerprint and not _stand_there(archive, turn.answer):
        live.stopped.add(turn.number)  # the index was renewed: what was cited is on its pages no more
        yield
        return
    reply = summarise_answer(turn.answer, lambda source: archive.page(source).page.text, model)
    try:
        async with aclosing(reply) as summaries:
            async for summary in summaries:
                if turn.number in live.stopped:
                    return
                live.summaries[turn.number] = summary
                yield
    except Exception as error:  # as in ask_archive; the answer stands
        print(f"app.py: a summary failed: {type(error).__name__}: {error}", file=sys.stderr)
        live.stopped.add(turn.number)
        yield
