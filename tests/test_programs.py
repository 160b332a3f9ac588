"""The archive for other programs, over the really running chat: what calls return, what they refuse."""

import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from chat.programs import BadCall, answer_call, list_calls
from qa.__main__ import main as qa_main
from qa.follow import Following

ROOT = Path(__file__).parent.parent
QUESTION, EXACT, SOURCE = "农民工张广林拿回了多少工资?", "20600元", "001_200823f155d71e7b.txt"


@pytest.fixture(scope="module")
def calls(archive):
    return {call.__name__: call for call in list_calls(Following(archive))}


def post(address: str, path: str, body: object) -> tuple[int, str]:
    request = urllib.request.Request(
        f"{address}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def call(address: str, name: str, **values: object) -> tuple[str, object]:
    """Call over HTTP in the two steps that Gradio wants; return the last event and what it brought."""
    status, told = post(address, f"gradio_api/call/v2/{name}", values)
    assert status == 200, told
    place = f"{address}gradio_api/call/{name}/{json.loads(told)['event_id']}"
    with urllib.request.urlopen(place, timeout=60) as reply:
        event, data = reply.read().decode().strip().rpartition("event: ")[2].split("\n", 1)
    return event, json.loads(data.removeprefix("data: "))


def test_ask_returns_the_object_of_the_command_line(served, index_dir, capsys):
    earlier = "农民工张广林拿回了多少工资?"
    assert qa_main(["ask", "他是哪里人?", "--history", earlier, "--json", "--index", str(index_dir)]) == 0
    printed = json.loads(capsys.readouterr().out)
    event, [answer] = call(served, "ask", question="他是哪里人?", history=[earlier])
    assert event == "complete"
    assert answer.pop("took_ms") > 0
    del printed["took_ms"]
    assert answer == printed
    assert answer["span"] == "滑县"


def test_search_returns_the_best_passages_and_keeps_to_the_limits(served):
    event, [found] = call(served, "search", query="在惠济区的报道中,志愿者", limit=2)
    assert event == "complete"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert found["limits"][0]["value"] == "惠济区"
    assert "志愿者" in found["hits"][0]["text"]
    assert len(call(served, "search", query="志愿者")[1][0]["hits"]) == 10


def test_verify_quote_returns_the_object_of_the_command_line(served, index_dir, capsys):
    quotation = "来自滑县的农民工张广林手里拿着20600元现金"
    assert qa_main(["verify", quotation, "--json", "--index", str(index_dir)]) == 0
    printed = json.loads(capsys.readouterr().out)
    event, [checked] = call(served, "verify_quote", text=quotation)
    assert event == "complete"
    del checked["took_ms"], printed["took_ms"]
    assert checked == printed
    assert checked["verdict"] == "verbatim"


def test_read_article_returns_the_article_that_holds_a_citation(served, seeds):
    _, [answer] = call(served, "ask", question=QUESTION)
    [cited] = answer["citations"]
    _, [article] = call(served, "read_article", source=cited["source"], offset=cited["start"])
    page = (seeds / SOURCE).read_text("utf-8-sig")
    assert article["headline"] == cited["headline"]
    assert article["text"] == "".join(page[start:end] for start, end in article["spans"])
    assert cited["text"] in article["text"]
    _, [again] = call(served, "read_article", source=cited["source"], index=article["index"])
    assert again == article


def test_every_article_is_found_from_each_of_its_characters(calls, archive):
    paper = archive.page(SOURCE)
    for number, article in enumerate(paper.articles):
        for span in (*article.head, *article.spans):
            for offset in (span.start, span.end - 1):
                assert calls["read_article"](SOURCE, offset)["index"] == number


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("ask", {"question": ""}, "The question is empty."),
        ("ask", {"question": "问" * 1001}, "at most 1,000"),
        ("ask", {"question": 7}, "question has to be text."),
        ("ask", {"question": QUESTION, "history": "他"}, "history has to be a list"),
        ("ask", {"question": QUESTION, "history": [None]}, "history has to be text."),
        ("ask", {"question": QUESTION, "history": ["他"] * 61}, "at most 60"),
        ("search", {"query": "志愿者", "limit": 0}, "limit has to be a whole number from 1 to 100."),
        ("search", {"query": "志愿者", "limit": "2"}, "limit has to be a whole number"),
        ("search", {"query": "志愿者", "limit": True}, "limit has to be a whole number"),
        ("search", {"query": "？"}, "The question is empty."),
        ("verify_quote", {"text": "字" * 2001}, "at most 2,000"),
        ("read_article", {"source": "../../etc/passwd", "offset": 0}, "no such page"),
        ("read_article", {"source": SOURCE}, "either offset or index"),
        ("read_article", {"source": SOURCE, "offset": 1, "index": 1}, "either offset or index"),
        ("read_article", {"source": SOURCE, "offset": -1}, "offset has to be a whole number from 0 to"),
        ("read_article", {"source": SOURCE, "offset": 10**9}, "offset has to be a whole number from 0 to"),
        ("read_article", {"source": SOURCE, "index": 99}, "index has to be a whole number from 0 to 13."),
        ("read_article", {"source": SOURCE, "offset": 37}, "no article holds character 37"),
    ],
)
def test_a_bad_call_is_refused_in_a_sentence(served, name, values, told):
    event, error = call(served, name, **values)
    assert event == "error"
    assert told in error["error"]
    assert "Traceback" not in error["error"]


def test_a_failure_inside_reaches_no_caller(calls, capsys):
    def ask(question: str) -> dict[str, object]:
        raise RuntimeError(f"cannot open /home/operator/{question}")

    with pytest.raises(BadCall, match=r"^ask did not succeed this time\.$"):
        answer_call(ask, "secret")
    assert "/home/operator/secret" in capsys.readouterr().err  # the operator is told


def test_half_of_a_surrogate_pair_is_answered_like_any_other_question(served):
    event, [answer] = call(served, "ask", question=f"{QUESTION}\ud800")
    assert event == "complete"
    assert answer["span"] == EXACT


def test_three_point_zero_is_three(calls):
    assert len(calls["search"]("志愿者", 3.0)["hits"]) == 3


def test_no_other_call_is_public(served):
    for path in ("gradio_api/info", "gradio_api/info?all_endpoints=true"):
        with urllib.request.urlopen(f"{served}{path}", timeout=60) as reply:
            info = json.load(reply)
        assert sorted(info["named_endpoints"]) == ["/ask", "/read_article", "/search", "/verify_quote"]
        assert info["unnamed_endpoints"] == {}
        assert all(said["description"] for said in info["named_endpoints"].values())


def example(language: str) -> str:
    section = (ROOT / "README.md").read_text("utf-8").split("### Over HTTP")[1]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)[1]


def test_the_client_of_the_readme_prints_the_answer_and_its_headline(served):
    code = example("python").replace("http://127.0.0.1:7860", served)
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    assert ran.stdout.split("\n") == [EXACT, "社区帮讨薪 民工送锦旗", ""], ran.stderr


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl is installed")
def test_the_curl_of_the_readme_gets_the_answer(served):
    code = example("sh").replace("http://127.0.0.1:7860/", served)
    ran = subprocess.run(["bash", "-c", code], capture_output=True, encoding="utf-8", check=True)
    event, data = ran.stdout.strip().split("\n", 1)
    assert event == "event: complete"
    assert json.loads(data.removeprefix("data: "))[0]["span"] == "滑县"
