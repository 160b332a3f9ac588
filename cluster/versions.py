"""What a version of an index holds, and which version is in use.

In: a server and the name of an index. Out: Manifest; a switch from one version to the next.
Does not know pages or terms.

A version is a set of collections (schema.py). The alias NAME stands for the manifest of the one in use: to
build anew is to fill another version beside it and to move that one alias. What is added to a version gets
numbers above those that its manifest names, so that nobody sees it until a manifest is written that names
them: step 2 after step 1. What is taken out is named in the manifest too, and its rows are deleted at the
next step, when nobody can be reading the one before. Step 0 is a build that goes on: what it has finished.
"""

import json
import os
import re
import socket
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace

from cluster.client import PATIENCE, Row, Server, listing
from cluster.packing import pack, unpack
from cluster.schema import KINDS, create_version, fill_row, name_collection
from cluster.terms import Lengths
from index.catalog import Counts
from index.errors import ArchiveError, IndexBusy, IndexIncompatible, IndexMissing
from index.generation import tokeniser

# Changes whenever rows are written otherwise.
FORMAT = 1
_PARTS = 1000  # rows of a manifest at most
_ALL = "id >= 0"
# A writer that has not been heard of for so many seconds is gone.
_SILENT = 120.0


@dataclass(frozen=True, slots=True)
class Last:
    """The highest number that a page, an article, a passage has had."""

    page: int = 0
    article: int = 0
    passage: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version holds at one step. Meets index.store.Stated.

    `batch` is the last portion of terms that counts, `gone` are pages that count no more, `lengths` are the
    mean lengths that the passages' vectors were made with, `size` are the bytes that were handed over.
    """

    format: int
    built: str
    encoder: str
    encoder_fingerprint: str
    dimension: int
    tokeniser: str
    contents: str
    counts: Counts
    skipped: tuple[tuple[str, str], ...]
    size: int
    lengths: Lengths
    last: Last = Last()
    batch: int = 0
    gone: tuple[int, ...] = ()

    def shown(self, number: str = "page") -> str:
        """Return the expression for the rows that count, of their page by the field `number`."""
        gone = f" and {number} not in {listing(self.gone)}" if self.gone else ""
        return f"{number} <= {self.last.page}{gone}"


@dataclass(frozen=True, slots=True)
class Version:
    """A version as a step left it."""

    number: int
    step: int
    manifest: Manifest


def find_current(server: Server, patience: float = PATIENCE) -> int | None:
    """Return the number of the version in use, None where nothing was built."""
    collection = server.alias(server.place.name, patience)
    match = re.fullmatch(rf"{server.place.name}_v(\d+)_manifest", collection or "")
    return int(match[1]) if match else None


def find_version(server: Server) -> Version:
    """Return the version in use at its last step. Raises IndexMissing where nothing was built."""
    number = find_current(server)
    version = number and read_version(server, number)
    if not version or not version.step:
        raise IndexMissing(f"There is no index at {server.place}. Run: python -m index build")
    if (version.manifest.format, version.manifest.tokeniser) != (FORMAT, tokeniser()):
        raise IndexIncompatible(
            f"The index at {server.place} was built by another version of this program. "
            "Run: python -m index build"
        )
    return version


def find_newest_step(server: Server, number: int) -> int:
    """Return the last step of a version."""
    collection = name_collection(server.place.name, number, "manifest")
    return max((int(row["step"]) for row in server.query(collection, _ALL, ["step"], strong=True)), default=0)


def read_version(server: Server, number: int, *, unfinished: bool = False) -> Version | None:
    """Return a version at its last whole step; or at what a build of it has finished, if that is wanted."""
    collection = name_collection(server.place.name, number, "manifest")
    steps: dict[int, list[Row]] = {}
    for row in server.query(collection, _ALL, ["step", "part", "parts", "data"], strong=True):
        steps.setdefault(int(row["step"]), []).append(row)
    ordered = sorted(steps, key=lambda step: (unfinished and step == 0, step), reverse=True)
    for step in ordered:
        rows = sorted(steps[step], key=lambda row: int(row["part"]))
        whole = [int(row["part"]) for row in rows] == list(range(int(rows[0]["parts"])))
        if whole and (step or unfinished):
            return Version(number, step, _read_manifest(unpack(row["data"] for row in rows)))
    return None


def list_versions(server: Server) -> list[int]:
    """Return the numbers of all versions, finished or not, ascending."""
    pattern = re.compile(rf"{server.place.name}_v(\d+)_manifest")
    return sorted(int(match[1]) for name in server.collections() if (match := pattern.fullmatch(name)))


def start_version(server: Server, manifest: Manifest) -> Version:
    """Make a new version with nothing in it yet."""
    number = max(list_versions(server), default=0) + 1
    create_version(server, number, manifest.dimension)
    return keep_progress(server, Version(number, 0, manifest), manifest)


def keep_progress(server: Server, version: Version, manifest: Manifest) -> Version:
    """Write down what a build has finished; another build may go on from there."""
    _write(server, version.number, 0, manifest)
    return replace(version, manifest=manifest)


def publish(server: Server, version: Version, manifest: Manifest) -> Version:
    """Make `manifest` the next step of a version, and that the version in use.

    Of versions, the one before is kept; of steps, too: who reads it goes on reading.
    """
    before = find_current(server)
    step = version.step + 1 if version.step else find_newest_step(server, version.number) + 1
    _write(server, version.number, step, manifest)
    collection, name = name_collection(server.place.name, version.number, "manifest"), server.place.name
    if before is None:
        server.ask("create_alias", collection, name)
    elif before != version.number:
        server.ask("alter_alias", collection, name)
    server.delete(collection, f"step == 0 or step < {step - 1}")
    drop_versions(server, keep={version.number, before or version.number})
    return Version(version.number, step, manifest)


def drop_versions(server: Server, keep: Collection[int]) -> None:
    """Take away all other versions."""
    there = set(server.collections())
    for number in list_versions(server):
        # The manifest last: while there is one, the version is known, and can be taken away.
        for kind in reversed(KINDS) if number not in keep else ():
            collection = name_collection(server.place.name, number, kind)
            if collection in there:
                server.ask("drop_collection", collection)


def _write(server: Server, number: int, step: int, manifest: Manifest) -> None:
    parts = pack(json.dumps(asdict(manifest), ensure_ascii=True))
    rows = [
        fill_row(
            "manifest",
            {"id": step * _PARTS + part, "step": step, "part": part, "parts": len(parts), "data": data},
        )
        for part, data in enumerate(parts)
    ]
    collection = name_collection(server.place.name, number, "manifest")
    server.ask("upsert", collection, rows)


def _read_manifest(said: str) -> Manifest:
    values = json.loads(said)
    values["counts"], values["last"] = Counts(**values["counts"]), Last(**values["last"])
    values["lengths"] = Lengths(**values["lengths"])
    values["skipped"] = tuple((name, reason) for name, reason in values["skipped"])
    values["gone"] = tuple(values["gone"])
    return Manifest(**values)


# ---- one writer at a time ---------------------------------------------------------------------------


class Writing:
    """The right to write an index. `beat` says now and then that its owner is still there."""

    def __init__(self, server: Server) -> None:
        self._server, self._mark = server, f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex}"
        self._collection = f"{server.place.name}_writer"
        self._beaten = 0.0

    def beat(self) -> None:
        """Write down the time, at most every ten seconds. Raises IndexBusy where another one took over."""
        now = time.time()
        if now - self._beaten < 10:
            return
        if self._beaten and self._owner()[0] != self._mark:
            raise IndexBusy(
                f"Another process took over to write the index at {self._server.place}. Try again."
            )
        self._server.ask("upsert", self._collection, [self._row(self._mark, now)])
        self._beaten = now

    def take(self) -> None:
        """Take the right. Raises IndexBusy while another process has it."""
        from cluster.schema import create_writer

        if self._collection not in self._server.collections():
            create_writer(self._server, self._collection)
        owner, when = self._owner()
        if owner and time.time() - when < _SILENT and not _is_gone(owner):
            raise IndexBusy(
                f"Another process is writing the index at {self._server.place} ({owner.rpartition(' ')[0]}). "
                f"Wait until it is done; where it was killed, for {_SILENT:.0f} seconds."
            )
        self.beat()

    def leave(self) -> None:
        """Give the right back; a server that is gone is told of by what failed before."""
        with suppress(ArchiveError):
            self._server.ask("upsert", self._collection, [self._row("", 0.0)])

    def _owner(self) -> tuple[str, float]:
        rows = self._server.query(self._collection, _ALL, ["owner", "at"], strong=True)
        return (str(rows[0]["owner"]), float(rows[0]["at"])) if rows else ("", 0.0)

    @staticmethod
    def _row(owner: str, at: float) -> Row:
        return fill_row("writer", {"id": 1, "owner": owner, "at": str(at)})


def _is_gone(owner: str) -> bool:
    """Tell whether a writer was a process of this computer that is no more."""
    host, process, _ = owner.split(" ")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:  # another user's
        return False
    return False


@contextmanager
def writing(server: Server) -> Iterator[Writing]:
    """Hold the one right to write the index of `server`."""
    right = Writing(server)
    right.take()
    try:
        yield right
    finally:
        right.leave()
