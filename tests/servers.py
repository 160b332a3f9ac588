"""Real servers for tests, on 127.0.0.1, stopped by whoever started them."""

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

WANTED = ("pymilvus", "milvus_lite", "milvus", "ray")
LACKING = [name for name in WANTED if importlib.util.find_spec(name) is None]
needs_cluster = pytest.mark.skipif(
    bool(LACKING),
    reason=f"requirements-cluster.txt is not installed ({', '.join(LACKING)} missing): make test CLUSTER=1",
)
_PATIENCE = 60.0
_ROOT = Path(__file__).parent.parent
# A namespace of this user alone, where root is not needed, with a loopback and nothing else.
_APART = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def find_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Lite:
    """A Milvus Lite server in a process of its own, over a folder. It can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, find_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("milvus-lite")), "server", "--host", "127.0.0.1"]
        with self.folder.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), "--data-dir", str(self.folder)],
                stdout=log, stderr=log, env=os.environ | {"OMP_NUM_THREADS": "1"}, start_new_session=True,
            )  # fmt: skip
        wait_for(self.port, self._process)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process:
            self._process.send_signal(how)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def address(self, name: str = "archive") -> str:
        return f"milvus://127.0.0.1:{self.port}/{name}"


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once something listens on a port of 127.0.0.1."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, f"nobody listens on port {port}"
            time.sleep(0.05)
        else:
            return


@contextmanager
def serve_lite(folder: Path) -> Iterator[Lite]:
    """Give a server over a folder, that is gone afterwards with what it kept."""
    server = Lite(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def run_apart(module: str, folder: Path) -> dict[str, Any]:
    """Return what a module prints as JSON that runs where no other computer can be reached, or reach it."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("a network namespace needs the commands unshare and ip")
    if subprocess.run([*_APART, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine gives no network namespace: the server listens on all interfaces")
    command = [*_APART, sys.executable, "-m", module, str(folder)]
    run = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=900)
    shutil.rmtree(folder, ignore_errors=True)
    assert run.returncode == 0, run.stderr[-3000:]
    seen: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return seen
