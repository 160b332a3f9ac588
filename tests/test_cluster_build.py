"""cluster.build: what changed is written, what was begun is finished, and no reader sees half of it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster import build as build_module
from cluster import engine
from cluster import versions as versions_module
from cluster.client import Server, read_address
from cluster.versions import list_versions, read_version, writing
from index.__main__ import main
from index.build import build_index
from index.check import find_faults
from index.encoder import load_encoder
from index.errors import CorpusError, IndexBusy, IndexIncompatible, IndexUnreachable
from index.store import Report, engine_of, look_at, open_store
from index.text import terms
from qa.archive import Archive
from qa.follow import Following
from tests.conftest import TinyEncoder
from tests.gazette import print_gazette
from tests.servers import Lite, needs_cluster, serve_lite

pytestmark = needs_cluster

ROOT = Path(__file__).parent.parent
FERRY = "渡口收费降了\n\n本报讯(记者 周平)青林渡口昨日降价,自行车过渡每辆收费7角。\n"
FERRY_ASKED, FARE = "自行车过渡每辆收费多少?", "7角"
QUESTION, PRICE = "柳河县山区公交车的票价是多少?", "2元"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Lite]:
    with serve_lite(tmp_path_factory.mktemp("milvus") / "data") as lite:
        yield lite


@pytest.fixture
def address(server, request) -> str:
    """Where an index of this test alone may be built."""
    return server.address(f"t{abs(hash(request.node.name)) % 10**9}")


@pytest.fixture
def pages(tmp_path) -> Path:
    return print_gazette(tmp_path / "pages")


def build(pages: Path, address: str, **more: bool) -> Report:
    return engine.build([str(pages)], address, load_encoder(), iter, **({"anew": False} | more))


def add(file: Path, address: str) -> Report:
    return engine.add([file], address, None, iter)


def connected(address: str) -> Server:
    return Server(read_address(address))


def assert_same_as_anew(address: str, folder: Path, *pages: Path) -> None:
    """An index that came about in steps holds what one built at once holds."""
    store = open_store(address)
    assert find_faults(store) == []
    build_index(pages, folder, load_encoder())
    other = open_store(folder)
    assert store.fingerprint == other.fingerprint
    assert store.manifest.counts == other.manifest.counts
    for asked in ("公交车", "渡口 收费", "大桥"):
        found, expected = (one.keywords.search(terms(asked), 50) for one in (store, other))
        assert len(found) == len(expected)
        # Mean lengths are those of the first build; they are a part of each score.
        assert sorted(found.values()) == pytest.approx(sorted(expected.values()), rel=0.1)
        for term in terms(asked):
            assert store.keywords.document_count(term) == other.keywords.document_count(term)


def test_what_is_as_it_was_is_not_read_again(address, pages, monkeypatch):
    first = build(pages, address)
    version = open_store(address).version
    monkeypatch.setattr("cluster.work.read_pages", None)  # whoever reads, fails
    again = build(pages, address)
    assert (again.unchanged, again.counts) == (first.counts.pages, first.counts)
    assert open_store(address).version == version


def test_added_changed_and_removed_files_are_found_or_not_found(address, pages, tmp_path):
    build(pages, address)
    ferry = pages / "渡口.txt"
    ferry.write_text(FERRY, "utf-8")
    assert add(ferry, address).counts.pages == 5
    assert Archive.open(address).ask(FERRY_ASKED).span == FARE
    ferry.write_text(FERRY.replace(FARE, "9角"), "utf-8")
    assert build(pages, address).counts.pages == 5
    assert Archive.open(address).ask(FERRY_ASKED).span == "9角"
    assert_same_as_anew(address, tmp_path / "here", pages)
    report = engine.remove([ferry], address)
    assert (report.removed, report.counts.pages) == (1, 4)
    assert not Archive.open(address).ask(FERRY_ASKED).answered
    ferry.unlink()
    assert_same_as_anew(address, tmp_path / "there", pages)
    # One more step: now the rows themselves are gone.
    ferry.write_text(FERRY, "utf-8")
    add(ferry, address)
    server, store = connected(address), engine.open_store(address)
    rows = server.count(f"{server.place.name}_v{store.version[0]:06d}_pages", "id >= 0")
    assert rows == store.manifest.counts.pages == 5
    assert_same_as_anew(address, tmp_path / "then", pages)


def test_a_renamed_file_is_told_and_keeps_its_articles(address, pages):
    build(pages, address)
    (pages / "柳河.txt").rename(pages / "柳河县.txt")
    report = build(pages, address)
    assert (report.renamed, report.counts.pages) == (1, 4)
    assert Archive.open(address).ask(QUESTION).citations[0].source == "柳河县.txt"


def test_where_most_has_changed_a_new_version_is_built_beside_and_one_old_is_kept(address, pages):
    build(pages, address)
    old = Archive.open(address)
    for number in range(3):
        report = build(pages, address, anew=True)
        assert report.counts.pages == 4
        assert open_store(address).version[0] == number + 2
    server = connected(address)
    assert list_versions(server) == [3, 4]
    assert not old.store.remains()
    before = Archive.open(address)
    build(pages, address, anew=True)
    assert before.ask(QUESTION).span == PRICE  # who reads the version before goes on reading


def test_nothing_read_leaves_the_index_as_it_was(address, pages, tmp_path):
    build(pages, address)
    version = open_store(address).version
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(99))
    with pytest.raises(CorpusError, match="could be indexed"):
        build(empty, address)
    with pytest.raises(CorpusError, match="Nothing would be left"):
        engine.remove([pages], address)
    with pytest.raises(CorpusError, match="has no page of"):
        engine.remove([tmp_path / "nowhere"], address)
    assert open_store(address).version == version
    assert Archive.open(address).ask(QUESTION).span == PRICE


def test_another_encoder_builds_anew_and_cannot_be_added_with(address, pages):
    build(pages, address)
    tiny = TinyEncoder()
    with pytest.raises(IndexIncompatible, match="was built with the encoder bundled"):
        engine.add([pages], address, tiny, iter)
    engine.build([str(pages)], address, tiny, iter, anew=False)
    assert (open_store(address).version[0], open_store(address).manifest.dimension) == (2, tiny.dimension)


class _CutError(Exception):
    """A process that ended, as far as the server can tell."""


def cut_after(monkeypatch: pytest.MonkeyPatch, jobs: int) -> list[int]:
    """Let a build end after so many jobs; return the pages that each wrote."""
    monkeypatch.setattr("cluster.files._JOB_FILES", 1)
    monkeypatch.setattr(build_module, "_PORTION", 1)
    wrote: list[int] = []
    put = build_module.put

    def put_some(server: Server, version: int, rows) -> None:
        if len(wrote) == jobs:
            put(server, version, rows)  # and nobody hears of it any more
            raise _CutError
        put(server, version, rows)
        wrote.append(len(rows.pages))

    monkeypatch.setattr(build_module, "put", put_some)
    return wrote


def test_a_build_that_was_cut_goes_on_from_what_it_finished(address, pages, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        cut_after(patch, 2)
        with pytest.raises(_CutError):
            build(pages, address)
    assert look_at(address) is None  # nothing is in use yet
    begun = read_version(connected(address), 1, unfinished=True)
    assert begun is not None
    assert begun.manifest.counts.pages == 2
    with pytest.MonkeyPatch.context() as patch:
        wrote = cut_after(patch, 99)
        report = build(pages, address)
    assert (sum(wrote), report.unchanged, report.counts.pages) == (2, 2, 4)
    assert_same_as_anew(address, tmp_path / "here", pages)


def test_an_addition_that_was_cut_is_seen_by_nobody_and_swept_away(address, pages, tmp_path):
    build(pages, address)
    before = Archive.open(address)
    (pages / "渡口.txt").write_text(FERRY, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        cut_after(patch, 0)
        with pytest.raises(_CutError):
            build(pages, address)
    for archive in (before, Archive.open(address)):
        assert not archive.ask(FERRY_ASKED).answered
        assert find_faults(archive.store) == []
    assert build(pages, address).counts.pages == 5
    assert_same_as_anew(address, tmp_path / "here", pages)


def test_while_one_writes_another_is_refused(address, pages, monkeypatch):
    build(pages, address)
    with writing(connected(address)):
        with pytest.raises(IndexBusy, match=r"^Another process is writing the index at milvus://"):
            build(pages, address, anew=True)
        monkeypatch.setattr(versions_module, "_SILENT", -1.0)  # as long after as it takes
        assert build(pages, address, anew=True).counts.pages == 4
    assert Archive.open(address).ask(QUESTION).span == PRICE


def test_a_running_chat_takes_over_what_is_added_and_what_is_built_anew(address, pages):
    build(pages, address)
    following = Following.open(address)
    assert not following.look()
    first = following.now
    (pages / "渡口.txt").write_text(FERRY, "utf-8")
    add(pages / "渡口.txt", address)
    assert following.look()
    assert following.now.ask(FERRY_ASKED).span == FARE
    assert not first.ask(FERRY_ASKED).answered
    (pages / "渡口.txt").write_text(FERRY.replace(FARE, "9角"), "utf-8")
    build(pages, address, anew=True)
    assert following.look()
    assert following.now.ask(FERRY_ASKED).span == "9角"
    assert not following.look()


def test_the_commands_work_on_it_and_say_where_it_is(address, pages, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    for command in (["build", str(pages)], ["add", "seeds/000_d33047c3f0f66389.txt"], ["status"], ["check"],
                    ["status", "--json"], ["remove", "seeds/000_d33047c3f0f66389.txt"]):  # fmt: skip
        assert main([*command, "--index", address]) == 0
    out = capsys.readouterr().out
    assert f"MB in {address}\n" in out
    assert f"{address} (version 1.2) is sound" in out
    assert f'"address": "{address}"' in out


def test_a_server_that_is_killed_and_started_again_has_what_was_published(tmp_path):
    pages = print_gazette(tmp_path / "pages")
    with serve_lite(tmp_path / "data") as lite:
        address = lite.address()
        build(pages, address)
        following = Following.open(address)
        lite.stop(signal.SIGKILL)
        assert look_at(address) is None
        assert not following.look()
        with pytest.raises(IndexUnreachable, match=r"does not answer any more|No Milvus server answers"):
            following.now.ask("渡口收费多少?")
        lite.start()
        assert following.now.ask(QUESTION).span == PRICE
        assert find_faults(open_store(address)) == []
        assert build(pages, address).unchanged == 4


def test_a_server_that_dies_in_the_middle_of_a_build_is_told_in_one_line(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(300):
        (pages / f"{number}.txt").write_text(FERRY * 3 + str(number), "utf-8")
    with serve_lite(tmp_path / "data") as lite:
        command = [sys.executable, "-m", "index", "build", str(pages), "--index", lite.address()]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            server = connected(lite.address())
            for _ in range(600):
                if any(name.endswith("_pages") for name in server.collections()):
                    break
                time.sleep(0.05)
            lite.stop(signal.SIGKILL)
            said = process.communicate(timeout=240)[1]
        assert process.returncode == 1
        assert "Traceback" not in said
        assert said.splitlines()[-1].startswith("The Milvus server at 127.0.0.1")
        lite.start()
        assert engine_of(lite.address()).build([str(pages)], lite.address(), load_encoder(), iter, anew=False)
        assert find_faults(open_store(lite.address())) == []
