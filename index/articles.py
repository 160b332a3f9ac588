"""Page -> Article: who wrote what, and where on the page it stands.

In: the text of one Page. Out: its articles in the order of their heads with exact spans, the joins that made
them, and the rest of the page. Does not know other pages, how passages are cut, or any newspaper's name.

    page -> lines -> blocks -> chains -> articles
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.blocks import Block, read_blocks
from index.days import list_dates
from index.heads import Head, find_district, read_head, spread_district
from index.lines import Line, credit_of, is_kicker, numbers_clause, paragraph_end, read_lines
from index.records import Article, Furniture, FurnitureKind, Join, Kind, Page, Reading, Span
from index.stitch import Chain, Link, chain_all, stitch_blocks

_DOCUMENT_NAME = re.compile(
    r"(?:规定|条例|办法|通知|公告|通告|细则|决定|决议|章程|准则|规则|意见|方案|公报|纲要|规划)(?:[(（].*[)）])?$"
)
# A shorter paragraph may well be said twice ("记者了解到:").
_SHORTEST_COPY = 15


@dataclass(slots=True)
class _Item:
    """A line of a body, and the link that it runs on by, None where it stands below as a paragraph does."""

    line: Line
    link: Link | None = None


@dataclass(slots=True)
class _Draft:
    """An article being put together."""

    kind: Kind
    titles: list[Line]
    credits: list[Line]
    items: list[_Item]
    head: Head = field(default_factory=Head)

    @property
    def place(self) -> int:
        """Where on the page it begins."""
        return (self.titles or [self.items[0].line])[0].start


def split_articles(page: Page) -> list[Article]:
    """Return the articles of `page`; every one has a body, and no two share a character of it."""
    return list(read_articles(page).articles)


def read_articles(page: Page) -> Reading:
    """Read `page`: its articles, how they were put together, and what belongs to none of them."""
    text, lines = page.text, read_lines(page.text)
    blocks, imprint = _read_titled(lines, page.title) if page.title else read_blocks(lines)
    blocks, copies = _set_copies_aside(blocks)
    running = [block for block in blocks if block.kind != "caption"]
    chains = chain_all(running) if page.title else stitch_blocks(running, text)
    _return_credits(chains, running)
    chains = [_divide(chain, running) for chain in chains]
    drafts = [_draft_chain(chain, running) for chain in chains]
    drafts += [_draft_caption(block) for block in blocks if block.kind == "caption"]
    drafts.sort(key=lambda draft: draft.place)
    sections = _copy_title(drafts, page.title, text) if page.title else _read_heads(drafts)
    articles = [_finish(draft, text) for draft in _spread_briefs(drafts)]
    articles = _spread_district(articles, text)
    known = [Furniture(span, "imprint") for line in imprint for span in line.parts]
    known += [Furniture(span, "section") for line in sections for span in line.parts]
    known += [Furniture(span, "repeat") for line in copies for span in line.parts]
    joins = tuple(join for chain in chains for join in _list_joins(chain, running))
    return Reading(tuple(articles), joins, _complete(known, articles, joins, text))


# ---- from blocks to drafts ------------------------------------------------------------------------


def _read_titled(lines: Sequence[Line], title: Span) -> tuple[list[Block], list[Line]]:
    """Return the blocks of a page that says itself what its only headline is: all the rest is one text.

    What is as short as a title above it is the menu of a web page, but for a kicker right above.
    """
    above = [line for line in lines if line.end <= title.start]
    head = [line for line in lines if line.end > title.start and line.start < title.end]
    rest = [line for line in lines if line.start >= title.end]
    if above and is_kicker(above[-1]):
        head.insert(0, above.pop())
    menu = [line for line in above if line.kind in ("title", "imprint")]
    credited = [line for line in above if line.kind == "byline"]
    while rest and rest[0].kind == "byline":
        credited.append(rest.pop(0))
    if not rest:
        return [Block(line) for line in lines], []
    blocks = [Block(line) for line in above if line.kind not in ("title", "imprint", "byline")]
    return [*blocks, Block(rest[0], titles=head, bylines=credited), *map(Block, rest[1:])], menu


def _set_copies_aside(blocks: Sequence[Block]) -> tuple[list[Block], list[Line]]:
    """Return the blocks without the paragraphs that the page prints a second time, and the lines of those."""
    kept, copies = [], []
    seen: set[str] = set()
    for block in blocks:
        text = block.line.folded
        bare = block.kind == "text" and not (block.titles or block.bylines or block.leading or block.signoffs)
        if bare and len(text) >= _SHORTEST_COPY and text in seen:
            copies.append(block.line)
        else:
            kept.append(block)
            seen.add(text)
    return kept, copies


def _return_credits(chains: Iterable[Chain], blocks: Sequence[Block]) -> None:
    """Give a credit above the head of an article to the text before, which it signs without brackets."""
    for chain in chains:
        first = chain.blocks[0]
        if first > 0 and blocks[first].leading:
            blocks[first - 1].signoffs += blocks[first].leading
            blocks[first].leading = []


def _divide(chain: Chain, blocks: Sequence[Block]) -> Chain:
    """Return a chain in which no sentence runs on over a heading inside the body."""
    links = tuple(
        replace(link, closed=False, repeated=0)
        if blocks[link.after].titles and link.after != chain.head
        else link
        for link in chain.links
    )
    return replace(chain, links=links)


def _draft_chain(chain: Chain, blocks: Sequence[Block]) -> _Draft:
    """Return the draft of a chain. Titles that are not its head are headings inside the body."""
    titles: list[Line] = []
    credited: list[Line] = []
    items: list[_Item] = []
    for number, link in zip(chain.blocks, (None, *chain.links), strict=True):
        block = blocks[number]
        if number == chain.head:
            titles = block.titles
        else:
            items += [_Item(line) for line in block.titles]
        credited += [*block.leading, *block.bylines, *block.signoffs]
        items.append(_Item(block.line, link))
    first = blocks[chain.blocks[0]]
    clauses = sum(numbers_clause(item.line.text) for item in items)
    named = any(_DOCUMENT_NAME.search(line.text) for line in titles)
    kind: Kind = "brief" if first.kind == "brief" else "document" if named and clauses >= 2 else "news"
    return _Draft(kind, titles, credited, items)


def _draft_caption(block: Block) -> _Draft:
    return _Draft(
        "caption", block.titles, [*block.leading, *block.bylines, *block.signoffs], [_Item(block.line)]
    )


def _read_heads(drafts: Sequence[_Draft]) -> list[Line]:
    """Tell the parts of every head; return the lines that name a section.

    A section governs the item that it stands above, and the next ones as long as they bear the names of
    places as that one does.
    """
    lines = []
    section, placed = None, False
    for draft in drafts:
        if draft.kind == "caption" and not draft.titles:
            continue
        head = read_head([line.text for line in draft.titles])
        if head.section:
            lines.append(draft.titles.pop(0))
            section, placed = head.section, head.placed
        elif not (placed and head.placed):
            section, placed = None, False
        draft.head = replace(head, section=section)
    return lines


def _copy_title(drafts: Iterable[_Draft], title: Span, text: str) -> list[Line]:
    """Take the headline that the page itself names, what stands above it for a kicker; name no section."""
    for draft in drafts:
        if draft.titles:
            kicker = " ".join(line.text for line in draft.titles if line.end <= title.start)
            draft.head = Head(kicker or None, text[title.start : title.end])
    return []


def _spread_briefs(drafts: Iterable[_Draft]) -> Iterator[_Draft]:
    """Put every item of a column of briefs under the column's head."""
    head = None
    for draft in drafts:
        if draft.kind == "brief":
            head = draft.head if draft.titles else head
            draft.head = head or draft.head
        elif draft.kind != "caption":
            head = None
        yield draft


# ---- from drafts to records ---------------------------------------------------------------------------


def _finish(draft: _Draft, text: str) -> Article:
    spans = tuple(_lay(draft.items, text))
    body = "".join(text[span.start : span.end] for span in spans)
    lines = [*draft.credits, draft.items[0].line, draft.items[-1].line]
    titles = " ".join(line.text for line in draft.titles)
    return Article(
        headline=draft.head.headline,
        kicker=draft.head.kicker,
        subtitle=draft.head.subtitle,
        byline=next((credit for line in lines if (credit := credit_of(line))), None),
        district=draft.head.district or find_district(titles, body),
        kind=draft.kind,
        spans=spans,
        text=body,
        head=tuple(span for line in (*draft.titles, *draft.credits) for span in line.parts),
        section=draft.head.section,
        dates=list_dates(body),
    )


def _lay(items: Sequence[_Item], text: str) -> Iterator[Span]:
    """Yield the spans of a body: paragraphs run on, a column that was cut in mid-sentence is closed up."""
    open_span: Span | None = None
    for item in items:
        first, *more = item.line.parts
        link = item.link
        if open_span is not None:
            if link and link.closed:
                yield open_span
                first = Span(first.start + link.repeated, first.end)
            elif open_span.end <= first.start and not text[open_span.end : first.start].strip():
                first = Span(open_span.start, first.end)  # the next paragraph, and the blanks before it
            else:  # the paragraph ends here, and another text stands below it
                yield Span(open_span.start, paragraph_end(text, open_span.end))
        for part in more:
            yield first
            first = part
        open_span = first
    if open_span is not None:
        yield open_span


def _spread_district(articles: list[Article], text: str) -> list[Article]:
    items = [article for article in articles if article.kind != "document"]
    district = spread_district(
        [item.district for item in items], [f"{item.title} {item.text}" for item in items], text
    )
    return [
        replace(article, district=district)
        if district and not article.district and article.kind != "document"
        else article
        for article in articles
    ]


def _list_joins(chain: Chain, blocks: Sequence[Block]) -> Iterator[Join]:
    """Yield the joins of a chain that are more than one paragraph below another."""
    for link in chain.links:
        before, after = blocks[link.before].line, blocks[link.after].line
        if link.closed or link.after != link.before + 1:
            yield Join(before.end, after.start, link.score, link.reason, link.closed, link.repeated)


def _complete(
    known: Sequence[Furniture], articles: Iterable[Article], joins: Iterable[Join], text: str
) -> tuple[Furniture, ...]:
    """Return `known` and all that lies between it and the articles, in page order."""
    furniture = [*known]
    furniture += [Furniture(Span(j.after, j.after + j.repeated), "repeat") for j in joins if j.repeated]
    taken = [item.span for item in furniture]
    taken += [span for article in articles for span in (*article.spans, *article.head)]
    cursor = 0
    for span in (*sorted(taken), Span(len(text), len(text))):
        if cursor < span.start:
            kind: FurnitureKind = "mark" if text[cursor : span.start].strip() else "blank"
            furniture.append(Furniture(Span(cursor, span.start), kind))
        cursor = max(cursor, span.end)
    return tuple(sorted(furniture, key=lambda item: item.span))
