"""What the adapters of the benchmark share: what they are given, how they are asked, what is written down.

In: a folder with passages.jsonl and questions.jsonl, and the adapter's `make`. Out: one JSON file with the
passages that each leg ranked, its times and memory. Does not know which passages are right.

    python -m lab.peers.NAME FOLDER VARIANT OUT [--threads N] [--budget SECONDS]

An adapter runs in its own process, in its own virtual environment, with the repository on PYTHONPATH.
"""

import argparse
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import jieba

DEPTH = 100  # passages that each leg, and the fused list, may bring
CHINESE = "Chinese"  # the variant with the peer's own way to take Chinese; the other one is "defaults"
# A character that stands in no text: it shows where jieba cut to those that take a regular expression only.
MARK = "\u200b"
MARKED_WORD = rf"[^{MARK}\s]*\w[^{MARK}\s]*"


@dataclass(frozen=True, slots=True)
class Job:
    """What an adapter is to build: the folder of the set, its passages, the variant, room for files."""

    folder: Path
    texts: list[str]
    variant: str
    scratch: Path

    @property
    def chinese(self) -> bool:
        """Whether the peer's own way to take Chinese is wanted."""
        return self.variant == CHINESE


@dataclass(frozen=True, slots=True)
class Leg:
    """A way to ask: `ask` returns passage numbers, best first. `build_s` is None where it has no own time.

    `helpers_mb` is what other processes held in memory to build it.
    """

    name: str
    ask: Callable[[str], Iterable[int]]
    build_s: float | None
    helpers_mb: float = 0.0


def cut(text: str) -> list[str]:
    """Return the words of jieba, in lower case, without punctuation."""
    return [word for word in jieba.lcut(text.lower()) if any(map(str.isalnum, word))]


def mark(text: str) -> str:
    """Return `text` with a mark wherever jieba cuts it; `unmark` gives it back as it was."""
    return MARK.join(jieba.lcut(text))


def unmark(text: str) -> str:
    """Return the text without the marks."""
    return text.replace(MARK, "")


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.perf_counter() - self._started


def peak_mb(process: int | str = "self") -> float:
    """Return the most memory that a process has held, in MB. Raises OSError where there is none.

    ru_maxrss would do, were it not that a child begins with that of its parent, before exec.
    """
    status = Path(f"/proc/{process}/status")
    if process != "self" or status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def ask_all(leg: Leg, questions: Sequence[str], budget: float) -> dict[str, object]:
    """Ask `leg` the questions, as many as fit into `budget` seconds (one at least)."""
    ranked: list[list[int]] = []
    times: list[float] = []
    leg.ask(questions[0])  # what is loaded with the first question counts for none
    watch = Stopwatch()
    for question in questions:
        started = time.perf_counter()
        found = leg.ask(question)
        times.append(round((time.perf_counter() - started) * 1000, 3))
        ranked.append([int(number) for number in found][:DEPTH])
        if watch.seconds > budget:
            break
    return {"ranked": ranked, "ms": times, "build_s": leg.build_s, "mb": peak_mb() + leg.helpers_mb}


def read_lines(path: Path, key: str) -> list[str]:
    """Return one field of every line of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)[key] for line in lines]


def main(make: Callable[[Job], Iterator[Leg]]) -> None:
    """Read the command line, build each leg, ask it, write what it found.

    A leg is asked before the next one is built: its memory is that of itself and those before it.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("variant")
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--budget", type=float, default=600.0)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # libraries have thread pools of their own that no variable names
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    questions = read_lines(options.folder / "questions.jsonl", "question")
    texts = read_lines(options.folder / "passages.jsonl", "text")
    with TemporaryDirectory(dir=options.folder, prefix="scratch-") as scratch:
        job = Job(options.folder, texts, options.variant, Path(scratch))
        legs = {leg.name: ask_all(leg, questions, options.budget) for leg in make(job)}
    options.out.write_text(json.dumps({"legs": legs}), "utf-8")
