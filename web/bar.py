"""The bar above a newspaper page -> HTML: which page it is, its articles, the way to the other sources.

In: a page with its articles, the one that is shown, and the sources of the turn that led there. Out: a string
of HTML. Does not know how a page is drawn, or what a click on anything in the bar does.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.records import Article
from web.quote import NEWSPAPER, Paper, Place, name_issue, show_inline, show_text
from web.words import Words

_FIRST_WORDS = 18  # of an article without a headline; about a line of the list


@dataclass(frozen=True, slots=True)
class Trail:
    """The numbered sources of a turn, in their order, and which of them is shown: the `n`-th, from 1 on."""

    turn: int
    n: int
    places: Sequence[Place]

    def key(self, n: int) -> str:
        """Return the key of the n-th source."""
        return f"{self.turn}-{n}"


def show_bar(paper: Paper, chosen: Article | None, trail: Trail | None, words: Words) -> str:
    """Return the bar. It has the same parts in the same order for every source of a turn.

    So the browser, which draws anew only what differs, leaves the focus on the button that was pressed.
    """
    source = show_text(paper.page.source)
    issue = words.dot.join(show_inline(fact) for fact in name_issue(paper.page, words))
    return (
        f'<div class="bar">{_contents(paper.articles, chosen, words)}{_steps(trail, words)}{_close(words)}'
        f'<p><b title="{source}">{source}</b><small>{issue}</small></p></div>'
    )


def show_notice_bar(words: Words) -> str:
    """Return the bar of a page that is no longer there."""
    return f'<div class="bar">{_close(words)}</div>'


def _close(words: Words) -> str:
    return f'<button type="button" data-close="">{words.close}</button>'


def _steps(trail: Trail | None, words: Words) -> str:
    """Return the way to the source before and to the one after. At either end a button leads nowhere."""
    if trail is None or len(trail.places) < 2:
        return ""
    said = words.step_of.format(at=trail.n, count=len(trail.places))
    back = _step("back", trail, trail.n - 1, words.step_back, "ArrowLeft [")
    on = _step("on", trail, trail.n + 1, words.step_on, "ArrowRight ]")
    return f'<span class="steps">{back}<span role="status">{said}</span>{on}</span>'


def _step(name: str, trail: Trail, n: int, label: str, keys: str) -> str:
    leads = f'data-open="{trail.key(n)}"' if 0 < n <= len(trail.places) else 'aria-disabled="true"'
    sign = "←" if name == "back" else "→"
    return (
        f'<button type="button" data-step="{name}" {leads} aria-label="{label}" aria-keyshortcuts="{keys}" '
        f'title="{label} {sign}"></button>'
    )


def _contents(articles: Sequence[Article], chosen: Article | None, words: Words) -> str:
    """Return the list of a page's articles behind the line that says how many there are."""
    if not articles:
        return ""
    at = next((n for n, article in enumerate(articles, 1) if article is chosen), None)
    count = f"{len(articles):,}"
    said = words.place.format(count=count, at=at) if at else words.units["articles"].format(count)
    heads = Counter(article.headline for article in articles)
    items = "".join(
        _entry(n, article, words, current=article is chosen, alone=heads[article.headline] == 1)
        for n, article in enumerate(articles)
    )
    return (
        f'<details class="contents"><summary aria-label="{said} {words.contents}">{said}</summary>'
        f'<ol aria-label="{words.contents}">{items}</ol></details>'
    )


def _entry(n: int, article: Article, words: Words, *, current: bool, alone: bool) -> str:
    """Return an article's headline, or what kind it is; where that is not its own, how it begins."""
    name = words.kinds[article.kind]
    if article.headline:
        name = f'<span class="serif" {NEWSPAPER}>{show_text(article.headline)}</span>'
    if not (article.headline and alone):
        begins = "".join(article.text[: 4 * _FIRST_WORDS].split())
        shown = show_text(begins[:_FIRST_WORDS]) + ("……" if len(begins) > _FIRST_WORDS else "")
        name += f' <span class="serif begins" {NEWSPAPER}>{shown}</span>'
    now = ' aria-current="true"' if current else ""
    return f'<li><button type="button" data-to="{n}"{now}>{name}</button></li>'
