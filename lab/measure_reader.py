"""Measure how exact answers are: the sentence that answers, and the words in it.

In: ../shared/data, questions with their passage. Out: on standard output, for each kind of question and for
all: how often the sentence that holds the answer comes first of those of its passage, how often the exact
answer is right (EM), and how much of it (F1): by rules alone, by the reader alone, by both, and as it is
shown, which is only where they are sure enough ("given": how often).
Does not know how passages are found: the right one is given.

    python -m lab.measure_reader [questions_dev | questions_train]

Of questions_train, only what no model learned from. EM and F1 as CMRC 2018 counts them (Cui et al. 2019):
marks and blanks aside, F1 over the longest run of characters (Latin words) that both have.
"""

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np

from index.build import build_index
from index.encoder import load_encoder
from index.text import HAN
from lab.data import read_questions
from qa.archive import Archive
from qa.extract import find_answers
from qa.question import understand
from qa.read import read_passages
from qa.records import Evidence, Found, Guess, Question

Values = tuple[float, ...]
_COLUMNS = [f"{what} {whose}" for what in ("EM", "F1") for whose in ("rule", "reader", "both", "shown")]
_UNIT = re.compile(rf"[a-z0-9]+|[{HAN}]|\w")


def units(said: str) -> list[str]:
    """Return what is compared: Chinese characters and Latin words, without marks."""
    return _UNIT.findall(said.lower())


def f1(said: str, right: str) -> float:
    """Return the harmonic mean of precision and recall of the longest common run."""
    one, other = units(said), units(right)
    if not one or not other:
        return 0.0
    same = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return 2 * same / (len(one) + len(other))


def open_passages(passages: Sequence[str], folder: Path) -> tuple[Archive, dict[str, list[int]]]:
    """Index passages as pages; return the archive and the numbers of what it cut of each."""
    pages = folder / "pages"
    pages.mkdir()
    for number, text in enumerate(passages):
        (pages / f"{number:06d}.txt").write_text(text, "utf-8")
    build_index([pages], folder / "index", load_encoder())
    archive = Archive.open(folder / "index")
    numbers = defaultdict(list)
    for stored in archive.catalog.passages(archive.catalog.numbers()):
        numbers[passages[int(stored.page.source[:-4])]].append(stored.number)
    return archive, numbers


def holds(best: Evidence, answers: Sequence[dict[str, Any]]) -> bool:
    """Tell whether one of the answers begins in a sentence."""
    places = best.found.stored.article.page_spans(best.start, best.end)
    return any(place.start <= answer["start"] < place.end for place in places for answer in answers)


def cut(text: str, ranges: Sequence[tuple[int, int] | None]) -> str:
    """Return the exact answer of the first part, or nothing."""
    return text[slice(*ranges[0])] if ranges and ranges[0] else ""


def measure(question: Question, evidence: Sequence[Evidence], answers: Sequence[dict[str, Any]]) -> Values:
    """Return what the table shows of one question."""
    best, right = evidence[0], [answer["text"] for answer in answers]
    text = best.found.stored.article.text
    sentence = text[best.start : best.end]
    guess = max((one for item in evidence for one in item.guesses[0]), key=lambda one: one.score)
    own = [Guess(one.start - best.start, one.end - best.start, one.score) for one in best.guesses[0]]
    said = (
        cut(sentence, find_answers(question, sentence)),
        text[guess.start : guess.end],
        cut(sentence, find_answers(question, sentence, [own], sure=0)),
        cut(text, best.answers),
    )
    exact = [float(any(units(one) == units(other) for other in right)) for one in said]
    part = [max(f1(one, other) for other in right) for one in said]
    return (float(holds(best, answers)), *exact, *part, float(bool(said[-1])))


def main() -> None:
    """Measure one file of questions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", default="questions_dev")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth question")
    args = parser.parse_args()
    rows = read_questions(args.data, args.name)[:: args.every]
    figures: dict[str, list[Values]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        archive, numbers = open_passages(list(dict.fromkeys(row["passage"] for row in rows)), Path(folder))
        for row in rows:
            question = understand(row["question"])
            found = [Found(stored, 0.0) for stored in archive.catalog.passages(numbers[row["passage"]])]
            values = measure(question, read_passages(question, found, archive.weigh), row["answers"])
            for kind in (question.wanted[0], "all"):
                figures[kind].append(values)
    print(f"{'':15}  sentence  " + "  ".join(f"{name:>9}" for name in _COLUMNS) + "      given")
    for kind, rows_of_kind in sorted(figures.items(), key=lambda item: -len(item[1])):
        means = np.mean(rows_of_kind, axis=0)
        print(f"{kind:>8} {len(rows_of_kind):6}  " + "  ".join(f"{value:9.3f}" for value in means))


if __name__ == "__main__":
    main()
