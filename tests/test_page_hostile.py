"""A hostile archive and hostile questions in a real browser: all of it is shown, and none of it obeyed."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest

from index.build import build_index
from index.encoder import load_encoder
from qa.archive import Archive
from tests.hostile import BIDI, TRAPS, print_hostile
from tests.ours import OURS, squeeze
from tests.visiting import Visit, address_of, serve, visiting

# The first moment counts: a dialog or a change of the page is noticed from there on.
WATCH = "window.alert = window.confirm = window.prompt = () => { window.hit = 'dialog' };"
GRADIO_SENDS = r"/(gradio_api|assets|static)/|/theme\.css|/manifest\.json|/favicon"
GRADIOS = {
    "svg",
    "path",
    "circle",
    "textarea",
    "label",
    "link",
    "main",
    "footer",
    "gradio-app",
    "br",
    "input",
}


@pytest.fixture(scope="module")
def hostile_index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    build_index([print_hostile(folder / "pages")], folder / "index", load_encoder())
    return folder / "index"


@pytest.fixture(scope="module")
def hostile_address(hostile_index, browser) -> Iterator[str]:
    with serve(hostile_index) as process:
        yield address_of(process)


@pytest.fixture
def reader(hostile_address, browser) -> Iterator[Visit]:
    with visiting(hostile_address, browser, prepare=WATCH) as reader:
        asked: list[str] = []

        def note(request) -> None:
            if not request.is_navigation_request():
                asked.append(request.url)

        reader.page.on("request", note)
        yield reader
        assert_nothing_ran(reader)
        assert [url for url in asked if not re.match(GRADIO_SENDS, urlsplit(url).path)] == []
        assert len(reader.page.context.pages) == 1


def assert_nothing_ran(reader: Visit) -> None:
    """Assert that no payload ran or became an element, and that no attribute of ours holds a script."""
    assert reader.page.evaluate("window.hit") is None
    odd = reader.page.evaluate(
        """(known) => [...document.querySelectorAll("#top *, #sheet *, .room *")].flatMap((element) => {
            const name = element.localName;
            const events = element.getAttributeNames().filter((attribute) => attribute.startsWith("on"));
            const link = element.getAttribute("href") ?? element.getAttribute("src") ?? "#";
            const ours = known.includes(name) && !events.length && /^(#|https?:|\\/)/.test(link);
            return ours ? [] : [element.outerHTML];
        })""",
        sorted(OURS | GRADIOS),
    )
    assert odd == []


def as_text(text: str) -> str:
    """Return text as a page shows it, without what takes no room."""
    return squeeze(text).replace("\ufeff", "")


def test_the_archive_holds_every_trap(hostile_index):
    archive = Archive.open(hostile_index)
    for trap in TRAPS:
        answer = archive.ask(trap.question)
        assert answer.answered, trap
        assert f"{trap.metres}米" in answer.answer, trap


@pytest.mark.parametrize("part", range(3))
def test_every_trap_is_asked_for_cited_and_opened_and_does_nothing(reader, part):
    page = reader.page
    for trap in TRAPS[part::3]:
        turn = reader.ask(trap.question)
        said = as_text(turn.locator("p.said").inner_text())
        assert f"新修的{trap.canal}长{trap.metres}米" in said, trap
        assert as_text(trap.payload) in as_text(turn.inner_text()), trap
        turn.hover()
        turn.locator(".src h3 a").first.hover()
        turn.locator(".src h3 a").first.click()
        page.locator("#sheet .art.on").wait_for()
        page.wait_for_function(
            "(canal) => document.querySelector('#sheet .art.on').innerText.includes(canal)", arg=trap.canal
        )
        assert as_text(trap.sentence) in as_text(page.locator("#sheet .sheet").inner_text()), trap
        page.locator("#sheet mark").first.hover()
        assert_nothing_ran(reader)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="English").click()
    page.locator("#send", has_text="Ask").wait_for()


def test_an_enormous_line_is_read_cited_and_opened(reader):
    turn = reader.ask("长堤镇的新桥有多长?")
    assert turn.locator(".span").inner_text() == "888米"
    assert len(turn.inner_text()) < 20_000
    turn.locator("a.cite").first.click()
    reader.page.locator("#sheet .sheet").wait_for()
    assert reader.page.evaluate("document.documentElement.scrollWidth") == 1440
    assert reader.page.locator("#sheet mark.exact").first.inner_text() == "888米"


def test_a_count_lists_every_trap_and_does_nothing(reader):
    turn = reader.ask("有多少篇报道提到水利部门?")
    assert (
        int(turn.locator(".span").inner_text().split()[0]) == turn.locator(".src").count() == len(TRAPS) + 1
    )
    assert as_text(BIDI.payload) in as_text(turn.inner_text())


def test_what_is_asked_is_shown_in_every_place_and_never_run(reader):
    for one in TRAPS:
        turn = reader.ask(f"{one.payload}{one.canal}有多长?")
        assert as_text(one.payload) in as_text(turn.locator("h2").inner_text())
        reader.ask(f"在{one.payload}区的报道中,它花了多少钱?")
        reader.ask(f"有多少篇报道提到“{one.payload}”?")
    assert_nothing_ran(reader)


def test_the_room_to_browse_in_lists_every_trap_and_runs_none(reader):
    page = reader.page
    page.get_by_role("button", name="馆藏").click()
    room = page.locator("#room-browse")
    field = room.locator("[data-find]").first
    for trap in TRAPS:
        field.fill(trap.canal)
        page.wait_for_function(
            """(canal) => {
                const rows = [...document.querySelectorAll("#room-browse [data-open]")];
                return rows.length && rows.every((row) => row.closest("tr, li").innerText.includes(canal));
            }""",
            arg=trap.canal,
        )
        assert as_text(trap.payload) in as_text(room.inner_text()), trap
        room.locator("[data-open]").first.click()
        page.locator("#sheet .art.on", has_text=trap.canal).first.wait_for()
        assert_nothing_ran(reader)
        field.fill(trap.payload)
        page.keyboard.press("Escape")


def test_an_address_may_hold_hostile_questions(reader):
    page = reader.page
    asked = [f"{trap.payload}{trap.canal}有多长?" for trap in TRAPS]
    page.goto(
        page.url.split("?")[0] + "?" + "&".join(f"q={quote(one)}" for one in asked) + f"&at={quote(asked[1])}"
    )
    page.locator(".turn").nth(len(TRAPS) - 1).wait_for()
    shown = page.locator(".turn h2").all_inner_texts()
    assert [as_text(one) for one in shown] == [as_text(one) for one in asked]
    assert_nothing_ran(reader)


def right_edge(locator) -> float:
    box = locator.bounding_box()
    return box["x"] + box["width"]


def test_what_turns_words_round_turns_none_of_ours(reader):
    """After 东风渠长359米 and what turns round, the marker stands at the right end of the line."""
    turn = reader.ask(BIDI.question)
    said, cite = turn.locator("p.said bdi").first, turn.locator("p.said a.cite").first
    assert cite.bounding_box()["x"] >= right_edge(said) - 1
    meta = turn.locator(".meta bdi")
    edges = [fact.bounding_box()["x"] for fact in meta.all()]
    assert len(edges) >= 3
    assert edges == sorted(edges)
    turn.locator("a.cite").first.click()
    reader.page.locator("#sheet .sheet").wait_for()
    name, close = reader.page.locator("#sheet .bar b"), reader.page.locator("#sheet [data-close]")
    assert close.bounding_box()["x"] >= name.bounding_box()["x"]
