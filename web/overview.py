"""What was counted over the whole archive -> HTML: the number, what it is of, and its groups.

In: an Overview. Out: strings of HTML, in our own words, apart from what is quoted.
Does not know the list of sources below it.
"""

from qa.records import Answer, Overview
from web.quote import NEWSPAPER, isolate, show_inline, show_text
from web.words import Words

_GROUPS = 40


def show_number(answer: Answer, overview: Overview, words: Words) -> str:
    """Return the number in large, or the names that were counted; under it what was counted, and how."""
    known = [group for group in overview.groups if group.name]
    few = known and answer.span == "、".join(group.name or "" for group in known)
    number = overview.articles if overview.what == "articles" or not known else len(known)
    unit = overview.what if known else "articles"
    large = (
        f'<p class="span serif long" {NEWSPAPER}>{show_text(answer.span or "")}</p>'
        if few
        else f'<p class="span serif">{words.units[unit].format(f"{number:,}")}</p>'
    )
    stated = show_text(say_count(overview, words, len(answer.citations)))
    return f'{large}<p class="stated">{stated}</p>{_groups(overview, words)}'


def say_count(overview: Overview, words: Words, shown: int) -> str:
    """Return what was counted, in words, as text. `shown` of the articles are listed."""
    if not overview.mention:
        pattern = words.counted_all
    elif overview.loosely:
        pattern = words.counted_loosely
    else:
        pattern = words.counted if overview.articles else words.counted_none
    among, count = f"{overview.among:,}", f"{overview.articles:,}"
    parts = [pattern.format(among=among, count=count, mention=isolate(overview.mention or ""))]
    if overview.apart:
        parts.append(words.counted_apart.format(f"{overview.apart:,}"))
    if overview.articles:
        parts.append(words.counted_how)
    if shown < overview.articles and shown:
        parts.append(words.counted_shown.format(shown))
    return words.between.join(parts)


def _groups(overview: Overview, words: Words) -> str:
    known = [group for group in overview.groups if group.name]
    more = f"<li>{words.more_groups.format(f'{len(known) - _GROUPS:,}')}</li>" if len(known) > _GROUPS else ""
    named = "".join(
        f"<li {NEWSPAPER}>{show_inline(one.name or '')} <b>{one.count:,}</b></li>" for one in known[:_GROUPS]
    )
    rest = "".join(
        f"<li>{words.ungrouped} <b>{one.count:,}</b></li>" for one in overview.groups if not one.name
    )
    items = named + more + rest
    return f'<ul class="groups">{items}</ul>' if items else ""
