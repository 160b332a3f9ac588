"""A model that somebody else made -> a folder on this computer whose weights run no code.

In: a folder, or a name of the Hugging Face hub. Out: the folder with a fingerprint, and a way to load it.
Does not know what the model is for.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TypeVar

from index.errors import EncoderError

Model = TypeVar("Model")

_PATIENCE = 5.0  # seconds to wait for the hub
# What a model needs. Pickled weights (.bin, .pt) can run code when they are read, so they never come here.
_FILES = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A model: its folder, what it was called, with which option, and sixteen hex digits of its files."""

    folder: Path
    name: str
    fingerprint: str
    option: str

    def load(self, make: Callable[..., Model]) -> Model:
        """Return what `make`, of sentence-transformers, makes of the folder: on the CPU, nothing downloaded.

        Raises EncoderError where it makes nothing of it.
        """
        try:
            with _quiet():
                return make(
                    model_name_or_path=str(self.folder),
                    device="cpu",
                    trust_remote_code=False,
                    local_files_only=True,
                    model_kwargs={"use_safetensors": True, "dtype": "float32"},
                )
        except Exception as error:  # whatever a foreign model raises: it's not usable here
            raise EncoderError(
                f'The model "{self.name}" cannot be loaded ({first_line(error)}). Check that its folder is '
                f"complete, or choose another with {self.option}."
            ) from error


def find_model(name_or_dir: str, option: str, example: str) -> Foreign:
    """Return the model in a folder, or of the hub; that is downloaded if it is not here yet.

    `option` is what the user gave it with, `example` a name that would do. Raises EncoderError if there is no
    such model, the hub is out of reach, or it has no weights in safetensors.
    """
    folder = Path(name_or_dir).expanduser()
    if folder.is_dir():
        model = Foreign(folder.resolve(), name_or_dir, hash_folder(folder), option)
    elif folder.exists() or name_or_dir.startswith((".", "/", "~")) or name_or_dir.count("/") > 1:
        raise EncoderError(
            f'There is no folder "{name_or_dir}". Give a model folder or a name like "{example}".'
        )
    else:
        folder = _download(name_or_dir, option, example)  # its last part is the commit
        digest = hashlib.sha256(f"{name_or_dir}@{folder.name}".encode()).hexdigest()[:16]
        model = Foreign(folder, name_or_dir, digest, option)
    pickled = {path.parent for path in folder.rglob("pytorch_model*.bin")}
    safe = {path.parent for path in folder.rglob("*.safetensors")}
    if not safe or pickled - safe:
        raise EncoderError(
            f'"{name_or_dir}" has no weights in the safetensors format; pickled weights are not read because '
            "they can run code. Choose another model, or convert this one."
        )
    return model


def hash_folder(folder: Path) -> str:
    """Return the first 16 hex digits of the SHA-256 over the names and contents of a model's files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in {".json", ".safetensors"}):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:16]


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, or what kind it is."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".:")


def _download(name: str, option: str, example: str) -> Path:
    """Return the folder of a hub model, downloaded if it is not here yet."""
    from huggingface_hub import errors, snapshot_download

    try:
        with _quiet():
            path = snapshot_download(
                name, allow_patterns=_FILES, ignore_patterns=["onnx/*", "openvino/*"], etag_timeout=_PATIENCE
            )
    except errors.HFValidationError as error:
        raise EncoderError(
            f'"{name}" is neither a folder nor the name of a model. Give one like "{example}".'
        ) from error
    except errors.GatedRepoError as error:
        raise EncoderError(
            f'The makers of "{name}" give it only to those who ask. Accept their terms on its page at '
            f"https://huggingface.co/{name}, download it, and give the folder's path with {option}."
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise EncoderError(
            f'The hub knows no model "{name}". Check its name on https://huggingface.co.'
        ) from error
    except Exception as error:  # no network, a proxy that refuses, a full disk: what to do is the same
        raise EncoderError(
            f'The model "{name}" is not on this computer and could not be fetched from the hub '
            f"({first_line(error)}). Download it on a machine with a network, copy the folder here, and "
            f"give its path with {option}."
        ) from error
    return Path(path)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the progress bars and warnings of the model libraries off the terminal while they load."""
    loggers = [
        logging.getLogger(name) for name in ("huggingface_hub", "sentence_transformers", "transformers")
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with redirect_stderr(StringIO()):
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
