"""Files as they are, and what an index knows of them -> what there is to do.

In: the files below some paths, and the catalog of what was indexed. Out: Changes: what is to be read, whose
pages go, what is as it was. Does not know how a file is read, or what a page is.

A file is known by its content: one that only got another name or another date is not taken for a new text.
Every file is read through for its checksum, and nothing else is done for one that is as it was.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from index.catalog import Known
from index.digest import checksum
from index.errors import CorpusError
from index.pages import Skipped, file_of, name_file, unique_source

_EMPTY = hashlib.sha256(b"").hexdigest()


class Filed(Protocol):
    """The pages of an index by the files they came from; index/catalog.py says what each call returns."""

    def paths(self) -> list[str]: ...  # noqa: D102
    def pages_of(self, path: str) -> list[Known]: ...  # noqa: D102
    def pages_with(self, sha256: str) -> list[Known]: ...  # noqa: D102
    def has_file(self, file: str) -> bool: ...  # noqa: D102


@dataclass(slots=True)
class Changes:
    """What there is to do. `read` are files with the source that they get, and the pages that they replace.

    `gone` are the pages of files that are there no longer; `unchanged` counts pages that stay, `renamed`
    files that have another name than before. `twice` are files with the very content of another one, which is
    told and no more: two newspapers may print the same. `same` are the names of all that are as they were.
    """

    read: list[tuple[Path, str, tuple[int, ...]]] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    unchanged: int = 0
    renamed: int = 0
    twice: list[tuple[str, str]] = field(default_factory=list)
    same: set[str] = field(default_factory=set)


class _Taken:
    """The names of files that have pages in the index, and of those that are to be read."""

    def __init__(self, catalog: Filed | None) -> None:
        self._catalog = catalog
        self.new: set[str] = set()

    def __contains__(self, file: object) -> bool:
        return file in self.new or bool(self._catalog and self._catalog.has_file(str(file)))


def sum_files(files: Iterable[Path]) -> dict[Path, str | None]:
    """Return the SHA-256 of each file, None for one that cannot be read."""
    sums: dict[Path, str | None] = dict.fromkeys(files)
    for path in sums:
        with suppress(OSError):
            sums[path] = checksum(path)
    return sums


def find_gone(paths: Sequence[Path], catalog: Filed, home: object) -> Changes:
    """Return what there is to do to take the pages of these files, and below these folders, out of an index.

    Raises CorpusError for a path that the index at `home` has nothing of.
    """
    changes, left = Changes(), catalog.paths()
    for path in paths:
        name = name_file(path.resolve())
        inside = [file for file in left if file == name or file.startswith(f"{name}/")]
        if not inside:
            raise CorpusError(f"The index in {home} has no page of {path}. Check the name.")
        changes.gone.update(page.id for file in inside for page in catalog.pages_of(file))
    return changes


def weigh_page(source: str, sha256: str) -> int:
    """Return what a page adds to the checksum of all contents, whatever came before it."""
    return int.from_bytes(hashlib.sha256(f"{source}\0{sha256}".encode()).digest())


def all_skipped(
    before: Sequence[tuple[str, str]] | None, seen: Collection[str], skipped: Sequence[Skipped]
) -> tuple[tuple[str, str], ...]:
    """Return what was skipped now, and what was skipped `before` in files that were not read again."""
    kept = [item for item in before or () if item[0] not in seen]
    return (*kept, *((item.path, item.reason) for item in skipped))


def say_nothing_read(paths: Sequence[object], files: Collection[Path], skipped: Sequence[Skipped]) -> str:
    """Return why there is nothing to index."""
    where = ", ".join(map(str, paths))
    if not skipped and files:
        return f"There is no article in {where}: a masthead alone is none. Nothing was indexed."
    if not skipped:
        return f"There are no files in {where}. Put newspaper pages there and try again."
    first = skipped[0]
    more = f" and {len(skipped) - 1} more" if len(skipped) > 1 else ""
    return f"Nothing in {where} could be indexed. Skipped: {first.path} ({first.reason}){more}."


def find_changes(
    files: Mapping[Path, str], sums: Mapping[Path, str | None], catalog: Filed | None, *, whole: bool
) -> Changes:
    """Compare `files`, each with its name below the folder given, with what `catalog` holds of them.

    `sums` are their SHA-256, as `sum_files` returns them.

    `whole`: there is nothing else; the pages of all other files go.
    """
    changes, taken = Changes(), _Taken(catalog)
    listed = {name_file(path) for path in files}
    first_with: dict[str, str] = {}  # the first file of each content
    changed = []
    for path, name in files.items():
        full, sha256 = name_file(path), sums[path]
        old = catalog.pages_of(full) if catalog else []
        if old and sha256 == old[0].sha256:
            changes.same.add(full)
            changes.unchanged += len(old)
            first_with.setdefault(sha256, full)
        else:
            changed.append((path, name, sha256, old))
    if catalog and whole:
        left = [path for path in catalog.paths() if path not in listed]
        changes.gone.update(page.id for path in left for page in catalog.pages_of(path))
    for path, name, sha256, old in changed:
        full = name_file(path)
        if sha256 and sha256 != _EMPTY:
            others = catalog.pages_with(sha256) if catalog else []
            others = [page for page in others if page.path != full and page.path not in listed]
            lost = [page for page in others if whole or not Path(page.path).exists()]
            kept = [page.path for page in others if page not in lost]
            twin = first_with.setdefault(sha256, kept[0] if kept else full)
            if twin != full:
                changes.twice.append((full, twin))
            changes.renamed += bool(lost)
            changes.gone.update(page.id for page in lost)
        sources = [page.source for page in old]
        source = _source_before(full, sources) or unique_source(path, _root(path, name), taken)
        taken.new.add(file_of(source))
        changes.read.append((path, source, tuple(page.id for page in old)))
    return changes


def _source_before(path: str, sources: Sequence[str]) -> str | None:
    """Return what a file was called before, whose pages had these sources."""
    if not sources:
        return None
    return sources[0] if path.endswith(sources[0]) else file_of(sources[0])


def _root(path: Path, source: str) -> Path:
    """Return the folder that `source` is the name of `path` in."""
    return path.parents[len(Path(source).parts) - 1]
