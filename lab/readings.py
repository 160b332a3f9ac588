"""Stories and questions -> what the reader learns from: a question, some sentences, where the answer stands.

In: the folder that ../shared/data/README.md describes. Out: readings in arrays, for lab/train_reader.py.
Does not know the network.

Three kinds. People's questions with their passage, those that it does not answer among them. Headlines of
which a figure, a name or a phrase is asked for that the body says, too: the sentence there has other words.
Questions that cloze.py makes of news, with some words put in for others of like meaning. Each is shown a run
of whole sentences around the answer; some are shown another one, which does not answer.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from index.encoder import StaticEncoder, load_encoder
from index.text import fold, sentences, words
from lab.cloze import ask_about, list_slots
from lab.data import clean, read
from qa.locate import Tokens, cut_tokens

Range = tuple[int, int]
KINDS = ("people", "headline", "by_rule")
# About so many characters are shown: as many as a passage has, with some of its neighbours.
SHOWN = 330
_STORIES, _WANTED = 40000, 3
_NEAREST, _ALIKE = 3, 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """A question and a text in tokens, the answers as first and last token, each token's sentence."""

    question: Tokens
    text: Tokens
    answers: tuple[Range, ...]
    sentence: NDArray[np.int64]
    kind: int


def make_reading(question: str, text: str, answers: Iterable[Range], kind: int) -> Reading | None:
    """Return the reading of `text`, answered at these ranges of characters; None where there is nothing."""
    asked, told = cut_tokens(question), cut_tokens(text)
    if not len(asked.kind) or not len(told.kind):
        return None
    places = []
    for start, end in answers:
        inside = np.flatnonzero((told.end > start) & (told.start < end))
        if not len(inside):
            return None
        places.append((int(inside[0]), int(inside[-1])))
    ends = [end for _, end in sentences(text)]
    number = np.searchsorted(ends, told.start, side="right").astype(np.int64)
    return Reading(asked, told, tuple(dict.fromkeys(places)), number, kind)


def show(story: str, answer: Range | None, draw: random.Random, size: int) -> Range:
    """Return the range of a run of whole sentences, about `size` characters, around the answer if any."""
    ranges = sentences(story) or [(0, len(story))]
    at = draw.randrange(len(ranges))
    if answer is not None:
        at = next((n for n, (low, high) in enumerate(ranges) if low <= answer[0] < high), 0)
    first = last = at
    while answer is not None and last + 1 < len(ranges) and ranges[last][1] < answer[1]:
        last += 1
    while ranges[last][1] - ranges[first][0] < size:
        ways = [way for way, free in ((-1, first > 0), (1, last + 1 < len(ranges))) if free]
        if not ways:
            break
        if draw.choice(ways) < 0:
            first -= 1
        else:
            last += 1
    return ranges[first][0], ranges[last][1]


def read_people(job: tuple[int, dict[str, Any]]) -> list[Reading]:
    """Return readings of a question that somebody wrote."""
    seed, item = job
    draw, story = random.Random(seed), item["passage"]
    spans = [(one["start"], one["start"] + len(one["text"])) for one in item["answers"]]
    made: list[Reading | None] = []
    if not spans:
        low, high = show(story, None, draw, 2 * SHOWN)
        return _kept([make_reading(item["question"], story[low:high], [], 0)])
    for size in (SHOWN, 2 * SHOWN)[: 1 if len(story) <= SHOWN else 2]:
        low, high = show(story, spans[0], draw, size)
        inside = [(start - low, end - low) for start, end in spans if low <= start and end <= high]
        made += [make_reading(item["question"], story[low:high], inside, 0)] if inside else []
    if len(story) > 1.5 * SHOWN and draw.random() < 0.5:
        low, high = show(story, None, draw, SHOWN)
        if item["answers"][0]["text"] not in story[low:high]:
            made.append(make_reading(item["question"], story[low:high], [], 0))
    return _kept(made)


def read_headline(job: tuple[int, str, str]) -> list[Reading]:
    """Return readings of a story by what its headline says, too."""
    seed, head, body = job
    draw, folded, made = random.Random(seed), fold(body), list[Reading | None]()
    slots = list_slots(head)
    draw.shuffle(slots)
    pairs = {fold(head)[at : at + 2] for at in range(len(head) - 1)}
    for slot in slots[:6]:
        said = fold(head[slot.start : slot.end])
        places = list(_find(said, folded)) if len(said) > 1 else []
        best, share = None, 0.3
        for low, high in sentences(body) if places else ():
            inside = [at for at in places if low <= at < high]
            own = sum(pair in folded[low:high] for pair in pairs) / max(len(pairs), 1)
            if inside and own > share:
                best, share = inside, own
        if best is None:
            continue
        asked = draw.choice(slot.asks)
        moved = draw.random() < 0.4
        question = head[: slot.start] + ("" if moved else asked) + head[slot.end :]
        question += (draw.choice(("", "是", "的是")) + asked if moved else "") + draw.choice(("", "？"))
        low, high = show(body, (best[0], best[0] + len(said)), draw, SHOWN)
        answers = [(at - low, at - low + len(said)) for at in best]
        made.append(make_reading(question[:90], body[low:high], answers, 1))
        if len(made) == 2:
            break
    return _kept(made)


def read_by_rule(job: tuple[int, str]) -> list[Reading]:
    """Return readings of a story by questions that a rule makes of it."""
    seed, story = job
    draw, made = random.Random(seed), list[Reading | None]()
    for item in ask_about(story, draw, _WANTED):
        question = disturb(item.question, draw)
        size = SHOWN if draw.random() < 0.8 else 2 * SHOWN
        low, high = show(story, item.answer, draw, size)
        if draw.random() >= 0.12:
            answer = (item.answer[0] - low, item.answer[1] - low)
            made.append(make_reading(question, story[low:high], [answer], 2))
            continue
        low, high = show(story, None, draw, SHOWN)  # the same story, where it does not answer
        if not low <= item.sentence[0] < high and story[slice(*item.answer)] not in story[low:high]:
            made.append(make_reading(question, story[low:high], [], 2))
    return _kept(made)


def _kept(made: Iterable[Reading | None]) -> list[Reading]:
    return [item for item in made if item]


def _find(said: str, text: str) -> Iterator[int]:
    at = text.find(said)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(said) : at + len(said) + 1]
        if not (said[0].isdigit() and before.isdigit()) and not (said[-1].isdigit() and after.isdigit()):
            yield at
        at = text.find(said, at + 1)


_alike: dict[str, list[str]] = {}


def disturb(question: str, draw: random.Random) -> str:
    """Put in others of like meaning for some of the words, most of the time."""
    if draw.random() < 0.4:
        return question
    folded, said, at = fold(question), list[str](), 0
    for word, offset in words(question):
        others = _alike.get(word, ())
        said += [folded[at:offset], draw.choice(others) if others and draw.random() < 0.25 else word]
        at = offset + len(word)
    return "".join([*said, folded[at:]])


def find_alike() -> dict[str, list[str]]:
    """Return for the words of the bundled encoder those nearest to them."""
    encoder = load_encoder()
    assert isinstance(encoder, StaticEncoder)
    rows, names = encoder.table()[0], encoder.words()
    alike = {}
    for low in range(0, len(rows), 2000):
        cosines = rows[low : low + 2000] @ rows.T
        for n, best in enumerate(
            np.argpartition(-cosines, _NEAREST + 1, axis=1)[:, : _NEAREST + 1].tolist(), low
        ):
            near = [names[one] for one in best if one != n and cosines[n - low, one] > _ALIKE]
            near = [name for name in near if len(name) > 1]
            if near and len(names[n]) > 1:
                alike[names[n]] = near
    return alike


def gather(data: Path) -> list[Reading]:
    """Return all readings but those of passages and headlines held out."""
    questions = read(data, "questions_train")
    number = {
        passage: n
        for n, passage in enumerate(dict.fromkeys(q["passage"] for q in questions if q["answerable"]))
    }
    people = [(n, item) for n, item in enumerate(questions) if number.get(item["passage"], 1) % 24]
    heads = [
        (n, item["headline"], clean(item["body"]))
        for n, item in enumerate(read(data, "headlines_train"))
        if n % 30
    ]
    # Not news_0: its stories stand around the questions kept for measuring.
    news = [clean(item["text"]) for name in ("news_1", "news_2") for item in read(data, name)][:_STORIES]
    _alike.update(find_alike())
    found: list[Reading] = []
    with get_context("fork").Pool() as pool:
        for made in pool.imap(read_people, people, 200):
            found += made
        for made in pool.imap(read_headline, heads, 200):
            found += made
        for made in pool.imap(read_by_rule, list(enumerate(news)), 100):
            found += made
    return found


# ---- kept between runs ----

_SIDES: tuple[Literal["question", "text"], ...] = ("question", "text")


def keep(readings: Sequence[Reading], path: Path) -> None:
    """Write readings to one file of arrays."""
    arrays: dict[str, NDArray[Any]] = {
        "kind": np.array([item.kind for item in readings], np.int8),
        "sentence": np.concatenate([item.sentence for item in readings]).astype(np.int16),
        "answers": np.array([one for item in readings for one in item.answers], np.int32).reshape(-1, 2),
        "counts": np.array([len(item.answers) for item in readings], np.int32),
    }
    for side in _SIDES:
        tokens = [getattr(item, side) for item in readings]
        arrays[f"{side}.sizes"] = np.array([len(item.kind) for item in tokens], np.int32)
        for field in fields(Tokens):
            joined = np.concatenate([getattr(item, field.name) for item in tokens])
            arrays[f"{side}.{field.name}"] = joined.astype(np.uint32)
    np.savez(path, **arrays)  # type: ignore[arg-type]


def load(path: Path) -> list[Reading]:
    """Read what `keep` wrote."""
    arrays = dict(np.load(path))
    sides = []
    for side in _SIDES:
        cuts = np.cumsum(arrays[f"{side}.sizes"])[:-1]
        parts = [np.split(arrays[f"{side}.{field.name}"], cuts) for field in fields(Tokens)]
        sides.append([Tokens(*item) for item in zip(*parts, strict=True)])
    sentences_of = np.split(arrays["sentence"], np.cumsum(arrays["text.sizes"])[:-1])
    answers = np.split(arrays["answers"], np.cumsum(arrays["counts"])[:-1])
    return [
        Reading(question, text, tuple(map(tuple, own.tolist())), number, int(kind))
        for question, text, own, number, kind in zip(
            *sides, answers, sentences_of, arrays["kind"], strict=True
        )
    ]
