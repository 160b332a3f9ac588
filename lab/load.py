"""How the running app bears many people for minutes, while its index is renewed: errors, times, memory.

    python -m lab.load [--people 1 10 50 100] [--minutes 1] [--every 10] [--index DIR] [--write]

In: an index, of which a copy is used. Out: what was measured, and with --write a section of lab/README.md.
Each number of people asks over the HTTP API and its queue, twice for so many minutes. Closed: each asks on as
soon as he is answered. Open: questions come by a Poisson clock, each of the people asking once in `--every`
seconds, whether or not those before are answered; a question's time counts from when it was due. In the
middle of each, another process adds a page to the index, and it is seen when the app answers from it.

The askers are a program on the same machine and take their share of its cores.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from index.store import DEFAULT_INDEX
from lab.benchmark_page import README, write_section
from lab.served import ROOT, Served, serve_app
from qa.archive import Archive

HEADING = "# The app under load"
BUSY = (429, 503)  # it says calmly that too many are asking: no error, and counted apart
PROBE = "北渡口自行车过渡每辆收费多少元?"
PAGE = "北渡口收费改了\n\n本报讯(记者 周平)北渡口自行车过渡每辆收费{}元,昨日起实行。\n"


@dataclass(slots=True)
class Run:
    """What became of the questions of one run: seconds that each took, those put off, those that failed."""

    people: int
    loop: str
    times: list[float] = field(default_factory=list)
    busy: int = 0
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    renewed: float = float("nan")
    memory: int = 0


def memory_of(process: int) -> int:
    """Return the bytes of memory that a process has (VmRSS)."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


async def ask(client: httpx.AsyncClient, question: str) -> object:
    """Return the object that the app answers with. Raises httpx.HTTPError and ValueError."""
    joined = await client.post("gradio_api/call/v2/ask", json={"question": question})
    joined.raise_for_status()
    told = await client.get(f"gradio_api/call/ask/{joined.json()['event_id']}")
    told.raise_for_status()
    event, _, data = told.text.strip().rpartition("event: ")[2].partition("\n")
    answer = json.loads(data.removeprefix("data: "))
    if event != "complete" or "answer" not in answer[0]:
        raise ValueError(f"{event}: {told.text[-200:]}")
    return answer[0]


async def note(client: httpx.AsyncClient, question: str, run: Run, due: float) -> None:
    """Ask, and note in `run` what became of it; it was `due` at that second of the clock."""
    try:
        await ask(client, question)
    except httpx.HTTPStatusError as error:
        if error.response.status_code in BUSY:
            run.busy += 1
        else:
            run.errors.append(f"{error.response.status_code}: {error.response.text[:200]}")
    except (httpx.HTTPError, ValueError, LookupError) as error:
        where = f" {error.request.url.path}" if isinstance(error, httpx.RequestError) else ""
        run.errors.append(f"{type(error).__name__}{where}: {error}")
    else:
        run.times.append(time.perf_counter() - due)


async def ask_closed(client: httpx.AsyncClient, questions: Sequence[str], run: Run, seconds: float) -> None:
    """Let each of the people ask on as soon as he is answered."""
    ends = time.perf_counter() + seconds

    async def go_on(first: int) -> None:
        at = first
        while (now := time.perf_counter()) < ends:
            await note(client, questions[at % len(questions)], run, now)
            at += 7

    await asyncio.gather(*(go_on(first) for first in range(run.people)))


async def ask_open(
    client: httpx.AsyncClient, questions: Sequence[str], run: Run, seconds: float, rate: float
) -> None:
    """Let `rate` questions a second come by a Poisson clock; whoever is asked waits for nobody."""
    chance, asked = random.Random(run.people), []
    started = due = time.perf_counter()
    while (due := due + chance.expovariate(rate)) < started + seconds:
        await asyncio.sleep(due - time.perf_counter())
        asked.append(asyncio.create_task(note(client, chance.choice(questions), run, due)))
    await asyncio.sleep(started + seconds - time.perf_counter())
    await asyncio.gather(*asked)


async def renew(client: httpx.AsyncClient, index: Path, fare: int, after: float) -> float:
    """Add a page to the index after so many seconds; return how many the app took to answer from it."""
    await asyncio.sleep(after)
    page = index.parent / "渡口.txt"
    page.write_text(PAGE.format(fare), "utf-8")
    command = (sys.executable, "-m", "index", "add", str(page), "--index", str(index))
    quiet = asyncio.subprocess.DEVNULL
    adding = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=quiet, stderr=quiet)
    if await adding.wait():
        raise RuntimeError("`index add` failed")
    started = time.perf_counter()
    while time.perf_counter() - started < 120:
        try:
            if f"{fare}元" in str(await ask(client, PROBE)):
                return time.perf_counter() - started
        except httpx.HTTPStatusError:  # too many are asking: it is put off like all
            pass
        await asyncio.sleep(0.3)
    raise RuntimeError("the app never answered from the page that was added")


@asynccontextmanager
async def visiting(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client that asks as many questions at once as there are, each over a connection of its own.

    A connection that is kept is closed by the server after five seconds, maybe just as it is used again.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:
        yield client


async def bear(
    served: Served, index: Path, questions: Sequence[str], people: Sequence[int], seconds: float, every: float
) -> tuple[int, list[Run]]:
    """Return the app's memory when it was warm, and what became of each run."""
    runs: list[Run] = []
    async with visiting(served.address) as client:
        # Warm is an app that has had all of them at once, and a second index.
        warming = Run(max(people), "warm")
        warm = ask_closed(client, questions, warming, min(seconds, 20))
        await asyncio.gather(warm, renew(client, index, 1000, 2))
        await asyncio.sleep(3)
        start = memory_of(served.process)
        for number, (count, loop) in enumerate((n, loop) for n in people for loop in ("closed", "open")):
            run = Run(count, loop)
            started = time.perf_counter()
            asking = (
                ask_closed(client, questions, run, seconds)
                if loop == "closed"
                else ask_open(client, questions, run, seconds, count / every)
            )
            _, run.renewed = await asyncio.gather(asking, renew(client, index, 1001 + number, seconds / 2))
            run.seconds = time.perf_counter() - started
            await asyncio.sleep(3)
            run.memory = memory_of(served.process)
            runs.append(run)
            print(_row(run), flush=True)
    return start, runs


def _row(run: Run) -> str:
    ms = sorted(1000 * one for one in run.times)
    at = statistics.quantiles(ms, n=100, method="inclusive") if len(ms) > 1 else [float("nan")] * 99
    cells = (
        f"{run.people}", run.loop, f"{run.seconds:.0f}", f"{len(ms) / run.seconds:.1f}",
        f"{len(run.errors)}", f"{run.busy}", f"{at[49]:.0f} / {at[94]:.0f} / {at[98]:.0f}",
        f"{run.renewed:.1f}", f"{run.memory / 1e6:.0f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def tell(start: int, runs: Sequence[Run], passages: int, every: float, cores: int, load: float) -> str:
    """Return what was measured, as a section of lab/README.md."""
    end, rows = runs[-1].memory, "\n".join(map(_row, runs))
    drift = 100 * (end - start) / start
    return f"""{HEADING}
`python -m lab.load --write`, on {cores} cores with a load of {load:.1f} before, {passages:,} passages.
Closed: each of the people asks on as soon as he is answered. Open: each asks once in {every:g} seconds, by a
Poisson clock. In the middle of each run another process adds a page; “renewed” is how many seconds later
the app answers from it.

| people | loop | seconds | answers a second | errors | put off | p50 / p95 / p99 ms | renewed | memory MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
{rows}

Memory of the app: {start / 1e6:.0f} MB once it was warm, {end / 1e6:.0f} MB at the end, {drift:+.1f} %.
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Let many people ask for minutes.")
    parser.add_argument("--people", type=int, nargs="+", default=[1, 10, 50, 100], metavar="N")
    parser.add_argument("--minutes", type=float, default=1.0, help="of each run (default: 1)")
    parser.add_argument(
        "--every", type=float, default=10.0, metavar="SECONDS", help="open loop (default: 10)"
    )
    parser.add_argument("--index", type=Path, default=DEFAULT_INDEX, metavar="DIR")
    parser.add_argument("--write", action="store_true", help="write the section of lab/README.md")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    archive = Archive.open(options.index)
    questions, passages = archive.examples(20), archive.summary.passages
    del archive
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        shutil.copytree(options.index, index)
        with serve_app(index) as served:
            start, runs = asyncio.run(
                bear(served, index, questions, options.people, 60 * options.minutes, options.every)
            )
    section = tell(start, runs, passages, options.every, len(os.sched_getaffinity(0)), load)
    print(section)
    for error in (error for run in runs for error in run.errors[:5]):
        print(f"  {error}")
    if options.write:
        README.write_text(write_section(README.read_text("utf-8"), section, HEADING), "utf-8")


if __name__ == "__main__":
    main()
