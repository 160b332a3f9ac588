"""The whole archive to be looked through: words and limits -> a list of articles, and counts of them.

In: a Look. Out: Shelved, some dozens of rows with the counts of all that was found. Does not know questions,
answers, or how a list is drawn.

An article has a word where its head or byline has it as it stands, or one of its passages all its pairs of
characters (`Scope.holding`): the postings say that in some milliseconds, and no text is read but that of the
rows shown. What is read once, at the first look, takes a second for 66,000 articles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, reduce
from typing import Any, get_args

import numpy as np

from index.pages import file_of
from index.records import Article, Page, Span
from index.store import Among, CatalogLeg, KeywordLeg
from index.text import cut_words, fold, terms
from qa.columns import Columns, Mask, Numbers
from qa.listing import cite_mention
from qa.records import ROWS, Aspect, Group, Look, Order, Row, Shelved, Timeline
from qa.scope import Scope

# Passages that are put in order by how well they fit; what is read of what was typed.
RANKED = 1000
LONGEST, _WORDS, _OPENING = 200, 8, 48


def read_look(said: Mapping[str, Any]) -> Look:
    """Return what a browser asked for as a Look: anything may be in it, what makes no sense is left out."""
    words, limits, first = said.get("words"), said.get("limits"), said.get("first")
    order = next((order for order in get_args(Order) if order == said.get("order")), None)
    known = limits if isinstance(limits, Mapping) else {}
    return Look(
        words[:LONGEST] if isinstance(words, str) else "",
        tuple(
            (aspect, value[:1000])
            for aspect in get_args(Aspect)
            if isinstance(value := known.get(aspect), str) and value
        ),
        order,
        min(first, 10**7) if isinstance(first, int) and first > 0 else 0,
    )


class Shelf:
    """An archive to be looked through. Threads may share it."""

    def __init__(self, catalog: CatalogLeg, keywords: KeywordLeg, scope: Scope) -> None:
        self._catalog, self._keywords, self._scope = catalog, keywords, scope

    def browse(self, look: Look, rows: int = ROWS) -> Shelved:
        """Return up to `rows` of the articles that `look` wants, and what it finds of the whole archive."""
        columns = self._columns
        words = split_words(look.words)
        having = self._having(words)
        inside = {}
        for aspect, value in look.limits:
            try:
                inside[aspect] = columns.inside(aspect, value)
            except ValueError:  # a date that is none
                continue
        limits = tuple((aspect, value) for aspect, value in look.limits if aspect in inside)
        found = reduce(np.logical_and, inside.values(), having)

        def without(gone: Aspect) -> Mask:
            return reduce(np.logical_and, (mask for aspect, mask in inside.items() if aspect != gone), having)

        chosen = dict(limits)
        order = look.order or self.usual
        order = "best" if look.order is None and words else order
        order = self.usual if order == "best" and not words else order
        look = replace(look, limits=limits, order=order)
        at = self._order(found, look, words)[look.first : look.first + rows]
        nothing = not found.any()
        return Shelved(
            look=look,
            total=int(found.sum()),
            among=len(columns),
            rows=tuple(self._rows(at, words, found, look)),
            facets=tuple(
                columns.facet(aspect, without(aspect), chosen.get(aspect)) for aspect in columns.aspects
            ),
            timeline=self._timeline(without("date"), found, chosen.get("date")),
            span=columns.span,
            lifting=self._lift(words, inside) if nothing else (),
            apart=self._cut_apart(words, inside) if nothing else None,
        )

    @cached_property
    def usual(self) -> Order:
        """The order where the reader chose none and typed nothing: by date where pages have one."""
        return "date" if self._columns.printed.any() else "page"

    # ---- what is found ----

    def _having(self, words: Sequence[str]) -> Mask:
        return reduce(np.logical_and, (self._having_one(word) for word in words), self._columns.mask())

    def _having_one(self, word: str) -> Mask:
        mask = self._columns.mask(self._columns.positions(self._scope.holding(word)))
        mask[self._headed(word)] = True
        return mask

    def _headed(self, word: str) -> Numbers:
        """Return the positions of the articles in whose head or byline a folded word stands as it is."""
        heads, starts = self._heads
        places, at = [], heads.find(word)
        while at >= 0:
            places.append(at)
            at = heads.find(word, heads.find("\n", at))
        return np.searchsorted(starts, np.array(places, np.int64), "right") - 1

    def _timeline(self, among: Mask, found: Mask, value: str | None) -> Timeline:
        """Return the times to choose from: those inside one chosen year by months, else of all of `among`."""
        if value and value[:4].isdecimal() and value[:4] == value[11:15]:
            year = f"{value[:4]}-01-01/{value[:4]}-12-31"
            return self._columns.timeline(among & self._columns.inside("date", year), "month")
        return self._columns.timeline(found if value else among)

    def _lift(
        self, words: Sequence[str], inside: Mapping[Aspect, Mask]
    ) -> tuple[tuple[Aspect | None, int], ...]:
        """Return how many articles there are without the words, and without each limit; 0 is left out."""
        having = self._having(words)
        every = self._columns.mask()
        counts: list[tuple[Aspect | None, int]] = []
        if words:
            counts.append((None, int(reduce(np.logical_and, inside.values(), every).sum())))
        for gone in inside:
            rest = (mask for aspect, mask in inside.items() if aspect != gone)
            counts.append((gone, int(reduce(np.logical_and, rest, having).sum())))
        return tuple((gone, count) for gone, count in counts if count)

    def _cut_apart(self, words: Sequence[str], inside: Mapping[Aspect, Mask]) -> Group | None:
        """Return the words that were typed in one, with blanks between, and how many articles have each."""
        apart = [part for word in words for part in cut_words(word) if len(part) > 1]
        if len(apart) <= len(words) or len(apart) > _WORDS:
            return None
        count = int(reduce(np.logical_and, inside.values(), self._having(apart)).sum())
        return Group(" ".join(apart), count) if count else None

    # ---- in which order, and how it is shown ----

    def _order(self, found: Mask, look: Look, words: Sequence[str]) -> Numbers:
        positions = np.flatnonzero(found)
        if look.order == "page":
            return positions
        newest_first = positions[np.argsort(-self._columns.printed[positions], kind="stable")]
        if look.order != "best":
            return newest_first
        numbers = self._scope.passages_of(self._columns.numbers[positions])
        # Some thousand passages are walked in 10 ms; where more fit, the best of all hold enough of them.
        among = Among.of(numbers) if len(numbers) <= 8 * RANKED else None
        best = self._keywords.search(terms(" ".join(words)), RANKED, among)
        ranked = self._columns.positions(self._scope.owners_of(np.array(list(best), np.int64)))
        place = np.full(len(self._columns), RANKED, np.int64)
        place[ranked[::-1]] = np.arange(len(ranked))[::-1]
        headed = np.ones(len(self._columns), bool)
        headed[reduce(np.intersect1d, [self._headed(word) for word in words])] = False
        return newest_first[np.lexsort((place[newest_first], headed[newest_first]))]

    def _rows(self, at: Numbers, words: Sequence[str], found: Mask, look: Look) -> list[Row]:
        numbers = self._columns.numbers[at].tolist()
        articles = {number: (article, page) for number, article, page in self._catalog.articles(numbers)}
        rows = [_row(n, *articles[number], words) for n, number in enumerate(numbers, look.first + 1)]
        if look.order != "page" or not rows:
            return rows
        files, pages = self._columns.aspects["source"], self._columns.sources
        in_file, on_page = files.count(found)[0], pages.count(found)[0]
        before = None
        if look.first:  # the row above, which was shown before
            positions = np.flatnonzero(found)
            before = self._pile(int(positions[look.first - 1]))
        piled = []
        for position, row in zip(at.tolist(), rows, strict=True):
            pile = self._pile(position)
            counts, codes = (on_page, pages.codes) if pile == row.shown.source else (in_file, files.codes)
            heads = Group(pile, int(counts[codes[position]]))
            piled.append(row if pile == before else replace(row, pile=heads))
            before = pile
        return piled

    def _pile(self, position: int) -> str:
        """Return the page that an article stands on; where it is a page to itself, a row say, the file."""
        pages = self._columns.sources
        code = pages.codes[position]
        return pages.names[code] if self._on_page[code] > 1 else file_of(pages.names[code])

    # ---- what is read once ----

    @cached_property
    def _columns(self) -> Columns:
        return Columns(list(self._scope.facts.values()), self._scope.days)

    @cached_property
    def _on_page(self) -> Numbers:
        """How many articles each page has, by its code."""
        return self._columns.sources.count(self._columns.mask())[0]

    @cached_property
    def _heads(self) -> tuple[str, Numbers]:
        """All heads and bylines, folded, a line each; and where each line begins."""
        lines = [f"{title}\t{byline}".replace("\n", " ") for title, byline in self._catalog.heads()]
        ends = np.cumsum([len(line) + 1 for line in lines])
        return fold("\n".join([*lines, ""])), np.concatenate([[0], ends[:-1]]).astype(np.int64)


def split_words(typed: str) -> list[str]:
    """Return the folded words of what was typed into a search field, none twice."""
    parts = (part.strip("\x00") for part in fold(typed).split())
    return list(dict.fromkeys(part for part in parts if any(map(str.isalnum, part))))[:_WORDS]


def _row(n: int, article: Article, page: Page, words: Sequence[str]) -> Row:
    shown = cite_mention(n, article, page, words)
    start = article.spans[0].start
    in_body = any(span.start <= shown.start < span.end for span in article.spans)
    opens = Span(shown.start, shown.end) if shown.marks and in_body else Span(start, start)
    return Row(shown, opens, article.text[:_OPENING].strip().partition("\n")[0])
