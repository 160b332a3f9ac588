"""cluster.workers: three nodes of Ray build what one process builds, though one of them is killed."""

from collections.abc import Iterator
from typing import Any

import pytest

from cluster import workers
from cluster.build import begin_manifest, mean_lengths
from cluster.client import Server, read_address
from cluster.files import File, Job, find_files, is_url, sum_file
from cluster.schema import KINDS, name_collection
from cluster.versions import Last, start_version
from cluster.work import Unseeing, survey
from index.__main__ import main
from index.build import build_index
from index.encoder import load_encoder
from index.errors import CorpusError
from index.store import open_store
from tests.gazette import print_gazette
from tests.raybuild import FILES
from tests.servers import Lite, needs_cluster, run_apart, serve_lite

pytestmark = needs_cluster


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Lite]:
    with serve_lite(tmp_path_factory.mktemp("milvus") / "data") as lite:
        yield lite


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict[str, Any]:
    return run_apart("tests.raybuild", tmp_path_factory.mktemp("ray"))


def test_a_build_loses_nothing_with_a_node(seen):
    assert seen["killed"] == "killed"
    status, out, _, traceback = seen["built"]
    assert (status, traceback) == (0, False), seen["built"]
    assert out.splitlines()[-1].startswith(
        f"{FILES} pages, {FILES} articles"
    )  # Ray may tell of the node first
    assert seen["faults"] == []
    assert seen["same"]
    assert seen["spans"] == ["1234角", "1234角"]


def test_what_is_as_it_was_is_not_read_again(seen):
    assert seen["again"][0] == 0
    assert f"{FILES} unchanged" in seen["again"][1]


def test_where_no_ray_is_or_the_token_is_wrong_one_line_says_so(seen):
    for status, out, told, traceback in (seen["nobody"], seen["refused"]):
        assert (status, out, traceback) == (1, "", False)
        assert told.startswith("No Ray cluster can be used at 127.0.0.1:")
        assert "RAY_AUTH_TOKEN" in told


def test_a_job_that_is_done_twice_is_written_once(server, tmp_path):
    """By a worker itself, as on any server but Milvus Lite: the first one was lost before it could tell."""
    index = read_address(server.address("twice"))
    job = Job(tuple(find_files([str(print_gazette(tmp_path / "pages"))])))
    encoder = load_encoder()
    found = survey(job, Unseeing(), keep=False)
    connected = Server(index)
    version = start_version(connected, begin_manifest(encoder))
    where = index, "", version.number
    # Other numbers the first time: Milvus Lite would put one row in the place of another of the same number.
    for first in (Last(0, 500, 1000), Last()):
        rows = workers._load(
            job, found, first, mean_lengths([found]), (encoder.name, encoder.fingerprint), where
        )
        assert (len(rows.pages), rows.passages) == (found.counts.pages, [])
    kept = {
        kind: connected.count(name_collection(index.name, version.number, kind), "id >= 0") for kind in KINDS
    }
    assert (kept["articles"], kept["passages"]) == (found.counts.articles, found.counts.passages)
    assert kept["pages"] == kept["terms"] == 0  # those make it count, and are written last


def test_files_come_from_wherever_fsspec_reaches(server, tmp_path, capsys):
    import fsspec

    pages = print_gazette(tmp_path / "pages")
    memory = fsspec.filesystem("memory")
    for path in pages.rglob("*.txt"):
        memory.pipe(f"/archive/{path.relative_to(pages)}", path.read_bytes())
    memory.pipe("/archive/.hidden.txt", b"x")
    for path in pages.rglob("*.txt"):
        name = path.relative_to(pages).as_posix()
        assert sum_file(File(path, name, url=f"memory://archive/{name}")) == sum_file(File(path, name))
    index = server.address("memory")
    for _ in range(2):
        assert main(["build", "memory://archive", "--index", index]) == 0
    out = capsys.readouterr().out.splitlines()
    assert "4 unchanged" in out[1]
    build_index([pages], tmp_path / "here", load_encoder())
    here, there = open_store(tmp_path / "here"), open_store(index)
    assert there.fingerprint == here.fingerprint
    assert [facts.date for facts in there.catalog.facts()] == [facts.date for facts in here.catalog.facts()]
    with pytest.raises(CorpusError, match="no file below memory://nothing"):
        find_files(["memory://nothing"])
    with pytest.raises(CorpusError, match=r"cannot be listed"):
        find_files(["nonsense://x"])
    assert not is_url("/home/a://b")


def test_an_index_in_a_folder_is_not_built_by_ray(tmp_path, capsys):
    assert main(["build", "seeds", "--index", str(tmp_path / "index"), "--ray", "127.0.0.1:1"]) == 1
    assert "leave out --ray" in capsys.readouterr().err
