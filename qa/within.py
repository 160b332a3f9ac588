"""Limits in words, and the refusal where they leave no answer.

In: limits, an answer within them, and the way to ask with fewer. Out: what each allows, in Chinese; a refusal
that says what there would be without them. A limit is never widened in silence: what is found beyond it is
shown as that, and is no answer.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.periods import read_iso
from qa.records import Answer, Beyond, Limit, LimitKind

_NAMES: dict[LimitKind, str] = {
    "district": "地区",
    "date": "日期",
    "time": "时间",
    "kind": "体裁",
    "source": "文件",
    "edition": "版次",
    "newspaper": "报纸",
}
_KINDS = {"news": "报道", "caption": "图片说明", "brief": "简讯", "document": "文件"}
_MARKER = re.compile(r"\[\d+\]")
_TRIED = 6  # limits, of which each is left out in its turn


def say_limit(limit: Limit) -> str:
    """Return in Chinese what a limit allows: 惠济区, 2015年, 第A03版, 简讯."""
    values = limit.value.split("、")
    if limit.kind in ("date", "time"):
        return "、".join(read_iso(value).describe() for value in values)
    if limit.kind == "edition":
        return "、".join(f"第{value}版" for value in values)
    return "、".join(_KINDS[value] for value in values) if limit.kind == "kind" else limit.value


def say_limits(limits: Sequence[Limit]) -> str:
    """Return in Chinese what all of the limits allow."""
    return "、".join(map(say_limit, limits))


def refuse_within(
    limits: Sequence[Limit], within: Answer, search: Callable[[Sequence[Limit]], Answer], started: float
) -> Answer:
    """Return the refusal `within` limits, saying what there would be without them.

    Without one of them, if that is enough, else without any; `search` answers the same question with fewer.
    Of more limits than anybody states only the last is tried: each is a search, and 1,000 characters may
    hold 40 limits, which took 3 s.
    `started` is a time.perf_counter().
    """
    reason = within.reason if within.overview else f"限于{say_limits(limits)}没有找到。"
    tried = [[other for other in limits if other != limit] for limit in limits if 1 < len(limits) <= _TRIED]
    for kept in (*tried, []):
        answer = search(kept)
        if answer.answered:
            said = (answer.overview and answer.span) or _MARKER.sub("", answer.answer)
            beyond = Beyond(tuple(dict.fromkeys(one.kind for one in limits if one not in kept)), said)
            dropped = "、".join(_NAMES[kind] for kind in beyond.without)
            reason = f"{reason}不限{dropped}时有:{said if answer.overview else f'“{said}”'}"
            found = replace(within, hits=answer.hits, beyond=beyond, mentioned=(), missing=())
            break
    else:
        reason = f"{reason}不加限制也没有。{answer.reason or ''}"
        found = answer
    return replace(found, reason=reason, took_ms=(time.perf_counter() - started) * 1000)
