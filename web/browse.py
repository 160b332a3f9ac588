"""What a look through the archive finds -> HTML: the field, the limits, the counts, and the list of articles.

In: Shelved. Out: strings of HTML. Does not know Gradio, or how articles are found.

A browser sends back what stands in `data-set` and `data-value` of a button, or what is chosen in a select: an
aspect and its value. What is typed into the field stands in no HTML of ours; the browser keeps it.
"""

from collections.abc import Iterator, Sequence

from index.records import Span
from qa.records import ROWS, Aspect, Facet, Group, Look, Order, Row, Shelved
from web.languages import LANGUAGES
from web.limits import name_days
from web.plots import show_plots
from web.quote import NEWSPAPER, name_place, paint, show_text
from web.words import Words

_ORDERS: tuple[Order, ...] = ("best", "date", "page")


def render_shelf(shelved: Shelved | None, number: int, language: str) -> str:
    """Return the whole room; before the first look (None) the field alone. `number` is that of the look."""
    words = LANGUAGES[language]
    inner = "".join(_found(shelved, words)) if shelved else ""
    return (
        f'<section class="shelf" lang="{words.tag}" data-number="{number}" '
        f'aria-label="{words.rooms["browse"]}"><div class="seek" role="search">'
        f'<input type="search" data-find="" maxlength="200" autocomplete="off" enterkeyhint="search" '
        f'aria-label="{words.find}" placeholder="{words.find_hint}"></div>'
        f'<div class="finds">{inner}</div></section>'
    )


def render_more(shelved: Shelved, number: int, language: str) -> str:
    """Return the next articles of a list that is shown already, to be put below it."""
    words = LANGUAGES[language]
    rows = "".join(_rows(shelved, words))
    return (
        f'<div class="further" lang="{words.tag}" data-number="{number}"><table><tbody>{rows}</tbody></table>'
        f"{_more(shelved, words)}</div>"
    )


def _found(shelved: Shelved, words: Words) -> Iterator[str]:
    look = shelved.look
    yield f'<div class="narrow">{"".join(_selects(shelved, words))}</div>'
    yield _chips(look, words)
    narrowed = bool(look.limits) or bool(look.words.strip())
    said = (words.found if narrowed else words.stocked).format(
        among=f"{shelved.among:,}", count=f"{shelved.total:,}"
    )
    yield f'<p class="count" tabindex="-1">{said}</p>'
    if not shelved.total:
        yield _nothing(shelved, words)
        return
    yield show_plots(shelved, words)
    columns = [words.headline, words.limits["district"], words.limits["kind"], words.origin]
    shown = columns[: 3 if shelved.look.order == "page" else 4]
    heads = "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in shown)
    yield (
        f'<table class="papers" role="table" aria-label="{words.rooms["browse"]}">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(_rows(shelved, words))}</tbody></table>'
    )
    yield _more(shelved, words)


# ---- what it can be limited to ----------------------------------------------------------------------


def _selects(shelved: Shelved, words: Words) -> Iterator[str]:
    chosen = dict(shelved.look.limits)
    for facet in shelved.facets:
        if facet.known > 1:
            yield _select(facet, chosen.get(facet.aspect, ""), words)
    if len(shelved.span.groups) > 1:
        yield from _dates(shelved, chosen.get("date", ""), words)
    orders = _ORDERS if shelved.look.words.strip() else _ORDERS[1:]
    options = "".join(
        _option(order, words.orders[order], chosen=order == shelved.look.order)
        for order in orders
        if order != "date" or shelved.span.printed
    )
    if options.count("<option") > 1:
        yield f'<label>{words.ordered}<select data-order="">{options}</select></label>'


def _select(facet: Facet, chosen: str, words: Words) -> str:
    options = [_option("", words.any_value, chosen=not chosen)]
    for group in facet.groups:
        if group.name is not None:
            name = _name(facet.aspect, group.name, words)
            options.append(_option(group.name, f"{name} {group.count:,}", chosen=group.name == chosen))
        else:
            options.append(_option("-", f"{words.ungrouped} {group.count:,}", off=True))
    if facet.more:
        options.append(_option("-", words.more_values.format(f"{facet.more:,}"), off=True))
    return (
        f'<label>{words.limits[facet.aspect]}<select data-limit="{facet.aspect}"{_on(chosen)}>'
        f"{''.join(options)}</select></label>"
    )


def _dates(shelved: Shelved, chosen: str, words: Words) -> Iterator[str]:
    """Yield the choices of the first and the last month or year; the browser makes a stretch of both."""
    yield '<div class="stretch">'
    first, _, last = chosen.partition("/")
    for end, at, said in (("from", first, words.since), ("to", last, words.until)):
        days = [str(group.name).split("/")[end == "to"] for group in shelved.span.groups]
        options = [_option("", words.any_value, chosen=at not in days)]
        options += [
            _option(day, name_days(str(group.name), words), chosen=day == at)
            for day, group in zip(days, shelved.span.groups, strict=True)
        ]
        yield f'<label>{said}<select data-limit="{end}"{_on(at)}>{"".join(options)}</select></label>'
    yield "</div>"


def _option(value: str, said: str, *, chosen: bool = False, off: bool = False) -> str:
    signs = f"{' selected' if chosen else ''}{' disabled' if off else ''}"
    return f'<option value="{show_text(value)}"{signs}>{show_text(said)}</option>'


def _on(chosen: str) -> str:
    return ' class="on"' if chosen else ""


def _chips(look: Look, words: Words) -> str:
    chips = []
    for aspect, value in look.limits:
        name = show_text(_name(aspect, value, words))
        label = f"{words.without_limit.format(words.limits[aspect])}"
        chips.append(
            f'<li><span>{words.limits[aspect]} <b {NEWSPAPER}>{name}</b></span><button type="button" '
            f'data-set="{aspect}" data-value="" aria-label="{label}" title="{label}">×</button></li>'
        )
    if len(chips) > 1:
        chips.append(f'<li class="all"><button type="button" data-clear="">{words.clear}</button></li>')
    # Always there: Gradio changes a page by the order of its elements, and what has the focus shall stay.
    none = "" if chips else " hidden"
    return f'<ul class="chips" aria-label="{words.limited}"{none}>{"".join(chips)}</ul>'


def _name(aspect: Aspect, value: str, words: Words) -> str:
    if aspect == "kind":
        return next((name for kind, name in words.kinds.items() if kind == value), value)
    return name_days(value, words) if aspect == "date" else value


def _nothing(shelved: Shelved, words: Words) -> str:
    """Return a calm word, and which one thing to lift for how many articles."""
    ways = []
    if shelved.apart:
        said = words.apart.format(show_text(str(shelved.apart.name)))
        ways.append(_way("words", str(shelved.apart.name), said, shelved.apart.count, words))
    limits = dict(shelved.look.limits)
    for gone, count in shelved.lifting:
        if gone is None:
            ways.append(_way("words", "", words.without_words, count, words))
        else:
            name = f"<b {NEWSPAPER}>{show_text(_name(gone, limits[gone], words))}</b>"
            said = f"{words.without_limit.format(words.limits[gone])}{words.dot}{name}"
            ways.append(_way(gone, "", said, count, words))
    offered = f'<p class="near">{words.instead}</p><ul class="ways">{"".join(ways)}</ul>' if ways else ""
    return f'<div class="no"><p>{words.found_none}</p></div>{offered}'


def _way(what: str, value: str, said: str, count: int, words: Words) -> str:
    number = words.units["articles"].format(f"{count:,}")
    return (
        f'<li><button type="button" data-set="{what}" data-value="{show_text(value)}">'
        f"<span>{said}</span><small>{number}</small></button></li>"
    )


# ---- the list ---------------------------------------------------------------------------------------


def _rows(shelved: Shelved, words: Words) -> Iterator[str]:
    by_page = shelved.look.order == "page"
    for row in shelved.rows:
        if row.pile:
            yield _pile(row, row.pile, words)
        yield _row(row, words, by_page=by_page)


def _pile(row: Row, pile: Group, words: Words) -> str:
    """Return the line that names the page, or the file of rows, on which the next articles stand."""
    count = words.units["articles"].format(f"{pile.count:,}")
    issue = _issue(row, words) if pile.name == row.shown.source else []
    facts = [f"<bdi>{show_text(fact)}</bdi>" for fact in (*issue, str(pile.name))]
    return (
        f'<tr class="pile" role="row"><th colspan="3" scope="rowgroup" role="rowheader">'
        f"{words.dot.join(facts)}<small>{count}</small></th></tr>"
    )


def _row(row: Row, words: Words, *, by_page: bool) -> str:
    """Return an article; where it stands is said in a column of its own, unless the line of its page does."""
    shown = row.shown
    here = f'data-open="{show_text(name_place(shown.source, row.opens, shown.version))}"'
    named = "serif" if shown.headline else "serif plain"
    marks = [(Span(mark.start - shown.start, mark.end - shown.start), "exact") for mark in shown.marks]
    quoted = paint(shown.text, Span(0, len(shown.text)), marks)
    headline, sentence = show_text(shown.headline or row.opening), quoted
    if not shown.headline and shown.text.startswith(row.opening):  # its first words stand for a headline
        headline, sentence = quoted, ""
    sentence = f'<p class="clip serif" {NEWSPAPER}>{sentence}</p>' if sentence else ""
    byline = f'<p class="by" {NEWSPAPER}><bdi>{show_text(shown.byline)}</bdi></p>' if shown.byline else ""
    origin = "" if by_page else f'<td role="cell" class="origin">{_origin(row, words)}</td>'
    return (
        f'<tr class="src" role="row" id="s0-{shown.n}" {here}>'
        f'<td role="cell"><h2><a class="{named}" {NEWSPAPER} href="#s0-{shown.n}" {here}>{headline}</a></h2>'
        f"{sentence}{byline}</td>"
        f'<td role="cell" {NEWSPAPER}>{show_text(shown.district or "")}</td>'
        f'<td role="cell">{words.kinds[shown.kind]}</td>{origin}</tr>'
    )


def _origin(row: Row, words: Words) -> str:
    """Return where an article stands, its file as a button that limits to it."""
    issue = words.dot.join(f"<bdi>{show_text(fact)}</bdi>" for fact in _issue(row, words))
    source = show_text(row.shown.source)
    return (
        f'{issue}<button type="button" data-set="source" data-value="{source}" title="{words.only_this}" '
        f'aria-label="{words.only_this}{words.dot}{source}"><bdi>{source}</bdi></button>'
    )


def _issue(row: Row, words: Words) -> Sequence[str]:
    shown = row.shown
    edition = shown.edition and words.edition.format(shown.edition)
    return [fact for fact in (shown.newspaper, shown.date, edition) if fact]


def _more(shelved: Shelved, words: Words) -> str:
    shown = shelved.look.first + len(shelved.rows)
    left = min(ROWS, shelved.total - shown)
    button = (
        f'<button type="button" data-more="{shown}">{words.more_rows.format(left)}</button>'
        if left > 0
        else ""
    )
    return f'<div class="more">{button}</div>'
