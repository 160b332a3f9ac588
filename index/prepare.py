"""Page -> Prepared: all that the index keeps of it, made of its text alone.

In: pages, and an encoder. Out: their articles, passages, words and vectors, in the order of the pages.
Does not know files, numbers, or what was indexed before.

This is the slow part of a build, a megabyte of text in some three seconds of a core. Where there is much of
it, processes share it; what they make is the same.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process

import numpy as np
from numpy.typing import NDArray

from index.articles import split_articles
from index.encoder import Encoder
from index.errors import CorpusError
from index.lexicon import Numbers, load_lexicon
from index.passages import cut_passages
from index.records import Article, Page, Passage
from index.text import cut_words, terms

# Characters that are handed over at a time: half a second of work.
_BATCH = 100_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page with its articles and their passages.

    For each passage, in order: `terms` of its article's head and its own, with blanks between, as keywords.py
    takes them; their `words`, numbered as lexicon.py does; its vector, a row of `rows`.
    """

    page: Page
    articles: list[tuple[Article, list[Passage]]]
    terms: list[tuple[str, str]]
    words: list[tuple[Numbers, Numbers]]
    rows: NDArray[np.float32]


def prepare_pages(pages: Iterable[Page], encoder: Encoder, processes: int = 1) -> Iterator[Prepared]:
    """Yield what is made of each page, in their order; by so many processes beside this one, if several.

    Raises CorpusError where such a process was killed, which is what happens to one for want of memory.
    """
    if processes < 2:
        for batch in _batches(pages):
            yield from _prepare(batch, encoder)
        return
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_start, initargs=(encoder,)
    )
    waiting: deque[Future[list[Prepared]]] = deque()
    try:
        for batch in _batches(pages):
            waiting.append(pool.submit(_prepare_here, batch))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise CorpusError(
            "A process that was reading pages has been ended from outside, perhaps for want of memory. "
            "Nothing was indexed. Try again with fewer programs running."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    batch: list[Page] = []
    size = 0
    for page in pages:
        batch.append(page)
        size += len(page.text)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _prepare(pages: Sequence[Page], encoder: Encoder) -> list[Prepared]:
    cut = [
        [(article, cut_passages(article, page.text)) for article in split_articles(page)] for page in pages
    ]
    number_words = load_lexicon().number
    heads: list[tuple[str, str, list[str]]] = []
    joined, words, sizes = [], [], []
    prepared = []
    for articles in cut:
        count = 0
        for article, passages in articles:
            head = article.title
            above = cut_words(head)
            head_terms, head_words = " ".join(terms(head, above)), number_words(above)
            for passage in passages:
                below = cut_words(passage.text)
                heads.append((head_terms, " ".join(terms(passage.text, below)), [*above, *below]))
                joined.append(f"{head}\n{passage.text}".strip())
                words.append((head_words, number_words(below)))
                count += 1
        sizes.append(count)
    rows = encoder.encode_passages(joined, [both for *_, both in heads]) if joined else None
    start = 0
    for page, articles, count in zip(pages, cut, sizes, strict=True):
        own = slice(start, start + count)
        empty = np.empty((0, encoder.dimension), np.float32)
        prepared.append(
            Prepared(
                page,
                articles,
                [(head, body) for head, body, _ in heads[own]],
                words[own],
                empty if rows is None else rows[own],
            )
        )
        start += count
    return prepared


_encoder: Encoder  # of a process that was started for this


def _start(encoder: Encoder) -> None:
    global _encoder  # noqa: PLW0603, the way in which a pool hands something to its processes
    _encoder = encoder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that asked hears it, and ends the others
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    """End with the process that asked: a killed one tells nobody that it is gone."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _prepare_here(pages: list[Page]) -> list[Prepared]:
    return _prepare(pages, _encoder)
