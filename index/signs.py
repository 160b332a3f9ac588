"""Two blocks of a page -> the signs that one runs on in the other, as numbers.

In: the paragraphs of running text of a page. Out: for two of them the numbers named in PAIR, for one those
named in BEGINNING: what speaks for its running on from the other, and for its beginning an article.
Does not know how the numbers are weighed.

The text itself is asked, not the place alone: whether a word or a name of the page is completed over the
seam, whether characters are repeated there, whether a quotation that was opened is closed, the next number
of a list, the odds of seams.py, the topic by our own encoder, phrases that come again; then the head, the
credits and the signatures above and below, and the habits of the page.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from index.blocks import Block
from index.encoder import StaticEncoder
from index.lines import is_cut, numbers_clause, starts_inside
from index.seams import EDGE, LONGEST_REPEAT, REACH, Seams, count_repeated
from index.segment import is_known

_WINDOW = 80  # blocks before and behind in which a broken sentence is looked for
_CANDIDATES, _REPEATS = 6, 3
_CONTEXT = 4  # paragraphs that make a topic
_ARTICLE = 8  # paragraphs above in which phrases are looked for that come again
_TOPIC_LENGTH = 400  # characters at either end of a paragraph that its topic is taken from
_GRAMS = 600  # characters of a paragraph that are looked at for such phrases
_NEIGHBOURHOOD = 20_000  # characters around a seam in which a name is looked for
_LONGEST_LISTED = 100_000  # characters of a portion whose runs of three are kept in memory: 8 MB
_HOPELESS = -5.0  # log odds of a seam: of made pages, 48 of 100 wrong seams are below, 4 of 100 right ones

_RUN = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(
    r"(第|其|首)?[(（]?([一二三四五六七八九十]{1,3}|\d{1,3}|先|次)(?=([)）、.．]|是|要|[章节条项]|))"
)
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九十")}
# How many characters on the left and on the right of a seam make a word, or a part of a name.
_THREE = ((2, 1), (1, 2))
_FOUR = ((2, 2), (3, 1), (1, 3))
_WORDS = (*_THREE, *_FOUR)


class Facts:
    """What is computed once for each block of a portion."""

    def __init__(self, blocks: Sequence[Block], page: str, seams: Seams, encoder: StaticEncoder) -> None:
        self.blocks, self.page, self.seams = blocks, page, seams
        self.texts = [block.line.folded for block in blocks]
        self.open = [is_cut(block.line) and not block.signoffs for block in blocks]
        self.ends = seams.encode_ends(self.texts)
        self.beginnings = seams.encode_beginnings(self.texts)
        self.starts = (seams.encode_ends(["。", "了。"]) @ self.beginnings.T).mean(0)
        self.leads = (seams.encode_ends([EDGE]) @ self.beginnings.T)[0]
        self.segments = _number_segments(blocks)
        # Runs of characters, which the encoder takes apart by its own vocabulary: as good here as jieba's
        # words, and four times as fast.
        self.vectors = encoder.encode_words([_RUN.findall(_ends_of(text)) for text in self.texts])
        self.before, self.after = _add_context(self.vectors, self.segments)
        self.usual = self.before.mean(0)
        self.usual_gap = median(block.line.gap for block in blocks)
        self.opens = [n for n, is_open in enumerate(self.open) if is_open]
        self.credited = [bool(b.titles) and (b.line.kind == "dateline" or bool(b.bylines)) for b in blocks]
        self.grams = [_grams(text) for text in self.texts]
        self.titles = [_grams("\n".join(line.folded for line in block.titles)) for block in blocks]
        counts = Counter(gram for grams in self.grams for gram in grams)
        self.rarity = {
            gram: float(np.log(len(blocks) / count)) for gram, count in counts.items() if count > 1
        }
        self.habits = _find_habits(blocks, self.credited)
        self.since = list(_measure_since(blocks, self.segments))
        self.below_lead = [_is_below_lead(blocks, n) for n in range(len(blocks))]
        self.clauses = [numbers_clause(text) for text in self.texts]
        self.nearby = _list_nearby(blocks, page)
        self.endings = _list_endings(self.texts, self.opens)
        self.ordinals = [_ordinal(text) for text in self.texts]
        self._bare: dict[str, NDArray[np.float32]] = {}

    def encode_beginning(self, text: str) -> NDArray[np.float32]:
        """Return the vector of what runs on, each computed once: a hostile page repeats at every seam."""
        if text not in self._bare:
            self._bare[text] = self.seams.encode_beginnings([text])[0]
        return self._bare[text]


def _ends_of(text: str) -> str:
    return text if len(text) <= 2 * _TOPIC_LENGTH else f"{text[:_TOPIC_LENGTH]}\n{text[-_TOPIC_LENGTH:]}"


def _list_nearby(blocks: Sequence[Block], page: str) -> frozenset[str] | None:
    """Return the runs of three characters of a portion and around it; None where they are too many.

    A page of short broken lines asks for two of them in each of seven pairs a line: to search the page anew
    for each took 0.3 ms a line, 200 s on 5 MB.
    """
    low = max(0, min(block.line.start for block in blocks) - _NEIGHBOURHOOD)
    high = min(len(page), max(block.line.end for block in blocks) + _NEIGHBOURHOOD)
    if high - low > _LONGEST_LISTED + 2 * _NEIGHBOURHOOD:
        return None
    return frozenset([page[n : n + 3] for n in range(low, high - 2)])


def _list_endings(texts: Sequence[str], opens: Sequence[int]) -> dict[str, list[int]]:
    """Return which broken sentences end with some two to forty characters, in page order."""
    endings: dict[str, list[int]] = {}
    for n in opens:
        for length in range(2, min(LONGEST_REPEAT, len(texts[n])) + 1):
            endings.setdefault(texts[n][-length:], []).append(n)
    return endings


def _number_segments(blocks: Sequence[Block]) -> list[int]:
    """Return for each block the number of the stretch between heads, credits and signatures that it is in."""
    numbers, number = [], 0
    for at, block in enumerate(blocks):
        parted = block.titles or block.bylines or block.leading or block.line.kind == "dateline"
        number += bool(parted or (at and blocks[at - 1].signoffs))
        numbers.append(number)
    return numbers


def _find_habits(blocks: Sequence[Block], credited: Sequence[bool]) -> tuple[float, float, float]:
    """Return for how many heads of a page there is a credit, a dateline, a text that is signed at its end."""
    titled = sum(bool(block.titles) for block in blocks) + 1
    dated = sum(block.line.kind == "dateline" for block in blocks)
    return sum(credited) / titled, min(dated / titled, 1.0), sum(bool(b.signoffs) for b in blocks) / titled


def _measure_since(blocks: Sequence[Block], segments: Sequence[int]) -> Iterator[tuple[float, float]]:
    """Yield for each block the log of the characters since the last head or credit, and since a credit."""
    since = since_credit = 0
    for at, block in enumerate(blocks):
        yield float(np.log1p(since)), float(np.log1p(since_credit))
        if at and segments[at] != segments[at - 1]:
            since = 0
        if block.bylines or block.line.kind == "dateline":
            since_credit = 0
        since += len(block.line.text)
        since_credit += len(block.line.text)


def _is_below_lead(blocks: Sequence[Block], n: int) -> bool:
    """Tell whether a credit above a block may be the lead's: one paragraph below a head without one."""
    block = blocks[n]
    if n == 0 or not (block.leading or (block.bylines and not block.titles)):
        return False
    lead = blocks[n - 1]
    return bool(lead.titles) and not lead.bylines and lead.line.kind != "dateline"


def _add_context(vectors: NDArray[np.float32], segments: Sequence[int]) -> tuple[NDArray[np.float32], ...]:
    """Return for each block the topic of up to four blocks that end with it, and that begin with it."""
    before, after = vectors.copy(), vectors.copy()
    for step in range(1, _CONTEXT):
        if step >= len(vectors):
            break
        same = (np.array(segments[step:]) == np.array(segments[:-step]))[:, None]
        before[step:] += vectors[:-step] * same
        after[:-step] += vectors[step:] * same
    return tuple(
        rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6) for rows in (before, after)
    )


def _ordinal(text: str) -> tuple[str, str, int] | None:
    """Return the number that a paragraph begins with and what is around it: 第七条, (三), 二是."""
    match = _ORDINAL.match(text)
    if match is None or not (match.group(1) or match.group(3)):
        return None
    before, number, after = match.group(1) or "", match.group(2), match.group(3)
    if number.isdigit():
        return before, after, int(number)
    if number in ("先", "次"):
        return "", "", 1 if number == "先" else 2
    tens, ten, ones = number.rpartition("十")
    return before, after, (_DIGITS.get(tens[-1:], 1) * 10 if ten else 0) + _DIGITS.get(ones[-1:], 0)


PAIR = (
    "flow_open", "flow_closed", "open", "word2", "word3", "page3", "page4", "repeat1", "repeat2",
    "quote", "no_quote", "next_number", "other_number", "bad_start", "near", "near_open", "back", "distance",
    "topic", "context", "context_over", "same", "signed", "near_titles",
    "far_titles", "near_byline_first", "near_untitled_byline",
    "clauses", "brief", "near_below_lead", "shared", "shared_title",
)  # fmt: skip
BEGINNING = (
    "bias", "titles", "titles2", "long_head", "credited", "byline_first", "byline_only", "dateline", "gap",
    "start", "after_open", "first", "after_signed", "bad_start", "document", "marked", "titles_start",
    "lead", "below_lead", "page_credited", "page_dated", "page_signed", "since", "since_credit",
)  # fmt: skip


def _closes_quote(text: str) -> bool:
    closed, opened = text.find("”"), text.find("“")
    return closed >= 0 and (opened < 0 or closed < opened)


def measure_pair(facts: Facts, i: int, j: int) -> tuple[list[float], int]:
    """Return the numbers named by PAIR for block j running on from block i, and how much the seam repeats."""
    before, after = facts.blocks[i], facts.blocks[j]
    left, right = facts.texts[i], facts.texts[j]
    is_open, near = facts.open[i], i == j - 1
    flow = float(facts.ends[i] @ facts.beginnings[j])
    repeated, word2, word3, page3, page4, quote, no_quote = 0, False, False, False, False, False, False
    if is_open:
        if found := count_repeated(left, right):
            bare = float(facts.ends[i] @ facts.encode_beginning(right[found : found + REACH]))
            if found >= 2 or bare > flow:
                flow, repeated = bare, found
        rest = right[repeated : repeated + REACH]
        word2 = is_known(left[-1:] + rest[:1])
        word3 = any(map(is_known, _across(left, rest, _WORDS)))
        page3, page4 = _stands_elsewhere(facts, i, j, left[-REACH:], rest)
        unclosed = left.count("“") > left.count("”")
        quote = unclosed and _closes_quote(right)
        no_quote = unclosed != _closes_quote(right)
    one, two = facts.ordinals[i], facts.ordinals[j]
    numbered = one is not None and two is not None and one[:2] == two[:2]
    follows = one is not None and two is not None and two[2] == one[2] + 1
    titled = bool(after.titles)
    context = float(facts.before[i] @ facts.after[j])
    return [
        flow * is_open, flow * (not is_open), is_open, word2, word3, page3, page4,
        repeated == 1, repeated >= 2, quote, no_quote, numbered and follows, numbered and not follows,
        starts_inside(right) and is_open, near, near and is_open, i > j, float(np.log(abs(i - j))),
        float(facts.vectors[i] @ facts.vectors[j]), context,
        context - float(facts.usual @ facts.after[j]),
        facts.segments[i] == facts.segments[j], bool(before.signoffs),
        near and titled, not near and titled, near and bool(after.leading),
        near and bool(after.bylines) and not titled, facts.clauses[i] and facts.clauses[j],
        before.kind == "brief", near and facts.below_lead[j], *_share(facts, i, j),
    ], repeated  # fmt: skip


def _grams(text: str) -> frozenset[str]:
    """Return the runs of three characters in a text."""
    text = text[:_GRAMS]
    return frozenset([text[n : n + 3] for n in range(len(text) - 2)])


def _share(facts: Facts, i: int, j: int) -> tuple[float, float]:
    """Return how rare on the page the runs of characters are that block j shares with its article so far.

    So far: block i, and what stands above it down from the last head with a credit, eight paragraphs at most;
    then with the titles there. Names that come again show that a text goes on.
    """
    here, titled = facts.grams[j] | facts.titles[j], facts.titles[j]
    total = in_titles = 0.0
    seen: set[str] = set()
    for n in range(i, max(i - _ARTICLE, -1), -1):
        common = (here & facts.grams[n]) - seen
        total += sum(facts.rarity.get(gram, 0.0) for gram in common)
        seen |= common
        in_titles += len(here & facts.titles[n]) + len(titled & facts.grams[n])
        if facts.credited[n] or facts.blocks[n].line.kind == "dateline":
            break
    return float(np.log1p(total)), float(np.log1p(in_titles))


def _stands_elsewhere(facts: Facts, i: int, j: int, left: str, right: str) -> tuple[bool, bool]:
    """Tell whether three, and whether four characters over the seam stand together elsewhere nearby."""
    if not (left[-1:].isalnum() and right[:1].isalnum()):
        return False, False
    lines = facts.blocks[i].line, facts.blocks[j].line
    low = max(0, min(line.start for line in lines) - _NEIGHBOURHOOD)
    high = max(line.end for line in lines) + _NEIGHBOURHOOD

    def found(gram: str) -> bool:
        return facts.page.find(gram, low, high) >= 0

    nearby = facts.nearby
    if not any(gram in nearby if nearby else found(gram) for gram in _across(left, right, _THREE)):
        return False, False  # every four of them hold three
    return True, any(map(found, _across(left, right, _FOUR)))


def _across(left: str, right: str, widths: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield what stands over a seam, so many characters of either side."""
    return (left[-a:] + right[:b] for a, b in widths if len(left) >= a and len(right) >= b)


def measure_beginning(facts: Facts, j: int) -> list[float]:
    """Return the numbers named by BEGINNING for block j beginning an article."""
    block = facts.blocks[j]
    titles, above = block.titles, facts.blocks[j - 1] if j else None
    top = titles[0] if titles else block.line
    spaced = any(" " in line.text or "　" in line.text for line in titles)
    return [
        1, bool(titles), len(titles) >= 2, spaced and sum(len(line.text) for line in titles) >= 12,
        facts.credited[j], bool(block.leading),
        bool(block.bylines) and not titles, block.line.kind == "dateline",
        top.gap > facts.usual_gap, float(facts.starts[j]), j > 0 and facts.open[j - 1], j == 0,
        bool(above and above.signoffs), starts_inside(facts.texts[j]),
        bool(titles) and j > 0 and facts.clauses[j - 1],
        any(line.hashes for line in titles), bool(titles) * float(facts.starts[j]),
        float(facts.leads[j]), facts.below_lead[j], *facts.habits, *facts.since[j],
    ]  # fmt: skip


def list_candidates(facts: Facts, j: int) -> list[int]:
    """Return the blocks that block j may run on from: the one above, broken sentences nearby."""
    block = facts.blocks[j]
    if block.kind == "brief" or block.line.kind == "dateline":  # its first characters say that it begins
        return []
    # A head with a credit opens an article. What stands below it may still be the middle of that article.
    found = {j - 1} if j and not facts.credited[j] else set()
    low, high = bisect_left(facts.opens, j - _WINDOW), bisect_left(facts.opens, j + _WINDOW + 1)
    near = [i for i in facts.opens[low:high] if i != j]
    if near:
        odds = facts.ends[near] @ facts.beginnings[j]
        found.update(near[n] for n in np.argsort(-odds)[:_CANDIDATES] if odds[n] > _HOPELESS)
        found.update(_list_repeats(facts, j))
    return sorted(found)


def _list_repeats(facts: Facts, j: int) -> list[int]:
    """Return the broken sentences nearby whose end block j repeats: the longest repeats, three at most."""
    text, found = facts.texts[j], dict[int, None]()
    for length in range(min(LONGEST_REPEAT, len(text) - 1), 1, -1):
        ending = facts.endings.get(text[:length])
        if ending is None:
            continue
        low, high = bisect_left(ending, j - _WINDOW), bisect_left(ending, j + _WINDOW + 1)
        found.update(dict.fromkeys(i for i in ending[low:high] if i != j))
        if len(found) >= _REPEATS:
            break
    return sorted(found, key=lambda i: abs(i - j))[:_REPEATS]
