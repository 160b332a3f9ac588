"""Pages, articles and passages in SQLite.

In: records from reading. Out: the same records by their numbers.
Does not know vectors, postings or scores.

The text of a page is stored once. Articles and passages are stored as offsets into it, so what is
quoted from them cannot differ from the page.

An index has one file or some of them, its parts. A page lies in one part with all that is made of it, and the
numbers ascend from part to part. Nothing is ever taken out of a part: which of its own pages and those before
count no more stands in the table `gone` of the newest part that knew.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
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
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL,
    encoding TEXT NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL,
    date TEXT, newspaper TEXT, edition TEXT, title_start INTEGER, title_end INTEGER);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, page INTEGER NOT NULL REFERENCES pages(id),
    headline TEXT, kicker TEXT, subtitle TEXT, byline TEXT, district TEXT, kind TEXT NOT NULL,
    section TEXT, dates TEXT NOT NULL, head TEXT NOT NULL, spans TEXT NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles(id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL);
CREATE TABLE words (
    passage INTEGER PRIMARY KEY REFERENCES passages(id),
    head BLOB NOT NULL, body BLOB NOT NULL);
CREATE TABLE gone (page INTEGER PRIMARY KEY);
CREATE INDEX pages_by_source ON pages(source);
CREATE INDEX pages_by_path ON pages(path);
CREATE INDEX pages_by_sha256 ON pages(sha256);
CREATE INDEX articles_of_page ON articles(page);
CREATE INDEX passages_of_article ON passages(article);
"""
# What counts no more, of all parts, as every part has to know it.
_OUT = "CREATE TEMP TABLE gone_of_all (page INTEGER PRIMARY KEY)"
_IN = "NOT IN (SELECT page FROM gone_of_all)"
# A page is some 20 kB, and those asked about return soon.
_PAGES_KEPT = 256
_PAGE_COLUMNS = "source, path, text, encoding, sha256, date, newspaper, edition, title_start, title_end"
_ARTICLE_COLUMNS = "headline, kicker, subtitle, byline, district, kind, section, dates, head, spans"

_INSERTS = (
    f"INSERT INTO pages (id, {_PAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    f"INSERT INTO articles (id, page, {_ARTICLE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    'INSERT INTO passages (id, article, start, "end") VALUES (?, ?, ?, ?)',
    "INSERT INTO words VALUES (?, ?, ?)",
)
# So many pages and passages wait to be written together: page by page takes half as long again.
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the catalog holds."""

    pages: int
    articles: int
    passages: int

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.pages + other.pages, self.articles + other.articles, self.passages + other.passages
        )

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(
            self.pages - other.pages, self.articles - other.articles, self.passages - other.passages
        )


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


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalog knows of a page without its text: the file it came from, and that file's SHA-256."""

    id: int
    source: str
    path: str
    sha256: str


class Catalog:
    """The SQLite files of all parts, read as one. Threads may share it: every call takes the lock."""

    def __init__(self, connections: Sequence[sqlite3.Connection]) -> None:
        self._connections = connections
        self._lock = Lock()
        self._pages: dict[int, Page] = {}
        gone = self._rows("SELECT page FROM gone")
        for connection in connections:
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute(_OUT)
            connection.executemany("INSERT OR IGNORE INTO gone_of_all VALUES (?)", gone)

    @classmethod
    def load(cls, paths: Sequence[Path]) -> "Catalog":
        """Open the files of the parts, the oldest first, for reading only."""
        uris = [f"{path.resolve().as_uri()}?mode=ro&immutable=1" for path in paths]
        return cls(
            [sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None) for uri in uris]
        )

    def close(self) -> None:
        """Let go of the files."""
        for connection in self._connections:
            connection.close()

    # ---- reading ----

    def counts(self, pages: Iterable[int] | None = None) -> Counts:
        """Return how many pages, articles and passages there are, or how many of them these pages are."""
        among = "" if pages is None else "AND {} IN (SELECT value FROM json_each(?1))"
        on = among.format("page")
        rows = self._rows(
            f"SELECT (SELECT count(*) FROM pages WHERE id {_IN} {among.format('id')}), "
            f"(SELECT count(*) FROM articles WHERE page {_IN} {on}), "
            "(SELECT count(*) FROM passages JOIN articles ON articles.id = article "
            f"WHERE page {_IN} {on})",
            () if pages is None else (json.dumps(list(pages)),),
        )
        return sum((Counts(*row) for row in rows), Counts(0, 0, 0))

    def last(self) -> tuple[int, int, int]:
        """Return the highest number that a page, an article, a passage ever had."""
        rows = self._rows(
            "SELECT (SELECT max(id) FROM pages), (SELECT max(id) FROM articles), "
            "(SELECT max(id) FROM passages)"
        )
        page, article, passage = (max(part or 0 for part in parts) for parts in zip(*rows, strict=True))
        return page, article, passage

    def gone(self) -> NDArray[np.int64]:
        """Return the numbers of the passages that count no more, ascending."""
        rows = self._rows(
            "SELECT passages.id FROM gone_of_all JOIN articles USING (page) "
            "JOIN passages ON article = articles.id ORDER BY passages.id"
        )
        return np.array(rows, np.int64).reshape(-1)

    def passages_on(self, pages: Iterable[int]) -> list[int]:
        """Return the numbers of the passages of these pages."""
        rows = self._rows(
            "SELECT passages.id FROM articles JOIN passages ON article = articles.id "
            "WHERE page IN (SELECT value FROM json_each(?))",
            (json.dumps(list(pages)),),
        )
        return [number for (number,) in rows]

    def paths(self) -> list[str]:
        """Return the files that pages came from."""
        return sorted({path for (path,) in self._rows(f"SELECT DISTINCT path FROM pages WHERE id {_IN}")})

    def pages_of(self, path: str) -> list[Known]:
        """Return the pages that came from a file."""
        return self._known("path = ?", path)

    def pages_with(self, sha256: str) -> list[Known]:
        """Return the pages that came from files of this content."""
        return self._known("sha256 = ?", sha256)

    def pages_known(self, ids: Iterable[int]) -> list[Known]:
        """Return these pages."""
        return self._known("id IN (SELECT value FROM json_each(?))", json.dumps(list(ids)))

    def has_file(self, file: str) -> bool:
        """Tell whether a page is called `file`, or is a row or a page of it: news.jsonl#12."""
        # "$" is what comes after "#"
        return bool(
            self._rows(
                f"SELECT 1 FROM pages WHERE (source = ? OR (source > ? AND source < ?)) AND id {_IN} LIMIT 1",
                (file, f"{file}#", f"{file}$"),
            )
        )

    def _known(self, where: str, value: str) -> list[Known]:
        rows = self._rows(f"SELECT id, source, path, sha256 FROM pages WHERE {where} AND id {_IN}", (value,))
        return [Known(*row) for row in rows]

    def encodings(self) -> dict[str, int]:
        """Return how many pages were read in each encoding, the commonest first."""
        counts: Counter[str] = Counter()
        for encoding, count in self._rows(
            f"SELECT encoding, count(*) FROM pages WHERE id {_IN} GROUP BY encoding ORDER BY encoding"
        ):
            counts[encoding] += count
        return dict(counts.most_common())

    def page(self, source: str) -> tuple[Page, tuple[Article, ...]]:
        """Return a page with its articles in the order of their heads. Raises KeyError for no such page."""
        rows = self._rows(f"SELECT id FROM pages WHERE source = ? AND id {_IN}", (source,))
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
            f"JOIN articles ON articles.id = article WHERE passages.id IN ({marks}) AND page {_IN}",
            tuple(numbers),
        )
        articles: dict[int, Article] = {}
        stored = {}
        pages = self._pages_of({page_id for _, _, _, _, page_id, *_ in rows})
        for number, start, end, article_id, page_id, *columns in rows:
            page = pages[page_id]
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
            f"FROM articles JOIN pages ON pages.id = page WHERE page {_IN} ORDER BY articles.id"
        )
        return [Facts(*row) for row in rows]

    def heads(self) -> list[tuple[str, str]]:
        """Return the title and the byline of every article, in the order of their numbers."""
        rows = self._rows(
            f"SELECT kicker, headline, subtitle, byline FROM articles WHERE page {_IN} ORDER BY id"
        )
        return [(" ".join(part for part in title if part), byline or "") for *title, byline in rows]

    def named_dates(self) -> list[tuple[str, ...]]:
        """Return the dates that every article names, as printed, in the order of their numbers."""
        rows = self._rows(f"SELECT dates FROM articles WHERE page {_IN} ORDER BY id")
        return [tuple(json.loads(dates)) for (dates,) in rows]

    def owners(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all passages, ascending, and those of the articles that they stand in."""
        rows = self._rows(
            "SELECT passages.id, article FROM passages JOIN articles ON articles.id = article "
            f"WHERE page {_IN} ORDER BY passages.id"
        )
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
            f"""WHERE (one."end" - one.start = ? OR spans LIKE '%], [%') AND page {_IN}""",
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
            f"WHERE id IN (SELECT value FROM json_each(?)) AND page {_IN} ORDER BY id",
            (json.dumps(list(ids)),),
        )
        for article_id, page_id, *columns in rows:
            page = self._page(page_id)
            yield article_id, _article(columns, page), page

    def numbers(self) -> list[int]:
        """Return the numbers of all passages, ascending."""
        return [int(number) for number in self.owners()[0]]

    def _page(self, page_id: int) -> Page:
        return self._pages_of({page_id})[page_id]

    def _pages_of(self, ids: Set[int]) -> dict[int, Page]:
        """Return these pages by their numbers; those that are not at hand are read at once."""
        found = {number: page for number in ids if (page := self._pages.get(number))}
        if missing := ids - found.keys():
            rows = self._rows(
                f"SELECT id, {_PAGE_COLUMNS} FROM pages WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(missing)),),
            )
            read = {
                number: Page(*values, *(() if start is None else (Span(start, end),)))
                for number, *values, start, end in rows
            }
            if len(self._pages) + len(read) > _PAGES_KEPT:
                self._pages.clear()
            self._pages.update(read)
            found |= read
        return found

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask every part, the oldest first: what belongs together stands in one part."""
        with self._lock:
            return [row for one in self._connections for row in one.execute(sql, tuple(values)).fetchall()]


class CatalogWriter:
    """Writes the file of the newest part; where there is one at `path`, it goes on with it."""

    def __init__(self, path: Path, last: tuple[int, int, int]) -> None:
        """`last` are the highest numbers that a page, an article, a passage has had so far."""
        new = not path.exists()
        self._connection = sqlite3.connect(path)
        self._page, self._article, self._passage = last
        self._waiting: dict[str, list[tuple[object, ...]]] = {insert: [] for insert in _INSERTS}
        with _writing():
            # An unfinished draft is thrown away, and publish.py sees to it that a finished one lasts.
            self._connection.execute("PRAGMA journal_mode = OFF")
            self._connection.execute("PRAGMA synchronous = OFF")
            if new:
                self._connection.executescript(_SCHEMA)

    def add(
        self,
        page: Page,
        articles: Iterable[tuple[Article, Sequence[Passage]]],
        words: Iterable[tuple[Numbers, Numbers]],
    ) -> range:
        """Add a page with its articles and their passages; return the numbers of all those passages.

        `words` are for each of them those of its article's head and its own.
        """
        self._page += 1
        before = self._passage
        page_rows, article_rows, passage_rows, word_rows = self._waiting.values()
        title = (None, None) if page.title is None else (page.title.start, page.title.end)
        page_rows.append(
            (self._page, page.source, page.path, page.text, page.encoding, page.sha256,
             page.date, page.newspaper, page.edition, *title)
        )  # fmt: skip
        for article, passages in articles:
            self._article += 1
            article_rows.append(
                (self._article, self._page, article.headline, article.kicker, article.subtitle,
                 article.byline, article.district, article.kind, article.section,
                 json.dumps(article.dates), _offsets(article.head), _offsets(article.spans))
            )  # fmt: skip
            for passage in passages:
                self._passage += 1
                passage_rows.append((self._passage, self._article, passage.start, passage.end))
        numbers = range(before + 1, self._passage + 1)
        word_rows += [
            (number, head.astype("<u2", copy=False).tobytes(), body.astype("<u2", copy=False).tobytes())
            for number, (head, body) in zip(numbers, words, strict=True)
        ]
        if len(page_rows) + len(passage_rows) >= _AT_ONCE:
            self._write()
        return numbers

    def _write(self) -> None:
        with _writing():
            for insert, rows in self._waiting.items():
                self._connection.executemany(insert, rows)
                rows.clear()

    def leave_out(self, pages: Iterable[int]) -> None:
        """Let these pages, of any part, count no more."""
        with _writing():
            self._connection.executemany("INSERT OR IGNORE INTO gone VALUES (?)", [(page,) for page in pages])

    def close(self) -> None:
        """Write what was added and let go of the file."""
        self._write()
        with _writing():
            self._connection.commit()
        self._connection.close()


@contextmanager
def _writing() -> Iterator[None]:
    """Tell a full disk as what it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"the catalog cannot be written ({error})") from error


def _article(columns: Sequence[Any], page: Page) -> Article:
    headline, kicker, subtitle, byline, district, kind, section, dates, head, spans = columns
    named, heads, places = json.loads(f"[{dates},{head},{spans}]")  # at once: a third of the time
    ranges = _spans(places)
    text = "".join(page.text[span.start : span.end] for span in ranges)
    return Article(
        headline, kicker, subtitle, byline, district, kind, ranges, text,
        _spans(heads), section, tuple(named),
    )  # fmt: skip


def _numbers(kept: bytes) -> Numbers:
    return np.frombuffer(kept, "<u2")


def _offsets(spans: Iterable[Span]) -> str:
    return f"[{', '.join([f'[{span.start}, {span.end}]' for span in spans])}]"  # as JSON has it


def _spans(offsets: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in offsets)
