"""python -m index: exit status, standard output, standard error; never a traceback."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index import __main__ as main_module
from index import build as build_module
from index import store as store_module
from index.__main__ import main
from index.articles import split_articles
from index.errors import EncoderError
from index.generation import open_generation
from index.publish import lock_index
from tests.conftest import TinyEncoder
from tests.newsprint import ONE, THREE, TWO, page_of

ROOT = Path(__file__).parent.parent
NO_TEXT = "not text in an encoding that is known here (UTF-8, UTF-16, GB18030 or Big5)"


@pytest.fixture(autouse=True)
def at_home(monkeypatch) -> None:
    """In the repository, where `seeds` is, with an encoder that is there at once."""

    def load(name: str | None = None) -> TinyEncoder:
        if name == "no/such":
            raise EncoderError("There is no model no/such.")
        return TinyEncoder(name or "bundled", fingerprint=str(name))

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(main_module, "load_encoder", load)
    monkeypatch.setattr(store_module, "load_encoder", load)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "index", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


def test_building_says_what_the_index_holds(corpus, index, capsys) -> None:
    assert main(["build", str(corpus), "--index", str(index)]) == 0
    out, err = capsys.readouterr()
    assert re.fullmatch(r"2 pages, 2 articles, 2 passages in \d+\.\d s, 0\.\d MB in .*/index\n", out)
    assert "Skipped" not in err


def test_without_a_path_the_seeds_are_built(index, capsys) -> None:
    assert main(["build", "--index", str(index)]) == 0
    assert re.match(r"5 pages, 5\d articles, 10\d passages in ", capsys.readouterr().out)


def test_adding_says_what_was_unchanged(corpus, index, capsys) -> None:
    main(["build", str(corpus), "--index", str(index)])
    (corpus / "3.txt").write_text(THREE)
    assert main(["add", str(corpus), "--index", str(index)]) == 0
    assert (
        capsys.readouterr().out.splitlines()[1].startswith("3 pages, 3 articles, 3 passages, 2 unchanged in ")
    )


def test_what_went_and_what_got_another_name_is_said(corpus, index, capsys) -> None:
    for name in ("3.txt", "4.txt", "5.txt"):
        (corpus / name).write_text(f"{THREE}{name}")
    main(["build", str(corpus), "--index", str(index)])
    (corpus / "3.txt").unlink()
    (corpus / "4.txt").rename(corpus / "6.txt")
    (corpus / "7.txt").write_text(ONE)
    assert main(["build", str(corpus), "--index", str(index)]) == 0
    out, err = capsys.readouterr()
    assert re.match(
        r"5 pages, \d articles, \d passages, 3 unchanged, 2 removed, 1 renamed in ", out.splitlines()[1]
    )
    assert f"{corpus}/7.txt has the same content as {corpus}/1.txt\n" in err
    assert main(["remove", str(corpus / "7.txt"), "--index", str(index)]) == 0
    assert capsys.readouterr().out.startswith("4 pages, ")


def test_what_is_no_text_is_named_on_standard_error(corpus, index, capsys) -> None:
    (corpus / "photo.jpg").write_bytes(b"\0")
    assert main(["build", str(corpus), "--index", str(index)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("2 pages")
    assert f"Skipped {corpus}/photo.jpg: {NO_TEXT}\n" in err


@pytest.mark.parametrize("command", ["build", "add"])
def test_files_without_text_alone_fail_and_the_old_index_stays(corpus, index, capsys, command: str) -> None:
    main(["build", str(corpus), "--index", str(index)])
    before = open_generation(index)
    (corpus / "photo.jpg").write_bytes(b"\0")
    assert main([command, str(corpus / "photo.jpg"), "--index", str(index)]) == 1
    assert (
        "photo.jpg (not text in an encoding that is known here (UTF-8, UTF-16, GB18030 or Big5))."
        in capsys.readouterr().err
    )
    assert open_generation(index) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "nowhere"], "There is no file or folder nowhere."),
        (["build", "{tmp}/empty"], "There are no files in "),
        (["build", "{tmp}/x" + "x" * 300], "File name too long: "),
        (["build", "--encoder", "no/such"], "There is no model no/such."),
        (["build", "--index", "{tmp}/file"], "File exists: "),
        (["add", "seeds"], "There is no index in "),
        (["status"], "There is no index in "),
        (["status", "--json"], "There is no index in "),
        (["check"], "There is no index in "),
    ],
)
def test_a_failure_is_one_sentence_and_status_1(tmp_path, capsys, arguments: list[str], message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    arguments = [argument.replace("{tmp}", str(tmp_path)) for argument in arguments]
    if "--index" not in arguments:
        arguments += ["--index", str(tmp_path / "none")]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["add"],
        ["build", "--nonsense"],
        ["status", "extra"],
        ["articles"],
        ["check", "--json"],
    ],
)
def test_wrong_usage_is_status_2(capsys, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m index" in capsys.readouterr().err


def test_an_index_is_added_to_with_its_own_encoder(corpus, index, capsys) -> None:
    main(["build", str(corpus), "--index", str(index), "--encoder", "some/model"])
    assert main(["add", str(corpus), "--index", str(index)]) == 0
    assert open_generation(index).manifest.encoder == "some/model"
    assert main(["add", str(corpus), "--index", str(index), "--encoder", "another/model"]) == 1
    assert "built with the encoder some/model" in capsys.readouterr().err


def test_the_folder_of_an_encoder_is_remembered_in_full(corpus, index, tmp_path, monkeypatch) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["build", str(corpus), "--index", str(index), "--encoder", "model"]) == 0
    assert open_generation(index).manifest.encoder == str(tmp_path / "model")


def test_a_busy_index_is_said_to_be_busy(corpus, index, capsys) -> None:
    with lock_index(index):
        assert main(["build", str(corpus), "--index", str(index)]) == 1
    assert "Another process is writing the index" in capsys.readouterr().err


def test_an_interrupt_is_a_sentence(corpus, index, monkeypatch, capsys) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build_module, "list_files", interrupt)
    assert main(["build", str(corpus), "--index", str(index)]) == 1
    assert "Interrupted; the index is as it was." in capsys.readouterr().err


def test_the_status_as_text_and_as_json(corpus, index, capsys) -> None:
    (corpus / os.fsdecode(b"\xff\n")).write_bytes(b"\0")
    main(["build", str(corpus), "--index", str(index)])
    capsys.readouterr()
    assert main(["status", "--index", str(index)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 pages, 2 articles, 2 passages"
    assert lines[-2] == "pages read: 2 in utf-8"
    assert f"fingerprint {open_generation(index).fingerprint}" in lines
    assert lines[-1] == rf"skipped {corpus}/\udcff\n: {NO_TEXT}"
    assert main(["status", "--json", "--index", str(index)]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["counts"] == {"pages": 2, "articles": 2, "passages": 2}
    assert facts["encodings"] == {"utf-8": 2}
    assert facts["folder"] == str(index / "g000001")
    assert facts["fingerprint"] == open_generation(index).fingerprint
    assert facts["size"] == sum(file["size"] for file in facts["files"])
    assert (facts["encoder"], facts["dimension"], facts["damaged"]) == ("bundled", 8, [])


def test_damage_is_told_by_status_and_check(corpus, index, capsys) -> None:
    for _ in range(2):
        main(["build", str(corpus), "--anew", "--index", str(index)])
    assert main(["check", "--index", str(index)]) == 0
    assert capsys.readouterr().out.endswith("g000002 is sound: 2 passages checked\n")
    (index / "g000002" / "p000001" / "vectors.faiss").write_bytes(b"")
    assert main(["status", "--index", str(index)]) == 0
    fault = f"{index}/g000002/p000001/vectors.faiss is not what the manifest says"
    assert capsys.readouterr().out.endswith(f"passed over: {fault}\n")
    assert main(["check", "--index", str(index)]) == 1
    assert capsys.readouterr().out == f"{fault}\n"
    (index / "g000001" / "p000001" / "vectors.faiss").unlink()
    assert main(["check", "--index", str(index)]) == 1
    assert "python -m index build" in capsys.readouterr().err


def test_how_a_page_is_read_as_json(seeds, capsys) -> None:
    path = seeds / "001_200823f155d71e7b.txt"
    assert main(["articles", str(path), "--json"]) == 0
    articles = json.loads(capsys.readouterr().out)
    text = path.read_text("utf-8")
    assert len(articles) == 14
    for article, expected in zip(articles, split_articles(page_of(text)), strict=True):
        assert list(article) == [
            "headline", "kicker", "subtitle", "byline", "district", "kind", "spans", "text",
            "head", "section", "dates", "joins", "source",
        ]  # fmt: skip
        assert article["text"] == "".join(text[start:end] for start, end in article["spans"])
        assert article["headline"] == expected.headline
    assert articles[8]["headline"] is None


def test_how_a_page_is_read_as_text(seeds, capsys) -> None:
    assert main(["articles", str(seeds / "001_200823f155d71e7b.txt")]) == 0
    out = capsys.readouterr().out
    assert "社区帮讨薪 民工送锦旗\n  news · 金水区 · 本报记者 王影 通讯员 申宝玲\n" in out
    assert "公共单位三位一体联动|[联动]机制,在大学路办事处" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_only_a_terminal_gets_colour(corpus, capsys, monkeypatch, terminal, variables, coloured) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert main(["articles", str(corpus / "1.txt")]) == 0
    assert ("\x1b[" in capsys.readouterr().out) is coloured
    assert main(["articles", str(corpus / "1.txt"), "--json"]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 1),
        (b"\0", 1),
        (ONE.encode("utf-16"), 0),
        (ONE.encode("utf-16-le"), 0),
        (b"%PDF-1.7", 1),
        (ONE.encode("gb18030"), 0),
        (ONE.replace("\n", "\r\n").encode(), 0),
        ("记者 王影".encode(), 0),
        ("本报记者 王影 摄\n".encode() * 99, 0),
        (b"\xef\xbb\xbf.", 0),
        ("短行\n".encode() * 3000, 0),
    ],
)
def test_any_file_is_read_or_refused_in_a_sentence(tmp_path, capsys, raw: bytes, status: int) -> None:
    path = tmp_path / os.fsdecode(b"page\xff.txt")
    path.write_bytes(raw)
    assert main(["articles", str(path), "--json"]) == status
    out, err = capsys.readouterr()
    assert bool(err) == bool(status)
    assert status or isinstance(json.loads(out), list)
    assert main(["articles", str(path)]) == status


def test_all_pages_of_a_file_are_shown_and_what_was_skipped_is_named(tmp_path, capsys) -> None:
    rows = [json.dumps({"title": head, "body": body}) for head, body in (("一", ONE), ("二", THREE))]
    (tmp_path / "n.jsonl").write_text("\n".join([rows[0], "bad", rows[1]]))
    assert main(["articles", str(tmp_path / "n.jsonl"), "--json"]) == 0
    out, err = capsys.readouterr()
    text = "".join(article["text"] for article in json.loads(out))
    assert [article["source"] for article in json.loads(out)] == ["n.jsonl#1", "n.jsonl#3"]
    assert "6名农民工终于领到了工资。" in text
    assert "人民公园的菊花昨日全部盛开。" in text
    assert err.startswith(f"Skipped {tmp_path}/n.jsonl: line 2: not JSON")
    assert main(["articles", str(tmp_path / "n.jsonl")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("n.jsonl")] == ["n.jsonl#1", "n.jsonl#3"]


def test_the_status_counts_the_pages_of_each_encoding(corpus, index, capsys) -> None:
    (corpus / "3.txt").write_bytes(THREE.encode("gb18030"))
    (corpus / "4.jsonl").write_text("".join(json.dumps({"body": text}) + "\n" for text in (ONE, TWO)))
    assert main(["build", str(corpus), "--index", str(index)]) == 0
    assert capsys.readouterr().out.startswith("5 pages")
    assert main(["status", "--index", str(index)]) == 0
    assert "\npages read: 2 in jsonl utf-8, 2 in utf-8, 1 in gb18030\n" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_named(tmp_path, capsys) -> None:
    for path in (tmp_path, tmp_path / "gone.txt"):
        assert main(["articles", str(path)]) == 1
        assert capsys.readouterr().err == f"There is no file {path}. Check the name and try again.\n"


# ---- the program itself, from outside ----


def test_the_program_runs_with_the_bundled_encoder(corpus, index) -> None:
    done = run("build", corpus, "--index", index)
    assert (done.returncode, done.stdout[:8]) == (0, "2 pages,")
    assert "Reading files" in done.stderr
    assert run("add", corpus, "--index", index).stdout.startswith(
        "2 pages, 2 articles, 2 passages, 2 unchanged"
    )


def test_a_folder_is_watched_until_interrupted(corpus, index) -> None:
    command = [sys.executable, "-m", "index", "build", str(corpus), "--watch", "--index", str(index)]
    # What a shell has put into the background does not hear an interruption, and neither do its children.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        signal.signal(signal.SIGINT, heard)
        try:
            assert process.stdout.readline().startswith("2 pages, ")
            assert process.stdout.readline().startswith("2 pages, 2 articles, 2 passages, 2 unchanged in ")
            (corpus / "3.txt").write_text(THREE)
            assert process.stdout.readline().startswith("3 pages, 3 articles, 3 passages, 2 unchanged in ")
            (corpus / "2.txt").unlink()
            assert process.stdout.readline().startswith(
                "2 pages, 2 articles, 2 passages, 2 unchanged, 1 removed"
            )
        finally:
            process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 1
    assert err.endswith("Interrupted; the index is as it was.\n")


def test_a_full_disk_is_a_sentence_and_the_old_index_stays(corpus, index, seeds) -> None:
    main(["build", str(corpus), "--index", str(index)])
    before = open_generation(index)
    for limit in (20_000, 150_000):  # the catalog does not fit; the vectors do not fit
        command = [sys.executable, "-m", "index", "build", str(seeds), "--index", str(index)]
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda size=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        )
        assert done.returncode == 1
        assert "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr
        assert open_generation(index) == before


def test_a_console_that_lacks_chinese_gets_codes(seeds) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "index", "articles", str(seeds / "001_200823f155d71e7b.txt")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "社区帮讨薪".encode("ascii", "backslashreplace") in done.stdout


def test_a_reader_that_goes_away_is_no_traceback(seeds) -> None:
    command = [sys.executable, "-m", "index", "articles", str(seeds / "001_200823f155d71e7b.txt"), "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
