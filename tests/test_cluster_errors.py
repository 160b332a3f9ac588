"""cluster.client: whatever fails of a server is a sentence that says where, why and what to do."""

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.client import TOKEN, read_address
from cluster.packing import LONGEST, pack, pack_numbers, plain, unpack, unpack_numbers
from index.__main__ import main
from index.errors import IndexMissing
from index.lexicon import load_lexicon
from tests.servers import find_port, needs_cluster

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "address",
    [
        "milvus://127.0.0.1/archive",
        "milvus://127.0.0.1:19530",
        "milvus://127.0.0.1:0/archive",
        "milvus://127.0.0.1:99999/archive",
        "milvus://127.0.0.1:19530/a-b",
        "milvus://user:word@127.0.0.1:19530/archive",
        "milvus://127.0.0.1:19530/1st",
        "milvus://127.0.0.1:19530/报纸",
    ],
)
def test_an_address_that_is_none_is_refused(address, capsys):
    with pytest.raises(IndexMissing, match="milvus://HOST:PORT/NAME"):
        read_address(address)
    assert main(["status", "--index", address]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_an_address_is_read():
    place = read_address("milvus://node-1.local:19530/Archive_2")
    assert (place.host, place.port, place.name) == ("node-1.local", 19530, "Archive_2")
    assert str(read_address("milvus://[::1]:1/a")) == "milvus://[::1]:1/a"


def test_without_the_packages_one_line_says_what_to_install(tmp_path):
    """In a process of its own, which cannot find them."""
    program = (
        "import sys; sys.modules['pymilvus'] = None\n"
        "from index.__main__ import main\n"
        "sys.exit(main(['status', '--index', 'milvus://127.0.0.1:19530/archive']))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert run.stderr == (
        "The index at milvus://127.0.0.1:19530/archive is kept by Milvus, whose client is not installed. "
        "Run: pip install -r requirements-cluster.txt\n"
    )
    assert run.stdout == ""


@needs_cluster
@pytest.mark.parametrize("command", [["status"], ["build", "seeds"], ["check"]])
def test_where_nobody_listens_one_line_says_so(command, capsys):
    port = find_port()
    assert main([*command, "--index", f"milvus://127.0.0.1:{port}/archive"]) == 1
    told = capsys.readouterr()
    assert told.err == f"No Milvus server answers at 127.0.0.1:{port}. Start it, or check the address.\n"
    assert told.out == ""


def refuse(code: str, details: str):
    """Return a server that speaks gRPC on 127.0.0.1 and answers every call in one way, and its port."""
    import grpc

    class Refusing(grpc.GenericRpcHandler):
        def service(self, call):
            def answer(_, context):
                context.abort(grpc.StatusCode[code], details)

            return grpc.unary_unary_rpc_method_handler(answer)

    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([Refusing()])
    return server, server.add_insecure_port("127.0.0.1:0")


@needs_cluster
@pytest.mark.parametrize(
    ("code", "details", "told", "token"),
    [
        ("UNAUTHENTICATED", "auth check failure", f"refuses the token in {TOKEN}.", "root:wrong"),
        ("UNAUTHENTICATED", "missing authorization", f"refuses a request without a token; set {TOKEN}", ""),
        ("PERMISSION_DENIED", "no privilege", f"refuses the token in {TOKEN}.", "user:right"),
        ("INTERNAL", "disk on fire", "cannot do what it was asked:", ""),
    ],
)  # fmt: skip
def test_a_server_that_refuses_is_told_in_one_line(code, details, told, token, capsys, monkeypatch):
    monkeypatch.setenv(TOKEN, token)
    server, port = refuse(code, details)
    server.start()
    try:
        assert main(["status", "--index", f"milvus://127.0.0.1:{port}/archive"]) == 1
    finally:
        server.stop(None)
    said = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in said
    assert told in said
    assert said.count("\n") == 1
    assert not token or token not in said


@given(st.text(st.characters(exclude_categories=[]), max_size=300))
def test_a_text_comes_back_as_it_was_packed(text):
    strings = pack(text)
    assert unpack(strings) == text
    assert all(one.isascii() and len(one) <= LONGEST for one in strings)
    assert len(plain(text).encode()) <= LONGEST


def test_a_long_text_is_cut_and_a_torn_one_is_noticed():
    text = "".join(map(chr, random.Random(3).choices(range(0x4E00, 0x9FA5), k=100_000)))
    strings = pack(text)
    assert len(strings) > 1
    assert unpack(strings) == text
    with pytest.raises(ValueError, match=r".+"):
        unpack(strings[:-1])


def test_numbers_of_words_come_back_as_they_were_packed():
    numbers = load_lexicon().number(["社区", "民工", "qwertz"])
    assert unpack_numbers(pack_numbers(numbers)).tolist() == numbers.tolist()
    assert unpack_numbers(pack_numbers(numbers[:0])).tolist() == []
