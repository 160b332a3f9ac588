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
from itertools import accumulate, islice, pairwise
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
from index.text import cut_folded, fold, write_terms

# What an article says of itself in plain types.
_SAID = {one.name for one in fields(Article)} - {"spans", "text", "head"}
# Characters that are handed over at a time: a third of a second of work.
_BATCH = 100_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page with its articles and their passages.

    For each passage, in order: `terms` of its article's head and its own, with blanks between, as keywords.py
    takes them; their `words`, numbered as lexicon.py does; its vector, a row of `rows`, as vectors.py has it.
    """

    page: Page
    articles: list[tuple[Article, list[Passage]]]
    terms: list[tuple[str, str]]
    words: list[tuple[Numbers, Numbers]]
    rows: NDArray[np.float16]


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
    waiting: deque[tuple[list[Page], Future[list[_Packed]]]] = deque()
    try:
        for batch in _batches(pages):
            waiting.append((batch, pool.submit(_prepare_here, batch)))
            if len(waiting) > 2 * processes:
                yield from _unpack(*waiting.popleft())
        while waiting:
            yield from _unpack(*waiting.popleft())
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
    places = {head: place for place, head in enumerate(dict.fromkeys(heads))}
    head_terms, head_numbers = _list_words([fold(head) for head in places])
    pieces, parts = _share(both for articles in cut for both in articles)
    own_terms, own_numbers = _list_words(pieces)
    terms = iter(
        [
            (head_terms[places[head]], " ".join(own_terms[part]))
            for head, part in zip(heads, parts, strict=True)
        ]
    )
    numbers = [
        (head_numbers[places[head]], np.concatenate(own_numbers[part]))
        for head, part in zip(heads, parts, strict=True)
    ]
    rows = np.empty((0, encoder.dimension), np.float16)
    if texts:
        joined = [f"{head}\n{text}".strip() for head, text in zip(heads, texts, strict=True)]
        rows = encoder.encode_passages(joined, list(map(np.concatenate, numbers))).astype(np.float16)
    sizes = [sum(len(passages) for _, passages in articles) for articles in cut]
    return [
        Prepared(page, articles, list(islice(terms, size)), numbers[end - size : end], rows[end - size : end])
        for page, articles, size, end in zip(pages, cut, sizes, accumulate(sizes), strict=True)
    ]


def _list_words(folded: Sequence[str]) -> tuple[list[str], list[Numbers]]:
    """Return the terms of folded texts, and their words as numbers."""
    cut = list(map(cut_folded, folded))
    return write_terms(folded, cut), list(map(load_lexicon().number, cut))


def _share(cut: Iterable[tuple[Article, list[Passage]]]) -> tuple[list[str], list[slice]]:
    """Return what passages are put together of, folded, and for each passage which of it.

    A sentence that two of them have is one piece, so its words are looked for once. No word, no pair of
    characters and no figure runs over the end of a sentence: those of a passage are those of its pieces.
    """
    pieces: list[str] = []
    parts: list[slice] = []
    for article, passages in cut:
        folded = fold(article.text)
        ends = sorted({at for one in passages for at in (one.start, one.end)})
        places = {at: place for place, at in enumerate(ends, len(pieces))}
        pieces += [folded[low:high] for low, high in pairwise(ends)]
        parts += [slice(places[one.start], places[one.end]) for one in passages]
    return pieces, parts


# ---- between processes ------------------------------------------------------------------------------

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


@dataclass(frozen=True, slots=True)
class _Packed:
    """What was made of a page in plain types, each text once and none of the page's own."""

    articles: list[tuple[Any, ...]]
    terms: list[tuple[str, str]]
    sizes: list[int]
    numbers: bytes
    rows: NDArray[np.float16]


def _prepare_here(pages: list[Page]) -> list[_Packed]:
    return list(map(_pack, _prepare(pages, _encoder)))


def _pack(one: Prepared) -> _Packed:
    articles = [
        (
            [(span.start, span.end) for span in article.spans],
            [(span.start, span.end) for span in article.head],
            {name: said for name, said in vars(article).items() if name in _SAID},
            [(passage.start, passage.end) for passage in passages],
        )
        for article, passages in one.articles
    ]
    numbers = [part for both in one.words for part in both]
    packed = b"".join([part.tobytes() for part in numbers])
    return _Packed(articles, one.terms, list(map(len, numbers)), packed, one.rows)


def _unpack(pages: list[Page], future: Future[list[_Packed]]) -> Iterator[Prepared]:
    for page, one in zip(pages, future.result(), strict=True):
        articles = []
        for places, heads, said, ranges in one.articles:
            text = "".join([page.text[start:end] for start, end in places])
            spans, head = (tuple([Span(*ends) for ends in some]) for some in (places, heads))
            article = Article(spans=spans, text=text, head=head, **said)
            articles.append((article, [Passage(start, end, text[start:end]) for start, end in ranges]))
        numbers, ends = np.frombuffer(one.numbers, np.uint16), accumulate(one.sizes)
        parts = [numbers[end - size : end] for size, end in zip(one.sizes, ends, strict=True)]
        yield Prepared(page, articles, one.terms, list(zip(parts[::2], parts[1::2], strict=True)), one.rows)
