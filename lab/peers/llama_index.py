"""LlamaIndex: BM25Retriever, FAISS, and the two in a QueryFusionRetriever by reciprocal ranks.

In and out: see common.py. Chinese: `tokenizer=` is deprecated and does nothing, so words are marked and told
by `token_pattern`, without stemming; by default, runs of two word characters or more are words.
"""

# /// script
# dependencies = [
#   "llama-index-core==0.14.25", "llama-index-retrievers-bm25==0.8.0",
#   "llama-index-vector-stores-faiss==0.7.0", "faiss-cpu==1.15.1",
#   "numpy==2.4.6", "jieba==0.42.1", "rjieba==0.2.2", "opencc==1.4.2", "safetensors==0.8.0",
# ]
# ///

from collections.abc import Iterator

import faiss
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from index.encoder import load_encoder
from lab.peers.common import DEPTH, MARKED_WORD, Job, Leg, Stopwatch, main, mark, unmark

ENCODER = load_encoder()


class Encoder(BaseEmbedding):
    """The bundled encoder; it gets the texts without marks."""

    def _get_text_embeddings(self, texts):
        return ENCODER.encode_passages([unmark(text) for text in texts]).tolist()

    def _get_text_embedding(self, text):
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query):
        return ENCODER.encode_questions([unmark(query)])[0].tolist()

    async def _aget_query_embedding(self, query):
        return self._get_query_embedding(query)


def make(job: Job) -> Iterator[Leg]:
    """Yield BM25, FAISS, the fusion."""
    prepare = mark if job.chinese else str
    how = {"token_pattern": MARKED_WORD, "skip_stemming": True} if job.chinese else {}
    k = min(DEPTH, len(job.texts))
    watch = Stopwatch()
    nodes = [TextNode(id_=str(number), text=prepare(text)) for number, text in enumerate(job.texts)]
    keywords = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=k, **how)
    keyword_seconds = watch.seconds
    yield Leg("keywords", lambda text: _numbers(keywords.retrieve(prepare(text))), keyword_seconds)

    watch = Stopwatch()
    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(ENCODER.dimension))
    context = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex(nodes, storage_context=context, embed_model=Encoder(embed_batch_size=1024))
    vectors = index.as_retriever(similarity_top_k=k)
    vector_seconds = watch.seconds
    if job.chinese:  # the same for both
        yield Leg("vectors", lambda text: _numbers(vectors.retrieve(text)), vector_seconds)

    fused = QueryFusionRetriever(
        [keywords, vectors],
        llm=MockLLM(),  # with one query it is not asked; without it, one of OpenAI's is looked for
        mode="reciprocal_rerank",
        num_queries=1,
        similarity_top_k=k,
        use_async=False,
    )
    yield Leg("fused", lambda text: _numbers(fused.retrieve(prepare(text))), keyword_seconds + vector_seconds)


def _numbers(found):
    return [int(item.node.node_id) for item in found]


if __name__ == "__main__":
    main(make)
