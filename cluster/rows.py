"""Prepared pages -> the rows of a version that hold them, and what they add to its statistics.

In: pages with all that was made of them, the numbers they get, the mean lengths. Out: Rows, and counts.
Does not know servers or files.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import numpy as np

from cluster.catalog import write_text
from cluster.client import Row
from cluster.packing import LONGEST, pack, pack_numbers, plain
from cluster.schema import MOST_TERMS, fill_row
from cluster.terms import Frequency, Lengths, code_term, weigh_passage
from cluster.versions import Last
from index.changes import weigh_page
from index.passages import MAX_LENGTH
from index.prepare import Prepared
from index.records import Article, Page, Passage

# Rows of the texts of one page: of 60,000 characters each, more than a file may have.
_PARTS = 1 << 14
# Bytes of a weight, of a code, of a number.
_WEIGHT, _CODE, _NUMBER = 8, 8, 4


@dataclass(slots=True)
class Rows:
    """The rows of some pages, by the collections that they go into; and how many passages have each term."""

    pages: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    articles: list[Row] = field(default_factory=list)
    passages: list[Row] = field(default_factory=list)
    terms: dict[str, Frequency] = field(default_factory=dict)
    contents: int = 0
    size: int = 0

    def take(self, other: "Rows") -> None:
        """Add what makes the rows of other pages count: those of the pages, and how often terms occur."""
        self.pages += other.pages
        for term, found in other.terms.items():
            self.terms[term] = self.terms.get(term, Frequency()) + found
        self.contents += other.contents
        self.size += other.size


def make_rows(prepared: Sequence[Prepared], first: Last, mean: Lengths) -> Rows:
    """Return the rows of pages that get the numbers after `first`, in their order."""
    rows, last = Rows(), first
    heads: Counter[str] = Counter()
    bodies: Counter[str] = Counter()
    for one in prepared:
        page_number = last.page + 1
        numbered = list(enumerate((article for article, _ in one.articles), last.article + 1))
        rows.pages.append(_page_row(page_number, one.page))
        rows.texts += _text_rows(page_number, one.page, numbered)
        at, passage_number = 0, last.passage
        for (number, article), (_, passages) in zip(numbered, one.articles, strict=True):
            facts = _facts(article, one.page)
            rows.articles.append(_article_row(number, page_number, article, facts))
            cuts = _find_cuts(article, passages)
            for passage, cut in zip(passages, cuts, strict=True):
                passage_number += 1
                head, body = (said.split() for said in one.terms[at])
                heads.update(set(head))
                bodies.update(set(body))
                words = one.words[at]
                rows.passages.append(
                    {
                        "id": passage_number, "page": page_number, "article": number,
                        "begins": passage.start, "ends": passage.end, "cut": cut,
                        "head": pack_numbers(words[0]), "body": pack_numbers(words[1]),
                        "head_terms": _codes(head), "body_terms": _codes(body), **facts,
                        "vector": np.asarray(one.rows[at], np.float32),
                        "weights": weigh_passage(head, body, mean),
                    }
                )  # fmt: skip
                at += 1
        last = Last(page_number, last.article + len(numbered), passage_number)
        rows.contents += weigh_page(one.page.source, one.page.sha256)
    rows.terms = {
        term: Frequency(heads.get(term, 0), bodies.get(term, 0)) for term in heads.keys() | bodies.keys()
    }
    rows.size = sum(len(row["data"]) for row in rows.texts) + sum(map(_size_of, rows.passages))
    return rows


def make_term_rows(batch: int, terms: dict[str, Frequency]) -> Iterator[Row]:
    """Yield the rows that add up to how many passages have each term."""
    for term, found in terms.items():
        yield _term_row(batch, code_term(term), plain(term), found)


def make_lost_rows(batch: int, codes: dict[int, Frequency]) -> Iterator[Row]:
    """Yield the rows for passages that are taken out, whose terms are known by their codes alone."""
    for code, found in codes.items():
        yield _term_row(batch, code, "", Frequency(-found.heads, -found.bodies))


def _term_row(batch: int, code: int, term: str, found: Frequency) -> Row:
    number = code_term(f"{code} {batch}")
    counts = {"heads": found.heads, "bodies": found.bodies}
    return fill_row("terms", {"id": number, "code": code, "batch": batch, "term": term, **counts})


def _page_row(number: int, page: Page) -> Row:
    facts = {"source": page.source, "path": page.path, "sha256": page.sha256, "encoding": page.encoding}
    return fill_row("pages", {"id": number, **{name: plain(value) for name, value in facts.items()}})


def _text_rows(number: int, page: Page, articles: Sequence[tuple[int, Article]]) -> Iterator[Row]:
    for part, data in enumerate(pack(write_text(page, articles))):
        yield fill_row("texts", {"id": number * _PARTS + part, "page": number, "data": data})


def _article_row(number: int, page: int, article: Article, facts: dict[str, str]) -> Row:
    named = list(article.dates)
    while len(json.dumps(named)) > LONGEST:
        named = named[: len(named) // 2]
    title, byline = plain(article.title), plain(article.byline)
    shown = {"title": title, "byline": byline, "named": json.dumps(named), **facts}
    return fill_row("articles", {"id": number, "page": page, **shown})


def _facts(article: Article, page: Page) -> dict[str, str]:
    return {
        "district": plain(article.district), "source": plain(page.source), "newspaper": plain(page.newspaper),
        "edition": plain(page.edition), "kind": article.kind, "date": plain(page.date),
    }  # fmt: skip


def _find_cuts(article: Article, passages: Sequence[Passage]) -> list[bool]:
    """Tell for each passage whether the next goes on where it ends, maybe in a word."""
    seams = set(accumulate(map(len, article.spans))) if len(article.spans) > 1 else set[int]()
    return [
        one.end == following.start and (one.end - one.start == MAX_LENGTH or one.end in seams)
        for one, following in pairwise(passages)
    ] + [False] * bool(passages)


def _codes(terms: Sequence[str]) -> list[int]:
    return sorted({code_term(term) for term in terms})[:MOST_TERMS]


def _size_of(row: Row) -> int:
    lists = len(row["head_terms"]) + len(row["body_terms"])
    words = len(row["head"]) + len(row["body"])
    return words + _CODE * lists + _WEIGHT * len(row["weights"]) + _NUMBER * len(row["vector"])
