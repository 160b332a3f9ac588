"""What is taken along from the chat, in a real browser: answers, references, the conversation."""

from collections.abc import Iterator

import pytest

from qa.archive import Archive
from qa.cite import write_answer_text, write_reference, write_talk_text
from tests.visiting import Visit, visiting

QUESTION, REFUSED = "农民工张广林拿回了多少工资?", "十二里屯工地要盖几层楼?"
FOLLOW_UP = "他是哪里人?"
CLIPBOARD = ["clipboard-read", "clipboard-write"]
UNSAFE = "delete Navigator.prototype.clipboard"  # as on a page that came over http from another computer


@pytest.fixture
def guest(address, browser, request) -> Iterator[Visit]:
    with visiting(address, browser, permissions=CLIPBOARD) as visit:
        yield visit


@pytest.fixture
def unsafe(address, browser) -> Iterator[Visit]:
    with visiting(address, browser, prepare=UNSAFE) as visit:
        yield visit


def copied(page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def text_of(archive: Archive, *questions: str) -> str:
    """Return what is copied of the last question, asked after the others."""
    *history, question = questions
    return write_answer_text(archive.ask(question, history))


def test_an_answer_is_copied_as_markdown_and_the_button_says_so(guest, archive):
    page = guest.page
    guest.ask(QUESTION)
    turn = guest.ask(FOLLOW_UP)
    button = turn.get_by_role("button", name="复制回答")
    width = button.bounding_box()["width"]
    button.click()
    turn.get_by_role("button", name="已复制").wait_for()
    assert turn.get_by_role("button", name="已复制").bounding_box()["width"] == width
    assert page.get_by_role("status").filter(has_text="已复制").count() == 1
    assert copied(page) == text_of(archive, QUESTION, FOLLOW_UP)
    button.wait_for()  # its name comes back


def test_a_reference_is_copied_from_its_card_and_the_page_stays_closed(guest, archive):
    page = guest.page
    turn = guest.ask("哪些区报道了创卫?")
    cards = turn.locator(".src")
    buttons = turn.get_by_role("button", name="复制引文")
    assert buttons.count() == cards.count() > 1
    buttons.nth(1).focus()
    page.keyboard.press("Enter")
    cards.nth(1).get_by_role("button", name="已复制").wait_for()
    citation = archive.ask("哪些区报道了创卫?").citations[1]
    assert copied(page) == write_reference(citation)
    assert not page.locator("#sheet .sheet").is_visible()
    assert buttons.count() == cards.count() - 1


def test_a_refusal_is_copied_and_has_no_reference(guest, archive):
    turn = guest.ask(REFUSED)
    assert turn.locator(".src").count() > 0
    assert turn.get_by_role("button", name="复制引文").count() == 0
    turn.get_by_role("button", name="复制回答").click()
    turn.get_by_role("button", name="已复制").wait_for()
    assert copied(guest.page) == text_of(archive, REFUSED)


def test_where_there_is_no_clipboard_the_text_is_copied_the_old_way(unsafe, archive):
    page = unsafe.page
    turn = unsafe.ask(QUESTION)
    assert page.evaluate("navigator.clipboard") is None
    button = turn.locator(".src").get_by_role("button", name="复制引文")
    button.click()
    turn.get_by_role("button", name="已复制").wait_for()
    assert page.locator("textarea").count() == 1
    assert turn.get_by_role("button", name="已复制").evaluate("(one) => one === document.activeElement")
    page.get_by_role("textbox").focus()
    page.keyboard.press("Control+V")
    assert page.get_by_role("textbox").input_value() == write_reference(archive.ask(QUESTION).citations[0])


def test_a_browser_that_refuses_to_copy_is_told_of(address, browser):
    with visiting(address, browser, prepare=f"{UNSAFE}; document.execCommand = () => false") as guest:
        turn = guest.ask(QUESTION)
        turn.get_by_role("button", name="复制回答").click()
        turn.get_by_role("button", name="没能复制").wait_for()


def test_the_conversation_is_saved_as_the_browser_shows_it(guest, archive):
    page = guest.page
    assert page.get_by_role("button", name="导出对话").count() == 0
    for question in (QUESTION, FOLLOW_UP, REFUSED):
        guest.ask(question)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出对话").click()
    assert download.value.suggested_filename.startswith("问报 · 对话记录-20")
    assert download.value.suggested_filename.endswith(".md")
    talk = [(QUESTION,), (QUESTION, FOLLOW_UP), (QUESTION, FOLLOW_UP, REFUSED)]
    written = write_talk_text("问报 · 对话记录", [text_of(archive, *asked) for asked in talk])
    assert download.value.path().read_text("utf-8") == written


def test_what_a_hostile_visitor_typed_is_copied_and_never_run(guest):
    hostile = "<img src=x onerror='window.hit=1'>\"${window.hit=2}&quot;`[点](javascript:window.hit=3)多少?"
    turn = guest.ask(hostile)
    turn.get_by_role("button", name="复制回答").click()
    turn.get_by_role("button", name="已复制").wait_for()
    text = copied(guest.page)
    assert "\\<img src=x onerror='window.hit=1'\\>" in text
    assert "\\[点\\](javascript:window.hit=3)多少?" in text
    assert guest.page.evaluate("window.hit") is None
