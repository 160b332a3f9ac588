"""The limits of a question -> HTML: chips above its answer, and what there is beyond them.

In: an answer. Out: a string of HTML.
Does not know how limits are understood, or who asks the question when a chip is clicked.
"""

from calendar import monthrange

from qa.records import Answer, Beyond, Limit, LimitKind
from web.quote import NEWSPAPER, isolate, show_inline, show_text
from web.words import Words


def show_limits(answer: Answer, words: Words) -> str:
    """Return a chip for each limit. Its button asks the question without it."""
    chips = "".join(_chip(limit, words) for limit in answer.limits)
    return f'<ul class="limits" aria-label="{words.limited}">{chips}</ul>'


def show_beyond(beyond: Beyond, words: Words, *, quoted: bool) -> str:
    """Return what there is without some limits: `quoted`, in the newspaper's words, else as counted."""
    kinds = words.comma.join(words.limits[kind] for kind in beyond.without)
    style = f'class="serif" {NEWSPAPER}' if quoted else NEWSPAPER
    said = f"<span {style}>{show_inline(beyond.text)}</span>"
    return f'<p class="beyond">{words.beyond.format(kinds, said)}</p>'


def _chip(limit: Limit, words: Words) -> str:
    name, shown = show_text(isolate(_name(limit, words))), show_inline(_name(limit, words))
    button = (
        f'<button type="button" data-ask="{show_text(limit.without)}" aria-label="{words.lift.format(name)}" '
        f'title="{words.lift.format(name)}">×</button>'
        if any(c.isalnum() for c in limit.without)
        else ""
    )
    said = show_text(limit.text.strip(" ,，、:："))
    return (
        f'<li><span title="{said}">{words.limits[limit.kind]} <b {NEWSPAPER}>{shown}</b></span>{button}</li>'
    )


def _name(limit: Limit, words: Words) -> str:
    return words.comma.join(_name_one(limit.kind, value, words) for value in limit.value.split("、"))


def _name_one(kind: LimitKind, value: str, words: Words) -> str:
    if kind == "kind":
        return next((name for known, name in words.kinds.items() if known == value), value)
    if kind == "edition":
        return words.edition.format(value)
    return name_days(value, words) if kind in ("date", "time") else value


def name_days(value: str, words: Words) -> str:
    """Return 2015 for 2015-01-01/2015-12-31, 2016-10 for a month, else the first and the last day."""
    first, _, last = value.partition("/")
    if first.startswith("--"):
        days = first[2:] if first == last else f"{first[2:]}–{last[2:]}"
        return words.any_year.format(days)
    if ".." in (first, last):
        return f"{first}–{last}".replace("..", "")
    if first.endswith("-01-01") and last.endswith("-12-31"):
        return first[:4] if first[:4] == last[:4] else f"{first[:4]}–{last[:4]}"
    year, month, day = (int(part) for part in last.split("-"))
    if first == f"{last[:7]}-01" and day == monthrange(year, month)[1]:
        return last[:7]
    return first if first == last else f"{first}–{last}"
