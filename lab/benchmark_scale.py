"""Measure how everything grows with the archive: build, opening, questions, memory, adding one page.

In: the data, gold and seeds folders. Out: a table and a plot, with --write in lab/README.md. Does not know
how an index is made or asked: it runs the commands that everybody runs, and lab/scale_probe.py.

    python -m lab.benchmark_scale [--sizes 10000 100000 1000000] [--work DIR] [--peers [N]] [--write]

Corpora and what was measured are kept in the work folder. A size is measured again where the code of index/
or qa/ has changed since, or with --fresh; so a long run can be done in several. Seconds of a core stand
beside those of the clock: they stay true on a machine that others use, too.
"""

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir
from typing import Any

import numpy as np

from lab.benchmark_retrieval import ROOT, SYSTEMS, Asked, Trial, put_between_marks, result_of
from lab.scale_corpus import Corpus, make_corpus, write_trial
from lab.scale_table import Figures, Peer, draw_costs, write_peers, write_table

README = ROOT / "lab" / "README.md"
PLOT = "benchmark_scale.svg"
BEGIN, END = "<!-- scale:begin -->", "<!-- scale:end -->"
SIZES = (10_000, 100_000, 1_000_000)
PEERS_AT = 100_000
# What is compared with them: a leg of an adapter, and what is said of it behind the name of the system.
_COMPARED = {
    "fused, numbers alone": ", numbers alone",
    "fused": "",
    "reranked and read": ", reranked and read",
}
ASKERS = 8
_EVERY = 0.2  # seconds between two looks at the memory of a command


# ---- running commands ---------------------------------------------------------------------------------


class Failed(Exception):
    """A command that did not do what it should; its text is what it said last."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that did its work: seconds by the clock and of a core, the most memory held at once.

    Of the command and those that it started, together.
    """

    seconds: float
    core_s: float
    peak: int


def run(*command: str | Path, watched: bool = True) -> Ran:
    """Run a Python command in the repository, with an eye on the memory of its processes. Raises Failed.

    To look takes a tenth of a core: what is to be timed to the millisecond is not `watched`.
    """
    with NamedTemporaryFile("w+", encoding="utf-8") as said:  # a pipe that nobody reads would stop it
        began, used = time.perf_counter(), _core_seconds()
        arguments = [sys.executable, *map(str, command)]
        with subprocess.Popen(arguments, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT) as process:
            peak = 0
            try:
                while watched and process.poll() is None:
                    peak = max(peak, memory_of_tree(process.pid))
                    time.sleep(_EVERY)
                process.wait()
            finally:
                process.kill()
        seconds, used = time.perf_counter() - began, _core_seconds() - used
        if process.returncode:
            said.seek(0)
            last = said.read().strip().splitlines() or [f"exit status {process.returncode}"]
            raise Failed(f"{' '.join(map(str, command[:4]))}: {last[-1]}")
        return Ran(seconds, used, peak)


def _core_seconds() -> float:
    """Return what all commands that have ended took of a core."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def memory_of_tree(root: int) -> int:
    """Return the bytes that a process and those below it hold in memory now; 0 where /proc is not known."""
    parents: dict[int, int] = {}
    held: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        parents[int(folder.name)] = int(fields[1])
        held[int(folder.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    tree = {root}
    while more := {pid for pid, parent in parents.items() if parent in tree} - tree:
        tree |= more
    return sum(held.get(pid, 0) for pid in tree)


def size_of(folder: Path) -> int:
    """Return the bytes of all files in `folder`; one that has several names there counts once."""
    stats = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum({(stat.st_dev, stat.st_ino): stat.st_size for stat in stats}.values())


def drop_from_memory(folder: Path) -> None:
    """Ask the system to forget what it holds of the files in `folder`, as if it had just been started."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)  # only what is on the disk can be forgotten
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


# ---- one size -----------------------------------------------------------------------------------------


def measure(corpus: Corpus, index: Path) -> Figures:
    """Build the index of a corpus and look at it from all sides. Raises Failed where a step does."""
    load = os.getloadavg()[0]
    shutil.rmtree(index, ignore_errors=True)
    _tell("build")
    built = run("-m", "index", "build", corpus.pages, "--index", index)
    counts = _status(index)["counts"]
    index_bytes = size_of(index)
    _tell("ask")
    drop_from_memory(index)
    cold = _probe("ask", corpus, index, "--few")
    one = _probe("ask", corpus, index)
    many = _probe("ask", corpus, index, "--askers", str(ASKERS))
    _tell("recall")
    recall = _probe("recall", corpus, index)
    _tell("add")
    added = run("-m", "index", "add", corpus.extra, "--index", index)
    removed = None
    if _knows("remove"):
        removed = run("-m", "index", "remove", corpus.extra, "--index", index)
    p50, p95, p99 = _percentiles(one["ms"])
    many_p50, many_p95, many_p99 = _percentiles(many["ms"])
    return Figures(
        passages=counts["passages"],
        articles=counts["articles"],
        recombined=corpus.recombined,
        load=load,
        build_s=built.seconds,
        build_core_s=built.core_s,
        build_peak=built.peak,
        index_bytes=index_bytes,
        cold_open_s=cold["open_s"],
        cold_answer_s=cold["answer_s"],
        open_s=one["open_s"],
        answer_s=one["answer_s"],
        answer_core_s=one["answer_core_s"],
        one_p50_ms=p50,
        one_p95_ms=p95,
        one_p99_ms=p99,
        one_core_ms=one["core_ms"],
        many_p50_ms=many_p50,
        many_p95_ms=many_p95,
        many_p99_ms=many_p99,
        many_per_s=many["per_s"],
        memory=one["memory"].get("all", 0),
        own=one["memory"].get("own", 0),
        mapped=one["memory"].get("mapped", 0),
        recall_10=recall["recall@10"],
        recall_100=recall["recall@100"],
        vectors_core_ms=_percentiles(recall["ms"])[0],
        add_s=added.seconds,
        add_core_s=added.core_s,
        add_peak=added.peak,
        remove_s=removed and removed.seconds,
        remove_core_s=removed and removed.core_s,
    )


def _tell(step: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {step} ...", file=sys.stderr, flush=True)


def _status(index: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "index", "status", "--json", "--index", str(index)]
    status: dict[str, Any] = json.loads(
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    )
    return status


def _knows(command: str) -> bool:
    """Tell whether `python -m index` has this command."""
    asked = [sys.executable, "-m", "index", command, "--help"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _probe(what: str, corpus: Corpus, index: Path, *options: str) -> dict[str, Any]:
    out = index.with_suffix(".probe")
    try:
        run(
            "-m",
            "lab.scale_probe",
            what,
            index,
            corpus.questions,
            out,
            "--started",
            str(time.time()),
            *options,
            watched=False,
        )
        result: dict[str, Any] = json.loads(out.read_text("utf-8"))
    finally:
        out.unlink(missing_ok=True)
    return result


def _percentiles(ms: Sequence[float]) -> list[float]:
    return [float(value) for value in np.percentile(ms, (50, 95, 99))]


def figures_of(size: int, options: argparse.Namespace) -> Figures:
    """Return the figures of a size: those in the work folder, if the code is the same, else new ones."""
    folder = options.work / f"{size}"
    kept = folder / "figures.json"
    code = _checksum_of_code()
    if kept.exists() and not options.fresh:
        known = json.loads(kept.read_text("utf-8"))
        if known.pop("code") == code or options.keep:
            return Figures(**known)
    print(f"{size:,} passages", file=sys.stderr, flush=True)
    _tell("corpus")
    corpus = make_corpus(options.data, options.gold, options.seeds, size, folder / "corpus")
    figures = measure(corpus, folder / "index")
    kept.write_text(json.dumps(asdict(figures) | {"code": code}), "utf-8")
    return figures


def _checksum_of_code() -> str:
    digest = hashlib.sha256()
    for path in sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "qa").rglob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


# ---- beside others ------------------------------------------------------------------------------------


def run_peers(size: int, options: argparse.Namespace) -> list[Peer]:
    """Let the libraries of lab/benchmark_retrieval.py build and answer the same passages and questions.

    Each in its variant for Chinese, with keywords and vectors together, by its adapter in lab/peers/; Wenbao
    also without the texts, as txtai, and as it answers, with its reranker and reader.
    """
    folder = options.work / f"{size}"
    corpus = make_corpus(options.data, options.gold, options.seeds, size, folder / "corpus")
    articles, questions, checksum = write_trial(corpus, folder / "peers")
    asked = tuple(Asked(question, frozenset()) for question in questions)
    trial = Trial("scale", "", folder / "peers", articles, asked, checksum)
    peers = []
    for system in SYSTEMS:
        if system.variant == "defaults" or system.module == "bm25s":  # which has keywords only
            continue
        result = result_of(system, trial, options, run=True) or {}
        legs = result.get("legs", {})
        if "fused" not in legs:
            peers.append(Peer(system.title, error=str(result.get("error", "nothing was measured"))))
        for name, told in _COMPARED.items():
            if leg := legs.get(name):
                p50, p95, _ = _percentiles(leg["ms"])
                few = len(leg["ms"]) if len(leg["ms"]) < len(questions) else 0
                mb = int(leg["mb"] * 2**20)
                peers.append(Peer(f"{system.title}{told}", p50, p95, leg["build_s"], mb, few))
    return peers


# ---- the command --------------------------------------------------------------------------------------


INTRODUCTION = """\
# How everything grows
`python -m lab.benchmark_scale --write` writes this section. News of `../shared/data` as JSON Lines with date,
title and body, and the seeds. “Recombined”: there is text for some 330,000 passages; beyond that, paragraphs
of different stories make new ones, under the halves of two headlines. Build, add and remove are the whole
commands; memory at most is theirs and their children's together, mapped files with it. Opening is from the
start of Python until one can ask, then until the first answer; “not in memory”: the system was told to forget
the index's files. Asked are questions made from the corpus, and the gold ones; eight at a time by eight
threads of one process. Recall is that of the vectors' hundred against exact search over the index's rows.
n^b: twice the passages cost 2^b times as much, fitted over the sizes. {cores} cores with a load of {loads}
before; what is “of a core” stays true under load. Python {python}.

"""
BESIDE = """

Beside others, over the same {size:,} passages (`--peers`): each with the bundled encoder, keywords and
vectors together, a hundred passages, its own way to take Chinese, by its adapter in `lab/peers/`, held to
{cores}. Bodies only; “asked”: how many questions a slow one was asked within its time. All give the
texts but txtai: beside it stand Wenbao's numbers alone. Only Wenbao has a line in which it reranks and reads
for the answer, as the table above has it.

"""


def write_section(sizes: Sequence[Figures], peers: Sequence[Peer], options: argparse.Namespace) -> str:
    """Return the section of lab/README.md."""
    text = INTRODUCTION.format(
        cores=os.cpu_count(),
        loads=", ".join(f"{one.load:.1f}" for one in sizes),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
    )
    text += f"{write_table(sizes)}\n\n![How everything grows]({PLOT})"
    if peers:
        cores = "1 core" if options.threads == 1 else f"{options.threads} cores"
        text += BESIDE.format(size=options.peers, cores=cores) + write_peers(peers)
    return text


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), metavar="N", help="passages")
    parser.add_argument("--work", type=Path, default=Path(gettempdir()) / "wenbao-scale", metavar="DIR")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", metavar="DIR")
    parser.add_argument("--gold", type=Path, default=ROOT.parent / "shared" / "gold", metavar="DIR")
    parser.add_argument("--seeds", type=Path, default=ROOT / "seeds", metavar="DIR")
    parser.add_argument("--peers", nargs="?", type=int, const=PEERS_AT, metavar="N",
                        help=f"other libraries, too, at N passages (default: {PEERS_AT:,})")  # fmt: skip
    parser.add_argument("--fresh", action="store_true", help="measure what the work folder has again")
    parser.add_argument("--keep", action="store_true", help="take what older code gave, too")
    parser.add_argument("--write", action="store_true", help="write lab/README.md and the plot")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="cores for each peer")
    parser.add_argument("--budget", type=float, default=300.0, metavar="S", help="to ask one leg of a peer")
    parser.add_argument("--timeout", type=float, default=3600.0, metavar="S", help="for a peer")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each size, print the table, and write it where that is wanted."""
    options = parse(arguments)
    try:
        sizes = [figures_of(size, options) for size in sorted(options.sizes)]
        peers = run_peers(options.peers, options) if options.peers else []
    except (Failed, OSError) as error:
        sys.exit(str(error))
    section = write_section(sizes, peers, options)
    print(section)
    if options.write:
        README.write_text(put_between_marks(README.read_text("utf-8"), section, BEGIN, END), "utf-8")
        README.with_name(PLOT).write_text(draw_costs(sizes), "utf-8")


if __name__ == "__main__":
    main()
