"""Many visitors to the shared chat, in a real browser: each for himself, and calm when there are too many."""

import httpx

from tests.test_gate import call_ask
from tests.visiting import address_of, serve, visiting
from web.languages import LANGUAGES

QUESTION, EXACT = "农民工张广林拿回了多少工资?", "20600元"


def test_html_that_found_its_way_into_the_page_would_run_nothing(address, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.locator(".start li").first.wait_for()
    blocked = page.evaluate(
        """async () => {
            const seen = [];
            const note = (event) => seen.push(event.violatedDirective);
            document.addEventListener("securitypolicyviolation", note);
            document.body.insertAdjacentHTML("beforeend", '<a id="bad" onclick="window.hit=1">x</a>' +
                '<img src="x:" onerror="window.hit=2">');
            document.getElementById("bad").click();
            const script = document.createElement("script");
            script.textContent = "window.hit=3";
            document.head.append(script);
            await fetch("https://example.com/").catch(() => {});
            await new Promise((go) => setTimeout(go, 200));
            return [window.hit ?? null, [...new Set(seen)].sort()];
        }"""
    )
    context.close()
    assert blocked == [None, ["connect-src", "img-src", "script-src-attr", "script-src-elem"]]


def test_the_link_to_a_source_of_another_visitor_leads_nowhere(address, browser):
    with visiting(address, browser) as anna, visiting(address, browser) as ben:
        anna.ask(QUESTION).locator("a.cite").click()
        anna.page.locator("#sheet .sheet mark").first.wait_for()
        ben.page.evaluate("wenbao.beside.go('1-1')")
        sheet = ben.page.locator("#sheet .sheet")
        sheet.wait_for()
        assert LANGUAGES["zh"].gone in sheet.inner_text()
        assert "张广林" not in ben.page.locator("body").inner_text().replace(
            ben.page.locator(".start").inner_text(), ""
        )
        assert ben.page.locator(".turn").count() == 0


def test_a_visitor_who_asks_too_fast_reads_a_calm_sentence_and_others_go_on(index_dir, browser):
    with serve(index_dir, "--host", "0.0.0.0", changes=["allow_one"]) as process:
        address = process.stdout.readline().split()[-1].replace("localhost", "127.0.0.1")
        with visiting(address, browser) as fast, visiting(address, browser) as calm:
            assert fast.ask(QUESTION).locator(".span").inner_text() == EXACT
            cookies = {cookie["name"]: cookie["value"] for cookie in fast.page.context.cookies()}
            with httpx.Client(base_url=address, cookies=cookies, timeout=120) as program:
                event, told = call_ask(program)
            assert event == "error"
            assert told["error"].startswith("Too many questions")
            turn = fast.ask(QUESTION)
            assert turn.inner_text().split() == [QUESTION, LANGUAGES["zh"].busy]
            assert calm.ask(QUESTION).locator(".span").inner_text() == EXACT


def test_an_address_that_has_to_wait_stays_for_the_next_try(index_dir, browser):
    with serve(index_dir, "--host", "0.0.0.0", changes=["allow_one"]) as process:
        address = process.stdout.readline().split()[-1].replace("localhost", "127.0.0.1")
        context = browser.new_context(locale="zh-CN", reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{address}?q={QUESTION}&q=他是哪里人?")
        page.locator(".turn", has_text=LANGUAGES["zh"].busy).wait_for()
        assert page.evaluate("new URLSearchParams(location.search).getAll('q')") == [QUESTION, "他是哪里人?"]
        context.close()


def test_where_the_queue_is_full_the_page_waits_and_then_says_so(index_dir, browser):
    with serve(index_dir, changes=["fill_queue"]) as process:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(address_of(process))
        page.locator(".start li").first.wait_for()
        page.evaluate("wenbao.patience = [300, 300]")
        line = page.locator("#top .waiting")
        assert not line.is_visible()
        page.locator("#box textarea").fill(QUESTION)
        page.locator("#box textarea").press("Enter")
        page.get_by_text(LANGUAGES["zh"].waiting).wait_for()
        page.get_by_text(LANGUAGES["zh"].too_busy).wait_for()
        assert page.locator("#box textarea").input_value() == QUESTION
        page.wait_for_timeout(300)
        assert not page.get_by_text("currently busy").is_visible()
        context.close()
