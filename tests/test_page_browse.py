"""The room where one looks through the archive, in a real browser."""

import re

import pytest

from index.build import build_index
from index.encoder import load_encoder
from tests.gazette import print_gazette
from tests.ours import HOSTILE
from tests.visiting import Visit, address_of, in_view, serve, visiting

SEEDS = 52
WAY = '#top [data-room="browse"]'


@pytest.fixture(scope="module")
def printed(tmp_path_factory, browser):
    """Where a chat over dated pages, a file of rows and a hostile page answers."""
    folder = tmp_path_factory.mktemp("printed")
    print_gazette(folder / "pages")
    lines = ["date,newspaper,title,body"]
    lines += [f"2013-0{n % 9 + 1}-11,早报,第{n}号消息,河边第{n}棵柳树发芽。" for n in range(140)]
    (folder / "pages" / "news.csv").write_text("\n".join(lines), "utf-8")
    evil = "".join(
        f"{text}标题{n}\n\n本报讯(记者 {text})恶意正文{n}{text}。\n\n" for n, text in enumerate(HOSTILE)
    )
    name = "<img src=x onerror='window.hit=1'>.txt"
    (folder / "pages" / name).write_text(
        evil.encode("utf-8", "replace").decode().replace("\x00", ""), "utf-8"
    )
    build_index([folder / "pages"], folder / "index", load_encoder())
    with serve(folder / "index") as process:
        yield address_of(process)


@pytest.fixture
def visit_printed(printed, browser, request):
    with visiting(printed, browser, *getattr(request, "param", ())) as visit:
        yield visit


def enter(visit: Visit) -> "playwright.sync_api.Page":  # noqa: F821
    page = visit.page
    page.locator(WAY).click()
    page.locator(".shelf .count").wait_for()
    return page


def says(page, count: str) -> None:
    """Wait until the room says so many, and no more than that: 共 52 篇 is not yet 共 52 篇，找到 6 篇."""
    page.locator(".shelf .count", has_text=re.compile(f"{re.escape(count)}$")).wait_for()


def counted(page) -> str:
    return page.locator(".shelf .count").inner_text()


def test_one_enters_the_room_sees_all_articles_and_opens_one_in_its_place(visit):
    page = enter(visit)
    assert counted(page) == f"共 {SEEDS} 篇"
    assert page.locator(WAY).get_attribute("aria-current") == "page"
    assert page.locator(".papers .src").count() == 50
    assert not page.locator("#talk").is_visible()
    link = page.locator(".src h2 a", has_text="瘫痪婆婆也是妈")
    link.click()
    sheet = page.locator("#sheet .sheet")
    sheet.wait_for()
    assert sheet.locator(".art.on h2").inner_text() == "瘫痪婆婆也是妈"
    assert in_view(page, "#sheet .art.on h2")
    assert sheet.locator("mark").count() == 0
    assert page.locator(".src.on h2").inner_text() == "瘫痪婆婆也是妈"
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert link.evaluate("(link) => link === document.activeElement")


def test_what_is_typed_is_found_as_one_types_and_marked_on_the_page(visit):
    page = enter(visit)
    field = page.locator("[data-find]")
    field.press_sequentially("志願者", delay=20)
    says(page, "找到 6 篇")
    assert field.evaluate("(field) => field === document.activeElement")
    marked = page.locator(".papers mark").all_inner_texts()
    assert "志愿者" in marked
    assert all(mark in "志愿者" for mark in marked)  # in two parts where a column breaks
    assert page.locator(".src h2").first.inner_text() == "我是创建志愿者"
    page.locator(".src h2 a").nth(1).click()
    page.locator("#sheet mark").first.wait_for()
    assert "志愿者" in page.locator("#sheet mark").first.inner_text()
    assert in_view(page, "#sheet mark")
    field.press("Escape")  # empties the field, and leaves the page beside it
    says(page, f"共 {SEEDS} 篇")
    assert page.locator("#sheet .sheet").is_visible()
    field.fill("通讯员 王振")
    says(page, "找到 1 篇")


def test_the_newest_wish_is_the_one_that_is_shown(visit):
    page = enter(visit)
    page.evaluate(
        """() => {
            const field = document.querySelector("[data-find]");
            for (const typed of ["志", "志愿", "志愿者", "不在这里", "王影"]) {
                field.value = typed;
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
                field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
            }
        }"""
    )
    says(page, "找到 1 篇")
    page.wait_for_timeout(300)
    assert page.locator(".src h2").all_inner_texts() == ["社区帮讨薪 民工送锦旗"]


def test_nothing_is_looked_for_while_an_input_method_composes(visit):
    page = enter(visit)
    number = "document.querySelector('.shelf').dataset.number"
    before = page.evaluate(number)
    compose = """(composing) => {
        const field = document.querySelector("[data-find]");
        field.value = composing ? "zhi yuan" : "志愿者";
        field.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: composing }));
        if (composing) field.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", bubbles: true, isComposing: true }));
        else field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
    }"""
    page.evaluate(compose, True)
    page.wait_for_timeout(600)
    assert page.evaluate(number) == before
    page.evaluate(compose, False)
    says(page, "找到 6 篇")


def test_limits_are_chosen_shown_and_lifted(visit_printed):
    page = enter(visit_printed)
    everything = counted(page)
    page.locator('[data-limit="district"]').select_option("青林区")
    says(page, "找到 2 篇")
    assert page.locator(".chips li").all_inner_texts() == ["地区 青林区\n×"]
    assert page.locator('[data-limit="newspaper"] option').all_inner_texts() == ["不限", "江州晚报 2"]
    page.locator('[data-limit="from"]').select_option(label="2016-10")
    page.locator(".chips li").nth(1).wait_for()
    assert page.locator('[data-limit="district"]').input_value() == "青林区"
    page.locator("[data-find]").fill("志愿者")
    says(page, "找到 1 篇")
    page.get_by_role("button", name="不限地区").click()
    page.wait_for_function("document.querySelectorAll('.chips li').length === 1")
    page.locator('.chips [data-set="date"]').click()
    page.locator(".chips").wait_for(state="hidden")
    page.locator("[data-find]").fill("")
    says(page, everything)
    page.locator('[data-limit="newspaper"]').select_option("早报")
    says(page, "找到 140 篇")
    page.locator('[data-limit="to"]').select_option(label="2013-09")
    page.locator(".chips .all").wait_for()
    page.get_by_role("button", name="全部去掉").click()
    says(page, everything)
    page.locator(".src .origin button", has_text="news.csv").first.click()
    page.locator(".chips li", has_text="news.csv#").wait_for()
    assert page.locator("#sheet .sheet").count() == 0  # a limit, and no page opened


def test_nothing_found_offers_what_to_lift(visit_printed):
    page = enter(visit_printed)
    page.locator('[data-limit="district"]').select_option("青林区")
    says(page, "找到 2 篇")
    page.locator("[data-find]").fill("大桥")
    page.locator(".no", has_text="没有一篇符合。").wait_for()
    ways = ["".join(way.split()) for way in page.locator(".ways li").all_inner_texts()]
    assert ways == ["不限字词2篇", "不限地区·青林区2篇"]
    page.locator(".ways button").nth(1).click()
    says(page, "找到 2 篇")
    assert page.locator(".chips li").count() == 0
    page.locator("[data-find]").fill("大桥总投资通车")
    page.locator(".ways button", has_text="分开找").click()
    page.locator(".papers mark").first.wait_for()
    assert " " in page.locator("[data-find]").input_value()


def test_a_bar_sets_its_limit_and_lifts_it_again_and_years_open_into_months(visit_printed):
    page = enter(visit_printed)
    everything = counted(page)
    bar = page.locator(".across button", has_text="青林区")
    bar.focus()
    page.keyboard.press("Enter")
    says(page, "找到 2 篇")
    assert bar.get_attribute("aria-pressed") == "true"
    assert bar.evaluate("(bar) => bar === document.activeElement")
    page.keyboard.press("Enter")
    says(page, everything)
    year = page.locator(".up button").first
    label = year.get_attribute("aria-label")
    assert label == "2013 · 140 篇"
    year.click()
    says(page, "找到 140 篇")
    page.locator('.up button[aria-label^="2013-01"]').click()
    page.locator('.up [aria-pressed="true"]').wait_for()
    assert counted(page).endswith(f"找到 {page.locator('.up [aria-pressed=true] b').inner_text()} 篇")
    assert page.locator(".up button").count() == 9


def test_a_long_list_goes_on_below_and_comes_back_in_another_language(visit_printed):
    page = enter(visit_printed)
    page.locator("[data-find]").fill("柳树")
    says(page, "找到 140 篇")
    page.get_by_role("button", name="再看 50 篇").click()
    page.locator("#s0-100").wait_for()
    assert page.evaluate("document.activeElement.closest('tr').id") == "s0-51"
    page.get_by_role("button", name="再看 40 篇").click()
    page.locator("#s0-140").wait_for()
    assert page.locator(".src").count() == 140
    assert page.locator(".more button").count() == 0
    assert len(set(page.locator(".src").evaluate_all("(rows) => rows.map((row) => row.dataset.open)"))) == 140
    page.get_by_role("button", name="English").click()
    page.locator(".count", has_text="140 of").wait_for()
    assert page.locator(".src").count() == 140
    assert page.locator("[data-find]").input_value() == "柳树"
    page.locator("[data-order]").select_option("page")
    page.locator(".pile").wait_for()
    assert page.locator(".pile").inner_text() == "news.csv140 articles"
    assert page.locator(".src").count() == 50


def test_hostile_pages_are_listed_and_run_nothing(visit_printed):
    page = enter(visit_printed)
    page.locator("[data-find]").fill("恶意正文")
    page.locator(".papers mark").first.wait_for()
    page.locator(".src .origin button").first.click()
    page.locator(".chips li").wait_for()
    page.locator(".src h2 a").first.click()
    page.locator("#sheet .sheet").wait_for()
    page.locator("[data-find]").fill("<script>alert(1)</script>\"'${window.hit=1}{{window.hit}}")
    page.wait_for_timeout(400)
    assert page.evaluate("window.hit") is None
    assert page.locator("#shelf :is(img, script, iframe)").count() == 0


def test_how_the_index_is_stands_below_the_list_in_the_visitors_language(visit):
    page = enter(visit)
    facts = page.locator("#health dl")
    assert not facts.is_visible()
    page.locator("#health summary").click()
    assert "5 版 · 52 篇 · 101 段" in facts.inner_text()
    assert page.locator("#health").bounding_box()["y"] > page.locator(".more").bounding_box()["y"]
    page.get_by_role("button", name="English").click()
    page.locator("#health dt", has_text="Built").wait_for()  # as open as it was
    page.locator("#top [data-room='ask']").click()
    assert not facts.is_visible()


@pytest.mark.parametrize("visit", [(390, 844)], indirect=True)
def test_on_a_phone_the_list_is_of_cards_and_nothing_is_too_wide(visit):
    page = enter(visit)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".papers thead").bounding_box()["width"] <= 1
    assert not page.locator(".plots figure").first.is_visible()
    page.locator(".plots summary").click()
    assert page.locator(".plots figure").first.is_visible()
    page.locator("[data-find]").fill("志愿者")
    says(page, "找到 6 篇")
    assert page.locator(".plots figure").first.is_visible()  # what was opened stays open
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    cards = page.locator(".src td:first-child")
    assert all(cards.nth(n).bounding_box()["width"] > 340 for n in range(cards.count()))
    for control in page.locator(".shelf :is(select, input, .across button)").all():
        assert control.bounding_box()["height"] >= 26


def test_a_slash_leads_to_the_field_and_two_visitors_look_each_for_himself(visit, browser, address):
    page = enter(visit)
    page.keyboard.press("/")
    page.keyboard.type("志愿者")
    says(page, "找到 6 篇")
    with visiting(address, browser) as other:
        assert counted(enter(other)) == f"共 {SEEDS} 篇"
        other.page.get_by_role("button", name="English").click()
        other.page.locator(".count", has_text=f"{SEEDS} articles").wait_for()
        assert other.page.locator("[data-find]").input_value() == ""
    assert counted(page) == f"共 {SEEDS} 篇，找到 6 篇"


def test_what_a_browser_makes_up_gets_a_calm_answer(visit, address):
    page = enter(visit)
    page.evaluate(
        """() => {
            const select = document.querySelector('[data-limit="district"]');
            const option = new Option("x", "没有这个区<b>");
            select.append(option);
            select.value = option.value;
            select.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    page.locator(".no", has_text="没有一篇符合。").wait_for()
    page.locator(".ways button").click()
    says(page, f"共 {SEEDS} 篇")


def test_each_room_is_found_again_where_it_was_left(visit):
    page = visit.page
    for question in ("谁送了锦旗?", "惠济区有多少篇报道提到志愿者?", "有多少篇报道?"):
        visit.ask(question)
    page.wait_for_function("scrollY > 300")
    down = page.evaluate("scrollY")
    page.locator("[data-room=browse]").click()
    assert page.evaluate("scrollY") == 0
    page.locator("[data-room=ask]").click()
    assert page.evaluate("scrollY") == down
