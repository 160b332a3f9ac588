"""The room where one asks: the conversation, and the line one writes in.

In: the archive as it is now, a model where there is one, and the states of a visitor. Out: the room, its
events wired. Does not know how a question becomes a turn (talk.py), or how a turn is drawn (web/).
"""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from chat.allowance import Allowance, may_ask
from chat.link import read_link, write_address
from chat.offer import Offers, take_both
from chat.room import PRIVATE, Room
from chat.talk import (
    add_turn,
    ask_archive,
    correct_turn,
    newest,
    put_off,
    replay,
    sum_up,
    write_out,
)
from chat.vote import cast_vote, offer_votes, read_vote
from qa.archive import Archive
from qa.consult import Model
from qa.follow import Following
from web.keep import Origin
from web.languages import LANGUAGES
from web.live import Live
from web.view import Turn, render_talk

# What the drawn part hands to web/static/talk.js; the names in quotes are the events that it can send here.
_ON_TALK = "wenbao.talk(element, (at) => trigger('show', at), (what) => trigger('ask', what), "
_ON_TALK += "(what) => trigger('correct', what), () => trigger('stop'), "
_ON_TALK += "(at) => trigger('resume', at), (what) => trigger('vote', what), watch)"
_RESUMED = 10  # so many of the questions in an address count at most


def add_asking(  # noqa: PLR0915, the events of one room stand together
    following: Following,
    model: Model | None,
    turns: Any,
    live: Any,
    questions: Allowance | None = None,
    feedback: Path | None = None,
) -> Room:
    """Put the room into the page that is being built. `turns` and `live` are the visitor's states.

    `questions` is what may be asked; None sets no bound. `feedback` is the file for votes on answers.
    """
    offers = Offers()

    def draw_talk(archive: Archive, turns: Sequence[Turn], live: Live) -> Any:
        if not live.keep_up(turns):
            return gr.skip()
        address, places = write_address(turns, live.left)
        written = write_out(live.join(turns), places)
        if feedback:
            written = offer_votes(live, written)
        origin = Origin(address, live.stale, live.left)
        return render_talk(written, archive.starters, archive.page, live.language, origin)

    def draw(archive: Archive, live: Live, turns: list[Turn]) -> tuple[Any, ...]:
        words = LANGUAGES[live.language]
        write = gr.update(placeholder=words.ask_on if turns else words.ask_first, label=words.question)
        return draw_talk(archive, turns, live), write, words.ask

    def draw_put_off(
        archive: Archive, question: str, turns: list[Turn], live: Live
    ) -> tuple[Any, list[Turn]]:
        live.stop()  # a new question has cancelled what a model was saying
        turns = add_turn(turns, put_off(question))
        return draw_talk(archive, turns, live), turns

    def ask(
        question: str, turns: list[Turn], live: Live, request: gr.Request, *, alone: bool = False
    ) -> tuple[Any, list[Turn], Any]:
        archive, question = following.now, str(question or "")
        live.begin()
        if not may_ask(questions, request):
            return *draw_put_off(archive, question, turns, live), gr.skip()
        turns = add_turn(turns, ask_archive(archive, question, [] if alone else turns))
        if model:
            live.open(turns[-1], model.name)
        cleared = gr.update(value="", placeholder=LANGUAGES[live.language].ask_on)
        return draw_talk(archive, turns, live), turns, cleared

    def ask_offered(
        turns: list[Turn], live: Live, request: gr.Request, event: gr.EventData
    ) -> tuple[Any, list[Turn], Any]:
        """Ask what a button offers, an example or a question less a limit: each stands by itself."""
        return ask(str(getattr(event, "question", "")), turns, live, request, alone=True)

    def resume(
        turns: list[Turn], live: Live, request: gr.Request, event: gr.EventData
    ) -> tuple[Any, list[Turn], Any]:
        """Ask anew what the address of the page holds."""
        link = read_link(str(getattr(event, "address", "")))
        if turns or not link.asked:
            return gr.skip(), turns, gr.skip()
        archive = following.now
        live.begin()
        if not may_ask(questions, request, min(len(link.asked), _RESUMED)):
            return *draw_put_off(archive, "", turns, live), gr.skip()
        turns = replay(archive, link.asked)
        live.stale, live.left = link.index not in ("", archive.store.fingerprint), link.left
        if model:
            live.open(newest(turns), model.name)
        write = gr.update(placeholder=LANGUAGES[live.language].ask_on)
        return draw_talk(archive, turns, live), turns, write

    def correct(
        turns: list[Turn], live: Live, request: gr.Request, event: gr.EventData
    ) -> tuple[Any, list[Turn]]:
        archive = following.now
        live.begin()
        question = str(getattr(event, "question", None) or "")
        if not may_ask(questions, request):
            return draw_put_off(archive, question, turns, live)
        corrected = correct_turn(archive, turns, str(getattr(event, "number", "")), question)
        if model and corrected != turns:
            live.open(newest(corrected), model.name)
        return draw_talk(archive, corrected, live), corrected

    def vote(turns: list[Turn], live: Live, event: gr.EventData) -> Any:
        if feedback:
            cast_vote(live, feedback, turns, getattr(event, "number", None), read_vote(event))
        return draw_talk(following.now, turns, live)

    async def stream(turns: list[Turn], live: Live) -> AsyncGenerator[Any, None]:
        yield gr.skip()  # Gradio empties what a generator that yields nothing was to fill
        if model and turns:
            archive = following.now
            summing = sum_up(archive, model, newest(turns), live)
            async for _ in take_both(summing, offers.add(archive, turns, live)):
                yield draw_talk(archive, turns, live)

    async def offer(turns: list[Turn], live: Live) -> Any:
        archive = following.now
        return draw_talk(archive, turns, live) if await offers.add(archive, turns, live) else gr.skip()

    def stop(turns: list[Turn], live: Live) -> Any:
        live.stop()
        return draw_talk(following.now, turns, live)

    words = LANGUAGES["zh"]
    start = draw_talk(following.now, [], Live())
    talk = gr.HTML(start, js_on_load=_ON_TALK, elem_id="talk", apply_default_css=False)
    with gr.Column(elem_id="ask"), gr.Row(elem_id="write"):
        box = gr.Textbox(
            elem_id="box", label=words.question, show_label=False, container=False, lines=1, max_lines=6,
            placeholder=words.ask_first, autofocus=True,
        )  # fmt: skip
        send = gr.Button(words.ask, elem_id="send")

    asked = [talk, turns, box]
    asking = [
        box.submit(ask, [box, turns, live], asked, **PRIVATE),
        send.click(ask, [box, turns, live], asked, **PRIVATE),
        talk.ask(ask_offered, [turns, live], asked, **PRIVATE),
        talk.correct(correct, [turns, live], [talk, turns], **PRIVATE),
        talk.resume(resume, [turns, live], asked, **PRIVATE),
    ]
    talk.vote(vote, [turns, live], talk, **PRIVATE)
    if model is None:
        for event in asking:
            event.then(offer, [turns, live], talk, trigger_mode="multiple", **PRIVATE)
    else:
        streams = [
            event.then(stream, [turns, live], talk, trigger_mode="multiple", **PRIVATE) for event in asking
        ]
        for asks in (box.submit, send.click, talk.ask, talk.correct):
            asks(None, cancels=streams, **PRIVATE)
        talk.stop(stop, [turns, live], talk, cancels=streams, **PRIVATE)
    return Room("ask", talk, [turns], [talk, box, send], draw)
