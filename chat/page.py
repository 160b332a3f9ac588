"""The Gradio page: the bar above, the rooms below it, and the newspaper page beside them.

In: the archive as it is now, and a model where there is one. Out: the page, not yet served.
Does not know what happens in a room, or how anything is drawn: it carries a click on a source to the page
that it stands on, and the visitor's language to everything that is drawn.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from chat.allowance import Allowance
from chat.ask import add_asking
from chat.browse import add_browsing
from chat.programs import Call, add_programs
from chat.room import PRIVATE
from chat.verify import add_verifying
from index.errors import WenbaoError
from index.records import Span
from qa.archive import Archive
from qa.consult import Model
from qa.follow import Following
from web.bar import Trail
from web.languages import LANGUAGES
from web.live import Live
from web.quote import Place
from web.sheet import render_notice, render_page
from web.view import Turn, list_places, render_top

# What the drawn parts hand to web/static/; the names in quotes are events.
_ON_TOP = "wenbao.top(element, (to) => trigger('switch', to), watch)"
_ON_SHEET = "wenbao.sheet(element, (at) => trigger('show', at), watch)"
_OF_TURN = re.compile(r"(\d{1,9})-(\d{1,4})")
_OF_PAGE = re.compile(r"(.+)@(\d{1,12})-(\d{1,12})(?:@([0-9a-f]{8}))?", re.DOTALL)


def build_page(
    following: Following,
    calls: Sequence[Call],
    model: Model | None = None,
    questions: Allowance | None = None,
    feedback: Path | None = None,
) -> gr.Blocks:
    """Return the page, every event wired. `calls` are those of programs, `questions` what may be asked."""

    def draw_top(archive: Archive, language: str) -> str:
        summary = archive.summary
        return render_top(summary.pages, summary.articles, [room.name for room in rooms], language)

    def draw_sheet(archive: Archive, at: str, turns: Sequence[Turn], live: Live) -> str:
        words = LANGUAGES[live.language]
        try:
            place, trail = find_place(at, live.join(turns))
            paper = archive.page(place.source)
        except (KeyError, WenbaoError):
            return render_notice(words.gone, at, live.language)
        if not place.fits(paper.page):  # the index was renewed since: other words would be marked
            return render_notice(words.changed, at, live.language)
        return render_page(paper, place, at, live.language, trail)

    def show(turns: list[Turn], live: Live, event: gr.EventData) -> tuple[str, str]:
        return draw_sheet(following.now, at := str(getattr(event, "at", "")), turns, live), at

    def draw_all(turns: list[Turn], live: Live, at: str, *values: Any) -> tuple[Any, ...]:
        archive, left = following.now, list(values)
        live.shown = (turns, at, *values)
        drawn: list[Any] = []
        for room in rooms:
            own, left = left[: len(room.states)], left[len(room.states) :]
            drawn += room.draw(archive, live, *own)
        sheet = draw_sheet(archive, at, turns, live) if at else ""
        return draw_top(archive, live.language), sheet, *drawn

    def switch(event: gr.EventData, turns: list[Turn], live: Live, at: str, *values: Any) -> tuple[Any, ...]:
        wanted = getattr(event, "language", "")
        live.language = wanted if isinstance(wanted, str) and wanted in LANGUAGES else "zh"
        return draw_all(turns, live, at, *values)

    def settle(turns: list[Turn], live: Live, at: str, *values: Any) -> Any:
        """Draw again where something came while a language was being drawn: that was drawn without it."""
        settled = live.shown == (turns, at, *values)
        return gr.skip() if settled else draw_all(turns, live, at, *values)

    def renew(archive: Archive) -> None:
        """Let who comes from now on find what this archive holds, and examples from it."""
        top.value = draw_top(archive, "zh")
        for room in rooms:
            drawn = room.draw(archive, Live(), *(state.value for state in room.states))
            for part, value in zip(room.drawn, drawn, strict=True):
                if isinstance(part, gr.HTML):
                    part.value = value
        page.config = page.get_config_file()

    with gr.Blocks(title="问报 Wenbao", fill_width=True, analytics_enabled=False) as page:
        add_programs(calls, questions)  # first: what comes later finds these names taken
        live, turns, at = gr.State(Live()), gr.State([]), gr.State("")
        top = gr.HTML(js_on_load=_ON_TOP, elem_id="top", apply_default_css=False)
        rooms = []
        with gr.Column(elem_id="room-ask", elem_classes="room"):
            rooms.append(add_asking(following, model, turns, live, questions, feedback))
        with gr.Column(elem_id="room-browse", elem_classes="room"):
            rooms.append(add_browsing(following, live))
        with gr.Column(elem_id="room-verify", elem_classes="room"):
            rooms.append(add_verifying(following, live, questions))
        top.value = draw_top(following.now, "zh")
        sheet = gr.HTML("", js_on_load=_ON_SHEET, elem_id="sheet", apply_default_css=False)
        for part in (sheet, *(room.leads for room in rooms)):
            # Not always_last: that would send the first click again where somebody clicks twice.
            part.show(show, [turns, live], [sheet, at], trigger_mode="multiple", **PRIVATE)
        states, drawn = ([part for room in rooms for part in getattr(room, of)] for of in ("states", "drawn"))
        shown, redrawn = [turns, live, at, *states], [top, sheet, *drawn]
        # Who chooses another language meanwhile gets that: page.js looks at what was drawn last.
        top.switch(switch, shown, redrawn, trigger_mode="multiple", **PRIVATE).then(
            settle, shown, redrawn, **PRIVATE
        )
    following.then(renew)
    return page


def find_place(at: str, turns: Sequence[Turn]) -> tuple[Place, Trail | None]:
    """Return where `at` leads, and of which sources it is one.

    It is "turn-source" of the conversation, or "page@start-end@version", one of none. A browser sent it:
    anything may be in it. Raises KeyError where it leads nowhere.
    """
    if of_turn := _OF_TURN.fullmatch(at):
        number, n = map(int, of_turn.groups())
        places = {turn.number: list_places(turn) for turn in turns}[number]
        if 0 < n <= len(places):
            return places[n - 1], Trail(number, n, places)
    elif of_page := _OF_PAGE.fullmatch(at):
        source, start, end, version = of_page.groups()
        if int(start) <= int(end):
            return Place(source, Span(int(start), int(end)), version=version or ""), None
    raise KeyError(at)
