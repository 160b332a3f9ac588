"""The page beside the chat: what opens it, moves in it and closes it, in a real browser."""

QUESTION = "农民工张广林拿回了多少工资?"
LISTEN = "document.addEventListener('wenbao:at', (event) => (window.heard ??= []).push(event.detail))"


def key_shown(page) -> str:
    page.locator("#sheet .sheet").wait_for()
    return page.locator("#sheet .sheet").get_attribute("data-key")


def test_a_place_is_opened_by_its_key_and_whoever_listens_is_told(visit):
    page = visit.page
    page.evaluate(LISTEN)
    visit.ask(QUESTION)
    place = page.locator(".src h3 a").first
    page.evaluate("wenbao.beside.go('1-1')")
    page.locator("#sheet mark.exact").wait_for()
    assert key_shown(page) == "1-1"
    assert page.locator(".src.on").get_attribute("id") == "s1-1"
    source = page.locator("#sheet .bar b").inner_text()
    page.evaluate("(key) => wenbao.beside.go(key)", f"{source}@0-4")
    page.locator(f'#sheet [data-key="{source}@0-4"]').wait_for()
    page.keyboard.press("Escape")
    place.click()
    page.locator('#sheet [data-key="1-1"]').wait_for()
    assert page.evaluate("heard") == ["1-1", f"{source}@0-4", None, "1-1"]


def test_a_key_that_leads_nowhere_gets_a_calm_word_each_time(visit):
    page = visit.page
    for key in ("9-9", "nowhere@0-4", "9-9", "<b>@1-0"):
        page.evaluate("(key) => wenbao.beside.go(key)", key)
        page.get_by_text("找不到这一版了。").wait_for()
        assert key_shown(page) == key
        page.keyboard.press("Escape")
        page.locator("#sheet .sheet").wait_for(state="hidden")
