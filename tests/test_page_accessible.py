"""The page for everybody: what axe-core finds in it, what a screen reader is told, keys, zoom, colours."""

import re
from pathlib import Path

import axe_playwright_python
import pytest

from tests.visiting import ROOT, Visit, address_of, serve, visiting

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
QUESTION, EXACT = "农民工张广林拿回了多少工资?", "20600元"
SAID = "来自滑县的农民工张广林手里拿着20600元现金,激动不已。[1]"
STATUS = "[role=status].unseen"


def find_faults(visit: Visit) -> list[tuple[str, str, list[str]]]:
    """Return what axe-core finds in the page as it is: the rule, how bad, where."""
    visit.page.evaluate(AXE)
    found = visit.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (fault["id"], fault["impact"], [" ".join(map(str, node["target"])) for node in fault["nodes"]])
        for fault in found["violations"]
    ]


def show_sheet(visit: Visit) -> None:
    visit.page.locator(".turn").first.locator("a.cite").first.click()
    visit.page.locator("#sheet .sheet").wait_for()


def show_others(visit: Visit) -> None:
    """Open a source that shares its page with another one of the turn, and the list of its articles."""
    visit.page.locator(".turn:has(.groups) .src h3 a").first.click()
    visit.page.locator("#sheet mark.also").first.wait_for()
    visit.page.locator("#sheet .contents summary").click()


def show_preview(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")  # of the list of articles; the page beside is still open
    visit.page.locator(".turn").first.locator("a.cite").first.hover()
    visit.page.locator("#peek").wait_for()


def show_keys(visit: Visit) -> None:
    visit.page.evaluate("document.activeElement.blur()")
    visit.page.keyboard.press("?")
    visit.page.locator("dialog.keys").wait_for()


def show_browse(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")  # the help
    visit.page.locator('#top [data-room="browse"]').click()
    visit.page.locator(".shelf .count").wait_for()
    visit.page.evaluate(
        "for (const one of document.querySelectorAll('#room-browse details')) one.open = true"
    )


def show_found(visit: Visit) -> None:
    visit.page.locator("[data-find]").fill("志愿者")
    visit.page.locator(".papers mark").first.wait_for()


def show_checked(visit: Visit) -> None:
    visit.page.locator('#top [data-room="verify"]').click()
    visit.page.locator("#room-verify textarea").fill("来自滑县的农民工张广林手里拿着26000元现金,非常激动。")
    visit.page.keyboard.press("Control+Enter")
    visit.page.locator(".checked ins").first.wait_for()


# What is done, one after the other; Escape is pressed in between.
STATES = {
    "start": lambda visit: None,
    "answer": lambda visit: visit.ask(QUESTION),
    "correction": lambda visit: visit.ask("他是哪里人?").locator("[data-correct]").click(),
    "limits": lambda visit: visit.ask("在上街区的报道中,农民工张广林拿回了多少工资?"),
    "refusal": lambda visit: visit.ask("十二里屯工地要盖几层楼?"),
    "count": lambda visit: visit.ask("哪些区报道了创卫?"),
    "empty": lambda visit: visit.ask(" "),
    "sheet": show_sheet,
    "others": show_others,
    "preview": show_preview,
    "keys": show_keys,
    "browse": show_browse,
    "found": show_found,
    "checked": show_checked,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_no_fault_in_any_state(address, browser, width, scheme):
    with visiting(address, browser, width, color_scheme=scheme) as visit:
        for state, reach in STATES.items():
            reach(visit)
            assert (state, find_faults(visit)) == (state, [])
            visit.page.keyboard.press("Escape")


@pytest.fixture(scope="module")
def locked(index_dir, browser):
    """Where a chat asks for a password."""
    with serve(index_dir, "--auth", "anna:secret") as process:
        yield address_of(process)


def let_in(visit: Visit, password: str) -> None:
    """Try a password."""
    user, secret = visit.page.locator("input").all()
    user.fill("anna")
    secret.fill(password)
    secret.press("Enter")


def forget_refusal(visit: Visit) -> None:
    """Forget that a wrong password was refused, which the browser notes as an error of the page."""
    (refused,) = visit.errors
    assert "status of 400" in refused
    visit.errors.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_no_fault_in_the_page_that_asks_for_a_password(locked, browser, width, scheme):
    with visiting(locked, browser, width, color_scheme=scheme, enter=False) as visit:
        visit.page.get_by_role("main").wait_for()
        assert find_faults(visit) == []
        let_in(visit, "wrong")
        visit.page.locator(".creds").wait_for()
        assert find_faults(visit) == []
        forget_refusal(visit)


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_who_does_not_see_the_page_that_asks_for_a_password_gets_in(locked, browser, locale):
    with visiting(locked, browser, locale=locale, enter=False) as visit:
        page = visit.page
        page.locator("[role=main] h2[aria-level='1']").wait_for()
        assert page.title() == "问报 Wenbao"
        purposes = "(fields) => fields.map((field) => [field.type, field.autocomplete])"
        assert page.locator("input").evaluate_all(purposes) == [
            ["text", "username"],
            ["password", "current-password"],
        ]
        let_in(visit, "wrong")
        page.locator(".creds").wait_for()
        assert page.locator(STATUS).inner_text() == page.locator(".creds").inner_text()
        forget_refusal(visit)
        page.wait_for_timeout(200)  # the first refusal is told
        page.evaluate(
            """(status) => new MutationObserver((told) => {
            window.told = told.flatMap((one) => [...one.addedNodes]).map((node) => node.textContent).join();
        }).observe(document.querySelector(status), { childList: true })""",
            STATUS,
        )
        let_in(visit, "wrong again")
        page.wait_for_function("window.told")
        assert page.evaluate("told") == page.locator(".creds").inner_text()
        forget_refusal(visit)
        let_in(visit, "secret")
        page.locator("#talk .start").wait_for()
        assert page.locator("[role=main]").count() == 0


def test_axe_would_find_a_fault(visit):
    visit.page.evaluate("document.querySelector('#talk .lead').style.color = '#ddd'")
    assert [rule for rule, _, _ in find_faults(visit)] == ["color-contrast"]


# ---- colours that axe cannot tell: under a gradient, a mark, a state that comes and goes ----


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2, definition)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("rule", [":root", "body.dark"])
def test_every_colour_of_text_can_be_read_on_every_ground(rule):
    css = (ROOT / "web/static/page.css").read_text("utf-8")
    colours = dict(re.findall(r"--(\w+): (#\w{6})", css.split(f"{rule} {{")[1].split("}")[0]))
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for ground in ("paper", "sheet", "mark2"):
        for text in ("ink", "soft", "seal"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["ink"], colours["mark"]) >= 4.5  # all marked words are in ink


# ---- what a screen reader is told ----


def test_a_screen_reader_is_told_the_new_answer_and_nothing_else(visit):
    page = visit.page
    status = page.locator(STATUS)
    assert status.inner_text() == ""
    visit.ask(QUESTION)
    assert status.locator("p").all_inner_texts() == [EXACT, SAID]
    assert status.locator("p").evaluate_all("(lines) => lines.map((line) => line.lang)") == ["zh-CN"] * 2
    page.evaluate(
        f"""() => {{
            window.told = 0;
            new MutationObserver(() => window.told++).observe(
                document.querySelector("{STATUS}"), {{ childList: true, subtree: true }});
        }}"""
    )
    page.get_by_role("button", name="English").click()
    page.locator("#send", has_text="Ask").wait_for()
    assert page.evaluate("told") == 0
    refused = visit.ask("十二里屯工地要盖几层楼?")
    told = status.locator("p").all_inner_texts()
    assert told == ["The papers do not say.", refused.locator(".no small").inner_text()]
    assert status.locator("p").first.get_attribute("lang") == "en"
    assert page.locator("main :is([aria-live], [role=log], [role=status], [role=alert]):visible").count() == 0


def test_a_screen_reader_is_told_the_answer_after_a_reminder(visit):
    status = visit.page.locator(STATUS)
    visit.ask(" ")
    visit.page.get_by_role("textbox").fill(QUESTION)
    visit.page.get_by_role("textbox").press("Enter")
    visit.page.locator(".turn .span").wait_for()
    assert visit.page.locator(".turn").count() == 1
    assert status.locator("p").all_inner_texts() == [EXACT, SAID]


def test_who_works_by_keys_goes_on_from_the_answer(visit):
    page = visit.page
    page.locator(".start button").first.focus()
    page.keyboard.press("Enter")
    page.locator(".turn").first.wait_for()
    assert page.evaluate("document.activeElement.className") == "turn"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.turn') !== null")


def walk(visit: Visit) -> list[str]:
    """Press Tab through the whole page; return what had the focus, each seen to have it."""
    page, seen = visit.page, []
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")
    for _ in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
                const element = document.activeElement;
                if (element === document.body) return null;
                const framed = element.matches("#box textarea") ? element.closest("#write") : element;
                const style = getComputedStyle(framed);
                const { width, top, right, bottom } = element.getBoundingClientRect();
                return {
                    name: element.ariaLabel || (element.id === "send" ? "send" : element.innerText),
                    marked: framed === element ? style.outlineStyle !== "none" : style.borderTopColor,
                    inside: width > 0 && bottom > 0 && top < innerHeight && right <= innerWidth + 1,
                };
            }"""
        )
        if at is None or (seen and at["name"] == seen[0]):
            return seen
        assert at["marked"] in (True, "rgb(168, 50, 31)"), at
        assert at["inside"], at
        seen.append(at["name"])
    pytest.fail("the focus never came round")


def test_the_keyboard_reaches_everything_in_the_order_of_the_page_and_is_seen(visit):
    visit.ask(QUESTION)
    seen = walk(visit)
    bar = seen.index("快捷键") + 1
    assert seen[:bar] == ["提问", "馆藏", "核对引文", "简体中文", "繁體中文", "English", "快捷键"]
    order = [
        seen.index(name)
        for name in ("[1]", "社区帮讨薪 民工送锦旗", "上下文", "问题", "send")
        if name in seen
    ]
    assert order == sorted(order)
    assert {"社区帮讨薪 民工送锦旗", "上下文", "send"} <= set(seen)


# ---- zoom, the system's colours, less motion ----


@pytest.mark.parametrize(("width", "height"), [(320, 568), (720, 450)])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_zoomed_in_nothing_is_cut_off_and_nothing_scrolls_sideways(address, browser, width, height, locale):
    with visiting(address, browser, width, height, locale=locale) as visit:
        page = visit.page
        turn = visit.ask(QUESTION)
        turn.locator("a.cite").first.click()
        page.locator("#sheet .sheet").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        send = page.locator("#send").bounding_box()
        assert send["x"] + send["width"] <= width


def test_where_the_system_chooses_the_colours_what_is_chosen_is_seen(address, browser):
    with visiting(address, browser, forced_colors="active") as visit:
        border = "(button) => getComputedStyle(button).borderBottomColor"
        chosen, other = (
            visit.page.locator(f'[data-language="{key}"]').evaluate(border) for key in ("zh", "en")
        )
        assert chosen != other
        turn = visit.ask(QUESTION)
        ground = "(element) => getComputedStyle(element).backgroundColor"
        marked = turn.locator("mark.exact").first
        assert marked.evaluate(ground) != marked.locator("..").evaluate(ground)


def test_who_wants_less_motion_gets_none(visit):
    longest = """() => Math.max(...[...document.querySelectorAll("*")].flatMap((element) => {
        const style = getComputedStyle(element);
        return [style.transitionDuration, style.animationDuration].map((time) => parseFloat(time) || 0);
    }))"""
    visit.ask(QUESTION)
    assert visit.page.evaluate(longest) < 0.001
    assert visit.page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
