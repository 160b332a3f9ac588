"""The room where one looks through the archive: what is in it, searched as one types; and how its index is.

In: an archive, and the state of a visitor. Out: the room, its events wired.
Does not know how articles are found (qa/shelf.py), or how a list is drawn (web/).

The room is empty until it is entered: then the browser asks for the first look (web/static/browse.js), and
for another whenever something is typed or chosen. Each look has a number, so that one knows which came.
"""

from dataclasses import replace
from typing import Any

import gradio as gr

from chat.room import PRIVATE, Room
from qa.archive import Archive
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

Looked = tuple[Look, int]  # what a visitor sees, and the number of the look


def add_browsing(archive: Archive, live: Any) -> Room:
    """Put the room into the page that is being built. `live` is the visitor's state."""
    archive.shelf.browse(Look())  # what is read once is read now, and not while the first visitor waits

    def draw(live: Live, looked: Looked | None) -> tuple[str, str, str]:
        health = render_health(archive.health, live.language)
        if looked is None:
            return render_shelf(None, 0, live.language), "", health
        look, number = looked
        whole = archive.shelf.browse(replace(look, first=0), min(look.first + ROWS, _REDRAWN))
        return render_shelf(whole, number, live.language), "", health

    def look(live: Live, event: gr.EventData) -> tuple[Any, Any, Looked]:
        wanted = read_look({name: getattr(event, name, None) for name in _SENT})
        number = getattr(event, "number", 0)
        number = number if isinstance(number, int) and 0 <= number < 10**9 else 0
        found = archive.shelf.browse(wanted)
        if wanted.first:
            return gr.skip(), render_more(found, number, live.language), (wanted, number)
        return render_shelf(found, number, live.language), gr.skip(), (wanted, number)

    looked = gr.State(None)
    shelf = gr.HTML(
        render_shelf(None, 0, "zh"), js_on_load=_ON_SHELF, elem_id="shelf", apply_default_css=False
    )
    further = gr.HTML("", js_on_load=_ON_FURTHER, elem_id="further", apply_default_css=False)
    health = gr.HTML(
        render_health(archive.health, "zh"), js_on_load=_ON_HEALTH, elem_id="health", apply_default_css=False
    )
    shelf.look(look, [live], [shelf, further, looked], trigger_mode="multiple", **PRIVATE)
    return Room("browse", shelf, [looked], [shelf, further, health], draw)
