"""The gate before Gradio: what may be requested at all, by whom, how often, and what every reply says.

In: HTTP requests. Out: those that the page and the documented calls need; for all others a refusal in a
sentence. Does not know what is on the page, or how a question is answered.

Gradio serves much more than this page uses: uploads, files, proxies, media streams, direct calls of what is
private. What is not named here is not there. A session belongs to the browser that began it: its name is
drawn with Math.random, and Gradio lets whoever knows it read along.
"""

import asyncio
import json
import re
import secrets
import sys
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat.allowance import VISITOR, Allowance, Rate
from chat.programs import BadCall, Call, fit_named, fit_values

COOKIE = "wenbao"
_LARGEST = 1_000_000  # bytes of a request; a question has at most 4,000
_LOGIN = 10_000
_SESSIONS = 20_000
_UNREAD = 200  # messages; a page that listens has next to none
_CALL = re.compile(r"/gradio_api/call/(v2/)?(\w+)/?")
_WAIT = re.compile(r"/gradio_api/call/(?:v2/)?(\w+)/([\w-]+)")
_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/([\w-]+)")
_READ = re.compile(
    r"/(?:config/?|theme\.css|favicon\.ico|robots\.txt|manifest\.json|(?:assets|static)/.*"
    r"|gradio_api/(?:info/?|startup-events|app_id/?|queue/data|theme\.css))?"
)
# Ten wrong passwords, then one every ten seconds, whoever tries: addresses tell nobody apart. Who knows the
# right one may have to wait while somebody guesses; a right one costs nothing.
_GUESSES, _WAITING = Rate(10, 6), 20
_SESSION = re.compile(r"[\w-]{1,64}")
_LOCKED = b'window.gradio_config = {"auth_required":true'  # the page that asks for the password
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
# Gradio builds its components with new Function, hence unsafe-eval; no attribute of an element runs anything.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # an address may hold a question
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Refused(Exception):
    """The request stops here, with an HTTP status and a sentence."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status, self.told = status, told


class Gate:
    """Lets through what the page needs.

    `count_inputs` returns how many values the event of a number takes, None for any; KeyError: no such event.
    `count_waiting` tells how many replies a session has not fetched yet: Gradio keeps them all.
    `scripts` are what the page puts into its head by itself, `events` bounds how much it may ask, `opened`
    are further paths that are let through as they are. `login` goes into the head of the page that asks for
    the password: Gradio puts nothing there.
    """

    def __init__(
        self,
        app: ASGIApp,
        calls: Sequence[Call],
        count_inputs: Callable[[int], int | None],
        scripts: Sequence[str],
        count_waiting: Callable[[str], int] = lambda _: 0,
        events: Allowance | None = None,
        opened: Sequence[str] = (),
        login: str = "",
    ) -> None:
        self.app = app
        self.calls = {call.__name__: call for call in calls}
        self.count_inputs, self.count_waiting = count_inputs, count_waiting
        self.events, self.opened, self.login = events, tuple(opened), login.encode()
        self.scripts = [_hash(script.encode()) for script in scripts]
        self.owners: OrderedDict[str, str] = OrderedDict()
        self.logins = Allowance(_GUESSES, _GUESSES)
        self.waiting = 0  # to have a password tried

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return None
        visitor = _visitor(scope)
        give_cookie = not visitor and scope["path"] == "/"
        answered = _Reply(send, scope, self.scripts, self.login, give_cookie=give_cookie)
        try:
            receive = await self._check(scope, receive, visitor)
            scope[VISITOR] = visitor
            await self.app(scope, receive, answered)
            if scope["path"].startswith("/login") and answered.status == 200:
                self.logins.give_back("")
        except Refused as refused:
            await JSONResponse({"error": refused.told}, refused.status)(scope, receive, answered)
        except Exception as error:  # the visitor gets a sentence, the operator a line
            print(f"app.py: {scope['path']!r} failed: {type(error).__name__}: {error}", file=sys.stderr)
            if not answered.begun:
                reply = JSONResponse({"error": "This request could not be answered."}, 500)
                await reply(scope, receive, answered)
        return None

    async def _check(self, scope: Scope, receive: Receive, visitor: str) -> Receive:
        """Return where to read the request from. Raises Refused."""
        path, method = scope["path"], scope["method"]
        if any(path == name or path.startswith(f"{name}/") for name in self.opened):
            return receive
        if method in ("GET", "HEAD"):
            self._check_reading(path, scope, visitor)
            return receive
        if method != "POST":
            raise Refused(405, "Only GET and POST are answered here.")
        if path == "/gradio_api/reset":  # Gradio's page sends it, and Gradio does nothing
            return receive
        if path in ("/login", "/login/"):
            await self._check_login(scope)
            return receive
        called = _CALL.fullmatch(path)
        if called and called[2] not in self.calls:
            raise Refused(404, f"There is no such call. There are: {', '.join(self.calls)}.")
        if not called and path not in ("/gradio_api/queue/join", "/gradio_api/cancel"):
            raise Refused(404, "There is nothing here.")
        if self.events and not self.events.take(visitor):
            raise Refused(429, "Too many requests are coming in just now. Please try again in a moment.")
        body = await _read(receive)
        if called:
            body = _check_call(self.calls[called[2]], body, named=bool(called[1]))
        else:
            self._own(body.get("session_hash"), visitor)
            if path.endswith("/join"):
                self._check_event(body)
        return _replay(json.dumps(body).encode(), scope, receive)

    def _check_reading(self, path: str, scope: Scope, visitor: str) -> None:
        if waits := _WAIT.fullmatch(path):
            if waits[1] not in self.calls:
                raise Refused(404, "There is no such call.")
            self._own(waits[2], visitor)  # Gradio would take the name of a session here, too
        elif beats := _HEARTBEAT.fullmatch(path):
            self._own(beats[1], visitor)
        elif not _READ.fullmatch(path):
            raise Refused(404, "There is nothing here.")
        elif path.endswith("/queue/data"):
            query = parse_qs(scope["query_string"].decode("latin-1"))
            self._own(query.get("session_hash", [None])[-1], visitor)

    async def _check_login(self, scope: Scope) -> None:
        """Wait until another password may be tried. Raises Refused where too many wait for it."""
        if not 0 < int(Headers(scope=scope).get("content-length", "0")) <= _LOGIN:
            raise Refused(413, "This is no user name and password.")
        if self.waiting >= _WAITING:
            raise Refused(429, "Too many passwords are being tried. Please try again in a minute.")
        self.waiting += 1
        try:
            while not self.logins.take(""):
                await asyncio.sleep(1)
        finally:
            self.waiting -= 1

    def _check_event(self, body: dict[str, Any]) -> None:
        number, data = body.get("fn_index"), body.get("data")
        if self.count_waiting(str(body.get("session_hash"))) > _UNREAD:
            raise Refused(429, "This page does not fetch its answers.")
        if not isinstance(body.get("event_data"), dict):
            body["event_data"] = {}  # what an event reads of it is then not there
        if type(number) is not int:
            raise Refused(400, "There is no such event.")
        try:
            wanted = self.count_inputs(number)
        except KeyError:
            raise Refused(400, "There is no such event.") from None
        if not isinstance(data, list) or (wanted is not None and len(data) != wanted):
            raise Refused(400, '"data" does not hold what this event takes.')

    def _own(self, session: object, visitor: str) -> None:
        """Let a visitor have a session that is new or his own. Raises Refused."""
        if not isinstance(session, str) or not _SESSION.fullmatch(session):
            raise Refused(400, "A session has a name of up to 64 letters and digits.")
        if self.owners.setdefault(session, visitor) != visitor:
            raise Refused(403, "This session is another visitor's.")
        self.owners.move_to_end(session)
        if len(self.owners) > _SESSIONS:
            self.owners.popitem(last=False)


class _Reply:
    """Sends a reply on, with the headers of the house; a page when it is whole, and its scripts are known."""

    def __init__(
        self, send: Send, scope: Scope, scripts: Sequence[str], login: bytes, *, give_cookie: bool
    ) -> None:
        self.send, self.scripts, self.login, self.give_cookie = send, scripts, login, give_cookie
        self.secure = "; Secure" if scope.get("scheme") == "https" else ""
        self.begun, self.status = False, 0
        self.start: Message | None = None
        self.parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            if self.give_cookie:
                given = f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax{self.secure}"
                headers.append("Set-Cookie", given)
            if headers.get("content-type", "").startswith("text/html"):
                self.start = message
                return
        elif self.start is not None:
            self.parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = b"".join(self.parts)
            if _LOCKED in page:
                page = page.replace(b"</head>", self.login + b"</head>", 1)
                headers = MutableHeaders(scope=self.start)
                headers["Content-Length"] = str(len(page))
            hashes = dict.fromkeys([*self.scripts, *map(_hash, _INLINE.findall(page))])
            headers = MutableHeaders(scope=self.start)
            headers["Content-Security-Policy"] = _POLICY.format(scripts=" ".join(hashes))
            headers["Cache-Control"] = "no-store"
            await self.send(self.start)
            message, self.start = {"type": "http.response.body", "body": page}, None
        await self.send(message)


def _check_call(call: Call, body: dict[str, Any], *, named: bool) -> dict[str, Any]:
    """Return the body of a call with nothing in it but its values, in their number. Raises Refused."""
    try:
        if named:
            return fit_named(call, body)
        if not isinstance(body.get("data"), list):
            raise Refused(400, '"data" has to be a list.')
        return {"data": fit_values(call, body["data"])}
    except BadCall as error:
        raise Refused(400, str(error)) from None


def _hash(script: bytes) -> str:
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"


def _visitor(scope: Scope) -> str:
    """Return what tells visitors apart: the cookie of the gate; "" where there is none, as with programs."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE, "")[:64]


async def _read(receive: Receive) -> dict[str, Any]:
    """Return the JSON object that a request holds. Raises Refused."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "The request broke off.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _LARGEST:
            raise Refused(413, "The request is too large.")
        if not message.get("more_body"):
            break
    try:
        body = json.loads(b"".join(parts))
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused(400, "The request has to be a JSON object.")
    return body


def _replay(body: bytes, scope: Scope, receive: Receive) -> Receive:
    """Return a `receive` that gives out `body` first, and then what follows the request."""
    MutableHeaders(scope=scope)["content-length"] = str(len(body))
    MutableHeaders(scope=scope)["content-type"] = "application/json"
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
