"""Files -> a version of an index on Milvus: what has changed, in two passes, then one switch.

In: paths, an encoder, and who does the work. Out: a new step of a version, or a new version; a Report.
Does not know how jobs are spread over computers: a Crew does them.

What is as it was is not read again. Where there is nothing to go on from, or more than half has changed, a
new version is filled beside the one in use; a build of it that was interrupted goes on from the jobs that it
finished.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from cluster.catalog import Catalog
from cluster.client import Server, in_portions, listing
from cluster.files import File, Job, cut_jobs, sum_file
from cluster.known import KnownFiles
from cluster.rows import Rows, make_lost_rows, make_term_rows
from cluster.schema import name_collection
from cluster.terms import Frequency, Lengths
from cluster.versions import (
    FORMAT,
    Last,
    Manifest,
    Version,
    Writing,
    drop_versions,
    find_current,
    find_version,
    keep_progress,
    list_versions,
    publish,
    read_version,
    start_version,
    writing,
)
from cluster.work import Survey, Unseeing, make, put, survey, take_out
from index.catalog import Counts
from index.changes import (
    Changes,
    all_skipped,
    find_changes,
    find_gone,
    say_nothing_read,
    weigh_page,
)
from index.encoder import Encoder
from index.errors import ArchiveError, CorpusError
from index.generation import tokeniser
from index.pages import Skipped, name_file
from index.store import Progress, Report, load_own_encoder, require_encoder

# Passages that are kept from the first pass to the second, 10 kB each; beyond, files are read twice.
_KEPT = 30_000
# Passages whose terms are added up before they are written: each term has a row in every portion. It is also
# what an interrupted build does again.
_PORTION = 50_000


class Crew(Protocol):
    """Who does the jobs. Results come in the order of the jobs."""

    def sum_files(self, files: Sequence[File]) -> dict[Path, str | None]:
        """Return the SHA-256 of each file, None for one that cannot be read."""

    def survey(self, jobs: Sequence[Job], encoder: Encoder) -> Iterator[Survey]:
        """Do the first pass."""

    def load(
        self,
        jobs: Iterable[tuple[Job, Survey, Last]],
        server: Server,
        version: int,
        mean: Lengths,
        encoder: Encoder,
    ) -> Iterator[Rows]:
        """Do the second pass; what comes back has been written, but for its pages and terms."""


class Alone:
    """One process does all: the one that asks. Meets Crew."""

    def sum_files(self, files: Sequence[File]) -> dict[Path, str | None]:
        """Return the SHA-256 of each file, None for one that cannot be read."""
        return {file.path: sum_file(file) for file in files}

    def survey(self, jobs: Sequence[Job], encoder: Encoder) -> Iterator[Survey]:
        """Do the first pass, and keep what fits into memory."""
        kept = 0
        for job in jobs:
            keep = kept < _KEPT
            found = survey(job, encoder if keep else Unseeing(), keep=keep)
            kept += found.counts.passages if keep else 0
            yield found

    def load(
        self,
        jobs: Iterable[tuple[Job, Survey, Last]],
        server: Server,
        version: int,
        mean: Lengths,
        encoder: Encoder,
    ) -> Iterator[Rows]:
        """Do the second pass."""
        for job, found, first in jobs:
            rows = make(job, found, first, mean, encoder)
            put(server, version, rows)
            yield rows


def build_index(
    files: Sequence[File], said: Sequence[object], server: Server, encoder: Encoder, progress: Progress,
    crew: Crew, *, anew: bool = False,
) -> Report:  # fmt: skip
    """Index `files`, and nothing else; `said` is how the user named them.

    Raises CorpusError where nothing could be read; then the version in use stays as it was.
    """
    started = time.perf_counter()
    with writing(server) as right:
        listed = {file.path: file.source for file in files}
        if not listed:
            raise CorpusError(say_nothing_read(said, {}, ()))
        sums = crew.sum_files(files)
        base = None if anew else _find_base(server, encoder)
        changes = _compare(server, base, listed, sums)
        if base and _mostly_changed(server, base, changes):
            base = None
        if base is None:
            base = _find_begun(server, encoder)
            changes = _compare(server, base, listed, sums)
        urls = {file.path: file.url for file in files}
        task = _Task(server, right, crew, progress, said, listed, urls, started)
        return task.write(base, changes, encoder)


def add_to_index(
    files: Sequence[File], said: Sequence[object], server: Server, encoder: Encoder | None,
    progress: Progress, crew: Crew,
) -> Report:  # fmt: skip
    """Add `files` to the version in use. Raises what `index.build.add_to_index` does."""
    started = time.perf_counter()
    with writing(server) as right:
        base = find_version(server)
        encoder = encoder or load_own_encoder(base.manifest)
        require_encoder(base.manifest, encoder, str(server.place))
        listed = {file.path: file.source for file in files}
        if not listed:
            raise CorpusError(say_nothing_read(said, {}, ()))
        known = KnownFiles(Catalog(server, base).known())
        changes = find_changes(listed, crew.sum_files(files), known, whole=False)
        urls = {file.path: file.url for file in files}
        task = _Task(server, right, crew, progress, said, listed, urls, started)
        return task.write(base, changes, encoder)


def remove_from_index(paths: Sequence[Path], server: Server) -> Report:
    """Take files out of the version in use. Raises what `index.build.remove_from_index` does."""
    started = time.perf_counter()
    with writing(server) as right:
        base = find_version(server)
        changes = find_gone(paths, KnownFiles(Catalog(server, base).known()), server.place)
        if len(changes.gone) == base.manifest.counts.pages:
            raise CorpusError(f"Nothing would be left in the index at {server.place}. It stays as it is.")
        task = _Task(server, right, Alone(), iter, paths, {}, {}, started)
        return task.write(base, changes, Unseeing())


# ---- what there is to do ----------------------------------------------------------------------------


def _find_base(server: Server, encoder: Encoder) -> Version | None:
    """Return the version in use, None where it cannot be gone on from."""
    if find_current(server) is None:
        return None
    try:
        base = find_version(server)
        require_encoder(base.manifest, encoder, str(server.place))
    except ArchiveError:
        return None
    return base


def _find_begun(server: Server, encoder: Encoder) -> Version | None:
    """Return a version that a build has begun and not finished; take away those that do not fit."""
    current = find_current(server) or 0
    found = None
    for number in list_versions(server):
        if number > current:
            version = read_version(server, number, unfinished=True)
            if version and _is_alike(version.manifest, begin_manifest(encoder)):
                found = version
    drop_versions(server, {current} | ({found.number} if found else set()) | _fallback(server, current))
    return found


def _fallback(server: Server, current: int) -> set[int]:
    return {max((number for number in list_versions(server) if number < current), default=current)}


def _is_alike(one: Manifest, other: Manifest) -> bool:
    """Tell whether two versions are made in the same way."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("format", "encoder_fingerprint", "dimension", "tokeniser")
    )


def begin_manifest(encoder: Encoder) -> Manifest:
    """Return what a version says of itself before anything is in it."""
    return Manifest(
        FORMAT, "", encoder.name, encoder.fingerprint, encoder.dimension, tokeniser(), f"{0:064x}",
        Counts(0, 0, 0), (), 0, Lengths(0.0, 0.0),
    )  # fmt: skip


def _compare(
    server: Server, base: Version | None, listed: dict[Path, str], sums: dict[Path, str | None]
) -> Changes:
    known = KnownFiles(Catalog(server, base).known()) if base else None
    return find_changes(listed, sums, known, whole=True)


def _mostly_changed(server: Server, base: Version, changes: Changes) -> bool:
    """Tell whether more passages would leave than stay."""
    leaving = {*changes.gone, *(page for *_, pages in changes.read for page in pages)}
    if not leaving:
        return False
    passages = name_collection(server.place.name, base.number, "passages")
    shown = base.manifest.shown()
    count = sum(
        server.count(passages, f"{shown} and page in {listing(some)}") for some in in_portions(leaving, 5000)
    )
    return count > base.manifest.counts.passages - count


# ---- doing it ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Task:
    """One run: the server and the right to write there, who works, and what was asked for."""

    server: Server
    right: Writing
    crew: Crew
    progress: Progress
    said: Sequence[object]
    listed: dict[Path, str]
    urls: dict[Path, str | None]
    started: float

    def write(self, base: Version | None, changes: Changes, encoder: Encoder) -> Report:
        """Do what there is to do, and switch."""
        version = base
        skipped: tuple[Skipped, ...] = ()
        # A version that was begun has to be finished, though every file may be in it already.
        if base is None or not base.step or changes.read or changes.gone:
            self.right.beat()
            surveys, jobs = self._survey(changes, encoder)
            skipped = tuple(item for found in surveys for item in found.skipped)
            read = sum(found.counts.pages for found in surveys)
            total = sum(found.counts.passages for found in surveys)
            held = base.manifest.counts.passages if base else 0
            if not (total or held) or not (read or changes.same or changes.gone):
                raise CorpusError(say_nothing_read(self.said, self.listed, skipped))
            told = base.manifest.skipped if base else None
            told = all_skipped(told, {name_file(path) for path in self.listed} - changes.same, skipped)
            gone = changes.gone.union(*(found.replaced for found in surveys))
            if base is None or not base.step or read or gone or told != base.manifest.skipped:
                version = self._fill(base, jobs, surveys, encoder)
                manifest = self._take_out(version, gone)
                built = datetime.now(UTC).isoformat(timespec="seconds")
                version = publish(self.server, version, replace(manifest, built=built, skipped=told))
        assert version is not None
        return Report(
            version.manifest.counts, version.manifest.size, time.perf_counter() - self.started, skipped,
            changes.unchanged, len(changes.gone), changes.renamed, tuple(changes.twice),
        )  # fmt: skip

    def _survey(self, changes: Changes, encoder: Encoder) -> tuple[list[Survey], list[Job]]:
        files = (File(path, source, pages, self.urls.get(path)) for path, source, pages in changes.read)
        jobs = list(cut_jobs(files))
        surveys = []
        for found in self.crew.survey(jobs, encoder):
            self.right.beat()
            surveys.append(found)
        return surveys, jobs

    def _fill(
        self, base: Version | None, jobs: Sequence[Job], surveys: Sequence[Survey], encoder: Encoder
    ) -> Version:
        """Write what is new after what there is, job by job."""
        if base is None:
            base = start_version(self.server, replace(begin_manifest(encoder), lengths=mean_lengths(surveys)))
        version = base
        self._tidy(version)
        bar = iter(
            self.progress([(file.path, file.source, file.replaced) for job in jobs for file in job.files])
        )
        loaded = self.crew.load(
            _give_numbers(jobs, surveys, version.manifest.last), self.server, version.number,
            version.manifest.lengths, encoder,
        )  # fmt: skip
        gathered, counts = Rows(), Counts(0, 0, 0)
        for number, (job, found, rows) in enumerate(zip(jobs, surveys, loaded, strict=True), 1):
            gathered.take(rows)
            counts += found.counts
            if counts.passages >= _PORTION or number == len(jobs):
                manifest = self._commit(version, gathered, counts)
                # What is added to a version in use counts once all of it is there.
                version = replace(version, manifest=manifest)
                if not base.step:
                    keep_progress(self.server, version, manifest)
                gathered, counts = Rows(), Counts(0, 0, 0)
            self.right.beat()
            list(islice(bar, len(job.files)))
        list(bar)
        return version

    def _tidy(self, version: Version) -> None:
        """Take out what an interrupted run left behind, and what counts no more since the last step."""
        manifest, name = version.manifest, self.server.place.name
        for kind, beyond in (
            ("texts", f"page > {manifest.last.page}"), ("articles", f"page > {manifest.last.page}"),
            ("passages", f"page > {manifest.last.page}"), ("pages", f"id > {manifest.last.page}"),
            ("terms", f"batch > {manifest.batch}"),
        ):  # fmt: skip
            self.server.delete(name_collection(name, version.number, kind), beyond)
        take_out(self.server, version.number, manifest.gone)

    def _commit(self, version: Version, rows: Rows, counts: Counts) -> Manifest:
        """Write the terms and pages of some jobs; return what the version then holds."""
        before, name = version.manifest, self.server.place.name
        batch = before.batch + 1
        terms = make_term_rows(batch, rows.terms)
        self.server.insert(name_collection(name, version.number, "terms"), terms)
        self.server.insert(name_collection(name, version.number, "pages"), rows.pages)
        last = before.last
        return replace(
            before,
            batch=batch,
            counts=before.counts + counts,
            contents=f"{(int(before.contents, 16) + rows.contents) % 2**256:064x}",
            size=before.size + rows.size,
            last=Last(
                last.page + counts.pages, last.article + counts.articles, last.passage + counts.passages
            ),
        )

    def _take_out(self, version: Version, gone: set[int]) -> Manifest:
        """Return what the version holds without these pages; their rows go with the next step."""
        manifest = replace(version.manifest, gone=tuple(sorted(gone)))
        if not gone:
            return manifest
        name = self.server.place.name
        lost: dict[int, Frequency] = {}
        counts, contents = Counts(0, 0, 0), int(manifest.contents, 16)
        for some in in_portions(sorted(gone), 1000):
            on = f"page in {listing(some)}"
            articles = self.server.count(name_collection(name, version.number, "articles"), on)
            passages = 0
            collection = name_collection(name, version.number, "passages")
            for row in self.server.each(collection, on, ["id", "head_terms", "body_terms"]):
                passages += 1
                for code in row["head_terms"]:
                    lost[code] = lost.get(code, Frequency()) + Frequency(heads=1)
                for code in row["body_terms"]:
                    lost[code] = lost.get(code, Frequency()) + Frequency(bodies=1)
            counts += Counts(len(some), articles, passages)
            pages = name_collection(name, version.number, "pages")
            for row in self.server.each(pages, f"id in {listing(some)}", ["id", "source", "sha256"]):
                contents -= weigh_page(row["source"], row["sha256"])
        batch = manifest.batch + 1
        self.server.insert(name_collection(name, version.number, "terms"), make_lost_rows(batch, lost))
        kept = manifest.counts - counts
        share = kept.passages / max(manifest.counts.passages, 1)
        return replace(
            manifest, batch=batch, counts=kept, contents=f"{contents % 2**256:064x}",
            size=round(manifest.size * share),
        )  # fmt: skip


def mean_lengths(surveys: Sequence[Survey]) -> Lengths:
    """Return how many terms heads and bodies have in the mean."""
    passages = max(sum(found.counts.passages for found in surveys), 1)
    return Lengths(
        sum(found.heads for found in surveys) / passages, sum(found.bodies for found in surveys) / passages
    )


def _give_numbers(
    jobs: Sequence[Job], surveys: Sequence[Survey], last: Last
) -> Iterator[tuple[Job, Survey, Last]]:
    """Yield each job with the numbers that its own come after."""
    for job, found in zip(jobs, surveys, strict=True):
        yield job, found, last
        counts = found.counts
        last = Last(last.page + counts.pages, last.article + counts.articles, last.passage + counts.passages)
