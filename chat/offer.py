"""What may be asked after an answer: looked for once the answer is shown.

In: the archive, the turns of a visitor. Out: questions in the visitor's `Live`.
Does not know how they are made (qa/suggest.py), or how they are drawn.

It takes the time of up to four questions, so it is done for one visitor at a time, and not at all for those
who would have to wait long: what people ask goes before what they might ask.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Sequence

from chat.talk import newest
from qa.archive import Archive
from web.live import Live
from web.view import Turn

_MOST_WAITING = 8


class Offers:
    """Questions after answers, for all visitors."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._waiting = 0

    async def add(self, archive: Archive, turns: Sequence[Turn], live: Live) -> bool:
        """Put into `live` what may be asked after the newest turn; tell whether there is anything to show.

        After what another index answered there is nothing: the pages may be others.
        """
        turn, asked = newest(turns) if turns else None, live.asked
        if turn is None or turn.answer is None or turn.number in live.related:
            return False
        if turn.index != archive.store.fingerprint:
            return False
        if self._waiting == _MOST_WAITING:
            return False
        self._waiting += 1
        try:
            async with self._one:
                if live.asked != asked:
                    return False
                earlier = [
                    text for one in turns if one.answer for text in (one.question, one.answer.standalone)
                ]
                questions = await asyncio.to_thread(archive.related, turn.answer, earlier)
        except Exception as error:  # as in ask_archive; the answer stands
            print(f"app.py: no related questions: {type(error).__name__}: {error}", file=sys.stderr)
            return False
        finally:
            self._waiting -= 1
        return live.offer(turn, questions, asked)


async def take_both(
    summing: AsyncGenerator[None, None], offering: Awaitable[bool]
) -> AsyncGenerator[None, None]:
    """Yield whenever a summary has grown or there are questions to show, until both are done.

    One event has to draw both: of two, the later one may bring an older drawing, and then the end of a
    summary is not seen.
    """
    changes: asyncio.Queue[bool] = asyncio.Queue()

    async def sum_up() -> None:
        async for _ in summing:
            changes.put_nowait(True)

    async def offer() -> None:
        if await offering:
            changes.put_nowait(True)

    tasks = [asyncio.create_task(sum_up()), asyncio.create_task(offer())]
    for task in tasks:
        task.add_done_callback(lambda _: changes.put_nowait(False))
    running = len(tasks)
    try:
        while running:
            if await changes.get():
                yield
            else:
                running -= 1
    finally:
        for task in tasks:
            task.cancel()
