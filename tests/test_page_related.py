"""What may be asked after an answer, in a real browser: it comes by itself, asks, and disturbs nothing."""

import pytest

from tests.modelserver import ModelServer, talks_on
from tests.visiting import address_of, serve, visiting

QUESTION = "鑫山公司受表彰的一线优秀员工里党员和积极分子占多大比例?"
OFFERED = ".next button"


def ask_and_wait(visit, question: str):
    turn = visit.ask(question)
    turn.locator(OFFERED).first.wait_for()
    return turn


def offered(turn) -> list[str]:
    return turn.locator(OFFERED).all_inner_texts()


def test_questions_appear_below_an_answer_and_a_click_asks_one_by_itself(visit, archive):
    page = visit.page
    turn = ask_and_wait(visit, QUESTION)
    assert offered(turn) == archive.related(archive.ask(QUESTION), [QUESTION])
    assert 0 < len(offered(turn)) <= 3
    assert turn.evaluate("turn => turn.lastElementChild.matches('.next')")
    question = offered(turn)[0]
    turn.locator(OFFERED).first.focus()
    page.keyboard.press("Enter")
    asked = page.locator(".turn").nth(1)
    asked.locator(".span").wait_for()
    assert asked.locator("h2").inner_text() == question
    assert asked.locator(".span").inner_text() == archive.ask(question).span
    assert asked.locator(".asked").count() == 0


@pytest.mark.parametrize("by_key", [True, False])
def test_one_goes_on_from_the_answer_to_a_question_that_was_offered(visit, by_key):
    page = visit.page
    button = ask_and_wait(visit, QUESTION).locator(OFFERED).first
    if by_key:
        button.focus()
        page.keyboard.press("Enter")
    else:
        button.click()
    asked = page.locator(".turn").nth(1)
    asked.locator(OFFERED).first.wait_for()  # drawn once more by then
    assert asked.evaluate("turn => turn === document.activeElement")
    page.keyboard.press("Tab")
    assert asked.evaluate("turn => turn !== document.activeElement && turn.contains(document.activeElement)")


def test_none_was_asked_before_and_what_was_offered_stays_through_redraws_and_a_reload(visit):
    page = visit.page
    first = ask_and_wait(visit, QUESTION)
    before = offered(first)
    first.locator(OFFERED).first.click()
    page.locator(".turn").nth(1).locator(".span").wait_for()
    visit.ask("鑫山公司受表彰的员工里党员占多大比例?").locator(OFFERED).first.wait_for()
    second = page.locator(".turn").nth(2)
    assert offered(first) == before
    assert not {QUESTION, before[0]} & set(offered(second))
    last = offered(second)
    page.get_by_role("button", name="English").click()
    page.get_by_role("group", name="You could also ask").first.wait_for()
    assert offered(first) == before
    assert offered(second) == last
    page.reload()
    page.locator(".turn").nth(2).locator(OFFERED).first.wait_for()
    assert offered(page.locator(".turn").nth(2)) == last


def test_nothing_moves_and_the_next_question_goes_on_being_written(visit):
    page = visit.page
    page.evaluate(
        """() => {
            window.tops = [];
            new MutationObserver(() => {
                const line = document.querySelector('.turn .keep');
                if (line) window.tops.push(Math.round(line.getBoundingClientRect().top + scrollY));
            }).observe(document.querySelector('#talk'), { childList: true, subtree: true });
        }"""
    )
    visit.ask(QUESTION)
    page.get_by_role("textbox").press_sequentially("张广林")
    page.locator(OFFERED).first.wait_for()
    assert page.get_by_role("textbox").input_value() == "张广林"
    assert page.evaluate("document.activeElement.matches('textarea')")
    assert len(set(page.evaluate("window.tops"))) == 1


def test_of_two_quick_questions_the_second_stays(visit):
    page = visit.page
    visit.ask(QUESTION)
    visit.ask("农民工张广林拿回了多少现金工资?").locator(".span").wait_for()
    page.locator(".turn").nth(1).locator(OFFERED).first.wait_for()
    assert page.locator(".turn").count() == 2
    assert page.locator(".turn .span").last.inner_text() == "20600元"


def test_nothing_is_offered_where_nothing_came_near(visit):
    turn = visit.ask("Python怎么安装faiss?")
    ask_and_wait(visit, QUESTION)
    assert turn.locator(".next").count() == 0


def test_a_summary_that_grows_meanwhile_leaves_them(index_dir, browser):
    with (
        ModelServer(talks_on("优秀员工里有党员和积极分子。[1]")).running() as model,
        serve(index_dir, "--llm", model.url, "--llm-model", "qwen") as process,
        visiting(address_of(process), browser) as visit,
    ):
        turn = ask_and_wait(visit, QUESTION)
        turn.locator(".sum a.cite").wait_for()
        turn.get_by_role("button", name="停止").click()
        turn.get_by_text("已停止").wait_for()
        assert turn.locator(OFFERED).count() > 0


@pytest.mark.parametrize("visit", [(390, 844)], indirect=True)
def test_on_a_phone_they_are_high_enough_for_a_finger_and_nothing_overflows(visit):
    turn = ask_and_wait(visit, QUESTION)
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
    assert (
        min(box["height"] for box in (button.bounding_box() for button in turn.locator(OFFERED).all())) >= 34
    )
