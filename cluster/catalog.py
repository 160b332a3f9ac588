"""Pages, articles and passages in Milvus. Meets index.store.CatalogLeg, and index.changes.Filed.

In: a server and a version of an index. Out: the records of index/, as they were put in.
Does not know vectors or scores. What a page says, with its articles, lies packed in rows of its own; what
limits, lists and counts look at lies beside it in fields.
"""

import json
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cluster.client import LISTED, Row, Server, in_portions, listing
from cluster.packing import plain, unpack, unpack_numbers
from cluster.schema import FACTS, name_collection
from cluster.versions import Version
from index.catalog import Counts, Facts, Known, Stored, Words
from index.lexicon import Numbers
from index.records import Article, Kind, Page, Passage, Span

# Pages that are kept once read, some 20 kB each, and pages that are fetched at a time.
_KEPT, _FETCHED = 256, 64


@dataclass(frozen=True, slots=True)
class PageText:
    """A page with its articles and their numbers, in the order of their heads."""

    page: Page
    articles: tuple[tuple[int, Article], ...]


class Catalog:
    """A version's pages, articles and passages. Threads may share it."""

    def __init__(self, server: Server, version: Version) -> None:
        self._server, self._version = server, version
        self._texts: OrderedDict[int, PageText] = OrderedDict()
        self._lock = Lock()

    def _name(self, kind: str) -> str:
        return name_collection(self._server.place.name, self._version.number, kind)

    def _where(self, kind: str, more: str = "") -> str:
        """Return the expression for rows that count, and for which `more` holds."""
        shown = self._version.manifest.shown("id" if kind == "pages" else "page")
        return f"{shown} and ({more})" if more else shown

    def _rows(
        self, kind: str, field: str, values: Iterable[int | str], fields: Sequence[str]
    ) -> Iterator[Row]:
        """Yield the rows that count with one of `values`, of which there may be many."""
        for some in in_portions(values, LISTED):
            where = self._where(kind, f"{field} in {listing(some)}")
            yield from self._server.query(self._name(kind), where, fields)

    # ---- pages and articles ----

    def page(self, source: str) -> tuple[Page, tuple[Article, ...]]:
        """Return a page with its articles in the order of their heads. Raises KeyError for no such page."""
        rows = self._server.query(
            self._name("pages"), self._where("pages", f"source == {_said(source)}"), ["id"]
        )
        if not rows:
            raise KeyError(source)
        number = int(rows[0]["id"])
        text = self._read([number])[number]
        return text.page, tuple(article for _, article in text.articles)

    def articles(self, ids: Iterable[int]) -> Iterator[tuple[int, Article, Page]]:
        """Yield the articles with these numbers, ascending, each with its page; unknown ones are left out."""
        wanted = sorted(set(ids))
        on = {
            int(row["id"]): int(row["page"]) for row in self._rows("articles", "id", wanted, ["id", "page"])
        }
        for some in in_portions(sorted(on), _FETCHED):
            texts = self._read(on[number] for number in some)
            for number in some:
                text = texts[on[number]]
                yield number, dict(text.articles)[number], text.page

    def _read(self, pages: Iterable[int]) -> dict[int, PageText]:
        """Return these pages, those that are asked about again without fetching them."""
        wanted = set(pages)
        with self._lock:
            here = {number: self._texts[number] for number in wanted & self._texts.keys()}
            for number in here:
                self._texts.move_to_end(number)
        for some in in_portions(sorted(wanted - here.keys()), _FETCHED):
            parts: dict[int, list[tuple[int, str]]] = {}
            rows = self._server.query(self._name("texts"), f"page in {listing(some)}", ["id", "page", "data"])
            for row in rows:
                parts.setdefault(int(row["page"]), []).append((int(row["id"]), str(row["data"])))
            for number, strings in parts.items():
                here[number] = read_text(unpack(data for _, data in sorted(strings)))
        with self._lock:
            for number in wanted & here.keys():
                self._texts[number] = here[number]
            while len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        return here

    # ---- passages ----

    def passages(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the passages with these numbers, in this order; unknown numbers are left out."""
        rows = {
            int(row["id"]): row
            for row in self._rows("passages", "id", numbers, ["id", "page", "article", "begins", "ends"])
        }
        stored: dict[int, Stored] = {}
        for some in in_portions([number for number in dict.fromkeys(numbers) if number in rows], _FETCHED):
            texts = self._read(int(rows[number]["page"]) for number in some)
            for number in some:
                row = rows[number]
                text, article_id = texts[int(row["page"])], int(row["article"])
                article = dict(text.articles)[article_id]
                start, end = int(row["begins"]), int(row["ends"])
                passage = Passage(start, end, article.text[start:end])
                stored[number] = Stored(number, article_id, article, passage, text.page)
        return [stored[number] for number in numbers if number in stored]

    def words(self, numbers: Sequence[int]) -> list[Words]:
        """Return the words of the passages with these numbers, in this order. Raises KeyError for none."""
        owners = self.owners_of(numbers)
        rows = sorted(
            self._rows("passages", "article", set(owners.values()), ["id", "article", "head", "body"]),
            key=lambda row: int(row["id"]),
        )
        bodies: dict[int, list[Numbers]] = {}
        places: dict[int, tuple[int, int, Numbers]] = {}
        for row in rows:
            own = bodies.setdefault(int(row["article"]), [])
            places[int(row["id"])] = int(row["article"]), len(own), unpack_numbers(row["head"])
            own.append(unpack_numbers(row["body"]))
        joined = {article: np.concatenate(parts) for article, parts in bodies.items()}
        return [
            Words(head, bodies[article][at], joined[article], at == 0)
            for article, at, head in (places[number] for number in numbers)
        ]

    def owners(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all passages, ascending, and those of the articles that they stand in."""
        rows = self._server.each(self._name("passages"), self._where("passages"), ["id", "article"])
        both = np.array([(int(row["id"]), int(row["article"])) for row in rows], np.int64).reshape(-1, 2)
        both = both[np.argsort(both[:, 0], kind="stable")]
        return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])

    def owners_of(self, numbers: Iterable[int]) -> dict[int, int]:
        """Return for each of these passages the number of the article that it stands in."""
        rows = self._rows("passages", "id", numbers, ["id", "article"])
        return {int(row["id"]): int(row["article"]) for row in rows}

    def numbers(self) -> list[int]:
        """Return the numbers of all passages, ascending."""
        rows = self._server.each(self._name("passages"), self._where("passages"), ["id"])
        return sorted(int(row["id"]) for row in rows)

    def cuts(self, longest: int) -> list[tuple[int, int]]:
        """Return (article, offset in its text) where one passage ends and the next begins, maybe in a word.

        That was told when the passages were put in, for those of at most `longest` characters.
        """
        del longest
        rows = self._server.each(
            self._name("passages"), self._where("passages", "cut == true"), ["article", "ends"]
        )
        return [(int(row["article"]), int(row["ends"])) for row in rows]

    # ---- all of them ----

    def counts(self) -> Counts:
        """Return how many pages, articles and passages there are, counted by the server."""
        pages, articles, passages = (
            self._server.count(self._name(kind), self._where(kind))
            for kind in ("pages", "articles", "passages")
        )
        return Counts(pages, articles, passages)

    def facts(self) -> list[Facts]:
        """Return what is known of every article, in the order of their numbers."""
        return [
            Facts(
                int(row["id"]), row["source"], row["date"] or None, row["newspaper"] or None,
                row["edition"] or None, row["district"] or None, cast(Kind, row["kind"]),
            )
            for row in self._all_articles(FACTS)
        ]  # fmt: skip

    def heads(self) -> list[tuple[str, str]]:
        """Return the title and the byline of every article, in the order of their numbers."""
        return [(row["title"], row["byline"]) for row in self._all_articles(("title", "byline"))]

    def named_dates(self) -> list[tuple[str, ...]]:
        """Return the dates that every article names, as printed, in the order of their numbers."""
        return [tuple(json.loads(row["named"])) for row in self._all_articles(("named",))]

    def _all_articles(self, fields: Sequence[str]) -> list[Row]:
        rows = self._server.each(self._name("articles"), self._where("articles"), ["id", *fields])
        return sorted(rows, key=lambda row: int(row["id"]))

    def encodings(self) -> dict[str, int]:
        """Return how many pages were read in each encoding, the commonest first."""
        rows = self._server.each(self._name("pages"), self._where("pages"), ["encoding"])
        counts = Counter(str(row["encoding"]) for row in rows)
        return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))

    def known(self) -> list[Known]:
        """Return the files of all pages, in the order of their numbers."""
        fields = ["id", "source", "path", "sha256"]
        rows = self._server.each(self._name("pages"), self._where("pages"), fields)
        found = (Known(int(row["id"]), row["source"], row["path"], row["sha256"]) for row in rows)
        return sorted(found, key=lambda page: page.id)


# ---- a page as it is packed -------------------------------------------------------------------------


def write_text(page: Page, articles: Sequence[tuple[int, Article]]) -> str:
    """Return a page and its articles as JSON."""
    title = page.title and (page.title.start, page.title.end)
    head = [
        page.source, page.path, page.text, page.encoding, page.sha256,
        page.date, page.newspaper, page.edition,
    ]  # fmt: skip
    rest = [
        [number, one.headline, one.kicker, one.subtitle, one.byline, one.district, one.kind, one.section,
         one.dates, [(line.start, line.end) for line in one.head],
         [(span.start, span.end) for span in one.spans]]
        for number, one in articles
    ]  # fmt: skip
    return json.dumps([head, title, rest], ensure_ascii=False)


def read_text(said: str) -> PageText:
    """Return what `write_text` was given."""
    head, title, rest = json.loads(said)
    source, path, text, encoding, sha256, date, newspaper, edition = head
    heading = title and Span(*title)
    page = Page(source, path, text, encoding, sha256, date, newspaper, edition, heading)
    articles = []
    for number, headline, kicker, subtitle, byline, district, kind, section, dates, lines, ranges in rest:
        spans = tuple(Span(*span) for span in ranges)
        body = "".join(page.text[span.start : span.end] for span in spans)
        at = tuple(Span(*span) for span in lines)
        article = Article(
            headline, kicker, subtitle, byline, district, kind, spans, body, at, section, tuple(dates)
        )
        articles.append((number, article))
    return PageText(page, tuple(articles))


def _said(text: str) -> str:
    """Return a text as an expression writes it."""
    return json.dumps(plain(text), ensure_ascii=False)
