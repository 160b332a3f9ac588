"""Question and the passages judged for it -> the same in the order of a cross-encoder that somebody made.

In: the passages with the scores of rerank.py. Out: the same passages and the same scores, given to them in
the order that the model would have. Does not know how its answer is read, or that the model may be absent.

What the model says has a scale of its own, and what was fitted to our scores (how sure an answer is) would
mean nothing with it. So it decides who is first, and our scores say how sure that makes us.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError
from index.foreign import Foreign, find_model
from index.store import CatalogLeg
from qa.records import Question

if TYPE_CHECKING:
    import sentence_transformers

# So many passages it sees: one of 300 million weights takes a tenth of a second for each on a core.
SEEN = 20


class CrossEncoder:
    """A model that reads a question and a passage together. Threads may share it."""

    def __init__(self, model: Foreign) -> None:
        """Load the model. Raises EncoderError where that fails, or where it is none that judges pairs."""
        if not _judges_pairs(model.folder):  # it would be given a judgement of random weights
            raise EncoderError(
                f'"{model.name}" is no reranker: it was not made to give one number for a question and a '
                f"passage. Choose another with {model.option}."
            )
        self.name = model.name
        self._model = model.load(_make_model)

    def judge(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a number for each text, higher is better. Raises EncoderError for what is none."""
        pairs = [(question, text) for text in texts]
        liked = np.array(self._model.predict(pairs, show_progress_bar=False), np.float32)
        if liked.shape != (len(texts),) or not np.isfinite(liked).all():
            raise EncoderError(f'The reranker "{self.name}" does not give a number for each passage.')
        return liked


def reorder_passages(
    question: Question, judged: Mapping[int, float], catalog: CatalogLeg, model: CrossEncoder
) -> dict[int, float]:
    """Give the scores of the best SEEN passages to the same passages, in the model's order."""
    best = sorted(judged, key=lambda number: (-judged[number], number))[:SEEN]
    seen = catalog.passages(best)
    if not seen:
        return dict(judged)
    texts = [f"{one.article.title}\n{one.passage.text}".strip() for one in seen]
    order = np.argsort(-model.judge(question.standalone, texts), kind="stable")
    scores = sorted((judged[one.number] for one in seen), reverse=True)
    return {**judged, **{seen[at].number: score for at, score in zip(order, scores, strict=True)}}


def _judges_pairs(folder: Path) -> bool:
    """Tell whether a model says of itself that it gives one number for two texts."""
    said: dict[str, Any] = {}
    for name in ("config.json", "config_sentence_transformers.json"):
        with suppress(OSError, ValueError, TypeError):
            said |= json.loads((folder / name).read_bytes())
    classifies = any(
        str(name).endswith("ForSequenceClassification") for name in said.get("architectures") or ()
    )
    return said.get("model_type") == "CrossEncoder" or (classifies and len(said.get("id2label") or ()) == 1)


@cache
def load_cross_encoder(name_or_dir: str) -> CrossEncoder:
    """Load a model folder, or a model of the Hugging Face hub by its name. Raises EncoderError."""
    return CrossEncoder(find_model(name_or_dir, "--reranker", "BAAI/bge-reranker-v2-m3"))


def _make_model(**options: Any) -> "sentence_transformers.CrossEncoder":
    from sentence_transformers import CrossEncoder

    model: sentence_transformers.CrossEncoder = CrossEncoder(**options)
    return model
