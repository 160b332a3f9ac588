"""A file -> its SHA-256.

In: a path. Out: hex digits. Does not know what the file holds, or what it is compared with.
"""

import hashlib
from pathlib import Path


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
