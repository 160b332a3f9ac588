"""Pages, articles and passages in SQLite.

In: records from reading. Out: the same records by their numbers.
Does not know vectors, postings or scores.

The text of a page is stored once. Articles and passages are stored as offsets into it, so what is
quoted from them cannot differ from the page.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.lexicon import Numbers
from index.records import Article, Kind, Page, Passage, Span

_SCHEMA = """
CREATE TABLE pages (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    encoding TEXT NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL,
    date TEXT, newspaper TEXT, edition TEXT, title_start INTEGER, title_end INTEGER);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, page INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
    headline TEXT, kicker TEXT, subtitle TEXT, byline TEXT, district TEXT, kind TEXT NOT NULL,
    section TEXT, dates TEXT NOT NULL, head TEXT NOT NULL, spans TEXT NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL);
CREATE TABLE words (
    passage INTEGER PRIMARY KEY REFERENCES passages(id) ON DELETE CASCADE,
    head BLOB NOT NULL, body BLOB NOT NULL);
CREATE INDEX articles_of_page ON articles(page);
CREATE INDEX passages_of_article ON passages(article);
"""
_PAGE_COLUMNS = "source, path, text, encoding, sha256, date, newspaper, edition, title_start, title_end"
_ARTICLE_COLUMNS = "headline, kicker, subtitle, byline, district, kind, section, dates, head, spans"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the catalog holds."""

    pages: int
    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class Words:
    """What index/lexicon.py makes of the words of a passage, of its article's head, and of the whole article.

    The article's are those of its passages, one after the other; `opens`: this passage is the first of them.
    """

    head: Numbers
    body: Numbers
    article: Numbers
    opens: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage with the article and the page that it stands in."""

    number: int
    article_id: int
    article: Article
    passage: Passage
    page: Page


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an article but for its words: where and when it was printed, what kind it is."""

    article_id: int
    source: str
    date: str | None
    newspaper: str | None
    edition: str | None
    district: str | None
    kind: Kind


class Catalog:
    """One SQLite file. Threads may share it: every call takes the lock for its own query."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = Lock()
        self._pages: dict[int, Page] = {}

    @classmethod
    def create(cls, path: Path) -> "Catalog":
        """Open the catalog at `path` for writing, making it if it is not there."""
        new = not path.exists()
        connection = sqlite3.connect(path, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        if new:
            with _writing():
                connection.executescript(_SCHEMA)
        return cls(connection)

    @classmethod
    def load(cls, path: Path) -> "Catalog":
        """Open the catalog at `path` for reading only."""
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(uri, uri=True, check_same_thread=False))

    def close(self) -> None:
        """Write what was added and let go of the file."""
        with _writing():
            self._connection.commit()
        self._connection.close()

    # ---- writing ----

    def add(self, page: Page, articles: Iterable[tuple[Article, Sequence[Passage]]]) -> list[int]:
        """Add a page with its articles and their passages; return the numbers of all those passages."""
        with closing(self._connection.cursor()) as cursor, _writing():
            title = (None, None) if page.title is None else (page.title.start, page.title.end)
            cursor.execute(
                f"INSERT INTO pages ({_PAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (page.source, page.path, page.text, page.encoding, page.sha256,
                 page.date, page.newspaper, page.edition, *title),
            )  # fmt: skip
            page_id, numbers = cursor.lastrowid, []
            for article, passages in articles:
                cursor.execute(
                    f"INSERT INTO articles (page, {_ARTICLE_COLUMNS}) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (page_id, article.headline, article.kicker, article.subtitle, article.byline,
                     article.district, article.kind, article.section, json.dumps(article.dates),
                     _offsets(article.head), _offsets(article.spans)),
                )  # fmt: skip
                article_id = cursor.lastrowid
                for passage in passages:
                    cursor.execute(
                        'INSERT INTO passages (article, start, "end") VALUES (?, ?, ?)',
                        (article_id, passage.start, passage.end),
                    )
                    numbers.append(int(cursor.lastrowid or 0))
        return numbers

    def add_words(self, number: int, head: Numbers, body: Numbers) -> None:
        """Keep the words of the passage `number` and of its article's head."""
        row = (number, head.astype("<u2").tobytes(), body.astype("<u2").tobytes())
        with _writing():
            self._connection.execute("INSERT INTO words VALUES (?, ?, ?)", row)

    def remove(self, source: str) -> list[int]:
        """Take a page out; return the numbers of the passages that went with it."""
        rows = self._rows(
            "SELECT passages.id FROM passages JOIN articles ON articles.id = article "
            "JOIN pages ON pages.id = page WHERE source = ?",
            (source,),
        )
        with _writing():
            self._connection.execute("DELETE FROM pages WHERE source = ?", (source,))
        return [int(number) for (number,) in rows]

    # ---- reading ----

    def counts(self) -> Counts:
        """Return how many pages, articles and passages there are."""
        (row,) = self._rows("SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM articles), "
                            "(SELECT count(*) FROM passages)")  # fmt: skip
        return Counts(*row)

    def files(self) -> dict[str, tuple[str, str]]:
        """Return for each page's source the file it came from and that file's SHA-256."""
        return {
            source: (path, sha) for source, path, sha in self._rows("SELECT source, path, sha256 FROM pages")
        }

    def encodings(self) -> dict[str, int]:
        """Return how many pages were read in each encoding, the commonest first."""
        return dict(
            self._rows(
                "SELECT encoding, count(*) FROM pages GROUP BY encoding ORDER BY count(*) DESC, encoding"
            )
        )

    def page(self, source: str) -> tuple[Page, tuple[Article, ...]]:
        """Return a page with its articles in the order of their heads. Raises KeyError for no such page."""
        rows = self._rows("SELECT id FROM pages WHERE source = ?", (source,))
        if not rows:
            raise KeyError(source)
        page = self._page(rows[0][0])
        articles = self._rows(f"SELECT {_ARTICLE_COLUMNS} FROM articles WHERE page = ? ORDER BY id", rows[0])
        return page, tuple(_article(row, page) for row in articles)

    def passages(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the passages with these numbers, in this order; unknown numbers are left out."""
        marks = ",".join("?" * len(numbers))
        rows = self._rows(
            f'SELECT passages.id, start, "end", article, page, {_ARTICLE_COLUMNS} FROM passages '
            f"JOIN articles ON articles.id = article WHERE passages.id IN ({marks})",
            tuple(numbers),
        )
        articles: dict[int, Article] = {}
        stored = {}
        for number, start, end, article_id, page_id, *columns in rows:
            page = self._page(page_id)
            if article_id not in articles:
                articles[article_id] = _article(columns, page)
            article = articles[article_id]
            stored[number] = Stored(
                number, article_id, article, Passage(start, end, article.text[start:end]), page
            )
        return [stored[number] for number in numbers if number in stored]

    def words(self, numbers: Sequence[int]) -> list[Words]:
        """Return the words of the passages with these numbers, in this order. Raises KeyError for none."""
        marks = ",".join("?" * len(numbers))
        rows = self._rows(
            "SELECT passage, article, head, body FROM passages JOIN words ON passage = id WHERE article IN "
            f"(SELECT article FROM passages WHERE id IN ({marks})) ORDER BY id",
            numbers,
        )
        bodies: dict[int, list[bytes]] = {}
        places: dict[int, tuple[int, int, bytes]] = {}
        for number, article, head, body in rows:
            own = bodies.setdefault(article, [])
            places[number] = article, len(own), head
            own.append(body)
        joined = {article: _numbers(b"".join(parts)) for article, parts in bodies.items()}
        return [
            Words(_numbers(head), _numbers(bodies[article][at]), joined[article], at == 0)
            for article, at, head in (places[number] for number in numbers)
        ]

    def facts(self) -> list[Facts]:
        """Return what is known of every article, in the order of their numbers: 0.3 s for 66,000."""
        rows = self._rows(
            "SELECT articles.id, source, date, newspaper, edition, district, kind "
            "FROM articles JOIN pages ON pages.id = page ORDER BY articles.id"
        )
        return [Facts(*row) for row in rows]

    def heads(self) -> list[tuple[str, str]]:
        """Return the title and the byline of every article, in the order of their numbers."""
        rows = self._rows("SELECT kicker, headline, subtitle, byline FROM articles ORDER BY id")
        return [(" ".join(part for part in title if part), byline or "") for *title, byline in rows]

    def named_dates(self) -> list[tuple[str, ...]]:
        """Return the dates that every article names, as printed, in the order of their numbers."""
        return [tuple(json.loads(dates)) for (dates,) in self._rows("SELECT dates FROM articles ORDER BY id")]

    def owners(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all passages, ascending, and those of the articles that they stand in."""
        rows = self._rows("SELECT id, article FROM passages ORDER BY id")
        both = np.array(rows, np.int64).reshape(-1, 2)
        return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])

    def owners_of(self, numbers: Iterable[int]) -> dict[int, int]:
        """Return for each of these passages the number of the article that it stands in."""
        rows = self._rows(
            "SELECT id, article FROM passages WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(numbers)),),
        )
        return dict(rows)

    def cuts(self, longest: int) -> list[tuple[int, int]]:
        """Return (article, offset in its text) where one passage ends and the next begins, maybe in a word.

        That is where the text goes on at another place, or where a passage of `longest` characters was full.
        """
        rows = self._rows(
            'SELECT one.article, one."end", one."end" - one.start = ?, spans FROM passages AS one '
            "JOIN passages AS two ON two.id = one.id + 1 AND two.article = one.article "
            'AND two.start = one."end" JOIN articles ON articles.id = one.article '
            """WHERE one."end" - one.start = ? OR spans LIKE '%], [%'""",
            (longest, longest),
        )
        return [
            (article, at)
            for article, at, full, spans in rows
            if full or at in accumulate(end - start for start, end in json.loads(spans))
        ]

    def articles(self, ids: Iterable[int]) -> Iterator[tuple[int, Article, Page]]:
        """Yield the articles with these numbers, ascending, each with its page; unknown ones are left out."""
        rows = self._rows(
            f"SELECT id, page, {_ARTICLE_COLUMNS} FROM articles "
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(ids)),),
        )
        for article_id, page_id, *columns in rows:
            page = self._page(page_id)
            yield article_id, _article(columns, page), page

    def numbers(self) -> list[int]:
        """Return the numbers of all passages, ascending."""
        return [int(number) for (number,) in self._rows("SELECT id FROM passages ORDER BY id")]

    def _page(self, page_id: int) -> Page:
        if page_id not in self._pages:
            ((*values, start, end),) = self._rows(
                f"SELECT {_PAGE_COLUMNS} FROM pages WHERE id = ?", (page_id,)
            )
            if len(self._pages) >= 256:  # a page is some 20 kB; the ones asked about return soon
                self._pages.clear()
            self._pages[page_id] = Page(*values, *(() if start is None else (Span(start, end),)))
        return self._pages[page_id]

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, tuple(values)).fetchall()


@contextmanager
def _writing() -> Iterator[None]:
    """Tell a full disk as what it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"the catalog cannot be written ({error})") from error


def _article(columns: Sequence[Any], page: Page) -> Article:
    headline, kicker, subtitle, byline, district, kind, section, dates, head, spans = columns
    ranges = _spans(spans)
    text = "".join(page.text[span.start : span.end] for span in ranges)
    return Article(
        headline, kicker, subtitle, byline, district, kind, ranges, text,
        _spans(head), section, tuple(json.loads(dates)),
    )  # fmt: skip


def _numbers(kept: bytes) -> Numbers:
    return np.frombuffer(kept, "<u2")


def _offsets(spans: Iterable[Span]) -> str:
    return json.dumps([(span.start, span.end) for span in spans])


def _spans(offsets: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(offsets))
