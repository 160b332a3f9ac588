"""python -m lab.fuzz: malformed files are read and hostile questions asked, and what goes wrong is counted.

In: how many of each, and a seed. Out: a table of counts; each fault in a line. Exit status 0 where there was
none, 1 where there was. Does not know how files and questions are made: malformed.py and nonsense.py do.

A fault is: an exception that is not told to a user in a sentence, a process that died, more time
or memory than is allowed, a passage that does not stand at its offsets, an index that its check complains of.
Time is that of the processor, so that a busy machine is not blamed on the input. Each file is read in a
forked process of its own, and is then indexed with a hundred others by the command that users call.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.articles import read_articles
from index.check import find_faults
from index.errors import QuestionError
from index.pages import Skipped, read_pages
from index.passages import cut_passages
from index.store import open_store
from index.text import cut_words, terms
from lab.apart import Tally, in_batches, run_apart
from lab.malformed import make_files, make_samples
from lab.nonsense import Asked, make_questions
from qa.archive import Archive
from qa.shelf import read_look

ROOT = Path(__file__).parent.parent
# What a file may cost: seconds for each, and for each megabyte; bytes of memory for each, and for each byte.
FILE_SECONDS, MEGABYTE_SECONDS = 6.0, 10.0
FILE_BYTES, BYTES_FOR_ONE = 200 * 2**20, 60
QUESTION_SECONDS = 2.0
QUESTION_BYTES = 200 * 2**20  # that all questions of a process together may add
_CHUNK, _ASKED_AT_ONCE = 100, 1000


def spent() -> float:
    """Return the seconds of processor time of this process, and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def resident() -> int:
    """Return how many bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# ---- files ---------------------------------------------------------------------------------------


def fuzz_files(count: int, seed: int, folder: Path) -> Tally:
    """Read `count` malformed files one by one, then index them, a hundred at a time, with the command."""
    tally = Tally()
    sound = folder / "sound.txt"
    sound.write_bytes(make_samples()[".txt"])
    list(_read_all(sound))  # what loads slowly is loaded before it is forked
    sound.unlink()
    for number, files in enumerate(in_batches(make_files(count, seed), _CHUNK)):
        chunk = folder / f"{number:03}"
        chunk.mkdir()
        for made in files:
            path = chunk / made.name
            path.write_bytes(made.content)
            one = run_apart(read_one, path)
            one.faults[:] = [f"{made.harm}: {fault}" for fault in one.faults]
            one.most = {kind: (slow, made.harm) for kind, (slow, _) in one.most.items()}
            tally.add(one)
        tally.add(index_with_command(chunk, folder / f"{number:03}.index"))
        for path in chunk.iterdir():
            path.unlink()
    return tally


def _read_all(path: Path) -> Iterator[str]:
    """Do with a file what the index does with it. Yield what is wrong with what comes of it."""
    for page in read_pages(path, path.name):
        if isinstance(page, Skipped):
            if "\n" in page.reason or not page.reason.strip():
                yield f"a reason that is no line: {page.reason!r}"
            continue
        page.text.encode()  # SQLite takes no lone surrogates
        for article in read_articles(page).articles:
            if article.text != "".join(page.text[span.start : span.end] for span in article.spans):
                yield "an article does not stand at its spans"
            for passage in cut_passages(article, page.text):
                spans = article.page_spans(passage.start, passage.end)
                if "".join(page.text[span.start : span.end] for span in spans) != passage.text:
                    yield "a passage does not stand at its offsets"
                terms(passage.text, cut_words(passage.text))


def read_one(path: Path) -> Tally:
    """Read one file in this process; count what came, and what it cost."""
    tally, size, before, started = Tally(), path.stat().st_size, resident(), spent()
    tally.counts["files read"] = 1
    tally.faults += _read_all(path)
    seconds = spent() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    if seconds > FILE_SECONDS + MEGABYTE_SECONDS * size / 1e6:
        tally.faults.append(f"{path.name}: {seconds:.1f} s for {size / 1e6:.1f} MB")
    if grown > FILE_BYTES + BYTES_FOR_ONE * size:
        tally.faults.append(f"{path.name}: {grown / 2**20:.0f} MB of memory for {size / 1e6:.1f} MB")
    tally.measure(f"seconds for a file {path.suffix.strip() or '-'}", seconds, path.name)
    return tally


def index_with_command(folder: Path, index: Path) -> Tally:
    """Index `folder` as users do. It may say that nothing could be read; it may not break."""
    tally = Tally()
    command = [sys.executable, "-m", "index", "build", str(folder), "--index", str(index)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    tally.counts["indexed with the command"] = sum(1 for _ in folder.iterdir())
    tally.counts["skipped, and said so"] = run.stderr.count("Skipped ")
    if run.returncode or "Traceback" in run.stderr:
        tally.faults.append(f"{folder}: status {run.returncode}: {run.stderr[-2000:]}")
    else:
        # Of ten thousand passages of the same words, the one that is looked for does not come first.
        faults = [one for one in find_faults(open_store(index)) if "is not found by its" not in one]
        tally.faults += [f"{folder}: {fault}" for fault in faults]
    return tally


# ---- questions -----------------------------------------------------------------------------------


def fuzz_questions(count: int, seed: int, index: Path) -> Tally:
    """Ask, look for, verify and browse `count` questions, a thousand in a process."""
    tally = Tally()
    for asked in in_batches(make_questions(count, seed), _ASKED_AT_ONCE):
        tally.add(run_apart(ask_all, index, asked, seconds=3600))
    return tally


def ask_all(index: Path, questions: Sequence[Asked]) -> Tally:
    """Put the questions through every door of the archive; count what came, and what it cost."""
    tally, archive = Tally(), Archive.open(index)
    archive.ask("桥有多长?")
    archive.shelf.browse(read_look({"words": "桥"}))
    before = resident()
    for number, asked in enumerate(questions):
        started = time.thread_time()
        door = ("ask", "ask", "verify", "browse")[number // 15 % 4]
        try:
            knock(archive, door, asked)
            tally.counts[f"{door}: answered"] += 1
        except QuestionError:
            tally.counts[f"{door}: told why not"] += 1
        except Exception:
            tally.faults.append(f"{door} {asked!r:.300}: {traceback.format_exc(limit=-4)}")
        seconds = time.thread_time() - started
        tally.measure(
            f"{door}: seconds for a question",
            seconds,
            f"{asked.oddity}: {asked.text!r:.60}, after {len(asked.history)}",
        )
        if seconds > QUESTION_SECONDS:
            tally.faults.append(f"{door} took {seconds:.1f} s: {asked!r:.300}")
    if (grown := resident() - before) > QUESTION_BYTES:
        tally.faults.append(f"{len(questions)} questions added {grown / 2**20:.0f} MB of memory")
    tally.measure("MB of memory that a thousand questions add", grown / 2**20)
    return tally


def knock(archive: Archive, door: str, asked: Asked) -> None:
    """Put one question through one door, and look at what is said as a page would."""
    if door == "verify":
        archive.verify(asked.text)
    elif door == "browse":
        limits = dict(zip(("date", "district", "source", "kind", "newspaper"), asked.history, strict=False))
        archive.shelf.browse(read_look({"words": asked.text, "limits": limits, "first": len(asked.text)}))
    else:
        answer = archive.ask(asked.text, asked.history)
        for citation in answer.citations:
            page = archive.page(citation.source).page
            if page.text[citation.start : citation.end] != citation.text:
                raise AssertionError(f"a citation does not stand at its place: {citation}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both parts and print their tables."""
    parser = argparse.ArgumentParser(prog="python -m lab.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--index", type=Path, default=Path("var/index"), help="to ask; default: %(default)s")
    options = parser.parse_args(arguments)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        tally.add(fuzz_files(options.files, options.seed, Path(folder)))
    tally.add(fuzz_questions(options.questions, options.seed, options.index))
    print("\n".join(tally.tell()))
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
