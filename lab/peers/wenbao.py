"""Wenbao itself, as it ships: index/build.py makes the index, qa's own steps are asked.

In: pages.jsonl of the folder. Out: see common.py. Does not know which passages are right.

Only how pages are read is put in by hand: each line of pages.jsonl is one, and a news story is one article
without a headline, cut as for everybody. With several cores, processes share the work as they do for a user;
what they held in memory is added to what this one did.
"""

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import index.prepare
from index.build import build_index
from index.catalog import Stored
from index.encoder import load_encoder
from index.records import Article, Page
from lab.peers.common import DEPTH, Job, Leg, Stopwatch, main, peak_mb
from lab.sheet import Sheet

if TYPE_CHECKING:
    from qa.archive import Archive
    from qa.records import Found


def make(job: Job) -> Iterator[Leg]:
    """Build the index and yield the ways to ask it, all with what building it held in memory."""
    # Here, because the processes that share the work of building import this file, too.
    from qa.archive import Archive

    watch = Stopwatch()
    helpers_mb = _build(job)
    archive = Archive.open(job.scratch / "index")
    for leg in _list_legs(archive, watch.seconds):
        yield replace(leg, helpers_mb=helpers_mb)


def _list_legs(archive: "Archive", seconds: float) -> Iterator[Leg]:
    """Yield the legs, then the two together, as deep as the peers and as it ships."""
    from qa.archive import READ
    from qa.headline import COMPARED
    from qa.question import tells, understand
    from qa.rank import add_cosines, rank_passages
    from qa.read import order_by_evidence, read_passages
    from qa.rerank import judge_passages
    from qa.retrieve import PER_LEG, find_passages, search_terms

    twins = _Twins(archive)
    encoder, keywords, vectors = archive.encoder, archive.keywords, archive.vectors

    def by_vector(text: str) -> list[int]:
        return _from_zero(vectors.search(encoder.encode_questions([understand(text).standalone])[0], PER_LEG))

    def found(text: str) -> list[int]:  # numbers alone, as txtai gives them
        return find_passages(understand(text), keywords, vectors, encoder).numbers[:DEPTH]

    def fused(text: str) -> list[int]:  # with the texts, as the others give them; they fold no reprints
        return _from_zero(stored.number for stored in archive.catalog.passages(found(text)))

    def reranked(text: str, top: int = DEPTH) -> list[int]:
        asked = understand(text)
        judged = judge_passages(asked, find_passages(asked, keywords, vectors, encoder), archive.catalog)
        return twins.spread(rank_passages(judged, twins.fetch, top))

    def read(text: str) -> list[int]:
        asked = understand(text)
        found = find_passages(asked, keywords, vectors, encoder)
        judged = judge_passages(asked, found, archive.catalog)
        wanted = COMPARED if tells(asked) else 10
        ranked = add_cosines(rank_passages(judged, twins.fetch, wanted), found)
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


def _build(job: Job) -> float:
    """Index the pages; return the MB that the processes beside this one held at most, together.

    The passages are numbered from 1, those of passages.jsonl from 0.
    """

    def read_pages(path: Path, _source: str) -> Iterator[Page]:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                sheet = Sheet(**json.loads(line))
                yield replace(sheet.page, encoding=_WHOLE) if sheet.whole else sheet.page

    with patch("index.build.read_pages", read_pages), _Helpers() as helpers:
        report = build_index([job.folder / "pages.jsonl"], job.scratch / "index", load_encoder())
    if report.counts.passages != len(job.texts):
        raise ValueError(f"{report.counts.passages} passages were indexed, {len(job.texts)} are to be ranked")
    return helpers.mb


_WHOLE = "whole"  # in place of the encoding, on a page that is one article


def _split_articles(page: Page) -> list[Article]:
    return Sheet(page.source, page.text, page.encoding == _WHOLE).articles


# For good, and not for the time of the build alone: the processes that share the work import this file anew.
index.prepare.split_articles = _split_articles


class _Helpers:
    """Watches what the processes that were started here hold in memory."""

    def __init__(self) -> None:
        self._peaks: dict[int, float] = {}
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    @property
    def mb(self) -> float:
        """The most that each of them held, together."""
        return sum(self._peaks.values())

    def __enter__(self) -> "_Helpers":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._done.wait(0.2):
            for child in active_children():
                if child.pid is not None:
                    with suppress(OSError, StopIteration):  # it has ended meanwhile
                        self._peaks[child.pid] = peak_mb(child.pid)


class _Twins:
    """Puts reprints that rank.py folded behind the passage they were folded into.

    The reader is shown their places there too; without them, a text that is right twice is found once.
    """

    def __init__(self, archive: "Archive") -> None:
        self._catalog = archive.catalog
        self._fetched: list[Stored] = []

    def fetch(self, numbers: Sequence[int]) -> list[Stored]:
        """Fetch passages as the catalog does, a portion at a time, and remember which page each stands on."""
        fetched = self._catalog.passages(numbers)
        self._fetched += fetched
        return fetched

    def spread(self, found: "Sequence[Found]") -> list[int]:
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
