"""Files -> Page.

In: paths of files and folders. Out: one Page for each file that holds text, one Skipped for each that
does not, in the order of their names. Does not know what an article is.

A page's text is its file as decoded, unchanged but for a byte order mark: offsets count from there.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from index.errors import CorpusError
from index.records import Page

MAX_BYTES = 64 * 2**20
# Text has next to none of these, a decoded picture is full. UTF-8 that decodes at all is hardly anything
# else; GB18030 gives a meaning to almost any bytes. One is always let pass: news holds a stray DEL.
_ODD = frozenset({"Cc", "Cn", "Co", "Cs"})
_CHARACTERS_FOR_ONE_ODD = {"utf-8-sig": 20, "gb18030": 200}
_LAYOUT = frozenset("\t\n\r\f\x0b")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gave no page, and why, in words that a user can act on."""

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
                taken.add(named[file])
    return named


def _visible(file: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
    return not hidden and file.is_file()


def unique_source(file: Path, root: Path, taken: Iterable[str]) -> str:
    """Return `file` relative to `root`, with as many parent folders in front as make it unlike `taken`."""
    for folder in (root, *root.parents):
        if (name := name_file(file.relative_to(folder))) not in taken:
            return name
    return name_file(file)


def name_file(path: PurePath) -> str:
    """Return the path as text on one line: what is not UTF-8, or moves a cursor, is shown as its code."""
    return "".join(c if c.isprintable() or c == "　" else ascii(c)[1:-1] for c in path.as_posix())


def read_page(path: Path, source: str) -> Page | Skipped:
    """Read one file. Never raises for what the file holds or for not being readable."""
    try:
        if (size := path.stat().st_size) > MAX_BYTES:
            return Skipped(
                name_file(path), f"too large: {size / 2**20:.0f} MB, the limit is {MAX_BYTES >> 20} MB"
            )
        raw = path.read_bytes()
    except OSError as error:
        return Skipped(name_file(path), f"cannot be read: {error.strerror or error}")
    if (decoded := decode(raw)) is None:
        return Skipped(name_file(path), "not text in UTF-8 or GB18030")
    text, encoding = decoded
    if not text.strip():
        return Skipped(name_file(path), "empty")
    return Page(source, name_file(path), text, encoding, hashlib.sha256(raw).hexdigest())


def decode(raw: bytes) -> tuple[str, str] | None:
    """Return the text of `raw` and its encoding, or None where it is not text in one that we know."""
    for encoding, limit in _CHARACTERS_FOR_ONE_ODD.items():
        try:
            text = raw.decode(encoding).removeprefix("\ufeff")  # GB18030 has a byte order mark too
        except UnicodeDecodeError:
            continue
        if _is_text(text, limit):
            marked = raw.startswith(b"\xef\xbb\xbf")
            return text, "utf-8" if encoding == "utf-8-sig" and not marked else encoding
    return None


def _is_text(text: str, limit: int) -> bool:
    """Tell text from bytes that happen to decode: no NUL, and one odd character or one in `limit`."""
    counts = Counter(text)
    odd = sum(n for c, n in counts.items() if unicodedata.category(c) in _ODD and c not in _LAYOUT)
    return "\0" not in counts and odd <= 1 + len(text) // limit
