"""The room where a quotation is checked: a field for it, and what the pages say.

In: the archive as it is now, and the states of a visitor. Out: the room, its events wired.
Does not know how a quotation is checked (qa/quotation.py), or how the result is drawn (web/quotation.py).
"""

import sys
from typing import Any

import gradio as gr

from chat.allowance import Allowance, cost_of, may_ask
from chat.room import PRIVATE, Room
from index.errors import EmptyQuestion, LongQuestion, WenbaoError
from qa.archive import Archive
from qa.follow import Following
from web.languages import LANGUAGES
from web.live import Live
from web.quotation import Checked, render_checked, render_lead

_ON_CHECKED = "wenbao.verify(element, (at) => trigger('show', at), watch)"


def add_verifying(following: Following, live: Any, questions: Allowance | None = None) -> Room:
    """Put the room into the page that is being built.

    `live` is a state of the visitor, `questions` what may be asked; None: all.
    """

    def verify(text: str, live: Live, request: gr.Request) -> tuple[str, Checked]:
        text = str(text or "")
        if not may_ask(questions, request, cost_of(text)):
            checked = Checked(problem="busy")
        else:
            checked = check_quotation(following.now, text)
        return render_checked(checked, live.language), checked

    def draw(_archive: Archive, live: Live, checked: Checked | None) -> tuple[Any, ...]:
        words = LANGUAGES[live.language]
        box = gr.update(placeholder=words.check_first, label=words.check_label)
        return render_lead(live.language), box, words.check, render_checked(checked, live.language)

    words = LANGUAGES["zh"]
    checked = gr.State(None)
    lead = gr.HTML(render_lead("zh"), elem_id="quote-lead", apply_default_css=False)
    with gr.Column(elem_id="quote"):
        box = gr.Textbox(
            elem_id="quote-box", label=words.check_label, show_label=False, container=False, lines=4,
            max_lines=12, placeholder=words.check_first,
        )  # fmt: skip
        send = gr.Button(words.check, elem_id="quote-send")
    result = gr.HTML(
        render_checked(None, "zh"), js_on_load=_ON_CHECKED, elem_id="checked", apply_default_css=False
    )
    for asks in (box.submit, send.click):
        asks(verify, [box, live], [result, checked], trigger_mode="always_last", **PRIVATE)
    return Room("verify", result, [checked], [lead, box, send, result], draw)


def check_quotation(archive: Archive, text: str) -> Checked:
    """Return what became of a quotation. Whatever goes wrong becomes a calm sentence."""
    try:
        return Checked(archive.verify(text))
    except EmptyQuestion:
        return Checked(problem="empty")
    except LongQuestion:
        return Checked(problem="too_long")
    except WenbaoError as error:
        return Checked(problem="failed", detail=str(error))
    except Exception as error:  # the visitor gets a sentence, the operator a line, nobody a traceback
        print(f"app.py: a quotation failed: {type(error).__name__}: {error}", file=sys.stderr)
        return Checked(problem="failed")
