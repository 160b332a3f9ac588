"""How much may be asked: a token bucket for each visitor, and one for all of them together.

In: who wants something, and the time. Out: whether there is room for it.
Does not know what is asked, or how visitors are told apart (gate.py).

Behind a tunnel every visitor comes from one address, so that an address tells nobody apart. Who takes on many
names gets a bucket for each, but not more than what there is for all.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

VISITOR = "wenbao.visitor"  # where in a request's scope it stands who made it; gate.py writes it there
BUSY = "Too many questions are being asked just now. Please try again in a moment."
_VISITORS = 10_000  # remembered; whoever was not seen for longest is forgotten, with a full bucket then


def visitor_of(request: Any) -> str:
    """Return who makes a request, as Gradio hands it to an event; "" where that is not known."""
    return str(request.request.scope.get(VISITOR, "")) if request and request.request else ""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many a minute in the long run."""

    at_once: int
    a_minute: int


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float

    def fill(self, rate: Rate, now: float) -> bool:
        """Let in what has flowed since; tell whether one can be taken out."""
        self.level = min(self.level + (now - self.at) * rate.a_minute / 60, rate.at_once)
        self.at = now
        return self.level >= 1


@dataclass(slots=True)
class Allowance:
    """What each visitor and what all together may take; `clock` tells the time in seconds."""

    each: Rate
    everyone: Rate
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)
    _all: _Bucket | None = None

    def take(self, visitor: str) -> bool:
        """Take one for `visitor` and return True, or return False where there is none left."""
        now = self.clock()
        bucket = self._buckets.setdefault(visitor, _Bucket(self.each.at_once, now))
        self._buckets.move_to_end(visitor)
        if len(self._buckets) > _VISITORS:
            self._buckets.popitem(last=False)
        self._all = self._all or _Bucket(self.everyone.at_once, now)
        # Both are filled; who has nothing left himself takes nothing from the others.
        if not (bucket.fill(self.each, now) & self._all.fill(self.everyone, now)):
            return False
        bucket.level -= 1
        self._all.level -= 1
        return True

    def give_back(self, visitor: str) -> None:
        """Undo a `take`: it did not count after all."""
        for bucket in (self._buckets.get(visitor), self._all):
            if bucket:
                bucket.level += 1
