"""python -m index.isolated pdf|docx FILE: the text of a file that may be hostile, in a process of its own.

In: the command line. Out: JSON, a line a page {"number", "text"}, {"fault"} for what is unreadable, {"end"}.
Does not know who asks. It may use a gigabyte of memory, and a minute for a page; a file that wants more ends
this process and no other: PDFium is C++, and either format can be a bomb.
"""

import json
import re
import resource
import signal
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMORY = 2**30
SECONDS = 60
_MAX_XML = 64 * 2**20  # bytes of a Word document once unpacked
_MAX_CHARACTERS = 2_000_000  # of one page of a PDF; a page of newsprint has 20,000
_MAX_PAGES = 10_000
_CHUNK = 2**16
_NEEDS_OCR = "it has to go through character recognition (OCR) first, for instance with ocrmypdf"


def main(kind: str, path: Path) -> None:
    """Write what the file says to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(SECONDS)
    read = read_docx if kind == "docx" else read_pdf
    try:
        for said in read(path):
            say(said)
            signal.alarm(SECONDS)
    except MemoryError:
        say({"fault": "cannot be read: it needs more than 1 GB of memory"})
    say({"end": True})


def say(message: dict[str, Any]) -> None:
    """Write one line of JSON."""
    sys.stdout.buffer.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


# ---- Word -------------------------------------------------------------------------------------------


class _BadXml(Exception):
    """Something that Word would not write."""


class _WordText:
    """Gathers paragraphs as they come; a row of a table is one line, with tabs between its cells."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._paragraphs: list[list[str]] = []  # a text box is a paragraph within a paragraph
        self._cells: list[str] = []
        self._in_cell = self._skipped = 0
        self._in_text = False

    def start(self, tag: str, _attributes: object) -> None:
        name = tag.rpartition("}")[2]
        if name == "Fallback" or self._skipped:  # the same text box once more, for older programs
            self._skipped += 1
        elif name == "p":
            self._paragraphs.append([])
        elif name == "tc":
            self._in_cell += 1
            if self._in_cell == 1:
                self._cells.append("")
        elif name in ("tab", "br", "cr") and self._paragraphs:
            self._paragraphs[-1].append("\t" if name == "tab" else "\n")
        self._in_text = name == "t" and not self._skipped

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self._in_text = False
        if self._skipped:
            self._skipped -= 1
        elif name == "p" and self._paragraphs:
            self._add("".join(self._paragraphs.pop()).strip())
        elif name == "tc":
            self._in_cell -= 1
        elif name == "tr" and not self._in_cell:
            if any(self._cells):
                self.blocks.append("\t".join(self._cells).strip("\t"))
            self._cells.clear()

    def _add(self, text: str) -> None:
        if self._in_cell and self._cells:
            self._cells[-1] = f"{self._cells[-1]} {text}".strip()
        elif text:
            self.blocks.append(text)

    def data(self, text: str) -> None:
        if self._in_text and self._paragraphs:
            self._paragraphs[-1].append(text)

    def doctype(self, *_: object) -> None:
        raise _BadXml

    def comment(self, _: str) -> None: ...

    def close(self) -> str:
        return "\n\n".join(self.blocks)


def read_docx(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the text of a Word document: paragraphs, tables and text boxes where they stand."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = next((n for n in archive.namelist() if re.fullmatch(r"word/document\d*\.xml", n)), None)
            if part is None:
                inside = (
                    "an Excel workbook: save it as CSV" if "xl/workbook.xml" in archive.namelist() else None
                )
                yield {
                    "fault": inside or "a ZIP archive without a Word document in it (no word/document.xml)"
                }
                return
            said = _word_text(archive, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError, ValueError):
        yield {"fault": "a Word document that is cut off or damaged: open it in Word and save it again"}
        return
    except RuntimeError:  # zipfile's word for a part with a password
        yield {"fault": "a Word document with a password: save it without one"}
        return
    yield said


def _word_text(archive: zipfile.ZipFile, part: str) -> dict[str, Any]:
    import zlib

    from lxml import etree

    too_large = {"fault": f"too large: its text unpacks to more than {_MAX_XML >> 20} MB"}
    if archive.getinfo(part).file_size > _MAX_XML:
        return too_large
    gathered = _WordText()
    parser = etree.XMLParser(target=gathered, resolve_entities=False, no_network=True, load_dtd=False)
    read = 0
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                if (read := read + len(chunk)) > _MAX_XML:
                    return too_large
                parser.feed(chunk)
        text = str(parser.close())
    except (etree.XMLSyntaxError, _BadXml, zlib.error, AssertionError):
        return {"fault": "a Word document that is cut off or damaged: open it in Word and save it again"}
    if not text.strip():
        return {"fault": f"a Word document without text; if it holds pictures of pages, {_NEEDS_OCR}"}
    return {"number": None, "text": text}


# ---- PDF --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line as printed: its text and where it stands, in points from the lower left corner."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


def read_pdf(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the text layer of each page, lines put together to paragraphs."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        words = {
            4: "a PDF with a password: save it without one",
            5: "a PDF encrypted in a way that is not known here: save it without a password",
        }
        damaged = "a PDF that is cut off or damaged: open it in a reader and save it again"
        yield {"fault": words.get(error.err_code or 0, damaged)}
        return
    if len(document) > _MAX_PAGES:
        yield {"fault": f"a PDF of more than {_MAX_PAGES:,} pages: split it into smaller ones"}
        return
    bare, garbled, broken = [], [], []
    for number in range(1, len(document) + 1):
        signal.alarm(SECONDS)
        try:
            page = document[number - 1]
            text = "\n\n".join(join_lines(_lines_of(page.get_textpage())))
            page.close()
        except pypdfium2.PdfiumError:
            broken.append(number)
            continue
        if not text.strip():
            bare.append(number)
        elif is_garbled(text):
            garbled.append(number)
        else:
            yield {"number": number, "text": text}
    if len(bare) == len(document):
        yield {"fault": f"a PDF without a text layer, so a scan: {_NEEDS_OCR}"}
    elif bare:
        yield {"fault": f"no text layer on {_pages(bare)}: unless empty, {_NEEDS_OCR}"}
    if garbled:
        yield {"fault": f"on {_pages(garbled)} the fonts do not say which characters they show: {_NEEDS_OCR}"}
    if broken:
        yield {"fault": f"{_pages(broken)} cannot be read: open the PDF in a reader and save it again"}


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10])) + (" ..." if len(numbers) > 10 else "")
    return f"page {shown}" if len(numbers) == 1 else f"{len(numbers)} pages ({shown})"


def is_garbled(text: str) -> bool:
    """Say whether more than one character in ten is private, unknown or a control: a font without a table."""
    odd = sum(c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs") for c in text)
    return odd - text.count("\n") > len(text) // 10


def _lines_of(textpage: Any) -> Iterator[Line]:
    """Yield the lines of a page in the order in which the file sets them."""
    import ctypes

    from pypdfium2 import raw

    count = min(raw.FPDFText_CountChars(textpage), _MAX_CHARACTERS)
    units: list[int] = []
    places: list[int] = []
    for index in range(count + 1):
        unit = raw.FPDFText_GetUnicode(textpage, index) if index < count else 10
        if unit not in (10, 13):
            if unit not in (0, 0xFFFE):
                units.append(unit)
                places.append(index)
            continue
        text = "".join(map(chr, units)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if text.strip():
            left, right, low, high = (ctypes.c_double() for _ in range(4))
            raw.FPDFText_GetCharBox(textpage, places[0], left, right, low, high)
            start, bottom = left.value, low.value
            raw.FPDFText_GetCharBox(textpage, places[-1], left, right, low, high)
            size = raw.FPDFText_GetFontSize(textpage, places[0])
            yield Line(text.strip(), start, right.value, bottom, size)
        units, places = [], []


def join_lines(lines: Iterator[Line] | list[Line]) -> Iterator[str]:
    """Yield paragraphs.

    A line goes on in the next one where that is the next of its column, of its size, not indented, and the
    line itself is as long as the column is wide.
    """
    block: list[Line] = []
    width = 0.0
    for line in lines:
        if block and _goes_on(block[-1], line, width):
            block.append(line)
            width = max(width, line.right)
            continue
        if block:
            yield _joined(block)
        block, width = [line], line.right
    if block:
        yield _joined(block)


def _goes_on(line: Line, following: Line, right_edge: float) -> bool:
    size = max(line.size, 1.0)
    step = line.bottom - following.bottom
    return (
        abs(following.size - line.size) < 0.1 * size
        and 0.5 * size < step < 2.2 * size
        and -3 * size < following.left - line.left < 0.8 * size
        and line.right > right_edge - 1.5 * size
        and following.left < line.right
    )


def _joined(block: list[Line]) -> str:
    text = block[0].text
    for line in block[1:]:
        between = " " if text[-1].isascii() and text[-1].isalnum() and line.text[0].isascii() else ""
        text += between + line.text
    return text


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
