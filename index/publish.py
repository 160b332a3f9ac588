"""A draft -> the current generation: written beside the old one, then one atomic switch.

In: the folder of an index, a generation to go on from, and files that build.py writes into a draft. Out: a
Generation. Does not know what the files hold.

A draft becomes a generation in this order: every new file fsynced, the manifest with their SHA-256, one
rename, one atomic replacement of CURRENT. A process killed anywhere leaves the old or the new one.

What a large generation shares with the one before is not copied: both names lead to the same bytes (a hard
link), which neither ever writes to. A fault in such a file is a fault of both, so a small one is copied.
"""

import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.catalog import Counts
from index.digest import checksum
from index.errors import IndexBusy
from index.generation import (
    FORMAT,
    MANIFEST,
    NAME,
    FileEntry,
    Generation,
    Manifest,
    Part,
    is_whole,
    list_generations,
    number_of,
    seal,
    tokeniser,
)

# A generation of so many bytes is copied in a third of a second.
_COPIED_BELOW = 2**27


@contextmanager
def lock_index(index_dir: Path) -> Iterator[None]:
    """Hold the one right to write `index_dir`; first, take away what a killed process left there.

    Raises IndexBusy while another process holds it.
    """
    index_dir.mkdir(parents=True, exist_ok=True, mode=0o750)
    try:
        with FileLock(index_dir / "lock", timeout=0):
            _sweep(index_dir)
            yield
    except Timeout as error:
        raise IndexBusy(
            f"Another process is writing the index in {index_dir}. Wait until it is done, then try again."
        ) from error


@contextmanager
def new_draft(index_dir: Path, base: Generation | None) -> Iterator[Path]:
    """Give a folder to write the next generation in, filled with the files of `base` if there is one.

    They may be shared with `base`: whoever changes one calls `make_own` first, or takes it away and writes
    another. The folder is gone afterwards, unless `publish` made it a generation.
    """
    draft = index_dir / "draft"
    draft.mkdir(mode=0o750)  # what lies below it is as safe
    try:
        if base:
            shared = base.manifest.size >= _COPIED_BELOW
            for entry in base.manifest.files:
                (draft / entry.path).parent.mkdir(exist_ok=True)
                _give(base.folder / entry.path, draft / entry.path, shared=shared)
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def make_own(path: Path) -> None:
    """Let a file of a draft be shared with no other generation."""
    own = path.with_name(f"{path.name}.own")
    shutil.copyfile(path, own)
    own.replace(path)


def _give(file: Path, to: Path, *, shared: bool) -> None:
    if shared:
        with suppress(OSError):  # a file system without links
            os.link(file, to)
    if not to.exists():
        shutil.copyfile(file, to)


def publish(
    index_dir: Path,
    draft: Path,
    base: Generation | None,
    *,
    encoder: str,
    encoder_fingerprint: str,
    dimension: int,
    contents: str,
    counts: Counts,
    parts: tuple[Part, ...],
    skipped: tuple[tuple[str, str], ...],
) -> Generation:
    """Make the draft, begun from `base`, the current generation; keep only the last whole one before it."""
    manifest = Manifest(
        format=FORMAT,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        encoder=encoder,
        encoder_fingerprint=encoder_fingerprint,
        dimension=dimension,
        tokeniser=tokeniser(),
        contents=contents,
        counts=counts,
        parts=parts,
        skipped=skipped,
        files=tuple(_seal_files(draft, base)),
    )
    # Through JSON and back, so that the seal is taken over the very values that will be read.
    values = json.loads(json.dumps(asdict(manifest), ensure_ascii=False))
    _write(
        draft / MANIFEST,
        json.dumps({"manifest": values, "sha256": seal(values)}, ensure_ascii=False, indent=1),
    )
    for folder in (*(p for p in draft.rglob("*") if p.is_dir()), draft):
        _fsync(folder)

    taken = [number_of(p.name) for p in index_dir.iterdir() if NAME.fullmatch(p.name)]
    name = f"g{max(taken, default=0) + 1:06d}"
    previous = _find_previous(index_dir, base) or name
    draft.rename(index_dir / name)
    _fsync(index_dir)
    _write(index_dir / "CURRENT.new", name)
    (index_dir / "CURRENT.new").replace(index_dir / "CURRENT")
    with suppress(OSError):  # the new one is in use; to say that nothing was done would be wrong
        _fsync(index_dir)
    _keep_only(index_dir, (name, previous))
    return Generation(index_dir / name, manifest)


def _sweep(index_dir: Path) -> None:
    shutil.rmtree(index_dir / "draft", ignore_errors=True)
    current, *others = list_generations(index_dir) or [""]
    if len(others) > 1:
        previous = next((name for name in others if is_whole(index_dir / name)), others[0])
        _keep_only(index_dir, (current, previous))


def _keep_only(index_dir: Path, names: Collection[str]) -> None:
    for path in index_dir.iterdir():
        if NAME.fullmatch(path.name) and path.name not in names:
            shutil.rmtree(path, ignore_errors=True)


def _find_previous(index_dir: Path, base: Generation | None) -> str | None:
    """Return the generation to fall back on; `base` was found whole when it was opened."""
    names = list_generations(index_dir)
    if base and names and base.folder.name == names[0]:
        return names[0]
    return next((name for name in names if is_whole(index_dir / name)), None)


def _seal_files(draft: Path, base: Generation | None) -> Iterator[FileEntry]:
    """Yield the files of the draft, all of them durable; those shared with `base` are so already."""
    before = {entry.path: entry for entry in base.manifest.files} if base else {}
    for path in sorted(p for p in draft.rglob("*") if p.is_file()):
        name = path.relative_to(draft).as_posix()
        if base and name in before and path.samefile(base.folder / name):
            yield before[name]
            continue
        path.chmod(0o640)  # tantivy keeps some of its files to the one user who wrote them
        _fsync(path)
        yield FileEntry(name, path.stat().st_size, checksum(path))


def _write(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")
    path.chmod(0o640)
    _fsync(path)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
