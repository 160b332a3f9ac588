"""Checking a quotation in the really running chat, in a browser."""

import pytest

from tests.ours import HOSTILE
from tests.visiting import in_view

PAID = "来自滑县的农民工张广林手里拿着20600元现金,激动不已。"
WRONG = PAID.replace("20600", "26000")


def enter(visit):
    visit.page.locator('#top [data-room="verify"]').click()
    field = visit.page.get_by_role("textbox", name="引文")
    field.wait_for()
    return field


def check(visit, text: str):
    """Paste a quotation, have it checked, and return the result."""
    field = enter(visit)
    before = visit.page.locator("#checked .checked").inner_html()
    field.fill(text)
    visit.page.get_by_role("button", name="核对", exact=True).click()
    visit.page.wait_for_function(
        "(before) => document.querySelector('#checked .checked').innerHTML !== before", arg=before
    )
    return visit.page.locator("#checked")


def test_a_quotation_is_checked_and_its_place_opens_on_the_page(visit) -> None:
    result = check(visit, WRONG)
    assert result.get_by_role("heading", level=2).inner_text() == "相近，差 2 字"
    assert result.locator(".held del").all_inner_texts() == ["26000"]
    assert result.locator(".held ins").all_inner_texts() == ["20600"]
    result.get_by_role("link", name="社区帮讨薪 民工送锦旗").click()
    sheet = visit.page.locator("#sheet .sheet")
    sheet.wait_for()
    assert "".join(sheet.locator("mark").all_inner_texts()) == PAID
    assert in_view(visit.page, "#sheet mark")
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_function("!document.body.classList.contains('reading')")
    assert visit.page.evaluate("document.activeElement.closest('#checked') !== null")


def test_control_and_enter_check_and_enter_alone_writes_a_line(visit) -> None:
    field = enter(visit)
    field.fill(PAID)
    field.press("Enter")
    assert field.input_value() == PAID + "\n"
    field.press("Control+Enter")
    visit.page.get_by_role("heading", name="原文如此").wait_for()
    assert field.input_value() == PAID + "\n"


def test_nothing_and_too_much_get_a_calm_sentence(visit) -> None:
    assert "先贴上" in check(visit, " ").inner_text()
    assert "2,000" in check(visit, "字" * 60_000).inner_text()
    assert "馆藏里没有" in check(visit, "字" * 1999).inner_text()


def test_hostile_quotations_run_nothing(visit) -> None:
    visit.page.on("dialog", lambda dialog: visit.errors.append(dialog.message))
    for text in HOSTILE:
        shown = check(visit, PAID + text.replace("\ud800", "") + WRONG)
        assert shown.locator("img, script, a[href^=javascript]").count() == 0


def test_the_result_speaks_the_language_that_is_chosen_and_what_was_written_stays(visit) -> None:
    check(visit, PAID)
    visit.page.locator('#top [data-language="en"]').click()
    visit.page.get_by_role("heading", name="Verbatim").wait_for()
    field = visit.page.get_by_role("textbox", name="Quotation")
    assert field.input_value() == PAID
    visit.page.get_by_role("button", name="Check", exact=True).wait_for()


@pytest.mark.parametrize("visit", [(390, 844)], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_window(visit) -> None:
    result = check(visit, WRONG + "a" * 300)
    result.get_by_role("heading", level=2).wait_for()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_rooms_keep_what_is_in_them(visit) -> None:
    check(visit, PAID)
    visit.page.locator('#top [data-room="ask"]').click()
    assert not visit.page.locator("#checked").is_visible()
    visit.ask("党员老妈妈服务队的队长是谁?")
    enter(visit)
    assert visit.page.get_by_role("heading", name="原文如此").is_visible()
    assert not visit.page.locator("#talk").is_visible()
