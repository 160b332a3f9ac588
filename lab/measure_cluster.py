"""Measure an index on Milvus beside the same one in a folder, and reckon what larger ones take.

In: a folder of pages, gold questions, and the address of a server; or the vectors of a segment. Out: figures
on standard output. Does not know how either index is made or asked.

    python -m lab.measure_cluster compare PAGES GOLD.jsonl milvus://HOST:PORT/NAME
    python -m lab.measure_cluster sizes PAGES
    python -m lab.measure_cluster segment VECTORS.faiss [--rows 100000]
    python -m lab.measure_cluster tail TIMES.json

`tail` draws the time of each segment from those that `segment` measured, and adds up what a core does one
after the other; a question waits for the slowest core. It knows no network and no queue.
"""

import argparse
import json
import random
import statistics
import time
from pathlib import Path

import faiss
import numpy as np

from cluster.build import mean_lengths
from cluster.files import Job, find_files
from cluster.versions import Last
from cluster.work import Unseeing, make, survey
from index.encoder import load_encoder
from index.store import engine_of, open_store
from qa.archive import Archive
from qa.evaluate import evaluate, read_gold

_SEGMENT, _QUESTIONS, _NEAREST = 100_000, 1000, 100
# As Milvus builds and asks by default: M 30 in AUTOINDEX is close to this; ef as wide as what is wanted.
_LINKS, _BUILDING = 16, 200
_DRAWN = 20_000


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="what", required=True)
    compared = commands.add_parser("compare")
    for name in ("pages", "gold", "address"):
        compared.add_argument(name)
    commands.add_parser("sizes").add_argument("pages")
    segment = commands.add_parser("segment")
    segment.add_argument("vectors", type=Path)
    segment.add_argument("--rows", type=int, default=_SEGMENT)
    segment.add_argument("--out", type=Path)
    tail = commands.add_parser("tail")
    tail.add_argument("times", type=Path)
    options = parser.parse_args()
    if options.what == "compare":
        compare(options.pages, options.gold, options.address)
    elif options.what == "sizes":
        measure_rows(options.pages)
    elif options.what == "segment":
        measure_segment(options.vectors, options.rows, options.out)
    else:
        simulate(json.loads(options.times.read_text("utf-8")))


def compare(pages: str, gold: str, address: str) -> None:
    """Build and ask both, one after the other; print what either took, and what it found."""
    questions = read_gold(Path(gold))
    here = str(Path(f"{gold}.index").name)
    encoder = load_encoder()
    for where in (f"/tmp/{here}", address):
        started = time.perf_counter()
        report = engine_of(where).build([pages], where, encoder, iter, anew=True)
        seconds = time.perf_counter() - started
        archive = Archive.open(where)
        archive.ask(questions[0].question)
        measures = evaluate(archive, questions)
        store = open_store(where)
        print(f"{store.name}: {report.counts.passages} passages in {seconds:.1f} s,", end=" ")
        rate, each = report.counts.passages / seconds, report.size / report.counts.passages
        print(f"{rate:.0f} a second, {each:.0f} bytes each")
        print(f"  {measures}"[:600])


def measure_rows(pages: str) -> None:
    """Print what a passage is in rows, and what a core needs to make them, without any server."""
    job = Job(tuple(find_files([pages])))
    started = time.process_time()
    found = survey(job, Unseeing(), keep=False)
    first = time.process_time()
    rows = make(job, found, Last(), mean_lengths([found]), load_encoder())
    second = time.process_time()
    count = found.counts.passages
    sizes = {
        "bytes": rows.size, "text": sum(len(row["data"]) for row in rows.texts),
        "weights": sum(len(row["weights"]) for row in rows.passages),
        "words": sum(len(row["head"]) + len(row["body"]) for row in rows.passages),
        "terms": len(rows.terms), "articles": found.counts.articles,
    }  # fmt: skip
    print(found.counts, {name: round(size / count, 2) for name, size in sizes.items()}, "a passage")
    print(f"first pass {first - started:.1f} s of a core, second {second - first:.1f}")


def measure_segment(vectors: Path, count: int, out: Path | None) -> None:
    """Time the search of one segment of `count` rows by HNSW, on one core, and what it weighs."""
    flat = faiss.read_index(str(vectors), faiss.IO_FLAG_MMAP_IFC)
    rows = flat.reconstruct_n(0, min(count, flat.ntotal))
    index = faiss.IndexHNSWFlat(rows.shape[1], _LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = _BUILDING
    faiss.omp_set_num_threads(1)
    started = time.perf_counter()
    index.add(rows)
    built = time.perf_counter() - started
    index.hnsw.efSearch = _NEAREST
    chosen = random.Random(1).sample(range(len(rows)), min(_QUESTIONS, len(rows)))
    noise = np.random.default_rng(1).normal(0, 0.02, (len(chosen), rows.shape[1])).astype(np.float32)
    taken = []
    for asked in rows[chosen] + noise:
        started = time.perf_counter()
        index.search(asked[None, :], _NEAREST)
        taken.append((time.perf_counter() - started) * 1000)
    size = rows.nbytes + len(rows) * (2 * _LINKS * 4 + 8)
    print(
        f"{len(rows)} rows of {rows.shape[1]} numbers: built in {built:.0f} s of a core, {size / 1e6:.0f} MB"
    )
    often, rare = percentile(taken, 95), percentile(taken, 99)
    print(f"a search: {statistics.median(taken):.2f} ms, 95th {often:.2f}, 99th {rare:.2f}")
    if out:
        out.write_text(json.dumps(taken), "utf-8")


def simulate(taken: list[float]) -> None:
    """Print what a question waits, for ever more segments on ever more nodes of 16 cores."""
    draw = random.Random(7)
    print("segments  nodes  a core searches   p50    p99 ms")
    for segments in (100, 1000, 10_000):
        for nodes in (1, 4, 16, 64, 256):
            each = -(-segments // (16 * nodes))
            if each > 64 or segments < 16 * nodes // 4:
                continue
            cores = min(16 * nodes, segments)
            waited = []
            for _ in range(_DRAWN // max(cores * each // 100, 1)):
                waited.append(max(sum(draw.choices(taken, k=each)) for _ in range(cores)))
            middle, rare = statistics.median(waited), percentile(waited, 99)
            print(f"{segments:8} {nodes:6} {each:10} {middle:12.1f} {rare:8.1f}")


def percentile(values: list[float], at: float) -> float:
    """Return the value that so many in a hundred do not exceed."""
    return float(np.percentile(values, at))


if __name__ == "__main__":
    main()
