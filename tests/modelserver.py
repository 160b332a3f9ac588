"""A language model's server, as small as it can be: real HTTP, chat completions, and a script for what to do.

`python -m tests.modelserver [PORT]` runs one by hand that repeats the first excerpt it is given, slowly.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What a script gets: the request as sent, and the place to write the response to.
Script = Callable[[dict[str, Any], "Reply"], None]


class Reply:
    """The response to one request. Nothing is sent that a script does not send."""

    def __init__(self, handler: BaseHTTPRequestHandler, leave: threading.Event) -> None:
        self.handler, self.leave = handler, leave

    def start(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def write(self, raw: str | bytes) -> None:
        self.handler.wfile.write(raw.encode() if isinstance(raw, str) else raw)
        self.handler.wfile.flush()

    def event(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"object": "chat.completion.chunk", "choices": [choice]}
        self.write(f"data: {json.dumps(chunk)}\n\n")

    def say(self, text: str, size: int = 3, pause: float = 0) -> None:
        """Send a text in pieces of `size` characters."""
        for at in range(0, len(text), size):
            self.event({"content": text[at : at + size]})
            self.wait(pause)

    def end(self) -> None:
        self.event({}, "stop")
        self.write('data: {"choices": [], "usage": {"total_tokens": 9}}\n\ndata: [DONE]\n\n')

    def wait(self, seconds: float) -> None:
        """Do nothing for so long, or until the server is shut down."""
        self.leave.wait(seconds)


class ModelServer:
    """What a server was sent, and what it does next: `script` may be changed between two requests."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.gone = threading.Event()  # somebody hung up before the script was through
        self.leave = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                outer.requests.append(json.loads(self.rfile.read(length)))
                outer.headers.append({name.lower(): value for name, value in self.headers.items()})
                outer.paths.append(self.path)
                try:
                    outer.script(outer.requests[-1], Reply(self, outer.leave))
                except (BrokenPipeError, ConnectionResetError):
                    outer.gone.set()

            def do_GET(self) -> None:  # what a followed redirect would come to
                outer.paths.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self.server = Server(("127.0.0.1", int(sys.argv[1]) if __name__ == "__main__" else 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    @contextmanager
    def running(self) -> Iterator["ModelServer"]:
        thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.leave.set()
            self.server.shutdown()
            self.server.server_close()
            thread.join()


def says(text: str, size: int = 3, pause: float = 0) -> Script:
    """Return the script of a model that says this and comes to its end."""

    def script(request: dict[str, Any], reply: Reply) -> None:
        reply.start()
        reply.event({"role": "assistant", "content": ""})
        reply.say(text, size, pause)
        reply.end()

    return script


def talks_on(text: str) -> Script:
    """Return the script of a model that says this, and then something more without end."""

    def script(request: dict[str, Any], reply: Reply) -> None:
        reply.start()
        reply.say(f"{text}完")
        while not reply.leave.is_set():
            reply.event({"content": "又"})
            reply.wait(0.05)

    return script


def excerpts(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the evidence that a request holds."""
    return json.loads(request["messages"][-1]["content"])["摘录"]


def _repeat(request: dict[str, Any], reply: Reply) -> None:
    """Say the first sentence of every excerpt, then something that no page says."""
    said = "".join(f"{e['正文'].split('。')[0]}。[{e['编号']}]" for e in excerpts(request)[:2])
    says(said + "此外还奖励了99999元。[1]", pause=0.06)(request, reply)


if __name__ == "__main__":
    with ModelServer(_repeat).running() as server:
        print(server.url, flush=True)
        time.sleep(10**6)
