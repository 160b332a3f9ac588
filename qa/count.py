"""What is to be counted -> a number over the whole archive, and the list behind it.

In: a Request, the limits, and the whole of an archive. Out: an Answer whose number counts all articles, not
the best few, and whose citations are the pages' own sentences. Does not know how the question was understood.

An article mentions words where they stand in its head or text as they are. Where none has them so, those
that have each of the words somewhere are counted, and it is said. What was printed twice counts twice, and
that is said. The number is our statement: it stands in `span` and `overview`, never among what is quoted.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.catalog import Facts
from index.store import CatalogLeg
from index.text import cut_words, fold
from qa.listing import cite_mention
from qa.overview import Request
from qa.records import Answer, Group, Hit, Limit, Overview, What
from qa.scope import Scope
from qa.within import say_limits

# So many articles are listed; the number is of all.
LISTED = 20
_GROUPS_SAID, _NAMES_SAID = 12, 6
_UNITS: dict[What, str] = {"articles": "篇", "districts": "个区县", "pages": "版", "newspapers": "份报纸"}


def count_articles(
    asked: str, request: Request, scope: Scope, catalog: CatalogLeg, started: float, limits: Sequence[Limit]
) -> Answer:
    """Count, and return the number with the list behind it; `started` is a time.perf_counter()."""
    found, overview = _count(request, scope, limits)
    ordered = _order(found, request, scope)
    articles = {number: (article, page) for number, article, page in catalog.articles(ordered[:LISTED])}
    words = _words(request.mention, loosely=overview.loosely)
    citations = [cite_mention(n, *articles[number], words) for n, number in enumerate(ordered[:LISTED], 1)]
    return Answer(
        question=asked,
        standalone=asked,
        answered=bool(found),
        answer="".join(f"{''.join(citation.text.splitlines())}[{citation.n}]" for citation in citations),
        span=_span(overview) if found else None,
        confidence=1.0 if found else 0.0,
        citations=tuple(citations),
        hits=tuple(
            Hit(c.n, 0.0, c.source, number, c.headline, c.start, c.end, c.text, version=c.version)
            for c, number in zip(citations, ordered, strict=False)
        ),
        reason=None if found else overview.stated,
        took_ms=(time.perf_counter() - started) * 1000,
        overview=overview,
    )


def _order(found: set[int], request: Request, scope: Scope) -> list[int]:
    """Return the articles, those first that have the words in their head, then the newest.

    Of every district, page or newspaper that was asked for, one comes before the second of any.
    """
    headed = scope.headed(request.mention) if request.mention else set[int]()
    ordered = sorted(found, key=lambda number: (number not in headed, *_newest_first(scope.facts[number])))
    if request.what not in _GROUPS:
        return ordered
    before: Counter[str | None] = Counter()
    turns: dict[int, tuple[bool, int]] = {}
    for number in ordered:
        name = _GROUPS[request.what](scope.facts[number])
        turns[number] = name is None, before[name]
        before[name] += 1
    return sorted(ordered, key=turns.__getitem__)


def _count(request: Request, scope: Scope, limits: Sequence[Limit]) -> tuple[set[int], Overview]:
    inside = scope.select(limits)
    found, apart, loosely = inside, 0, False
    if request.mention is not None:
        found = scope.mention(request.mention) & inside
        several = len(_words(request.mention, loosely=True)) > 1
        each = scope.mention_words(request.mention) & inside if several else set[int]()
        loosely = bool(each) and not found
        found, apart = (each, 0) if loosely else (found, len(each - found))
    groups = _group(request.what, [scope.facts[number] for number in found])
    overview = Overview(request.what, request.mention, len(found), len(inside), loosely, apart, groups, "")
    return found, replace(overview, stated=_state(overview, limits))


def _words(mention: str | None, *, loosely: bool) -> list[str]:
    """Return what is looked for in an article, folded: the words as they stand, or each of them."""
    if not mention:
        return []
    return [word for word in cut_words(mention) if len(word) > 1] if loosely else [fold(mention)]


def _newest_first(facts: Facts) -> tuple[bool, int, int]:
    day = int(facts.date.replace("-", "")) if facts.date else 0
    return day == 0, -day, facts.article_id


def _group(what: What, found: Sequence[Facts]) -> tuple[Group, ...]:
    """Return the districts, pages or newspapers of the articles, those with the most first."""
    if what not in _GROUPS:
        return ()
    counts = Counter(_GROUPS[what](facts) for facts in found)
    ordered = sorted(counts.items(), key=lambda one: (one[0] is None, -one[1], one[0] or ""))
    return tuple(Group(name, count) for name, count in ordered)


def _name_page(facts: Facts) -> str:
    """Return 江州晚报 2016-10-25 第A03版; where that is not known, the file."""
    parts = (facts.newspaper, facts.date, facts.edition and f"第{facts.edition}版")
    return " ".join(part for part in parts if part) if facts.edition and facts.date else facts.source


_GROUPS: dict[What, Callable[[Facts], str | None]] = {
    "districts": lambda facts: facts.district,
    "newspapers": lambda facts: facts.newspaper,
    "pages": _name_page,
}


# ---- in words ---------------------------------------------------------------------------------------


def _known(overview: Overview) -> list[str]:
    return [group.name for group in overview.groups if group.name]


def _span(overview: Overview) -> str:
    """Return the number, or the names where they are few."""
    names = _known(overview)
    if not names:
        return f"{overview.articles}篇"
    few = overview.what != "pages" and len(names) <= _NAMES_SAID
    return "、".join(names) if few else f"{len(names)}{_UNITS[overview.what]}"


def _state(overview: Overview, limits: Sequence[Limit]) -> str:
    """Say in Chinese what was counted, and how."""
    where = f"限于{say_limits(limits)}" if limits else "库中"
    said, count, among = f"“{overview.mention}”", overview.articles, f"{where}共 {overview.among} 篇"
    if not overview.mention:
        parts = [f"{among}。" if count else f"{where}一篇也没有。"]
    elif overview.loosely:
        parts = [f"{among},没有一篇原样写到{said},{count} 篇写到了其中每个词。"]
    else:
        parts = [f"{among},{count} 篇提到{said}。" if count else f"{among},没有一篇提到{said}。"]
    if overview.apart:
        parts.append(f"另有 {overview.apart} 篇写到了其中每个词,但没有连在一起。")
    if overview.groups:
        parts.append(_state_groups(overview))
    if count:
        parts.append("按篇计数,重印、转载的各算一篇。")
    if count > LISTED:
        parts.append(f"以下列出 {LISTED} 篇。")
    return "".join(parts)


def _state_groups(overview: Overview) -> str:
    known = [group for group in overview.groups if group.name]
    unknown = overview.articles - sum(group.count for group in known)
    named = "、".join(f"{group.name} {group.count} 篇" for group in known[:_GROUPS_SAID])
    more = "等" if len(known) > _GROUPS_SAID else ""
    parts = [f"分属 {len(known)} {_UNITS[overview.what]}:{named}{more}"] if known else []
    parts += [f"{unknown} 篇没有写明"] if unknown else []
    return ";".join(parts) + "。"
