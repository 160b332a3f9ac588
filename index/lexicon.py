"""Words -> numbers: the bundled model's entries, and places for the words that it does not know.

In: words as `text.words` cuts them. Out: one or more numbers for each, below 65,536.
Does not know vectors, passages or what the numbers are for.

A word of the vocabulary is its entry. Another one is a place of its own by its checksum, so that a name which
no model ever saw is still recognised, followed by the longest entries inside it, so that something of it is
understood.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

LONGEST_WORD = 6  # characters: longer entries of the vocabulary are not looked for inside unknown words
BUNDLED = Path(__file__).parent / "model"
# Unknown words of three kinds, each with its own places: figures, Latin words, Chinese words.
KINDS, PLACES = 3, 8192
_KIND = ((re.compile(r"\d"), 0), (re.compile(r"[a-z]"), 1))

# So many words are kept with their entries, 5 MB: of the words of news that are in no vocabulary most return.
_KEPT = 32_768

Numbers = NDArray[np.uint16]


def pieces(word: str, vocabulary: dict[str, int], beginnings: frozenset[str] | None = None) -> Iterator[str]:
    """Yield the entries of `vocabulary` that stand for `word`: itself, else the longest ones inside it.

    The longest entry is taken from the left each time; characters that are in no entry are left out.
    `beginnings` are the first two characters of all longer entries: known, they save most of the looking.
    """
    if word in vocabulary:
        yield word
        return
    start = 0
    while start < len(word):
        longer = beginnings is None or word[start : start + 2] in beginnings
        for end in range(min(start + (LONGEST_WORD if longer else 1), len(word)), start, -1):
            if word[start:end] in vocabulary:
                yield word[start:end]
                break
        else:
            end = start + 1
        start = end


def keep_entries(vocabulary: dict[str, int]) -> Callable[[str], tuple[int, ...]]:
    """Return what gives the numbers of a word's pieces; it keeps those of the words that it met last."""
    beginnings = frozenset(word[:2] for word in vocabulary if len(word) > 1)

    def find(word: str) -> tuple[int, ...]:
        return tuple(vocabulary[piece] for piece in pieces(word, vocabulary, beginnings))

    kept = lru_cache(_KEPT)(find)
    return lambda word: kept(word) if len(word) <= LONGEST_WORD else find(word)


class Lexicon:
    """A vocabulary with room for unknown words behind it."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        """Take a vocabulary numbered from 0. Raises ValueError where it leaves no room below 65,536."""
        if len(vocabulary) + KINDS * PLACES > 1 << 16:
            raise ValueError(f"at most {(1 << 16) - KINDS * PLACES} entries fit, got {len(vocabulary)}")
        self._vocabulary = vocabulary
        self._entries_of = keep_entries(vocabulary)

    def __len__(self) -> int:
        """Return how many entries are known; higher numbers are places of unknown words."""
        return len(self._vocabulary)

    def fingerprint(self) -> str:
        """Return eight hex digits that change with the vocabulary: other numbers mean other words."""
        return f"{crc32(json.dumps(self._vocabulary).encode()):08x}"

    def number(self, words: Iterable[str]) -> Numbers:
        """Return the numbers of `words` in their order, an unknown one before its pieces."""
        found: list[int] = []
        for word in words:
            entry = self._vocabulary.get(word)
            if entry is not None:
                found.append(entry)
                continue
            found.append(self._place(word))
            found += self._entries_of(word)
        return np.array(found, np.uint16)

    def _place(self, word: str) -> int:
        kind = next((kind for pattern, kind in _KIND if pattern.match(word)), KINDS - 1)
        return len(self) + kind * PLACES + crc32(word.encode("utf-8", "surrogatepass")) % PLACES


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon of the bundled model; an archive uses it whichever encoder made its vectors."""
    table = json.loads((BUNDLED / "modules.json").read_bytes())[0]["path"]
    return Lexicon(json.loads((BUNDLED / table / "tokenizer.json").read_bytes())["model"]["vocab"])
