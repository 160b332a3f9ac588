"""Two texts -> what of the one stands in the other, and where they differ, character by character.

In: a text as it was typed, and one as it was printed. Out: the letters of each, how they lie beside each
other, and the Runs that say so.
Does not know the archive, or how near is near enough.

Letters are what a reader would read aloud: characters, figures, and the signs that make a figure another one
(3.5, -2, 5%, 3:2, 2016-10). Blanks, line ends and other marks lie between them; a comma between thousands is
such a mark, so that 20,600 has the letters of 20600.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from rapidfuzz.distance import Levenshtein

from index.numerals import NUMERAL, read_numeral
from index.text import fold
from qa.records import Form, Run

_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d]|,\d)")
_LETTER = re.compile(r"(?<=\d)[\W_]+(?=\d)|[^\W_]|[%‰℃°$€£¥+±×÷=@&#]|-(?=\d)")
_LINE_END = re.compile(r"[\n\r\f\x0b\x1c-\x1e\x85\u2028\u2029]")
_DASHES = frozenset("-–—―－~～〜−")
# A figure, of which no part is a quotation: who writes 600元 does not quote 20600元.
_FIGURE = re.compile(r"\d+(?:\.\d+)?[十百千万亿]*[%‰]?|[〇一二三四五六七八九零两十百千万亿]{2,}")
_COUNTS = re.compile(r"[\d十百千万亿]")
# What ends a clause, and what a sentence: beyond it a changed word has no counterpart.
_CLAUSE, _SENTENCE = re.compile(r"[，,。；;：:！!？?、\n…]"), re.compile(r"[。！!？?\n…]")
# Around a quotation these are the quoter's.
_WRAPPERS = frozenset("“”‘’\"'「」『』《》〈〉()（）[]【】〔〕…*>-—·.")

_NEAR = 64  # characters of the page that are looked at for the marks around a quotation
_WINDOWS, _AS_GOOD = (
    2,
    0.7,
)  # stretches that are aligned, if the second has that share of the first one's triples
_NUMERAL = re.compile(NUMERAL)
# The digits of one figure; its commas too, also where it goes on in what differs.
_DIGITS, _IN_FIGURE = re.compile(r"\d[\d.,]*$|\d[\d.,]*\d|\d"), re.compile(r"[\d.,]")


StepKind = Literal["equal", "value", "replace", "delete", "insert"]


class Step(NamedTuple):
    """Letters `q0:q1` of the quotation beside letters `p0:p1` of the page."""

    kind: StepKind
    q0: int
    q1: int
    p0: int
    p1: int


@dataclass(frozen=True, slots=True)
class Letters:
    """A text, its letters in folded form, and the offset of each in it."""

    text: str
    letters: str
    at: Sequence[int]

    def gap(self, letter: int) -> tuple[int, int]:
        """Return the range of what lies between a letter and the next one."""
        return self.at[letter] + 1, self.at[letter + 1]


def spell(text: str) -> Letters:
    """Return the letters of a text."""
    folded = _THOUSANDS.sub(lambda match: match[0].replace(",", "\n"), fold_letters(text))
    letters, at = [], []
    for match in _LETTER.finditer(folded):
        letter = match[0]
        if not letter[0].isalnum():
            solid = letter.strip()
            if not solid and _LINE_END.search(letter):
                continue  # a figure that was broken at the end of a line, or 20,600
            letter = "-" if solid and solid[0] in _DASHES else solid[:1] or " "
        letters.append(letter)
        at.append(match.start())
    return Letters(text, "".join(letters), at)


def fold_letters(text: str) -> str:
    """Return a text folded, character for character, 拿著 like 拿着 too: 著 stays in simplified text."""
    return fold(text).replace("著", "着")


def list_steps(q0: int, q1: int, printed: Letters, at: int) -> list[Step]:
    """Return the steps for letters that stand in `printed` from `at` on as they are.

    Where they would cut a figure in two, the rest of it is missing.
    """
    return _whole_figures([Step("equal", q0, q1, at, at + q1 - q0)], printed)


def align(given: Letters, q0: int, q1: int, printed: Letters) -> list[Step]:
    """Return the steps from letters of the quotation to the most similar stretch of the page, or none."""
    windows = _list_windows(given.letters[q0:q1], printed.letters)
    found = [steps for window in windows if (steps := _align_in(window, given, q0, q1, printed))]
    return min(found, key=count_differences, default=[])


def _align_in(window: tuple[int, int], given: Letters, q0: int, q1: int, printed: Letters) -> list[Step]:
    wanted, paper, (low, high) = given.letters[q0:q1], printed.letters, window
    rough = _trim(_levenshtein(wanted, paper[low:high]))
    rough = _drop_strays(_drop_strays(rough)[::-1])[::-1]
    anchors = [step for step in rough if step.kind == "equal" and step.q1 - step.q0 > 1]
    if not anchors:
        return []
    first, last = anchors[0], anchors[-1]
    start = _walk(given, q0 + first.q0, q0, printed, low + first.p0, -1)
    end = _walk(given, q0 + last.q1, q1, printed, low + last.p1, 1)
    steps = _trim(_between(given, q0, q1, printed, start, end))
    return _same_values(_whole_figures(steps, printed), given, printed)


def count_differences(steps: Sequence[Step]) -> int:
    """Return how many characters are changed, missing or added."""
    return sum(
        max(step.q1 - step.q0, step.p1 - step.p0) for step in steps if step.kind not in ("equal", "value")
    )


def _levenshtein(one: str, other: str) -> list[Step]:
    return [
        Step(cast(StepKind, op.tag), op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in Levenshtein.opcodes(one, other)
    ]


def _trim(steps: Sequence[Step]) -> list[Step]:
    """Return the steps without what the page has before and behind the quotation."""
    found = [at for at, step in enumerate(steps) if step.kind != "insert"]
    return list(steps[found[0] : found[-1] + 1]) if found else []


def _drop_strays(steps: list[Step]) -> list[Step]:
    """Return the steps without those at the beginning that cost no less than they find.

    The window is wider than the quotation, and somewhere before it there is always a 的 or a 工作.
    """
    cost, letters, most, kept = 0, 0, 0, 0
    for number, step in enumerate(steps):
        cost += 0 if step.kind == "equal" else max(step.q1 - step.q0, step.p1 - step.p0)
        letters += step.q1 - step.q0
        if cost and cost - letters >= most:
            most, kept = cost - letters, number + 1
    return steps[kept:]


def _list_windows(wanted: str, paper: str) -> list[tuple[int, int]]:
    """Return the stretch of the page with most of the triples of the quotation, and one almost as good."""
    triples = {wanted[at : at + 3] for at in range(max(len(wanted) - 2, 1))}
    hits = [at for at in range(max(len(paper) - 2, 1)) if paper[at : at + 3] in triples]
    reach, slack = len(wanted) + len(wanted) // 4 + 8, len(wanted) // 4 + 8
    counted, low = [], 0
    for high, hit in enumerate(hits):
        while hit - hits[low] > reach:
            low += 1
        counted.append((high - low + 1, hits[low], hit + 3))
    chosen: list[tuple[int, int]] = []
    for count, start, end in sorted(counted, reverse=True):
        if len(chosen) == _WINDOWS or count < _AS_GOOD * max(counted)[0]:
            break
        if all(end <= other_start or start >= other_end for other_start, other_end in chosen):
            chosen.append((start, end))
    return [(max(start - slack, 0), min(end + slack, len(paper))) for start, end in chosen]


def _walk(given: Letters, q: int, q_end: int, printed: Letters, p: int, way: Literal[-1, 1]) -> int:
    """Walk from the edge of what is alike as far as the quotation goes on; return where the page then is.

    Not over the end of a clause that the quotation does not end there: "据悉，" is added, and not put for the
    last words of the sentence before.
    """
    while q != q_end and 0 <= p + min(way, 0) < len(printed.letters):
        inner = 0 < p < len(printed.letters) and 0 < q < len(given.letters)
        if inner and any(_ends(end, printed, p) and not _ends(end, given, q) for end in (_CLAUSE, _SENTENCE)):
            break
        q, p = q + way, p + way
    return p


def _ends(end: re.Pattern[str], letters: Letters, letter: int) -> bool:
    """Tell whether a clause or a sentence ends before a letter."""
    return end.search(letters.text, *letters.gap(letter - 1)) is not None


def _whole_figures(steps: list[Step], printed: Letters) -> list[Step]:
    """Return the steps with what is missing of the figures at both ends."""
    if not steps:
        return steps
    p0, p1 = steps[0].p0, steps[-1].p1
    low = max(p0 - 24, 0)
    lead = trail = 0
    for match in _FIGURE.finditer(printed.letters, low, p1 + 24):
        if _COUNTS.search(match[0]):
            if match.start() < p0 < match.end() and _is_closed(printed, match.start(), match.end()):
                lead = p0 - match.start()
            if match.start() < p1 < match.end() and _is_closed(printed, match.start(), match.end()):
                trail = match.end() - p1
    q0, q1 = steps[0].q0, steps[-1].q1
    before = [Step("insert", q0, q0, p0 - lead, p0)] if lead else []
    behind = [Step("insert", q1, q1, p1, p1 + trail)] if trail else []
    return [*before, *steps, *behind]


def _is_closed(letters: Letters, start: int, end: int) -> bool:
    """Tell whether no mark but a comma of thousands lies between letters: 五、六 are two figures."""
    gaps = (letters.text[slice(*letters.gap(at))].strip() for at in range(start, end - 1))
    return all(gap in ("", ",", "，") for gap in gaps)


def _same_values(steps: list[Step], given: Letters, printed: Letters) -> list[Step]:
    """Return the steps with a figure that is only written otherwise (2.06万, 20600) told as such."""
    if all(step.kind == "equal" for step in steps):
        return steps
    q0, q1, p0, p1 = steps[0].q0, steps[-1].q1, steps[0].p0, steps[-1].p1
    theirs = [match.span() for match in _NUMERAL.finditer(printed.letters, p0, p1)]
    for match in _NUMERAL.finditer(given.letters, q0, q1):
        start, end = match.span()
        if not any(step.q0 <= end and step.q1 >= start for step in steps if step.kind != "equal"):
            continue
        lows, highs = _counterparts(steps, start), _counterparts(steps, end)
        low, high = next((span for span in theirs if span[0] in lows and span[1] in highs), (0, 0))
        other = printed.letters[low:high]
        if other and other != match[0] and read_numeral(match[0]) == read_numeral(other) is not None:
            left = _between(given, q0, start, printed, p0, low)
            right = _between(given, end, q1, printed, high, p1)
            return [*left, Step("value", start, end, low, high), *_same_values(right, given, printed)]
    return steps


def _counterparts(steps: Sequence[Step], q: int) -> range:
    """Return where on the page the place before the letter `q` of the quotation may be."""
    places = []
    for step in steps:
        if step.q0 <= q <= step.q1:
            places += [step.p0 + q - step.q0] if step.kind == "equal" else [step.p0, step.p1]
    return range(min(places), max(places) + 1) if places else range(0)


def _between(given: Letters, q0: int, q1: int, printed: Letters, p0: int, p1: int) -> list[Step]:
    """Return the steps from all the letters of one range to all those of the other."""
    return [
        Step(step.kind, step.q0 + q0, step.q1 + q0, step.p0 + p0, step.p1 + p0)
        for step in _levenshtein(given.letters[q0:q1], printed.letters[p0:p1])
    ]


class Compared(NamedTuple):
    """The runs, where in the text of the quotation they begin, and the range that they have of the other."""

    runs: tuple[Run, ...]
    at: int
    start: int
    end: int


def write_runs(steps: Sequence[Step], given: Letters, start: int, end: int, printed: Letters) -> Compared:
    """Return the runs of `given.text[start:end]`, which holds the letters of the steps.

    The marks around them are compared as far as they are alike; those that only wrap a quotation are left
    out where the page has none.
    """
    first, last = steps[0], steps[-1]
    given_end, low, high = given.at[last.q1 - 1] + 1, printed.at[first.p0], printed.at[last.p1 - 1] + 1
    lead = _lead(given.text[start : given.at[first.q0]], printed.text[max(low - _NEAR, 0) : low])
    trail = _trail(given.text[given_end:end], printed.text[high : high + _NEAR])
    inner = (run for step in steps for run in _step_runs(step, given, last.q1 - 1, printed, last.p1 - 1))
    runs = _merge(_join_figures(_merge([*lead, *inner, *trail])))
    at = given.at[first.q0] - sum(len(run.given) for run in lead)
    low -= sum(len(run.printed) for run in lead)
    return Compared(runs, at, low, high + sum(len(run.printed) for run in trail))


def _step_runs(step: Step, given: Letters, q_last: int, printed: Letters, p_last: int) -> Iterator[Run]:
    """Yield the runs of one step, each letter with the marks that follow it, up to the last letters."""

    def compare_gaps(q: int, p: int) -> Iterator[Run]:
        mine = given.text[slice(*given.gap(q))] if q < q_last else ""
        theirs = printed.text[slice(*printed.gap(p))] if p < p_last else ""
        if q < q_last and p < p_last:
            yield from _compare_marks(mine, theirs)
        elif mine or theirs:
            yield Run("added" if mine else "missing", mine, theirs)

    kind, q0, q1, p0, p1 = step
    if kind == "equal":
        for q, p in zip(range(q0, q1), range(p0, p1), strict=True):
            yield _compare_letters(given.text[given.at[q]], printed.text[printed.at[p]])
            yield from compare_gaps(q, p)
        return
    mine = given.text[given.at[q0] : given.at[q1 - 1] + 1] if q0 < q1 else ""
    theirs = printed.text[printed.at[p0] : printed.at[p1 - 1] + 1] if p0 < p1 else ""
    if kind == "delete":
        yield Run("added", mine + (given.text[slice(*given.gap(q1 - 1))] if q1 <= q_last else ""), "")
    elif kind == "insert":
        behind = printed.text[slice(*printed.gap(p1 - 1))] if p1 <= p_last else ""
        yield Run("missing", "", theirs + behind)
    else:
        form: Form | None = "figure" if kind == "value" else None
        yield Run("form" if form else "changed", mine, theirs, form)
        yield from compare_gaps(q1 - 1, p1 - 1)


def _compare_letters(mine: str, theirs: str) -> Run:
    if mine == theirs:
        return Run("same", mine, theirs)
    one, other = (unicodedata.normalize("NFKC", letter) for letter in (mine, theirs))
    form: Form = "width" if one == other else "case" if one.lower() == other.lower() else "script"
    return Run("form", mine, theirs, form)


def _compare_marks(mine: str, theirs: str) -> Iterator[Run]:
    one, other = _solid(mine), _solid(theirs)
    if one == other:
        if mine or theirs:
            yield Run("same", mine, theirs)
    else:
        yield Run("form", mine, theirs, "width" if fold(one) == fold(other) else "mark")


def _lead(mine: str, theirs: str) -> list[Run]:
    """Return the runs of the marks before the first letter: those alike, next to it; then what is left."""
    runs: list[Run] = []
    mine = mine.lstrip()
    while mine:
        wanted, found = mine.rstrip(), theirs.rstrip()
        if not wanted or not found or wanted[-1] != found[-1]:
            break
        cut = len(found) - 1
        runs.insert(0, Run("same", mine[len(wanted) - 1 :], theirs[cut:]))
        mine, theirs = mine[: len(wanted) - 1], theirs[:cut]
    left = _solid(mine)
    if left and not set(left) <= _WRAPPERS:
        runs.insert(0, Run("form", mine, "", "mark"))
    return runs


def _trail(mine: str, theirs: str) -> list[Run]:
    """Return the runs of the marks behind the last letter."""
    runs: list[Run] = []
    mine = mine.rstrip()
    while mine:
        wanted, found = mine.lstrip(), theirs.lstrip()
        if not wanted or not found or wanted[0] != found[0]:
            break
        cut, other = len(mine) - len(wanted) + 1, len(theirs) - len(found) + 1
        runs.append(Run("same", mine[:cut], theirs[:other]))
        mine, theirs = mine[cut:], theirs[other:]
    left = _solid(mine)
    if left and not set(left) <= _WRAPPERS:
        mark = theirs[:1]
        stands = bool(mark) and not mark.isalnum() and not mark.isspace() and mark not in _WRAPPERS
        runs.append(Run("form", mine, mark if stands else "", "mark"))
    return runs


def _join_figures(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the runs with a figure that differs as one: 26000 beside 20600, and not a 0 here and there."""
    joined: list[Run] = []
    for run in (part for whole in runs for part in _split_figures(whole)):
        if joined and not _goes_on(joined[-1], run):
            yield _as_one(joined)
            joined = []
        joined.append(run)
    if joined:
        yield _as_one(joined)


def _split_figures(run: Run) -> Iterator[Run]:
    """Yield the figures that stand on both sides alike, and what stands around them."""
    if run.kind != "same" or run.given != run.printed:
        yield run
        return
    cuts = [0, *(edge for figure in _DIGITS.finditer(run.given) for edge in figure.span()), len(run.given)]
    yield from (Run("same", *2 * (run.given[low:high],)) for low, high in pairwise(cuts) if low < high)


def _goes_on(run: Run, after: Run) -> bool:
    """Tell whether a figure runs on from one run into the next, and one of them differs there."""
    if "form" in (run.kind, after.kind) or run.kind == after.kind == "same":
        return False
    ends, begins = (run.given[-1:], run.printed[-1:]), (after.given[:1], after.printed[:1])
    return any(map(_IN_FIGURE.match, ends)) and any(map(str.isdecimal, begins))


def _as_one(runs: Sequence[Run]) -> Run:
    if len(runs) == 1:
        return runs[0]
    return Run("changed", "".join(run.given for run in runs), "".join(run.printed for run in runs))


def _merge(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs with neighbours of one kind made one."""
    merged: list[Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if last and (last.kind, last.form) == (run.kind, run.form):
            merged[-1] = Run(run.kind, last.given + run.given, last.printed + run.printed, run.form)
        else:
            merged.append(run)
    return tuple(merged)


def _solid(text: str) -> str:
    return "".join(text.split())
