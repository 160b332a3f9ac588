"""The page beside the chat: what opens it, moves in it and closes it, in a real browser."""

import pytest

from tests.visiting import in_view

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


def test_who_clicks_twice_sees_the_second_place(visit):
    page = visit.page
    visit.ask(COUNT)
    page.evaluate("for (const n of [1, 2, 3]) document.querySelector(`#s1-${n} h3 a`).click()")
    wait_for(page, 3)
    page.evaluate("for (const n of [3, 1, 2]) document.querySelector(`#s1-${n} h3 a`).click()")
    wait_for(page, 2)
    assert page.evaluate("wenbao.beside.at") == "1-2"
    assert page.locator(".src.on").get_attribute("id") == "s1-2"


def test_a_page_that_comes_after_the_one_asked_for_last_gives_way_to_it(visit):
    page = visit.page
    open_source(visit, 2)
    page.evaluate(
        """() => {
            const sheet = document.querySelector("#sheet");
            const note = () => came.push(sheet.querySelector(".sheet").dataset.key);
            window.came = [];
            new MutationObserver(note).observe(sheet, { childList: true, subtree: true });
            wenbao.beside.go("1-3");
            wenbao.beside.go("1-2"); // which is shown still
        }"""
    )
    page.wait_for_function("came.includes('1-3')")
    wait_for(page, 2)
    assert page.evaluate("wenbao.beside.at") == "1-2"


def test_a_key_that_leads_nowhere_gets_a_calm_word_each_time(visit):
    page = visit.page
    for key in ("9-9", "nowhere@0-4", "9-9", "<b>@1-0"):
        page.evaluate("(key) => wenbao.beside.go(key)", key)
        page.get_by_text("找不到这一版了。").wait_for()
        assert key_shown(page) == key
        page.keyboard.press("Escape")
        page.locator("#sheet .sheet").wait_for(state="hidden")


# ---- from source to source

PRESS = "(key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
COUNT = "哪些区报道了创卫?"  # three sources, the first and the last of them on one page


def open_source(visit, n: int = 1):
    """Ask what has three sources and open the n-th."""
    visit.ask(COUNT).locator(".src h3 a").nth(n - 1).click()
    wait_for(visit.page, n)
    return visit.page.locator("#sheet .sheet")


def wait_for(page, n: int) -> None:
    page.locator(f'body.reading #sheet [data-key="1-{n}"]').wait_for()


def focused(page, selector: str) -> bool:
    return page.evaluate("(selector) => document.activeElement?.matches(selector)", selector)


def test_buttons_and_keys_go_from_source_to_source_across_pages(visit):
    page, sheet = visit.page, open_source(visit)
    first, bar = page.locator("#sheet .bar b").inner_text(), page.locator("#sheet .bar").bounding_box()
    assert "出处 1/3" in sheet.inner_text()
    sheet.get_by_role("button", name="下一出处").click()
    wait_for(page, 2)
    assert "出处 2/3" in sheet.inner_text()
    assert page.locator("#sheet .bar b").inner_text() != first
    assert focused(page, '[data-step="on"]')  # a second press goes on
    page.keyboard.press("Enter")
    wait_for(page, 3)
    assert page.locator("#sheet .bar b").inner_text() == first
    assert focused(page, '[data-step="on"]')
    page.keyboard.press("Enter")  # the last one: it leads nowhere
    page.keyboard.press("]")
    for key, n in (("ArrowLeft", 2), ("[", 1), ("ArrowRight", 2), ("]", 3), ("【", 2)):
        page.evaluate(PRESS, key)  # what a Chinese keyboard sends for [ is no key that Playwright knows
        wait_for(page, n)
        assert page.locator(".src.on").get_attribute("id") == f"s1-{n}"
        assert in_view(page, "#sheet mark.exact")
        assert page.locator("#sheet .bar").bounding_box() == bar


def test_keys_do_nothing_where_one_writes_or_with_another_key_held(visit):
    page = visit.page
    page.evaluate(LISTEN)
    open_source(visit, 2)
    page.keyboard.press("Alt+]")
    page.keyboard.press("Control+]")
    page.get_by_role("textbox").click()
    for key in ("a", "ArrowLeft", "[", "]"):
        page.keyboard.press(key)
    assert page.get_by_role("textbox").input_value() == "[]a"
    page.locator("#sheet .page").click()
    page.keyboard.press("]")
    wait_for(page, 3)
    assert page.evaluate("heard") == ["1-2", "1-3"]


def test_the_focus_goes_back_to_where_it_came_from(visit):
    page = visit.page
    open_source(visit)
    page.keyboard.press("]")
    wait_for(page, 2)
    assert focused(page, "#sheet .sheet")
    page.keyboard.press("Escape")
    assert focused(page, "#s1-1 h3 a")


def test_the_other_sources_on_the_page_lead_to_their_places(visit):
    page, sheet = visit.page, open_source(visit)
    also = sheet.locator("mark.also")
    assert set(also.evaluate_all("(marks) => marks.map((mark) => mark.dataset.open)")) == {"1-3"}
    words = "".join(also.all_inner_texts())
    also.first.click()
    wait_for(page, 3)
    assert "".join(sheet.locator("mark.said, mark.exact").all_inner_texts()) == words
    assert set(also.evaluate_all("(marks) => marks.map((mark) => mark.dataset.open)")) == {"1-1"}
    also.first.focus()
    page.keyboard.press("Enter")
    wait_for(page, 1)
    assert page.locator(".src.on").get_attribute("id") == "s1-1"


# ---- the articles of the page


def test_the_list_of_articles_leads_to_each_of_them_without_the_program(visit):
    page, sheet = visit.page, open_source(visit)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    contents = sheet.locator(".contents")
    contents.locator("summary").click()
    entries = contents.locator("button")
    assert entries.count() == sheet.locator("[data-article]").count() > 5
    current = contents.locator("[aria-current]")
    assert current.inner_text() == page.locator("#s1-1 h3").inner_text()
    for n in (0, entries.count() // 2, entries.count() - 1):
        if contents.get_attribute("open") is None:
            contents.locator("summary").click()
        entries.nth(n).click()
        assert contents.get_attribute("open") is None
        assert focused(page, f'[data-article="{n}"]')
        article = sheet.locator(f'[data-article="{n}"]').bounding_box()
        bar = sheet.locator(".bar").bounding_box()
        assert bar["y"] + bar["height"] <= article["y"] < page.viewport_size["height"] - 20
    assert asked == []


def test_one_escape_closes_the_list_and_the_next_one_the_page(visit):
    page, sheet = visit.page, open_source(visit)
    contents = sheet.locator(".contents")
    before = sheet.locator("mark.exact").bounding_box()
    contents.locator("summary").focus()
    page.keyboard.press("Enter")
    assert contents.locator("ol").is_visible()
    assert sheet.locator("mark.exact").bounding_box() == before  # it lies over the page and moves nothing
    page.keyboard.press("Escape")
    assert not contents.locator("ol").is_visible()
    assert focused(page, ".contents summary")
    contents.locator("summary").click()
    page.locator("#sheet .page").click(position={"x": 60, "y": 700}, force=True)
    assert not contents.locator("ol").is_visible()
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")


# ---- copying


def test_what_is_copied_from_the_page_is_the_papers_own_words(visit, browser):
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sheet = open_source(visit, 2)
    seamed = sheet.locator(".art p:has(.seam)").first
    assert "接栏" in seamed.inner_text()
    select = "(part) => getSelection().selectAllChildren(part)"
    seamed.evaluate(select)
    page.keyboard.press("Control+C")
    copied = page.evaluate("navigator.clipboard.readText()")
    own = """(part) => {
        const copy = part.cloneNode(true);
        copy.querySelectorAll(".seam, .jump").forEach((sign) => sign.remove());
        return copy.textContent;
    }"""
    assert copied.strip() == seamed.evaluate(own).strip()
    assert "⌇" not in copied
    sheet.locator(".page").evaluate(select)
    page.keyboard.press("Control+C")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "".join(copied.split()) == "".join(sheet.locator(".page").evaluate(own).split())


def test_words_of_a_faint_mark_can_be_selected_with_the_mouse(visit):
    page, sheet = visit.page, open_source(visit)
    mark = sheet.locator("mark.also").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    y = box["y"] + 12
    page.mouse.move(box["x"] + 40, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, y, steps=5)
    page.mouse.up()
    assert len(page.evaluate("getSelection().toString()")) > 2
    assert key_shown(page) == "1-1"


# ---- on a phone

PHONE = pytest.mark.parametrize("visit", [(390, 844)], indirect=True)


@PHONE
def test_on_a_phone_the_back_button_closes_the_page_and_leaves_the_chat(visit):
    page, sheet = visit.page, open_source(visit)
    page.keyboard.press("]")
    wait_for(page, 2)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.go_back()
    sheet.wait_for(state="hidden")
    assert page.locator(".turn").count() == 1
    assert focused(page, "#s1-1 h3 a")


@PHONE
def test_on_a_phone_closing_by_button_or_key_takes_the_step_of_the_history_back(visit):
    page, sheet = visit.page, open_source(visit)
    long = page.evaluate("history.length")
    for close in (
        lambda: sheet.get_by_role("button", name="关闭").click(),
        lambda: page.keyboard.press("Escape"),
    ):
        close()
        sheet.wait_for(state="hidden")
        page.wait_for_function("history.state?.wenbao !== 'sheet'")
        page.locator(".src h3 a").nth(1).click()
        wait_for(page, 2)
        assert page.evaluate("history.length") == long


@PHONE
def test_on_a_phone_nothing_behind_the_page_is_reached(visit):
    page, sheet = visit.page, open_source(visit)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert focused(page, "#sheet *, body, html")
    sheet.get_by_role("button", name="关闭").click()
    assert page.locator("[inert]").count() == 0
    bar = [sheet.locator(part) for part in ("[data-close]", "[data-step]", ".contents summary")]
    page.locator(".src h3 a").first.click()
    wait_for(page, 1)
    assert all(part.first.bounding_box()["height"] >= 44 for part in bar)


def test_beside_the_chat_nothing_is_added_to_the_history(visit):
    long = visit.page.evaluate("history.length")
    open_source(visit)
    assert visit.page.evaluate("history.length") == long
    assert visit.page.locator("[inert]").count() == 0


# ---- an article that goes on elsewhere


def test_where_an_article_goes_on_elsewhere_a_click_leads_there_and_back(visit):
    page = visit.page
    visit.ask("瘫痪婆婆刘琴英因工厂倒闭发生了什么?").locator("a.cite").first.click()
    on = page.locator("#sheet .art.on").get_by_role("button", name="下转本版另一处").first
    on.click()
    back = page.locator("#sheet .art.on").get_by_role("button", name="上接本版另一处").first
    assert back.evaluate("(button) => button === document.activeElement")
    assert in_view(page, "#sheet .jump button:focus")
    page.keyboard.press("Enter")
    assert on.evaluate("(button) => button === document.activeElement")
    assert in_view(page, "#sheet .jump button:focus")


@pytest.mark.parametrize("visit", [(390, 844)], indirect=True)
def test_the_keys_can_be_looked_up_over_a_page_that_covers_all(visit):
    page = visit.page
    open_source(visit)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    dialog.get_by_role("button").click()
    dialog.wait_for(state="hidden")
    assert page.locator("#sheet .sheet").is_visible()
