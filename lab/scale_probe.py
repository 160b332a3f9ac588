"""`python -m lab.scale_probe ask|recall INDEX QUESTIONS OUT ...`: one opened archive, looked at from inside.

In: the folder of an index and questions, one JSON object a line. Out: a JSON file with seconds, milliseconds
and bytes. Each run is a process of its own, so that memory and first times are those of a fresh start.
Does not know how large the archive is, or what the figures are for.
"""

import argparse
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from qa.archive import Archive
from qa.question import understand
from qa.retrieve import PER_LEG

_ROWS = 50_000  # rows compared at once, 100 MB of them


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("ask", "recall"))
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--askers", type=int, default=1)
    parser.add_argument("--started", type=float, default=time.time(), help="time() before the process began")
    parser.add_argument("--few", action="store_true", help="the first question alone")
    options = parser.parse_args()
    with options.questions.open(encoding="utf-8") as lines:
        questions = [json.loads(line)["question"] for line in lines]
    if options.few:
        questions = questions[:2]
    if options.what == "ask":
        result = ask(options.index, questions, options.askers, options.started)
    else:
        result = find_recall(options.index, questions)
    options.out.write_text(json.dumps(result), "utf-8")


def ask(index: Path, questions: list[str], askers: int, started: float) -> dict[str, Any]:
    """Ask all questions, `askers` threads at a time; the first one alone, and not counted with the others.

    Returns seconds since `started`, milliseconds of each question, what of a core that took (of a question in
    the mean), questions a second, bytes of memory.
    """
    archive = Archive.open(index)
    opened = time.time() - started
    archive.ask(questions[0])
    answered, answered_core = time.time() - started, time.process_time()
    opened_memory = read_memory()
    taken: list[float] = []
    lock = threading.Lock()

    def take(question: str) -> None:
        at = time.perf_counter()
        archive.ask(question)
        ms = (time.perf_counter() - at) * 1000
        with lock:
            taken.append(ms)

    at, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(askers) as pool:
        list(pool.map(take, questions[1:]))
    return {
        "open_s": opened,
        "answer_s": answered,
        "answer_core_s": answered_core,
        "ms": taken,
        "core_ms": (time.process_time() - used) * 1000 / len(taken),
        "per_s": len(taken) / (time.perf_counter() - at),
        "memory": read_memory(),
        "memory_opened": opened_memory,
    }


def read_memory() -> dict[str, int]:
    """Return the bytes that this process holds in memory: all, its own, and those of mapped files."""
    rollup = Path("/proc/self/smaps_rollup")
    if not rollup.exists():
        return {}
    lines = (line.split() for line in rollup.read_text().splitlines()[1:])
    held = {line[0].rstrip(":"): int(line[1]) * 1024 for line in lines}
    return {"all": held["Rss"], "own": held["Anonymous"], "mapped": held["Rss"] - held["Anonymous"]}


def find_recall(index: Path, questions: list[str]) -> dict[str, Any]:
    """Compare the vectors that the index finds for each question with those that are nearest.

    As the product does, a hundred are asked for. A row that is as near as the last of the nearest ten counts
    as one of them. Returns the shares of ten and of a hundred, and the milliseconds of a core of each search.
    """
    archive = Archive.open(index)
    vectors = archive.vectors
    asked = archive.encoder.encode_questions([understand(text).standalone for text in questions])
    asked = asked[asked.any(axis=1)]
    numbers = np.array(sorted(vectors.numbers()), np.int64)
    best = np.full((len(asked), PER_LEG), -2.0, np.float32)
    for low in range(0, len(numbers), _ROWS):
        rows = np.asarray(vectors.rows(numbers[low : low + _ROWS].tolist()), np.float32)
        best = np.sort(np.hstack([best, asked @ rows.T]), axis=1)[:, : -PER_LEG - 1 : -1]
    taken, found = [], {10: 0, PER_LEG: 0}
    for vector, nearest in zip(asked, best, strict=True):
        at = time.process_time()
        cosines = np.array(list(vectors.search(vector, PER_LEG).values()))
        taken.append((time.process_time() - at) * 1000)
        for k in found:
            least = nearest[min(k, len(numbers)) - 1] - 1e-5
            found[k] += min(int((cosines[:k] >= least).sum()), k) / min(k, len(numbers))
    return {f"recall@{k}": total / len(asked) for k, total in found.items()} | {"ms": taken}


if __name__ == "__main__":
    main()
