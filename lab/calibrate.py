"""Fit how sure an answer is: the constants of qa/answer.py.

In: ../shared/data (questions with their passages, and news to hide them among). Out: on standard output, the
fitted constants, and what every threshold refuses of the questions that the constants were fitted on and of
questions that they were not; lab/calibrate.svg, how often an answer that is so sure is one.
Does not change the product: the constants are copied by hand, with the figures, into qa/answer.py.

    python -m lab.calibrate [--data ../shared/data]

Of the passages a third is indexed, among 3,000 news; a third is indexed without the sentences that answer one
of the questions, so that the subject is there and the answer is not; a third is not indexed at all.
"""

import argparse
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.build import build_index
from index.encoder import load_encoder
from index.errors import QuestionError
from index.text import sentences
from lab.data import read, read_questions
from qa.answer import rate
from qa.archive import READ, Archive
from qa.question import understand
from qa.rank import rank_passages
from qa.read import read_passages
from qa.records import Evidence
from qa.rerank import judge_passages
from qa.retrieve import find_passages

NEWS, BINS = 3000, 10
PLOT = Path(__file__).with_suffix(".svg")
Held = Literal["whole", "without", "absent"]


@dataclass(frozen=True, slots=True)
class Tried:
    """A question's best sentence, and what was indexed of the passage that answers it."""

    best: Evidence | None
    held: Held


def main() -> None:
    """Fit on questions_train, then show the thresholds on it and on questions_dev."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data

    train = measure(data, "questions_train")
    signs = [show_signs(item.best) for item in train]
    model = LogisticRegression(C=10).fit(signs, [item.held == "whole" for item in train])
    values = ", ".join(f"{value:.2f}" for value in (*model.coef_[0], model.intercept_[0]))
    print(f"fitted: COVERED, MATCHED, RANKED, LOCATED, EXACT, CONSTANT = {values}")
    dev = measure(data, "questions_dev")
    show_thresholds("questions_train", train)
    PLOT.write_text(draw_plot(*show_thresholds("questions_dev", dev)), "utf-8")


def show_signs(best: Evidence | None) -> tuple[float, ...]:
    """Return what confidence is made of."""
    if best is None:
        return (0.0, 0.0, -9.0, -9.0, 0.0)
    return (best.covered, best.matched, best.found.score, best.located, float(any(best.answers)))


def show_thresholds(name: str, tried: Sequence[Tried]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Print what each threshold refuses; return how sure each answer is, and whether it can be one."""
    sure = np.array([rate(item.best) if item.best else 0.0 for item in tried])
    held = np.array([item.held for item in tried])
    known = held == "whole"
    print(f"\n{name}, as shipped: {len(sure)} questions, AUC {roc_auc_score(known, sure):.3f}")
    print("threshold  refused in vain  refused: sentence gone  refused: passage gone")
    for threshold in np.arange(0.2, 0.61, 0.05):
        refused = sure < threshold
        shares = [refused[held == one].mean() for one in ("whole", "without", "absent")]
        print(f"{threshold:9.2f}  {shares[0]:15.3f}  {shares[1]:22.3f}  {shares[2]:21.3f}")
    return sure, known


def measure(data: Path, name: str) -> list[Tried]:
    """Return the best sentence for each question, and what was indexed of the passage that answers it."""
    rows = read_questions(data, name)
    draw = random.Random(5)
    draw.shuffle(rows)
    of_passage: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        of_passage.setdefault(row["passage"], []).append(row)
    indexed: list[str] = []
    asked: list[tuple[str, Held]] = []
    for n, passage in enumerate(sorted(of_passage)):
        own = of_passage[passage]
        if n % 3 == 0:
            indexed.append(passage)
            asked += [(row["question"], "whole") for row in own]
        elif n % 3 == 1:
            indexed.append(leave_out(passage, [answer["text"] for answer in own[0]["answers"]]))
            asked.append((own[0]["question"], "without"))
        else:
            asked += [(row["question"], "absent") for row in own]

    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        pages.mkdir()
        news = (row["text"] for row in islice(read(data, "news_0"), NEWS))
        for number, text in enumerate([*indexed, *news]):
            (pages / f"{number:06d}.txt").write_text(text, "utf-8")
        build_index([pages], Path(folder) / "index", load_encoder())
        archive = Archive.open(Path(folder) / "index")
        tried = []
        for question, held in asked:
            try:
                tried.append(Tried(read_best(archive, question), held))
            except QuestionError:
                continue  # a few are empty once their marks are taken off
    return tried


def leave_out(passage: str, answers: Sequence[str]) -> str:
    """Return a passage without the sentences in which one of the answers stands."""
    kept = [passage[low:high] for low, high in sentences(passage)]
    return "".join(one for one in kept if not any(answer in one for answer in answers))


def read_best(archive: Archive, text: str) -> Evidence | None:
    """Return the sentence that would be cited first."""
    question = understand(text)
    found = find_passages(question, archive.keywords, archive.vectors, archive.encoder)
    judged = judge_passages(question, found, archive.catalog)
    ranked = rank_passages(judged, archive.catalog.passages, READ)
    return next(iter(read_passages(question, ranked, archive.weigh)), None)


def draw_plot(sure: NDArray[np.float64], known: NDArray[np.bool_]) -> str:
    """Return an SVG: for each tenth of the answers by how sure they are, how many can be answers."""
    side, left, top = 320, 46, 14
    text = '<text x="{:.0f}" y="{:.0f}" text-anchor="{}" fill="#444">{}</text>'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side + left + 24} {side + top + 44}"',
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<path d="M{left} {top + side}L{left + side} {top}" stroke="#ccc"/>',
        f'<path d="M{left} {top}V{top + side}H{left + side}" fill="none" stroke="#888"/>',
    ]
    for half in (0.0, 0.5, 1.0):
        lines.append(text.format(left + side * half, top + side + 16, "middle", half))
        lines.append(text.format(left - 8, top + side * (1 - half) + 4, "end", half))
    lines.append(text.format(left + side / 2, top + side + 36, "middle", "confidence"))
    for part in np.array_split(np.argsort(sure), BINS):
        x, y = left + side * sure[part].mean(), top + side * (1 - known[part].mean())
        lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#b3392f"/>')
    lines.append(text.format(left + 10, top + 12, "start", "answerable"))
    return "\n".join([*lines, "</svg>", ""])


if __name__ == "__main__":
    main()
