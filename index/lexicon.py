"""Words -> numbers: a model's entries, and places for the words that it does not know.

In: words as `text.words` cuts them. Out: one or more numbers for each, below 65,536.
Does not know vectors, passages or what the numbers are for.

A word of the vocabulary is its entry. Another one is a place of its own by its checksum, so that a name which
no model ever saw is still recognised, followed by the longest entries inside it, so that something of it is
understood.
"""

import json
from collections.abc import Container, Iterable, Mapping
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

LONGEST_WORD = 6  # characters: longer entries of the vocabulary are not looked for inside unknown words
BUNDLED = Path(__file__).parent / "model"
# Unknown words of three kinds, each with its own places: figures, Latin words, Chinese words.
KINDS, PLACES = 3, 8192
# So many unknown words are kept with what stands for them, 5 MB: of those in news most return.
_KEPT = 32_768

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


class Entries(dict[str, tuple[int, ...]]):
    """What stands for a word: its entry of a vocabulary, or those of its pieces. It is looked up in C."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        super().__init__({word: (number,) for word, number in vocabulary.items()})
        self._lengths = list_lengths(vocabulary)
        self._kept = lru_cache(_KEPT)(self.find)

    def __missing__(self, word: str) -> tuple[int, ...]:
        # Nobody can fill the memory with long words.
        return self._kept(word) if len(word) <= LONGEST_WORD else self.find(word)

    def find(self, word: str) -> tuple[int, ...]:
        """Return what stands for a word that is not in the vocabulary."""
        return tuple([self[piece][0] for piece in pieces(word, self, self._lengths)])

    def look_up(self, words: Iterable[str]) -> list[int]:
        """Return what stands for `words`, in their order."""
        return list(chain.from_iterable(map(self.__getitem__, words)))


class Lexicon(Entries):
    """A vocabulary with room for unknown words behind it: one has a place there, before its pieces.

    Its length is that of the vocabulary; higher numbers are places.
    """

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Take a vocabulary numbered from 0. Raises ValueError where it leaves no room below 65,536."""
        if len(vocabulary) + KINDS * PLACES > 1 << 16:
            raise ValueError(f"at most {(1 << 16) - KINDS * PLACES} entries fit, got {len(vocabulary)}")
        super().__init__(vocabulary)

    def find(self, word: str) -> tuple[int, ...]:
        """Return the place of a word that is not in the vocabulary, and its pieces."""
        first = word[:1]
        kind = 0 if first.isdecimal() else 1 if "a" <= first <= "z" else 2
        place = kind * PLACES + crc32(word.encode("utf-8", "surrogatepass")) % PLACES
        return (len(self) + place, *super().find(word))

    def fingerprint(self) -> str:
        """Return eight hex digits that change with the vocabulary: other numbers mean other words."""
        return f"{crc32(json.dumps({word: entry for word, (entry,) in self.items()}).encode()):08x}"

    def number(self, words: Iterable[str]) -> Numbers:
        """Return the numbers of `words` in their order, an unknown one before its pieces."""
        return np.array(self.look_up(words), np.uint16)


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon of the bundled model; an archive uses it whichever encoder made its vectors."""
    table = json.loads((BUNDLED / "modules.json").read_bytes())[0]["path"]
    return Lexicon(json.loads((BUNDLED / table / "tokenizer.json").read_bytes())["model"]["vocab"])
