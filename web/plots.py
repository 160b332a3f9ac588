"""Counts of articles -> plots: a bar for each district, and for each month, year or decade.

In: Shelved. Out: a string of HTML. Does not know how anything was counted.

A bar is a button that says its number, so that a plot is also the list that a screen reader reads; what is
drawn in SVG is hidden from it. A click on a bar limits to it, a click on the chosen one lifts that.
"""

from qa.records import Aspect, Group, Shelved, Timeline
from web.limits import name_days
from web.quote import NEWSPAPER, show_text
from web.words import Words

# So many districts have a bar; times say their name while they are few, and every so many of them after that.
_DISTRICTS, _NAMED, _COUNTED = 8, 7, 16


def show_plots(shelved: Shelved, words: Words) -> str:
    """Return both plots, or why there is none; nothing where there is nothing to compare."""
    chosen = dict(shelved.look.limits)
    plots = _districts(shelved, chosen.get("district"), words) + _times(shelved, chosen.get("date"), words)
    if not plots:
        return ""
    return f'<details class="plots"><summary>{words.plots}</summary><div>{plots}</div></details>'


def _districts(shelved: Shelved, chosen: str | None, words: Words) -> str:
    facet = next((facet for facet in shelved.facets if facet.aspect == "district"), None)
    if facet is None or facet.known < 2:
        return ""
    known = [group for group in facet.groups if group.name is not None and group.count]
    if not known:
        return ""
    rest = sum(group.count for group in facet.groups) - sum(group.count for group in known[:_DISTRICTS])
    most = max(group.count for group in known)
    bars = "".join(
        f"<li>{_button('district', group, chosen, words)}"
        f"<span {NEWSPAPER}>{show_text(str(group.name))}</span>"
        f"{_bar(_part(group.count, most), across=True)}<b>{group.count:,}</b></button></li>"
        for group in known[:_DISTRICTS]
    )
    notes = [words.elsewhere.format(f"{rest:,}")] if rest else []
    return _figure("across", words.by_district, bars, notes, words)


def _times(shelved: Shelved, chosen: str | None, words: Words) -> str:
    timeline = shelved.timeline
    if not shelved.span.printed:
        return f'<p class="undated">{words.undated}</p>' if shelved.among else ""
    groups = timeline.groups
    most = max((group.count for group in groups), default=1)
    every = -(-len(groups) // _NAMED)
    bars = "".join(
        f"<li>{_button('date', group, chosen, words)}"
        f"<b>{f'{group.count:,}' if len(groups) <= _COUNTED else ''}</b>"
        f"{_bar(_part(group.count, most), across=False)}"
        f"<span>{name_days(str(group.name), words) if n % every == 0 else ''}</span></button></li>"
        for n, group in enumerate(groups)
    )
    return _figure("up", words.by_time[timeline.unit], bars, _notes(timeline, words), words) if bars else ""


def _notes(timeline: Timeline, words: Words) -> list[str]:
    notes = [words.by_named_days.format(f"{timeline.named:,}")] if timeline.named else []
    return notes + ([words.elsewhere.format(f"{timeline.rest:,}")] if timeline.rest else [])


def _figure(way: str, title: str, bars: str, notes: list[str], words: Words) -> str:
    small = f"<small>{words.dot.join(notes)}</small>" if notes else ""
    return (
        f'<figure class="{way}"><figcaption>{title}{small}</figcaption>'
        f'<ul aria-label="{title}">{bars}</ul></figure>'
    )


def _button(aspect: Aspect, group: Group, chosen: str | None, words: Words) -> str:
    """Return the opening tag of a bar: what a click on it sets, and what it says."""
    on = group.name == chosen
    name = name_days(str(group.name), words) if aspect == "date" else str(group.name)
    count = words.units["articles"].format(f"{group.count:,}")
    label = show_text(f"{name}{words.dot}{count}")
    return (
        f'<button type="button" data-set="{aspect}" data-value="{"" if on else show_text(str(group.name))}" '
        f'aria-pressed="{"true" if on else "false"}" aria-label="{label}" title="{label}">'
    )


def _bar(part: int, *, across: bool) -> str:
    view, shape = (
        ("0 0 100 10", f'width="{part}" height="10"')
        if across
        else ("0 0 10 100", f'y="{100 - part}" width="10" height="{part}"')
    )
    return f'<svg viewBox="{view}" preserveAspectRatio="none" aria-hidden="true"><rect {shape}></rect></svg>'


def _part(count: int, most: int) -> int:
    """Return how far a bar reaches, of 100; what is there can be seen."""
    return max(round(100 * count / most), 1)
