"""Words -> numbers: a model's entries, and places for the words that it does not know.

In: words as `text.words` cuts them. Out: one or more numbers for each, below 65,536.
Does not know vectors, passages or what the numbers are for.

A word of the vocabulary is its entry. Another one is a place of its own by its checksum, so that a name which
no model ever saw is still recognised, followed by the longest entries inside it, so that something of it is
understood.
"""

import json
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

LONGEST_WORD = 6  # characters: longer entries of the vocabulary are not looked for inside unknown words
BUNDLED = Path(__file__).parent / "model"
# Unknown words of three kinds, each with its own places: figures, Latin words, Chinese words.
KINDS, PLACES = 3, 8192
# So many unknown words are kept with what stands for them, the first that come, 17 MB. Half of those in news
# came before.
_KEPT = 131_072

Numbers = NDArray[np.uint16]
Lengths = Mapping[str, tuple[int, ...]]
_ANY = range(LONGEST_WORD, 1, -1)


def pieces(word: str, vocabulary: Container[str], lengths: Lengths | None = None) -> list[str]:
    """Return the entries of `vocabulary` that stand for `word`: itself, else the longest ones inside it.

    The longest entry is taken from the left each time; characters that are in no entry are left out.
    `lengths` are those of `list_lengths`: known, they save most of the looking.
    """
    if word in vocabulary:
        return [word]
    if len(word) == 2:  # every second word that is in no vocabulary
        return [character for character in word if character in vocabulary]
    found, start = [], 0
    while start < len(word):
        piece = word[start]
        for length in _ANY if lengths is None else lengths.get(word[start : start + 2], ()):
            longer = word[start : start + length]
            if longer in vocabulary:
                piece = longer
                break
        if len(piece) > 1 or piece in vocabulary:
            found.append(piece)
        start += len(piece)
    return found


def list_lengths(vocabulary: Iterable[str]) -> Lengths:
    """Return for each two characters with which entries begin how long those are, the longest first."""
    lengths: dict[str, set[int]] = {}
    for word in vocabulary:
        if 1 < len(word) <= LONGEST_WORD:
            lengths.setdefault(word[:2], set()).add(len(word))
    return {beginning: tuple(sorted(found, reverse=True)) for beginning, found in lengths.items()}


class Entries:
    """A vocabulary: a word has the number of its entry, or those of its pieces."""

    size = 4  # bytes of a number

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Take a vocabulary numbered from 0."""
        self.vocabulary = vocabulary
        self._lengths = list_lengths(vocabulary)
        self._packed = _Packed({word: self._pack(number) for word, number in vocabulary.items()}, self._find)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def number(self, words: Iterable[str]) -> NDArray[np.unsignedinteger]:
        """Return the numbers of `words` in their order; not to be written to."""
        return np.frombuffer(b"".join(map(self._packed.__getitem__, words)), f"<u{self.size}")

    def _find(self, word: str) -> bytes:
        """Return what stands for a word that is not in the vocabulary."""
        return b"".join([self._packed[piece] for piece in pieces(word, self.vocabulary, self._lengths)])

    def _pack(self, number: int) -> bytes:
        return number.to_bytes(self.size, "little")


class Lexicon(Entries):
    """A vocabulary with room for unknown words behind it: one has a place there, before its pieces.

    Its length is that of the vocabulary; higher numbers are places.
    """

    size = 2

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Take a vocabulary numbered from 0. Raises ValueError where it leaves no room below 65,536."""
        if len(vocabulary) + KINDS * PLACES > 1 << 16:
            raise ValueError(f"at most {(1 << 16) - KINDS * PLACES} entries fit, got {len(vocabulary)}")
        super().__init__(vocabulary)

    def fingerprint(self) -> str:
        """Return eight hex digits that change with the vocabulary: other numbers mean other words."""
        return f"{crc32(json.dumps(self.vocabulary).encode()):08x}"

    def number(self, words: Iterable[str]) -> Numbers:
        """Return the numbers of `words` in their order, an unknown one before its pieces."""
        return super().number(words).view(np.uint16)

    def _find(self, word: str) -> bytes:
        """Return the place of a word that is not in the vocabulary, and its pieces."""
        first = word[:1]
        kind = 0 if first.isdecimal() else 1 if "a" <= first <= "z" else 2
        place = kind * PLACES + crc32(word.encode("utf-8", "surrogatepass")) % PLACES
        return self._pack(len(self) + place) + super()._find(word)


class _Packed(dict[str, bytes]):
    """Words -> their numbers as bytes: those of a text are looked up and joined in C."""

    def __init__(self, known: Mapping[str, bytes], find: Callable[[str], bytes]) -> None:
        super().__init__(known)
        self._find, self._room = find, len(known) + _KEPT

    def __missing__(self, word: str) -> bytes:
        found = self._find(word)
        if len(word) <= LONGEST_WORD and len(self) < self._room:  # nobody can fill the memory with words
            self[word] = found
        return found


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon of the bundled model; an archive uses it whichever encoder made its vectors."""
    table = json.loads((BUNDLED / "modules.json").read_bytes())[0]["path"]
    return Lexicon(json.loads((BUNDLED / table / "tokenizer.json").read_bytes())["model"]["vocab"])
