"""The archive as tools of a language model: a real MCP client against the really running app."""

import asyncio
import json
import urllib.error
import urllib.request

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

import app
from tests.visiting import address_of, serve

QUESTION, EXACT, SOURCE = "农民工张广林拿回了多少工资?", "20600元", "001_200823f155d71e7b.txt"


@pytest.fixture(scope="module")
def place(index_dir):
    """Where the tools are."""
    with serve(index_dir, "--mcp") as process:
        address = address_of(process)
        assert process.stdout.readline() == f"MCP server: {address}mcp\n"
        yield f"{address}mcp"


def talk(place, *requests):
    """Begin a session, let each of `requests` ask something of it, and return what they return."""

    async def speak():
        async with streamable_http_client(place) as (read, write, *_), ClientSession(read, write) as session:
            await session.initialize()
            return [await request(session) for request in requests]

    return asyncio.run(speak())


def test_a_client_finds_the_four_tools_and_no_other(place):
    [listed, *others] = talk(
        place,
        lambda session: session.list_tools(),
        lambda session: session.list_resources(),
        lambda session: session.list_prompts(),
    )
    tools = {tool.name: tool for tool in listed.tools}
    assert sorted(tools) == ["ask", "read_article", "search", "verify_quote"]
    assert (others[0].resources, others[1].prompts) == ([], [])
    assert tools["ask"].inputSchema["required"] == ["question"]
    assert tools["search"].inputSchema["properties"]["limit"]["default"] == 10
    for tool in tools.values():
        assert tool.annotations.readOnlyHint
        assert "Args:" in tool.description
        assert all(name in tool.description for name in tool.inputSchema["properties"])


def test_each_tool_returns_json(place):
    asked, found, read, checked, beyond = talk(
        place,
        lambda session: session.call_tool("ask", {"question": QUESTION}),
        lambda session: session.call_tool("search", {"query": "志愿者", "limit": 2}),
        lambda session: session.call_tool("read_article", {"source": SOURCE, "offset": 5077}),
        lambda session: session.call_tool("verify_quote", {"text": "张广林手里拿着20600元现金"}),
        lambda session: session.call_tool("ask", {"question": ""}),
    )
    assert asked.structuredContent["span"] == EXACT
    assert json.loads(asked.content[0].text) == asked.structuredContent
    assert len(found.structuredContent["hits"]) == 2
    assert read.structuredContent["headline"] == "社区帮讨薪 民工送锦旗"
    assert checked.structuredContent["verdict"] == "verbatim"
    assert beyond.isError
    assert "The question is empty." in beyond.content[0].text


def send(place, **headers):
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    call["params"] = {"name": "ask", "arguments": {"question": QUESTION}}
    accept = "application/json, text/event-stream"
    whole = {"Content-Type": "application/json", "Accept": accept, **headers}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(place, json.dumps(call).encode(), whole), timeout=60
        ) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_nobody_is_asked_for_a_password_which_is_why_it_is_not_shared(place):
    status, told = send(place)
    assert status == 200
    assert EXACT in told


def test_a_page_of_another_host_cannot_have_a_browser_call_the_tools(place):
    assert send(place, Host="evil.example")[0] == 421
    assert send(place, Origin="http://evil.example")[0] == 403


def test_without_the_option_there_are_no_tools(served):
    assert send(f"{served}mcp")[0] == 404
    assert send(f"{served}gradio_api/mcp")[0] == 404


@pytest.mark.parametrize(
    "others",
    [
        ["--share"],
        ["--share", "--public"],
        ["--auth", "anna:b"],
        ["--host", "0.0.0.0"],
        ["--host", "192.0.2.1"],
    ],
)
def test_the_tools_are_for_this_computer_alone(others, capsys):
    with pytest.raises(SystemExit) as stopped:
        app.main(["--mcp", *others])
    assert stopped.value.code == 2
    assert "--mcp lets whoever reaches it call the tools, without a password" in capsys.readouterr().err
