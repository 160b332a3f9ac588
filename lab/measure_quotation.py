"""`python -m lab.measure_quotation INDEX DATA`: how well quotations are told from what is no quotation.

In: an index of the first stories of news_0, one a page, and the data folder. Out: for sentences of those
stories, changed in ways that a writer or a typist does, which verdict they get, and how alike they stay to
what they came from; the same for sentences of stories that the index does not have; and how long it took.
Does not know how a quotation is checked.
"""

import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from index.text import sentences
from lab.data import clean, read
from qa.archive import Archive
from qa.quotation import NEARLY
from qa.records import Quotation

EACH = 300
FOUND = ("verbatim", "form", "nearly", "stitched")


def main(index: str, data: str) -> None:
    """Print a line for each way of changing, then one for what the index does not have."""
    archive = Archive.open(Path(index))
    stories = [story for row in read(Path(data), "news_0") if len(story := clean(row["text"])) > 120]
    inside = archive.summary.articles
    rng = random.Random(6)
    known = [draw(rng, rng.choice(stories[:inside])) for _ in range(EACH)]
    foreign = [draw(rng, rng.choice(stories[inside:])) for _ in range(EACH)]
    took: list[float] = []

    def check(text: str) -> Quotation:
        started = time.process_time()
        quotation = archive.verify(text)
        took.append((time.process_time() - started) * 1000)
        return quotation

    for name, change in CHANGES.items():
        verdicts = Counter(check(change(rng, text)).verdict for text in known)
        print(f"{name:>24}  {dict(verdicts.most_common())}")
    verdicts = Counter()
    for text in foreign:
        quotation = check(text)
        verdicts[quotation.verdict] += 1
        if quotation.verdict in FOUND:
            print("   in the index?", quotation.differences, text, "|", quotation.parts[0].places[0].text)
    print(f"{'of other stories':>24}  {dict(verdicts.most_common())}  (nearly from {NEARLY})")
    took.sort()
    p95 = took[len(took) * 95 // 100]
    print(f"ms of a core: median {statistics.median(took):.1f}, p95 {p95:.1f}, most {took[-1]:.1f}")


def draw(rng: random.Random, story: str) -> str:
    """Return a sentence, or two neighbours, of a story; of 16 to 200 characters where it has one."""
    ranges = [(a, b) for a, b in sentences(story) if 16 <= b - a <= 120]
    if not ranges:
        return story[:60]
    at = rng.randrange(len(ranges))
    end = ranges[min(at + rng.randrange(2), len(ranges) - 1)][1]
    return story[ranges[at][0] : min(end, ranges[at][0] + 200)]


def _one(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    return f"{text[:at]}{rng.choice('的在人中国年有大新发')}{text[at + 1 :]}"


def _figure(rng: random.Random, text: str) -> str:
    figures = list(re.finditer(r"\d", text))
    if not figures:
        return _one(rng, text)
    at = rng.choice(figures).start()
    return f"{text[:at]}{(int(text[at]) + rng.randrange(1, 9)) % 10}{text[at + 1 :]}"


def _drop(rng: random.Random, text: str) -> str:
    size = max(len(text) // 6, 1)
    at = rng.randrange(len(text) - size)
    return text[:at] + text[at + size :]


def _swap(rng: random.Random, text: str) -> str:
    parts = re.findall(r"[^，。；]+[，。；]?", text)
    rng.shuffle(parts)
    return "".join(parts)


def _many(share: float) -> Callable[[random.Random, str], str]:
    def change(rng: random.Random, text: str) -> str:
        for _ in range(int(len(text) * share)):
            text = _one(rng, text)
        return text

    return change


CHANGES: dict[str, Callable[[random.Random, str], str]] = {
    "as it stands": lambda _, text: text,
    "without marks": lambda _, text: re.sub(r"[，。、“”：；]", "", text),
    "a character changed": _one,
    "a figure changed": _figure,
    "a sixth left out": _drop,
    "clauses shuffled": _swap,
    "a fifth changed": _many(0.2),
    "a third changed": _many(0.34),
}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
