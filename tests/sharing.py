"""The app with something in it changed, as a program of its own: a made tunnel, a fault, a full queue.

`python -m tests.sharing CHANGE ... -- OPTIONS`: what `python app.py OPTIONS` does, after these changes.
"""

import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from gradio import networking, tunneling

import app
import chat.page
import chat.serve
from chat.allowance import Rate
from web.words import RoomName


def take_tunnel(program: str, checksum: str = "") -> None:
    """Let the tunnel's program be this file, and its checksum that of the file or another."""
    path = Path(program)
    tunneling.BINARY_PATH = str(path)
    tunneling.BINARY_URL = "made"
    tunneling.CHECKSUMS["made"] = checksum or hashlib.sha256(path.read_bytes()).hexdigest()
    networking.GRADIO_SHARE_SERVER_ADDRESS = "127.0.0.1:9"


def fail_inside() -> None:
    """Let drawing a page fail with what no visitor may read."""

    def fail(*_: object) -> str:
        raise RuntimeError("secret: /home/operator")

    chat.page.render_page = fail


def fill_queue() -> None:
    """Leave no room in the queue."""
    chat.serve._QUEUED = 0


def allow_one() -> None:
    """Let each visitor ask one question."""
    chat.serve._QUESTIONS = Rate(1, 0), Rate(100, 600)


def late_switch(folder: str) -> None:
    """Let the first change of language wait, drawn, until there is a file `go` in the folder."""
    draw, drawn, go = chat.page.render_top, Path(folder) / "drawn", Path(folder) / "go"

    def wait(pages: int, articles: int, rooms: Sequence[RoomName], language: str) -> str:
        while language != "zh" and not go.exists():
            drawn.touch()
            time.sleep(0.02)
        return draw(pages, articles, rooms, language)

    chat.page.render_top = wait


if __name__ == "__main__":
    split = sys.argv.index("--")
    changes = {
        change.__name__: change for change in (take_tunnel, fail_inside, fill_queue, allow_one, late_switch)
    }
    for change in sys.argv[1:split]:
        name, *values = change.split(",")
        changes[name](*values)
    sys.exit(app.main(sys.argv[split + 1 :]))
