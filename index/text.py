"""The only normaliser, sentence splitter and tokeniser; both the index and the questions use it.

In: any text. Out: folded text, sentence ranges, words, BM25 terms.
Does not know pages, articles, questions or models.

Folding never changes a text's length, so an offset in the folded text is the same offset in the page.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import add

import jieba
import numpy as np
import opencc
from numpy.typing import NDArray

from index.numerals import list_numerals
from index.segment import is_known, load_tagger, segment

# Chinese characters of the basic block, extension A, compatibility, and 〇.
# In codes: 豈 at U+F900 looks like 豈 at U+8C48, and from there the range held Korean and lone surrogates.
_HAN_RANGES = ("\u3400-\u4dbf", "\u4e00-\u9fff", "\uf900-\ufaff", "〇")
HAN = "".join(_HAN_RANGES)
_HAN_RUN = re.compile(rf"[{HAN}]+")
# A sentence ends with these and the closing marks that follow: “快停下来。” keeps its quotation mark.
# A full stop in Latin script counts only before a space or the end, so that 78.9% stays whole.
_ENDS, _LINES = "。！？!?…", r"\n\r\f\x0b\u2028\u2029"
_CLOSING = r"[”’」』）)》\]】\"]*"
# Told apart by looking back: a character out of one set is found in a fourth of the time.
_SENTENCE_END = re.compile(
    rf"[{_ENDS}.{_LINES}](?:(?<=[{_ENDS}])[{_ENDS}]*{_CLOSING}|(?<=\.)(?=\s|$)|(?<=[{_LINES}])[{_LINES}]*)"
)
# What is cut at once: over an endless run without punctuation guesses take long. Most texts fit whole.
_PORTION = re.compile(r"(?s).{1000}[^\s。，,、；;！!？?]{0,1000}|.+")
# What is tagged at once, cut where the tagger would itself cut, and how long a run may be for guessing.
_RUN = re.compile(r"[\w.%+#&-]+|[^\w.%+#&-]+")
_LONGEST_GUESSED = 120
# jieba's parts of speech for names: persons; persons, places, bodies and other proper names.
PERSON_TAGS = frozenset({"nr", "nrt", "nrfg"})
NAME_TAGS = PERSON_TAGS | {"ns", "nt", "nz"}
# So many texts, none longer than a passage, are kept with what was made of them. The rules fold a sentence
# six times, look at its parts of speech twice, and at those of parts of the question three times.
_LONGEST_KEPT, _FOLDED, _TAGGED = 250, 4096, 1024  # 4 MB and 5 MB
# A text as the codes of its characters, and what is the code of none.
_CODES, _UNKNOWN = "utf-32-le", 0xFFFF_FFFF
_BEYOND = 0x1_0000  # no character from here on is in HAN
SKETCH = 1024
_CLAUSE_END = re.compile(r"[；;，,、：:]")


class _Folder:
    """Folds width, case and traditional forms, by a table that learns each character once."""

    def __init__(self) -> None:
        self._simplify = opencc.OpenCC("t2s").convert
        self._forms = np.full(sys.maxunicode + 1, _UNKNOWN, "<u4")

    def __call__(self, text: str) -> str:
        codes = np.frombuffer(text.encode(_CODES, "surrogatepass"), "<u4")
        try:  # eight times as fast as str.translate
            return self._forms.take(codes).tobytes().decode(_CODES, "surrogatepass")
        except UnicodeDecodeError:  # _UNKNOWN is no character
            for code in set(codes[self._forms.take(codes) == _UNKNOWN].tolist()):
                self._forms[code] = ord(self._fold(chr(code)))
            return self(text)

    def _fold(self, folded: str) -> str:
        if unicodedata.category(folded) != "Cs":  # a lone surrogate has no other form
            for step in (lambda c: unicodedata.normalize("NFKC", c), str.lower, self._simplify):
                changed = step(folded)
                # ㎡ would become two characters and … three: those keep their own form.
                folded = changed if len(changed) == 1 else folded
        return folded


@cache
def _folder() -> _Folder:
    return _Folder()


def fold(text: str) -> str:
    """Return `text` with width, case and traditional forms folded, character for character.

    `len(fold(text)) == len(text)` always holds. For matching only: never show a folded text.
    """
    return _keep_folded(text) if len(text) <= _LONGEST_KEPT else _folder()(text)


@lru_cache(_FOLDED)
def _keep_folded(text: str) -> str:
    return _folder()(text)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) ranges of the sentences of `text`, without surrounding blanks."""
    ranges, start = [], 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        piece = text[start:end]
        low, high = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        if low < high:
            ranges.append((low, high))
        start = end
    return ranges


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut the range of one sentence at its commas, each clause keeping its own mark."""
    cuts = [match.end() for match in _CLAUSE_END.finditer(text, start, end)]
    return [(low, high) for low, high in zip([start, *cuts], [*cuts, end], strict=True) if low < high]


def words(text: str) -> Iterator[tuple[str, int]]:
    """Yield the folded words of `text` with their offsets; punctuation and blanks are left out."""
    offset = 0
    for piece in _cut(fold(text)):
        if _is_word(piece):
            yield piece, offset
        offset += len(piece)


def cut_words(text: str) -> list[str]:
    """Return the folded words of `text`."""
    return cut_folded(fold(text))


def cut_folded(folded: str) -> list[str]:
    """Return the words of a text that is folded already."""
    return [piece for piece in _cut(folded) if piece.isalnum() or (len(piece) > 1 and _is_word(piece))]


def _cut(folded: str) -> Iterable[str]:
    return chain.from_iterable(map(segment, _PORTION.findall(folded)))


def _is_word(piece: str) -> bool:
    """Tell whether a letter or a digit stands in a piece."""
    return any(map(str.isalnum, piece))


def tagged(text: str) -> tuple[tuple[str, str, int], ...]:
    """Return every folded word of `text`, jieba's part of speech (nr person, m number), and its offset.

    New words are guessed in runs of ordinary length only: over 1,000 characters without a word or a comma
    among them, guessing takes long.
    """
    return _keep_tagged(text) if len(text) <= _LONGEST_KEPT else _tag(text)


def _tag(text: str) -> tuple[tuple[str, str, int], ...]:
    found, offset = [], 0
    for run in _RUN.findall(fold(text)):
        for word, tag in load_tagger().cut(run, guess=len(run) <= _LONGEST_GUESSED):
            found.append((word, tag, offset))
            offset += len(word)
    return tuple(found)


_keep_tagged = lru_cache(_TAGGED)(_tag)


def joins_word(before: str, after: str) -> bool:
    """Tell whether a word of the dictionary runs from one text into the next ("…,目" "前社区…")."""
    tail, head = fold(before[-8:]), fold(after[:8])
    offset = 0
    for word in segment(tail + head):
        end = offset + len(word)
        if offset < len(tail) < end:
            return is_known(word)
        offset = end
    return False


def bigrams(text: str) -> list[str]:
    """Return the folded pairs of neighbouring Chinese characters; a lone character stands for itself."""
    pairs: list[str] = []
    for run in _HAN_RUN.findall(fold(text)):
        pairs += map(add, run, run[1:]) if len(run) > 1 else [run]
    return pairs


def sketch(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return bits, SKETCH for each text, of its bigrams: two differ in no more of them than in bigrams.

    Shape (texts, SKETCH / 64). A hundred sketches are compared with one at once.
    """
    folded = [fold(text) for text in texts]
    codes = np.frombuffer("\n".join((*folded, "")).encode(_CODES, "surrogatepass"), "<u4")
    owner = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in folded])
    is_han = _han_codes().take(codes, mode="clip")
    first = np.flatnonzero(is_han[:-1] & is_han[1:])
    pairs = codes[first] * np.uint32(31) + codes[first + 1]
    seen = np.zeros((len(texts), SKETCH), bool)
    seen[owner[first], pairs % SKETCH] = True
    return np.packbits(seen, axis=1).view(np.uint64)


@cache
def _han_codes() -> NDArray[np.bool_]:
    """Tell for each code below _BEYOND, and for all others by the last one, whether it is in HAN."""
    is_han = np.zeros(_BEYOND + 1, bool)
    for ends in _HAN_RANGES:
        is_han[ord(ends[0]) : ord(ends[-1]) + 1] = True
    return is_han


def terms(text: str, cut: Iterable[str] | None = None) -> list[str]:
    """Return the BM25 terms of `text`: its words (`cut`, where they are known), bigrams and numerals.

    Words find what is meant; bigrams find what jieba cut differently in the question and on the page;
    numerals find 1.3万 for 一万三千, and a figure counts twice. Tried without gain: dictionary words inside
    long words, pairs of words, trigrams, words and bigrams in fields of their own (CHANGELOG.md).
    """
    return [*(cut_words(text) if cut is None else cut), *bigrams(text), *list_numerals(fold(text))]


def write_terms(folded: Sequence[str], cut: Iterable[Iterable[str]]) -> list[str]:
    """Return for each text, `folded` and with its words `cut`, its terms with blanks between, in no order.

    The same as `terms` gives, in half of the time: the bigrams of many texts are made at once.
    """
    return [
        " ".join((*words, *list_numerals(text), pairs))
        for words, text, pairs in zip(cut, folded, _write_bigrams(folded), strict=True)
    ]


def _write_bigrams(folded: Sequence[str]) -> list[str]:
    """Return for each of these texts what `bigrams` gives, each with a blank behind it."""
    if not folded:
        return []
    codes = np.frombuffer("\n".join((*folded, "")).encode(_CODES, "surrogatepass"), "<u4")
    is_han = _han_codes().take(codes, mode="clip")
    goes_on = np.append(is_han[:-1] & is_han[1:], False)
    alone = is_han & ~goes_on & ~np.roll(goes_on, 1)
    is_end = np.zeros(len(codes), bool)
    is_end[np.cumsum([len(text) + 1 for text in folded]) - 1] = True
    at = np.flatnonzero(goes_on | alone | is_end)
    # A pair and a blank; a lone character and a blank; the end of a text.
    written = np.zeros((len(at), 3), "<u4")
    written[:, 0] = codes[at]
    written[:, 1] = np.where(goes_on[at], codes[np.minimum(at + 1, len(codes) - 1)], 0)
    written[:, 2] = np.where(is_end[at], 0, ord(" "))
    return written[written > 0].tobytes().decode(_CODES).split("\n")[:-1]


def show_codes(text: str) -> str:
    """Return `text` with what is not printable, or moves a cursor, as its code: \\x1b, \\u202e."""
    return "".join(c if c.isprintable() or c == "\u3000" else ascii(c)[1:-1] for c in text)


def fingerprint() -> str:
    """Name the way texts are folded and cut; an index made in another way cannot be asked in this one."""
    return f"jieba-{jieba.__version__} opencc-t2s words+bigrams+numerals 2"
