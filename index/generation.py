"""One immutable build on disk, and the switch from one to the next.

In: a folder, and files that build.py has written into a draft. Out: a Generation whose every file was
verified. Does not know what the files hold.

    var/index/
    ├── CURRENT           the name of the generation in use
    ├── g000007/          catalog.sqlite, vectors.faiss, keywords/, manifest.json
    ├── g000006/          the one before, used where the current one is found damaged
    └── lock              held by the one process that writes

A draft becomes a generation in this order: every file fsynced, the manifest with their SHA-256, one
rename, one atomic replacement of CURRENT. A process killed anywhere leaves the old or the new one.
FAISS and tantivy read flipped bits in silence, and a broken FAISS header can end the process: nothing
is opened before its checksum is right.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from index import text
from index.catalog import Counts
from index.errors import IndexBusy, IndexDamaged, IndexIncompatible, IndexMissing
from index.lexicon import load_lexicon

DEFAULT_INDEX = Path("var/index")
# Since 2: a page's date, newspaper, edition; an article's head, section, dates. Since 3: passages' words.
FORMAT = 3
CATALOG, VECTORS, KEYWORDS, MANIFEST = "catalog.sqlite", "vectors.faiss", "keywords", "manifest.json"
_NAME = re.compile(r"g\d{6,}")
_HOW_TO_BUILD = "Run: python -m index build"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a generation: its path below the folder, its size in bytes, its SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is: how it was made, how much it holds, and each of its files."""

    format: int
    built: str
    encoder: str
    encoder_fingerprint: str
    dimension: int
    tokeniser: str
    counts: Counts
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
        """Eight hex digits of what is indexed; the same files, built anew, have the same."""
        parts = "".join(f.sha256 for f in self.manifest.files if f.path in (CATALOG, VECTORS))
        return hashlib.sha256(parts.encode()).hexdigest()[:8]

    @property
    def catalog(self) -> Path:
        """The SQLite file."""
        return self.folder / CATALOG

    @property
    def vectors(self) -> Path:
        """The FAISS file."""
        return self.folder / VECTORS

    @property
    def keywords(self) -> Path:
        """The tantivy folder."""
        return self.folder / KEYWORDS


# ---- reading ----------------------------------------------------------------------------------------


def open_generation(index_dir: Path) -> Generation:
    """Return the newest generation of `index_dir` that is whole.

    Raises IndexMissing where none was built, IndexDamaged where none is whole, IndexIncompatible where
    it was made by another version of the program.
    """
    names = _names(index_dir)
    if not names:
        raise IndexMissing(f"There is no index in {index_dir}. {_HOW_TO_BUILD}")
    damaged: list[str] = []
    for name in names:
        try:
            return Generation(index_dir / name, _verify(index_dir / name), tuple(damaged))
        except IndexDamaged as error:
            damaged.append(str(error))
    raise IndexDamaged(f"The index in {index_dir} is damaged: {'; '.join(damaged)}. {_HOW_TO_BUILD}")


def _names(index_dir: Path) -> list[str]:
    """Return the generations, the current one first, then the others from new to old.

    One newer than CURRENT was never switched to, unless CURRENT itself is damaged: those come last.
    """
    try:
        current = (index_dir / "CURRENT").read_text("utf-8", errors="replace").strip()
        found = [p.name for p in index_dir.iterdir() if _NAME.fullmatch(p.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise IndexDamaged(f"{index_dir}/CURRENT cannot be read ({error}). {_HOW_TO_BUILD}") from error
    newest = _number(current) if _NAME.fullmatch(current) else -1
    return sorted(found, key=lambda name: (_number(name) <= newest, _number(name)), reverse=True)


def _number(name: str) -> int:
    return int(name[1:])


def _is_whole(folder: Path) -> bool:
    try:
        return bool(_verify(folder))
    except (IndexDamaged, IndexIncompatible):
        return False


def _verify(folder: Path) -> Manifest:
    manifest = _read_manifest(folder)
    for entry in manifest.files:
        path = folder / entry.path
        try:
            whole = path.stat().st_size == entry.size and _sha256(path) == entry.sha256
        except OSError as error:
            raise IndexDamaged(f"{path} cannot be read ({error.strerror})") from error
        if not whole:
            raise IndexDamaged(f"{path} is not what the manifest says")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        sealed = json.loads(path.read_text("utf-8"))
        values = sealed["manifest"]
        if _seal(values) != sealed["sha256"]:
            raise ValueError("its own checksum is wrong")
        if values["format"] != FORMAT or values["tokeniser"] != _tokeniser():
            raise IndexIncompatible(
                f"The index in {folder.parent} was built by another version of this program. {_HOW_TO_BUILD}"
            )
        values["counts"] = Counts(**values["counts"])
        values["skipped"] = tuple((name, reason) for name, reason in values["skipped"])
        values["files"] = tuple(FileEntry(**entry) for entry in values["files"])
        return Manifest(**values)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"{path} is unreadable ({error})") from error


@cache
def _tokeniser() -> str:
    return f"{text.fingerprint()} lexicon-{load_lexicon().fingerprint()}"


def _seal(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- writing ----------------------------------------------------------------------------------------


@contextmanager
def lock_index(index_dir: Path) -> Iterator[None]:
    """Hold the one right to write `index_dir`. Raises IndexBusy while another process holds it."""
    index_dir.mkdir(parents=True, exist_ok=True, mode=0o750)
    try:
        with FileLock(index_dir / "lock", timeout=0):
            yield
    except Timeout as error:
        raise IndexBusy(
            f"Another process is writing the index in {index_dir}. Wait until it is done, then try again."
        ) from error


@contextmanager
def new_draft(index_dir: Path, base: Generation | None) -> Iterator[Path]:
    """Give a folder to write the next generation in, filled with the files of `base` if there is one.

    The folder is gone afterwards, unless `publish` made it a generation.
    """
    draft = index_dir / "draft"
    shutil.rmtree(draft, ignore_errors=True)  # what a killed process left behind
    if base:
        shutil.copytree(base.folder, draft, ignore=shutil.ignore_patterns(MANIFEST))
    else:
        draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def publish(
    index_dir: Path,
    draft: Path,
    *,
    encoder: str,
    encoder_fingerprint: str,
    dimension: int,
    counts: Counts,
    skipped: tuple[tuple[str, str], ...],
) -> Generation:
    """Make the draft the current generation, and keep only the last whole one before it."""
    files = []
    for path in sorted(p for p in draft.rglob("*") if p.is_file()):
        path.chmod(0o640)  # tantivy keeps some of its files to the one user who wrote them
        _fsync(path)
        files.append(FileEntry(path.relative_to(draft).as_posix(), path.stat().st_size, _sha256(path)))
    manifest = Manifest(
        format=FORMAT,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        encoder=encoder,
        encoder_fingerprint=encoder_fingerprint,
        dimension=dimension,
        tokeniser=_tokeniser(),
        counts=counts,
        skipped=skipped,
        files=tuple(files),
    )
    # Through JSON and back, so that the seal is taken over the very values that will be read.
    values = json.loads(json.dumps(asdict(manifest), ensure_ascii=False))
    _write(
        draft / MANIFEST,
        json.dumps({"manifest": values, "sha256": _seal(values)}, ensure_ascii=False, indent=1),
    )
    for folder in (*(p for p in draft.rglob("*") if p.is_dir()), draft):
        _fsync(folder)

    taken = [_number(p.name) for p in index_dir.iterdir() if _NAME.fullmatch(p.name)]
    name = f"g{max(taken, default=0) + 1:06d}"
    previous = next((old for old in _names(index_dir) if _is_whole(index_dir / old)), name)
    draft.rename(index_dir / name)
    _fsync(index_dir)
    _write(index_dir / "CURRENT.new", name)
    (index_dir / "CURRENT.new").replace(index_dir / "CURRENT")
    _fsync(index_dir)
    for path in index_dir.iterdir():
        if _NAME.fullmatch(path.name) and path.name not in (name, previous):
            shutil.rmtree(path, ignore_errors=True)
    return Generation(index_dir / name, manifest)


def _write(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")
    _fsync(path)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
