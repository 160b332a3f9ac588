"""A real standalone Milvus, killed and started again: what was switched stays, and nothing is half."""

from typing import Any

import pytest

from cluster.client import TOKEN
from tests.servers import needs_cluster, run_apart


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict[str, Any]:
    return run_apart("tests.standalone", tmp_path_factory.mktemp("standalone"))


@needs_cluster
def test_a_token_is_asked_for_and_an_old_server_is_refused(seen):
    where = "The Milvus server at 127.0.0.1:19530"
    assert seen["none"] == f"{where} refuses a request without a token; set {TOKEN}."
    assert seen["wrong"] == f"{where} refuses the token in {TOKEN}."
    assert seen["right"] == (
        "The server at 127.0.0.1:19530 is Milvus 2.3.5; 2.4 or newer is needed, which has sparse vectors."
    )


@needs_cluster
def test_a_killed_server_comes_back_with_what_was_in_use_and_what_was_begun(seen):
    assert seen["before"] is None
    assert seen["first"] == seen["again"] == [1, 1, 3, 3]
    assert seen["begun"] == 5
    assert seen["dead"].startswith("The Milvus server at 127.0.0.1:19530 does not answer any more.")


@needs_cluster
def test_whoever_looks_during_a_switch_sees_the_one_or_the_other_and_each_whole(seen):
    assert seen["second"] == seen["last"] == [2, 1, 5, 5]
    assert [1, 1, 3, 3] in seen["switched"]
    assert all(one in ([1, 1, 3, 3], [2, 1, 5, 5]) for one in seen["switched"])
