"""The really running chat, while another process adds to its index: nothing fails, and the answers follow."""

import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.build import build_index
from index.encoder import load_encoder
from tests.gazette import print_gazette
from tests.test_follow import FARE, FERRY, FERRY_ASKED, PRICE, QUESTION, damage, newest
from tests.test_programs import call
from tests.visiting import ROOT, Visit, address_of, serve, visiting

ENGINEER = "桥墩要打入江底多少米?"


def index(*arguments: str | Path) -> None:
    """Run `python -m index` as a program of its own."""
    command = [sys.executable, "-m", "index", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr


def until(what: Callable[[], object]) -> None:
    """Wait until something is so. How long that takes on a busy machine is no failure."""
    for _ in range(600):
        if what():
            return
        time.sleep(0.2)
    pytest.fail("it never came")


@pytest.fixture
def pages(tmp_path) -> Path:
    folder = print_gazette(tmp_path / "pages")
    build_index([folder], tmp_path / "index", load_encoder())
    return folder


@pytest.fixture
def folder(pages) -> Path:
    return pages.with_name("index")


@pytest.fixture
def process(folder) -> Iterator[subprocess.Popen[str]]:
    with serve(folder) as process:
        yield process


@pytest.fixture
def chat(process) -> str:
    return address_of(process)


def ask(chat: str, question: str) -> dict:
    event, told = call(chat, "ask", question=question)
    assert event == "complete", told
    return told[0]


def follows(chat: str, question: str, span: str) -> None:
    until(lambda: ask(chat, question)["span"] == span)


def test_what_another_process_adds_is_answered_while_questions_never_fail(chat, pages, folder):
    told, failed, done = [], [], threading.Event()

    def ask_on() -> None:
        while not done.is_set():
            try:
                told.append(ask(chat, QUESTION)["span"])
            except BaseException as error:
                failed.append(error)

    assert not ask(chat, FERRY_ASKED)["answered"]
    people = [threading.Thread(target=ask_on) for _ in range(4)]
    for one in people:
        one.start()
    try:
        (pages / "渡口.txt").write_text(FERRY, "utf-8")
        index("add", pages / "渡口.txt", "--index", folder)
        follows(chat, FERRY_ASKED, FARE)
        (pages / "渡口.txt").write_text(FERRY.replace(FARE, "9角"), "utf-8")
        index("build", pages, "--index", folder)
        follows(chat, FERRY_ASKED, "9角")
    finally:
        done.set()
        for one in people:
            one.join()
    assert failed == []
    assert set(told) == {PRICE}
    _, [read] = call(chat, "read_article", source="渡口.txt", index=0)
    assert "9角" in read["text"]
    _, [checked] = call(chat, "verify_quote", text="自行车过渡每辆收费9角")
    assert checked["verdict"] == "verbatim"


def test_what_is_damaged_is_passed_over_and_the_operator_is_told_in_one_line(process, chat, pages, folder):
    (pages / "渡口.txt").write_text(FERRY, "utf-8")
    made = folder.with_name("made")
    shutil.copytree(folder, made)
    index("add", pages / "渡口.txt", "--index", made)
    damage(newest(made))
    name = newest(made).name
    shutil.copytree(made / name, folder / name)
    (folder / "CURRENT.new").write_text(name)
    (folder / "CURRENT.new").replace(folder / "CURRENT")
    told = process.stderr.readline()
    assert told.startswith("app.py: a new index was passed over, the old one goes on: ")
    assert name in told
    assert ask(chat, QUESTION)["span"] == PRICE
    assert not ask(chat, FERRY_ASKED)["answered"]
    index("add", pages / "渡口.txt", "--index", folder)
    follows(chat, FERRY_ASKED, FARE)


def test_who_comes_later_finds_what_the_new_index_holds_and_a_deleted_one_goes_on(chat, pages, folder):
    def page() -> str:
        with urllib.request.urlopen(chat, timeout=60) as reply:
            return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), reply.read().decode())

    assert "4 版" in page()
    assert "农户每亩增收多少元?" in page()
    press = pages / "江州晚报/2016-10-25/A01.txt"
    press.write_text(press.read_text("utf-8").replace("农户", "菜农"), "utf-8")
    shutil.rmtree(pages / "江州日报")
    index("build", pages, "--index", folder)
    until(lambda: "3 版" in page())
    assert "菜农每亩增收多少元?" in page()
    assert "农户" not in page()

    shutil.rmtree(folder)
    for _ in range(3):
        assert ask(chat, QUESTION)["span"] == PRICE
        time.sleep(0.7)
    _, [checked] = call(chat, "verify_quote", text="共设站点26个,票价2元")
    assert checked["verdict"] == "verbatim"
    _, [read] = call(chat, "read_article", source="柳河.txt", index=0)
    assert read["headline"] == "老街茶馆重新开张"


@pytest.fixture
def renewed(chat, browser, pages, folder) -> Iterator[tuple[Visit, Callable[[], None]]]:
    """A visitor, and what changes one page that he may have seen, takes one away, and adds one."""

    def renew() -> None:
        (pages / "柳河.txt").write_text("短讯三则\n\n" + (pages / "柳河.txt").read_text("utf-8"), "utf-8")
        (pages / "江州日报/2014-10-02/B03.txt").unlink()
        (pages / "渡口.txt").write_text(FERRY, "utf-8")
        index("build", pages, "--index", folder)
        follows(chat, FERRY_ASKED, FARE)

    with visiting(chat, browser) as visit:
        yield visit, renew


def test_what_a_visitor_has_before_him_keeps_its_words_and_marks_nothing_wrongly(renewed):
    visit, renew = renewed
    page = visit.page
    page.locator('#top [data-room="browse"]').click()
    page.locator(".shelf .count", has_text=re.compile("共 7 篇$")).wait_for()
    listed = page.locator(".shelf a[data-open^='柳河.txt@']").first.get_attribute("data-open")
    page.locator(".health summary").click()
    health = page.locator(".health").inner_text()
    page.locator('#top [data-room="verify"]').click()
    page.locator("#quote-box textarea").fill("共设站点26个,票价2元")
    page.locator("#quote-send").click()
    page.locator("#checked .src a").first.wait_for()
    checked = page.locator("#checked .src a").first.get_attribute("data-open")
    page.locator('#top [data-room="ask"]').click()
    said = [visit.ask(question).locator("p.said").inner_text() for question in (QUESTION, ENGINEER)]
    address = page.url

    renew()

    visit.ask(FERRY_ASKED)
    turns = [page.locator(".turn").nth(n) for n in range(3)]
    assert [turn.locator("p.said").inner_text() for turn in turns[:2]] == said
    assert turns[0].locator("p.said mark.exact").inner_text() == PRICE
    noted = [turn.locator(".src", has_text="这一版后来有变化，引文是当时的").count() for turn in turns]
    assert noted[0] >= 1
    assert noted[1] >= 1
    assert noted[2] == 0
    for turn, told in ((0, "原来的位置对不上了"), (1, "找不到这一版了")):
        turns[turn].locator("a.cite").first.click()
        page.locator("#sheet .no", has_text=told).wait_for()
        assert page.locator("#sheet mark").count() == 0
    turns[2].locator("a.cite").first.click()
    page.locator("#sheet mark.exact").wait_for()
    assert page.locator("#sheet mark.exact").inner_text() == FARE
    page.keyboard.press("Escape")

    page.locator('#top [data-room="browse"]').click()
    page.locator(f".shelf a[data-open='{listed}']").click()
    page.locator("#sheet .no", has_text="原来的位置对不上了").wait_for()
    page.keyboard.press("Escape")
    page.locator("[data-find]").fill("渡口")
    page.locator(".shelf .count", has_text=re.compile("找到 1 篇$")).wait_for()
    until(lambda: page.locator(".health").inner_text() != health)
    page.locator(".shelf .src a").first.click()
    page.locator("#sheet mark").first.wait_for()
    page.keyboard.press("Escape")

    page.locator('#top [data-room="verify"]').click()
    page.locator("#checked .src a").first.click()
    page.locator("#sheet .no", has_text="原来的位置对不上了").wait_for()
    page.keyboard.press("Escape")
    page.locator("#quote-send").click()
    until(lambda: page.locator("#checked .src a").first.get_attribute("data-open") != checked)
    page.locator("#checked .src a").first.click()
    page.locator("#sheet mark").first.wait_for()
    page.keyboard.press("Escape")

    # The address bears the index that answered first: who opens it is told, and gets the answers of now.
    assert re.search(r"index=\w+", page.url)[0] == re.search(r"index=\w+", address)[0]
    page.reload()
    page.locator(".turn").nth(2).wait_for()
    assert "索引更新之前" in page.locator(".came").inner_text()
    assert page.locator(".src", has_text="后来有变化").count() == 0


def test_before_there_is_an_index_that_is_said(tmp_path):
    ran = subprocess.run(
        [sys.executable, ROOT / "app.py", "--index", tmp_path / "none"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr == f"app.py: There is no index in {tmp_path / 'none'}. Run: python -m index build\n"
