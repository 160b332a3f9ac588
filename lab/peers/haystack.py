"""Haystack: the retrievers of InMemoryDocumentStore, joined by reciprocal ranks.

In and out: see common.py. Chinese: words are marked and told by `bm25_tokenization_regex`; by default, runs
of word characters are words.
"""

# /// script
# dependencies = [
#   "haystack-ai==3.4.0", "numpy==2.4.6", "jieba==0.42.1", "rjieba==0.2.2", "opencc==1.4.2",
#   "safetensors==0.8.0",
# ]
# ///

from collections.abc import Iterator

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from index.encoder import load_encoder
from lab.peers.common import DEPTH, MARKED_WORD, Job, Leg, Stopwatch, main, mark


def make(job: Job) -> Iterator[Leg]:
    """Yield BM25, vectors, the join. One store holds both: writing it counts for each leg."""
    prepare = mark if job.chinese else str
    how = {"bm25_tokenization_regex": MARKED_WORD} if job.chinese else {}
    watch = Stopwatch()
    encoder = load_encoder()
    rows = encoder.encode_passages(job.texts)
    encoding = watch.seconds
    watch = Stopwatch()
    store = InMemoryDocumentStore(**how, shared=False)
    store.write_documents(
        [
            Document(id=str(number), content=prepare(text), embedding=row.tolist())
            for number, (text, row) in enumerate(zip(job.texts, rows, strict=True))
        ]
    )
    del rows
    writing = watch.seconds
    by_keyword = InMemoryBM25Retriever(store, top_k=DEPTH)
    by_vector = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH)

    def keywords(text):
        return by_keyword.run(query=prepare(text))["documents"]

    def vectors(text):
        return by_vector.run(query_embedding=encoder.encode_questions([text])[0].tolist())["documents"]

    def fused(text):
        return joiner.run(documents=[keywords(text), vectors(text)])["documents"]

    yield Leg("keywords", lambda text: _numbers(keywords(text)), writing)
    if job.chinese:  # the same for both
        yield Leg("vectors", lambda text: _numbers(vectors(text)), encoding + writing)
    yield Leg("fused", lambda text: _numbers(fused(text)), encoding + writing)


def _numbers(documents):
    return [int(document.id) for document in documents]


if __name__ == "__main__":
    main(make)
