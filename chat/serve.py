"""The page on the network: the port, the password, the public link, and what it looks like.

In: the archive as it is now, a model where there is one, and who may reach the page. Out: the page, served
until it is interrupted. Does not know what is on the page.
"""

import os
import secrets
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chat.allowance import Allowance, Rate
from chat.tunnel import draw_code, open_tunnel, verify_kept
from qa.consult import Model
from qa.follow import Following

# For each visitor, and for all together: 20 questions at once and a minute; a question takes a core 30 ms.
_QUESTIONS = Rate(20, 20), Rate(100, 600)
# Everything that a page asks of the program, clicks and looking up as one types included.
_EVENTS = Rate(100, 600), Rate(400, 6000)
_QUEUED = 200  # wait at most
# How often Gradio's queue looks for a question, in seconds: its own .001 keep an idle processor awake.
_LOOKS = 0.01
PATH = "/mcp"  # where models find the tools
# What Gradio is not to do: report where it runs; work out after every event how long the last 10,000 took,
# which nobody sees: 20 ms of the processor, and under load 150 MB.
GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**9),
    "GRADIO_ANALYTICS_MAX_EVENTS": "100",
}
_STATIC = Path(__file__).parent.parent / "web" / "static"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the page listens, and whom it lets in: all, or who knows the user and the password.

    `share`: also by a public link. `public`: let anyone in who has it. `mcp`: let models call the tools, too.
    """

    host: str
    port: int
    share: bool = False
    public: bool = False
    auth: tuple[str, str] | None = None
    mcp: bool = False

    @property
    def here_alone(self) -> bool:
        """Whether no address but those of this computer is listened on."""
        return self.host in ("127.0.0.1", "::1", "localhost")

    @property
    def open(self) -> bool:
        """Whether anyone but those at this computer can reach it."""
        return self.share or not self.here_alone


def choose_auth(reach: Reach) -> tuple[str, str] | None:
    """Return the user and password that the page asks for, or None: a shared page has one unless `public`."""
    if reach.auth is None and reach.share and not reach.public:
        return "wenbao", secrets.token_urlsafe(12)
    return reach.auth


def serve_page(following: Following, model: Model | None, reach: Reach, feedback: Path | None = None) -> None:
    """Serve the chat until interrupted, and print where it is.

    Raises OSError where it cannot listen, TunnelUnsafe where it was to be shared and must not.
    """
    os.environ |= GRADIO
    if reach.share:
        verify_kept()
    family = socket.AF_INET6 if ":" in reach.host else socket.AF_INET
    socket.create_server((reach.host, reach.port), family=family).close()  # told before Gradio takes its time
    import gradio as gr
    from starlette.middleware import Middleware

    from chat.gate import Gate
    from chat.page import build_page
    from chat.programs import list_calls
    from chat.sessions import bound_sessions

    auth, calls = choose_auth(reach), list_calls(following)
    page = build_page(following, calls, model, Allowance(*_QUESTIONS) if reach.open else None, feedback)
    page.queue(max_size=_QUEUED)
    page._queue.sleep_when_free = _LOOKS
    styles, scripts = _read_static()
    head = f"<style>{styles}</style><script>{scripts}</script>"
    tools = _make_tools(calls) if reach.mcp else {}

    def count_inputs(number: int) -> int | None:
        return None if page.fns[number].cancels else len(page.fns[number].inputs)

    def count_waiting(session: str) -> int:
        unread = page._queue.pending_messages_per_session
        return unread[session].qsize() if session in unread else 0

    gate = Middleware(
        Gate, calls=calls, count_inputs=count_inputs, scripts=[scripts], count_waiting=count_waiting,
        events=Allowance(*_EVENTS) if reach.open else None, opened=[PATH] if reach.mcp else [],
        login=_read_login(),
    )  # fmt: skip
    fonts = ["system-ui", "sans-serif"]  # names only: Gradio's own themes fetch theirs from the network
    theme = gr.themes.Base(primary_hue="red", neutral_hue="stone", font=fonts, font_mono=fonts).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#191816",
        button_primary_background_fill="#a8321f",
        button_primary_background_fill_dark="#a8321f",
    )  # what shows before the page has loaded its style, and on the page that asks for the password
    # Not share=True: that page would fetch its scripts from another host.
    _, local, _ = page.launch(
        server_name=reach.host, server_port=reach.port, share=False, auth=auth,
        prevent_thread_lock=True, quiet=True, inbrowser=False, show_error=False,
        footer_links=[], run_history=False, ssr_mode=False, mcp_server=False, pwa=False,
        enable_monitoring=False, max_file_size=1, num_workers=0,
        allowed_paths=[], favicon_path=_STATIC / "seal.svg", theme=theme,
        head=head, app_kwargs={"middleware": [gate], **tools},
    )  # fmt: skip
    bound_sessions(page)
    print(f"Wenbao is at {local}", flush=True)
    if reach.mcp:
        print(f"MCP server: {local.rstrip('/')}{PATH}", flush=True)
    if reach.share:
        _share(reach)
    if auth and auth != reach.auth:
        print(f"User: {auth[0]}  Password: {auth[1]}", flush=True)
    following.start()
    page.block_thread()


def _read_static() -> tuple[str, str]:
    """Return the styles and the scripts of web/static/, page.* first: the others build on them."""
    styles, scripts = (
        "\n".join(
            path.read_text("utf-8")
            for path in sorted(_STATIC.glob(f"*.{kind}"), key=lambda path: (path.stem != "page", path))
            if path.stem != "login"
        )
        for kind in ("css", "js")
    )
    return styles, scripts


def _read_login() -> str:
    """Return what the page that asks for the password lacks; Gradio gives it no title, and not our head."""
    style, script = ((_STATIC / f"login.{kind}").read_text("utf-8") for kind in ("css", "js"))
    return f"<title>问报 Wenbao</title><style>{style}</style><script>{script}</script>"


def _make_tools(calls: Sequence[Callable[..., dict[str, Any]]]) -> dict[str, Any]:
    """Return the routes of the MCP server, and what keeps it going, as the page's application takes them."""
    from chat.tools import make_server

    server = make_server(calls, PATH)
    return {"routes": server.streamable_http_app().routes, "lifespan": lambda _: server.session_manager.run()}


def _share(reach: Reach) -> None:
    """Make the public link and print it, for telephones as a picture, too."""
    link = open_tunnel(reach.host, reach.port)
    if link is None:
        print("No public link could be made: is there a network? The chat goes on here.", flush=True)
        return
    print(f"Public link: {link}", flush=True)
    if sys.stdout.isatty():
        print(draw_code(link), flush=True)
