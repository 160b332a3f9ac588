"""The page on the network: the port, the password, the public link, and what it looks like.

In: an archive, a model where there is one, and who may reach the page. Out: the page, served until it is
interrupted. Does not know what is on the page.
"""

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from qa.archive import Archive
from qa.consult import Model

_STATIC = Path(__file__).parent.parent / "web" / "static"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the page listens, and whom it lets in: all, or who knows the user and the password.

    `share`: also by a public link. `public`: let anyone in who has it.
    """

    host: str
    port: int
    share: bool = False
    public: bool = False
    auth: tuple[str, str] | None = None


def choose_auth(reach: Reach) -> tuple[str, str] | None:
    """Return the user and password that the page asks for, or None: a shared page has one unless `public`."""
    if reach.auth is None and reach.share and not reach.public:
        return "wenbao", secrets.token_urlsafe(12)
    return reach.auth


def serve_page(archive: Archive, model: Model | None, reach: Reach) -> None:
    """Serve the chat until interrupted, and print where it is. Raises OSError where it cannot listen."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    family = socket.AF_INET6 if ":" in reach.host else socket.AF_INET
    socket.create_server((reach.host, reach.port), family=family).close()  # told before Gradio takes its time
    import gradio as gr

    from chat.page import build_page

    auth = choose_auth(reach)
    page = build_page(archive, model)
    fonts = ["system-ui", "sans-serif"]  # names only: Gradio's own themes fetch theirs from the network
    theme = gr.themes.Base(primary_hue="red", neutral_hue="stone", font=fonts, font_mono=fonts).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#191816",
        button_primary_background_fill="#a8321f",
    )  # what shows before the page has loaded its style, and on the page that asks for the password
    _, local, link = page.launch(
        server_name=reach.host, server_port=reach.port, share=reach.share, auth=auth,
        prevent_thread_lock=True, quiet=True, inbrowser=False, show_error=False,
        footer_links=[], run_history=False, ssr_mode=False, mcp_server=False, pwa=False,
        enable_monitoring=False, max_file_size=1, num_workers=0,
        favicon_path=_STATIC / "seal.svg", theme=theme, head=_head(),
    )  # fmt: skip
    print(f"Wenbao is at {local}", flush=True)
    if link:
        print(f"Public link: {link}", flush=True)
    elif reach.share:
        print("No public link could be made: is there a network? The chat goes on here.", flush=True)
    if auth and auth != reach.auth:
        print(f"User: {auth[0]}  Password: {auth[1]}", flush=True)
    page.block_thread()


def _head() -> str:
    """Return all styles and scripts of web/static/, page.css and page.js first: the others build on them."""
    styles, scripts = (
        "\n".join(
            path.read_text("utf-8")
            for path in sorted(_STATIC.glob(f"*.{kind}"), key=lambda path: (path.stem != "page", path))
        )
        for kind in ("css", "js")
    )
    return f"<style>{styles}</style><script>{scripts}</script>"
