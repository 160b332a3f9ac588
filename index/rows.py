"""JSON Lines and CSV -> a piece for each row.

In: a file and its encoding. Out: a Piece for each row that holds text, a Fault for each that does not, by the
number of the line on which the row begins. Reads a line at a time: a file may be larger than memory.
Does not know what the rows are of. Columns are known by their English or Chinese names; others are let be.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from index.dating import find_date
from index.formats import Fault, Kind, Piece
from index.imprint import Imprint
from index.records import Span

# A thick book has a million characters; a longer row is no article, and is not held in memory.
MAX_ROW = 8 * 2**20
_COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "标题", "標題", "题名", "篇名"),
    "body": ("body", "text", "content", "正文", "内容", "內容", "全文"),
    "byline": ("byline", "author", "authors", "作者", "记者", "記者"),
    "date": ("date", "日期", "time", "pubdate", "publish_date", "published", "出版日期", "发布时间", "时间"),
    "newspaper": ("newspaper", "报纸", "報紙", "报名", "media", "媒体", "媒體", "source", "来源", "來源"),
    "edition": ("edition", "版次", "版面", "page"),
}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row says, by our own names of the columns."""

    line: int
    values: Mapping[str, str]


class _TooLong(Exception):
    """A line of more than MAX_ROW characters, which has been passed over."""


class _Lines:
    """The lines of a file, counted. One that is too long raises _TooLong; the next call goes on after it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._file.readline(MAX_ROW + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) <= MAX_ROW:
            return line
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(MAX_ROW)
        raise _TooLong


def read_rows(kind: Kind, path: Path, encoding: str) -> Iterator[Piece | Fault]:
    """Yield the rows of the file, in order. Raises OSError where it cannot be read."""
    # What does not decode becomes lone surrogates, and is told for its row alone.
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        lines = _Lines(file)
        for row in _json_rows(lines, encoding) if kind == "jsonl" else _csv_rows(lines, encoding):
            yield row if isinstance(row, Fault) else _piece(row, f"{kind} {encoding}")


def _long(number: int) -> Fault:
    return Fault(f"line {number}: longer than {MAX_ROW >> 20} million characters")


def _undecoded(number: int, encoding: str) -> Fault:
    return Fault(f"line {number}: bytes that are not text in {encoding}, the encoding of the rest")


# ---- JSON Lines -------------------------------------------------------------------------------------


def _json_rows(lines: _Lines, encoding: str) -> Iterator[_Row | Fault]:
    while True:
        try:
            line = next(lines)
        except StopIteration:
            return
        except _TooLong:
            yield _long(lines.number)
            continue
        if line := line.strip().removeprefix("\ufeff"):
            yield _json_row(line, lines.number, encoding)


def _json_row(line: str, number: int, encoding: str) -> _Row | Fault:
    if _SURROGATE.search(line):
        return _undecoded(number, encoding)
    try:
        said = json.loads(line)
    except RecursionError:
        return Fault(f"line {number}: JSON nested too deeply")
    except ValueError as error:
        return Fault(f"line {number}: not JSON ({str(error)[:80]})")
    if not isinstance(said, dict):
        return Fault(f'line {number}: not a JSON object like {{"title": ..., "body": ...}}')
    return _Row(number, _known({_fold(name): _as_text(value) for name, value in said.items()}))


def _as_text(value: object) -> str:
    """Return a value of JSON as text; of several authors, all; of what has no plain form, nothing."""
    if isinstance(value, list):
        return " ".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


# ---- CSV --------------------------------------------------------------------------------------------


def _csv_rows(lines: _Lines, encoding: str) -> Iterator[_Row | Fault]:
    csv.field_size_limit(MAX_ROW)
    try:
        first = next(lines).removeprefix("\ufeff")
    except StopIteration:
        return
    except _TooLong:
        yield _long(1)
        return
    delimiter, names = _header(first)
    if "body" not in _known({name: name for name in names}):
        yield Fault("no column is called body, text, content or 正文: the first line has to name the columns")
        return
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = lines.number + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except _TooLong:
            yield _long(lines.number)
        except csv.Error as error:
            yield Fault(f"line {start}: not a row of CSV, perhaps a quotation mark is not closed ({error})")
        else:
            if any(values):
                yield _csv_row(start, names, values, encoding)


def _csv_row(number: int, names: list[str], values: list[str], encoding: str) -> _Row | Fault:
    if any(values[len(names) :]):
        return Fault(f"line {number}: more values than columns: a text with a comma needs quotation marks")
    row = _known(dict(zip(names, values, strict=False)))
    bad = any(_SURROGATE.search(value) for value in row.values())
    return _undecoded(number, encoding) if bad else _Row(number, row)


def _header(line: str) -> tuple[str, list[str]]:
    """Return the delimiter that gives the first line the most columns that are known, and their names."""
    found = []
    for delimiter in ",;\t":
        try:
            names = [_fold(name) for name in next(csv.reader([line], delimiter=delimiter), [])]
        except csv.Error:
            names = []
        found.append((len(_known({name: name for name in names})), delimiter, names))
    _, delimiter, names = max(found, key=lambda one: one[0])
    return delimiter, names


# ---- both -------------------------------------------------------------------------------------------


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def _known(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values by our names; of several columns for one thing, the first with a value."""
    found = {}
    for ours, names in _COLUMNS.items():
        if value := next((values[name] for name in names if values.get(name)), ""):
            found[ours] = value
    return found


def _piece(row: _Row, encoding: str) -> Piece | Fault:
    """Put title, byline and body together, each a block of its own."""
    values = {name: _SURROGATE.sub("\ufffd", value).strip() for name, value in row.values.items()}
    body = values.get("body", "")
    if not body:
        return Fault(f"line {row.line}: no text in it (body, text, content or 正文)")
    if "\0" in body:
        return Fault(f"line {row.line}: NUL characters in it, so no text")
    title = " ".join(values.get("title", "").replace("\0", "").split())
    byline = " ".join(values.get("byline", "").replace("\0", "").split())
    text = "\n\n".join(part for part in (title, byline, body) if part)
    imprint = Imprint(
        find_date(values.get("date", "")), _short(values.get("newspaper")), _short(values.get("edition"))
    )
    return Piece(text, encoding, row.line, Span(0, len(title)) if title else None, imprint)


def _short(value: str | None) -> str | None:
    """Return a name; not the address of a page, which `source` may hold as well."""
    return value if value and len(value) <= 40 and "://" not in value and value.isprintable() else None
