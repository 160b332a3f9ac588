"""Files here or elsewhere: listed, summed, and fetched by whatever fsspec knows (s3://, hdfs://, memory://).

In: paths or URLs. Out: the files below them, their checksums, their bytes. Does not know what is in them.
What a scheme needs besides fsspec (s3fs, gcsfs), and its credentials, are the operator's.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.changes import sum_files
from index.errors import CorpusError
from index.pages import list_files, unique_source

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://")
_BLOCK = 2**20
# Bytes of files in a job, or so many files: some seconds of work, and what is lost with a worker.
_JOB_BYTES, _JOB_FILES = 2_000_000, 200
# What a file elsewhere is taken to have: its size costs a request.
_USUAL = 20_000


@dataclass(frozen=True, slots=True)
class File:
    """A file to be read: its name in the index, and the pages that it replaces.

    `url` says where it is fetched from, None where `path` can be opened.
    """

    path: Path
    source: str
    replaced: tuple[int, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Files that are read together."""

    files: tuple[File, ...]


def find_files(said: Sequence[str]) -> list[File]:
    """Return the files below paths, as `index.pages.list_files` does, and below URLs.

    Raises CorpusError where one is not there.
    """
    local = list_files(Path(one) for one in said if not is_url(one))
    remote = list_remote([one for one in said if is_url(one)])
    return [*(File(path, source) for path, source in local.items()), *remote]


def cut_jobs(files: Iterable[File]) -> Iterator[Job]:
    """Yield the files in jobs of some megabytes."""
    job: list[File] = []
    size = 0
    for file in files:
        own = file.path.stat().st_size if file.url is None and file.path.exists() else _USUAL
        if job and (size + own > _JOB_BYTES or len(job) == _JOB_FILES):
            yield Job(tuple(job))
            job, size = [], 0
        job.append(file)
        size += own
    if job:
        yield Job(tuple(job))


def is_url(said: str) -> bool:
    """Tell whether a path is one that fsspec opens."""
    return _SCHEME.match(said) is not None


def list_remote(urls: Sequence[str]) -> list[File]:
    """Return the files below these URLs, hidden ones left out, sorted, each with a name of its own.

    Raises CorpusError where one cannot be listed, or nothing is there.
    """
    import fsspec

    files: dict[Path, File] = {}
    taken: set[str] = set()
    for url in urls:
        try:
            system, root = fsspec.core.url_to_fs(url)
            found = sorted(system.find(root)) if system.exists(root) else []
            single = bool(found) and not system.isdir(root)
        except Exception as error:  # each file system raises its own
            said = str(error).strip().partition("\n")[0]
            raise CorpusError(f"{url} cannot be listed: {said or type(error).__name__}.") from error
        if not found:
            raise CorpusError(f"There is no file below {url}. Check the name and try again.")
        base = Path(_name(system.unstrip_protocol(root)))
        for name in found:
            full = system.unstrip_protocol(name)
            path = Path(_name(full))
            if path in files or any(part.startswith(".") for part in path.relative_to(base).parts):
                continue
            source = unique_source(path, base.parent if single else base, taken)
            taken.add(source)
            files[path] = File(path, source, url=full)
    return list(files.values())


def fetch(url: str, to: Path) -> None:
    """Write the bytes of a file to `to`. Raises OSError where they cannot be had."""
    import fsspec

    try:
        with fsspec.open(url, "rb") as remote, to.open("wb") as local:
            while block := remote.read(_BLOCK):
                local.write(block)
    except OSError:
        raise
    except Exception as error:  # each file system raises its own
        raise OSError(str(error).strip().partition("\n")[0] or type(error).__name__) from error


def sum_file(file: File) -> str | None:
    """Return the SHA-256 of a file, None for one that cannot be read."""
    if file.url is None:
        return sum_files([file.path])[file.path]
    import fsspec

    digest = hashlib.sha256()
    try:
        with fsspec.open(file.url, "rb") as remote:
            while block := remote.read(_BLOCK):
                digest.update(block)
    except Exception:  # reading it again will say why
        return None
    return digest.hexdigest()


def _name(url: str) -> str:
    """Return s3/bucket/a.txt for s3://bucket/a.txt: a path that no local file has."""
    return "/" + url.replace("://", "/", 1).strip("/")
