"""An index, wherever it is kept: what the engine needs of it once it is opened, and what commands do with it.

In: an address, a folder or scheme://HOST:PORT/NAME. Out: the one Engine that keeps such an index.
Does not know how any engine keeps it. This is the only place that tells addresses apart: an engine for
another kind is a module that meets Engine, and a line in _ENGINES.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Literal, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from index.catalog import Counts, Facts, Stored, Words
from index.encoder import Encoder, load_encoder
from index.errors import IndexIncompatible, IndexMissing
from index.pages import Skipped
from index.records import Article, Page

Address = str | Path
Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Field = Literal["head", "body"]
Fact = Literal["district", "source", "newspaper", "edition", "kind", "date"]
ToRead = tuple[Path, str, tuple[int, ...]]
Progress = Callable[[Sequence[ToRead]], Iterable[ToRead]]

DEFAULT_INDEX = Path("var/index")
# The engine of an address by its scheme; one without is a folder.
_ENGINES = {"": "index.embedded", "milvus": "cluster.engine"}


# ---- what counts in a search ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clause:
    """Articles of which a fact has one of some values; beside those `others`, by their numbers."""

    fact: Fact
    values: frozenset[str]
    others: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Among:
    """The only passages that count in a search, said in two ways; a leg takes the one that suits it.

    `passages` are their numbers, ascending, made when they are first asked for. `clauses` say the same by
    facts of their articles, all of which have to hold; where there is none, the numbers alone say it.
    """

    find: Callable[[], Numbers]
    clauses: tuple[Clause, ...] = ()

    @classmethod
    def of(cls, passages: Sequence[int] | Numbers) -> "Among":
        """Return the passages with these numbers, ascending."""
        numbers = np.asarray(passages, np.int64)
        return cls(lambda: numbers)

    @cached_property
    def passages(self) -> Numbers:
        """The numbers of the passages, ascending."""
        return self.find()


# ---- what an opened index can do --------------------------------------------------------------------


class CatalogLeg(Protocol):
    """Pages, articles and passages by their numbers; index/catalog.py says what each call returns."""

    def counts(self) -> Counts: ...
    def encodings(self) -> dict[str, int]: ...
    def page(self, source: str) -> tuple[Page, tuple[Article, ...]]: ...
    def passages(self, numbers: Sequence[int]) -> list[Stored]: ...
    def words(self, numbers: Sequence[int]) -> list[Words]: ...
    def facts(self) -> list[Facts]: ...
    def heads(self) -> list[tuple[str, str]]: ...
    def named_dates(self) -> list[tuple[str, ...]]: ...
    def owners(self) -> tuple[Numbers, Numbers]: ...
    def owners_of(self, numbers: Iterable[int]) -> dict[int, int]: ...
    def cuts(self, longest: int) -> list[tuple[int, int]]: ...
    def articles(self, ids: Iterable[int]) -> Iterator[tuple[int, Article, Page]]: ...
    def numbers(self) -> list[int]: ...


class KeywordLeg(Protocol):
    """BM25 over the terms of heads and bodies; index/keywords.py says what each call returns."""

    def __len__(self) -> int: ...
    def search(self, terms: Sequence[str], k: int, among: Among | None = None) -> dict[int, float]: ...
    def find_all(self, terms: Sequence[str], fields: Sequence[Field] = ("head", "body")) -> Numbers: ...
    def find_some(self, terms: Sequence[str], k: int) -> list[int]: ...
    def find_inside(self, part: str) -> Numbers: ...
    def find_beginning(self, part: str) -> Numbers: ...
    def document_count(self, term: str) -> int: ...


class VectorLeg(Protocol):
    """Unit vectors of passages; index/vectors.py says what each call returns."""

    def __len__(self) -> int: ...
    def search(self, vector: Floats, k: int, among: Among | None = None) -> dict[int, float]: ...
    def rows(self, numbers: Sequence[int]) -> Floats: ...
    def numbers(self) -> list[int]: ...


class Stated(Protocol):
    """What an index says of itself. `contents` is a checksum of the names and contents of its pages."""

    @property
    def built(self) -> str: ...
    @property
    def encoder(self) -> str: ...
    @property
    def encoder_fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def contents(self) -> str: ...
    @property
    def counts(self) -> Counts: ...
    @property
    def skipped(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def size(self) -> int: ...


class Store(Protocol):
    """An index as it was at one moment, opened for reading. What is written meanwhile does not show.

    `home` is its address, `name` what a message calls this very state of it; a higher `version` is a later
    one. `damaged` says what was wrong with newer states that had to be passed over. `at_once` is how many
    questions it serves best at a time.
    """

    @property
    def home(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> tuple[int, ...]: ...
    @property
    def manifest(self) -> Stated: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def damaged(self) -> tuple[str, ...]: ...
    @property
    def at_once(self) -> int: ...
    @property
    def catalog(self) -> CatalogLeg: ...
    @property
    def keywords(self) -> KeywordLeg: ...
    @property
    def vectors(self) -> VectorLeg: ...

    def remains(self) -> bool:
        """Tell whether this state is still kept; it may have been succeeded and taken away."""

    def as_json(self) -> dict[str, object]:
        """Return what `index status --json` prints of it."""


# ---- what commands do with an index -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did. `counts` and `size` (bytes) are of the whole index, `seconds` of this run.

    `unchanged` are pages that stayed as they were, `removed` pages whose file is there no longer, be it that
    it has another name: `renamed` counts such files. `twice` are files with the content of another one, and
    that one.
    """

    counts: Counts
    size: int
    seconds: float
    skipped: tuple[Skipped, ...]
    unchanged: int
    removed: int
    renamed: int
    twice: tuple[tuple[str, str], ...]


class Engine(Protocol):
    """A module that keeps indexes of one kind. Every function raises ArchiveError where it cannot."""

    def open_store(self, address: Address) -> Store:
        """Open the index as it is now."""

    def look_at(self, address: Address) -> Hashable | None:
        """Return what changes whenever the index does, cheaply; None where it is gone or out of reach."""

    def own_folder(self, address: Address) -> Path | None:
        """Return the folder that the index is written to, None where it's kept elsewhere."""

    def build(
        self,
        paths: Sequence[str],
        address: Address,
        encoder: Encoder,
        progress: Progress,
        *,
        anew: bool,
        ray: str | None = None,
    ) -> Report:
        """Index the files below `paths` and nothing else, as `index.build.build_index` does.

        `ray` is the address of a Ray cluster that is to do it; not every engine can have that.
        """

    def add(
        self, paths: Sequence[Path], address: Address, encoder: Encoder | None, progress: Progress
    ) -> Report:
        """Add the files below `paths`, as `index.build.add_to_index` does."""

    def remove(self, paths: Sequence[Path], address: Address) -> Report:
        """Take these files out of the index, as `index.build.remove_from_index` does."""


def engine_of(address: Address) -> Engine:
    """Return the engine that keeps the index at `address`. Raises IndexMissing for a scheme without one."""
    scheme, mark, _ = str(address).partition("://")
    module = _ENGINES.get(scheme if mark else "")
    if module is None:
        known = ", ".join(f"{name}://" for name in _ENGINES if name)
        raise IndexMissing(
            f"No index is kept at {scheme}:// addresses. Give a folder{known and ', or '}{known}."
        )
    return cast(Engine, import_module(module))


def open_store(address: Address) -> Store:
    """Open the index at `address` as it is now. Raises ArchiveError where that cannot be."""
    return engine_of(address).open_store(address)


def look_at(address: Address) -> Hashable | None:
    """Return what changes whenever the index at `address` does; None where it's gone or out of reach."""
    return engine_of(address).look_at(address)


def folder_beside(address: Address) -> Path:
    """Return the folder for what is kept beside an index and is no part of it."""
    return (engine_of(address).own_folder(address) or DEFAULT_INDEX).parent


def load_own_encoder(manifest: Stated) -> Encoder:
    """Load the encoder that an index was built with. Raises EncoderError where it is gone."""
    return load_encoder(None if manifest.encoder == "bundled" else manifest.encoder)


def require_encoder(manifest: Stated, encoder: Encoder, home: Address) -> None:
    """Raise IndexIncompatible unless the index at `home` was built with `encoder`."""
    if (manifest.encoder_fingerprint, manifest.dimension) != (encoder.fingerprint, encoder.dimension):
        raise IndexIncompatible(
            f"The index in {home} was built with the encoder {manifest.encoder} "
            f"({manifest.encoder_fingerprint[:12]}), this is {encoder.name} ({encoder.fingerprint[:12]}). "
            "Run: python -m index build"
        )
