"""What several test modules share: the seeds, one index of them, and an encoder of a few lines."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from index.build import build_index
from index.encoder import load_encoder
from index.text import bigrams
from qa.archive import Archive
from tests.gazette import print_gazette
from tests.newsprint import ONE, TWO
from tests.visiting import CHROMIUM, QUIET, Visit, address_of, serve, visiting

# The first example waits for jieba, and a machine may be busy: time is no failure. The same examples are
# drawn every time; `pytest --hypothesis-profile=explore` draws others.
settings.register_profile("wenbao", deadline=None, database=None, derandomize=True)
settings.register_profile("explore", deadline=None, database=None)
settings.load_profile("wenbao")


class TinyEncoder:
    """Eight numbers that depend on the bigrams of a text. Meets index.encoder.Encoder."""

    def __init__(self, name: str = "tiny", fingerprint: str = "0123456789abcdef", dimension: int = 8) -> None:
        self.name, self.fingerprint, self.dimension = name, fingerprint, dimension

    def encode_passages(self, texts: Sequence[str], numbers: object = None) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for pair in bigrams(text):
                row[sum(map(ord, pair)) % self.dimension] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.divide(rows, lengths, out=rows, where=lengths > 0)

    encode_questions = encode_passages


@pytest.fixture(scope="session")
def tiny() -> TinyEncoder:
    return TinyEncoder()


@pytest.fixture(scope="session")
def seeds() -> Path:
    return Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def index_dir(seeds, tmp_path_factory) -> Path:
    """An index of the seeds with the bundled encoder. Never write to it."""
    folder = tmp_path_factory.mktemp("archive") / "index"
    build_index([seeds], folder, load_encoder())
    return folder


@pytest.fixture(scope="session")
def archive(index_dir) -> Archive:
    return Archive.open(index_dir)


@pytest.fixture(scope="session")
def gazette(tmp_path_factory) -> Archive:
    """An archive of the made pages of tests/gazette.py, some of them dated. Never write to it."""
    folder = tmp_path_factory.mktemp("gazette")
    build_index([print_gazette(folder / "pages")], folder / "index", load_encoder())
    return Archive.open(folder / "index")


@pytest.fixture
def corpus(tmp_path) -> Path:
    """A folder of two pages, to be changed at will."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "1.txt").write_text(ONE)
    (folder / "2.txt").write_text(TWO)
    return folder


@pytest.fixture
def index(tmp_path) -> Path:
    """Where an index of it may be built."""
    return tmp_path / "index"


@pytest.fixture(scope="session")
def running(index_dir) -> Iterator[subprocess.Popen[str]]:
    """The chat over the seeds."""
    with serve(index_dir) as process:
        yield process


@pytest.fixture(scope="session")
def served(running) -> str:
    return address_of(running)


@pytest.fixture(scope="module")
def browser():
    """A browser. Playwright runs a loop in this thread, which tests of other modules must not meet."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium is installed, and CI must not skip the browser")
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)


@pytest.fixture
def address(running, browser, request) -> str:
    """Where the chat over the seeds answers. The browser starts meanwhile."""
    return request.getfixturevalue("served")


@pytest.fixture
def visit(address, browser, request) -> Iterator[Visit]:
    with visiting(address, browser, *getattr(request, "param", ())) as visit:
        yield visit
