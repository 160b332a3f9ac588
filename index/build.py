"""Files -> index: the whole pipeline, in order.

In: paths of files and folders, and an encoder. Out: a new generation of the index, and a Report.
Does not know questions, or how the command line looks.

    files -> Changes -> Page -> Prepared -> (vectors, postings, catalog) -> Generation

What is as it was is not read again: a generation goes on from the one before. What was changed is written
into its last part, or, once that is full, into a new one; older parts are never written again.
"""

import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog, CatalogWriter, Counts
from index.changes import (
    Changes,
    all_skipped,
    find_changes,
    find_gone,
    say_nothing_read,
    sum_files,
    weigh_page,
)
from index.encoder import Encoder, StaticEncoder
from index.errors import ArchiveError, CorpusError
from index.generation import CATALOG, KEYWORDS, VECTORS, Generation, Part, open_generation
from index.keywords import KeywordWriter
from index.pages import Skipped, list_files, name_file, read_pages
from index.prepare import prepare_pages
from index.publish import lock_index, make_own, new_draft, publish
from index.records import Page
from index.store import Progress, Report, load_own_encoder, require_encoder
from index.vectors import VectorWriter

# A part that has so many passages is full: up to then it is copied for each addition, in half a second.
PART = 50_000
# So many bytes of files are worth starting processes for, which takes a second or two.
_SHARED_FROM = 4_000_000
_MOST_PROCESSES = 8


def build_index(
    paths: Sequence[Path], index_dir: Path, encoder: Encoder, progress: Progress = iter, *, anew: bool = False
) -> Report:
    """Index the files below `paths`, and nothing else; what is as it was before is not read again.

    `anew`: all of it is. So it is where more than half of what was indexed has changed since, and where the
    old index cannot be gone on from. That stays as the fallback generation.
    Raises CorpusError where nothing could be read; then the old index stays in use.
    """
    with lock_index(index_dir):
        started = time.perf_counter()
        files = _files_below(paths, index_dir)
        sums = sum_files(files)
        base = None if anew else _fitting_base(index_dir, encoder)
        if base:
            with closing(Catalog.load(base.catalogs)) as catalog:
                changes = find_changes(files, sums, catalog, whole=True)
                if _mostly_changed(base, catalog, changes):
                    base = None
        if base is None:
            changes = find_changes(files, sums, None, whole=True)
        return _write(paths, files, changes, index_dir, encoder, progress, base, started)


def add_to_index(
    paths: Sequence[Path], index_dir: Path, encoder: Encoder | None, progress: Progress = iter
) -> Report:
    """Add the files below `paths` to the index. A file that changed replaces its page.

    `encoder` None is the one that the index was built with. Raises what `open_generation` raises,
    IndexIncompatible for another encoder, CorpusError as above.
    """
    with lock_index(index_dir):
        started = time.perf_counter()
        base = open_generation(index_dir)
        encoder = encoder or load_own_encoder(base.manifest)
        require_encoder(base.manifest, encoder, index_dir)
        files = _files_below(paths, index_dir)
        with closing(Catalog.load(base.catalogs)) as catalog:
            changes = find_changes(files, sum_files(files), catalog, whole=False)
        return _write(paths, files, changes, index_dir, encoder, progress, base, started)


def remove_from_index(paths: Sequence[Path], index_dir: Path) -> Report:
    """Take the pages of these files, and of all files below these folders, out of the index.

    The files themselves are not touched, and need not be there. Raises what `open_generation` raises,
    CorpusError for a path that the index has nothing of, or where nothing would be left.
    """
    with lock_index(index_dir):
        started = time.perf_counter()
        base = open_generation(index_dir)
        with closing(Catalog.load(base.catalogs)) as catalog:
            changes = find_gone(paths, catalog, index_dir)
        if len(changes.gone) == base.manifest.counts.pages:
            raise CorpusError(f"Nothing would be left in the index in {index_dir}. It stays as it is.")
        return _write(paths, {}, changes, index_dir, _Absent.of(base), iter, base, started)


@dataclass(frozen=True, slots=True)
class _Absent:
    """The encoder of an index that nothing is added to: what it is called. Meets Encoder."""

    name: str
    fingerprint: str
    dimension: int

    @classmethod
    def of(cls, base: Generation) -> "_Absent":
        manifest = base.manifest
        return cls(manifest.encoder, manifest.encoder_fingerprint, manifest.dimension)

    def encode_passages(self, texts: Sequence[str], numbers: object = None) -> NDArray[np.float32]:
        raise NotImplementedError

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise NotImplementedError


# ---- what there is to do ----------------------------------------------------------------------------


def _files_below(paths: Sequence[Path], index_dir: Path) -> dict[Path, str]:
    own = index_dir.resolve()  # it may lie in the very folder that is indexed
    files = {path: name for path, name in list_files(paths).items() if own not in path.parents}
    if not files:
        raise CorpusError(say_nothing_read(paths, files, ()))
    return files


def _fitting_base(index_dir: Path, encoder: Encoder) -> Generation | None:
    """Return the generation to go on from, or None where there is none that fits."""
    try:
        base = open_generation(index_dir)
        require_encoder(base.manifest, encoder, index_dir)
    except ArchiveError:
        return None
    return base


def _mostly_changed(base: Generation, catalog: Catalog, changes: Changes) -> bool:
    """Tell whether more passages of the parts would count no more than would stay."""
    replaced = [page for *_, pages in changes.read for page in pages]
    leaving = catalog.counts([*changes.gone, *replaced]).passages
    return len(catalog.gone()) + leaving > base.manifest.counts.passages - leaving


# ---- doing it ---------------------------------------------------------------------------------------


def _write(
    paths: Sequence[Path],
    files: Collection[Path],
    changes: Changes,
    index_dir: Path,
    encoder: Encoder,
    progress: Progress,
    base: Generation | None,
    started: float,
) -> Report:
    generation = base
    unread: tuple[Skipped, ...] = ()
    if base is None or base.damaged or changes.read or changes.gone:
        with new_draft(index_dir, base) as draft:
            filled = _fill(draft, base, changes, encoder, progress)
            if not filled.counts.passages or not (filled.read or changes.same or changes.gone):
                raise CorpusError(say_nothing_read(paths, files, filled.skipped))
            skipped = all_skipped(
                base.manifest.skipped if base else None,
                {name_file(path) for path in files} - changes.same,
                filled.skipped,
            )
            nothing_new = base and skipped == base.manifest.skipped and not (filled.read or changes.gone)
            if not nothing_new or (base and base.damaged):
                generation = publish(
                    index_dir,
                    draft,
                    base,
                    encoder=encoder.name,
                    encoder_fingerprint=encoder.fingerprint,
                    dimension=encoder.dimension,
                    contents=filled.contents,
                    counts=filled.counts,
                    parts=filled.parts,
                    skipped=skipped,
                )
            unread = filled.skipped
    assert generation is not None
    return Report(
        generation.manifest.counts,
        generation.manifest.size,
        time.perf_counter() - started,
        unread,
        changes.unchanged,
        len(changes.gone),
        changes.renamed,
        tuple(changes.twice),
    )


@dataclass(frozen=True, slots=True)
class _Filled:
    """What a draft holds now, how many pages came in, and what could not be read."""

    parts: tuple[Part, ...]
    counts: Counts
    contents: str
    read: int
    skipped: tuple[Skipped, ...]


def _fill(
    draft: Path, base: Generation | None, changes: Changes, encoder: Encoder, progress: Progress
) -> _Filled:
    """Write what there is to do into the files of a draft."""
    skipped: list[Skipped] = []
    gone = set(changes.gone)

    def changed_pages() -> Iterator[Page]:
        for path, source, replaced in progress(changes.read):
            for item in read_pages(path, source):
                if isinstance(item, Skipped):
                    skipped.append(item)
                else:
                    gone.update(replaced)  # a file that cannot be read any more keeps its old pages
                    yield item

    before = Catalog.load(base.catalogs) if base else None
    parts, last = _open_parts(draft, base, before)
    folder = draft / parts[-1].folder
    catalog = CatalogWriter(folder / CATALOG, last)
    vectors = VectorWriter(folder / VECTORS, encoder.dimension)
    keywords = KeywordWriter(draft / KEYWORDS)
    added, contents = Counts(0, 0, 0), 0
    for one in prepare_pages(changed_pages(), encoder, _processes(changes, encoder)):
        numbers = catalog.add(one.page, one.articles, one.words)
        vectors.add(one.rows)
        for number, (head, body) in zip(numbers, one.terms, strict=True):
            keywords.add(number, head, body)
        added += Counts(1, len(one.articles), len(numbers))
        contents += weigh_page(one.page.source, one.page.sha256)
    counts = added
    if base and before:
        catalog.leave_out(gone)
        keywords.remove(before.passages_on(gone))
        counts = base.manifest.counts + added - before.counts(gone)
        contents += int(base.manifest.contents, 16)
        contents -= sum(weigh_page(page.source, page.sha256) for page in before.pages_known(gone))
        before.close()
    # Keywords last: tantivy has a thread of its own, which goes on working meanwhile.
    for writer in (catalog, vectors, keywords):
        writer.close()
    return _Filled(parts, counts, f"{contents % 2**256:064x}", added.pages, tuple(skipped))


def _open_parts(
    draft: Path, base: Generation | None, before: Catalog | None
) -> tuple[tuple[Part, ...], tuple[int, int, int]]:
    """Return the parts, the last of which may be written, and the highest numbers there were."""
    last = before.last() if before else (0, 0, 0)
    parts = base.manifest.parts if base else ()
    if parts and last[2] - parts[-1].first + 1 < PART:
        make_own(draft / parts[-1].folder / CATALOG)
        return parts, last
    part = Part(f"p{len(parts) + 1:06d}", last[2] + 1)
    (draft / part.folder).mkdir()
    return (*parts, part), last


def _processes(changes: Changes, encoder: Encoder) -> int:
    """Return how many processes are to prepare pages. A model of another kind keeps all cores busy itself."""
    size = sum(path.stat().st_size for path, *_ in changes.read if path.exists())
    if size < _SHARED_FROM or not isinstance(encoder, StaticEncoder):
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_PROCESSES)
