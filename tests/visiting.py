"""The really running chat, and visitors to it in a real browser."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What Gradio's client says of a stream that was broken off: who asks again or leaves while what may be asked
# next is on its way does that. A stream that broke off unasked leaves a test waiting for what it would bring.
BROKEN_OFF = (
    "AbortError: signal is aborted",
    "AbortError: BodyStreamBuffer was aborted",  # the same, where the stream had begun to be read
    "Unexpected error Connection errored out",
)


def run_app(*arguments: str, changes: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Start the app, with `changes` of tests/sharing.py made to it."""
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "PYTHONIOENCODING": "utf-8"}
    started = ["-m", "tests.sharing", *changes, "--"] if changes else [str(ROOT / "app.py")]
    command = [sys.executable, *started, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", env=environment, cwd=ROOT)


@contextmanager
def serve(index_dir: Path, *arguments: str, changes: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with run_app("--index", str(index_dir), "--port", str(port), *arguments, changes=changes) as process:
        try:
            yield process
        finally:
            process.terminate()  # else a test that fails would wait for it
        assert process.stderr is not None
        told = process.stderr.read()
        assert "Traceback" not in told
        assert "a summary failed" not in told


def address_of(running: subprocess.Popen[str]) -> str:
    """Return where the app answers; it says so itself, once it does."""
    said = running.stdout.readline()
    assert said.startswith("Wenbao is at http://127.0.0.1:"), running.communicate()
    return said.split()[-1]


@dataclass
class Visit:
    """A visitor's page, and what it did that it should not."""

    page: "playwright.sync_api.Page"  # noqa: F821
    strangers: list[str]
    errors: list[str]

    def ask(self, question: str) -> "playwright.sync_api.Locator":  # noqa: F821
        """Type a question, press Enter, and return the turn that it becomes."""
        turns = self.page.locator(".turn")
        number = turns.count()
        self.page.get_by_role("textbox").fill(question)
        self.page.get_by_role("textbox").press("Enter")
        turns.nth(number).wait_for()
        return turns.nth(number)


@contextmanager
def visiting(
    address: str,
    browser,
    width: int = 1440,
    height: int = 900,
    prepare: str = "",
    enter: bool = True,
    **context_options: str,
) -> Iterator[Visit]:
    """Visit the page, and `enter` it where no password is asked for.

    `prepare` is a script that runs before any of the page's; the rest is Playwright's.
    """
    viewport = {"width": width, "height": height}
    options = {"reduced_motion": "reduce", "locale": "zh-CN", **context_options}
    context = browser.new_context(viewport=viewport, **options)
    if prepare:
        context.add_init_script(prepare)
    visit = Visit(context.new_page(), [], [])

    def note_request(request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            visit.strangers.append(request.url)

    def note_error(text: str) -> None:
        if not text.startswith(BROKEN_OFF):
            visit.errors.append(text)

    visit.page.on("request", note_request)
    visit.page.on("pageerror", lambda error: note_error(str(error)))
    visit.page.on("console", lambda line: note_error(line.text) if line.type == "error" else None)
    visit.page.goto(address)
    if enter:
        visit.page.locator("#talk .start").wait_for()
        visit.page.locator("html:not(.settling)").wait_for()
        visit.page.locator(".loading").first.wait_for(state="detached")  # Gradio has its own for a moment
    yield visit
    errors = list(visit.errors)  # what the page says while it is closed is no fault of the page's
    context.close()
    assert visit.strangers == []
    assert errors == [], errors


def in_view(page, selector: str) -> bool:
    """Tell whether an element lies inside the sheet as it is scrolled, and inside the window."""
    return page.evaluate(
        """(selector) => {
            const mark = document.querySelector(selector).getBoundingClientRect();
            const sheet = document.querySelector("#sheet .sheet").getBoundingClientRect();
            const bottom = Math.min(sheet.bottom, innerHeight);
            return mark.height > 0 && mark.top >= sheet.top && mark.bottom <= bottom;
        }""",
        selector,
    )
