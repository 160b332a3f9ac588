"""LangChain: BM25Retriever, FAISS, and the two in an EnsembleRetriever with equal weights.

In and out: see common.py. Chinese: jieba as `preprocess_func`; by default it splits at blanks.
The default distance is Euclidean, where a vector of zeros (no known word) is nearer than most; with Chinese
goes the inner product.
"""

# /// script
# dependencies = [
#   "langchain-community==0.4.2", "langchain-classic==1.0.8", "rank-bm25==0.2.2", "faiss-cpu==1.15.1",
#   "numpy==2.4.6", "jieba==0.42.1", "rjieba==0.2.2", "opencc==1.4.2", "safetensors==0.8.0",
# ]
# ///

from collections.abc import Iterator

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_community.vectorstores.utils import DistanceStrategy
from langchain_core.embeddings import Embeddings

from index.encoder import load_encoder
from lab.peers.common import DEPTH, Job, Leg, Stopwatch, cut, main


class Encoder(Embeddings):
    """The bundled encoder."""

    def __init__(self):
        self._encoder = load_encoder()

    def embed_documents(self, texts):
        """Return a vector for each passage."""
        return self._encoder.encode_passages(texts).tolist()

    def embed_query(self, text):
        """Return the vector of a question."""
        return self._encoder.encode_questions([text])[0].tolist()


def make(job: Job) -> Iterator[Leg]:
    """Yield BM25, FAISS, the ensemble."""
    numbers = [{"n": number} for number in range(len(job.texts))]
    watch = Stopwatch()
    how = {"preprocess_func": cut} if job.chinese else {}
    keywords = BM25Retriever.from_texts(job.texts, numbers, k=DEPTH, **how)
    keyword_seconds = watch.seconds
    yield Leg("keywords", lambda text: _numbers(keywords.invoke(text)), keyword_seconds)

    watch = Stopwatch()
    how = {"distance_strategy": DistanceStrategy.MAX_INNER_PRODUCT} if job.chinese else {}
    store = FAISS.from_texts(job.texts, Encoder(), numbers, **how)
    vectors = store.as_retriever(search_kwargs={"k": DEPTH})
    vector_seconds = watch.seconds
    if job.chinese:
        yield Leg("vectors", lambda text: _numbers(vectors.invoke(text)), vector_seconds)

    fused = EnsembleRetriever(retrievers=[keywords, vectors], weights=[0.5, 0.5], id_key="n")
    yield Leg("fused", lambda text: _numbers(fused.invoke(text)), keyword_seconds + vector_seconds)


def _numbers(documents):
    return [document.metadata["n"] for document in documents]


if __name__ == "__main__":
    main(make)
