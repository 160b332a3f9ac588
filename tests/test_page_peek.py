"""What a marker [n] stands for, shown beside it: in a real browser, with mouse, keys and touch."""

import pytest

from tests.visiting import visiting

QUESTION = "刘琴英今年多大,家里有几口人?"
BOX = "(element) => { const {top, bottom, left, right} = element.getBoundingClientRect(); "
BOX += "return [top, bottom, left, right, innerWidth, innerHeight]; }"


def peek_at(visit, question: str = QUESTION):
    """Ask, put the mouse on the first marker and return the turn and what is shown."""
    turn = visit.ask(question)
    turn.locator("p.said a.cite").first.hover()
    peek = visit.page.locator("#peek")
    peek.wait_for()
    return turn, peek


@pytest.mark.parametrize("visit", [(1440, 900), (820, 1100), (1000, 420)], indirect=True)
def test_the_mouse_on_a_marker_shows_its_source_and_hides_no_word_of_the_sentence(visit):
    asked = []
    turn = visit.ask(QUESTION)
    visit.page.on("request", lambda request: asked.append(request.url))
    marker, peek = turn.locator("p.said a.cite").first, visit.page.locator("#peek")
    marker.hover()
    peek.wait_for()
    assert peek.locator("h3").inner_text() == turn.locator(".src h3").inner_text()
    assert peek.locator(".meta").inner_text() == turn.locator(".src .meta").inner_text()
    quoted = turn.locator("blockquote")
    assert peek.locator("blockquote").inner_text() == quoted.inner_text()
    assert peek.locator("mark.exact").all_inner_texts() == quoted.locator("mark.exact").all_inner_texts()
    assert marker.get_attribute("aria-describedby") == "peek"
    assert peek.get_attribute("role") == "tooltip"
    top, bottom, left, right, width, height = peek.evaluate(BOX)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    said = turn.locator("p.said").evaluate(BOX)
    assert top >= said[1] or bottom <= said[0]
    inside, mark = peek.locator("blockquote").evaluate(BOX), peek.locator("mark").first.evaluate(BOX)
    assert inside[0] - 1 <= mark[0] < mark[1] <= inside[1] + 1
    # What may be asked next comes by itself, over the queue.
    assert [url for url in asked if "/gradio_api/queue/" not in url] == []


def test_the_mouse_may_go_over_to_it_and_a_click_opens_the_page(visit):
    page = visit.page
    turn, peek = peek_at(visit)
    peek.locator("blockquote").hover()
    page.wait_for_timeout(500)
    assert peek.is_visible()
    peek.locator(".meta").click()
    page.locator("#sheet mark.exact").first.wait_for()
    assert not peek.is_visible()
    turn.locator("p.said a.cite").first.hover()
    page.wait_for_timeout(500)
    assert not peek.is_visible()  # the page itself is open beside it


def test_it_goes_when_the_mouse_leaves_or_the_page_moves(visit):
    page = visit.page
    turn, peek = peek_at(visit)
    page.mouse.move(5, 500)
    peek.wait_for(state="hidden")
    assert turn.locator("[aria-describedby]").count() == 0
    turn.locator("p.said a.cite").first.hover()
    peek.wait_for()
    page.evaluate("document.dispatchEvent(new Event('scroll'))")
    assert not peek.is_visible()


def test_the_tab_key_shows_it_and_escape_closes_it_alone(visit):
    page = visit.page
    turn = visit.ask(QUESTION)
    turn.locator(".src h3 a").click()
    page.locator("#sheet .sheet").wait_for()
    turn = visit.ask("农民工张广林拿回了多少工资?")
    turn.locator("p.said").evaluate("(part) => { part.tabIndex = -1; part.focus(); }")
    page.keyboard.press("Tab")
    peek = page.locator("#peek")
    peek.wait_for()
    assert peek.locator("h3").inner_text() == "社区帮讨薪 民工送锦旗"
    page.keyboard.press("Escape")
    assert not peek.is_visible()
    assert page.locator("#sheet .sheet").is_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    peek.wait_for()
    page.keyboard.press("Tab")  # on to the card: nothing in it was a stop on the way
    assert not peek.is_visible()
    assert page.evaluate("document.activeElement.matches('.src h3 a')")


def test_a_focus_that_comes_back_from_the_page_shows_nothing(visit):
    page = visit.page
    turn = visit.ask("瘫痪婆婆刘琴英因工厂倒闭发生了什么?")  # its sentence stands at two places
    turn.locator("p.said a.cite").first.focus()
    page.keyboard.press("Enter")
    page.locator("#sheet [data-key='1-1']").wait_for()
    page.keyboard.press("]")
    page.locator("#sheet [data-key='1-2']").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('a.cite')")
    assert not page.locator("#peek").is_visible()


def test_under_touch_a_tap_opens_the_page_at_once(address, browser):
    with visiting(address, browser, 390, 844) as visit:
        turn = visit.ask(QUESTION)
        turn.locator("p.said a.cite").first.evaluate(
            """(cite) => cite.dispatchEvent(
                new PointerEvent("pointerover", {pointerType: "touch", bubbles: true}))"""
        )
        visit.page.wait_for_timeout(400)
        assert visit.page.locator("#peek").count() == 0
        turn.locator("p.said a.cite").first.dispatch_event("click")
        visit.page.locator("#sheet mark.exact").first.wait_for()
