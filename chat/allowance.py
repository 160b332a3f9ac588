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


def cost_of(quotation: str) -> int:
    """Return for how many questions the check of a quotation counts: a long one takes a second of a core."""
    return 1 + min(len(quotation), 2000) // 200


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

    def fill(self, rate: Rate, now: float, count: int) -> bool:
        """Let in what has flowed since; tell whether so many can be taken out."""
        self.level = min(self.level + (now - self.at) * rate.a_minute / 60, rate.at_once)
        self.at = now
        return self.level >= count


@dataclass(slots=True)
class Allowance:
    """What each visitor and what all together may take; `clock` tells the time in seconds."""

    each: Rate
    everyone: Rate
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)
    _all: _Bucket | None = None

    def take(self, visitor: str, count: int = 1) -> bool:
        """Take `count` for `visitor` and return True; where there are fewer, take none and return False."""
        now = self.clock()
        bucket = self._buckets.setdefault(visitor, _Bucket(self.each.at_once, now))
        self._buckets.move_to_end(visitor)
        if len(self._buckets) > _VISITORS:
            self._buckets.popitem(last=False)
        self._all = self._all or _Bucket(self.everyone.at_once, now)
        # Both are filled; who has nothing left himself takes nothing from the others.
        if not (bucket.fill(self.each, now, count) & self._all.fill(self.everyone, now, count)):
            return False
        bucket.level -= count
        self._all.level -= count
        return True

    def give_back(self, visitor: str) -> None:
        """Undo a `take`: it did not count after all."""
        for bucket in (self._buckets.get(visitor), self._all):
            if bucket:
                bucket.level += 1


def may_ask(questions: Allowance | None, request: Any, count: int = 1) -> bool:
    """Tell whether whoever makes a request may ask so much now, and count it; None sets no bound."""
    return questions is None or questions.take(visitor_of(request), count)
