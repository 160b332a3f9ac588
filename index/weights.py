"""What is wrong with the weights that come with the program -> EncoderError.

In: where they are. Out: one message, whatever reading them or taking them into use raised. Does not know
what they are the weights of.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from index.errors import EncoderError


@contextmanager
def reading_weights(path: Path) -> Iterator[None]:
    """Raise EncoderError where what is done inside shows that the file is missing, broken or another one."""
    try:
        yield
    except (OSError, ValueError, LookupError, SafetensorError) as error:
        raise EncoderError(f'The model "{path}" cannot be read ({error}). Install Wenbao again.') from error
