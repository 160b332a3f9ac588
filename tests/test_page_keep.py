"""What is taken along from the chat, in a real browser: answers, references, the conversation."""

import json
import re
from collections.abc import Iterator

import pytest

from qa.archive import Archive
from qa.cite import write_answer_text, write_reference
from qa.evaluate import evaluate, read_gold
from tests.modelserver import ModelServer, talks_on
from tests.test_app import SENTENCE, SOURCE
from tests.visiting import Visit, address_of, in_view, serve, visiting

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
    assert page.locator("#room-ask textarea").count() == 1
    assert turn.get_by_role("button", name="已复制").evaluate("(one) => one === document.activeElement")
    page.locator("#box textarea").focus()
    page.keyboard.press("Control+V")
    assert page.locator("#box textarea").input_value() == write_reference(archive.ask(QUESTION).citations[0])


def test_a_browser_that_refuses_to_copy_is_told_of(address, browser):
    with visiting(address, browser, prepare=f"{UNSAFE}; document.execCommand = () => false") as guest:
        turn = guest.ask(QUESTION)
        turn.get_by_role("button", name="复制回答").click()
        turn.get_by_role("button", name="没能复制").wait_for()


def test_a_button_goes_on_telling_while_the_page_is_drawn_again(guest):
    page = guest.page
    turn = guest.ask(QUESTION)
    # Two seconds become an hour: however slow the machine, the button has not had its say.
    page.evaluate("real = setTimeout; setTimeout = (f, ms, ...a) => real(f, ms === 2000 ? 3.6e6 : ms, ...a)")
    turn.get_by_role("button", name="复制回答").click()
    turn.get_by_role("button", name="已复制").wait_for()
    page.get_by_role("button", name="English").click()
    turn.get_by_role("button", name="Cite").first.wait_for()
    assert turn.get_by_role("button", name="已复制").count() == 1
    assert turn.get_by_role("button", name="Copy answer").count() == 0


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
    written = "\n".join(["# 问报 · 对话记录\n", *(text_of(archive, *asked) for asked in talk)])
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


def asked(page) -> list[str]:
    return page.locator(".turn h2").all_inner_texts()


def answers(page) -> list[str]:
    """Return what is answered, as it is shown, without the time that it took."""
    return page.locator(".turn").evaluate_all(
        "turns => turns.map(turn => [...turn.children].filter(part => !part.matches('.keep, .next'))"
        ".map(part => part.innerText).join())"
    )


def reload(page, turns: int) -> None:
    page.reload()
    page.locator(".turn").nth(turns - 1).wait_for()
    assert page.locator(".turn").count() == turns


def test_a_reload_brings_the_conversation_back_as_it_was_and_it_goes_on(visit):
    page = visit.page
    visit.ask("张广林是哪里人?")
    visit.ask("他手里拿着多少现金?")
    visit.ask("只看上街区,队长是谁?").get_by_role("button", name="去掉“上街区”再问").click()
    page.locator(".turn").nth(3).wait_for()
    turn = visit.ask("刘琴英今年多大?")
    turn.locator("a.cite").click()
    page.locator("#sheet .sheet").wait_for()
    before, marked = answers(page), page.locator("#sheet mark").all_inner_texts()
    address = page.url
    assert address.isascii()
    assert "&at=5-1" in address

    reload(page, 5)
    page.locator("#sheet mark.exact").wait_for()
    assert answers(page) == before
    assert page.locator("#sheet mark").all_inner_texts() == marked
    assert in_view(page, "#sheet mark.exact")
    assert page.locator(".src.on").get_attribute("id") == "s5-1"
    assert page.locator(".came").count() == 0
    assert page.url == address
    page.keyboard.press("Escape")
    page.locator("#sheet .sheet").wait_for(state="hidden")
    assert "at=" not in page.url
    assert visit.ask("她家有几口人?").locator(".asked u").inner_text() == "刘琴英家有几口人?"
    reload(page, 6)
    assert answers(page)[:5] == before


def test_a_place_that_is_no_source_of_the_talk_is_opened_again_too(visit):
    page = visit.page
    page.evaluate("(key) => wenbao.beside.go(key)", f"{SOURCE}@5077-5106")
    page.locator("#sheet mark").first.wait_for()
    page.reload()
    page.locator("#sheet mark").first.wait_for()
    assert "".join(page.locator("#sheet mark").all_inner_texts()) == SENTENCE


def test_a_link_gives_one_answer_by_itself_to_whoever_opens_it(guest, browser, address):
    page = guest.page
    guest.ask(f"在金水区的报道中,{QUESTION}")
    turn = guest.ask(FOLLOW_UP)
    turn.get_by_role("button", name="链接").click()
    turn.get_by_role("button", name="已复制").wait_for()
    link = copied(page)
    assert link.startswith(f"{address}?q=")
    with visiting(address, browser) as other:
        other.page.goto(link)
        other.page.locator(".turn").wait_for()
        assert asked(other.page) == ["在金水区的报道中,张广林是哪里人?"]
        assert other.page.locator(".limits li").count() == 1
        assert other.page.locator(".span").inner_text() == turn.locator(".span").inner_text() == "滑县"
        assert other.page.locator(".came").count() == 0
        assert other.page.url == link


def test_a_link_from_before_the_index_was_updated_says_so_once(visit, address):
    page = visit.page
    visit.ask(QUESTION)
    fresh = page.url
    page.goto(re.sub(r"index=\w+", "index=00000000&left=3&__theme=light", fresh))
    page.locator(".turn").wait_for()
    told = "这个链接是在索引更新之前保存的，回答可能不同。更早的 3 个问题没有留在链接里。"
    assert page.locator(".came").inner_text() == told
    assert page.locator(".span").inner_text() == "20600元"
    assert page.locator(".came").evaluate("(note) => note.getBoundingClientRect().top > 56")
    assert "00000000" not in page.url
    assert "__theme=light" in page.url
    page.get_by_role("button", name="English").click()
    page.get_by_text("This link was saved before").wait_for()
    page.goto(fresh)
    page.locator(".turn").wait_for()
    assert page.locator(".came").count() == 0


def test_a_new_conversation_begins_and_the_way_back_leads_to_the_old_one(visit):
    page = visit.page
    visit.ask(QUESTION)
    page.get_by_role("button", name="新对话").click()
    page.locator(".start li").first.wait_for()
    assert "?" not in page.url
    assert page.locator(".turn").count() == 0
    page.go_back()
    page.locator(".turn .span").wait_for()
    assert asked(page) == [QUESTION]


def test_who_reads_english_gets_the_conversation_of_the_address_in_english(address, browser):
    with visiting(address, browser, locale="en-GB") as visit:
        visit.ask(QUESTION)
        reload(visit.page, 1)
        visit.page.get_by_role("button", name="Copy answer").wait_for()
        assert asked(visit.page) == [QUESTION]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=%3Cimg%20src%3Dx%20onerror%3D%22window.hit%3D1%22%3E%24%7Bwindow.hit%3D2%7D", 1),
        ("q=%ff%fe%00&at=9-9&index=<script>", 1),
        ("q=" + "%E9%97%AE" * 1200, 1),
        ("&".join(["q=%E6%83%A0%E6%B5%8E%E5%8C%BA"] * 60), 20),
        ("q=%20&a=&at=zz", 0),
        ("at=1-1", 0),
        ("q=" + "a" * 20000, 0),
    ],
)
def test_whatever_stands_in_the_address_the_page_stays_calm(visit, address, query, shown):
    page = visit.page
    page.goto(f"{address}?{query}")
    page.locator(".start li, .turn").first.wait_for()
    if shown:
        page.locator(".turn").nth(shown - 1).wait_for()
    assert page.locator(".turn").count() == shown
    assert page.evaluate("window.hit") is None
    page.get_by_role("textbox").fill(QUESTION)
    page.get_by_role("textbox").press("Enter")
    page.get_by_role("heading", name=QUESTION).wait_for()
    answered = page.locator(".turn .keep").count()
    reload(page, min(answered, 20))
    assert page.locator(".turn .span").last.inner_text() == "20600元"


def test_the_address_holds_the_newest_questions_of_a_long_conversation(visit):
    page = visit.page
    long = "，".join(["惠济区的居民在社区里领到了健康一体机"] * 12)
    for n in range(4):
        visit.ask(f"{long}{n}?")
    assert len(page.url) < 6000
    reload(page, 2)
    assert asked(page)[-1].startswith(long[:40])
    assert page.locator(".came").inner_text() == "更早的 2 个问题没有留在链接里。"


def test_a_reload_while_a_model_speaks_asks_it_anew_for_the_newest_answer(index_dir, browser):
    with (
        ModelServer(talks_on("张广林拿到了20600元。[1]")).running() as model,
        serve(index_dir, "--llm", model.url, "--llm-model", "qwen") as process,
        visiting(address_of(process), browser) as visit,
    ):
        page = visit.page
        visit.ask("刘琴英今年多大?")
        visit.ask(QUESTION).locator(".sum a.cite").wait_for()
        reload(page, 2)
        summary = page.locator(".turn").nth(1).locator(".sum")
        summary.locator("a.cite").wait_for()
        assert page.locator(".sum").count() == 1
        summary.get_by_role("button", name="停止").click()
        summary.get_by_text("已停止").wait_for()


def votes(file) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_what_a_visitor_says_of_answers_is_kept_and_can_be_evaluated(index_dir, browser, tmp_path, archive):
    file = tmp_path / "said.jsonl"
    with (
        serve(index_dir, "--feedback", str(file)) as process,
        visiting(address_of(process), browser, 390, 844) as visit,
    ):
        page = visit.page
        visit.ask(QUESTION).get_by_role("button", name="有用").click()
        page.locator(".noted").get_by_text("谢谢，已记下。").wait_for()
        assert page.locator("[data-useful='1']").get_attribute("aria-pressed") == "true"
        turn = visit.ask(REFUSED)
        turn.get_by_role("button", name="没用").focus()
        page.keyboard.press("Enter")
        turn.get_by_role("button", name="报上有却说没有").click()
        field = turn.get_by_role("textbox", name="报上的答案是……（选填）")
        field.fill("<b>六层</b>")
        field.press("Enter")
        page.wait_for_function("document.querySelectorAll('.say input')[0].defaultValue === '<b>六层</b>'")
        assert turn.get_by_role("button", name="报上有却说没有").get_attribute("aria-pressed") == "true"
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    said = votes(file)
    assert [(one["useful"], one["reason"]) for one in said] == [
        (True, None), (False, None), (False, "missed"), (False, "missed"),
    ]  # fmt: skip
    assert len({one["id"] for one in said}) == 2
    assert said[-1]["answers"] == ["<b>六层</b>"]
    assert said[-1]["history"] == [QUESTION]
    measures = evaluate(archive, read_gold(file))
    assert (measures.questions, measures.cited, measures.false_refusals) == (2, 1, 1 / 2)


def test_an_answer_that_comes_before_a_vote_is_noted_is_in_no_ones_way(index_dir, browser, tmp_path):
    with (
        serve(index_dir, "--feedback", str(tmp_path / "said.jsonl")) as process,
        visiting(address_of(process), browser) as visit,
    ):
        page, waiting = visit.page, []
        turn = visit.ask(QUESTION)
        page.route(
            lambda url: "/queue/join" in url,
            lambda route: waiting.append(route) if "useful" in route.request.post_data else route.continue_(),
        )
        turn.get_by_role("button", name="有用").click()
        visit.ask(REFUSED)
        assert turn.locator(".noted").count() == 0
        (vote,) = waiting
        vote.continue_()
        turn.locator(".noted").wait_for()
        page.wait_for_function("document.activeElement.matches('[data-useful=\"1\"][aria-pressed=true]')")
