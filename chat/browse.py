"""The room where one looks through the archive: what is in it, searched as one types; and how its index is.

In: the archive as it is now, and the state of a visitor. Out: the room, its events wired.
Does not know how articles are found (qa/shelf.py), or how a list is drawn (web/).

The room is empty until it is entered: then the browser asks for the first look (web/static/browse.js), and
for another whenever something is typed or chosen. Each look has a number, so that one knows which came.
"""

from dataclasses import replace
from typing import Any

import gradio as gr

from chat.room import PRIVATE, Room
from qa.archive import Archive
from qa.follow import Following
from qa.records import ROWS, Look
from qa.shelf import read_look
from web.browse import render_more, render_shelf
from web.health import render_health
from web.live import Live

_ON_SHELF = "wenbao.shelf(element, (at) => trigger('show', at), (what) => trigger('look', what), watch)"
_ON_FURTHER = "wenbao.further(element, watch)"
_ON_HEALTH = "wenbao.health(element, watch)"
_REDRAWN = 10 * ROWS  # in another language no more than these are shown again
_SENT = ("words", "limits", "order", "first")

Looked = tuple[Look, int, str]  # what a visitor sees, the number of the look, and in which index


def add_browsing(following: Following, live: Any) -> Room:
    """Put the room into the page that is being built. `live` is the visitor's state."""

    def draw(archive: Archive, live: Live, looked: Looked | None) -> tuple[str, str, str]:
        health = render_health(archive.health, live.language)
        if looked is None:
            return render_shelf(None, 0, live.language), "", health
        look, number, _ = looked
        return _draw_whole(archive, look, number, live), "", health

    def look(live: Live, looked: Looked | None, event: gr.EventData) -> tuple[Any, Any, Any, Looked]:
        archive = following.now
        wanted = read_look({name: getattr(event, name, None) for name in _SENT})
        number = getattr(event, "number", 0)
        number = number if isinstance(number, int) and 0 <= number < 10**9 else 0
        here: Looked = (wanted, number, archive.store.fingerprint)
        same = looked is not None and looked[2] == here[2]
        health = gr.skip() if same else render_health(archive.health, live.language)
        if wanted.first and same:
            further = render_more(archive.shelf.browse(wanted), number, live.language)
            return gr.skip(), further, health, here
        # Where the index was renewed, the rows above come from the one before: the list is drawn anew.
        return _draw_whole(archive, wanted, number, live), gr.skip(), health, here

    looked = gr.State(None)
    shelf = gr.HTML(
        render_shelf(None, 0, "zh"), js_on_load=_ON_SHELF, elem_id="shelf", apply_default_css=False
    )
    further = gr.HTML("", js_on_load=_ON_FURTHER, elem_id="further", apply_default_css=False)
    health = gr.HTML(
        render_health(following.now.health, "zh"),
        js_on_load=_ON_HEALTH,
        elem_id="health",
        apply_default_css=False,
    )
    shelf.look(look, [live, looked], [shelf, further, health, looked], trigger_mode="multiple", **PRIVATE)
    return Room("browse", shelf, [looked], [shelf, further, health], draw)


def _draw_whole(archive: Archive, look: Look, number: int, live: Live) -> str:
    """Return a list from its top down to the rows of this look."""
    whole = archive.shelf.browse(replace(look, first=0), min(look.first + ROWS, _REDRAWN))
    return render_shelf(whole, number, live.language)
