"""Workers of a Ray cluster do the jobs of a build. They meet cluster.build.Crew.

In: the address of the cluster. Out: what the jobs give, in their order. Does not know what a build makes of
it.

A worker reads the files of a job where they lie, a folder that all nodes share or a URL, and writes its rows
to the server itself: what comes back is small. A worker that is lost loses the job that it was at, and Ray
gives that to another; what had been written of it is taken out before it is written again. The nodes need
this project in a folder of the same name, with the packages of both files of requirements.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cluster.client import INSTALL, Place, Server, in_portions
from cluster.files import File, Job, sum_file
from cluster.rows import Rows
from cluster.terms import Lengths
from cluster.versions import Last
from cluster.work import Survey, Unseeing, make, put, survey
from index.encoder import Encoder, load_encoder
from index.errors import EncoderError, IndexUnreachable, WenbaoError

# So often a job is given to another worker when one is lost.
_TRIES = 5
# Seconds to wait for the cluster to let us in.
_JOINING = 45.0
# Files of which one task makes the checksums.
_SUMMED = 200


class Workers:
    """The workers of one Ray cluster, until `close`."""

    def __init__(self, address: str) -> None:
        """Join the cluster. Raises IndexUnreachable where it is not there, or refuses."""
        try:
            import ray
        except ImportError as error:
            raise IndexUnreachable(f"--ray {address} needs Ray, which is not installed. {INSTALL}") from error
        failures: list[Exception] = []

        def join() -> None:
            try:
                ray.init(address, log_to_driver=False, logging_level="CRITICAL", configure_logging=False)
            except Exception as error:  # whatever Ray raises: there is no cluster to work with
                failures.append(error)

        # Where nobody answers, or the token is wrong, Ray goes on trying without an end.
        joining = threading.Thread(target=join, daemon=True)
        joining.start()
        joining.join(_JOINING)
        if joining.is_alive() or failures:
            said = _first_line(failures[0]) if failures else f"no answer in {_JOINING:.0f} s"
            raise IndexUnreachable(
                f"No Ray cluster can be used at {address} ({said}). Start one with ray start, check the "
                "address, and its token (RAY_AUTH_MODE, RAY_AUTH_TOKEN)."
            ) from (failures[0] if failures else None)
        self._ray = ray

    def close(self) -> None:
        """Leave the cluster."""
        self._ray.shutdown()

    def sum_files(self, files: Sequence[File]) -> dict[Path, str | None]:
        """Return the SHA-256 of each file, None for one that cannot be read."""
        portions = in_portions(files, _SUMMED)
        sums = (one for some in self._do(_sum, ((portion,) for portion in portions)) for one in some)
        return {file.path: one for file, one in zip(files, sums, strict=True)}

    def survey(self, jobs: Sequence[Job], encoder: Encoder) -> Iterator[Survey]:
        """Do the first pass."""
        del encoder
        yield from self._do(_survey, ((job,) for job in jobs))

    def load(
        self,
        jobs: Iterable[tuple[Job, Survey, Last]],
        server: Server,
        version: int,
        mean: Lengths,
        encoder: Encoder,
    ) -> Iterator[Rows]:
        """Do the second pass. Milvus Lite takes one writer at a time: there, this process writes."""
        model = encoder.name, encoder.fingerprint
        where = None if server.is_lite else (server.place, server.token, version)
        tasks = ((job, found, first, mean, model, where) for job, found, first in jobs)
        for rows in self._do(_load, tasks):
            if where is None:
                put(server, version, rows)
            yield rows

    def _do(self, task: Callable[..., Any], jobs: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Yield what a task makes of each job, in their order; a few wait beside those under way."""
        from ray.exceptions import RayError, RayTaskError

        remote = self._ray.remote(max_retries=_TRIES)(task)
        width = 2 * max(int(self._ray.cluster_resources().get("CPU", 1)), 1)
        waiting: deque[Any] = deque()
        try:
            for job in jobs:
                waiting.append(remote.remote(*job))
                if len(waiting) > width:
                    yield self._ray.get(waiting.popleft())
            while waiting:
                yield self._ray.get(waiting.popleft())
        except RayTaskError as error:
            if isinstance(error.cause, WenbaoError):
                raise error.cause from error
            said = f"{type(error.cause).__name__}: {_first_line(error.cause)}"
            raise IndexUnreachable(
                f"A worker of the Ray cluster failed ({said}). The index is as it was."
            ) from error
        except RayError as error:
            raise IndexUnreachable(
                f"The Ray cluster failed ({_first_line(error)}). Run the same again: it goes on."
            ) from error


def _sum(files: list[File]) -> list[str | None]:
    return [sum_file(file) for file in files]


def _survey(job: Job) -> Survey:
    return survey(job, Unseeing(), keep=False)


def _load(
    job: Job,
    found: Survey,
    first: Last,
    mean: Lengths,
    model: tuple[str, str],
    where: tuple[Place, str, int] | None,
) -> Rows:
    rows = make(job, found, first, mean, _load_model(*model))
    if where is not None:
        place, token, version = where
        put(_connect(place, token, os.getpid()), version, rows)
        rows.texts, rows.articles, rows.passages = [], [], []
    return rows


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


@cache
def _load_model(name: str, fingerprint: str) -> Encoder:
    encoder = load_encoder(None if name == "bundled" else name)
    if encoder.fingerprint != fingerprint:
        raise EncoderError(
            f'The encoder "{name}" is another one on a worker of the Ray cluster than here '
            f"({encoder.fingerprint[:12]}, {fingerprint[:12]}). Put the same model on every node."
        )
    return encoder


@cache
def _connect(place: Place, token: str, process: int) -> Server:
    del process  # a connection is not shared with a fork
    return Server(place, token)
