"""app.py: the really running chat in a real browser, and its command line."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

import app
from chat.serve import Reach, choose_auth
from chat.talk import add_turn, ask_archive, correct_turn, replace_turn, sum_up
from index.errors import EmptyQuestion, EncoderError, LongQuestion
from qa.archive import Archive
from qa.consult import connect
from tests.modelserver import ModelServer, excerpts, says, talks_on
from tests.visiting import Visit, address_of, in_view, run_app, serve, visiting
from web.live import Live
from web.view import Turn

QUESTION, EXACT = "农民工张广林拿回了多少工资?", "20600元"
SENTENCE, SOURCE = "来自滑县的农民工张广林手里拿着20600元现金,激动不已。", "001_200823f155d71e7b.txt"
HOSTILE = "<img src=x onerror='window.hit=1'>${window.hit=2}{{window.hit}}</h2><script>window.hit=3</script>"


def test_a_visitor_asks_reads_opens_the_page_and_switches_to_english(visit):
    page = visit.page
    turn = visit.ask(QUESTION)
    assert turn.locator(".span").inner_text() == EXACT
    assert turn.locator("p.said").inner_text() == f"{SENTENCE}[1]"
    assert turn.locator("p.said mark.exact").inner_text() == EXACT
    assert turn.locator(".src h3").inner_text() == "社区帮讨薪 民工送锦旗"
    assert turn.locator(".src .meta").inner_text() == f"金水区 · 本报记者 王影 通讯员 申宝玲 · {SOURCE}"
    assert "".join(turn.locator("blockquote mark").all_inner_texts()) == SENTENCE

    turn.locator("a.cite").click()
    sheet = page.locator("#sheet .sheet")
    sheet.wait_for()
    assert SOURCE in sheet.inner_text()
    assert "".join(sheet.locator(".art.on mark").all_inner_texts()) == SENTENCE
    assert in_view(page, "#sheet mark.exact")
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")

    page.get_by_role("button", name="English").click()
    page.locator("#send", has_text="Ask").wait_for()
    assert turn.locator(".span").inner_text() == EXACT
    assert turn.locator("summary").inner_text() == "In context"
    turn.locator(".src .meta").click()  # the card leads there too, and the page speaks English by now
    sheet.wait_for()
    assert sheet.get_by_role("button", name="Close").is_visible()

    refused = visit.ask("十二里屯工地要盖几层楼?")
    assert refused.locator(".no p").inner_text() == "The papers do not say."
    assert refused.locator(".span").count() == 0
    assert refused.locator(".src").count() > 0


@pytest.mark.parametrize("visit", [(390, 844)], indirect=True)
def test_on_a_phone_the_page_is_a_full_sheet_that_closes(visit):
    page = visit.page
    page.locator(".start button").first.click()
    page.locator(".turn p.said, .turn .no").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".turn .src h3 a").first.click()
    sheet = page.locator("#sheet .sheet")
    sheet.wait_for()
    box = sheet.bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert in_view(page, "#sheet mark.exact")
    page.get_by_role("button", name="关闭").click()
    sheet.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.closest('.src') !== null")


def test_a_limit_is_a_chip_and_goes_with_a_click(visit):
    page = visit.page
    turn = visit.ask(f"在金水区的报道中,{QUESTION}")
    assert turn.locator(".limits li").all_inner_texts() == ["地区 金水区\n×"]
    assert turn.locator(".span").inner_text() == EXACT
    refused = visit.ask(f"在上街区的报道中,{QUESTION}")
    assert refused.locator(".no p").inner_text() == "在这个范围里没有找到。"
    assert refused.locator("p.beyond").inner_text() == f"不限地区时有：{SENTENCE}"
    refused.get_by_role("button", name="去掉“上街区”再问").click()
    page.locator(".turn").nth(2).wait_for()
    again = page.locator(".turn").nth(2)
    assert again.locator("h2").inner_text() == QUESTION
    assert again.locator(".limits").count() == 0
    assert again.locator(".asked").count() == 0
    assert again.locator(".span").inner_text() == EXACT
    # It stands by itself, also where the same words, typed, would lean on what was asked before.
    visit.ask("只看上街区,队长是谁?").get_by_role("button", name="去掉“上街区”再问").click()
    page.locator(".turn").nth(4).wait_for()
    assert page.locator(".turn").nth(4).locator("h2").inner_text() == "队长是谁?"
    assert page.locator(".turn").nth(4).locator(".asked").count() == 0
    assert visit.ask("队长是谁?").locator(".asked").count() == 1
    # The talk goes on as if the question had been typed.
    visit.ask(QUESTION)
    assert visit.ask("他是哪里人?").locator(".span").inner_text() == "滑县"


def test_a_count_shows_its_number_its_groups_and_a_list_that_leads_to_the_pages(visit):
    turn = visit.ask("哪些区报道了创卫?")
    districts = turn.locator(".groups li").all_inner_texts()
    assert len(districts) >= 2
    assert turn.locator(".span").inner_text() == "、".join(name.split()[0] for name in districts)
    cards = turn.locator(".src")
    assert cards.count() == sum(int(name.split()[1]) for name in districts)
    assert set(turn.locator("blockquote mark").all_inner_texts()) == {"创卫"}
    assert turn.locator("p.said").count() == 0
    cards.nth(1).locator("h3 a").click()
    visit.page.locator("#sheet .sheet").wait_for()
    assert in_view(visit.page, "#sheet mark.exact")
    assert visit.page.locator("#sheet mark.exact").inner_text() == "创卫"


def test_what_a_visitor_types_is_shown_and_never_run(visit):
    assert visit.ask(HOSTILE).locator("h2").inner_text() == HOSTILE
    assert visit.page.evaluate("window.hit") is None


def lean(visit) -> "playwright.sync_api.Locator":  # noqa: F821
    """Ask two questions, the second of which leans on the first, and return the second turn."""
    visit.ask("张广林是哪里人?")
    turn = visit.ask("他手里拿着多少现金?")
    assert turn.locator(".asked u").inner_text() == "张广林手里拿着多少现金?"
    return turn


@pytest.mark.parametrize("visit", [(1440, 900), (390, 844)], indirect=True)
def test_a_rewritten_question_is_corrected_in_its_place_and_asked_as_it_stands(visit):
    page, turn = visit.page, lean(visit)
    last = visit.ask(QUESTION)
    turn.locator("[data-correct]").focus()
    page.keyboard.press("Enter")
    field = turn.get_by_role("textbox")
    assert field.input_value() == "张广林手里拿着多少现金?"
    assert field.evaluate("(field) => field === document.activeElement")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    field.fill("他是哪年成立的<b>?")  # it leans, and is asked as it stands
    page.keyboard.press("Enter")
    corrected = page.locator(".turn").nth(1)
    page.wait_for_function("document.querySelectorAll('.turn h2')[1].innerText.includes('哪年')")
    assert corrected.locator("h2").inner_text() == "他是哪年成立的<b>?"
    assert corrected.locator(".asked").count() == 0
    assert page.locator(".turn").count() == 3
    assert last.locator(".span").inner_text() == EXACT
    assert len(set(page.locator(".turn").evaluate_all("(turns) => turns.map((turn) => turn.id)"))) == 3


def test_what_is_asked_next_leans_on_the_corrected_question(visit):
    page, turn = visit.page, lean(visit)
    turn.locator("[data-correct]").click()
    turn.get_by_role("textbox").fill("惠济区委书记是谁?")
    turn.get_by_role("button", name="查找").click()
    page.wait_for_function("document.querySelectorAll('.turn h2')[1].innerText.includes('书记')")
    assert visit.ask("他说了什么?").locator(".asked u").inner_text() == "黄钊说了什么?"


def test_escape_and_an_empty_field_leave_the_question_as_it_was(visit):
    page, turn = visit.page, lean(visit)
    turn.locator("a.cite").first.click()
    page.locator("#sheet .sheet").wait_for()
    edit, field = turn.locator("[data-correct]"), turn.locator(".fix input")
    edit.click()
    field.fill("别的")
    page.keyboard.press("Escape")
    assert not field.is_visible()
    assert edit.evaluate("(button) => button === document.activeElement")
    assert page.locator("#sheet .sheet").is_visible()  # one Escape closes one thing
    edit.click()
    assert field.input_value() == "张广林手里拿着多少现金?"
    turn.get_by_role("button", name="取消").click()
    edit.click()
    field.fill("  ")
    page.keyboard.press("Enter")
    assert not field.is_visible()
    assert turn.locator("h2").inner_text() == "他手里拿着多少现金?"


def test_a_correction_may_be_composed_with_an_input_method(visit):
    page, turn = visit.page, lean(visit)
    turn.locator("[data-correct]").click()
    field = turn.locator(".fix input")
    field.fill(QUESTION)
    press = """(field, [key, composing]) => field.dispatchEvent(
        new KeyboardEvent("keydown", {key, bubbles: true, isComposing: composing}))"""
    field.evaluate(press, ["Enter", True])
    field.evaluate(press, ["Escape", True])
    assert field.is_visible()
    assert turn.locator("h2").inner_text() == "他手里拿着多少现金?"
    field.evaluate(press, ["Enter", False])
    page.wait_for_function("document.querySelectorAll('.turn h2')[1].innerText.includes('农民工')")


def test_empty_and_endless_questions_get_a_calm_word(visit):
    assert visit.ask("  ").inner_text() == "先写下一个问题，再按“提问”。"
    page = visit.page
    page.get_by_role("textbox").fill("问" * 100_000)
    page.locator("#send").click()
    page.locator(".turn h2").wait_for()  # it takes the place of the reminder
    assert page.locator(".turn .no").all_inner_texts() == ["这个问题太长，没法查。请用一两句话来问。"]


def test_enter_belongs_to_the_input_method_while_it_composes(visit):
    page = visit.page
    page.get_by_role("textbox").fill(QUESTION)
    press = """(box, composing) => ["keydown", "keypress", "keyup"].forEach((kind) => box.dispatchEvent(
        new KeyboardEvent(kind, {key: "Enter", code: "Enter", bubbles: true, isComposing: composing})))"""
    page.get_by_role("textbox").evaluate(press, True)
    page.get_by_role("textbox").evaluate(press, False)
    page.locator(".turn").first.wait_for()
    page.get_by_role("textbox").press("Enter")  # the box is empty by now
    page.locator(".turn").nth(1).wait_for()
    assert page.locator(".turn .span").all_inner_texts() == [EXACT]


def test_one_visitors_conversation_never_reaches_another(visit, browser, address):
    visit.ask(QUESTION)
    other = browser.new_context()
    page = other.new_page()
    page.goto(address)
    page.locator(".start li").first.wait_for()
    assert page.locator(".turn").count() == 0
    other.close()


def test_a_missing_index_is_told_in_one_line(tmp_path, capsys):
    assert app.main(["--index", str(tmp_path / "none")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("app.py: ")
    assert str(tmp_path / "none") in told
    assert "python -m index build" in told
    assert told.count("\n") == 1


def test_a_port_in_use_is_told_in_one_line(index_dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with run_app("--index", str(index_dir), "--port", str(port)) as process:
            _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert told == f"app.py: cannot listen on 127.0.0.1:{port}. Try another --port.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--auth", "nonsense"],
        ["--auth", ":secret"],
        ["--auth", "user:"],
        ["--share", "--public", "--auth", "user:secret"],
        ["--port", "web"],
        ["--port", "0"],
        ["--colour", "red"],
        ["--llm", "http://127.0.0.1:9/v1"],
        ["--llm-model", "qwen"],
    ],
)
def test_wrong_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        app.main(arguments)
    assert exit_.value.code == 2
    assert "usage: app.py" in capsys.readouterr().err


def test_a_shared_page_has_a_password_unless_it_is_public():
    user, password = choose_auth(Reach("", 0, share=True))
    assert user
    assert len(password) >= 16
    assert choose_auth(Reach("", 0, share=True)) != (user, password)
    assert choose_auth(Reach("", 0, share=True, auth=("anna", "b"))) == ("anna", "b")
    assert choose_auth(Reach("", 0, share=True, public=True)) is None
    assert choose_auth(Reach("", 0)) is None


class Broken:
    """An archive that raises what it is given."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def ask(self, question: str, history: object) -> None:
        raise self.error


def test_whatever_goes_wrong_becomes_a_calm_turn(capsys):
    assert ask_archive(Broken(EmptyQuestion("?")), " ", []) == Turn("", None, "empty")
    assert ask_archive(Broken(LongQuestion("!")), "问" * 999, []) == Turn("问" * 400, None, "too_long")
    assert ask_archive(Broken(EncoderError("没有")), "问", []) == Turn("问", None, "failed", "没有")
    assert capsys.readouterr().err == ""
    assert ask_archive(Broken(RuntimeError("secret")), "问", []) == Turn("问", None, "failed", "")
    assert capsys.readouterr().err == "app.py: a question failed: RuntimeError: secret\n"


def test_a_summary_that_goes_wrong_is_a_line_for_the_operator_and_the_answer_stands(index_dir, model, capsys):
    class Lost:
        store = SimpleNamespace(fingerprint="")

        def page(self, source: str) -> None:
            raise RuntimeError("no such page")

    async def listen() -> None:
        async for _ in sum_up(Lost(), connect(model.url, "qwen", {}), turn, live):
            pass

    turn, live = Turn("问", Archive.open(index_dir).ask(QUESTION)), Live()
    live.open(turn, "qwen")
    # Playwright has a loop of its own in this thread.
    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    thread.join()
    assert capsys.readouterr().err == "app.py: a summary failed: RuntimeError: no such page\n"
    assert live.join([turn])[0].summary.done


def test_a_corrected_turn_stands_where_the_old_one_stood_under_a_number_of_its_own():
    turns = [Turn("一", number=1), Turn("二", number=2), Turn("三", number=3)]
    corrected = replace_turn(turns, 2, Turn("两"))
    assert [(turn.question, turn.number) for turn in corrected] == [("一", 1), ("两", 4), ("三", 3)]
    assert replace_turn(turns, 9, Turn("九")) == turns
    assert add_turn(corrected, Turn("四"))[-1].number == 5


@pytest.mark.parametrize("number", ["", "-1", "1.5", "一", "²", "9" * 5000, "undefined"])
def test_what_is_no_number_of_a_turn_corrects_nothing(number):
    turns = [Turn("一", number=1)]
    assert correct_turn(Broken(RuntimeError("asked")), turns, number, "问") == turns
    assert correct_turn(Broken(RuntimeError("asked")), turns, "1", "  ") == turns


def test_a_reminder_gives_way_and_a_long_talk_keeps_its_numbers():
    turns = add_turn(add_turn([], Turn("", problem="empty")), Turn("一", problem="failed"))
    assert [(turn.question, turn.number) for turn in turns] == [("一", 2)]
    for _ in range(98):
        turns = add_turn(turns, Turn("又", problem="failed"))
    assert turns[-1].number == 100
    assert len({turn.number for turn in turns}) == len(turns) < 100


GOOD = "张广林拿到了20600元。[1]"


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer(says(GOOD)).running() as server:
        yield server


@pytest.fixture(scope="module")
def summing_up(index_dir, model, browser) -> Iterator[str]:
    """Where an app answers that has a language model."""
    with serve(index_dir, "--llm", model.url, "--llm-model", "<b>qwen</b>") as process:
        yield address_of(process)


@pytest.fixture
def guest(summing_up, model, browser, request) -> Iterator[Visit]:
    with visiting(summing_up, browser, *getattr(request, "param", ())) as guest:
        yield guest


@pytest.mark.parametrize("guest", [(1440, 900), (390, 844)], indirect=True)
def test_the_summary_comes_sentence_by_sentence_below_the_answer_that_stood_at_once(guest, model):
    step = {name: threading.Event() for name in ("first", "rest")}

    def say_slowly(request, reply):
        reply.start()
        for name, text in (("first", f"{GOOD}他"), ("rest", "来自滑县。[1]他得了99999元。[1]")):
            assert step[name].wait(30)
            reply.say(text)
        reply.end()

    model.script = say_slowly
    turn = guest.ask(QUESTION)
    summary = turn.locator(".sum")
    assert turn.locator(".span").inner_text() == EXACT
    assert summary.locator(".by").first.inner_text() == "<b>qwen</b> 正在归纳，逐句核对……"
    assert summary.locator("a").count() == 0
    guest.page.locator(".src summary").first.click()  # closed by the reader: it stays closed
    guest.page.evaluate("scrollTo(0, 40)")
    top = guest.page.evaluate("scrollY")
    step["first"].set()
    summary.locator("a.cite").wait_for()
    assert summary.locator("p").nth(1).inner_text() == GOOD
    step["rest"].set()
    summary.get_by_text("已逐句核对").wait_for()
    assert summary.locator("p").nth(1).inner_text() == f"{GOOD}他来自滑县。[1]"
    assert "略去" in summary.inner_text()
    assert summary.locator("button").count() == 0
    assert turn.locator("details[open]").count() == 0
    assert guest.page.evaluate("scrollY") == top  # nothing was pulled from under the reader's eyes
    assert guest.page.evaluate("document.documentElement.scrollWidth === innerWidth")
    summary.locator("a.cite").first.click()
    guest.page.locator("#sheet .sheet").wait_for()
    assert in_view(guest.page, "#sheet mark.exact")


def test_a_passage_that_only_the_model_cites_gets_a_card_that_leads_to_it(guest, model):
    def cite_the_last(request, reply):
        last = excerpts(request)[-1]
        says(f"{last['正文'].split('。')[0]}。[{last['编号']}]")(request, reply)

    model.script = cite_the_last
    turn = guest.ask("党建云平台分为哪几个板块?")
    turn.locator(".sum a.cite").wait_for()
    assert turn.locator(".src .n").all_inner_texts() == ["1", "2"]
    turn.locator(".sum a.cite").click()
    sheet = guest.page.locator("#sheet .sheet")
    sheet.wait_for()
    said = turn.locator(".sum p").nth(1).inner_text().split("。")[0]
    marked = "".join("".join(sheet.locator("mark.said").all_inner_texts()).split())
    assert "".join(said.split())[:20] in marked  # where the page breaks a line, the model was given a blank


def test_what_a_model_says_is_shown_and_never_run(guest, model):
    # The page bears out each sentence, but for what does not belong there
    model.script = says(
        f"张广林拿到了20600元<i onmouseover=hit=1>。[1]{GOOD}{HOSTILE}[1]${{window.hit=4}}张广林。[1]"
    )
    turn = guest.ask(QUESTION)
    turn.locator(".sum").get_by_text("已逐句核对").wait_for()
    assert turn.locator(".sum p").nth(1).inner_text() == GOOD
    assert guest.page.evaluate("window.hit") is None
    assert turn.locator(".sum i, .sum b, .sum img, .sum script").count() == 0


def test_the_stop_button_ends_it_and_the_server_may_rest(guest, model):
    model.script = talks_on(GOOD)
    model.gone.clear()
    summary = guest.ask(QUESTION).locator(".sum")
    summary.locator("a.cite").wait_for()
    summary.get_by_role("button", name="停止").click()
    summary.get_by_text("已停止").wait_for()
    assert model.gone.wait(20)
    assert summary.locator("button").count() == 0
    assert summary.locator("p").nth(1).inner_text() == GOOD


def test_escape_closes_the_page_then_stops_the_summary_then_leaves_the_field(guest, model):
    model.script = talks_on(GOOD)
    turn = guest.ask(QUESTION)
    turn.locator(".sum a.cite").wait_for()
    turn.locator("p.said a.cite").click()
    sheet = guest.page.locator("#sheet .sheet")
    sheet.wait_for()
    guest.page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert turn.get_by_role("button", name="停止").is_visible()
    guest.page.locator("#box textarea").focus()
    guest.page.keyboard.press("Escape")
    turn.get_by_text("已停止").wait_for()
    focused = "document.activeElement === document.querySelector('#box textarea')"
    assert guest.page.evaluate(focused)
    guest.page.keyboard.press("Escape")
    assert not guest.page.evaluate(focused)


def test_another_question_ends_the_first_summary_and_gets_its_own(guest, model):
    def hang_once(request, reply):
        talks_on(GOOD)(request, reply) if len(model.requests) == asked + 1 else says(other)(request, reply)

    model.script, asked, other = hang_once, len(model.requests), "队长是周树枝。[1]"
    model.gone.clear()
    first = guest.ask(QUESTION)
    first.locator(".sum a.cite").wait_for()
    second = guest.ask("党员老妈妈服务队的队长是谁?")
    second.locator(".sum").get_by_text("已逐句核对").wait_for()
    assert second.locator(".span").inner_text() == "周树枝"
    assert second.locator(".sum p").nth(1).inner_text() == other
    assert "已停止" in first.locator(".sum").inner_text()
    assert first.locator(".sum p").nth(1).inner_text() == GOOD
    assert model.gone.wait(20)


def test_the_language_may_be_changed_while_the_model_speaks(guest, model):
    model.script = talks_on(GOOD)
    turn = guest.ask(QUESTION)
    turn.locator(".sum a.cite").wait_for()
    guest.page.get_by_role("button", name="English").click()
    guest.page.get_by_role("button", name="Stop").click()
    turn.get_by_text("Stopped").wait_for()
    assert turn.locator("summary").first.inner_text() == "In context"
    assert turn.locator(".sum p").nth(1).inner_text() == GOOD


def test_where_the_papers_do_not_say_the_model_is_not_asked(guest, model):
    asked = len(model.requests)
    turn = guest.ask("十二里屯工地要盖几层楼?")
    assert turn.locator(".no p").inner_text() == "报上没有写。"
    model.script = says(GOOD)
    guest.ask(QUESTION).locator(".sum a.cite").wait_for()
    assert len(model.requests) == asked + 1
    assert turn.locator(".sum").count() == 0


def test_when_the_server_is_dead_the_answer_stands_with_a_quiet_note(index_dir, browser):
    with ModelServer(says("")).running() as gone:
        pass
    with (
        serve(index_dir, "--llm", gone.url, "--llm-model", "qwen") as process,
        visiting(address_of(process), browser) as guest,
    ):
        turn = guest.ask(QUESTION)
        turn.locator(".sum").get_by_text("连不上模型").wait_for()
        assert turn.locator(".span").inner_text() == EXACT
        assert turn.locator("p.said").inner_text() == f"{SENTENCE}[1]"
        assert turn.locator(".sum p").nth(1).inner_text() == ""


def test_a_key_that_would_go_out_in_the_clear_is_refused_at_the_start(index_dir, capsys, monkeypatch):
    monkeypatch.setenv("WENBAO_LLM_KEY", "sk-secret")
    arguments = ["--index", str(index_dir), "--llm", "http://model.example/v1", "--llm-model", "qwen"]
    assert app.main(arguments) == 1
    told = capsys.readouterr().err
    assert told.startswith("app.py: --llm: ")
    assert told.count("\n") == 1
    assert "secret" not in told
