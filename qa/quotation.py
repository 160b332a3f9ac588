"""A quotation -> whether the archive has it: in these words, nearly so, or not; and where.

In: what somebody pasted, the catalog and the postings. Out: a Quotation, part by part, each with its places
on the pages and, where it is not verbatim, with every difference.
Does not know meanings: two sentences that say the same in other words are not near one another. Neither the
vectors nor the judges of qa/ are asked.

Verbatim is the same characters but for blanks and line ends. Marks, width, case, script (繁, 简) and another
way to write the same figure are another form of the same words, and said. A figure of another value is a
difference, always, and so is a part of a figure.
"""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from index.errors import EmptyQuestion, LongQuestion
from index.records import Article, Page, Span
from index.store import CatalogLeg, KeywordLeg
from index.text import HAN, bigrams, fold, sentences, terms
from qa.letters import Letters, Step, align, count_differences, fold_letters, list_steps, spell, write_runs
from qa.records import Grade, Printed, Quotation, QuotedPart, Run, Verdict

MAX_LENGTH = 2000
# With fewer letters one cannot tell whose words they are; nothing is nearly such a one.
SHORTEST = 6
# What share of the letters has to be alike for a quotation to be nearly what a page says (lab/README.md).
NEARLY = 0.6
# A part of a quotation that is found by itself has at least so many letters.
_ALONE = 8
# How many stretches of a quotation are searched, passages found for each, articles read, and aligned.
_STRETCHES, _PASSAGES, _READ, _ALIGNED = 16, 100, 40, 6
_SHOWN = 20
_STRETCH = 12
_WORDS = 24
# What a writer sets into a quotation: numbers of notes, and signs that something is left out.
_NOTE = re.compile(r"\[\d{1,3}\]|［\d{1,3}］|【\d{1,3}】|〔\d{1,3}〕")
_OMISSION = re.compile(r"[\[（(【〔［]\s*(?:…+|\.{3,}|略|中略|下略|…*略…*)\s*[\]）)】〕］]|\.{3,}|。{3,}|…+")
_RUN, _NO_CHARACTER = re.compile(f"[{HAN}]+"), re.compile(f"[^{HAN}]+")
_CLAUSE = re.compile(r"[^，,、；;：:]*[，,、；;：:]?")


class _Leaf:
    """A text that a quotation may stand in: the body of an article, or its head."""

    def __init__(self, article: Article, page: Page, where: Literal["head", "body"]) -> None:
        self.article, self.page = article, page
        self.where: Literal["head", "body"] = where

    @cached_property
    def letters(self) -> Letters:
        return spell(self.article.text)

    @cached_property
    def characters(self) -> str:
        """The Chinese characters alone, folded: made faster than the letters, which few are asked for."""
        return _NO_CHARACTER.sub("", fold_letters(self.article.text))


@dataclass(frozen=True, slots=True)
class _Match:
    leaf: _Leaf
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the quotation: a range of its text, and that of its letters."""

    start: int
    end: int
    q0: int
    q1: int


def verify_quotation(text: str, catalog: CatalogLeg, keywords: KeywordLeg) -> Quotation:
    """Return what the archive says of a quotation of up to 2,000 characters.

    Raises EmptyQuestion where there is no letter in it, LongQuestion where it is longer.
    """
    started = time.perf_counter()
    given = text.strip()
    if len(given) > MAX_LENGTH:
        raise LongQuestion(
            f"The quotation has {len(given):,} characters, at most {MAX_LENGTH:,} can be checked. "
            "Check it in parts."
        )
    as_typed, as_meant = spell(given), spell(_strip_notes(given))
    if not as_meant.letters:
        raise EmptyQuestion("There is nothing to check. Paste the words that a newspaper is said to have.")
    search = _Search(catalog, keywords, as_meant.text)
    parts = search.check(as_typed if as_typed.letters != as_meant.letters else as_meant, as_meant)
    parts = [_as_given(part, given) for part in parts]
    forms = tuple(dict.fromkeys(form for part in parts for form in part.forms))
    differences = sum(part.differences for part in parts)
    verdict = _judge(parts, as_meant)
    took = (time.perf_counter() - started) * 1000
    return Quotation(given, verdict, differences, forms, tuple(parts), took)


def _as_given(part: QuotedPart, text: str) -> QuotedPart:
    """Return a part with the notes and omissions that were blanked in it."""
    runs, at = [], part.start
    for run in part.runs:
        runs.append(replace(run, given=text[at : at + len(run.given)]))
        at += len(run.given)
    return replace(part, text=text[part.start : part.end], runs=tuple(runs))


def say_verdict(quotation: Quotation) -> str:
    """Return the verdict in Chinese, in our own words, for a line in a terminal."""
    says = {
        "verbatim": "原文如此",
        "form": f"文字相同,只差{'、'.join(_FORMS[form] for form in quotation.forms)}",
        "stitched": f"{len(quotation.parts)}处拼接:每一部分都是原文,但原文并不相连",
        "nearly": f"相近,差 {quotation.differences} 字",
        "partly": "一部分见于馆藏,一部分没有",
        "absent": "馆藏里没有",
        "short": "字数太少,难以断定出处",
    }
    return says[quotation.verdict]


_FORMS = {"mark": "标点", "width": "全半角", "case": "大小写", "script": "繁简", "figure": "数字写法"}


def _judge(parts: Sequence[QuotedPart], given: Letters) -> Verdict:
    grades = {part.grade for part in parts}
    if len(given.letters) < SHORTEST:
        return "short"
    if "absent" in grades:
        return "partly" if len(grades) > 1 else "absent"
    if "nearly" in grades:
        return "nearly"
    if len(parts) > 1 and not _is_abridged(parts, given):
        return "stitched"
    return "form" if "form" in grades else "verbatim"


def _is_abridged(parts: Sequence[QuotedPart], given: Letters) -> bool:
    """Tell whether the quotation says where it leaves something out, and keeps the order of one article."""
    if any("…" not in given.text[one.end : two.start] for one, two in pairwise(parts)):
        return False
    places = [part.places[0] for part in parts]
    starts = [place.spans[0].start for place in places]
    same = len({(place.source, place.headline, place.where) for place in places}) == 1
    return same and starts == sorted(starts)


def _strip_notes(text: str) -> str:
    """Return a text of the same length without the numbers of notes, every omission written as ……."""
    text = _NOTE.sub(lambda match: " " * len(match[0]), text)
    return _OMISSION.sub(lambda match: "…" * len(match[0]), text)


class _Search:
    """One quotation, and the articles that may have it."""

    def __init__(self, catalog: CatalogLeg, keywords: KeywordLeg, text: str) -> None:
        self._catalog, self._keywords = catalog, keywords
        self._text = text
        self._leaves: dict[int, tuple[_Leaf, ...]] = {}
        self._more = False
        self._gather(text)

    # ---- what a quotation is made of ----

    def check(self, as_typed: Letters, as_meant: Letters) -> list[QuotedPart]:
        """Return the parts of the quotation, in its order."""
        for widen in (False, True):
            if widen:
                self._widen()
            for given in (as_typed, as_meant):
                whole = _Piece(0, len(given.text), 0, len(given.letters))
                if found := self._stand(given, whole):
                    return [self._report(given, whole, found)]
        given = as_meant
        whole = _Piece(0, len(given.text), 0, len(given.letters))
        if len(given.letters) < SHORTEST:
            return [_absent(given, whole)]
        pieces = list(_cut(given, sentences(given.text)))
        covered = self._cover(given, pieces)
        if all(found for _, found in covered):
            return self._report_all(given, covered)
        if nearest := self._align(given, whole):
            return [self._report(given, whole, nearest)]
        parts: list[tuple[_Piece, list[_Match]]] = []
        for piece, found in _join_unfound(covered):
            if found:
                parts.append((piece, found))
                continue
            nearest = self._align(given, piece)
            if nearest:
                parts.append((piece, nearest))
                continue
            smaller = list(_cut(given, _finer(given.text, piece)))
            parts += _join_unfound(self._cover(given, smaller))
        if not any(found for _, found in parts):
            return [_absent(given, whole)]
        return self._report_all(given, parts)

    def _cover(self, given: Letters, pieces: Sequence[_Piece]) -> list[tuple[_Piece, list[_Match]]]:
        """Return the pieces joined into as few as stand somewhere as they are, and those that do not."""
        covered: list[tuple[_Piece, list[_Match]]] = []
        at = 0
        while at < len(pieces):
            found: list[_Match] = []
            piece, upto = pieces[at], at + 1
            for end in range(at + 1, len(pieces) + 1):
                longer = _Piece(pieces[at].start, pieces[end - 1].end, pieces[at].q0, pieces[end - 1].q1)
                stands = self._stand(given, longer)
                if not stands:
                    break
                found, piece, upto = stands, longer, end
            if piece.q1 - piece.q0 < _ALONE:
                here = {id(match.leaf) for _, others in covered for match in others}
                found = [match for match in found if id(match.leaf) in here]
            covered.append((piece, found))
            at = upto
        return covered

    # ---- where it stands ----

    def _stand(self, given: Letters, piece: _Piece) -> list[_Match]:
        """Return where the letters of a piece stand as they are, the earliest article first."""
        wanted = given.letters[piece.q0 : piece.q1]
        longest = max(_RUN.findall(wanted), key=len, default="")
        return [
            _Match(leaf, tuple(steps))
            for leaf in self._all_leaves()
            if longest in leaf.characters
            for at in _find(wanted, leaf.letters.letters)
            if count_differences(steps := list_steps(piece.q0, piece.q1, leaf.letters, at)) == 0
        ]

    def _align(self, given: Letters, piece: _Piece) -> list[_Match]:
        """Return where a piece is nearly what stands there, best first, or nothing."""
        size = piece.q1 - piece.q0
        if size < SHORTEST:
            return []
        wanted = given.letters[piece.q0 : piece.q1]
        pairs = {wanted[at : at + 2] for at in range(size - 1)}
        near = sorted(
            self._all_leaves(), key=lambda leaf: sum(pair in leaf.characters for pair in pairs), reverse=True
        )[:_ALIGNED]
        best: _Match | None = None
        least = size * (1 - NEARLY)
        for leaf in near:
            steps = align(given, piece.q0, piece.q1, leaf.letters)
            if not steps:
                continue
            differences = count_differences(steps)
            if differences <= least and (best is None or differences < count_differences(best.steps)):
                best = _Match(leaf, tuple(steps))
        if best is None:
            return []
        low, high = best.steps[0].p0, best.steps[-1].p1
        printed = best.leaf.letters.letters[low:high]
        others = [
            _Match(
                leaf,
                tuple(step._replace(p0=step.p0 + at - low, p1=step.p1 + at - low) for step in best.steps),
            )
            for leaf in self._all_leaves()
            for at in _find(printed, leaf.letters.letters)
            if (leaf, at) != (best.leaf, low)
        ]
        return [best, *others]

    # ---- which articles may have it ----

    def _all_leaves(self) -> Iterator[_Leaf]:
        for number in sorted(self._leaves):
            yield from self._leaves[number]

    def _gather(self, text: str) -> None:
        """Read the articles that share most stretches with the quotation."""
        votes: Counter[int] = Counter()
        for stretch in _list_stretches(text):
            for number in self._look(stretch):
                votes[number] += 1
        owners = self._catalog.owners_of(votes)
        articles: Counter[int] = Counter()
        for number, count in votes.items():
            articles[owners[number]] += count
        self._read(number for number, _ in articles.most_common(_READ))
        self._more = self._more or len(articles) > _READ

    def _look(self, stretch: str) -> list[int]:
        """Return passages that have all pairs of a stretch; where none has, those that have half of it."""
        pairs = list(dict.fromkeys(bigrams(stretch)))
        found = self._keywords.find_some(pairs, _PASSAGES)
        self._more = self._more or len(found) == _PASSAGES
        if not found and len(stretch) > 3:
            middle = (len(stretch) + 1) // 2
            return [*self._look(stretch[:middle]), *self._look(stretch[middle:])]
        return found

    def _widen(self) -> None:
        """Read the articles, too, that have the rarest words of the quotation, together or apart."""
        telling = {term for term in terms(self._text) if len(term) > 1}
        counted = sorted((count, term) for term in telling if (count := self._keywords.document_count(term)))
        found = self._keywords.search([term for _, term in counted[:_WORDS]], _READ)
        owners = self._catalog.owners_of(found)
        self._read(list(dict.fromkeys(owners[number] for number in found))[: _READ // 2])

    def _read(self, numbers: Iterable[int]) -> None:
        wanted = [number for number in numbers if number not in self._leaves]
        for number, article, page in self._catalog.articles(wanted):
            self._leaves[number] = (_head(article, page), _Leaf(article, page, "body"))

    # ---- what is told of it ----

    def _report_all(self, given: Letters, covered: Sequence[tuple[_Piece, list[_Match]]]) -> list[QuotedPart]:
        """Return the parts; of its places each has first the one in the article that most parts are from."""
        shared = Counter(id(leaf) for _, found in covered for leaf in {match.leaf for match in found})
        parts = []
        for piece, found in covered:
            first = sorted(found, key=lambda match: -shared[id(match.leaf)])
            parts.append(self._report(given, piece, first) if found else _absent(given, piece))
        return parts

    def _report(self, given: Letters, piece: _Piece, found: Sequence[_Match]) -> QuotedPart:
        compared = [
            (match, write_runs(match.steps, given, piece.start, piece.end, match.leaf.letters))
            for match in found
        ]
        grades = [(_grade(match.steps, runs.runs), match, runs) for match, runs in compared]
        grades.sort(key=lambda one: one[0] != "verbatim")  # of reprints, one with the very marks
        grade, best, runs = grades[0]
        forms = tuple(dict.fromkeys(run.form for run in runs.runs if run.form))
        text = "".join(run.given for run in runs.runs)
        return QuotedPart(
            start=runs.at, end=runs.at + len(text), text=text, grade=grade,
            differences=count_differences(best.steps), forms=forms, runs=runs.runs,
            places=tuple(_place(match.leaf, other.start, other.end) for _, match, other in grades[:_SHOWN]),
            count=len(grades), more=self._more,
        )  # fmt: skip


def _grade(steps: Sequence[Step], runs: Sequence[Run]) -> Grade:
    if count_differences(steps):
        return "nearly"
    return "verbatim" if all(run.kind == "same" for run in runs) else "form"


def _absent(given: Letters, piece: _Piece) -> QuotedPart:
    return QuotedPart(piece.start, piece.end, given.text[piece.start : piece.end], "absent")


def _place(leaf: _Leaf, start: int, end: int) -> Printed:
    article, page = leaf.article, leaf.page
    spans = article.page_spans(start, end)
    return Printed(
        source=page.source, headline=article.headline, district=article.district, byline=article.byline,
        kind=article.kind, date=page.date, newspaper=page.newspaper, edition=page.edition,
        section=article.section, where=leaf.where, spans=spans,
        text="".join(page.text[span.start : span.end] for span in spans), version=page.version,
    )  # fmt: skip


def _head(article: Article, page: Page) -> _Leaf:
    """Return the head of an article as a text of its own, with the line ends between its lines."""
    spans: list[Span] = []
    for span in article.head:
        if spans and span.start >= spans[-1].end and not page.text[spans[-1].end : span.start].strip():
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    text = "".join(page.text[span.start : span.end] for span in spans)
    return _Leaf(replace(article, spans=tuple(spans), text=text), page, "head")


def _find(wanted: str, letters: str) -> Iterator[int]:
    at = letters.find(wanted)
    while at >= 0 and wanted:
        yield at
        at = letters.find(wanted, at + len(wanted))


def _cut(given: Letters, ranges: Iterable[tuple[int, int]]) -> Iterator[_Piece]:
    """Yield the pieces of a quotation at these ranges of its text that have letters."""
    first = 0
    for start, end in ranges:
        q0 = first
        while q0 < len(given.at) and given.at[q0] < start:
            q0 += 1
        q1 = q0
        while q1 < len(given.at) and given.at[q1] < end:
            q1 += 1
        first = q1
        if q0 < q1:
            yield _Piece(start, end, q0, q1)


def _finer(text: str, piece: _Piece) -> Iterator[tuple[int, int]]:
    for match in _CLAUSE.finditer(text, piece.start, piece.end):
        if match[0].strip():
            yield match.span()


def _join_unfound(
    covered: Iterable[tuple[_Piece, list[_Match]]],
) -> list[tuple[_Piece, list[_Match]]]:
    """Return the pieces with neighbours that stand nowhere made one."""
    joined: list[tuple[_Piece, list[_Match]]] = []
    for piece, found in covered:
        if joined and not found and not joined[-1][1]:
            last = joined[-1][0]
            joined[-1] = _Piece(last.start, piece.end, last.q0, piece.q1), []
        else:
            joined.append((piece, found))
    return joined


def _list_stretches(text: str) -> list[str]:
    """Return what to look for: whole sentences, and of each some characters that stand together.

    A passage holds whole sentences, but one that is long or that a column break cut is in two of them.
    """
    solid = "".join(fold(text).split())
    runs = [run for run in _RUN.findall(solid) if len(run) > 1]
    chunks = [run[at : at + _STRETCH] for run in runs for at in range(0, len(run), _STRETCH)]
    chunks = [chunk for chunk in chunks if len(chunk) > 1]
    whole = [solid[start:end] for start, end in sentences(solid)]
    whole = [sentence for sentence in whole if len(bigrams(sentence)) > 1]
    return [*_spread(whole, _STRETCHES // 2), *_spread(chunks, _STRETCHES)]


def _spread(items: Sequence[str], k: int) -> list[str]:
    """Return up to `k` of the items, from all over."""
    if len(items) <= k:
        return list(items)
    return [items[at * (len(items) - 1) // (k - 1)] for at in range(k)]
