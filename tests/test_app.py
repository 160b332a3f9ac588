"""app.py: the really running chat in a real browser, and its command line."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import app
from index.errors import EmptyQuestion, EncoderError, LongQuestion
from web.view import Turn

ROOT = Path(app.__file__).parent
QUESTION, EXACT = "农民工张广林拿回了多少工资?", "20600元"
SENTENCE, SOURCE = "来自滑县的农民工张广林手里拿着20600元现金,激动不已。", "001_200823f155d71e7b.txt"
HOSTILE = "<img src=x onerror='window.hit=1'>${window.hit=2}{{window.hit}}</h2><script>window.hit=3</script>"
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


def run_app(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(ROOT / "app.py"), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", env=environment, cwd=ROOT)


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    command = [sys.executable, "-m", "index", "build", "seeds", "--index", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def running(index_dir) -> Iterator[subprocess.Popen[str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with run_app("--index", str(index_dir), "--port", str(port)) as process:
        yield process
        process.terminate()
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium is installed, and CI must not skip the browser")
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)


@pytest.fixture(scope="module")
def address(running, browser) -> str:
    """Where the app answers; it says so itself, once it does. The browser starts meanwhile."""
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


@pytest.fixture
def visit(address, browser, request) -> Iterator[Visit]:
    width, height = getattr(request, "param", (1440, 900))
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    visit = Visit(context.new_page(), [], [])

    def note_request(request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            visit.strangers.append(request.url)

    visit.page.on("request", note_request)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("console", lambda line: visit.errors.append(line.text) if line.type == "error" else None)
    visit.page.goto(address)
    visit.page.locator(".start li").first.wait_for()
    yield visit
    context.close()
    assert visit.strangers == []
    assert visit.errors == []


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


def test_a_visitor_asks_reads_opens_the_page_and_switches_to_english(visit):
    page = visit.page
    turn = visit.ask(QUESTION)
    assert turn.locator(".span").inner_text() == EXACT
    assert turn.locator("p.said").inner_text() == f"{SENTENCE}[1]"
    assert turn.locator("p.said mark.exact").inner_text() == EXACT
    assert turn.locator(".src h3").inner_text() == "社区帮讨薪 民工送锦旗"
    assert turn.locator(".src .meta").inner_text() == f"金水区 · 本报记者 王影 通讯员 申宝玲 · {SOURCE}"
    assert "".join(turn.locator("blockquote mark").all_inner_texts()) == SENTENCE

    turn.locator("a.cite").click()
    sheet = page.locator("#sheet .sheet")
    sheet.wait_for()
    assert SOURCE in sheet.inner_text()
    assert "".join(sheet.locator(".art.on mark").all_inner_texts()) == SENTENCE
    assert in_view(page, "#sheet mark.exact")
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")

    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Ask", exact=True).wait_for()
    assert turn.locator(".span").inner_text() == EXACT
    assert turn.locator("summary").inner_text() == "In context"
    turn.locator(".src .meta").click()  # the card leads there too, and the page speaks English by now
    sheet.wait_for()
    assert sheet.get_by_role("button", name="Close").is_visible()

    refused = visit.ask("十二里屯工地要盖几层楼?")
    assert refused.locator(".no p").inner_text() == "The papers do not say."
    assert refused.locator(".span").count() == 0
    assert refused.locator(".src").count() > 0


@pytest.mark.parametrize("visit", [(390, 844)], indirect=True)
def test_on_a_phone_the_page_is_a_full_sheet_that_closes(visit):
    page = visit.page
    page.locator(".start button").first.click()
    page.locator(".turn p.said, .turn .no").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".turn .src h3 a").first.click()
    sheet = page.locator("#sheet .sheet")
    sheet.wait_for()
    box = sheet.bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert in_view(page, "#sheet mark")
    page.get_by_role("button", name="关闭").click()
    sheet.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.closest('.src') !== null")


def test_a_limit_is_a_chip_and_goes_with_a_click(visit):
    page = visit.page
    turn = visit.ask(f"在金水区的报道中,{QUESTION}")
    assert turn.locator(".limits li").all_inner_texts() == ["地区 金水区\n×"]
    assert turn.locator(".span").inner_text() == EXACT
    refused = visit.ask(f"在上街区的报道中,{QUESTION}")
    assert refused.locator(".no p").inner_text() == "在这个范围里没有找到。"
    assert SENTENCE in refused.locator(".no small").inner_text()
    refused.get_by_role("button", name="去掉“上街区”再问").click()
    page.locator(".turn").nth(2).wait_for()
    again = page.locator(".turn").nth(2)
    assert again.locator("h2").inner_text() == QUESTION
    assert again.locator(".limits").count() == 0
    assert again.locator(".asked").count() == 0
    assert again.locator(".span").inner_text() == EXACT
    # The talk goes on as if the question had been typed.
    assert visit.ask("他是哪里人?").locator(".span").inner_text() == "滑县"


def test_what_a_visitor_types_is_shown_and_never_run(visit):
    assert visit.ask(HOSTILE).locator("h2").inner_text() == HOSTILE
    assert visit.page.evaluate("window.hit") is None


def test_empty_and_endless_questions_get_a_calm_word(visit):
    assert visit.ask("  ").inner_text() == "先写下一个问题，再按“提问”。"
    page = visit.page
    page.get_by_role("textbox").fill("问" * 100_000)
    page.get_by_role("button", name="提问").click()
    page.locator(".turn h2").wait_for()  # it takes the place of the reminder
    assert page.locator(".turn .no").all_inner_texts() == ["这个问题太长，没法查。请用一两句话来问。"]


def test_enter_belongs_to_the_input_method_while_it_composes(visit):
    page = visit.page
    page.get_by_role("textbox").fill(QUESTION)
    press = """(box, composing) => ["keydown", "keypress", "keyup"].forEach((kind) => box.dispatchEvent(
        new KeyboardEvent(kind, {key: "Enter", code: "Enter", bubbles: true, isComposing: composing})))"""
    page.get_by_role("textbox").evaluate(press, True)
    page.get_by_role("textbox").evaluate(press, False)
    page.locator(".turn").first.wait_for()
    page.get_by_role("textbox").press("Enter")  # the box is empty by now
    page.locator(".turn").nth(1).wait_for()
    assert page.locator(".turn .span").all_inner_texts() == [EXACT]


def test_one_visitors_conversation_never_reaches_another(visit, browser, address):
    visit.ask(QUESTION)
    other = browser.new_context()
    page = other.new_page()
    page.goto(address)
    page.locator(".start li").first.wait_for()
    assert page.locator(".turn").count() == 0
    other.close()


def test_a_missing_index_is_told_in_one_line(tmp_path, capsys):
    assert app.main(["--index", str(tmp_path / "none")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("app.py: ")
    assert str(tmp_path / "none") in told
    assert "python -m index build" in told
    assert told.count("\n") == 1


def test_a_port_in_use_is_told_in_one_line(index_dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with run_app("--index", str(index_dir), "--port", str(port)) as process:
            _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert told == f"app.py: cannot listen on 127.0.0.1:{port}. Try another --port.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--auth", "nonsense"],
        ["--auth", ":secret"],
        ["--auth", "user:"],
        ["--share", "--public", "--auth", "user:secret"],
        ["--port", "web"],
        ["--port", "0"],
        ["--colour", "red"],
    ],
)
def test_wrong_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        app.main(arguments)
    assert exit_.value.code == 2
    assert "usage: app.py" in capsys.readouterr().err


def test_a_shared_page_has_a_password_unless_it_is_public():
    user, password = app.choose_auth(None, share=True, public=False)
    assert user
    assert len(password) >= 16
    assert app.choose_auth(None, share=True, public=False) != (user, password)
    assert app.choose_auth(("anna", "b"), share=True, public=False) == ("anna", "b")
    assert app.choose_auth(None, share=True, public=True) is None
    assert app.choose_auth(None, share=False, public=False) is None


class Broken:
    """An archive that raises what it is given."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def ask(self, question: str, history: object) -> None:
        raise self.error


def test_whatever_goes_wrong_becomes_a_calm_turn(capsys):
    assert app.ask_archive(Broken(EmptyQuestion("?")), " ", []) == Turn("", None, "empty")
    assert app.ask_archive(Broken(LongQuestion("!")), "问" * 999, []) == Turn("问" * 400, None, "too_long")
    assert app.ask_archive(Broken(EncoderError("没有")), "问", []) == Turn("问", None, "failed", "没有")
    assert capsys.readouterr().err == ""
    assert app.ask_archive(Broken(RuntimeError("secret")), "问", []) == Turn("问", None, "failed", "")
    assert capsys.readouterr().err == "app.py: a question failed: RuntimeError: secret\n"


def test_a_reminder_gives_way_and_a_long_talk_keeps_its_numbers():
    turns = app.add_turn(app.add_turn([], Turn("", problem="empty")), Turn("一", problem="failed"))
    assert [(turn.question, turn.number) for turn in turns] == [("一", 1)]
    for _ in range(99):
        turns = app.add_turn(turns, Turn("又", problem="failed"))
    assert turns[-1].number == 100
    assert len({turn.number for turn in turns}) == len(turns) < 100
