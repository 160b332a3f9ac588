"""Turn texts into unit vectors: the bundled static model, or any model of sentence-transformers.

In: texts as they stand on the page or in the question. Out: float32 rows of length one.
Does not know pages, passages, where vectors are kept, or what a score is.

The bundled model is a table with a vector for each word. A text's vector is the mean of the vectors of its
words, brought to length one; a word that matters much has a long vector. It needs NumPy alone, because
importing torch and sentence_transformers costs 6 to 9 seconds: those are imported only for another model.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from index.errors import EncoderError
from index.foreign import Foreign, find_model, first_line, hash_folder
from index.lexicon import BUNDLED, Entries, Numbers, load_lexicon, pieces
from index.text import cut_words

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Instructions for questions that the makers give in prose only; their configs hold no prompt.
_INSTRUCTIONS = {
    f"BAAI/bge-{size}-zh{version}": "为这个句子生成表示以用于检索相关文章："
    for size in ("small", "base", "large")
    for version in ("", "-v1.5")
}


class Encoder(Protocol):
    """What the index needs of a model. Passages and questions may be treated differently."""

    @property
    def name(self) -> str:
        """What the user asked for, or "bundled"."""

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with the weights; kept in the index to notice another encoder."""

    @property
    def dimension(self) -> int:
        """The number of columns of every vector."""

    def encode_passages(
        self, texts: Sequence[str], numbers: Sequence[Numbers] | None = None
    ) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimension); a text without a known word gives zeros.

        `numbers` are those of each text's words in the lexicon, where they are known already.
        """

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimension); a text without a known word gives zeros."""


def load_encoder(name_or_dir: str | None = None) -> Encoder:
    """Load the bundled model (None), a model folder, or a model of the Hugging Face hub by its name.

    A hub model that was used before is found on this computer; another is downloaded. Raises EncoderError
    if there is no such model, the hub is out of reach, or the folder holds no weights in safetensors.
    """
    if name_or_dir is None:
        return StaticEncoder(BUNDLED, "bundled")
    folder = Path(name_or_dir).expanduser()
    if folder.is_dir() and _is_word_table(folder):
        return StaticEncoder(folder, name_or_dir)
    return _load_transformer(find_model(name_or_dir, "--encoder", "BAAI/bge-m3"))


class StaticEncoder:
    """A folder of sentence-transformers that holds one table of word vectors. Meets Encoder."""

    def __init__(self, folder: Path, name: str) -> None:
        """Read the table in `folder`. Raises EncoderError if a file of it is missing or broken."""
        self.name, self._folder = name, folder
        try:
            table = folder / json.loads((folder / "modules.json").read_bytes())[0]["path"]
            tensors = load_file(table / "model.safetensors")
            self._rows, self._scales = tensors["embeddings"], tensors["weights"].astype(np.float32)
            tokenizer = json.loads((table / "tokenizer.json").read_bytes())
            vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
            self.fingerprint = hash_folder(folder)
        except (OSError, ValueError, LookupError, SafetensorError) as error:
            raise EncoderError(
                f'The encoder in "{folder}" cannot be read ({first_line(error)}). Install Wenbao again, or '
                "name another one with --encoder."
            ) from error
        if not len(self._rows) == len(self._scales) == len(vocabulary):
            raise EncoderError(
                f'The encoder in "{folder}" has {len(vocabulary)} words, {len(self._rows)} vectors and '
                f"{len(self._scales)} weights. Install Wenbao again, or name another one with --encoder."
            )
        self.dimension = int(self._rows.shape[1])
        self._entries = load_lexicon() if folder == BUNDLED else Entries(vocabulary)

    def __reduce__(self) -> tuple[type["StaticEncoder"], tuple[Path, str]]:
        """Let another process read the table itself."""
        return StaticEncoder, (self._folder, self.name)

    def table(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the words' vectors brought to length one, shape (words, dimension), and their lengths."""
        rows = self._rows.astype(np.float32) * self._scales[:, None]
        lengths = np.linalg.norm(rows, axis=1)
        return rows / np.maximum(lengths, 1e-9)[:, None], lengths

    def words(self) -> list[str]:
        """Return the words of the table, in its order."""
        return sorted(self._entries.vocabulary, key=self._entries.vocabulary.__getitem__)

    def segment(self, text: str) -> list[str]:
        """Cut `text` into the words of the table. Joined with blanks, it's what the plain model expects."""
        return [piece for word in cut_words(text) for piece in pieces(word, self._entries.vocabulary)]

    def encode_passages(
        self, texts: Sequence[str], numbers: Sequence[Numbers] | None = None
    ) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimension); a text without a known word gives zeros.

        A model that has other words than the lexicon cuts the texts itself.
        """
        if numbers is None or self._entries is not load_lexicon():
            return self.encode_words([cut_words(text) for text in texts])
        return self._add_up(numbers)

    def encode_words(self, cut: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Return the same for the words of texts alone."""
        return self._add_up(list(map(self._entries.number, cut)))

    def _add_up(self, numbers: Sequence[NDArray[np.integer]]) -> NDArray[np.float32]:
        vectors = np.zeros((len(numbers), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, numbers, strict=True):
            known = text[text < len(self._rows)].astype(np.intp)  # the others are places of unknown words
            # A product for each text, 0.03 ms: np.add.reduceat over many takes twenty times that.
            if len(known):
                vector[:] = self._scales.take(known) @ self._rows.take(known, axis=0).astype(np.float32)
        return _to_unit(vectors, self.name)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimension): the same as for passages."""
        return self.encode_passages(texts)


class TransformerEncoder:
    """Any model that sentence-transformers loads from safetensors without running its code. Meets Encoder."""

    def __init__(self, model: Foreign) -> None:
        """Load the model. Raises EncoderError where that fails."""
        self.name, self.fingerprint = model.name, model.fingerprint
        self._model = model.load(_make_model)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self._instruction = None if self._model.prompts.get("query") else _INSTRUCTIONS.get(self.name)

    def encode_passages(
        self, texts: Sequence[str], numbers: Sequence[Numbers] | None = None
    ) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimension), with the model's prompt for documents.

        The model cuts texts in its own way.
        """
        del numbers
        return self._check(self._model.encode_document(list(texts), show_progress_bar=False), len(texts))

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimension), with the model's prompt for questions."""
        rows = self._model.encode_query(list(texts), prompt=self._instruction, show_progress_bar=False)
        return self._check(rows, len(texts))

    def _check(self, rows: object, count: int) -> NDArray[np.float32]:
        return _to_unit(np.array(rows, dtype=np.float32).reshape(count, self.dimension), self.name)


# While an archive is renewed there are two of them, with one model of perhaps gigabytes. A table is small.
_loaded: WeakValueDictionary[Foreign, TransformerEncoder] = WeakValueDictionary()


def _load_transformer(model: Foreign) -> TransformerEncoder:
    """Return the model, the very one where it is in use already."""
    encoder = _loaded.get(model)
    if encoder is None:
        encoder = _loaded[model] = TransformerEncoder(model)
    return encoder


def _make_model(**options: Any) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(**options)


def _is_word_table(folder: Path) -> bool:
    """Tell whether `folder` is a static model whose tokenizer only looks up words cut before: one of ours."""
    try:
        first = json.loads((folder / "modules.json").read_bytes())[0]
        tokenizer = json.loads((folder / first["path"] / "tokenizer.json").read_bytes())
        return bool(first["type"].endswith(".StaticEmbedding") and tokenizer["model"]["type"] == "WordLevel")
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _to_unit(vectors: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """Divide each row by its length; rows of zeros stay. Raises EncoderError for NaN or infinity."""
    if not np.isfinite(vectors).all():
        raise EncoderError(
            f'The encoder "{name}" gave a vector that is not finite. Choose another with --encoder.'
        )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    unit: NDArray[np.float32] = vectors / lengths
    return unit
