"""Files -> rows in a version, in two passes over jobs that can be done anywhere.

In: a Job, some files. Out: what the first pass counts in it; then its rows. Does not know what else is built,
in which order jobs are done, or by which computers.

The first pass tells how many numbers each job needs and how long texts are in the mean; only then can the
second give out numbers and weigh terms, in whatever order jobs are done.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cluster.client import Server, in_portions, listing
from cluster.files import File, Job, fetch
from cluster.rows import Rows, make_rows
from cluster.schema import name_collection
from cluster.terms import Lengths
from cluster.versions import Last
from index.catalog import Counts
from index.encoder import Encoder
from index.errors import CorpusError
from index.pages import Skipped, name_file, read_pages
from index.prepare import Prepared, prepare_pages
from index.records import Page


@dataclass(frozen=True, slots=True)
class Survey:
    """What is in the files of a job: how much, how many terms, what cannot be read.

    `replaced` are the pages that give way: a file that cannot be read any more keeps its old ones. `prepared`
    are the pages themselves, where they are kept for the second pass.
    """

    counts: Counts
    heads: int
    bodies: int
    skipped: tuple[Skipped, ...]
    replaced: tuple[int, ...]
    prepared: tuple[Prepared, ...] | None = None


@dataclass(frozen=True, slots=True)
class Unseeing:
    """An encoder that makes no vectors, for the first pass. Meets Encoder."""

    name: str = "none"
    fingerprint: str = ""
    dimension: int = 0

    def encode_passages(self, texts: Sequence[str], numbers: object = None) -> NDArray[np.float32]:
        """Return rows without numbers."""
        del numbers
        return np.empty((len(texts), 0), np.float32)

    encode_questions = encode_passages


def survey(job: Job, encoder: Encoder, *, keep: bool) -> Survey:
    """Read the files of a job and count; `keep` what was made of them, with the vectors of `encoder`."""
    skipped: list[Skipped] = []
    replaced: list[int] = []
    counts, heads, bodies = Counts(0, 0, 0), 0, 0
    kept: list[Prepared] = []
    for one in prepare_pages(_read(job, skipped, replaced), encoder):
        counts += Counts(1, len(one.articles), len(one.terms))
        heads += sum(len(head.split()) for head, _ in one.terms)
        bodies += sum(len(body.split()) for _, body in one.terms)
        if keep:
            kept.append(one)
    return Survey(counts, heads, bodies, tuple(skipped), tuple(replaced), tuple(kept) if keep else None)


def make(job: Job, found: Survey, first: Last, mean: Lengths, encoder: Encoder) -> Rows:
    """Return the rows of a job, which get the numbers after `first`.

    Raises CorpusError where its files have changed since they were surveyed.
    """
    prepared = found.prepared
    if prepared is None:
        prepared = tuple(prepare_pages(_read(job, [], []), encoder))
    counts = Counts(
        len(prepared), sum(len(one.articles) for one in prepared), sum(len(one.terms) for one in prepared)
    )
    if counts != found.counts:
        raise CorpusError(
            f"{job.files[0].path} or a file after it has changed while it was being read. Run the same again."
        )
    return make_rows(prepared, first, mean)


def put(server: Server, version: int, rows: Rows) -> None:
    """Write the rows of a job, but for its pages and terms, which make them count.

    What an earlier try may have left in their place is taken out first.
    """
    if not rows.pages:
        return
    low, high = rows.pages[0]["id"], rows.pages[-1]["id"]
    where = f"page >= {low} and page <= {high}"
    for kind, some in (("texts", rows.texts), ("articles", rows.articles), ("passages", rows.passages)):
        collection = name_collection(server.place.name, version, kind)
        if server.count(collection, where):
            server.delete(collection, where)
        server.insert(collection, some)


def take_out(server: Server, version: int, pages: Sequence[int]) -> None:
    """Delete the rows of these pages."""
    for some in in_portions(pages, 1000):
        for kind in ("texts", "articles", "passages"):
            server.delete(name_collection(server.place.name, version, kind), f"page in {listing(some)}")
        server.delete(name_collection(server.place.name, version, "pages"), f"id in {listing(some)}")


def _read(job: Job, skipped: list[Skipped], replaced: list[int]) -> Iterator[Page]:
    for file in job.files:
        for item in _read_file(file):
            if isinstance(item, Skipped):
                skipped.append(item)
            else:
                replaced += [page for page in file.replaced if page not in replaced]
                yield item


def _read_file(file: File) -> Iterator[Page | Skipped]:
    """Read a file; one that lies elsewhere is fetched for as long as it is read."""
    if file.url is None:
        yield from read_pages(file.path, file.source)
        return
    name = name_file(file.path)
    with tempfile.TemporaryDirectory(prefix="wenbao-") as folder:
        # Its own name says what kind of file it is, and maybe its date.
        copy = Path(folder, *file.path.parts[-3:])
        copy.parent.mkdir(parents=True)
        try:
            fetch(file.url, copy)
        except OSError as error:
            yield Skipped(name, f"cannot be fetched: {error}")
            return
        for item in read_pages(copy, file.source):
            yield replace(item, path=name)
