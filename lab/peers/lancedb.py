"""LanceDB: its own full-text index, its vector search without an index, and both with RRFReranker.

In and out: see common.py. Chinese: base_tokenizer "jieba/default", with the dictionary of Python's jieba,
which LanceDB looks for below LANCE_LANGUAGE_MODEL_HOME; by default "simple", blanks and punctuation.
The default distance is Euclidean, where a vector of zeros (no known word) is nearer than most; with Chinese
goes the cosine.
"""

# /// script
# dependencies = [
#   "lancedb==0.40.0", "numpy==2.4.6", "jieba==0.42.1", "rjieba==0.2.2", "opencc==1.4.2",
#   "safetensors==0.8.0",
# ]
# ///

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import jieba
import lancedb
import pyarrow as pa
from lancedb.query import MatchQuery
from lancedb.rerankers import RRFReranker

from index.encoder import load_encoder
from lab.peers.common import DEPTH, Job, Leg, Stopwatch, main

_BATCH = 4096


def make(job: Job) -> Iterator[Leg]:
    """Yield full text, vectors, hybrid. One table holds both: writing it counts for each leg."""
    dictionary = job.scratch / "models/jieba/default"
    dictionary.mkdir(parents=True)
    shutil.copy(Path(jieba.__file__).with_name("dict.txt"), dictionary)
    os.environ["LANCE_LANGUAGE_MODEL_HOME"] = str(job.scratch / "models")
    watch = Stopwatch()
    encoder = load_encoder()
    schema = pa.schema(
        [("n", pa.int64()), ("text", pa.string()), ("vector", pa.list_(pa.float32(), encoder.dimension))]
    )

    def batches():
        for at in range(0, len(job.texts), _BATCH):
            texts = job.texts[at : at + _BATCH]
            flat = pa.array(encoder.encode_passages(texts).ravel())
            rows = pa.FixedSizeListArray.from_arrays(flat, encoder.dimension)
            numbers = pa.array(range(at, at + len(texts)))
            yield pa.record_batch([numbers, pa.array(texts), rows], schema=schema)

    table = lancedb.connect(job.scratch / "lance").create_table(
        "passages", pa.RecordBatchReader.from_batches(schema, batches())
    )
    writing = watch.seconds
    watch = Stopwatch()
    plain = {"stem": False, "remove_stop_words": False, "ascii_folding": False}
    table.create_fts_index("text", **({"base_tokenizer": "jieba/default", **plain} if job.chinese else {}))
    full_text = watch.seconds

    def asked(text):
        return MatchQuery(text, "text")  # a string would be read as a query with an own syntax

    distance = "cosine" if job.chinese else "l2"

    def vector(text):
        return encoder.encode_questions([text])[0]

    def fused(text):
        query = table.search(query_type="hybrid", vector_column_name="vector", fts_columns="text")
        return query.vector(vector(text)).text(asked(text)).distance_type(distance).rerank(RRFReranker())

    yield Leg("keywords", lambda text: _numbers(table.search(asked(text))), writing + full_text)
    if job.chinese:
        yield Leg(
            "vectors", lambda text: _numbers(table.search(vector(text)).distance_type(distance)), writing
        )
    yield Leg("fused", lambda text: _numbers(fused(text)), writing + full_text)


def _numbers(query):
    return query.limit(DEPTH).to_arrow()["n"].to_pylist()


if __name__ == "__main__":
    main(make)
