"""Work that may end a process, done in one that may end; and the counts of what came of it.

In: a function that returns a Tally. Out: its Tally, with a fault where its process died or took too long.
Does not know what is counted.
"""

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import faiss


@dataclass
class Tally:
    """What was done, by name; what went wrong with it; and the most that each thing took, with its name."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    most: dict[str, tuple[float, str]] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Take in what another process counted."""
        self.counts.update(other.counts)
        self.faults += other.faults
        for name, (value, what) in other.most.items():
            self.measure(name, value, what)

    def measure(self, name: str, value: float, what: str = "") -> None:
        """Remember the largest value of each name."""
        self.most[name] = max(self.most.get(name, (value, what)), (value, what))

    def tell(self) -> Iterator[str]:
        """Yield the table and the faults as lines."""
        for name, count in sorted(self.counts.items()):
            yield f"{name:<60} {count:>7}"
        for name, (value, what) in sorted(self.most.items()):
            yield f"{name:<60} {value:>7.2f}  {what}"
        yield f"{'faults':<60} {len(self.faults):>7}"
        yield from (f"  FAULT {fault}" for fault in self.faults)


def settle_alone() -> None:
    """Keep FAISS to one thread in a forked process: the others were not forked, and are waited for."""
    faiss.omp_set_num_threads(1)


def run_apart(work: Callable[..., Tally], *given: Any, seconds: float = 600.0) -> Tally:
    """Return the tally of `work` done in a forked process; a fault where it raised, died or took too long."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    what = f"{work.__name__}{given!r:.80}"

    def run() -> None:
        receiver.close()
        settle_alone()
        try:
            tally = work(*given)
        except BaseException:
            tally = Tally(faults=[f"{what}: {traceback.format_exc()}"])
        sender.send(tally)

    process = context.Process(target=run)
    process.start()
    sender.close()
    try:
        if receiver.poll(seconds):
            tally: Tally = receiver.recv()
            return tally
    except EOFError:
        process.join()
        return Tally(faults=[f"{what}: the process died ({process.exitcode})"])
    finally:
        process.kill()
        process.join()
        receiver.close()
    return Tally(faults=[f"{what}: not done after {seconds:.0f} s"])


def in_batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield the items in lists of `size`, the last one shorter."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
