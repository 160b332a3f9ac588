"""python -m qa: the command line that other programs call."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.build import build_index
from index.encoder import load_encoder
from index.lexicon import BUNDLED
from qa.__main__ import main
from tests.modelserver import ModelServer, says

ASKED = "党员老妈妈服务队的队长是谁?"
ABSENT = "刘琴英养了几只骆驼?"
CITATION_KEYS = ["n", "source", "headline", "district", "byline", "kind", "start", "end", "text"]


@pytest.fixture
def ask(index_dir, capsys, monkeypatch):
    """Run `qa ask` and return its exit status and what it wrote to both streams."""

    def run(*arguments: str, typed: str | bytes = "") -> tuple[int, str, str]:
        raw = typed if isinstance(typed, bytes) else typed.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="ascii"))
        status = main(["ask", *arguments, "--index", str(index_dir)])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def answer_lines(ask):
    def run(typed: str | bytes, *arguments: str) -> tuple[int, list[dict]]:
        status, out, err = ask("--json", "-", *arguments, typed=typed)
        assert err == ""
        return status, [json.loads(line) for line in out.splitlines()]

    return run


def is_place(start, end) -> bool:
    return type(start) is int and type(end) is int and 0 <= start < end


def check_contract(answer: dict) -> None:
    """The keys and types of DESIGN.md; further keys are allowed."""
    for key in ("question", "standalone", "answer"):
        assert isinstance(answer[key], str)
    assert isinstance(answer["answered"], bool)
    assert answer["span"] is None or isinstance(answer["span"], str)
    assert answer["reason"] is None or isinstance(answer["reason"], str)
    assert (answer["reason"] is None) == answer["answered"]
    assert isinstance(answer["confidence"], float)
    assert 0 <= answer["confidence"] <= 1
    assert isinstance(answer["took_ms"], float)
    assert answer["took_ms"] > 0
    for n, citation in enumerate(answer["citations"], 1):
        assert citation["n"] == n
        assert isinstance(citation["source"], str)
        assert all(
            citation[k] is None or isinstance(citation[k], str) for k in ("headline", "district", "byline")
        )
        assert citation["kind"] in ("news", "caption", "document", "brief")
        assert is_place(citation["start"], citation["end"])
        assert len(citation["text"]) == citation["end"] - citation["start"]
        assert is_place(*citation["passage"])
        assert all(is_place(*mark) for mark in citation["marks"])
        for key in ("date", "newspaper", "edition", "section"):
            assert citation[key] is None or isinstance(citation[key], str)
        assert list(citation)[:9] == CITATION_KEYS
    for rank, hit in enumerate(answer["hits"], 1):
        assert hit["rank"] == rank
        assert isinstance(hit["score"], float)
        assert isinstance(hit["source"], str)
        assert hit["headline"] is None or isinstance(hit["headline"], str)
        assert is_place(hit["start"], hit["end"])
        assert len(hit["text"]) == hit["end"] - hit["start"]


@pytest.mark.parametrize("question", [ASKED, ABSENT, "垃圾", "理发店门前晾晒什么?"])
def test_the_json_answer_has_the_keys_and_types_of_the_contract(ask, question) -> None:
    status, out, err = ask(question, "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    check_contract(answer)
    assert answer["question"] == question
    assert out.count("\n") == 1


def test_an_answer_names_the_span_and_marks_the_citation(ask) -> None:
    answer = json.loads(ask(ASKED, "--json")[1])
    assert answer["answered"]
    assert answer["span"] == "周树枝"
    assert answer["answer"].count("[1]") == 1


def test_offsets_are_those_of_the_file_as_decoded(ask, seeds) -> None:
    answer = json.loads(ask(ASKED, "--json")[1])
    for piece in answer["citations"] + answer["hits"]:
        text = (seeds / piece["source"]).read_bytes().decode("utf-8-sig")
        assert text[piece["start"] : piece["end"]] == piece["text"]


def test_a_citation_names_newspaper_date_edition_and_section(tmp_path, capsys) -> None:
    page = tmp_path / "江州晚报" / "2016-10-25" / "A03.txt"
    page.parent.mkdir(parents=True)
    head = "区街动态\n\n金水区\n\n柳河大桥建成通车\n\n"
    page.write_text(f"{head}本报讯(记者 李明)柳河大桥昨日建成通车,大桥长320米,宽18米。\n", "utf-8")
    build_index([tmp_path], tmp_path / "index", load_encoder())
    question = ["ask", "柳河大桥长多少米?", "--index", str(tmp_path / "index")]
    assert main([*question, "--json"]) == 0
    (citation,) = json.loads(capsys.readouterr().out)["citations"]
    facts = {key: citation[key] for key in ("date", "newspaper", "edition", "section")}
    assert facts == {"date": "2016-10-25", "newspaper": "江州晚报", "edition": "A03", "section": "区街动态"}
    assert main(question) == 0
    about = "柳河大桥建成通车 · 区街动态 · 金水区 · 记者 李明 · 江州晚报 · 2016-10-25 · 第A03版"
    assert f"  [1] {about} · 江州晚报/2016-10-25/A03.txt ({len(head)}-" in capsys.readouterr().out


def test_the_limits_of_a_question_stand_in_the_json_and_above_the_text(ask) -> None:
    question = "在金水区的报道中,老妈妈服务队的队长是谁?"
    answer = json.loads(ask(question, "--json")[1])
    check_contract(answer)
    assert answer["limits"] == [
        {
            "kind": "district",
            "text": "在金水区的报道中,",
            "value": "金水区",
            "without": "老妈妈服务队的队长是谁?",
        }
    ]
    assert (answer["span"], answer["beyond"], answer["standalone"]) == ("周树枝", None, question)
    assert ask(question)[1].splitlines()[:2] == ["限于 金水区", "周树枝"]
    assert json.loads(ask(ASKED, "--json")[1])["limits"] == []


def test_a_count_is_told_with_the_list_behind_it(ask) -> None:
    question = "有多少篇报道提到大气污染?"
    answer = json.loads(ask(question, "--json")[1])
    check_contract(answer)
    overview = answer["overview"]
    assert (overview["what"], overview["mention"], overview["groups"]) == ("articles", "大气污染", [])
    assert answer["span"] == f"{overview['articles']}篇"
    assert len(answer["citations"]) == overview["articles"] > 1
    lines = ask(question)[1].splitlines()
    assert lines[:3] == [answer["span"], "", overview["stated"]]
    assert [line.startswith("  [") for line in lines[3:-1]] == [True, False] * overview["articles"]
    assert all("大气污染" in line for line in lines[4:-1:2])
    assert json.loads(ask(ASKED, "--json")[1])["overview"] is None
    assert ask("有多少篇报道提到骆驼?")[1].startswith("库中共 52 篇,没有一篇提到“骆驼”。")


def test_a_refusal_within_limits_says_what_there_is_beyond_them(ask) -> None:
    status, out, _ = ask("在上街区的报道中,老妈妈服务队的队长是谁?", "--json")
    answer = json.loads(out)
    check_contract(answer)
    assert status == 0
    assert not answer["answered"]
    assert answer["beyond"]["without"] == ["district"]
    assert "周树枝" in answer["beyond"]["text"]
    told = ask("在上街区的报道中,老妈妈服务队的队长是谁?")[1]
    assert told.startswith("限于 上街区\n限于上街区没有找到。不限地区时有:“")
    assert told.count("……") >= 3


def test_a_refusal_is_no_failure(ask) -> None:
    status, out, _ = ask(ABSENT, "--json")
    answer = json.loads(out)
    assert status == 0
    assert (answer["answered"], answer["answer"], answer["span"], answer["citations"]) == (
        False,
        "",
        None,
        [],
    )
    assert "骆驼" in answer["reason"]


def test_the_text_answer_shows_the_span_the_sentence_and_where_it_stands(ask) -> None:
    status, out, _ = ask(ASKED)
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == "周树枝"
    assert any("[1] “老妈妈”今年20岁" in line and "000_d33047c3f0f66389.txt" in line for line in lines)
    assert lines[-1].strip().endswith("ms")


def test_the_text_refusal_gives_the_reason_and_what_is_near(ask) -> None:
    status, out, _ = ask(ABSENT)
    assert status == 0
    assert out.startswith("报上没有写。")
    assert out.count("……") >= 3


def test_earlier_questions_make_a_follow_up_stand_alone(ask) -> None:
    arguments = ("--history", "张广林是哪里人?", "--history", "他领到工资了吗?")
    answer = json.loads(ask("手里拿着多少现金?", *arguments, "--json")[1])
    assert "张广林" in answer["standalone"]
    assert answer["span"] == "20600元"
    assert ask("手里拿着多少现金?", *arguments)[1].startswith("按“")


@pytest.mark.parametrize("top", [1, 4, 12])
def test_top_says_how_many_hits_are_listed(ask, top) -> None:
    assert len(json.loads(ask(ASKED, "--json", "--top", str(top))[1])["hits"]) == top


@pytest.mark.parametrize("top", ["0", "-3", "101", "many", "2.5"])
def test_a_top_that_is_no_count_is_wrong_usage(ask, capsys, top) -> None:
    with pytest.raises(SystemExit) as stopped:
        ask(ASKED, "--top", top)
    assert stopped.value.code == 2
    assert "--top" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["ask"], ["evaluate"], ["sing"], ["ask", "问", "--no-such-option"]]
)
def test_wrong_usage_ends_with_status_2(arguments, capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("question", ["", "???", "😀", "工" * 1001])
def test_what_cannot_be_asked_ends_with_status_1_and_one_line(ask, question) -> None:
    status, out, err = ask(question)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_plain_lines_are_answered_one_a_line_in_their_order(answer_lines) -> None:
    status, answers = answer_lines(f"{ASKED}\n\n   \n{ABSENT}\r\n垃圾")
    assert status == 0
    assert [answer["question"] for answer in answers] == [ASKED, ABSENT, "垃圾"]
    for answer in answers:
        check_contract(answer)


def test_json_lines_bring_their_own_history(answer_lines) -> None:
    lines = [
        {"question": "他手里拿着多少现金?", "history": ["张广林是哪里人?"]},
        {"question": ASKED},
        {"question": ASKED, "history": []},
    ]
    status, answers = answer_lines("\n".join(json.dumps(line) for line in lines))
    assert status == 0
    assert "张广林" in answers[0]["standalone"]
    assert answers[1]["standalone"] == answers[2]["standalone"] == ASKED


def test_a_history_on_the_command_line_is_that_of_lines_without_one(answer_lines) -> None:
    _, answers = answer_lines(
        '他手里拿着多少现金?\n{"question": "他手里拿着多少现金?"}', "--history", "张广林是哪里人?"
    )
    assert all("张广林" in answer["standalone"] for answer in answers)


BROKEN = [
    "{", "{}", '{"question": 5}', '{"question": null}', '{"question": "垃圾", "history": 5}',
    '{"question": "垃圾", "history": "张广林"}', '{"question": "垃圾", "history": null}',
    '{"question": "垃圾", "history": [1]}',
    '{"question": "垃圾"} {"question": "垃圾"}', '{"question": ""}', "???", "工" * 1001,
    '{"question": "垃圾", "history": {"a": 1}}', "{" * 100_000, '{"question":' * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_a_line_that_cannot_be_asked_is_told_so_and_the_rest_goes_on(answer_lines, line) -> None:
    status, answers = answer_lines(f"垃圾\n{line}\n{ASKED}\n")
    assert status == 1
    assert [sorted(answer) == ["error"] for answer in answers] == [False, True, False]
    assert answers[1]["error"]
    check_contract(answers[2])


def test_bytes_that_are_no_utf_8_are_a_question_like_any_other(answer_lines) -> None:
    status, answers = answer_lines(b"\xff\xfe\x80\n" + ASKED.encode() + b"\n")
    assert len(answers) == 2
    check_contract(answers[1])
    assert status in (0, 1)


def test_hostile_characters_come_back_as_one_line_of_json(answer_lines) -> None:
    typed = '{"question": "工资\\ud800\\u0000\\u2028\\u202e社区"}\n'
    status, answers = answer_lines(typed)
    assert (status, len(answers)) == (0, 1)
    assert answers[0]["question"].startswith("工资\ud800\x00")


def test_a_question_in_bytes_that_the_terminal_could_not_decode_is_shown_as_escapes(ask) -> None:
    status, out, _ = ask("\udcff社区帮讨薪", "--history", "谁?")
    assert status == 0
    assert "[1]" in out


def test_a_byte_order_mark_at_the_beginning_is_no_part_of_the_first_line(answer_lines) -> None:
    _, answers = answer_lines(b"\xef\xbb\xbf" + json.dumps({"question": ASKED}).encode())
    assert answers[0]["question"] == ASKED


def test_nothing_on_standard_input_gives_nothing(answer_lines) -> None:
    assert answer_lines("") == (0, [])


def test_a_dash_without_json_is_a_question_without_a_word(ask) -> None:
    status, out, err = ask("-", typed=ASKED)
    assert (status, out) == (1, "")
    assert "empty" in err


def test_a_missing_index_says_how_to_build_one(tmp_path, capsys) -> None:
    assert main(["ask", ASKED, "--index", str(tmp_path / "none")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "python -m index build" in err


def test_an_index_of_another_encoder_is_told_apart(tmp_path, seeds, tiny, capsys) -> None:
    build_index([seeds / "003_daa5b69f8cc55723.txt"], tmp_path / "index", tiny)
    assert main(["ask", ASKED, "--index", str(tmp_path / "index"), "--encoder", str(BUNDLED)]) == 1
    err = capsys.readouterr().err
    assert "tiny" in err
    assert "python -m index build" in err


@pytest.fixture
def gold(tmp_path) -> Path:
    file = tmp_path / "gold.jsonl"
    lines = [
        {
            "id": "x1",
            "question": ASKED,
            "source": "000_d33047c3f0f66389.txt",
            "headline": "“老妈妈”今年20岁",
            "evidence": "72岁的队长周树枝讲述了服务队20年来的难忘故事和发展历程。",
            "answers": ["周树枝"],
        },
        {"id": "x2", "question": ABSENT, "source": None},
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return file


def test_evaluate_prints_the_measures_as_json(gold, index_dir, capsys) -> None:
    assert main(["evaluate", str(gold), "--index", str(index_dir), "--json"]) == 0
    measures = json.loads(capsys.readouterr().out)
    assert measures["questions"] == 2
    names = ["article_at_1", "evidence_at_1", "evidence_at_3", "cited", "exact", "refused", "false_refusals"]
    assert all(0 <= measures[name] <= 1 for name in names)
    assert measures["exact"] == measures["refused"] == 1
    assert 0 < measures["ms_p50"] <= measures["ms_p95"]


def test_evaluate_prints_the_measures_as_text(gold, index_dir, capsys) -> None:
    assert main(["evaluate", str(gold), "--index", str(index_dir)]) == 0
    lines = dict(line.split() for line in capsys.readouterr().out.splitlines()[:10])
    assert lines["questions"] == "2"
    assert lines["refused"] == "1.000"


def test_evaluate_names_a_broken_line(gold, index_dir, capsys) -> None:
    gold.write_text(gold.read_text("utf-8") + "\n{broken\n", "utf-8")
    assert main(["evaluate", str(gold), "--index", str(index_dir)]) == 1
    assert "Line 3" in capsys.readouterr().err


def test_evaluate_names_a_file_that_is_not_there(index_dir, tmp_path, capsys) -> None:
    assert main(["evaluate", str(tmp_path / "none.jsonl"), "--index", str(index_dir)]) == 1
    assert "none.jsonl cannot be read" in capsys.readouterr().err


def test_the_module_runs_as_a_program_of_its_own(index_dir) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qa", "ask", "--json", "-", "--index", str(index_dir)],
        input=f"{ASKED}\n???\n".encode(),
        capture_output=True,
        cwd=Path(__file__).parent.parent,
        check=False,
    )
    answer, refusal = map(json.loads, done.stdout.decode("utf-8").splitlines())
    check_contract(answer)
    assert "error" in refusal
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.fixture
def model():
    good = "服务队的队长是周树枝。[1]她今年19岁。[1]"
    with ModelServer(says(good)).running() as server:
        yield server


@pytest.fixture(autouse=True)
def without_a_key(monkeypatch):
    for name in ("WENBAO_LLM_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_model_the_summary_is_null(ask) -> None:
    assert json.loads(ask(ASKED, "--json")[1])["summary"] is None


def test_with_a_model_the_answer_gains_its_checked_summary(ask, model) -> None:
    status, out, err = ask(ASKED, "--json", "--llm", model.url, "--llm-model", "qwen")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    check_contract(answer)
    assert answer["summary"] == {
        "text": "服务队的队长是周树枝。[1]",
        "citations": [1],
        "further": [],
        "dropped": 1,
        "model": "qwen",
        "note": None,
    }
    assert answer["span"] == "周树枝"


def test_a_passage_that_only_the_model_cites_comes_with_its_number(ask, model) -> None:
    def cite(request, reply):
        last = json.loads(request["messages"][1]["content"])["摘录"][-1]
        says(f"{last['正文'].split('。')[0]}。[{last['编号']}]")(request, reply)

    model.script = cite
    answer = json.loads(ask(ASKED, "--json", "--llm", model.url, "--llm-model", "qwen")[1])
    assert answer["summary"]["citations"] == [len(answer["citations"]) + 1]
    (further,) = answer["summary"]["further"]
    assert further in answer["hits"]
    out = ask(ASKED, "--llm", model.url, "--llm-model", "qwen")[1]
    assert f"  [{len(answer['citations']) + 1}] {further['headline']} · {further['source']} (" in out


def test_many_questions_get_a_summary_each_and_a_refusal_none(ask, model) -> None:
    typed = f"{ASKED}\n{ABSENT}\n???\n"
    status, out, _ = ask("--json", "-", "--llm", model.url, "--llm-model", "qwen", typed=typed)
    answered, refused, error = map(json.loads, out.splitlines())
    assert status == 1
    assert answered["summary"]["dropped"] == 1
    assert (refused["answered"], refused["summary"]) == (False, None)
    assert "error" in error
    assert len(model.requests) == 1


def test_in_the_terminal_the_summary_stands_below_the_answer_and_says_whose_words_it_is(ask, model) -> None:
    plain = ask(ASKED)[1]
    status, out, err = ask(ASKED, "--llm", model.url, "--llm-model", "qwen")
    assert (status, err) == (0, "")
    assert out.splitlines()[:3] == plain.splitlines()[:3]
    *_, heading, said, dropped = out.splitlines()
    assert heading == "由 qwen 归纳,已逐句核对:"
    assert said == "服务队的队长是周树枝。[1]"
    assert dropped == "  1 句未能与原文核对,已略去"


def test_when_the_model_fails_the_answer_stands_with_a_note(ask, model) -> None:
    def refuse(request, reply):
        reply.start(401, "application/json")
        reply.write('{"error": {"message": "no such key: sk-secret"}}')

    model.script = refuse
    status, out, err = ask(ASKED, "--json", "--llm", model.url, "--llm-model", "qwen")
    answer = json.loads(out)
    assert (status, err, answer["span"]) == (0, "", "周树枝")
    assert answer["summary"]["text"] == ""
    assert answer["summary"]["note"] == "模型服务器拒绝了请求(HTTP 401)。"
    out = ask(ASKED, "--llm", model.url, "--llm-model", "qwen")[1]
    assert out.splitlines()[-1] == "  模型服务器拒绝了请求(HTTP 401)。"
    assert "secret" not in out


def test_a_key_that_would_go_out_in_the_clear_stops_the_program_and_is_not_printed(ask, monkeypatch) -> None:
    monkeypatch.setenv("WENBAO_LLM_KEY", "sk-secret")
    status, out, err = ask(ASKED, "--llm", "http://model.example/v1", "--llm-model", "qwen")
    assert (status, out) == (1, "")
    assert "in the clear" in err
    assert err.count("\n") == 1
    assert "secret" not in err


@pytest.mark.parametrize("half", [["--llm", "http://localhost/v1"], ["--llm-model", "qwen"]])
def test_half_a_model_is_wrong_usage(ask, half, capsys) -> None:
    with pytest.raises(SystemExit) as exit_:
        ask(ASKED, *half)
    assert exit_.value.code == 2
    assert "go together" in capsys.readouterr().err


def verify(index_dir, capsys, *arguments: str) -> tuple[int, str, str]:
    return main(["verify", *arguments, "--index", str(index_dir)]), *capsys.readouterr()


def test_a_quotation_is_checked_and_the_json_has_the_keys_of_the_contract(index_dir, seeds, capsys) -> None:
    words = "来自滑县的农民工张广林拿着26000元现金"
    status, out, err = verify(index_dir, capsys, words, "--json")
    assert (status, err) == (0, "")
    checked = json.loads(out)
    assert list(checked) == ["text", "verdict", "differences", "forms", "parts", "took_ms"]
    assert (checked["text"], checked["verdict"], checked["differences"]) == (words, "nearly", 4)
    (part,) = checked["parts"]
    assert "".join(run["given"] for run in part["runs"]) == words
    (place,) = part["places"]
    page = (seeds / place["source"]).read_bytes().decode("utf-8-sig")
    assert "".join(page[start:end] for start, end in place["spans"]) == place["text"]
    assert {"headline", "district", "byline", "kind", "date", "newspaper", "edition", "section"} < set(place)


def test_a_checked_quotation_is_told_in_words(index_dir, capsys, monkeypatch) -> None:
    status, out, _ = verify(index_dir, capsys, "来自滑县的农民工张广林手里拿着26000元现金")
    assert status == 0
    assert out.splitlines()[:3] == [
        "相近,差 2 字",
        "",
        "来自滑县的农民工张广林手里拿着[-26000-]{+20600+}元现金",
    ]
    assert "社区帮讨薪 民工送锦旗 · 金水区" in out
    assert "001_200823f155d71e7b.txt (5077-5100)" in out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("社区帮讨薪 民工送锦旗".encode())))
    status, out, _ = verify(index_dir, capsys, "-")
    assert out.splitlines()[3].startswith("  标题 社区帮讨薪 民工送锦旗")
    assert verify(index_dir, capsys, "骆驼在月球上跳舞的事情")[1].splitlines()[2].startswith("馆藏里没有:")


def test_a_quotation_that_cannot_be_checked_is_refused_in_words(index_dir, capsys) -> None:
    for words, said in (("。", "nothing to check"), ("字" * 2001, "2,001")):
        status, out, err = verify(index_dir, capsys, words)
        assert (status, out) == (1, "")
        assert said in err
