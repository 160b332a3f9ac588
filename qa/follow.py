"""The archive as it is now: a new index at its address is opened beside the old one, and taken over.

In: the address of an index. Out: the archive to ask, in `now`, which may be another one a moment later.
Does not know who asks, or what an index consists of.

Who answers a question, draws a page or lists articles takes `now` once and keeps to it: then nothing is made
of two archives. One that was succeeded is gone when the last question that took it has its answer. Nothing of
it is closed, and an open file outlives its name: the folder may be moved or deleted meanwhile.

Looking costs little: once a second, what its engine reads for it. What is new is verified, opened and asked
its first questions while people go on asking the old archive.
"""

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress

from index.errors import IndexDamaged, WenbaoError
from index.store import Address, look_at, open_store
from qa.archive import Archive
from qa.records import Look

_EVERY = 1.0  # seconds between two looks
# What could not be taken over is tried again: a folder may be copied file by file, memory may be short for a
# while. The pause doubles each time, for to verify a large index costs seconds of a core.
_AGAIN, _LONGEST = 5.0, 600.0
_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h


class Following:
    """An archive that gives way to what is built at its address. Threads may share it."""

    def __init__(self, archive: Archive) -> None:
        """Begin with `archive`, and stay with it; `open` gives one that follows its address."""
        self.now = archive
        self._address: Address | None = None
        self._models: tuple[str | None, str | None] = (None, None)  # encoder, reranker
        self._then: list[Callable[[Archive], None]] = []
        self._seen: Hashable | None = None
        self._pause, self._again = _AGAIN, float("inf")
        self._told = ""

    @classmethod
    def open(cls, address: Address, encoder: str | None = None, reranker: str | None = None) -> "Following":
        """Open the index at `address`, ready to be asked. Raises what `Archive.open` does."""
        _share_memory()
        seen = look_at(address)  # before it is opened: what comes in between is not overlooked
        following = cls(Archive.open(address, encoder, reranker))
        following._address, following._models, following._seen = address, (encoder, reranker), seen
        _warm_up(following.now)
        return following

    def then(self, call: Callable[[Archive], None]) -> None:
        """Have `call` called with each archive that is taken over, right after it was."""
        self._then.append(call)

    def start(self) -> None:
        """Look for a new index once a second, in the background, for as long as the program runs."""
        threading.Thread(target=self._keep_looking, name="follow", daemon=True).start()

    def look(self) -> bool:
        """Take over what is new, if it is whole, and tell whether it was.

        What is damaged, or fits neither this program nor its encoder, is passed over: the operator is told
        in a line, and the archive at hand goes on. It is tried again after a while.
        """
        if self._address is None:
            return False
        seen = look_at(self._address)
        if seen is None:  # moved, deleted or out of reach: what is open stays open
            return False
        if seen != self._seen:
            self._seen, self._pause, self._told = seen, _AGAIN, ""
        elif time.monotonic() < self._again:
            return False
        self._again = float("inf")
        try:
            archive = self._open_newer(self._address)
        except Exception as error:  # whatever it is, people go on asking
            self._again = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, _LONGEST)
            if look_at(self._address) == seen:  # else something newer took its place while it was opened
                self._tell(error)
            return False
        if archive is None:
            return False
        self.now = archive
        for call in self._then:
            call(archive)
        stock = f"{archive.summary.pages:,} pages, {archive.summary.articles:,} articles"
        print(f"The index was renewed: {stock} ({archive.store.fingerprint})", flush=True)
        return True

    def _open_newer(self, address: Address) -> Archive | None:
        """Return the archive at the address, ready to be asked; None where it is the one at hand."""
        store, own = open_store(address), self.now.store
        if store.damaged and store.version <= own.version:  # what is whole is no newer
            raise IndexDamaged(store.damaged[0])
        if store.manifest == own.manifest:
            return None
        archive = Archive(store, *self._models)
        _warm_up(archive)
        return archive

    def _tell(self, error: Exception) -> None:
        trouble = str(error) if isinstance(error, WenbaoError) else f"{type(error).__name__}: {error}"
        if trouble != self._told:
            print(f"app.py: a new index was passed over, the old one goes on: {trouble}", file=sys.stderr)
        self._told = trouble

    def _keep_looking(self) -> None:
        while True:
            time.sleep(_EVERY)
            try:
                if self.look():
                    time.sleep(_EVERY)  # those who asked the old one have their answers
                    _give_back()
            except Exception as error:  # else nothing would be followed any more
                self._tell(error)


def _warm_up(archive: Archive) -> None:
    """Read what is read once, and ask the first questions: not while a visitor waits for it."""
    _ = archive.starters, archive.health
    archive.shelf.browse(Look())


def _share_memory() -> None:
    """Have all threads share two heaps, where glibc makes up to sixteen that keep what was freed in them.

    Under the load of twenty people the app then holds 440 MB, as it does after it, and not 550 and more.
    """
    with suppress(AttributeError, OSError):  # another C library has no such function
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def _give_back() -> None:
    """Return the memory of what is gone to the system. glibc keeps it: 22 MB more after ten renewals."""
    with suppress(AttributeError, OSError):  # another C library has no such function
        ctypes.CDLL(None).malloc_trim(0)
