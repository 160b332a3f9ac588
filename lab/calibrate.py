"""Fit how sure an answer is: the constants of qa/answer.py.

In: ../shared/data (questions with their passages, and news to hide them among). Out: on standard output,
the fitted constants, and what every threshold refuses of the questions that the constants were fitted on
and of questions that they were not.
Does not change any file: the constants are copied by hand, with the figures, into qa/answer.py.

    python -m lab.calibrate [--data ../shared/data]

Half of the passages are indexed, among 3,000 news. A question whose passage is indexed should be answered,
one whose passage is not should be refused; the passages share subjects, so that many of the latter are hard.
"""

import argparse
import random
import tempfile
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.build import build_index
from index.encoder import load_encoder
from index.errors import QuestionError
from lab.data import read
from qa.answer import rate
from qa.archive import READ, Archive
from qa.question import understand
from qa.rank import fuse_scores, rank_passages
from qa.read import read_passages
from qa.records import Evidence
from qa.rerank import judge_passages
from qa.retrieve import find_passages

NEWS, QUESTIONS = 3000, 1500


def main() -> None:
    """Fit on questions_train, then show the thresholds on it and on questions_dev."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data

    train, known = measure(data, "questions_train")
    signs = [(best.covered, best.matched, best.found.score) if best else (0.0, 0.0, -9.0) for best in train]
    model = LogisticRegression(C=10).fit(signs, known)
    (covered, matched, ranked), (constant,) = model.coef_[0], model.intercept_
    values = ", ".join(f"{value:.2f}" for value in (covered, matched, ranked, constant))
    print(f"fitted: COVERED, MATCHED, RANKED, CONSTANT = {values}")
    for name, (evidence, answerable) in {
        "questions_train": (train, known),
        "questions_dev": measure(data, "questions_dev"),
    }.items():
        sure = np.array([rate(best) if best else 0.0 for best in evidence])
        print(f"\n{name}, as shipped: {len(sure)} questions, AUC {roc_auc_score(answerable, sure):.3f}")
        print("threshold  refused in vain  refused rightly")
        for threshold in np.arange(0.2, 0.61, 0.05):
            refused = sure < threshold
            print(
                f"{threshold:9.2f}  {refused[answerable].mean():15.3f}  {refused[~answerable].mean():15.3f}"
            )


def measure(data: Path, name: str) -> tuple[list[Evidence | None], NDArray[np.bool_]]:
    """Return the best sentence for each question, and whether the passage that answers it was indexed."""
    rows = [row for row in read(data, name) if row.get("answerable", True)]
    if name == "questions_train":  # of those, what neither the encoder nor the reranker learned from
        numbers = {passage: n for n, passage in enumerate(dict.fromkeys(row["passage"] for row in rows))}
        rows = [row for row in rows if numbers[row["passage"]] % 24 == 0]
    passages = sorted({row["passage"] for row in rows})
    draw = random.Random(5)
    draw.shuffle(passages)
    indexed = set(passages[: len(passages) // 2])
    draw.shuffle(rows)
    answerable = [(row["question"], True) for row in rows if row["passage"] in indexed][:QUESTIONS]
    absent = [(row["question"], False) for row in rows if row["passage"] not in indexed][:QUESTIONS]

    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        pages.mkdir()
        news = (row["text"] for row in islice(read(data, "news_0"), NEWS))
        for number, text in enumerate([*sorted(indexed), *news]):
            (pages / f"{number:06d}.txt").write_text(text, "utf-8")
        build_index([pages], Path(folder) / "index", load_encoder())
        archive = Archive.open(Path(folder) / "index")
        best, labels = [], []
        for question, is_answerable in answerable + absent:
            try:
                best.append(read_best(archive, question))
            except QuestionError:
                continue  # a few are empty once their marks are taken off
            labels.append(is_answerable)
    return best, np.array(labels)


def read_best(archive: Archive, text: str) -> Evidence | None:
    """Return the sentence that would be cited first."""
    question = understand(text)
    scores = find_passages(question, archive.keywords, archive.vectors, archive.encoder)
    judged = judge_passages(question, fuse_scores(scores), scores, archive.catalog)
    ranked = rank_passages(judged, archive.catalog.passages, READ)
    return next(iter(read_passages(question, ranked, archive.weigh)), None)


if __name__ == "__main__":
    main()
