"""`python app.py`: the chat in the browser.

In: an index folder and where to listen. Out: a Gradio page that asks the archive and shows what it says.
Does not know how an answer is found (qa/) or drawn (web/): it parses the command line, opens the archive,
and carries questions one way and HTML the other. A conversation lives in its visitor's own session.
"""

import argparse
import os
import secrets
import socket
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import EmptyQuestion, LongQuestion, WenbaoError
from index.generation import DEFAULT_INDEX
from qa.archive import Archive
from qa.consult import Model, add_model_options, connect_as_told
from qa.summarise import summarise_answer
from web.live import Live
from web.sheet import render_notice, render_page
from web.view import Turn, list_places, render_talk, render_top
from web.words import LANGUAGES

_WEB = Path(__file__).parent / "web"
_LONGEST_TALK = 60  # turns kept and shown; a session is memory that nobody gives back
# What each drawn part hands to web/script.js; the names in quotes are the events that it can send here.
_ON_TOP = "wenbao.top(element, (to) => trigger('switch', to))"
_ON_TALK = "wenbao.talk(element, (at) => trigger('show', at), (what) => trigger('ask', what), "
_ON_TALK += "(what) => trigger('correct', what), () => trigger('stop'), watch)"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
_PRIVATE: dict[str, Any] = {**_QUIET, "api_visibility": "private"}
_ON_SHEET = "wenbao.sheet(element, watch)"


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the chat until interrupted. Return the exit status: 0 done, 1 failed and said why."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.public and args.auth:
        parser.error("--public asks for no password and --auth sets one: give one of them")
    try:
        model = connect_as_told(args, parser)
        return _serve(Archive.open(args.index, encoder=args.encoder), model, args)
    except WenbaoError as error:
        print(f"app.py: {error}", file=sys.stderr)
    except OSError:
        print(f"app.py: cannot listen on {args.host}:{args.port}. Try another --port.", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 1


def choose_auth(auth: tuple[str, str] | None, *, share: bool, public: bool) -> tuple[str, str] | None:
    """Return the user and password that the page asks for, or None: a shared page has one unless `public`."""
    if auth is None and share and not public:
        return "wenbao", secrets.token_urlsafe(12)
    return auth


def ask_archive(archive: Archive, question: str, turns: Sequence[Turn]) -> Turn:
    """Return what became of a question in a conversation. Whatever goes wrong becomes a calm turn."""
    history = [turn.question for turn in turns if turn.answer is not None]
    try:
        return Turn(question, archive.ask(question, history=history))
    except EmptyQuestion:
        return Turn("", problem="empty")
    except LongQuestion:
        return Turn(question[:400], problem="too_long")
    except WenbaoError as error:
        return Turn(question[:400], problem="failed", detail=str(error))
    except Exception as error:  # the visitor gets a sentence, the operator a line, nobody a traceback
        print(f"app.py: a question failed: {type(error).__name__}: {error}", file=sys.stderr)
        return Turn(question[:400], problem="failed")


def add_turn(turns: Sequence[Turn], turn: Turn) -> list[Turn]:
    """Return the conversation with one more turn; a reminder to write something gives way to it."""
    kept = [earlier for earlier in turns if earlier.problem != "empty"]
    return [*kept, replace(turn, number=_next_number(kept))][-_LONGEST_TALK:]


def replace_turn(turns: Sequence[Turn], number: int, turn: Turn) -> list[Turn]:
    """Return the conversation with `turn` in the place of the one that has the number, where there is one.

    In its place, for what stood there answers a question that nobody asked, and what is asked next leans on
    it. It gets a number of its own: the page that may be open beside the chat belongs to the old one.
    """
    corrected = replace(turn, number=_next_number(turns))
    return [corrected if earlier.number == number else earlier for earlier in turns]


def correct_turn(archive: Archive, turns: list[Turn], number: str, question: str) -> list[Turn]:
    """Return the conversation with a question asked as the visitor corrected it: as it stands, in its place.

    A browser sent both: whatever is no number of a turn changes nothing.
    """
    if not (number.isdecimal() and len(number) < 9 and question.strip()):
        return turns
    return replace_turn(turns, int(number), ask_archive(archive, question, []))


def newest(turns: Sequence[Turn]) -> Turn:
    """Return the turn that was asked last: where one was corrected, it need not stand last."""
    return max(turns, key=lambda turn: turn.number)


def _next_number(turns: Sequence[Turn]) -> int:
    return max((turn.number for turn in turns), default=0) + 1


async def sum_up(archive: Archive, model: Model, turn: Turn, live: Live) -> AsyncGenerator[None, None]:
    """Let the model sum up a turn: yield whenever `live` has more of it, until it is done or stopped."""
    if turn.answer is None or turn.number not in live.summaries:
        return
    reply = summarise_answer(turn.answer, lambda source: archive.page(source).page.text, model)
    try:
        async with aclosing(reply) as summaries:
            async for summary in summaries:
                if turn.number in live.stopped:
                    return
                live.summaries[turn.number] = summary
                yield
    except Exception as error:  # as in ask_archive; the answer stands
        print(f"app.py: a summary failed: {type(error).__name__}: {error}", file=sys.stderr)
        live.stopped.add(turn.number)
        yield


def build_page(archive: Archive, model: Model | None = None) -> Any:
    """Return the Gradio page: three drawn parts (bar, conversation, sheet) and the line one writes in."""
    import gradio as gr

    examples, summary = archive.examples(), archive.summary

    def draw_top(language: str) -> str:
        return render_top(summary.pages, summary.articles, language)

    def draw_talk(turns: Sequence[Turn], live: Live) -> str:
        return render_talk(live.join(turns), examples, archive.page, live.language)

    def draw_sheet(at: str, turns: Sequence[Turn], live: Live) -> str:
        """Draw the page that `at`, "turn-source", leads to. A browser sent it: anything may be in it."""
        try:
            number, n = (int(part) for part in at.split("-"))
            place = {turn.number: list_places(turn) for turn in live.join(turns)}[number][max(n, 1) - 1]
            return render_page(archive.page(place.source), place, at, live.language)
        except (ValueError, IndexError, KeyError, WenbaoError):
            return render_notice(LANGUAGES[live.language].gone, live.language)

    def ask(
        question: str, turns: list[Turn], live: Live, *, alone: bool = False
    ) -> tuple[str, list[Turn], Any]:
        turns = add_turn(turns, ask_archive(archive, str(question or ""), [] if alone else turns))
        if model:
            live.open(turns[-1], model.name)
        return draw_talk(turns, live), turns, gr.update(value="", placeholder=LANGUAGES[live.language].ask_on)

    def ask_offered(turns: list[Turn], live: Live, event: gr.EventData) -> tuple[str, list[Turn], Any]:
        """Ask what a button offers, an example or a question less a limit: each stands by itself."""
        return ask(str(event.question), turns, live, alone=True)

    def correct(turns: list[Turn], live: Live, event: gr.EventData) -> tuple[str, list[Turn]]:
        turns = correct_turn(archive, turns, str(event.number), str(event.question or ""))
        if model and turns:
            live.open(newest(turns), model.name)
        return draw_talk(turns, live), turns

    def show(turns: list[Turn], live: Live, event: gr.EventData) -> tuple[str, str]:
        return draw_sheet(str(event.at), turns, live), str(event.at)

    def switch(turns: list[Turn], live: Live, at: str, event: gr.EventData) -> tuple[Any, ...]:
        live.language = language = event.language if event.language in LANGUAGES else "zh"
        words = LANGUAGES[language]
        write = gr.update(placeholder=words.ask_on if turns else words.ask_first, label=words.question)
        sheet = draw_sheet(at, turns, live) if at else ""
        return draw_top(language), draw_talk(turns, live), sheet, write, words.ask

    async def stream(turns: list[Turn], live: Live) -> AsyncGenerator[Any, None]:
        yield gr.skip()  # Gradio empties what a generator that yields nothing was to fill
        if model and turns:
            async for _ in sum_up(archive, model, newest(turns), live):
                yield draw_talk(turns, live)

    def stop(turns: list[Turn], live: Live) -> str:
        live.stop()
        return draw_talk(turns, live)

    words = LANGUAGES["zh"]
    with gr.Blocks(title="问报 Wenbao", fill_width=True, analytics_enabled=False) as page:
        live, turns, at = gr.State(Live()), gr.State([]), gr.State("")
        top = gr.HTML(draw_top("zh"), js_on_load=_ON_TOP, elem_id="top", apply_default_css=False)
        talk = gr.HTML(draw_talk([], Live()), js_on_load=_ON_TALK, elem_id="talk", apply_default_css=False)
        with gr.Column(elem_id="ask"), gr.Row(elem_id="write"):
            box = gr.Textbox(
                elem_id="box", label=words.question, show_label=False, container=False, lines=1, max_lines=6,
                placeholder=words.ask_first, autofocus=True,
            )  # fmt: skip
            send = gr.Button(words.ask, elem_id="send")
        sheet = gr.HTML("", js_on_load=_ON_SHEET, elem_id="sheet", apply_default_css=False)

        asked = [talk, turns, box]
        asking = [
            box.submit(ask, [box, turns, live], asked, api_name="ask", **_QUIET),
            send.click(ask, [box, turns, live], asked, **_PRIVATE),
            talk.ask(ask_offered, [turns, live], asked, **_PRIVATE),
            talk.correct(correct, [turns, live], [talk, turns], **_PRIVATE),
        ]
        talk.show(show, [turns, live], [sheet, at], **_PRIVATE)
        top.switch(switch, [turns, live, at], [top, talk, sheet, box, send], **_PRIVATE)
        if model:
            streams = [
                event.then(stream, [turns, live], talk, trigger_mode="multiple", **_PRIVATE)
                for event in asking
            ]
            for asks in (box.submit, send.click, talk.ask, talk.correct):
                asks(None, cancels=streams, **_PRIVATE)
            talk.stop(stop, [turns, live], talk, cancels=streams, **_PRIVATE)
    return page


def _serve(archive: Archive, model: Model | None, args: argparse.Namespace) -> int:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    family = socket.AF_INET6 if ":" in args.host else socket.AF_INET
    socket.create_server((args.host, args.port), family=family).close()  # told before Gradio takes its time
    import gradio as gr

    auth = choose_auth(args.auth, share=args.share, public=args.public)
    page = build_page(archive, model)
    style, script = ((_WEB / name).read_text("utf-8") for name in ("style.css", "script.js"))
    fonts = ["system-ui", "sans-serif"]  # names only: Gradio's own themes fetch theirs from the network
    theme = gr.themes.Base(primary_hue="red", neutral_hue="stone", font=fonts, font_mono=fonts).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#191816",
        button_primary_background_fill="#a8321f",
    )  # what shows before the page has loaded its style, and on the page that asks for the password
    _, local, link = page.launch(
        server_name=args.host, server_port=args.port, share=args.share, auth=auth, prevent_thread_lock=True,
        quiet=True, inbrowser=False, show_error=False, footer_links=[], run_history=False, ssr_mode=False,
        mcp_server=False, pwa=False, enable_monitoring=False, max_file_size=1, num_workers=0,
        favicon_path=_WEB / "seal.svg", theme=theme, head=f"<style>{style}</style><script>{script}</script>",
    )  # fmt: skip
    print(f"Wenbao is at {local}", flush=True)
    if link:
        print(f"Public link: {link}", flush=True)
    elif args.share:
        print("No public link could be made: is there a network? The chat goes on here.", flush=True)
    if auth and auth != args.auth:
        print(f"User: {auth[0]}  Password: {auth[1]}", flush=True)
    page.block_thread()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Ask a newspaper archive, in the browser.")
    parser.add_argument("--index", type=Path, default=DEFAULT_INDEX, metavar="DIR", help="default: var/index")
    parser.add_argument("--encoder", metavar="NAME", help="the encoder that the index was built with")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--port", type=_port, default=7860, help="default: 7860")
    parser.add_argument("--share", action="store_true", help="make a public Gradio link, with a password")
    parser.add_argument("--auth", type=_credentials, metavar="USER:PASSWORD", help="ask visitors for these")
    parser.add_argument("--public", action="store_true", help="with --share: let anyone in who has the link")
    add_model_options(parser)
    return parser


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {value!r}")
    return int(value)


def _credentials(value: str) -> tuple[str, str]:
    user, colon, password = value.partition(":")
    if not (user.strip() and colon and password.strip()):
        raise argparse.ArgumentTypeError("expected USER:PASSWORD, neither of them empty")
    return user, password


if __name__ == "__main__":
    sys.exit(main())
