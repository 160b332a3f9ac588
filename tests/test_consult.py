"""qa.consult: a real server, and everything that it can do to somebody who asks."""

import asyncio
import time

import pytest

from index.errors import ModelError, ModelFailed
from qa.consult import Model, connect, stream_reply
from tests.modelserver import ModelServer, says

ASKED = [{"role": "user", "content": "大桥多长?"}]


@pytest.fixture
def server():
    with ModelServer(says("大桥长320米[1]。")).running() as server:
        yield server


def listen(model: Model, **limits: float) -> tuple[str, ModelFailed | None]:
    """Return what came of the reply, and how it failed."""
    pieces = []

    async def run() -> None:
        async for piece in stream_reply(model, ASKED, **limits):
            pieces.append(piece)

    try:
        asyncio.run(run())
    except ModelFailed as error:
        return "".join(pieces), error
    return "".join(pieces), None


def model_of(server: ModelServer, **environment: str) -> Model:
    return connect(server.url, "qwen", environment)


def test_a_reply_arrives_in_pieces_and_what_is_asked_is_plain_chat_completions(server):
    assert listen(model_of(server)) == ("大桥长320米[1]。", None)
    assert server.paths == ["/v1/chat/completions"]
    assert server.requests == [{"model": "qwen", "messages": ASKED, "stream": True}]
    assert "authorization" not in server.headers[0]


def test_the_key_comes_from_the_environment_and_goes_to_the_server_alone(server):
    for environment, sent in [
        ({"WENBAO_LLM_KEY": "secret-1", "OPENAI_API_KEY": "secret-2"}, "Bearer secret-1"),
        ({"OPENAI_API_KEY": "secret-2\n"}, "Bearer secret-2"),
        ({"WENBAO_LLM_KEY": "", "OPENAI_API_KEY": "secret-2"}, None),
    ]:
        model = connect(server.url, "qwen", environment)
        assert listen(model)[1] is None
        assert server.headers[-1].get("authorization") == sent
        assert "secret" not in repr(model)


def test_the_key_is_not_sent_in_the_clear_to_another_computer():
    key = {"WENBAO_LLM_KEY": "secret"}
    for host in ("model.example", "10.0.0.7", "127.0.0.1.example", "localhost.example", "[fe80::1]"):
        with pytest.raises(ModelError, match="in the clear") as told:
            connect(f"http://{host}:8000/v1", "qwen", key)
        assert "secret" not in str(told.value)
        assert connect(f"https://{host}/v1", "qwen", key).key == "secret"
        assert connect(f"http://{host}:8000/v1", "qwen", {}).key is None
    for host in ("localhost", "127.0.0.1", "127.8.8.8", "[::1]"):
        assert connect(f"http://{host}:8000/v1", "qwen", key).key == "secret"


@pytest.mark.parametrize(
    "url",
    ["", "localhost:11434", "ftp://localhost/v1", "http://", "http://[::1", "http://localhost:port/v1",
     "http://anna:secret@localhost/v1", "http://localhost/v1?key=secret", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_one_line_without_secrets(url):
    with pytest.raises(ModelError) as told:
        connect(url, "qwen", {})
    assert "\n" not in str(told.value)
    assert "secret" not in str(told.value)


def test_an_empty_name_and_an_odd_key_are_refused():
    with pytest.raises(ModelError, match="name"):
        connect("http://localhost/v1", "  ", {})
    for key in ("sec\nret", "sec\u202eret", "密钥"):
        with pytest.raises(ModelError, match="characters") as told:
            connect("http://localhost/v1", "qwen", {"WENBAO_LLM_KEY": key})
        assert key not in str(told.value)


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_an_address_may_leave_off_what_is_always_the_same(ending):
    assert connect(f"http://localhost:1{ending}", "q", {}).url == "http://localhost:1/v1/chat/completions"
    assert connect("https://x.example/api/v3", "q", {}).url == "https://x.example/api/v3/chat/completions"


def test_nobody_there_is_told_at_once(server):
    server.server.shutdown()  # a socket that its thread still looks at stays open for as long
    server.server.server_close()
    said, failed = listen(model_of(server))
    assert (said, failed.trouble) == ("", "unreachable")


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_an_http_error_is_told_by_its_number_alone(server, status):
    def refuse(request, reply):
        reply.start(status, "application/json")
        reply.write('{"error": {"message": "Incorrect API key provided: sk-secret"}}')

    server.script = refuse
    said, failed = listen(model_of(server))
    assert (said, failed.trouble, failed.status) == ("", "refused", status)
    assert "secret" not in str(failed)


def test_a_server_that_wants_a_key_gets_it(server):
    def guard(request, reply):
        if server.headers[-1].get("authorization") == "Bearer secret":
            says("进来。")(request, reply)
        else:
            reply.start(401, "application/json")

    server.script = guard
    assert listen(model_of(server))[1].status == 401
    assert listen(model_of(server, WENBAO_LLM_KEY="secret")) == ("进来。", None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(server, status):
    server.script = lambda request, reply: reply.start(status, Location=f"{server.url}/elsewhere")
    failed = listen(model_of(server, WENBAO_LLM_KEY="secret"))[1]
    assert (failed.trouble, failed.status) == ("refused", status)
    assert server.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    "body",
    [
        "data: {oh no\n\n",
        "data: null\n\n",
        "data: []\n\n",
        'data: {"choices": {}}\n\n',
        'data: {"choices": ["x"]}\n\n',
        "data: " + "[" * 100_000 + "\n\n",
        "<html>Please log in</html>",
        '{"choices": [{"message": {"content": "320米"}}]}',
        b"\xff\xfe\x00" * 999,
        "data: " + "x" * 2**19,
        "data: [DONE]",
        "",
    ],
)
def test_what_is_no_stream_of_a_reply_is_garbled(server, body):
    def garble(request, reply):
        reply.start()
        reply.write(body)

    server.script = garble
    said, failed = listen(model_of(server))
    assert (said, failed.trouble) == ("", "garbled")


def test_events_may_be_cut_anywhere_and_carry_what_is_not_for_us(server):
    def chop(request, reply):
        reply.start()
        raw = (
            ': waiting\r\n\r\nevent: message\r\ndata:{"choices":[{"delta":{"role":"assistant"}}]}\r\n\r\n'
            'data: {"choices": [{"delta": {"reasoning_content": "想想"}}]}\n\n'
            'data: {"choices": [{"delta": {"content": "大桥"}, "finish_reason": null}]}\n\n'
            'id: 3\ndata: {"choices": [{"delta": {"content": null}}]}\n\n'
            'data: {"choices": []}\n\ndata: {"choices": [{"delta": {"content": "通车"}}]}\n\ndata: [DONE]\n\n'
        ).encode()
        for at in range(len(raw)):
            reply.write(raw[at : at + 1])

    server.script = chop
    assert listen(model_of(server)) == ("大桥通车", None)


def test_an_error_in_the_middle_of_a_stream_keeps_what_came_before(server):
    def fail(request, reply):
        reply.start()
        reply.say("大桥")
        reply.write('data: {"error": {"message": "out of memory"}}\n\n')

    server.script = fail
    said, failed = listen(model_of(server))
    assert (said, failed.trouble, failed.status) == ("大桥", "refused", None)


def test_a_connection_that_closes_before_the_end_is_broken(server):
    def close(request, reply):
        reply.start()
        reply.say("大桥长3")

    def cut(request, reply):
        reply.start(**{"Content-Length": "100000"})
        reply.say("大桥长3")

    for server.script in (close, cut):
        said, failed = listen(model_of(server))
        assert (said, failed.trouble) == ("大桥长3", "broken")


def test_a_reply_that_its_server_cut_off_is_too_long(server):
    def cut(request, reply):
        reply.start()
        reply.say("大桥长3")
        reply.event({}, "length")
        reply.write("data: [DONE]\n\n")

    server.script = cut
    said, failed = listen(model_of(server))
    assert (said, failed.trouble) == ("大桥长3", "long")


def hang(request, reply):
    reply.wait(30)


def hang_after_the_head(request, reply):
    reply.start()
    reply.wait(30)


def hang_in_the_middle(request, reply):
    reply.start()
    reply.say("大桥")
    reply.wait(30)


def tell_that_it_lives(request, reply):
    reply.start()
    for _ in range(600):
        reply.write(": still here\n\n")
        reply.wait(0.05)


@pytest.mark.parametrize("script", [hang, hang_after_the_head, hang_in_the_middle, tell_that_it_lives])
def test_silence_ends_after_the_time_that_was_given(server, script):
    server.script = script
    started = time.monotonic()
    said, failed = listen(model_of(server), wait=0.3, limit=20)
    assert failed.trouble == "slow"
    assert said == ("大桥" if script is hang_in_the_middle else "")
    assert 0.25 < time.monotonic() - started < 15


def test_a_slow_model_that_goes_on_thinking_and_talking_is_heard_to_the_end(server):
    def muse(request, reply):
        reply.start()
        for _ in range(8):
            reply.event({"reasoning_content": "想"})
            reply.wait(0.2)
        reply.say("大桥通车。", 1, 0.2)
        reply.end()

    server.script = muse
    assert listen(model_of(server), wait=1.2, limit=60) == ("大桥通车。", None)


def test_a_model_that_talks_on_and_on_is_left_after_the_whole_time(server):
    server.script = says("大桥通车。" * 10_000, pause=0.05)
    said, failed = listen(model_of(server), wait=20, limit=0.5)
    assert failed.trouble == "slow"
    assert said.startswith("大桥通车。")
    assert server.gone.wait(10)  # and the server is told to stop


def test_a_flood_without_an_end_does_not_fill_the_memory(server):
    def flood(request, reply):
        reply.start()
        while True:
            reply.write(": " + "x" * 65_000 + "\n")

    server.script = flood
    assert listen(model_of(server))[1].trouble == "garbled"


def test_a_packed_reply_is_not_unpacked(server):
    def pack(request, reply):
        reply.start(**{"Content-Encoding": "gzip"})
        reply.write(b"\x1f\x8b\x08" + b"\x00" * 99)

    server.script = pack
    assert listen(model_of(server))[1].trouble == "garbled"
    assert server.headers[-1]["accept-encoding"] == "identity"


def test_closing_the_iterator_hangs_up(server):
    server.script = says("大桥通车。" * 1000, pause=0.02)

    async def run() -> None:
        pieces = stream_reply(model_of(server), ASKED)
        assert await anext(pieces) == "大桥通"
        await pieces.aclose()

    asyncio.run(run())
    assert server.gone.wait(10)


def test_no_proxy_stands_between_us_and_this_computer(server, monkeypatch):
    with ModelServer(says("我是代理。")).running() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        assert listen(model_of(server)) == ("大桥长320米[1]。", None)
        assert proxy.requests == []
        # a server elsewhere is asked through it
        assert listen(connect("http://model.invalid/v1", "qwen", {})) == ("我是代理。", None)
        assert proxy.paths == ["http://model.invalid/v1/chat/completions"]
