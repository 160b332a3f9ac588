"""The languages of the page in a real browser: which it comes in, how it is changed, and that it is kept."""

from itertools import pairwise

import pytest

from tests.visiting import address_of, serve, visiting
from web.languages import LANGUAGES
from web.view import render_top

QUESTION, EXACT = "农民工张广林拿回了多少工资?", "20600元"
# Tells of every language in which the visitor has seen the page: from the first moment, a look a frame.
WATCH = """
    window.seen = new Set();
    (function look() {
        const lead = document.querySelector("#talk .lead");
        const app = lead && getComputedStyle(document.querySelector("gradio-app"));
        if (app?.opacity === "1") seen.add(lead.innerText);
        requestAnimationFrame(look);
    })();
"""


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-CN", "zh"),
        ("zh-SG", "zh"),
        ("zh-Hans-HK", "zh"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("en-GB", "en"),
        ("de-DE", "en"),
    ],
)
def test_the_page_comes_in_the_language_of_the_browser_and_in_no_other_before(
    address, browser, locale, language
):
    with visiting(address, browser, locale=locale, prepare=WATCH) as visit:
        page, words = visit.page, LANGUAGES[language]
        page.locator("#send", has_text=words.ask).wait_for()
        page.wait_for_function("seen.size > 0")
        assert page.locator("#talk .lead").inner_text() == words.lead
        assert page.evaluate("[...seen]") == [words.lead]
        assert page.get_by_role("textbox").get_attribute("placeholder") == words.ask_first
        assert page.evaluate("document.documentElement.lang") == words.tag
        assert page.locator('[data-language][aria-pressed="true"]').inner_text() == words.short
        assert page.get_by_role("textbox").evaluate("(box) => box === document.activeElement")


def test_a_language_that_was_chosen_is_kept_for_the_next_visit(visit):
    page = visit.page
    visit.ask(QUESTION)
    page.get_by_role("button", name="繁體中文").click()
    page.locator("#send", has_text="提問").wait_for()
    assert page.evaluate("document.documentElement.lang") == "zh-Hant"
    assert page.locator(".turn .span").inner_text() == EXACT
    assert page.locator(".turn p.said").get_attribute("lang") == "zh-CN"
    page.reload()
    page.locator(".turn .span").wait_for()  # the conversation is in the address
    assert page.locator("#send").inner_text() == "提問"
    page.get_by_role("button", name="简体中文").click()
    page.locator("#send", has_text="提问").wait_for()
    page.reload()
    page.locator(".turn .span").wait_for()
    assert page.locator("#send").inner_text() == "提问"


def test_a_change_of_language_that_comes_late_takes_no_answer_away(index_dir, browser, tmp_path):
    with (
        serve(index_dir, changes=[f"late_switch,{tmp_path}"]) as process,
        visiting(address_of(process), browser) as visit,
    ):
        page = visit.page
        visit.ask("十二里屯工地要盖几层楼?")
        page.get_by_role("button", name="English").click()
        while not (tmp_path / "drawn").exists():
            page.wait_for_timeout(20)
        assert visit.ask(QUESTION).locator(".span").inner_text() == EXACT
        assert page.locator("#send").inner_text() == LANGUAGES["zh"].ask
        (tmp_path / "go").touch()
        page.locator("#send", has_text=LANGUAGES["en"].ask).wait_for()
        page.locator("#talk .talk[lang=en] .turn + .turn .span").wait_for()


def test_of_two_languages_chosen_quickly_the_last_one_stays(index_dir, browser, tmp_path):
    with (
        serve(index_dir, changes=[f"late_switch,{tmp_path}"]) as process,
        visiting(address_of(process), browser) as visit,
    ):
        page = visit.page
        visit.ask(QUESTION)
        page.get_by_role("button", name="English").click()
        while not (tmp_path / "drawn").exists():
            page.wait_for_timeout(20)
        page.get_by_role("button", name="繁體中文").click()
        (tmp_path / "go").touch()
        page.locator("#send", has_text=LANGUAGES["zh-Hant"].ask).wait_for()
        page.locator("#talk .talk[lang=zh-Hant]").wait_for()
        assert page.locator('[data-language][aria-pressed="true"]').inner_text() == LANGUAGES["zh-Hant"].short
        visit.ask("十二里屯工地要盖几层楼?")
        page.locator("#talk .talk[lang=zh-Hant] .turn + .turn .no").wait_for()


def test_what_a_browser_keeps_may_be_nonsense(address, browser):
    prepare = "try { localStorage.setItem('wenbao.language', '<b>constructor') } catch {}"
    with visiting(address, browser, locale="en-GB", prepare=prepare) as visit:
        assert visit.page.locator("#talk .lead").inner_text() == LANGUAGES["en"].lead


def test_a_question_in_traditional_characters_finds_what_is_printed_in_simplified_ones(address, browser):
    with visiting(address, browser, locale="zh-TW") as visit:
        turn = visit.ask("農民工張廣林拿回了多少工資？")
        assert turn.locator(".span").inner_text() == EXACT
        assert turn.locator("h2").inner_text() == "農民工張廣林拿回了多少工資？"
        turn = visit.ask("在上街區的報導中，農民工張廣林拿回了多少工資？")
        assert turn.locator(".no p").inner_text() == "在這個範圍內沒有找到。"
        turn.get_by_role("button", name="再問").click()
        visit.page.locator(".turn").nth(2).wait_for()
        assert visit.page.locator(".turn .span").all_inner_texts() == [EXACT] * 2


@pytest.mark.parametrize("width", [320, 360, 390, 620, 820, 1440])
def test_the_bar_holds_every_room_and_language_at_every_width(address, browser, width):
    with visiting(address, browser, width) as visit:
        for language in LANGUAGES:
            bar = render_top(12_345, 66_000, ["ask", "browse", "verify"], language)
            visit.page.evaluate("(bar) => document.querySelector('#top .top').outerHTML = bar", bar)
            assert visit.page.evaluate("document.documentElement.scrollWidth") == width
            buttons = visit.page.locator("#top :is([data-room], [data-language])")
            boxes = [button.bounding_box() for button in buttons.all()]
            assert len(boxes) == 3 + len(LANGUAGES)
            for left, right in pairwise(boxes):
                assert left["x"] + left["width"] <= right["x"]
            assert boxes[-1]["x"] + boxes[-1]["width"] <= width - 8
            assert {box["height"] for box in boxes} == {boxes[0]["height"]}
            assert all(box["width"] >= 24 and box["height"] >= 24 for box in boxes)
