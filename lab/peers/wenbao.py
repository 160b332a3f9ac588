"""Wenbao itself, as it ships: index/build.py makes the index, qa's own steps are asked.

In: pages.jsonl of the folder. Out: see common.py. Does not know which passages are right.

Only how pages are read is put in by hand: each line of pages.jsonl is one, and a news story is one article
without a headline, cut as for everybody.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from unittest.mock import patch

from index.build import build_index
from index.catalog import Stored
from index.encoder import load_encoder
from index.records import Article, Page
from lab.benchmark_retrieval import Sheet
from lab.peers.common import DEPTH, Job, Leg, Stopwatch, main
from qa.archive import READ, Archive
from qa.question import understand
from qa.rank import fuse_scores, rank_passages
from qa.read import order_by_evidence, read_passages
from qa.records import Found
from qa.rerank import judge_passages
from qa.retrieve import PER_LEG, find_passages, search_terms


def make(job: Job) -> Iterator[Leg]:
    """Build the index and yield the legs, then the two together, as deep as the peers and as it ships."""
    watch = Stopwatch()
    archive = _build(job)
    seconds = watch.seconds
    twins = _Twins(archive)
    encoder, keywords, vectors = archive.encoder, archive.keywords, archive.vectors

    def by_vector(text: str) -> list[int]:
        return _from_zero(vectors.search(encoder.encode_questions([understand(text).standalone])[0], PER_LEG))

    def found(text: str) -> list[int]:  # numbers alone, as txtai gives them
        scores = find_passages(understand(text), keywords, vectors, encoder)
        return list(fuse_scores(scores))[:DEPTH]

    def fused(text: str) -> list[int]:  # with the texts, as the others give them; they fold no reprints
        return _from_zero(stored.number for stored in archive.catalog.passages(found(text)))

    def reranked(text: str, top: int = DEPTH) -> list[int]:
        asked = understand(text)
        scores = find_passages(asked, keywords, vectors, encoder)
        judged = judge_passages(asked, fuse_scores(scores), scores, archive.catalog)
        return twins.spread(rank_passages(judged, twins.fetch, top))

    def read(text: str) -> list[int]:
        asked = understand(text)
        scores = find_passages(asked, keywords, vectors, encoder)
        judged = judge_passages(asked, fuse_scores(scores), scores, archive.catalog)
        ranked = rank_passages(judged, twins.fetch, 10)
        evidence = read_passages(asked, ranked[:READ], archive.weigh)
        return twins.spread(order_by_evidence(asked, ranked, evidence))

    yield Leg(
        "keywords", lambda text: _from_zero(keywords.search(search_terms(understand(text)), PER_LEG)), None
    )
    yield Leg("vectors", by_vector, None)
    yield Leg("fused, numbers alone", lambda text: _from_zero(found(text)), seconds)
    yield Leg("fused", fused, seconds)
    yield Leg("reranked", reranked, seconds)
    yield Leg("reranked, ten hits", partial(reranked, top=10), seconds)  # as many as the product asks for
    yield Leg("reranked and read", read, seconds)  # as the product shows them


def _build(job: Job) -> Archive:
    """Return an archive of the pages. Its passages are numbered from 1, those of passages.jsonl from 0."""
    with (job.folder / "pages.jsonl").open(encoding="utf-8") as lines:
        sheets = {sheet.source: sheet for sheet in (Sheet(**json.loads(line)) for line in lines)}

    def read_pages(_path: Path, _source: str) -> Iterator[Page]:
        yield from (sheet.page for sheet in sheets.values())

    def split_articles(page: Page) -> list[Article]:
        return sheets[page.source].articles

    with (
        # Other processes would know nothing of this; every system is held to the same cores anyway.
        patch.multiple("index.build", read_pages=read_pages, _processes=lambda *_: 1),
        patch("index.prepare.split_articles", split_articles),
    ):
        report = build_index([job.folder / "pages.jsonl"], job.scratch / "index", load_encoder())
    if report.counts.passages != len(job.texts):
        raise ValueError(f"{report.counts.passages} passages were indexed, {len(job.texts)} are to be ranked")
    return Archive.open(job.scratch / "index")


class _Twins:
    """Puts reprints that rank.py folded behind the passage they were folded into.

    The reader is shown their places there too; without them, a text that is right twice is found once.
    """

    def __init__(self, archive: Archive) -> None:
        self._catalog = archive.catalog
        self._fetched: list[Stored] = []

    def fetch(self, numbers: Sequence[int]) -> list[Stored]:
        """Fetch passages as the catalog does, a portion at a time, and remember which page each stands on."""
        fetched = self._catalog.passages(numbers)
        self._fetched += fetched
        return fetched

    def spread(self, found: Sequence[Found]) -> list[int]:
        """Return the numbers of `found`, each followed by its reprints, from 0."""
        places: dict[str, int] = {}
        for stored in self._fetched:
            places.setdefault(stored.page.source, stored.number)
        self._fetched = []
        numbers = [
            number
            for item in found
            for number in (item.stored.number, *(places[source] for source in item.also))
        ]
        return _from_zero(dict.fromkeys(numbers))


def _from_zero(numbers: Iterable[int]) -> list[int]:
    return [number - 1 for number in numbers]


if __name__ == "__main__":
    main(make)
