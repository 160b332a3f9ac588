"""A folder that people work in -> the moments at which it has changed.

In: paths, and the folder of the index. Out: one signal for each time that files came, changed or went, once
they have been left alone for a moment. Does not know what has changed: build.py compares contents.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import watch

# Milliseconds without a change after which the files are taken to be whole, and the longest that is waited.
_QUIET, _LONGEST = 1000, 10_000


def watch_changes(paths: Sequence[Path], index_dir: Path | None) -> Iterator[None]:
    """Yield whenever something has changed below `paths`, but not in the folder of the index, if it has one.

    It goes on until interrupted. The first time is at once, with the watch set: for what changed while the
    index was being built.
    """
    own = index_dir and index_dir.resolve()

    def counts(_change: object, path: str) -> bool:
        file = Path(path)
        return own not in (file, *file.parents) and not file.name.startswith(".")

    signals = watch(
        *paths, watch_filter=counts, step=_QUIET, debounce=_LONGEST, rust_timeout=_QUIET,
        yield_on_timeout=True, raise_interrupt=True,
    )  # fmt: skip
    for number, changes in enumerate(signals):
        if changes or not number:
            yield
