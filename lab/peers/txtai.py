"""txtai: a keyword index, and a hybrid one with its own convex combination.

In and out: see common.py. Chinese: words are marked and told by the tokenizer's `regexp`; by default it cuts
by Unicode's rules, that is, every Chinese character by itself.
"""

# /// script
# dependencies = [
#   "txtai==9.14.0", "torch==2.13.0",
#   "numpy==2.4.6", "jieba==0.42.1", "rjieba==0.2.2", "opencc==1.4.2", "safetensors==0.8.0",
# ]
# ///

from collections.abc import Iterator

from txtai import Embeddings
from txtai.embeddings.search import Search

from index.encoder import load_encoder
from lab.peers.common import DEPTH, MARKED_WORD, Job, Leg, Stopwatch, main, mark, unmark

ENCODER = load_encoder()


def encode(texts):
    """Return vectors by the bundled encoder, which gets the texts without marks.

    txtai divides by the length: a vector of zeros (no known word) would stop the whole index.
    """
    rows = ENCODER.encode_passages([unmark(text) for text in texts])
    rows[~rows.any(axis=1)] = 1.0
    return rows


def make(job: Job) -> Iterator[Leg]:
    """Yield keywords, the dense half of the hybrid index, and that as a whole."""
    prepare = mark if job.chinese else str
    scoring = {"method": "bm25", "terms": True, "normalize": True}  # what hybrid=True stands for
    if job.chinese:
        scoring["tokenizer"] = {"regexp": MARKED_WORD}
    watch = Stopwatch()
    keywords = Embeddings(keyword=True, scoring=scoring)  # without the first, a model is looked for
    keywords.index(enumerate(map(prepare, job.texts)))
    yield Leg("keywords", lambda text: _numbers(keywords.search(prepare(text), DEPTH)), watch.seconds)

    watch = Stopwatch()
    hybrid = Embeddings(method="external", transform=encode, scoring=dict(scoring))
    hybrid.index(enumerate(map(prepare, job.texts)))
    seconds = watch.seconds
    if job.chinese:  # the same for both
        yield Leg("vectors", lambda text: _numbers(Search(hybrid).dense([text], DEPTH)[0]), None)
    yield Leg("fused", lambda text: _numbers(hybrid.search(prepare(text), DEPTH)), seconds)


def _numbers(found):
    return [int(number) for number, _ in found]


if __name__ == "__main__":
    main(make)
