"""How fast the page is: with many people asking at once, and for one in a real browser.

    python -m lab.benchmark_page [--people 50] [--index DIR] [--write]

In: an index. Out: what was measured, and with --write a section of lab/README.md. It starts the app itself.
Every person asks a question made from the articles, over the HTTP API and its queue, at the same moment.
In the browser a question counts from the press of Enter until the answer has been painted.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from index.store import DEFAULT_INDEX
from lab.served import find_chromium, serve_app
from qa.archive import Archive

README = Path(__file__).parent / "README.md"
HEADING = "# The page under load"
ASKED = 20
# Resolves with the milliseconds from the press of Enter to the frame after the one that holds the answer.
_TIMED = """() => new Promise((done) => {
    const turns = document.querySelectorAll(".turn").length;
    let start;
    document.querySelector("#box textarea").addEventListener("keydown",
        (event) => { start = event.timeStamp; }, { once: true, capture: true });
    const look = () => requestAnimationFrame(() => {
        if (document.querySelectorAll(".turn").length === turns) return look();
        requestAnimationFrame(() => done(performance.now() - start));
    });
    look();
})"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What became of the questions of many: how long each took in seconds, and those that failed."""

    people: int
    times: tuple[float, ...]
    errors: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What one visitor saw: milliseconds to the first paint and to each answer, and what the page weighs."""

    paint: float
    answers: tuple[float, ...]
    size: int
    requests: int


async def ask_at_once(address: str, questions: Sequence[str]) -> Crowd:
    """Let each question be asked by somebody else, all at the same moment."""
    times, errors = [], []

    async def ask(question: str) -> None:
        limits = httpx.Limits(max_connections=2)
        async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:
            await ready.wait()
            started = time.perf_counter()
            try:
                joined = await client.post("gradio_api/call/v2/ask", json={"question": question})
                joined.raise_for_status()
                told = await client.get(f"gradio_api/call/ask/{joined.json()['event_id']}")
                event, data = told.text.strip().split("\n", 1)
                if event != "event: complete" or "answer" not in json.loads(data.removeprefix("data: "))[0]:
                    errors.append(told.text[:200])
            except (httpx.HTTPError, ValueError) as error:
                errors.append(f"{type(error).__name__}: {error}")
            times.append(time.perf_counter() - started)

    ready = asyncio.Event()
    people = [asyncio.create_task(ask(question)) for question in questions]
    await asyncio.sleep(1)
    started = time.perf_counter()
    ready.set()
    await asyncio.gather(*people)
    return Crowd(len(questions), tuple(sorted(times)), tuple(errors), time.perf_counter() - started)


def look_at_page(address: str, questions: Sequence[str]) -> Sight:
    """Open the page in a browser that has never seen it, and ask each question with Enter."""
    from playwright.sync_api import sync_playwright

    sizes: list[int] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(locale="zh-CN", reduced_motion="reduce").new_page()
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        page.goto(address)
        page.locator(".start li").first.wait_for()
        page.wait_for_timeout(1000)
        size, requests = sum(sizes), len(sizes)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        answers = []
        for question in questions:
            page.locator("#box textarea").fill(question)
            page.evaluate(f"void (window.timed = ({_TIMED})())")  # not awaited yet
            page.locator("#box textarea").press("Enter")
            answers.append(page.evaluate("window.timed"))
        browser.close()
    return Sight(paint, tuple(sorted(answers)), size, requests)


def tell(crowd: Crowd, sight: Sight, cores: int, load: float) -> str:
    """Return what was measured, as a section of lab/README.md."""
    ms = [1000 * one for one in crowd.times]
    at_95 = ms[min(len(ms) * 95 // 100, len(ms) - 1)]
    rows = [
        (f"{crowd.people} people ask at once: errors", f"{len(crowd.errors)}"),
        ("until the answer, median / 95 % / longest",
         f"{_middle(ms):.0f} / {at_95:.0f} / {ms[-1]:.0f} ms"),
        ("answers a second", f"{crowd.people / crowd.seconds:.1f}"),
        (f"one person in a browser, {len(sight.answers)} questions: Enter to answer shown, median / longest",
         f"{_middle(sight.answers):.0f} / {sight.answers[-1]:.0f} ms"),
        ("first contentful paint, nothing cached", f"{sight.paint:.0f} ms"),
        ("the page, transferred", f"{sight.size / 1000:,.0f} kB in {sight.requests} requests"),
    ]  # fmt: skip
    lines = [
        HEADING,
        f"`python -m lab.benchmark_page --write`, on {cores} cores with a load of {load:.1f} before.",
        "",
    ]
    return "\n".join(
        [*lines, "| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows), ""]
    )


def _middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def write_section(text: str, section: str, heading: str) -> str:
    """Return the README with the section in the place of the one of that heading, or at its end."""
    old = re.search(rf"{re.escape(heading)}\n.*?(?=^# |\Z)", text, re.DOTALL | re.MULTILINE)
    if old is None:
        return f"{text.rstrip()}\n\n{section}"
    return f"{text[: old.start()]}{section}\n{text[old.end() :]}".rstrip() + "\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the page under load.")
    parser.add_argument("--people", type=int, default=50, help="who ask at the same moment (default: 50)")
    parser.add_argument("--index", type=Path, default=DEFAULT_INDEX, metavar="DIR")
    parser.add_argument("--write", action="store_true", help="write the section of lab/README.md")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    made = Archive.open(options.index).examples(ASKED)  # more would take minutes to make
    questions = [made[at % len(made)] for at in range(options.people)]
    with serve_app(options.index) as served:
        asyncio.run(
            ask_at_once(served.address, made[:2])
        )  # the first question of a process loads what it needs
        crowd = asyncio.run(ask_at_once(served.address, questions))
        sight = look_at_page(served.address, [made[at % len(made)] for at in range(ASKED)])
    section = tell(crowd, sight, len(os.sched_getaffinity(0)), load)
    print(section)
    for error in crowd.errors:
        print(f"  {error}")
    print(f"{len(set(questions))} different questions")
    if options.write:
        README.write_text(write_section(README.read_text("utf-8"), section, HEADING), "utf-8")


if __name__ == "__main__":
    main()
