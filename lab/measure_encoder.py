"""Measure an encoder as the archive would use it: alone, and fused with BM25.

In: the data folder, and the name or folder of an encoder. Out: figures on three sets kept for measuring, on
standard output. Does not know how encoders are trained, or the index: every text is scored, none is cut.

    python -m lab.measure_encoder [--encoder NAME_OR_DIR] [--data ../shared/data]
"""

import argparse
import zlib
from collections.abc import Iterator, Sequence
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from index import text
from index.encoder import Encoder, load_encoder
from lab.data import clean, read
from qa.question import subject
from qa.retrieve import VECTOR_WEIGHT

Ints = NDArray[np.int64]


def ndcg(scores: NDArray[np.float32], right: Sequence[set[int]], top: int = 10) -> float:
    """Return the mean nDCG@`top` of score rows, with gain 1 for the columns in `right` (Järvelin, 2002)."""
    gains = 1 / np.log2(np.arange(2, top + 2))
    total = 0.0
    for row, wanted in zip(scores, right, strict=True):
        best = np.argpartition(-row, top)[:top]
        found = [int(number) in wanted for number in best[np.argsort(-row[best], kind="stable")]]
        total += gains[found].sum() / gains[: len(wanted)].sum()
    return total / len(right)


def hits(scores: NDArray[np.float32], right: Sequence[set[int]]) -> float:
    """Return the share of score rows whose best column is in `right`."""
    return float(np.mean([int(row.argmax()) in wanted for row, wanted in zip(scores, right, strict=True)]))


def term_numbers(story: str) -> Ints:
    """Return the BM25 terms of `story` as numbers below 2**22."""
    return np.array([zlib.crc32(term.encode()) & 0x3FFFFF for term in text.terms(story)], dtype=np.int64)


def bm25(
    questions: Sequence[Ints], passages: Sequence[Ints], k1: float = 1.2, b: float = 0.75
) -> NDArray[np.float32]:
    """Return BM25 scores, shape (questions, passages) (Robertson and Zaragoza, 2009, equation 3.15)."""

    def count(bags: Sequence[Ints]) -> sparse.csr_array:
        rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
        columns = np.concatenate(bags)
        return sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(bags), 1 << 22))

    asked, table = count(questions), count(passages)
    table.sum_duplicates()
    sizes = np.array([len(bag) for bag in passages])
    spread = np.bincount(table.indices, minlength=1 << 22)
    idf = np.log1p((len(passages) - spread + 0.5) / (spread + 0.5))
    norm = np.repeat(k1 * (1 - b + b * sizes / sizes.mean()), np.diff(table.indptr))
    table.data = (table.data * (k1 + 1) / (table.data + norm) * idf[table.indices]).astype(np.float32)
    return (asked @ table.T).toarray()


def measured_sets(data: Path) -> Iterator[tuple[str, list[str], list[str], list[set[int]], int]]:
    """Yield each set kept for measuring.

    That is its name, questions, texts, the right texts of each question, and how many news stories to add to
    its pool: RGB's own 7,337 texts and 4,163 stories make 11,500.
    """
    asked = read(data, "rgb_zh_refine")
    place = {
        p: n for n, p in enumerate(dict.fromkeys(p for q in asked for p in q["positive"] + q["negative"]))
    }
    right = [{place[story] for story in q["positive"]} for q in asked]
    yield "RGB refine", [q["question"] for q in asked], list(place), right, 11500 - len(place)
    asked = read(data, "headlines_dev")
    right = [{n} for n in range(len(asked))]
    yield "headlines of 2025", [q["headline"] for q in asked], [clean(q["body"]) for q in asked], right, 20000
    asked = read(data, "questions_dev")
    place = {passage: n for n, passage in enumerate(dict.fromkeys(q["passage"] for q in asked))}
    yield (
        "CMRC dev",
        [q["question"] for q in asked],
        list(place),
        [{place[q["passage"]]} for q in asked],
        20000,
    )


def evaluate(encoder: Encoder, data: Path) -> None:
    """Print nDCG@10 and hit@1 of the vectors, of BM25, and of both, fused as qa/rank.py does."""
    stories = [clean(item["text"]) for item in read(data, "news_0")[:20000]]
    with Pool(2) as workers:
        story_terms = workers.map(term_numbers, stories, chunksize=200)
        story_vectors = encoder.encode_passages(stories)
        for name, questions, texts, right, added in measured_sets(data):
            asked = [subject(question) or question for question in questions]
            terms = workers.map(term_numbers, [*asked, *texts], chunksize=200)
            vectors = np.concatenate([encoder.encode_passages(texts), story_vectors[:added]])
            dense = encoder.encode_questions(questions) @ vectors.T
            lexical = bm25(terms[: len(questions)], terms[len(questions) :] + story_terms[:added])
            best = np.maximum(lexical.max(axis=1, keepdims=True), 1e-9)
            fused = VECTOR_WEIGHT * np.maximum(dense, 0) + (1 - VECTOR_WEIGHT) * lexical / best
            for kind, scores in (("dense", dense), ("BM25", lexical), ("fused", fused)):
                figures = f"nDCG@10 {ndcg(scores, right):.3f}  hit@1 {hits(scores, right):.3f}"
                print(f"{name:18} pool {len(vectors):6}  {kind:6} {figures}", flush=True)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", metavar="NAME_OR_DIR", help="default: the bundled one")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    evaluate(load_encoder(options.encoder), options.data)


if __name__ == "__main__":
    main()
