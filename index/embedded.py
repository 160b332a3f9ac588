"""The engine of an index in a folder of this computer: SQLite, tantivy and FAISS. Meets index.store.Engine.

In: the folder. Out: its newest whole generation as a Store, and the commands on it.
Does not know other places. What takes long to import is imported when it is first needed: `status` and the
look for a new index need neither FAISS nor tantivy.
"""

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from index.catalog import Catalog
from index.encoder import Encoder
from index.errors import ArchiveError
from index.generation import Generation, Manifest, number_of, open_generation
from index.store import Address, KeywordLeg, Progress, Report, VectorLeg


@dataclass(frozen=True)
class Embedded:
    """A generation, its files opened when they are first asked for. Meets index.store.Store."""

    generation: Generation
    # While one is in FAISS, tantivy or NumPy, the other is in Python; a third one is in their way.
    at_once: ClassVar[int] = 2

    @property
    def home(self) -> str:
        """The folder of the index."""
        return str(self.generation.folder.parent)

    @property
    def name(self) -> str:
        """The folder of the generation."""
        return str(self.generation.folder)

    @property
    def version(self) -> tuple[int, ...]:
        """The number of the generation."""
        return (number_of(self.generation.folder.name),)

    @property
    def manifest(self) -> Manifest:
        """What the generation says of itself."""
        return self.generation.manifest

    @property
    def fingerprint(self) -> str:
        """Eight hex digits of what is indexed and how."""
        return self.generation.fingerprint

    @property
    def damaged(self) -> tuple[str, ...]:
        """What was wrong with newer generations."""
        return self.generation.damaged

    @cached_property
    def catalog(self) -> Catalog:
        """Pages, articles, passages."""
        return Catalog.load(self.generation.catalogs)

    @cached_property
    def keywords(self) -> KeywordLeg:
        """The postings."""
        from index.keywords import Keywords

        return Keywords.load(self.generation.keywords)

    @cached_property
    def vectors(self) -> VectorLeg:
        """The vectors of all passages that count."""
        from index.vectors import Vectors

        return Vectors.load(self.generation.vectors, self.catalog.gone())

    def remains(self) -> bool:
        """Tell whether the generation is still on the disk."""
        return self.generation.folder.exists()

    def as_json(self) -> dict[str, object]:
        """Return the manifest, and where the generation lies."""
        facts = asdict(self.manifest) | {"folder": self.name, "size": self.manifest.size}
        return facts | {"damaged": self.damaged, "fingerprint": self.fingerprint}


def open_store(address: Address) -> Embedded:
    """Open the newest generation that is whole. Raises what `open_generation` does."""
    return Embedded(open_generation(Path(address)))


def look_at(address: Address) -> Hashable | None:
    """Return what changes whenever CURRENT does, also where a name comes again; None where it is gone."""
    current = Path(address) / "CURRENT"
    try:
        facts = current.stat()
        return current.read_bytes(), facts.st_ino, facts.st_mtime_ns
    except OSError:
        return None


def own_folder(address: Address) -> Path | None:
    """Return the folder itself."""
    return Path(address)


def build(
    paths: Sequence[str],
    address: Address,
    encoder: Encoder,
    progress: Progress,
    *,
    anew: bool,
    ray: str | None = None,
) -> Report:
    """Build the index, or go on from it."""
    from index.build import build_index

    if ray is not None:
        raise ArchiveError(
            f"An index in a folder is built by this computer alone: leave out --ray, or give another --index "
            f"than {address}."
        )
    return build_index([Path(path) for path in paths], Path(address), encoder, progress, anew=anew)


def add(paths: Sequence[Path], address: Address, encoder: Encoder | None, progress: Progress) -> Report:
    """Add files to the index."""
    from index.build import add_to_index

    return add_to_index(paths, Path(address), encoder, progress)


def remove(paths: Sequence[Path], address: Address) -> Report:
    """Take files out of the index."""
    from index.build import remove_from_index

    return remove_from_index(paths, Path(address))
