"""One immutable build on disk, verified.

In: the folder of an index. Out: the newest Generation whose every file is what its manifest says.
Does not know what the files hold, or how they are written: publish.py does that.

    var/index/
    ├── CURRENT           the name of the generation in use
    ├── g000007/          manifest.json, keywords/, and a folder for each part:
    │   ├── p000001/        catalog.sqlite, vectors.faiss, and vectors.codes where there are many
    │   └── p000002/        what was added since
    ├── g000006/          the one before, used where the current one is found damaged
    └── lock              held by the one process that writes

FAISS and tantivy read flipped bits in silence, and a broken FAISS header can end the process: nothing
is opened before its checksum is right.
"""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index import text
from index.catalog import Counts
from index.digest import checksum
from index.errors import IndexDamaged, IndexIncompatible, IndexMissing
from index.lexicon import load_lexicon

# Since 2: a page's date, newspaper, edition; an article's head, section, dates. Since 3: passages' words.
# Since 4: parts. Since 5: passages of 400 characters. A build goes on from what is there: this has to change
# whenever pages are read or cut otherwise.
FORMAT = 5
# Reading a file and its SHA-256 keep a core each busy.
_READERS = 2
CATALOG, VECTORS, KEYWORDS, MANIFEST = "catalog.sqlite", "vectors.faiss", "keywords", "manifest.json"
NAME = re.compile(r"g\d{6,}")
HOW_TO_BUILD = "Run: python -m index build"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a generation: its path below the folder, its size in bytes, its SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """A folder of a generation that is never written again, and the number of its first passage."""

    folder: str
    first: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is: how it was made, how much it holds, and each of its files.

    `contents` is a checksum of the names and the contents of all that is indexed, in any order.
    """

    format: int
    built: str
    encoder: str
    encoder_fingerprint: str
    dimension: int
    tokeniser: str
    contents: str
    counts: Counts
    parts: tuple[Part, ...]
    skipped: tuple[tuple[str, str], ...]
    files: tuple[FileEntry, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.files)


@dataclass(frozen=True, slots=True)
class Generation:
    """A verified build. `damaged` says what was wrong with newer ones that had to be passed over."""

    folder: Path
    manifest: Manifest
    damaged: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Eight hex digits of what is indexed and how: the same for the same files, however they came in."""
        return write_fingerprint(self.manifest.contents, self.manifest.encoder_fingerprint)

    @property
    def catalogs(self) -> list[Path]:
        """The SQLite files, the oldest first."""
        return [self.folder / part.folder / CATALOG for part in self.manifest.parts]

    @property
    def vectors(self) -> list[tuple[int, Path]]:
        """The FAISS files, the oldest first, each with the number of its first passage."""
        return [(part.first, self.folder / part.folder / VECTORS) for part in self.manifest.parts]

    @property
    def keywords(self) -> Path:
        """The tantivy folder."""
        return self.folder / KEYWORDS


def open_generation(index_dir: Path) -> Generation:
    """Return the newest generation of `index_dir` that is whole.

    Raises IndexMissing where none was built, IndexDamaged where none is whole, IndexIncompatible where
    it was made by another version of the program.
    """
    names = list_generations(index_dir)
    if not names:
        raise IndexMissing(f"There is no index in {index_dir}. {HOW_TO_BUILD}")
    known = _read_current(index_dir) in names
    damaged = [] if known else [f"{index_dir}/CURRENT names no index that is there; the newest is used"]
    for name in names:
        try:
            return Generation(index_dir / name, _verify(index_dir / name), tuple(damaged))
        except IndexDamaged as error:
            damaged.append(str(error))
    if list_generations(index_dir) != names:  # written anew meanwhile, and the old ones taken away
        return open_generation(index_dir)
    raise IndexDamaged(f"The index in {index_dir} is damaged: {'; '.join(damaged)}. {HOW_TO_BUILD}")


def list_generations(index_dir: Path) -> list[str]:
    """Return the names of the generations, the current one first, then the others from new to old.

    One newer than CURRENT was never switched to, unless CURRENT itself is damaged or gone: those come last.
    """
    current = _read_current(index_dir)
    try:
        found = [p.name for p in index_dir.iterdir() if NAME.fullmatch(p.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    newest = number_of(current) if NAME.fullmatch(current) else -1
    return sorted(found, key=lambda name: (number_of(name) <= newest, number_of(name)), reverse=True)


def _read_current(index_dir: Path) -> str:
    """Return what CURRENT says, nothing where it is gone. Raises IndexDamaged where it cannot be read."""
    try:
        return (index_dir / "CURRENT").read_text("utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise IndexDamaged(f"{index_dir}/CURRENT cannot be read ({error}). {HOW_TO_BUILD}") from error


def number_of(name: str) -> int:
    """Return 7 for g000007."""
    return int(name[1:])


def is_whole(folder: Path) -> bool:
    """Tell whether every file of a generation is what its manifest says."""
    try:
        return bool(_verify(folder))
    except (IndexDamaged, IndexIncompatible):
        return False


def _verify(folder: Path) -> Manifest:
    manifest = _read_manifest(folder)

    def is_right(entry: FileEntry) -> bool:
        path = folder / entry.path
        try:
            return path.stat().st_size == entry.size and checksum(path) == entry.sha256
        except OSError as error:
            raise IndexDamaged(f"{path} cannot be read ({error.strerror})") from error

    with ThreadPoolExecutor(_READERS) as readers:
        for entry, right in zip(manifest.files, readers.map(is_right, manifest.files), strict=True):
            if not right:
                raise IndexDamaged(f"{folder / entry.path} is not what the manifest says")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        sealed = json.loads(path.read_text("utf-8"))
        values = sealed["manifest"]
        if seal(values) != sealed["sha256"]:
            raise ValueError("its own checksum is wrong")
        if values["format"] != FORMAT or values["tokeniser"] != tokeniser():
            raise IndexIncompatible(
                f"The index in {folder.parent} was built by another version of this program. {HOW_TO_BUILD}"
            )
        values["counts"] = Counts(**values["counts"])
        values["parts"] = tuple(Part(**part) for part in values["parts"])
        values["skipped"] = tuple((name, reason) for name, reason in values["skipped"])
        values["files"] = tuple(FileEntry(**entry) for entry in values["files"])
        return Manifest(**values)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"{path} is unreadable ({error})") from error


@cache
def tokeniser() -> str:
    """Return what words are cut and numbered by; an index made by another one cannot be asked."""
    return f"{text.fingerprint()} lexicon-{load_lexicon().fingerprint()}"


def write_fingerprint(contents: str, encoder_fingerprint: str) -> str:
    """Return eight hex digits of what is indexed and how, wherever it is kept."""
    parts = f"{contents} {encoder_fingerprint} {tokeniser()} {FORMAT}"
    return hashlib.sha256(parts.encode()).hexdigest()[:8]


def seal(values: object) -> str:
    """Return the SHA-256 of what JSON can hold."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
