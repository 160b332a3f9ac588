"""A command of the index that meets its end, or a broken disk, at a moment that is chosen.

In: the arguments of `python -m index`, and a Plan. Out: a forked process that runs them, and what it said.
Does not know what should come of it.

What Python does to files is told to its audit hooks before it is done: the hook counts what would change the
index, and at the n-th kills its own process, stops it, or raises the error of a disk. FAISS, tantivy, SQLite
write without Python: for them there is a limit on how long files may grow, which the kernel holds.
"""

import errno
import os
import resource
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.__main__ import main
from lab.apart import settle_alone

Deed = Literal["count", "kill", "stop", "full", "broken"]
_CHANGES = frozenset({
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate",
})  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ERRORS = {"full": errno.ENOSPC, "broken": errno.EIO}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done, at which operation on files below `folder`; how many bytes long a file may be at most."""

    folder: Path
    deed: Deed = "count"
    at: int = 0
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: its exit status (None where a signal ended it), what it said, and what it did.

    `operations` are those on files that were counted; 0 where it was killed.
    """

    status: int | None
    said: str
    operations: int


class _Hook:
    """Counts operations, and does the deed at the one that was chosen."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._inside = plan, os.fspath(plan.folder)
        self.seen = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._concerns(event, arguments):
            return
        self.seen += 1
        if self.seen != self._plan.at or self._plan.deed == "count":
            return
        if self._plan.deed in _ERRORS:
            number = _ERRORS[self._plan.deed]
            if event == "sqlite3.commit":
                raise sqlite3.OperationalError("database or disk is full")
            raise OSError(number, os.strerror(number), str(arguments[0]))
        os.kill(os.getpid(), signal.SIGKILL if self._plan.deed == "kill" else signal.SIGSTOP)

    def _concerns(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event in ("os.fsync", "sqlite3.commit"):
            return True
        if event == "open":
            path, mode, flags = arguments
            writes = bool(flags & _WRITING) if mode is None else bool(set(mode) & set("wax+"))
            return writes and isinstance(path, str | os.PathLike) and self._is_inside(path)
        # Within a folder that is emptied, names are relative to its descriptor.
        return event in _CHANGES and (arguments[-1] not in (None, -1) or self._is_inside(arguments[0]))

    def _is_inside(self, path: object) -> bool:
        return str(path).startswith(self._inside)


class _Connection(sqlite3.Connection):
    """A connection that says when it commits."""

    def commit(self) -> None:
        sys.audit("sqlite3.commit", "catalog")
        super().commit()


def _tell_all() -> None:
    """Make what has no audit event of its own have one."""
    fsync, connect = os.fsync, sqlite3.connect

    def told_fsync(descriptor: int) -> None:
        sys.audit("os.fsync", descriptor)
        fsync(descriptor)

    def told_connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return connect(*arguments, **{"factory": _Connection, **options})

    os.fsync, sqlite3.connect = told_fsync, told_connect  # type: ignore[assignment]


def start(arguments: Sequence[str], plan: Plan, log: Path) -> int:
    """Fork a process that runs `python -m index` with `arguments`; return its number."""
    log.write_bytes(b"")
    if number := os.fork():
        return number
    settle_alone()
    os.setsid()
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.stdout = sys.stderr = open(1, "w", buffering=1, encoding="utf-8")  # noqa: SIM115 - not a test's own
    hook, status = _Hook(plan), 70
    try:
        _tell_all()
        if plan.longest is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (plan.longest, plan.longest))
        sys.addaudithook(hook)
        status = main(arguments)
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        if plan.longest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (plan.longest, plan.longest))
        sys.stdout.flush()
        sys.stderr.flush()
        if plan.deed == "count":
            os.write(1, f"\noperations {hook.seen}".encode())
        os._exit(status)
    raise AssertionError


def wait(number: int, log: Path) -> Outcome:
    """Return how the process ended, and kill what it left running."""
    _, ended = os.waitpid(number, 0)
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        pass
    else:
        time.sleep(0.2)  # helpers of one that was killed go by themselves
    said, _, operations = log.read_text(errors="replace").rpartition("\noperations ")
    if not operations.isdecimal():
        said, operations = said + operations, "0"
    return Outcome(os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else None, said, int(operations))


def run(arguments: Sequence[str], plan: Plan, log: Path, seconds: float | None = None) -> Outcome:
    """Run a command to its end; where `seconds` are given, to its death after these."""
    number = start(arguments, plan, log)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(number, signal.SIGKILL)
    return wait(number, log)
