"""Measure how well pages are read: the articles that split_articles returns, against made pages.

In: the data folder, from which lab/press.py prints pages of known truth. Out: a table, a row for each level
of damage, on standard output; or one page, line by line, its reading beside the truth. Does not know how
pages are read, nor what a reader was trained on: pages are made of stories kept for measuring.

    python -m lab.measure_reading [--pages 200] [--levels 0 0.5 1 1.5 2 3] [--workers 2]
    python -m lab.measure_reading --show SEED LEVEL
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import pairwise
from math import comb, nan
from multiprocessing import Pool
from pathlib import Path

from index.articles import split_articles
from index.records import Article, Page
from lab.press import Damage, Sentence, Sheet, draw_sheet, load_stories

LEVELS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over one page or many; add them up, then ask for the shares. A share of nothing is nan.

    A pair is two sentences of one page. `steps` are the sentences that follow one another in the truth.
    `seams` are the sentences that a cut goes through and of which nothing was lost.
    """

    true_pairs: int = 0
    read_pairs: int = 0
    right_pairs: int = 0
    steps: int = 0
    right_steps: int = 0
    seams: int = 0
    right_seams: int = 0
    articles: int = 0
    right_articles: int = 0
    stories: int = 0
    right_stories: int = 0
    heads: int = 0
    right_heads: int = 0
    bylines: int = 0
    right_bylines: int = 0
    captions: int = 0
    right_captions: int = 0
    characters: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def shares(self) -> dict[str, float]:
        """Return the columns of the table: shares of 1, and the characters read in a second."""
        pairs = 2 * self.right_pairs, self.true_pairs + self.read_pairs
        return {
            "precision": _share(self.right_pairs, self.read_pairs),
            "recall": _share(self.right_pairs, self.true_pairs),
            "F1": _share(*pairs),
            "in order": _share(self.right_steps, self.steps),
            "seams": _share(self.right_seams, self.seams),
            "exact": _share(self.right_articles, self.articles),
            "stories": _share(self.right_stories, self.stories),
            "headline": _share(self.right_heads, self.heads),
            "byline": _share(self.right_bylines, self.bylines),
            "caption": _share(self.right_captions, self.captions),
            "chars/s": _share(self.characters, self.seconds),
        }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else nan


# ---- the score ----------------------------------------------------------------------------------------


def assign(sheet: Sheet, articles: Sequence[Article]) -> list[tuple[int, int] | None]:
    """Return for every true sentence the read article that holds most of its characters, and where.

    That is the article's number, and the place in its text of the first of those characters as the sentence
    has them; None where no article holds any. Of two articles that hold as many, it is the one that holds
    the sentence's earlier character.
    """
    held: dict[int, tuple[int, int]] = {}
    for number, article in enumerate(articles):
        place = 0
        for span in article.spans:
            for at in range(span.start, span.end):
                held.setdefault(at, (number, place + at - span.start))
            place += len(span)
    homes: list[tuple[int, int] | None] = []
    for sentence in sheet.sentences:
        places = [held[at] for span in sentence.spans for at in range(span.start, span.end) if at in held]
        counts = Counter(number for number, _ in places)
        best = max(counts, key=counts.__getitem__, default=None)
        homes.append(next((place for place in places if place[0] == best), None))
    return homes


def _text_of(sentence: Sentence, text: str) -> str:
    return "".join(text[span.start : span.end] for span in sentence.spans)


def _homes_of_items(sheet: Sheet, homes: Sequence[tuple[int, int] | None]) -> list[int | None]:
    """Return for every true article the read one that holds most of its sentences, None for none."""
    counts: list[Counter[int]] = [Counter() for _ in sheet.items]
    for sentence, home in zip(sheet.sentences, homes, strict=True):
        if home:
            counts[sentence.article][home[0]] += 1
    return [max(count, key=count.__getitem__, default=None) for count in counts]


def score(sheet: Sheet, articles: Sequence[Article]) -> Tally:
    """Compare a reading of a page with the truth.

    Sentences are in one read article when both are assigned to it; one in no article is with no other. Two
    sentences that follow one another in the truth are in order when they are in one read article, and no
    third true sentence stands between them there. A sentence with a cut is right when its text stands in an
    article unbroken. A true article is right when a read one holds its sentences and no others; a head or
    byline, when the read article that holds most of the true one's sentences has the very same, blanks aside.
    """
    homes = assign(sheet, articles)
    true, read, both = Counter[int](), Counter[int](), Counter[tuple[int, int]]()
    for sentence, home in zip(sheet.sentences, homes, strict=True):
        true[sentence.article] += 1
        if home:
            read[home[0]] += 1
            both[sentence.article, home[0]] += 1
    whole = {a for (a, r), count in both.items() if count == true[a] == read[r]}
    stories = {a for a in true if sheet.items[a].kind == "news"}
    order = _reading_order(homes)
    steps = [
        (n, n + 1)
        for n, (one, next_one) in enumerate(pairwise(sheet.sentences))
        if one.article == next_one.article
    ]
    seams = [s for s in sheet.sentences if len(s.spans) > 1 and not s.torn]
    texts = "\n".join(article.text for article in articles)
    read_as = [None if at is None else articles[at] for at in _homes_of_items(sheet, homes)]
    printed = list(zip(sheet.items, read_as, strict=True))
    return Tally(
        true_pairs=sum(comb(count, 2) for count in true.values()),
        read_pairs=sum(comb(count, 2) for count in read.values()),
        right_pairs=sum(comb(count, 2) for count in both.values()),
        steps=len(steps),
        right_steps=sum(order.get(one) == next_one for one, next_one in steps),
        seams=len(seams),
        right_seams=sum(_text_of(sentence, sheet.text) in texts for sentence in seams),
        articles=len(true),
        right_articles=len(whole),
        stories=len(stories),
        right_stories=len(whole & stories),
        heads=sum(item.headline is not None for item in sheet.items),
        right_heads=sum(_same(item.headline, a.headline if a else None) for item, a in printed),
        bylines=sum(item.byline is not None for item in sheet.items),
        right_bylines=sum(_same(item.byline, a.byline if a else None) for item, a in printed),
        captions=sum(item.kind == "caption" for item in sheet.items),
        right_captions=sum(
            item.kind == "caption" and a is not None and a.kind == "caption" for item, a in printed
        ),
        characters=len(sheet.text),
    )


def _same(printed: str | None, read: str | None) -> bool:
    if printed is None or read is None:
        return False
    return "".join(printed.split()) == "".join(read.split())


def _reading_order(homes: Sequence[tuple[int, int] | None]) -> dict[int, int]:
    """Return which sentence comes next after each, in its read article."""
    read: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for n, home in enumerate(homes):
        if home:
            read[home[0]].append((home[1], n))
    return {one: after for places in read.values() for (_, one), (_, after) in pairwise(sorted(places))}


# ---- pages to score -------------------------------------------------------------------------------------


def read_page(sheet: Sheet) -> list[Article]:
    """Return the articles of the sheet as the archive would read it."""
    return split_articles(Page("page.txt", "/page.txt", sheet.text, "utf-8", "0" * 64))


def score_page(sheet: Sheet) -> Tally:
    """Read one sheet, score the reading, and say how long it took to read."""
    started = time.perf_counter()
    articles = read_page(sheet)
    seconds = time.perf_counter() - started
    return replace(score(sheet, articles), seconds=seconds)


def evaluate(sheets: Iterable[Sheet], workers: int = 1) -> Tally:
    """Return the sum over many sheets; `seconds` are those of all workers together."""
    if workers == 1:
        return sum(map(score_page, sheets), Tally())
    with Pool(workers) as pool:
        return sum(pool.imap_unordered(score_page, sheets, chunksize=8), Tally())


def show(sheet: Sheet, articles: Sequence[Article]) -> None:
    """Print a page line by line: the true article and rank, the read article and its place, the line."""
    held = {
        at: (number, part)
        for number, article in enumerate(articles)
        for part, span in enumerate(article.spans)
        for at in range(span.start, span.end)
    }
    lines = [
        (piece.span, f"{piece.article}.{'copy' if piece.rank is None else piece.rank}")
        for piece in sheet.pieces
    ]
    lines += [
        (part.span, f"{'' if part.article is None else part.article}{part.kind}") for part in sheet.parts
    ]
    print(f"{'true':>12} {'read':>6}")
    for span, truth in sorted(lines):
        at = next((held[at] for at in range(span.start, span.end) if at in held), None)
        shown = sheet.text[span.start : span.end]
        shown = shown if len(shown) <= 64 else f"{shown[:36]} … {shown[-24:]}"
        print(f"{truth:>12} {'-' if at is None else f'{at[0]}.{at[1]}':>6}  {shown}")
    homes = assign(sheet, articles)
    print()
    for number, article in enumerate(articles):
        inside = sorted((home[1], n) for n, home in enumerate(homes) if home and home[0] == number)
        orders = " ".join(f"{sheet.sentences[n].article}:{sheet.sentences[n].order}" for _, n in inside)
        print(f"read {number} {article.kind}: {article.headline} | {article.byline} | {orders}")
    print()
    for number, item in enumerate(sheet.items):
        count = sum(sentence.article == number for sentence in sheet.sentences)
        print(f"true {number} {item.kind}: {item.headline} | {item.byline} | {count} sentences")
    shares = score(sheet, articles).shares()
    del shares["chars/s"]
    print("\n" + "  ".join(f"{name} {share:.3f}" for name, share in shares.items()))


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--pages", type=int, default=200, help="for each level (default: 200)")
    parser.add_argument("--levels", type=float, nargs="+", default=LEVELS, metavar="LEVEL")
    parser.add_argument("--seed", type=int, default=0, help="of the first page; the next ones count on")
    parser.add_argument("--workers", type=int, default=1, help="processes (default: 1)")
    parser.add_argument("--show", nargs=2, metavar=("SEED", "LEVEL"), help="print one page and its reading")
    options = parser.parse_args()
    stories = load_stories(options.data, "dev")
    if options.show:
        seed, level = int(options.show[0]), float(options.show[1])
        sheet = draw_sheet(stories, Damage.at(level), random.Random(seed))
        show(sheet, read_page(sheet))
        return
    split_articles(Page("page.txt", "/page.txt", "预热。", "utf-8", "0" * 64))  # dictionaries load once
    names = list(Tally().shares())
    print("| level | " + " | ".join(names) + " |\n| --- |" + " --- |" * len(names))
    for level in options.levels:
        seeds = range(options.seed, options.seed + options.pages)
        sheets = (draw_sheet(stories, Damage.at(level), random.Random(seed)) for seed in seeds)
        shares = evaluate(sheets, options.workers).shares()
        shown = [f"{share:,.0f}" if name == "chars/s" else f"{share:.3f}" for name, share in shares.items()]
        print(f"| {level:g} | " + " | ".join(shown) + " |", flush=True)


if __name__ == "__main__":
    main()
