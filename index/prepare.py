"""Page -> Prepared: all that the index keeps of it, made of its text alone.

In: pages, and an encoder. Out: their articles, passages, words and vectors, in the order of the pages.
Does not know files, numbers, or what was indexed before.

This is the slow part of a build, a megabyte of text in some 1.2 seconds of a core. Where there is much of
it, processes share it; what they make is the same.
"""

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, fields
from itertools import accumulate, islice
from multiprocessing import get_context, parent_process
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.articles import split_articles
from index.encoder import Encoder
from index.errors import CorpusError
from index.lexicon import Numbers, load_lexicon
from index.passages import cut_passages
from index.records import Article, Page, Passage, Span
from index.text import cut_words, write_terms

# What an article says of itself in plain types.
_SAID = {one.name for one in fields(Article)} - {"spans", "text", "head"}
# Characters that are handed over at a time: a third of a second of work.
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

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process in plain types, each text once: 55 microseconds a passage instead of 95."""
        cut = [
            (
                [(span.start, span.end) for span in article.spans],
                [(span.start, span.end) for span in article.head],
                {name: said for name, said in vars(article).items() if name in _SAID},
                [(one.start, one.end) for one in passages],
            )
            for article, passages in self.articles
        ]
        numbers = [part for both in self.words for part in both]
        packed = b"".join([part.tobytes() for part in numbers])
        return _unpack, (self.page, cut, self.terms, packed, list(map(len, numbers)), self.rows)


def _unpack(
    page: Page,
    cut: list[Any],
    terms: list[tuple[str, str]],
    packed: bytes,
    sizes: list[int],
    rows: NDArray[np.float32],
) -> Prepared:
    articles = []
    for places, heads, said, ranges in cut:
        text = "".join([page.text[start:end] for start, end in places])
        spans, head = (tuple([Span(*one) for one in some]) for some in (places, heads))
        article = Article(spans=spans, text=text, head=head, **said)
        articles.append((article, [Passage(start, end, text[start:end]) for start, end in ranges]))
    numbers, ends = np.frombuffer(packed, np.uint16), accumulate(sizes)
    parts = [numbers[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    return Prepared(page, articles, terms, list(zip(parts[::2], parts[1::2], strict=True)), rows)


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
    heads = [article.title for articles in cut for article, passages in articles for _ in passages]
    texts = [one.text for articles in cut for _, passages in articles for one in passages]
    above, below = {head: cut_words(head) for head in set(heads)}, [cut_words(text) for text in texts]
    head_terms = dict(zip(above, write_terms(list(above), above.values()), strict=True))
    terms = zip(map(head_terms.__getitem__, heads), write_terms(texts, below), strict=True)
    number = load_lexicon().number
    head_numbers = {head: number(words) for head, words in above.items()}
    numbers = [(head_numbers[head], number(words)) for head, words in zip(heads, below, strict=True)]
    rows = np.empty((0, encoder.dimension), np.float32)
    if texts:
        joined = [f"{head}\n{text}".strip() for head, text in zip(heads, texts, strict=True)]
        rows = encoder.encode_passages(joined, list(map(np.concatenate, numbers)))
    sizes = [sum(len(passages) for _, passages in articles) for articles in cut]
    return [
        Prepared(page, articles, list(islice(terms, size)), numbers[end - size : end], rows[end - size : end])
        for page, articles, size, end in zip(pages, cut, sizes, accumulate(sizes), strict=True)
    ]


_encoder: Encoder  # of a process that was started for this


def _start(encoder: Encoder) -> None:
    global _encoder  # noqa: PLW0603, the way in which a pool hands something to its processes
    _encoder = encoder
    gc.freeze()  # the tables of a hundred thousand words are not looked through again and again
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
