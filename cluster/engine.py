"""The engine of an index on Milvus. Meets index.store.Engine.

In: milvus://HOST:PORT/NAME, the token in the environment. Out: the version in use as a Store, and the
commands. Does not know how anything is searched or written.
"""

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import ClassVar

from cluster.catalog import Catalog
from cluster.client import Place, Server, read_address
from cluster.files import find_files
from cluster.schema import name_collection
from cluster.search import Keywords, Vectors
from cluster.versions import Manifest, Version, find_current, find_newest_step, find_version
from index.encoder import Encoder
from index.errors import ArchiveError, IndexMissing
from index.generation import write_fingerprint
from index.store import Address, Progress, Report

# Seconds that a look for something new may take.
_GLANCE = 5.0

_servers: dict[Place, Server] = {}
_connecting = Lock()


@dataclass(frozen=True)
class MilvusStore:
    """A version at one of its steps. Meets index.store.Store."""

    server: Server
    state: Version
    at_once: ClassVar[int] = 16  # a question waits for the server most of its time

    @property
    def home(self) -> str:
        """The address."""
        return str(self.server.place)

    @property
    def name(self) -> str:
        """The address, with the version and its step."""
        return f"{self.server.place} (version {self.state.number}.{self.state.step})"

    @property
    def version(self) -> tuple[int, ...]:
        """The numbers of the version and its step."""
        return self.state.number, self.state.step

    @property
    def manifest(self) -> Manifest:
        """What the version says of itself."""
        return self.state.manifest

    @property
    def fingerprint(self) -> str:
        """Eight hex digits of what is indexed and how: those of the same files in a folder."""
        return write_fingerprint(self.manifest.contents, self.manifest.encoder_fingerprint)

    @property
    def damaged(self) -> tuple[str, ...]:
        """Nothing: what is not whole is never the version in use."""
        return ()

    @cached_property
    def catalog(self) -> Catalog:
        """Pages, articles, passages."""
        return Catalog(self.server, self.state)

    @cached_property
    def keywords(self) -> Keywords:
        """BM25."""
        return Keywords(self.server, self.state)

    @cached_property
    def vectors(self) -> Vectors:
        """The vectors."""
        return Vectors(self.server, self.state)

    def remains(self) -> bool:
        """Tell whether the version has not been taken away."""
        name = name_collection(self.server.place.name, self.state.number, "manifest")
        try:
            return name in self.server.collections()
        except ArchiveError:
            return True  # out of reach is not gone: what failed says so

    def as_json(self) -> dict[str, object]:
        """Return the manifest, and where the version is."""
        facts = asdict(self.manifest) | {"address": self.home, "version": self.version}
        return facts | {"damaged": self.damaged, "fingerprint": self.fingerprint}


def connect(address: Address) -> Server:
    """Return the connection to the server of an address, the one that there is if possible."""
    place = read_address(str(address))
    with _connecting:
        if place not in _servers:
            _servers[place] = Server(place)
        return _servers[place]


def open_store(address: Address) -> MilvusStore:
    """Open the version in use. Raises ArchiveError where there is none, or none that can be read."""
    server = connect(address)
    while True:
        version = find_version(server)
        store = MilvusStore(server, version)
        # Asked with all that was written before: later calls see it, too.
        held = store.catalog.counts().passages
        if held == version.manifest.counts.passages:
            return store
        now = find_version(server)
        if (now.number, now.step) == (version.number, version.step):
            raise IndexMissing(
                f"The index at {server.place} holds {held} passages, its manifest says "
                f"{version.manifest.counts.passages}. Run: python -m index build --anew"
            )


def look_at(address: Address) -> Hashable | None:
    """Return the version in use and its last step; None where there is none, or nobody answers."""
    try:
        server = connect(address)
        number = find_current(server, _GLANCE)
        return None if number is None else (number, find_newest_step(server, number))
    except ArchiveError:
        return None


def own_folder(address: Address) -> Path | None:
    """Return None: nothing is kept on this computer."""
    del address
    return None


def build(
    paths: Sequence[str],
    address: Address,
    encoder: Encoder,
    progress: Progress,
    *,
    anew: bool,
    ray: str | None = None,
) -> Report:
    """Build the index, or go on from it, by this process or by the workers of the Ray cluster at `ray`.

    A path may be a URL that fsspec knows.
    """
    from cluster.build import Alone, build_index

    server, files = connect(address), find_files(paths)
    if ray is None:
        return build_index(files, paths, server, encoder, progress, Alone(), anew=anew)
    from cluster.workers import Workers

    workers = Workers(ray)
    try:
        return build_index(files, paths, server, encoder, progress, workers, anew=anew)
    finally:
        workers.close()


def add(paths: Sequence[Path], address: Address, encoder: Encoder | None, progress: Progress) -> Report:
    """Add files to the index."""
    from cluster.build import Alone, add_to_index

    files = find_files([str(path) for path in paths])
    return add_to_index(files, paths, connect(address), encoder, progress, Alone())


def remove(paths: Sequence[Path], address: Address) -> Report:
    """Take files out of the index."""
    from cluster.build import remove_from_index

    return remove_from_index(paths, connect(address))
