"""bm25s alone: its own tokeniser, or the words of jieba, which it takes as lists.

In and out: see common.py.
"""

# /// script
# dependencies = ["bm25s==0.3.16", "numpy==2.4.6", "jieba==0.42.1"]
# ///

from collections.abc import Iterator

import bm25s

from lab.peers.common import DEPTH, Job, Leg, Stopwatch, cut, main


def make(job: Job) -> Iterator[Leg]:
    """Yield the one leg."""
    watch = Stopwatch()
    index = bm25s.BM25()
    if job.chinese:
        index.index([cut(text) for text in job.texts], show_progress=False)
    else:
        index.index(bm25s.tokenize(job.texts, show_progress=False), show_progress=False)
    k = min(DEPTH, len(job.texts))

    def ask(question: str) -> list[int]:
        tokens = [cut(question)] if job.chinese else bm25s.tokenize(question, show_progress=False)
        numbers, scores = index.retrieve(tokens, k=k, show_progress=False)
        return [n for n, score in zip(numbers[0].tolist(), scores[0], strict=True) if score > 0]

    yield Leg("keywords", ask, watch.seconds)


if __name__ == "__main__":
    main(make)
