"""python -m tests.standalone FOLDER: a real Milvus of 2023, killed and started again; what was seen, as JSON.

In: a folder for what it keeps. Out: one line of JSON. It listens on all interfaces, so this runs in a network
namespace of its own (test_cluster_server.py makes one), where there is none but the loopback.

Milvus 2.3 has no sparse vectors, so it cannot keep an index: the collection of passages is left out here, and
what is seen is how versions, manifests, the alias and the one writer come through.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cluster import client, schema, versions
from cluster.build import begin_manifest
from cluster.client import Place, Server
from cluster.versions import Last, Version
from index.errors import ArchiveError
from tests.conftest import TinyEncoder

TOKEN, PLACE = "root:Milvus", Place("127.0.0.1", 19530, "archive")
_PATIENCE = 120.0


def main(folder: str) -> None:
    seen: dict[str, object] = {}
    start, kill = keep_server(folder)
    start()
    for name, token in (("none", ""), ("wrong", "root:wrong"), ("right", TOKEN)):
        seen[name] = said(lambda token=token: Server(PLACE, token))
    # From here on it is taken for new enough, and keeps what it can.
    client._OLDEST["Milvus"] = (2, 3)
    schema._SORTED.clear()
    schema.KINDS = versions.KINDS = tuple(kind for kind in schema.KINDS if kind != "passages")
    server = Server(PLACE, TOKEN)
    with versions.writing(server):
        first = fill(server, 3)
        seen["before"] = versions.find_current(server)
        versions.publish(server, first, first.manifest)
    seen["first"] = state(server)
    second = fill(server, 5)
    kill()
    seen["dead"] = said(lambda: server.ask("list_collections", patience=2.0))
    start()
    seen["again"] = state(server)
    begun = versions.read_version(server, second.number, unfinished=True)
    seen["begun"] = begun.manifest.last.page if begun else None
    seen["switched"] = switch(server, second)
    seen["second"] = state(server)
    kill()
    start()
    seen["last"] = state(server)
    kill()
    print(json.dumps(seen))


def keep_server(folder: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return what starts the server over a folder, and what kills it with -9."""
    from milvus import MilvusServer

    server = MilvusServer(wait_for_started=False)
    server.set_base_dir(folder)
    server.config.set("authorization_enabled", True)
    server.config.set("proxy_port", PLACE.port)
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        if server.server_proc is None:
            server.start()
            running.append(server.server_proc)
        else:  # by itself it would take another port, for this one was just in use
            program = Path(server.get_milvus_executable_path())
            own = {"DEPLOY_MODE": "STANDALONE", "METRICS_PORT": str(server.webservice_port)}
            own |= {"MILVUS_RUN_DIR": f"{folder}/run", "LD_LIBRARY_PATH": str(program.parent)}
            running.append(
                subprocess.Popen(
                    [program, "run", "standalone"],
                    cwd=folder,
                    env=os.environ | own,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
        deadline = time.monotonic() + _PATIENCE
        while True:
            assert running[-1].poll() is None, "the server ended by itself"
            told = said(lambda: Server(PLACE, TOKEN))
            if "answers at" not in told and "any more" not in told and "cannot do" not in told:
                return
            assert time.monotonic() < deadline, told
            time.sleep(0.5)

    def kill() -> None:
        running[-1].send_signal(signal.SIGKILL)
        running[-1].wait()

    return start, kill


def said(call: Callable[[], object]) -> str:
    """Return what went wrong, as a user reads it; nothing where all went well."""
    try:
        call()
    except ArchiveError as error:
        return str(error)
    return ""


def fill(server: Server, pages: int) -> Version:
    """Begin a version and put some pages into it."""
    version = versions.start_version(server, begin_manifest(TinyEncoder()))
    collection = schema.name_collection(server.place.name, version.number, "pages")
    facts = {"source": "1.txt", "path": "/1.txt", "sha256": "0", "encoding": "utf-8"}
    server.insert(collection, [schema.fill_row("pages", {"id": n, **facts}) for n in range(1, pages + 1)])
    manifest = replace(version.manifest, last=Last(pages, 0, 0))
    return versions.keep_progress(server, version, manifest)


def state(server: Server) -> list[int]:
    """Return the version in use, its step, the pages that it says and those that are there."""
    version = versions.find_version(server)
    collection = schema.name_collection(server.place.name, version.number, "pages")
    return [version.number, version.step, version.manifest.last.page, server.count(collection, "id >= 1")]


def switch(server: Server, version: Version) -> list[list[int]]:
    """Publish a version while others look, all the time; return what they saw, each once."""
    seen: set[tuple[int, ...]] = set()
    done = threading.Event()

    def look() -> None:
        own = Server(PLACE, TOKEN)
        while not done.is_set():
            with suppress(ArchiveError):
                seen.add(tuple(state(own)))

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    while not seen:
        time.sleep(0.05)
    versions.publish(server, version, version.manifest)
    time.sleep(1)
    done.set()
    for reader in readers:
        reader.join()
    return sorted(map(list, seen))


if __name__ == "__main__":
    main(sys.argv[1])
