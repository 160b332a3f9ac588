"""A desk: a few are served at once, the others in the order in which they came.

In: how many at once. Out: a turn for each who asks for one. Does not know what is done in a turn.

Python runs one thread at a time. Eight that answer questions take it from each other hundreds of times a
second: a question then takes half as much again of the processor as beside one other, and each holds memory.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Desk:
    """Serves up to `places` threads at once, first come, first served."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and have it. Who has one must not ask for another."""
        called = Lock()
        called.acquire()
        with self._lock:
            self._waiting.append(called)
            self._call()
        called.acquire()
        try:
            yield
        finally:
            with self._lock:
                self._free += 1
                self._call()

    def _call(self) -> None:
        if self._free and self._waiting:
            self._free -= 1
            self._waiting.popleft().release()
