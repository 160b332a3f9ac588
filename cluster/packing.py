"""Texts and numbers <-> strings that Milvus keeps: ASCII of at most 60,000 characters each.

In: any text, or small arrays. Out: strings, and back the very same. Does not know what they say.

A VARCHAR of Milvus holds 65,535 bytes of sound UTF-8. A page may be longer, and its text may hold half of a
surrogate pair or a NUL; so it is compressed (Chinese to some 60 %), written in base 64 and cut.
"""

import base64
import zlib
from collections.abc import Iterable

import numpy as np

from index.lexicon import Numbers

LONGEST = 60_000


def pack(text: str) -> list[str]:
    """Return a text as one string or more."""
    packed = base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"))).decode("ascii")
    return [packed[at : at + LONGEST] for at in range(0, len(packed), LONGEST)]


def unpack(strings: Iterable[str]) -> str:
    """Return the text. Raises ValueError where the strings are not whole."""
    try:
        return zlib.decompress(base64.b64decode("".join(strings), validate=True)).decode(
            "utf-8", "surrogatepass"
        )
    except zlib.error as error:
        raise ValueError(str(error)) from error


def pack_numbers(numbers: Numbers) -> str:
    """Return the numbers of words as one string; a passage has some hundred."""
    return base64.b64encode(numbers.astype("<u2").tobytes()).decode("ascii")


def unpack_numbers(packed: str) -> Numbers:
    """Return the numbers."""
    return np.frombuffer(base64.b64decode(packed), "<u2")


def plain(text: str | None) -> str:
    """Return what a field for searching may hold: sound UTF-8 of at most 60,000 bytes; nothing for None."""
    return (text or "").encode("utf-8", "backslashreplace")[:LONGEST].decode("utf-8", "ignore")
