"""python -m tests.raybuild FOLDER: builds by three nodes of Ray, one of them killed; what was seen, as JSON.

In: an empty folder. Out: one line of JSON. Ray listens on the address of the computer, so this runs in a
network namespace of its own (tests/servers.py makes one), where there is none but the loopback.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cluster.client import Server, read_address
from cluster.versions import list_versions, read_version
from index.build import build_index
from index.check import find_faults
from index.encoder import load_encoder
from index.store import open_store
from qa.archive import Archive
from tests.servers import find_port, serve_lite

FILES = 2000
ASKED = "青林1234号渡口自行车过渡每辆收费多少?"
_PATIENCE = 150


def main(folder: Path) -> None:
    news, token, seen = print_news(folder / "news"), secrets.token_hex(32), {}
    here = folder / "here"
    build_index([news], here, load_encoder())
    with serve_lite(folder / "milvus") as lite:
        index = lite.address("news")
        seen["nobody"] = finish(start_build(news, index, f"127.0.0.1:{find_port()}", token))
        with nodes(token) as (ray, process):
            seen["refused"] = finish(start_build(news, index, ray, "f" * 64))
            build = start_build(news, index, ray, token)
            wait_for_pages(index)
            process.stdin.write("kill\n")
            process.stdin.flush()
            seen["killed"] = process.stdout.readline().strip()
            seen["built"] = finish(build)
            seen["again"] = finish(start_build(news, index, ray, token))
        store = open_store(index)
        seen["faults"] = find_faults(store)
        seen["same"] = store.fingerprint == open_store(here).fingerprint
        seen["spans"] = [Archive.open(where).ask(ASKED).span for where in (index, here)]
    print(json.dumps(seen))


def print_news(folder: Path) -> Path:
    """Write so many short stories that a build of them takes some jobs."""
    folder.mkdir()
    for number in range(FILES):
        story = f"本报讯(记者 周平)青林{number}号渡口昨日降价,自行车过渡每辆收费{number}角。"
        (folder / f"{number:04}.txt").write_text(f"渡口{number}号降价\n\n{story}\n", "utf-8")
    return folder


def letting_in(token: str) -> dict[str, str]:
    own = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token, "RAY_USAGE_STATS_ENABLED": "0"}
    return os.environ | own | {"OMP_NUM_THREADS": "1"}


@contextmanager
def nodes(token: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Three nodes that let nobody in without the token."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.raynodes"], env=letting_in(token), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.stdin.close()
            process.wait(_PATIENCE)


def start_build(pages: Path, index: str, ray: str, token: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "index", "build", str(pages), "--index", index, "--ray", ray],
        env=letting_in(token), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(build: "subprocess.Popen[str]") -> list[object]:
    """Return the exit status of a build, what it said, and its last word on what went wrong."""
    with build:
        try:
            out, err = build.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            build.kill()
            out, err = build.communicate()
    return [build.returncode, out, (err.splitlines() or [""])[-1], "Traceback" in err]


def wait_for_pages(index: str) -> None:
    """Return once a build has finished a job."""
    server = Server(read_address(index))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        for number in list_versions(server):
            version = read_version(server, number, unfinished=True)
            if version and version.manifest.counts.pages:
                return
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
