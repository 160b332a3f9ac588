"""Bytes -> text.

In: the bytes of a file, or the first of them. Out: their text, and the name of the encoding it was in.
Does not know files, formats or pages.

UTF-8 proves itself, and so does a byte order mark. GB18030 and Big5 give a meaning to each other's bytes:
there chardet decides. Measured on stretches of 6 to 3,000 characters of news, simplified and traditional in
GB18030, Taiwan's and Hong Kong's forms in Big5, 400 to 1,000 stretches each, share told rightly:

    characters            6        12       30 and more
    chardet 7.7           .985     .997     1.000         given these encodings only, as below
    charset-normalizer    .86      .985     .98
    faust-cchardet        -        -        .94

chardet left to choose among all that it knows takes one short text in a hundred for Korean or Arabic.
"""

import codecs
import unicodedata
from collections import Counter

import chardet

KNOWN = "UTF-8, UTF-16, GB18030 or Big5"
# Text has next to none of these, a decoded picture is full. UTF-8 that decodes at all is hardly anything
# else; the others give a meaning to almost any bytes. One is always let pass: news holds a stray DEL.
_ODD = frozenset({"Cc", "Cn", "Co", "Cs"})
_CHARACTERS_FOR_ONE_ODD, _IN_UTF_8 = 200, 20
_LAYOUT = frozenset("\t\n\r\f\x0b")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DETECTED = 200_000  # bytes that a decision is made on: the first ones


def decode(raw: bytes) -> tuple[str, str] | None:
    """Return the text of `raw` and its encoding, or None where it is not text in one that we know.

    A byte order mark is no part of the text.
    """
    if (encoding := detect(raw)) is None:
        return None
    try:
        return raw.decode(encoding).removeprefix("\ufeff"), encoding
    except UnicodeDecodeError:  # where only the first bytes were looked at
        return None


def detect(raw: bytes, *, whole: bool = True) -> str | None:
    """Return the encoding of `raw`, a name that Python knows; None where it is not text in a known one.

    Unless it is `whole`, `raw` is the beginning of something and may end within a character.
    """
    if marked := next((name for mark, name in _MARKS.items() if raw.startswith(mark)), None):
        return marked if _reads(raw, marked, whole) else None
    if _reads(raw, "utf-8", whole, _IN_UTF_8):
        return "utf-8"
    if wide := next((name for name in ("utf-16-le", "utf-16-be") if _is_wide(raw, name, whole)), None):
        return wide
    possible = [name for name in ("gb18030", "big5hkscs") if _reads(raw, name, whole)]
    if len(possible) < 2:
        return possible[0] if possible else None
    found = chardet.detect(
        raw[:_DETECTED],
        include_encodings=["gb18030", "big5", "big5hkscs"],
        no_match_encoding="gb18030",
        empty_input_encoding="gb18030",
    )
    return "big5hkscs" if str(found["encoding"]).lower().startswith("big5") else "gb18030"


def _reads(raw: bytes, encoding: str, whole: bool, limit: int = _CHARACTERS_FOR_ONE_ODD) -> bool:
    """Say whether `raw` decodes, and to text: no NUL, and one odd character or one in `limit`."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(raw, whole).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return False
    counts = Counter(text)
    odd = sum(n for c, n in counts.items() if unicodedata.category(c) in _ODD and c not in _LAYOUT)
    return "\0" not in counts and odd <= 1 + len(text) // limit


def _is_wide(raw: bytes, encoding: str, whole: bool) -> bool:
    """Say whether `raw` is UTF-16 without a mark: nine in ten of its characters are what Chinese is set in.

    Bytes of GB18030, Big5 or a picture give Korean, Yi and lone surrogates. Of 1,500 stretches of news each,
    .54 were known by 6 characters, .79 by 12, .986 by 30, all by 100. Most of the others are refused; of 6
    characters one stretch in twenty is taken for GB18030 or Big5, of 12 one in a thousand, of 30 none.
    """
    if (whole and len(raw) % 2) or not _reads(raw, encoding, whole):
        return False
    counts = Counter(codecs.getincrementaldecoder(encoding)().decode(raw, whole))
    usual = sum(n for c, n in counts.items() if _is_usual(c))
    return usual >= 0.9 * counts.total() and sum(n for c, n in counts.items() if c in _COMMON) > 0


# The commonest characters of Chinese in print, and what any text has: spaces, line ends, marks.
_COMMON = frozenset("的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們年月日本市 \n,.，。、")


def _is_usual(c: str) -> bool:
    return (
        c in _LAYOUT
        or " " <= c <= "~"
        or "\u3000" <= c <= "\u303f"
        or "\u4e00" <= c <= "\u9fff"
        or ("\uff00" <= c <= "\uffef" or c in "“”‘’—…·")
    )
