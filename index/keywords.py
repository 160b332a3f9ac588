"""Terms <-> BM25 postings, kept by tantivy.

In: the terms of a passage and of its head (text.py makes them), with the passage's number.
Out: the passages that score best for the terms of a question.
Does not know texts, vectors, or whether its files are whole: generation.py checks that before.

tantivy scores with BM25, k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009), statistics per field. What most
of the time would go into, the long lists of words that stand everywhere, is not walked: `list_telling`.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.store import Among, Field

Numbers = NDArray[np.int64]

# A head names what the article is about in few words, so its terms weigh more than the body's.
HEAD_WEIGHT = 0.5
# A term that more passages have than these, and than one in so many, tells them apart no more where the
# question has so many others: of 北京的会议, most of what is asked about would be left out.
_MANY, _ONE_IN, _OTHERS = 20_000, 5, 6
# Where at least one in so many numbers counts, twice as many as would do are looked at first.
_LOOKED_AT = 4
# One thread makes one segment, so that the same corpus gives the same files.
_HEAP_BYTES = 128_000_000
# So many passages are handed over at a time: tantivy's thread then goes to sleep less often.
_AT_ONCE = 1000
# What tantivy keeps beside the index while it writes; nothing in them belongs to the index.
_LOCK_FILES = (".tantivy-writer.lock", ".tantivy-meta.lock")


def list_telling(terms: Sequence[str], count: Callable[[str], int], passages: int) -> Sequence[str]:
    """Return the terms that tell passages apart, all where few do; `count` says how many have a term.

    Among 280,000 passages a question takes a third of the time without 在 and 公司, and finds as much.
    """
    most = max(_MANY, passages // _ONE_IN)
    telling = [term for term in terms if count(term) <= most]
    return telling if len(set(telling)) >= _OTHERS else terms


class Keywords:
    """A tantivy index in a folder, opened for searching; `KeywordWriter` fills it."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def load(cls, folder: Path) -> "Keywords":
        """Open the index in `folder`, whose files were verified.

        tantivy makes a lock file even to read. Where it may not, it reads a copy that is unlinked at once.
        """
        if os.access(folder, os.W_OK):
            return cls(tantivy.Index.open(str(folder)))
        with TemporaryDirectory(prefix="wenbao-", ignore_cleanup_errors=True) as copy:
            for file in folder.iterdir():
                shutil.copyfile(file, Path(copy) / file.name)
            return cls(tantivy.Index.open(copy))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, terms: Sequence[str], k: int, among: Among | None = None) -> dict[int, float]:
        """Return up to `k` passage numbers with their BM25 score for `terms`, best first.

        A term that the question repeats counts as often as it stands there; those that `list_telling` leaves
        out do not. `among` are the only ones that count; the scores are those that they have without it.
        """
        weighed = []
        for term, count in Counter(list_telling(terms, self.document_count, len(self))).items():
            for name, weight in (("body", 1.0), ("head", HEAD_WEIGHT)):
                query = tantivy.Query.term_query(self._schema, name, term, index_option="freq")
                weighed.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, count * weight)))
        if not weighed:
            return {}
        query = tantivy.Query.boolean_query(weighed)
        if among is None:
            return self._best(query, k)
        # Where a fourth or more counts, the best few hundred hold enough of it; else the numbers are walked
        # beside the postings. Of 265,000 passages 10 take 0.7 ms, 10,000 take 25; 200,000 would take 190.
        numbers = among.passages.tolist()
        if len(numbers) * _LOOKED_AT > len(self):
            allowed = set(numbers)
            found = {n: score for n, score in self._best(query, 2 * _LOOKED_AT * k).items() if n in allowed}
            if len(found) >= k:
                return dict(list(found.items())[:k])
        only = tantivy.Query.term_set_query(self._schema, "passage", numbers)
        both = [query, tantivy.Query.const_score_query(only, 0.0)]
        return self._best(tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in both]), k)

    def find_all(self, terms: Sequence[str], fields: Sequence[Field] = ("head", "body")) -> Numbers:
        """Return the numbers of all passages that have every one of `terms` in the one or the other field."""
        each = (
            [tantivy.Query.term_query(self._schema, field, term, index_option="basic") for term in terms]
            for field in fields
        )
        return self._all(
            [tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in queries]) for queries in each]
        )

    def find_some(self, terms: Sequence[str], k: int) -> list[int]:
        """Return the numbers of up to `k` passages that have every one of `terms` in the head or the body."""
        either = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boolean_query(
                    [
                        (
                            tantivy.Occur.Must,
                            tantivy.Query.term_query(self._schema, field, term, index_option="basic"),
                        )
                        for term in terms
                    ]
                ),
            )
            for field in ("body", "head")
        ]
        return list(self._best(tantivy.Query.const_score_query(tantivy.Query.boolean_query(either), 1.0), k))

    def find_inside(self, part: str) -> Numbers:
        """Return the numbers of all passages that have a term with the letters or characters `part` in it.

        A term for the value of a figure (#13000, of 1.3万) is not what stands there.
        """
        pattern = f"([^#].*)?{part}.*"
        return self._all(
            [tantivy.Query.regex_query(self._schema, field, pattern) for field in ("head", "body")]
        )

    def find_beginning(self, part: str) -> Numbers:
        """Return the numbers of all passages that have a term which begins with the characters `part`.

        Of 265,000 passages in 1 to 60 ms: terms lie in their order. Those with `part` inside take 400.
        """
        fields: tuple[Field, ...] = ("head", "body")
        return self._all([tantivy.Query.regex_query(self._schema, field, f"{part}.*") for field in fields])

    def _all(self, queries: Sequence[tantivy.Query]) -> Numbers:
        """Return the numbers of all passages that one of `queries` finds, ascending."""
        if not len(self):
            return np.array([], np.int64)
        either = tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
        every = tantivy.Query.const_score_query(either, 1.0)
        hits = self._searcher.search(every, limit=len(self), count=False).hits
        numbers = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return np.sort(np.array(numbers, np.int64))

    def _best(self, query: tantivy.Query, k: int) -> dict[int, float]:
        hits = self._searcher.search(query, limit=k, count=False).hits
        numbers = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return {int(n): float(score) for n, (score, _) in zip(numbers, hits, strict=True) if n is not None}

    def document_count(self, term: str) -> int:
        """Return how many passages have `term` in their body."""
        return int(self._searcher.doc_freq("body", term))


class KeywordWriter:
    """Fills the tantivy index in a folder, a new one or one that is there; `close` makes it durable."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("passage", indexed=True, fast=True)
        for name in ("head", "body"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        self._folder = folder
        self._schema = builder.build()
        self._writer = tantivy.Index(self._schema, path=str(folder)).writer(_HEAP_BYTES, num_threads=1)
        self._waiting: list[tuple[int, str, str]] = []

    def add(self, number: int, head: str, body: str) -> None:
        """Add the passage `number` with the terms of its article's head and its own, blanks between them."""
        self._waiting.append((number, head, body))
        if len(self._waiting) == _AT_ONCE:
            self._hand_over()

    def remove(self, numbers: Iterable[int]) -> None:
        """Take out the passages `numbers`."""
        for number in numbers:
            # delete_documents_by_term takes the number for a signed one, and removes nothing in silence.
            query = tantivy.Query.term_query(self._schema, "passage", number)
            self._writer.delete_documents_by_query(query)

    def close(self) -> None:
        """Commit, wait for merges, and leave only the files that belong to the index."""
        self._hand_over()
        with self._writing():
            self._writer.commit()
            self._writer.garbage_collect_files()
            self._writer.wait_merging_threads()
        for name in _LOCK_FILES:
            (self._folder / name).unlink(missing_ok=True)

    def _hand_over(self) -> None:
        with self._writing():
            for number, head, body in self._waiting:
                document = tantivy.Document()
                document.add_unsigned("passage", number)
                document.add_text("head", head)
                document.add_text("body", body)
                self._writer.add_document(document)
        self._waiting.clear()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Tell a full disk as what it is: tantivy raises ValueError for everything."""
        try:
            yield
        except ValueError as error:
            raise OSError(f"{self._folder} cannot be written") from error
