"""Text -> words, and words with their parts of speech: jieba's, sooner.

In: folded text. Out: the words that jieba 0.42.1 cuts and tags, to the character; tests/test_segment.py holds
both together. Does not know offsets, pages, or what a word is for.

jieba-rs, in Rust, cuts words and tells the parts of speech of those in the dictionary. It takes f-35 and 1.2l
for one word, which jieba does not: runs with such marks are put right here; the two then agree on all 338,000
runs of four sources. What is in no dictionary is guessed here, by arrays, and guesses are kept. No dictionary
is held in Python, which took 77 MB and a second. Words take .1 of jieba's time, parts of speech .13. The
tables of the guesses are jieba's (MIT).
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, TypeVar

import jieba
import numpy as np
import rjieba
from numpy.typing import NDArray

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Tagged = tuple[str, str]
T = TypeVar("T")

_HAN = "\u4e00-\u9fd5"  # what jieba takes for Chinese
_IN_RUN = rf"{_HAN}a-zA-Z0-9+#&._%\-"  # of what jieba cuts as one run
_FIGURE = r"[a-zA-Z0-9]++(?:\.\d++)?+%?+(?![a-zA-Z0-9+#&._%\-])"
_PLAIN_RUN = rf"(?:[{_HAN}]++|{_FIGURE})++(?![{_IN_RUN}])"
# What may stand between: no letters of other scripts, nothing that is no text for Rust.
_BETWEEN = r"[^\w\s+#&.%\-\ud800-\udfff]++|[ \n]++"
_CUT_RUN = re.compile(rf"((?:{_PLAIN_RUN}|{_BETWEEN})++)|([{_IN_RUN}]+)|\r\n|.", re.DOTALL)
_TAG_RUN = re.compile(rf"([{_HAN}a-zA-Z0-9+#&._]+)|\r\n|.", re.DOTALL)
_PART = re.compile(rf"([{_HAN}]+)|([.0-9]+)|([a-zA-Z0-9]+)|[^{_HAN}.a-zA-Z0-9]+")
_LATIN = re.compile(r"[a-zA-Z0-9]")
_CHINESE = re.compile(rf"[{_HAN}]")
_LATIN_OR_FIGURE = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
# The chance of a character that a state never says.
_UNHEARD = -3.14e100
# So many runs of single characters (了在, 刘琴英与) are kept with what was guessed of them, 3 MB: of those in
# 1,500 news stories 38 in 100 were still there when they came again.
# Longer ones than any name are guessed anew: nobody can fill the memory with them.
_GUESSES, _LONGEST_KEPT = 8192, 40


def segment(text: str) -> list[str]:
    """Return all of a text, word by word; what is in no run of words, character by character."""
    found: list[str] = []
    for match in _CUT_RUN.finditer(text):
        plain, marked = match.groups()
        if plain:
            found += rjieba.cut(plain)
        elif marked:
            found += _cut_marked(marked)
        else:
            found.append(match[0])
    return found


def _cut_marked(run: str) -> Iterator[str]:
    """Yield the words of a run. What is neither Chinese nor in the dictionary is cut as by jieba."""
    between = ""
    for word in (*rjieba.cut(run), ""):
        if word and not _CHINESE.match(word) and not is_known(word):
            between += word
            continue
        yield from filter(None, _LATIN_OR_FIGURE.split(between))
        between = ""
        if word:
            yield word


class Tagger:
    """Cuts text into words with their parts of speech. Threads may share it."""

    def __init__(self) -> None:
        follows: dict[Tagged, dict[Tagged, float]] = _read_table("prob_trans")
        self._states = sorted(follows)
        number = {state: n for n, state in enumerate(self._states)}
        chances: dict[Tagged, float] = _read_table("prob_start")
        self._start = np.array([chances[state] for state in self._states])
        self._follow = np.full((len(number), len(number)), -np.inf)
        for state, following in follows.items():
            for then, chance in following.items():
                self._follow[number[state], number[then]] = chance
        self._goes_on = np.isfinite(self._follow).any(axis=1)
        # By character: the states that it may be in, ascending; how likely each state is to say it.
        self._can = {
            character: np.array(sorted(number[state] for state in states), np.intp)
            for character, states in _read_table("char_state_tab").items()
        }
        said: dict[str, tuple[list[int], list[float]]] = {}
        for state, emitted in _read_table("prob_emit").items():
            for character, chance in emitted.items():
                states, its_chances = said.setdefault(character, ([], []))
                states.append(number[state])
                its_chances.append(chance)
        self._said = {character: (np.array(a, np.intp), np.array(b)) for character, (a, b) in said.items()}
        self._all = np.arange(len(number))
        self._guess = _keep_short(self._guess_new)

    def cut(self, text: str, *, guess: bool = True) -> Iterator[Tagged]:
        """Yield all of a text, word by word with its part of speech; `guess` finds new words, too."""
        for match in _TAG_RUN.finditer(text):
            if match[1] is None:
                yield match[0], "x"
            elif guess:
                yield from self._cut_guessing(match[1])
            else:
                yield from _cut_plainly(match[1])

    def _cut_guessing(self, run: str) -> Iterator[Tagged]:
        """Yield the words of a run; what stands between them is cut anew where no word of it is known."""
        between = ""
        for word, tag in (*rjieba.tag(run, False), ("", "")):
            if word and (len(word) == 1 or not is_known(word)):
                between += word
                continue
            if len(between) > 1 and not is_known(between):
                yield from self._guess(between)
            else:
                yield from ((character, _tag_character(character)) for character in between)
            between = ""
            if word:
                yield word, tag

    def _guess_new(self, run: str) -> tuple[Tagged, ...]:
        """Return the likeliest words of a run of which no two characters are a word together."""
        found: list[Tagged] = []
        for match in _PART.finditer(run):
            part = match[0]
            if match[1]:
                found += self._name_words(part)
            else:
                found.append((part, "m" if match[2] or part[0].isdecimal() else "eng" if match[3] else "x"))
        return tuple(found)

    def _name_words(self, run: str) -> Iterator[Tagged]:
        begin = done = 0
        states = self._follow_states(run)
        for at, (place, tag) in enumerate(states):
            match place:
                case "B":
                    begin = at
                case "E":
                    yield run[begin : at + 1], tag
                    done = at + 1
                case "S":
                    yield run[at], tag
                    done = at + 1
        if done < len(run):
            yield run[done:], states[done][1]

    def _follow_states(self, run: str) -> list[Tagged]:
        """Return the likeliest state of each character (Viterbi); of equal ones, the last."""
        states = self._can.get(run[0], self._all)
        chances = self._start[states] + self._say(run[0], states)
        steps = [(states, states)]
        for character in run[1:]:
            on = self._goes_on[states]
            before, chances = states[on], chances[on]
            reached = np.isfinite(self._follow[before]).any(axis=0)
            states = self._can.get(character, self._all)
            states = states[reached[states]]
            if not len(states):
                states = np.flatnonzero(reached)
            ways = chances[:, None] + self._follow[before[:, None], states] + self._say(character, states)
            best = len(before) - 1 - ways[::-1].argmax(axis=0)
            chances = ways[best, np.arange(len(states))]
            steps.append((states, before[best]))
        last = len(chances) - 1 - int(chances[::-1].argmax())
        state = int(steps[-1][0][last])
        path = []
        for states, came_from in reversed(steps):
            path.append(self._states[state])
            state = int(came_from[np.searchsorted(states, state)])
        return path[::-1]

    def _say(self, character: str, states: Ints) -> Floats:
        """Return how likely each of `states` is to say a character."""
        chances = np.full(len(self._states), _UNHEARD)
        if character in self._said:
            heard, likely = self._said[character]
            chances[heard] = likely
        return chances[states]


def _cut_plainly(run: str) -> Iterator[Tagged]:
    latin = ""
    for word, tag in (*rjieba.tag(run, False), ("", "")):
        known = is_known(word)
        if _LATIN.match(word) and not (known and len(word) > 1):
            latin += word
            continue
        if latin:
            yield latin, "eng"
        latin = ""
        if word:
            yield word, tag if known else "x"


@lru_cache(_GUESSES)
def _tag_character(character: str) -> str:
    ((_, tag),) = rjieba.tag(character, False)
    return tag if is_known(character) else "x"


def _keep_short(guess: Callable[[str], tuple[T, ...]]) -> Callable[[str], tuple[T, ...]]:
    kept = lru_cache(_GUESSES)(guess)
    return lambda run: kept(run) if len(run) <= _LONGEST_KEPT else guess(run)


def _read_table(name: str) -> dict[Any, Any]:
    """Return a table of jieba's tagger. To import its package reads the dictionary twice more."""
    path = Path(jieba.__file__).parent / "posseg" / f"{name}.py"
    spec = spec_from_file_location(f"jieba_posseg_{name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is missing: jieba is not installed as it should be")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    table: dict[Any, Any] = module.P
    return table


def is_known(text: str) -> bool:
    """Tell whether a word stands in the dictionary."""
    try:
        return rjieba.has_word(text)
    except UnicodeEncodeError:  # a lone surrogate is no text for Rust
        return False


@cache
def load_tagger() -> Tagger:
    """Return what cuts text into words with their parts of speech; 0.1 s, and only questions need it."""
    return Tagger()
