"""Files -> Page.

In: paths of files and folders. Out: the pages of each file, and a Skipped for each file, row or page that
cannot be read, in the order of their names. Does not know what an article is.

A page's text is its file as decoded, unchanged but for a byte order mark: offsets count from there. Where the
file is not text itself (HTML, rows, Word, PDF), it is the text that was taken out, and `encoding` says so.
"""

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from index.digest import checksum
from index.encodings import KNOWN, decode, detect
from index.errors import CorpusError
from index.formats import (
    Fault,
    Kind,
    Piece,
    decode_html,
    find_disguise,
    kind_of,
    read_isolated,
    read_markdown,
)
from index.imprint import Imprint, imprint_of_name, imprint_of_page
from index.markup import MAX_HTML, read_html
from index.records import Page
from index.rows import read_rows
from index.text import show_codes

MAX_BYTES = 64 * 2**20  # of what is held in memory whole; rows are read one by one
MAX_PDF = 2**30
_HEAD = 2**20
_NAMED_FAULTS = 20
_LINES = 1000
# More lines than that of fewer characters each are a list of words, or hostile: reading takes 0.15 ms a line,
# so 64 MB of them would take an hour and more memory than there is. Newsprint has 8 to 60 on a line.
_MOST_LINES, _SHORTEST_LINES = 20_000, 8
_LINE_ENDS = "\n\r\f\v\u2028\u2029"
_LINE = re.compile(rf"\S[^\S{_LINE_ENDS}]*[{_LINE_ENDS}]")
_NO_TEXT = f"not text in an encoding that is known here ({KNOWN})"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gave no page, or a part of one, and why, in words that a user can act on."""

    path: str
    reason: str


def list_files(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the files below `paths`, sorted, each with a source name that no other file has.

    The name is the path below the folder that was given, so that a corpus may be moved; where two
    folders hold the same name, the later one bears as much of its own path as tells them apart.
    Hidden files and folders are left out. Raises CorpusError for a path that does not exist.
    """
    named: dict[Path, str] = {}
    taken: set[str] = set()
    for path in paths:
        if not path.exists():
            raise CorpusError(f"There is no file or folder {path}. Check the name and try again.")
        root = path.resolve()
        files = [root] if root.is_file() else sorted(file for file in root.rglob("*") if _visible(file, root))
        for file in files:
            if file not in named:
                named[file] = unique_source(file, root if root.is_dir() else root.parent, taken)
                taken.add(file_of(named[file]))
    return named


def _visible(file: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
    return not hidden and file.is_file()


def unique_source(file: Path, root: Path, taken: Container[str]) -> str:
    """Return `file` relative to `root`, with as many parent folders in front as make it unlike `taken`.

    `taken` holds what `file_of` makes of other sources: a file called news.jsonl#12 is no row of news.jsonl.
    """
    for folder in (root, *root.parents):
        if file_of(name := name_file(file.relative_to(folder))) not in taken:
            return name
    return name_file(file)


def file_of(source: str) -> str:
    """Return news.jsonl for news.jsonl#12, and other sources as they are."""
    return re.sub(r"#[0-9]+$", "", source)


def name_file(path: PurePath) -> str:
    """Return the path as text on one line: what is not UTF-8, or moves a cursor, is shown as its code."""
    return show_codes(path.as_posix())


def read_page(path: Path, source: str) -> Page | Skipped:
    """Read the first page of a file, or say why there is none."""
    return next(read_pages(path, source))


def read_pages(path: Path, source: str) -> Iterator[Page | Skipped]:
    """Read the pages of one file, one after the other; at least one Page or Skipped comes.

    Never raises for what the file holds or for not being readable. Where a format has many pages in a file,
    they are called news.jsonl#12 for the row that begins in line 12, paper.pdf#3 for page 3. Of rows that
    cannot be read the first twenty are named and the others counted. What the file says of itself goes
    before what its name says, and that before what the page's masthead says.
    """
    name, faults, held = name_file(path), 0, None
    named = imprint_of_name(name)
    try:
        sha256 = checksum(path)
        for item in map(_refuse_list, _read(path)):
            if isinstance(item, Piece):
                yield _page(item, source, name, sha256, named)
            elif (faults := faults + 1) <= _NAMED_FAULTS:
                yield Skipped(name, item.reason)
            else:
                held = item
    except OSError as error:
        yield Skipped(name, f"cannot be read: {error.strerror or error}")
    if held:
        yield Skipped(name, f"{faults - _NAMED_FAULTS} more like these, the last: {held.reason}")


def _read(path: Path) -> Iterator[Piece | Fault]:
    """Yield what is in a file by what kind of file it is. Raises OSError where it cannot be read."""
    kind = kind_of(path)
    limit = {"html": MAX_HTML, "pdf": MAX_PDF, "jsonl": None, "csv": None}.get(kind, MAX_BYTES)
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = path.stat().st_size
    if limit and size > limit:
        yield Fault(
            f"too large: {size / 2**20:.0f} MB, the limit is {limit >> 20} MB; split it into smaller files"
        )
    elif not head.strip() and size <= len(head):
        yield Fault("empty")
    elif disguise := find_disguise(kind, head):
        yield Fault(disguise)
    elif kind in ("pdf", "docx"):
        yield from read_isolated(kind, path)
    elif kind in ("jsonl", "csv"):
        yield from _read_rows(kind, path, head, whole=size <= len(head))
    else:
        yield _read_text(kind, path.read_bytes())


def _read_rows(kind: Kind, path: Path, head: bytes, *, whole: bool) -> Iterator[Piece | Fault]:
    # Where not all of the first megabyte is text in one encoding: what most of its lines are in.
    encoding = detect(head, whole=whole) or _commonest(head.splitlines()[:_LINES])
    if encoding is None:
        yield Fault(_NO_TEXT)
        return
    found = False
    for item in read_rows(kind, path, encoding):
        found = True
        yield item
    if not found:
        yield Fault("empty: there is no row in it")


def _commonest(lines: Collection[bytes]) -> str | None:
    """Return the encoding of most lines, of those that are not in ASCII alone; those say nothing."""
    found = Counter(detect(line) for line in lines if not line.isascii())
    if not found:  # NUL characters in ASCII
        return "utf-8" if any(detect(line) for line in lines) else None
    return found.most_common(1)[0][0]


def _read_text(kind: Kind, raw: bytes) -> Piece | Fault:
    decoded = decode_html(raw) if kind == "html" else decode(raw)
    if decoded is None:
        return Fault(_NO_TEXT)
    if not decoded[0].strip():
        return Fault("empty")
    if kind == "html":
        return read_html(*decoded)
    return read_markdown(*decoded) if kind == "md" else Piece(*decoded)


def _refuse_list(item: Piece | Fault) -> Piece | Fault:
    """Return a Fault for a text that has very many lines that are very short; blank ones are not counted."""
    if isinstance(item, Fault) or sum(map(item.text.count, _LINE_ENDS)) <= _MOST_LINES:
        return item
    lines = sum(1 for _ in _LINE.finditer(item.text))
    if lines <= _MOST_LINES or len(item.text) >= _SHORTEST_LINES * lines:
        return item
    where = f"line {item.number}: " if item.encoding.startswith(("jsonl", "csv")) else ""
    mean = len(item.text) / lines
    return Fault(f"{where}a list rather than a page: {lines:,} lines of {mean:.1f} characters each")


def _page(piece: Piece, source: str, name: str, sha256: str, named: Imprint) -> Page:
    if piece.encoding.startswith(("jsonl", "csv")):
        # The day in the name of a table is the day of the table.
        imprint = piece.imprint.or_else(Imprint(newspaper=named.newspaper))
    else:
        if piece.number is not None:
            named = replace(named, edition=None)  # the pages of a PDF are several editions
        imprint = piece.imprint.or_else(named).or_else(imprint_of_page(piece.text))
    return Page(
        source if piece.number is None else f"{source}#{piece.number}",
        name,
        piece.text,
        piece.encoding,
        sha256,
        imprint.date,
        imprint.newspaper,
        imprint.edition,
        piece.title,
    )
