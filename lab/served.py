"""The really running app for a measurement, and the browser that looks at it.

In: an index. Out: where the app answers and its process, for as long as it is wanted; the path of Chromium.
Does not know what is measured.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Served:
    """Where the app answers, and the number of its process."""

    address: str
    process: int


def find_chromium() -> str | None:
    """Return the path of Debian's Chromium, or of Chrome; None where neither is installed."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def serve_app(index: Path) -> Iterator[Served]:
    """Run the app; yield where it is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(ROOT / "app.py"), "--index", str(index), "--port", str(port)]
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield Served(process.stdout.readline().split()[-1], process.pid)
        finally:
            process.terminate()
