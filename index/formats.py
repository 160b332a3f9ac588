"""A file's bytes or text -> the pieces of text in it that are pages.

In: what a file is called, its first bytes, its text. Out: for each page a Piece, for each that cannot be read
a Fault. Does not know folders, sources or checksums. Rows of JSON and CSV are in `rows`; PDF and Word files
are opened by a program of their own, `isolated`, because a hostile one can take all memory or end a process.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import yaml

from index.dating import find_date
from index.encodings import decode, detect
from index.furniture import is_imprint_line
from index.imprint import Imprint
from index.records import Span

Kind = Literal["text", "md", "html", "jsonl", "csv", "docx", "pdf"]

_SUFFIXES: dict[str, Kind] = {
    ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".shtml": "html", ".xhtml": "html",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".docx": "docx", ".pdf": "pdf",
}  # fmt: skip
_PICTURE = "a picture: it has to go through character recognition (OCR) first"
_PACKED = "an archive: unpack it and add what is in it"
_OFFICE = "an old Word or Excel file, or one with a password: save it as .docx or text, without a password"
# How files begin that are not what they are called.
_BEGINNINGS: tuple[tuple[bytes, Kind | None, str], ...] = (
    (b"%PDF-", "pdf", "a PDF file, though it is not called one: give it a name that ends in .pdf"),
    (b"PK\x03\x04", "docx", "a ZIP archive: unpack it; if it is a Word document, name it .docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None, _OFFICE),
    (b"{\\rtf", None, "a rich text file (RTF): save it as .docx or text"),
    (b"\x1f\x8b\x08", None, _PACKED),
    (b"7z\xbc\xaf\x27\x1c", None, _PACKED),
    (b"Rar!\x1a\x07", None, _PACKED),
    (b"BZh91AY", None, _PACKED),
    (b"\xfd7zXZ\x00", None, _PACKED),
    (b"\x89PNG\r\n", None, _PICTURE),
    (b"\xff\xd8\xff", None, _PICTURE),
    (b"GIF8", None, _PICTURE),
    (b"II*\x00", None, _PICTURE),
    (b"MM\x00*", None, _PICTURE),
    (
        b"<!doctype html",
        "html",
        "an HTML page, though it is not called one: give it a name that ends in .html",
    ),
    (b"<html", "html", "an HTML page, though it is not called one: give it a name that ends in .html"),
)
_NOT: dict[Kind, str] = {
    "pdf": "not a PDF file, though it is called one: it does not begin with %PDF-",
    "docx": "not a Word document, though it is called .docx: it is no ZIP archive",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one page. `number` tells the pages of one file apart: a row's line, a page's number."""

    text: str
    encoding: str
    number: int | None = None
    title: Span | None = None
    imprint: Imprint = field(default_factory=Imprint)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file, or a row or a page of it, gave no piece."""

    reason: str


def kind_of(path: Path) -> Kind:
    """Return what the name of a file says that it is. Whatever is not known is plain text."""
    return _SUFFIXES.get(path.suffix.lower(), "text")


def find_disguise(kind: Kind, head: bytes) -> str | None:
    """Return what is wrong where the first bytes of a file say that it is not of this kind."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    for beginning, real, words in _BEGINNINGS:
        if start.startswith(beginning.lower()):
            return None if real == kind else words
    # Readers accept a PDF that begins within its first kilobyte.
    return None if kind == "pdf" and b"%PDF-" in head[:1024] else _NOT.get(kind)


# ---- Markdown ---------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.{0,16000}?\r?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^#[ \t]+(\S.{0,200}?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)
_FRONT_NAMES = {
    "title": ("title", "headline", "标题", "標題"),
    "date": ("date", "日期", "time", "published"),
    "newspaper": ("newspaper", "报纸", "報紙", "source", "media"),
    "edition": ("edition", "版次", "page"),
}


def read_markdown(text: str, encoding: str) -> Piece:
    """Return the text as it is, without the YAML at its head, which says title, date, newspaper, edition."""
    front = _FRONT_MATTER.match(text)
    facts = _read_yaml(front[1]) if front else None
    if front is None or facts is None:
        return Piece(text, encoding, title=_only_heading(text))
    body = text[front.end() :]
    named = {
        key: next((facts[name] for name in names if facts.get(name)), None)
        for key, names in _FRONT_NAMES.items()
    }
    imprint = Imprint(find_date(named["date"] or ""), named["newspaper"], named["edition"])
    return Piece(
        body, f"md {encoding}", title=_place(named["title"], body) or _only_heading(body), imprint=imprint
    )


def _read_yaml(source: str) -> dict[str, str] | None:
    """Return the plain values of a YAML mapping by lower-case name; None where it is none.

    Its nodes are looked at and no object is made of them: what expands without end never does.
    """
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(node, yaml.MappingNode):
        return None
    pairs = [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
    return {
        key.value.lower(): " ".join(value.value.split())
        for key, value in pairs
        if isinstance(value, yaml.ScalarNode) and value.tag != "tag:yaml.org,2002:null"
    }


def _place(title: str | None, body: str) -> Span | None:
    """Return where a title stands as a heading or a line of its own near the top."""
    if not title:
        return None
    found = re.search(rf"^(?:#+[ \t]+)?({re.escape(title)})[ \t#]*\r?$", body[:4000], re.MULTILINE)
    return Span(*found.span(1)) if found else None


def _only_heading(body: str) -> Span | None:
    """Return the one heading of the first rank, where nothing stands above it and it is no masthead."""
    found = list(_HEADING.finditer(body))
    if len(found) == 1 and not body[: found[0].start()].strip() and not is_imprint_line(found[0][1]):
        return Span(*found[0].span(1))
    return None


# ---- HTML: its characters ---------------------------------------------------------------------------

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_DECLARED = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs",
}  # fmt: skip


def decode_html(raw: bytes) -> tuple[str, str] | None:
    """Return the characters of a page and their encoding: proven, or declared, or what it seems to be."""
    declared = _CHARSET.search(raw[:4096])
    name = _DECLARED.get(declared[1].decode("ascii", "replace").lower()) if declared else None
    if name and detect(raw) in ("gb18030", "big5hkscs", None):
        try:
            return raw.decode(name), name
        except UnicodeDecodeError:
            pass
    return decode(raw)


# ---- PDF and Word -----------------------------------------------------------------------------------


def read_isolated(kind: Kind, path: Path) -> Iterator[Piece | Fault]:
    """Yield the pages of a PDF or Word file as another process reads it, in bounded memory and time."""
    command = [sys.executable, "-m", "index.isolated", kind, str(path)]
    root = Path(__file__).parent.parent
    with subprocess.Popen(  # noqa: S603  # our own module, and no shell
        command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        finished = False
        try:
            for line in process.stdout:
                said = json.loads(line) if line.endswith(b"\n") else {}
                finished = "end" in said
                if "fault" in said:
                    yield Fault(said["fault"])
                elif "text" in said:
                    yield Piece(said["text"], kind, said["number"])
        finally:
            process.kill()
    if not finished:
        yield Fault(
            "cannot be read whole: it needs more memory or time than a newspaper would, or is damaged"
        )
