"""Store -> what is wrong with it.

In: an opened index, wherever it is kept. Out: a list of faults, empty for a sound index.
Does not know how to mend them: `python -m index build` does.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from index.lexicon import load_lexicon
from index.records import stands_below
from index.store import Among, CatalogLeg, KeywordLeg, Store, VectorLeg
from index.text import cut_words, terms

_BATCH = 500
# Cutting words is slow: of so many passages, one is cut again.
_PROBED = 50
# So many passages are looked for, spread over all of them.
_SOUGHT = 20
_SAME = 0.99


def find_faults(store: Store) -> list[str]:
    """Compare the parts of the index with each other: rows, numbers, offsets, vectors."""
    catalog, vectors, keywords = store.catalog, store.vectors, store.keywords
    numbers = catalog.numbers()
    faults = []
    if catalog.counts() != store.manifest.counts:
        faults.append(f"the catalog holds {catalog.counts()}, the manifest says {store.manifest.counts}")
    if sorted(vectors.numbers()) != numbers:
        faults.append(f"{len(vectors)} vectors for {len(numbers)} passages, or other numbers")
    if len(keywords) != len(numbers):
        faults.append(f"{len(keywords)} keyword entries for {len(numbers)} passages")
    for start in range(0, len(numbers), _BATCH):
        batch = numbers[start : start + _BATCH]
        faults += _offset_faults(catalog, batch)
        if not faults:
            faults += _word_faults(catalog, batch)
            faults += _vector_faults(vectors, batch)
    if not faults:
        faults += _search_faults(catalog, vectors, keywords, numbers)
    return faults


def _search_faults(
    catalog: CatalogLeg, vectors: VectorLeg, keywords: KeywordLeg, numbers: list[int]
) -> Iterator[str]:
    """Look for some passages by their own words and vectors: each has to be found."""
    for stored in catalog.passages(numbers[:: max(1, len(numbers) // _SOUGHT)]):
        number, words = stored.number, terms(stored.passage.text)
        if words and not keywords.search(words, 1, Among.of([number])):
            yield f"passage {number} is not found by its words"
        row = vectors.rows([number])[0]
        # Another passage of the same text is as good.
        if row.any() and max(vectors.search(row, 10).values(), default=0.0) < _SAME:
            yield f"passage {number} is not found by its vector"


def _offset_faults(catalog: CatalogLeg, numbers: list[int]) -> Iterator[str]:
    for stored in catalog.passages(numbers):
        passage, page = stored.passage, stored.page
        try:
            spans = stored.article.page_spans(passage.start, passage.end)
        except ValueError as error:
            yield f"passage {stored.number} of {page.source}: {error}"
            continue
        if "".join(page.text[span.start : span.end] for span in spans) != passage.text:
            yield f"passage {stored.number} of {page.source} does not stand at its offsets"
        elif not all(stands_below(page.text, one, other) for one, other in pairwise(spans)):
            yield f"passage {stored.number} of {page.source} runs over another text"


def _word_faults(catalog: CatalogLeg, numbers: list[int]) -> Iterator[str]:
    try:
        kept = dict(zip(numbers, catalog.words(numbers), strict=True))
    except KeyError as error:
        yield f"passage {error} has no words"
        return
    number_words = load_lexicon().number
    for stored in catalog.passages(numbers[::_PROBED]):
        if kept[stored.number].body.tolist() != number_words(cut_words(stored.passage.text)).tolist():
            yield f"the words of passage {stored.number} are not those of its text"


def _vector_faults(vectors: VectorLeg, numbers: list[int]) -> Iterator[str]:
    rows = vectors.rows(numbers)
    lengths = np.linalg.norm(rows, axis=1)
    # A text without any known word has the zero vector: it is found by its keywords alone.
    sound = np.isfinite(lengths) & ((np.abs(lengths - 1) < 1e-3) | (lengths == 0))
    for number in np.asarray(numbers)[~sound]:
        yield f"the vector of passage {number} is not of unit length"
