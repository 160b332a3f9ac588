"""A seed -> files that no program should have written, of every kind that is read.

In: how many, and a seed. Out: Malformed, each a name, its bytes, and what was done to it. The same seed gives
the same files. Does not know how they are read, or what should come of them.

Half of them are good samples, written here, that were harmed: cut off, bits flipped, bytes put in, in another
encoding, under another kind's name. The others are made to do harm: bombs, depths, circles, endless lines.
"""

import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

KINDS = (".txt", ".md", ".html", ".jsonl", ".csv", ".docx", ".pdf")
# What a kind is also called, or what nobody reads as one.
_OTHER_NAMES = (
    *KINDS,
    ".htm",
    ".markdown",
    ".tsv",
    ".ndjson",
    ".gz",
    ".jpg",
    ".doc",
    "",
    ".TXT ",
    ".t\u202ext",
)
_ENCODINGS = ("gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "shift_jis", "euc-kr")
_LONG = 200_000  # characters of what is endless
_BOMB = 96 * 2**20  # bytes that a bomb unpacks to; what is read of a Word document is less

_TITLE, _CREDIT = "河西新桥昨日合龙", "本报记者 林望 通讯员 何秋"
_BODY = (
    "本报讯 昨日上午9时,河西新桥主桥合龙,比计划提前了12天。项目负责人周远说,大桥全长1860米,双向六车道,"
    "总投资4.7亿元,预计明年5月通车。\n\n“以后过河只要三分钟。”家住柳湾区的居民孟大姐说。以前绕行老桥要走"
    "40分钟,早高峰更久。\n\n据了解,新桥两岸还将建成两座公园,面积共13万平方米,由柳湾区政府负责养护。"
)
_PAGE = (
    f"柳湾晚报　2019年3月8日　第2版\n\n{_TITLE}\n{_CREDIT}\n{_BODY}\n\n短讯\n●昨日图书馆新添图书2300册。\n"
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class Malformed:
    """One file: what it is called, what is in it, and what is wrong with it, in a word or two."""

    name: str
    content: bytes
    harm: str


def make_files(count: int, seed: int) -> Iterator[Malformed]:
    """Yield `count` files: every hostile one that is written here by turns, and as many harmed samples."""
    chance = random.Random(seed)
    hostile = [*_HOSTILE.items()]
    samples = make_samples()
    for number in range(count):
        kind = KINDS[number // 2 % len(KINDS)]
        if number % 2:
            (suffix, harm), make = hostile[number // 2 % len(hostile)]
            content = make(chance)
        else:
            harm = chance.choice([*_HARMS])
            content, suffix = _HARMS[harm](samples[kind], chance), kind
            if harm == "another name":
                suffix = chance.choice(_OTHER_NAMES)
            harm = f"{kind} {harm}"
        yield Malformed(f"{number:05}{suffix}", content, harm if number % 2 == 0 else f"{suffix} {harm}")


def make_samples() -> dict[str, bytes]:
    """Return a sound file of each kind, by its suffix."""
    row = {"title": _TITLE, "body": _BODY, "date": "2019-03-08", "newspaper": "柳湾晚报", "author": "林望"}
    cell = _BODY.replace("\n", " ")
    paragraphs = "".join(f"<p>{part}</p>" for part in _BODY.split("\n\n"))
    return {
        ".txt": _PAGE.encode(),
        ".md": f"---\ntitle: {_TITLE}\ndate: 2019-03-08\n---\n# {_TITLE}\n\n{_BODY}\n".encode(),
        ".html": (
            f"<!doctype html><html><head><meta charset=utf-8><title>{_TITLE}_柳湾网</title></head>"
            f"<body><nav>首页</nav><article><h1>{_TITLE}</h1>{paragraphs}</article></body></html>"
        ).encode(),
        ".jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for _ in range(5)).encode(),
        ".csv": ("标题,正文,日期\r\n" + f'{_TITLE},"{cell}",2019-03-08\r\n' * 5).encode(),
        ".docx": _docx("".join(f"<w:p><w:r><w:t>{part}</w:t></w:r></w:p>" for part in _PAGE.split("\n"))),
        ".pdf": _pdf(_PAGE.split("\n")),
    }


# ---- what is done to a sample --------------------------------------------------------------------


def _place(raw: bytes, chance: random.Random) -> int:
    """Return a place in `raw`; often near either end, where the formats keep what holds them together."""
    near = chance.randrange(min(len(raw), 64))
    return chance.choice((chance.randrange(len(raw)), near, len(raw) - 1 - near))


def _flip(raw: bytes, chance: random.Random) -> bytes:
    harmed = bytearray(raw)
    for _ in range(chance.choice((1, 1, 3, 30, 300))):
        harmed[_place(raw, chance)] ^= 1 << chance.randrange(8)
    return bytes(harmed)


def _insert(raw: bytes, chance: random.Random, what: bytes) -> bytes:
    at = _place(raw, chance)
    return raw[:at] + what + raw[at:]


def _recode(raw: bytes, chance: random.Random) -> bytes:
    text = raw.decode("utf-8", "replace")
    return text.encode(chance.choice(_ENCODINGS), "replace")


def _repeat(raw: bytes, chance: random.Random) -> bytes:
    low, high = sorted((_place(raw, chance), _place(raw, chance)))
    return raw[:high] + raw[low:high] * chance.choice((1, 20, 200)) + raw[high:]


_HARMS: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "cut off": lambda raw, chance: raw[: _place(raw, chance)],
    "beginning lost": lambda raw, chance: raw[_place(raw, chance) :],
    "bits flipped": _flip,
    "NULs": lambda raw, chance: _insert(raw, chance, b"\0" * chance.choice((1, 50, 5000))),
    "random bytes": lambda raw, chance: _insert(raw, chance, chance.randbytes(chance.choice((1, 8, 800)))),
    "lone surrogates": lambda raw, chance: _insert(raw, chance, b"\xed\xa0\x80\xed\xbf\xbf"),
    "controls": lambda raw, chance: _insert(raw, chance, b"\x1b[2J\x07\x08\x7f\xe2\x80\xae\xe2\x80\xa8"),
    "another encoding": _recode,
    "two encodings": lambda raw, chance: _insert(
        raw, chance, _BODY.encode(chance.choice(_ENCODINGS), "replace")
    ),
    "twice": lambda raw, _: raw + raw,
    "a part repeated": _repeat,
    "another name": lambda raw, _: raw,
    "old Mac line ends": lambda raw, _: raw.replace(b"\n", b"\r"),
    "a mark in front": lambda raw, chance: chance.choice((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) + raw,
    "a part lost": lambda raw, chance: raw[: len(raw) // 3] + raw[len(raw) // 3 + _place(raw, chance) // 3 :],
    "backwards": lambda raw, _: raw[::-1],
}


# ---- files that are made to do harm --------------------------------------------------------------

_UNITS = (
    *"的区1(=“。报十、a", "😀", "城区", "第一", "本报记者 王影 ", "2016年10月25日", "记者 ", "一万三千",
    "\u3400", "\ufffd中", "》", "¥1.", "《中", "e\u0301", "\u202e中", "\u200b", "ﷺ", "㎡…", "柳湾晚报",
    "责编 王 ", "(一)", "● ", "# ", "| ",
)  # fmt: skip


def _endless(chance: random.Random) -> bytes:
    return (chance.choice(_UNITS) * _LONG)[:_LONG].encode()


def _many_lines(chance: random.Random) -> bytes:
    unit = chance.choice(_UNITS) * chance.choice((1, 1, 4)) + chance.choice(("\n", "\n\n", "\r\n", "\u2028"))
    return (unit * 20_000)[: _LONG // 4].encode()


def _mixture(chance: random.Random) -> bytes:
    """Any characters of Unicode that can be written, on lines of any length."""
    lines = []
    for _ in range(chance.randrange(1, 400)):
        low = chance.choice((0x20, 0x4E00, 0x4E00, 0x3000, 0xA000, 0xE000, 0x1F300, 0x20000, 0xF900, 0x80))
        codes = (low + chance.randrange(0x180) for _ in range(chance.choice((1, 5, 12, 40, 400))))
        lines.append("".join(chr(c) for c in codes if not 0xD800 <= c < 0xE000))
    return "\n".join(lines).encode()


def _shuffled(chance: random.Random) -> bytes:
    """The characters, or the lines, of a page in disorder."""
    pieces = chance.choice(([*_PAGE * 20], (_PAGE * 40).splitlines(keepends=True)))
    chance.shuffle(pieces)
    return "".join(pieces).encode()


def _html(body: str) -> bytes:
    return f"<!doctype html><html><head><title>{_TITLE}</title></head><body>{body}</body></html>".encode()


def _rows(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def _docx(body: str, prolog: str = "", name: str = "word/document.xml", **more: bytes) -> bytes:
    xml = f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    return _zip({name: xml.encode(), **more})


def _zip(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _zip_of_zips(chance: random.Random) -> bytes:
    inner = _zip({"word/document.xml": b" " * 2**20})
    for _ in range(chance.randrange(1, 6)):
        inner = _zip({f"{n}.docx": inner for n in range(10)})
    return inner


def _locked_zip(_: random.Random) -> bytes:
    """A Word document that says of its text that it is encrypted."""
    raw = bytearray(_docx("<w:p/>"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


def _pdf(
    lines: Sequence[str], *, kids: str = "6 0 R", trailer: str = "", stream: bytes | None = None
) -> bytes:
    """Return a PDF that shows these lines in a font that every reader has a table for."""
    shown = b"".join(
        b"BT /F 10 Tf 40 %d Td <%s> Tj ET\n" % (780 - 14 * n, line.encode("utf-16-be").hex().encode())
        for n, line in enumerate(lines)
    )
    content, entries = (shown, b"") if stream is None else (zlib.compress(stream, 9), b"/Filter/FlateDecode")
    system = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
    metrics = b"/Flags 6/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 90"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(kids.split()) // 3}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 5 0 R" + system,
        b"<</Type/FontDescriptor/FontName/STSong-Light" + metrics + b"/FontBBox[0 -200 1000 900]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 7 0 R/Resources<</Font<</F 3 0 R>>>>>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 8\n0000000000 65535 f \n{table}trailer\n<</Size 8/Root 1 0 R{trailer}>>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF".encode()


_LAUGHS = "<!DOCTYPE x [<!ENTITY a '哈哈哈哈'>{}]>".format(
    "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
)
_OUTSIDE = "<!DOCTYPE x [<!ENTITY i SYSTEM 'file:///etc/passwd'>]>"
_ALIASES = "a: &a [哈]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

_HOSTILE: Mapping[tuple[str, str], Callable[[random.Random], bytes]] = {
    (".txt", "nothing"): lambda chance: b" \n\r\t\xef\xbb\xbf"[: chance.randrange(8)],
    (".txt", "one endless line"): _endless,
    (".txt", "endless lines"): _many_lines,
    (".txt", "any characters"): _mixture,
    (".txt", "in disorder"): _shuffled,
    (".txt", "random bytes"): lambda chance: chance.randbytes(chance.choice((1, 7, 3000, 300_000))),
    (".txt", "a line of text"): lambda chance: (_BODY.replace("\n", "") * 600)[
        : chance.choice((3000, _LONG))
    ].encode(),
    (".txt", "columns of a character"): lambda chance: "\n".join(_BODY * chance.choice((1, 9))).encode(),
    (".md", "aliases that grow"): lambda _: f"---\n{_ALIASES}---\n{_BODY}".encode(),
    (".md", "a circle of aliases"): lambda _: f"---\na: &a [*a]\ntitle: *a\n---\n{_BODY}".encode(),
    (".md", "deep lists"): lambda _: b"---\na: " + b"[" * 9000 + b"\n---\n" + _BODY.encode(),
    (".md", "front matter without end"): lambda chance: (
        b"---\n" * chance.choice((1, 40_000)) + _PAGE.encode()
    ),
    (".md", "headings"): lambda chance: ("#" * chance.randrange(1, 9) + " 中\n").encode() * 10_000,
    (".md", "endless lines"): _many_lines,
    (".md", "strange front matter"): lambda chance: (
        f"---\ntitle: {chance.choice(('null', '[', '!!python/object:os.system x', '.' * 9000, '😀'))}\n"
        f"date: {chance.choice(('99999999999-1-1', '0000-00-00', '2019-03-08T99', '1e999'))}\n---\n{_BODY}"
    ).encode(),
    (".html", "deep tags"): lambda chance: _html(
        chance.choice(("<div>", "<b>", "<table><tr><td>")) * 60_000 + _BODY
    ),
    (".html", "end tags"): lambda _: _html("<div>" * 900 + "</p></b></i></div>" * 20_000 + _BODY),
    (".html", "growing entities"): lambda _: _LAUGHS.encode() + _html(f"<p>&i;{_BODY}"),
    (".html", "entities"): lambda chance: _html(
        chance.choice(("&#x4e2d;", "&#xd800;", "&#0;", "&#9999999;")) * 20_000
    ),
    (".html", "an endless attribute"): lambda _: _html(f'<p title="{"x" * _LONG}" {"a=1 " * 50_000}>{_BODY}'),
    (".html", "a comment without end"): lambda _: _html(f"<p>{_BODY}<!--" + "<!-- -" * 40_000),
    (".html", "a script without end"): lambda _: _html(f"<p>{_BODY}<script>" + "</scrip" * 40_000),
    (".html", "a false charset"): lambda chance: (
        f"<meta charset={chance.choice(('utf-7', 'utf-16', 'rot13', 'zlib', 'x' * 20, 'gbk'))}><p>{_BODY}"
    ).encode(),
    (".html", "headlines"): lambda _: _html("<h1>中</h1>" * 20_000),
    (".html", "blanks"): lambda chance: _html(chance.choice((" ", "\n", "中\n \n", "&nbsp;")) * 60_000),
    (".html", "odd facts"): lambda _: _html(
        '<meta name=date content="9999-99-99"><meta name="" content=""><meta property=og:title content="_|-">'
        f'<script>{{"datePublished": "{"9" * 30}"}}</script><time datetime=""><p>{_BODY}'
    ),
    (".jsonl", "deep"): lambda chance: (
        chance.choice((b"[", b'{"body":', b'{"a":[')) * 100_000 + b"\n" + _rows({})
    ),
    (".jsonl", "odd values"): lambda _: _rows(
        None,
        1,
        [],
        {"body": None},
        {"body": [_BODY, 1]},
        {"body": 10**400},
        {"body": _BODY, "date": {}},
        {"": _BODY},
        {"body": "\x00\x1b"},
        {"title": "\ud800", "body": _BODY},
        {"body": "\udfff中" * 9},
        {"body": _BODY, "title": "中\n" * 9000},
        {"body": _BODY, "date": "9" * 99, "edition": "\u202e"},
    ),
    (".jsonl", "a huge number"): lambda _: (
        b'{"body": ' + b"9" * 20_000 + b"}\n" + b'{"body": 1e999, "a": NaN}\n'
    ),
    (".jsonl", "a huge row"): lambda _: _rows({"title": _TITLE, "body": "x" * 9 * 2**20}, {"body": _BODY}),
    (".jsonl", "rows that are none"): lambda chance: (
        chance.choice((b"{\n", b"}{\n", b"\x00\n", b"\xff\n")) * 20_000
    ),
    (".csv", "a quotation without end"): lambda _: (
        f'标题,正文\n"{_TITLE}","'.encode() + b'""' * 90_000 + b"\n" * 9999
    ),
    (".csv", "columns"): lambda _: b"body" + b",a" * 60_000 + b"\n" + b"," * 60_000 + b"x\n",
    (".csv", "headers"): lambda chance: chance.choice(
        (b"body\n", b",,,\n", b"body,body\n1,2\n", b'"body\n', b"\n\n")
    ),
    (".csv", "a huge cell"): lambda _: b"body\n" + b"x" * 9 * 2**20 + f"\n{_BODY[:40]}\n".encode(),
    (".csv", "odd bytes"): lambda _: (
        b"body,title\n\x00,\x00\n\xff\xfe,1\n" + f"{_BODY[:60]}\r\r\n\x1a".encode()
    ),
    (".docx", "a bomb"): lambda _: _docx("<w:p><w:r><w:t>" + "桥" * (_BOMB // 3) + "</w:t></w:r></w:p>"),
    (".docx", "growing entities"): lambda _: _docx("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", _LAUGHS),
    (".docx", "an outside entity"): lambda _: _docx("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", _OUTSIDE),
    (".docx", "deep"): lambda chance: _docx(chance.choice(("<w:p>", "<w:tbl><w:tr><w:tc>")) * 30_000),
    (".docx", "without its text"): lambda chance: _docx(
        "", name=chance.choice(("word/styles.xml", "../x", "xl/workbook.xml"))
    ),
    (".docx", "paragraphs"): lambda _: _docx("<w:p><w:r><w:t>中</w:t></w:r></w:p>" * 20_000),
    (".docx", "a part in itself"): lambda _: _docx(
        f"<w:p><w:r><w:t>{_BODY}</w:t></w:r></w:p>",
        **{"word/_rels/document.xml.rels": b'<r><r Id="1" Target="document.xml"/></r>', "word/": b""},
    ),
    (".docx", "zips in zips"): _zip_of_zips,
    (".docx", "locked"): _locked_zip,
    (".pdf", "a bomb"): lambda _: _pdf([], stream=b"%" * _BOMB),
    (".pdf", "endless text"): lambda _: _pdf([], stream=b"BT /F 9 Tf 1 0 0 1 9 9 Tm <4E2D> Tj ET\n" * 20_000),
    (".pdf", "nested drawing"): lambda _: _pdf([], stream=b"q " * 200_000 + b"[" * 200_000),
    (".pdf", "a circle of pages"): lambda _: _pdf([_BODY], kids="2 0 R 6 0 R 2 0 R"),
    (".pdf", "pages that are none"): lambda _: _pdf([_BODY], kids="1 0 R 99 0 R 3 0 R 7 0 R"),
    (".pdf", "many pages"): lambda chance: _pdf([_BODY[:40]], kids="6 0 R " * chance.choice((300, 20_000))),
    (".pdf", "locked"): lambda _: _pdf(
        [_BODY],
        trailer=f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'00' * 32}>/U<{'00' * 32}>/P -4>>/ID[<00><00>]",
    ),
    (".pdf", "only its name"): lambda chance: b"%PDF-1." + chance.randbytes(chance.choice((0, 9, 9000))),
}
