"""The keys of the page, in a real browser."""

import pytest

from tests.visiting import visiting
from web.keys import show_keys, show_keys_button
from web.languages import LANGUAGES
from web.words import KeyName

ASKED = ["惠济区委书记是谁?", "农民工张广林拿回了多少工资?"]
# A key as an input method sends it while it composes.
COMPOSE = """(box, key) => box.dispatchEvent(
    new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, isComposing: true}))"""


def focused(locator) -> bool:
    return locator.evaluate("(element) => element === document.activeElement")


def test_slash_goes_to_the_question_and_escape_leaves_it(visit):
    page = visit.page
    box = page.locator("#box textarea")
    page.locator(".start button").last.focus()
    page.keyboard.press("/")
    assert focused(box)
    assert box.input_value() == ""
    page.keyboard.type("1/2?")
    assert box.input_value() == "1/2?"
    page.keyboard.press("Escape")
    assert not focused(box)
    assert box.input_value() == "1/2?"
    for key in ("Control+/", "Alt+/", "Meta+/"):
        page.keyboard.press(key)
        assert not focused(box)


@pytest.mark.parametrize("room", ["browse", "verify", "ask"])
def test_slash_goes_to_the_field_of_the_room_one_is_in(visit, room):
    page = visit.page
    page.locator(f"#top [data-room={room}]").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('input, textarea')")
    assert page.evaluate("document.activeElement.closest('.room').id") == f"room-{room}"
    assert page.evaluate("document.activeElement.value") == ""


def test_enter_sends_and_shift_enter_begins_a_line(visit):
    box = visit.page.locator("#box textarea")
    box.fill(ASKED[0])
    box.press("Shift+Enter")
    box.press_sequentially("请用报上的话。")
    assert box.input_value() == f"{ASKED[0]}\n请用报上的话。"
    assert visit.page.locator(".turn").count() == 0
    box.press("Enter")
    visit.page.locator(".turn").first.wait_for()
    assert visit.page.locator(".turn h2").count() == 1


def test_the_arrow_up_brings_questions_back_and_down_goes_forth(visit):
    page = visit.page
    box = page.locator("#box textarea")
    box.press("ArrowUp")
    assert box.input_value() == ""
    for question in ASKED:
        visit.ask(question)
    page.wait_for_function("document.querySelector('#box textarea').value === ''")
    seen = []
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown"):
        box.press(key)
        seen.append(box.input_value())
    assert seen == [ASKED[1], ASKED[0], ASKED[0], ASKED[1], "", ""]
    box.press("ArrowUp")
    box.press_sequentially("?")
    box.press("ArrowUp")  # what was changed is the visitor's own by now
    assert box.input_value() == f"{ASKED[1]}?"
    box.press("Enter")
    page.locator(".turn").nth(2).wait_for()
    assert page.locator(".turn h2").nth(2).inner_text() == f"{ASKED[1]}?"


def test_a_long_question_comes_back_whole(visit):
    page = visit.page
    long = "农民工张广林拿回了多少工资，" * 20
    visit.ask(long)
    page.wait_for_function("document.querySelector('#box textarea').value === ''")
    assert page.locator(".turn h2").inner_text().endswith("……")
    page.locator("#box textarea").press("ArrowUp")
    assert page.locator("#box textarea").input_value() == long


def test_no_key_acts_while_an_input_method_composes(visit):
    page = visit.page
    visit.ask(ASKED[0])
    page.wait_for_function("document.querySelector('#box textarea').value === ''")
    box = page.locator("#box textarea")
    for key in ("ArrowUp", "Escape", "Enter"):
        box.evaluate(COMPOSE, key)
    assert box.input_value() == ""
    assert focused(box)
    page.locator("body").evaluate(COMPOSE, "?")
    assert not page.locator("dialog.keys").is_visible()


def test_the_help_opens_by_key_and_button_and_escape_closes_it_alone(visit):
    page = visit.page
    visit.ask(ASKED[0]).locator("a.cite").first.click()
    page.locator("#sheet .sheet").wait_for()
    help_ = page.get_by_role("dialog", name="快捷键")
    page.keyboard.press("?")
    assert help_.is_visible()
    assert help_.locator("dd").all_inner_texts() == list(LANGUAGES["zh"].keys.values())
    page.keyboard.press("/")
    assert not focused(page.locator("#box textarea"))
    page.keyboard.press("Escape")
    assert not help_.is_visible()
    assert page.locator("#sheet .sheet").is_visible()
    page.locator("[data-keys]").click()
    assert help_.is_visible()
    help_.get_by_role("button", name="关闭").click()
    assert not help_.is_visible()


def test_keys_of_a_single_character_can_be_put_out_of_use(visit):
    page = visit.page
    box = page.locator("#box textarea")
    page.locator("[data-keys]").click()
    page.get_by_role("checkbox", name="启用单个字符的快捷键").uncheck()
    page.keyboard.press("Escape")
    for _ in range(2):
        box.blur()
        page.keyboard.press("/")
        page.keyboard.press("?")
        assert not focused(box)
        assert not page.locator("dialog.keys").is_visible()
        box.press_sequentially("a/b")
        assert box.input_value() == "a/b"
        page.reload()  # and they stay so
        page.locator(".start li").first.wait_for()
    page.locator("[data-keys]").click()
    page.get_by_role("checkbox").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert focused(box)


def test_on_a_phone_the_help_does_not_take_room(address, browser):
    with visiting(address, browser, 390, 844) as visit:
        assert not visit.page.locator("[data-keys]").is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_says_every_key_in_every_language(language):
    words = LANGUAGES[language]
    drawn = show_keys(words)
    assert drawn.count("<dt>") == len(KeyName.__args__)
    assert all(f"<dd>{word}</dd>" in drawn for word in words.keys.values())
    assert words.keys_title in show_keys_button(words)
