"""The gate: what a stranger can reach of the really running chat over HTTP, and what not."""

import asyncio
import json
from base64 import b64encode
from hashlib import sha256

import httpx
import pytest

from chat.allowance import Allowance, Rate, cost_of
from chat.gate import Gate
from chat.serve import Reach
from chat.talk import add_turn, put_off
from tests.visiting import ROOT, address_of, serve

QUESTION, EXACT = "农民工张广林拿回了多少工资?", "20600元"
USER, PASSWORD = "anna", "geheim-7"


@pytest.fixture(scope="module")
def guarded(index_dir):
    """The chat behind a password."""
    with serve(index_dir, "--auth", f"{USER}:{PASSWORD}") as process:
        yield address_of(process)


@pytest.fixture
def stranger(served):
    with httpx.Client(base_url=served, timeout=60) as client:
        yield client


def call_ask(client, question=QUESTION):
    """Ask as a program does; return the last event and what it brought."""
    event_id = client.post("gradio_api/call/ask", json={"data": [question]}).json()["event_id"]
    event, data = client.get(f"gradio_api/call/ask/{event_id}").text.strip().split("\n", 1)
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


CLOSED = [
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/upload?upload_id=1"),
    ("GET", "/gradio_api/upload_progress?upload_id=1"),
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("GET", "/gradio_api/file=README.md"),
    ("GET", "/gradio_api/file=var/index/CURRENT"),
    ("GET", f"/gradio_api/file={ROOT}/app.py"),
    ("GET", "/gradio_api/file=http://127.0.0.1:9/"),
    ("GET", "/gradio_api/file/etc/passwd"),
    ("GET", "/file=/etc/passwd"),
    ("GET", "/gradio_api//file=/etc/passwd"),
    ("GET", "/assets/../gradio_api/file=/etc/passwd"),
    ("GET", "/assets/..%2f..%2f..%2f..%2fetc/passwd"),
    ("GET", "/static/..%2f..%2frequirements.txt"),
    ("GET", "/gradio_api/proxy=https://example.hf.space/"),
    ("POST", "/gradio_api/component_server"),
    ("POST", "/gradio_api/run/ask"),
    ("POST", "/gradio_api/run/ask_1"),
    ("POST", "/gradio_api/api/predict"),
    ("POST", "/gradio_api/call/ask_1"),
    ("POST", "/gradio_api/call/v2/switch"),
    ("GET", "/gradio_api/call/switch/abc"),
    ("POST", "/gradio_api/process_recording"),
    ("POST", "/gradio_api/vibe-code"),
    ("GET", "/gradio_api/vibe-code"),
    ("GET", "/gradio_api/dev/reload"),
    ("GET", "/gradio_api/deep_link?session_hash=abc"),
    ("GET", "/gradio_api/runs"),
    ("GET", "/gradio_api/token"),
    ("GET", "/gradio_api/openapi.json"),
    ("GET", "/monitoring"),
    ("GET", "/monitoring/summary"),
    ("GET", "/logout"),
    ("GET", "/docs"),
    ("PUT", "/gradio_api/upload"),
    ("DELETE", "/"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_what_the_page_does_not_need_is_not_there(stranger, method, path):
    body = {"files": ("a.txt", b"a")} if "upload" in path and method == "POST" else None
    reply = stranger.request(method, path, files=body)
    assert reply.status_code in (403, 404, 405)
    assert "root:" not in reply.text
    assert "gradio" not in reply.text


@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/run/ask", "/gradio_api/process_recording"]
)
def test_a_password_opens_no_more_than_the_page(guarded, path):
    with httpx.Client(base_url=guarded, timeout=60) as client:
        assert client.post(path, files={"files": ("a.txt", b"a")}).status_code == 404
        sign_in(client)
        assert client.post(path, files={"files": ("a.txt", b"a")}).status_code == 404
        assert client.get("/gradio_api/file=README.md").status_code == 404
        assert call_ask(client)[1][0]["span"] == EXACT


def sign_in(client, password=PASSWORD):
    return client.post("/login", data={"username": USER, "password": password}).status_code


def test_without_the_password_nothing_is_answered(guarded):
    with httpx.Client(base_url=guarded, timeout=60) as client:
        assert sign_in(client, "wrong") == 400
        for path in ("config", "gradio_api/info", "gradio_api/queue/data?session_hash=abc"):
            assert client.get(path).status_code == 401
        assert client.post("gradio_api/call/ask", json={"data": [QUESTION]}).status_code == 401
        asked = {"data": [QUESTION, None], "fn_index": 0, "session_hash": "abc"}
        assert client.post("gradio_api/queue/join", json=asked).status_code == 401
        page = client.get("/").text
        assert "auth_required" in page
        assert QUESTION[:6] not in page


def test_every_reply_says_what_a_browser_may_do_with_it(stranger):
    for path in ("/", "/config", "/theme.css", "/gradio_api/upload"):
        headers = stranger.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert "noindex" in headers["x-robots-tag"]
    policy = stranger.get("/").headers["content-security-policy"]
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in script
    assert "http" not in policy


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("call/ask", b"{", "has to be a JSON object"),
        ("call/ask", b"[1]", "has to be a JSON object"),
        ("call/ask", b"[" * 100_000, "has to be a JSON object"),
        ("call/ask", b"\xff\xfe", "has to be a JSON object"),
        ("call/ask", b"{}", '"data" has to be a list.'),
        ("call/ask", b'{"data": []}', "ask needs question."),
        ("call/ask", b'{"data": ["a", [], 3]}', "ask takes question, history."),
        ("call/v2/ask", b'{"history": []}', "ask needs question."),
        ("call/v2/ask", b'{"question": "a", "top\\u202e": 3}', "and not top\\u202e."),
        ("call/none", b'{"data": []}', "There is no such call. There are: ask, search"),
        ("queue/join", b'{"data": [], "fn_index": 0}', "A session has a name"),
        ("queue/join", b'{"data": [], "fn_index": 0, "session_hash": "../x"}', "A session has a name"),
        ("queue/join", b'{"data": [], "fn_index": 99999, "session_hash": "abc"}', "There is no such event."),
        (
            "queue/join",
            b'{"data": [], "fn_index": 0, "session_hash": "abc"}',
            "does not hold what this event",
        ),
        ("queue/join", b'{"fn_index": 0, "session_hash": "abc"}', "does not hold what this event"),
        ("call/ask", b'"' + b"a" * 1_000_001 + b'"', "too large"),
    ],
)
def test_a_broken_request_is_refused_in_a_sentence(stranger, path, body, told):
    reply = stranger.post(f"gradio_api/{path}", content=body, headers={"content-type": "application/json"})
    assert 400 <= reply.status_code < 500
    assert told in reply.json()["error"]


def test_a_session_is_that_of_the_browser_that_began_it(served):
    with httpx.Client(base_url=served, timeout=60) as anna, httpx.Client(base_url=served, timeout=60) as ben:
        anna.get("/")
        ben.get("/")
        ask = next(
            part["id"] for part in anna.get("config").json()["dependencies"] if part["api_name"] == "ask"
        )
        asked = {"data": [QUESTION, None], "fn_index": ask, "session_hash": "of-anna"}
        event_id = anna.post("gradio_api/queue/join", json=asked).json()["event_id"]
        for cookies in (dict(ben.cookies), {}):
            with httpx.Client(base_url=served, timeout=60, cookies=cookies) as thief:
                for path in ("queue/data?session_hash=of-anna", "heartbeat/of-anna", "call/ask/of-anna"):
                    assert thief.get(f"gradio_api/{path}").status_code == 403
                for path in ("queue/join", "cancel"):
                    reply = thief.post(f"gradio_api/{path}", json={**asked, "event_id": event_id})
                    assert reply.status_code == 403
        with anna.stream("GET", "gradio_api/queue/data?session_hash=of-anna") as reply:
            line = next(line for line in reply.iter_lines() if "process_completed" in line)
        assert EXACT in line


def test_each_visitor_and_all_together_have_their_bucket():
    now = [0.0]
    allowance = Allowance(Rate(2, 60), Rate(3, 60), clock=lambda: now[0])
    assert [allowance.take("a") for _ in range(3)] == [True, True, False]
    assert [allowance.take("b") for _ in range(2)] == [True, False]  # all together have none left
    now[0] = 1.0
    assert allowance.take("b")
    assert not allowance.take("a")
    now[0] = 3600.0
    assert [allowance.take("a") for _ in range(3)] == [True, True, False]  # it does not overflow


def test_what_did_not_count_is_given_back():
    allowance = Allowance(Rate(1, 1), Rate(1, 1), clock=lambda: 0.0)
    assert allowance.take("a")
    allowance.give_back("a")
    assert allowance.take("a")
    assert not allowance.take("a")


def test_who_wants_more_than_there_is_gets_nothing_and_loses_nothing():
    allowance = Allowance(Rate(5, 60), Rate(50, 60), clock=lambda: 0.0)
    assert not allowance.take("anna", 6)
    assert allowance.take("anna", 5)
    assert not allowance.take("anna")


def test_a_long_quotation_counts_for_several_questions():
    assert cost_of("张广林") == 1
    assert cost_of("区，" * 1000) == cost_of("区，" * 9000) == 11


def test_a_session_that_fetches_no_replies_is_asked_to(index_dir):
    with serve(index_dir) as process, httpx.Client(base_url=address_of(process), timeout=120) as client:
        switch = next(
            event
            for event in client.get("config").json()["dependencies"]
            if event["api_name"].startswith("switch")
        )
        event = {
            "data": [None] * len(switch["inputs"]), "event_data": None,
            "fn_index": switch["id"], "session_hash": "lazy",
        }  # fmt: skip
        status = [client.post("gradio_api/queue/join", json=event).status_code for _ in range(400)]
        assert status[0] == 200
        for _ in range(200):
            if client.post("gradio_api/queue/join", json=event).status_code == 429:
                break
        else:
            pytest.fail("nothing bounds what waits to be fetched")
        assert (
            client.post("gradio_api/queue/join", json={**event, "session_hash": "other"}).status_code == 200
        )


def test_the_sentence_gives_way_to_the_next_question():
    turns = add_turn(add_turn([], put_off("谁?")), put_off("问" * 500))
    assert [(turn.problem, len(turn.question)) for turn in turns] == [("busy", 400)]


def test_our_title_and_script_stand_on_the_page_that_asks_for_a_password_alone(guarded, stranger):
    ours = "<title>问报 Wenbao</title><style>"
    with httpx.Client(base_url=guarded, timeout=60) as client:
        asked = client.get("/")
        assert asked.text.count(ours) == 1
        assert int(asked.headers["content-length"]) == len(asked.content)
        script = asked.text.split(ours)[1].split("<script>")[1].split("</script>")[0]
        allowed = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        assert allowed in asked.headers["content-security-policy"]
        client.post("/login", data={"username": USER, "password": PASSWORD})
        assert ours not in client.get("/").text
    assert ours not in stranger.get("/").text


def send_through(gate, path, *, headers=()):
    """Send one POST through a gate and return the status of the reply."""
    sent = []
    scope = {"type": "http", "method": "POST", "path": path, "headers": list(headers), "query_string": b""}

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(gate(scope, receive, send))
    return sent[0]["status"]


def test_passwords_cannot_be_tried_faster_than_one_in_ten_seconds(monkeypatch):
    now, tried = [0.0], []

    async def app(scope, receive, send):
        tried.append(now[0])
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def pause(seconds):
        now[0] += seconds

    gate = Gate(app, [], lambda number: None, [])
    gate.logins.clock = lambda: now[0]
    monkeypatch.setattr("chat.gate.asyncio.sleep", pause)
    size = [(b"content-length", b"30")]
    status = 200
    for _ in range(50):  # the right one costs nothing
        assert send_through(gate, "/login", headers=size) == 200
    assert now[0] == 0
    status = 400
    for _ in range(16):
        assert send_through(gate, "/login", headers=size) == 400
    assert tried[-16:-6] == [0.0] * 10
    assert tried[-1] - tried[-7] == pytest.approx(60, abs=1)
    gate.waiting = 20
    assert send_through(gate, "/login", headers=size) == 429
    assert send_through(gate, "/login", headers=[(b"content-length", b"99999")]) == 413
    assert send_through(gate, "/login") == 413


def test_a_fault_in_the_server_becomes_a_sentence(capsys):
    async def app(scope, receive, send):
        raise RuntimeError("secret")

    gate = Gate(app, [], lambda number: None, [])
    assert send_through(gate, "/gradio_api/reset") == 500
    assert capsys.readouterr().err == "app.py: '/gradio_api/reset' failed: RuntimeError: secret\n"


def test_what_fails_inside_reaches_no_visitor(index_dir):
    with serve(index_dir, changes=["fail_inside"]) as process:
        with httpx.Client(base_url=address_of(process), timeout=120) as client:
            events = client.get("config").json()["dependencies"]
            show = next(event for event in events if event["api_name"].startswith("show"))
            asked = {
                "data": [None] * len(show["inputs"]),
                "event_data": {"at": "001_200823f155d71e7b.txt@5-9"},
            }
            client.post(
                "gradio_api/queue/join", json={**asked, "fn_index": show["id"], "session_hash": "abc"}
            )
            with client.stream("GET", "gradio_api/queue/data?session_hash=abc") as reply:
                line = next(line for line in reply.iter_lines() if "process_completed" in line)
        done = json.loads(line.removeprefix("data: "))
        assert done["success"] is False
        assert done["output"] == {"error": None}
        process.terminate()
        assert "secret: /home/operator" in process.stderr.read()  # the operator is told


def test_who_is_alone_at_this_computer_is_not_held_up():
    assert not Reach("127.0.0.1", 0).open
    assert Reach("0.0.0.0", 0).open
    assert Reach("127.0.0.1", 0, share=True).open
