"""Limits -> the articles and passages inside them; words -> the articles that mention them.

In: the catalog and the postings of an archive. Out: numbers of articles, all of them: nothing is cut off at
the best few. Does not know questions, or how an answer is made.

What is known of the articles is read when it is first needed, some tenths of a second for 66,000 of them, and
kept. An article whose district or date is unknown lies inside a limit only if its text names it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from index.catalog import Facts
from index.numerals import read_whole
from index.pages import file_of
from index.passages import MAX_LENGTH
from index.store import Among, CatalogLeg, Clause, Fact, KeywordLeg
from index.text import HAN, bigrams, cut_words, fold
from qa.periods import Period, read_iso
from qa.records import Limit, LimitKind
from qa.timewords import read_named

Numbers = NDArray[np.int64]
# So many characters on each side of where a passage was cut are searched for words that stand over the cut.
_REACH = 40
# Rare characters, which no pair holds, are words by themselves.
_RARE = "\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{HAN}]+|[{_RARE}]|[^\W_{HAN}{_RARE}]+")
_EDITION = re.compile(r"([a-z]?)(\d+|[一二三四五六七八九十]+)")


class Scope:
    """The whole of an archive, to be limited and counted. Threads may share it."""

    def __init__(self, catalog: CatalogLeg, keywords: KeywordLeg) -> None:
        self._catalog, self._keywords = catalog, keywords
        self._having: dict[Fact, dict[str, list[int]]] = {}

    # ---- what there is ----

    @cached_property
    def facts(self) -> dict[int, Facts]:
        """What is known of each article, by its number, ascending."""
        return {facts.article_id: facts for facts in self._catalog.facts()}

    @cached_property
    def newest(self) -> date | None:
        """The newest day that a page was printed on."""
        dates = {facts.date for facts in self.facts.values() if facts.date}
        return date.fromisoformat(max(dates)) if dates else None

    @cached_property
    def districts(self) -> frozenset[str]:
        """The districts that articles are known to be about."""
        return frozenset(facts.district for facts in self.facts.values() if facts.district)

    @cached_property
    def newspapers(self) -> frozenset[str]:
        """The newspapers that pages are known to be of."""
        return frozenset(facts.newspaper for facts in self.facts.values() if facts.newspaper)

    @cached_property
    def files(self) -> dict[str, list[int]]:
        """The articles by what one may call their page, folded: its source, its file, with folders or not."""
        named: dict[str, list[int]] = {}
        for number, facts in self.facts.items():
            source = fold(facts.source)
            file = file_of(source)
            for name in {source, file, file.rpartition("/")[2]}:
                named.setdefault(name, []).append(number)
        return named

    # ---- what lies inside limits ----

    def select(self, limits: Sequence[Limit]) -> set[int]:
        """Return the numbers of the articles that lie inside all of `limits`."""
        return self._satisfying([self._inside(limit) for limit in limits])

    def among(self, limits: Sequence[Limit]) -> Among:
        """Return the passages that lie inside all of `limits`, by number and by fact."""
        clauses = tuple(self._inside(limit) for limit in limits)
        return Among(lambda: self.passages_of(self._satisfying(clauses)), clauses)

    def _satisfying(self, clauses: Sequence[Clause]) -> set[int]:
        chosen = set(self.facts)
        for clause in clauses:
            known = self._by(clause.fact)
            chosen &= clause.others.union(*(known.get(value, ()) for value in clause.values))
        return chosen

    def passages_of(self, articles: Iterable[int]) -> Numbers:
        """Return the numbers of the passages of these articles, ascending."""
        numbers, owners = self._owners
        inside = np.zeros(int(owners.max(initial=0)) + 1, bool)
        inside[np.fromiter(articles, np.int64)] = True
        return numbers[inside[owners]]

    def owners_of(self, passages: Numbers) -> Numbers:
        """Return the number of the article of each of these passages."""
        numbers, owners = self._owners
        return owners[np.searchsorted(numbers, passages)]

    def _inside(self, limit: Limit) -> Clause:
        each = [self._fitting(limit.kind, value) for value in limit.value.split("、")]
        return Clause(
            each[0].fact,
            frozenset[str]().union(*(clause.values for clause in each)),
            frozenset[int]().union(*(clause.others for clause in each)),
        )

    def _fitting(self, kind: LimitKind, value: str) -> Clause:  # noqa: PLR0911 - a line for each kind
        match kind:
            case "district":
                return self._in_district(value)
            case "date":
                return self._printed_in(read_iso(value), self._days_of_undated)
            case "time":
                return self._printed_in(read_iso(value), self._days_of_undated, self._days_of_dated)
            case "source":
                pages = {self.facts[number].source for number in self.files.get(fold(value), ())}
                return Clause("source", frozenset(pages))
            case "edition":
                return self._where("edition", lambda edition: _same_edition(value, edition))
            case "newspaper":
                return self._where("newspaper", lambda name: fold(value) in fold(name))
            case "kind":
                return self._where("kind", lambda known: known == value)

    def _where(self, fact: Fact, fits: Callable[[str], bool]) -> Clause:
        """Return the articles of which a fact is known, and fits."""
        return Clause(fact, frozenset(value for value in self._by(fact) if fits(value)))

    def _by(self, fact: Fact) -> dict[str, list[int]]:
        """Return the articles by one of their facts, where it is known. Threads may make it twice."""
        if fact not in self._having:
            values: dict[str, list[int]] = {}
            for number, facts in self.facts.items():
                if (value := getattr(facts, fact)) is not None:
                    values.setdefault(value, []).append(number)
            self._having[fact] = values
        return self._having[fact]

    def _in_district(self, name: str) -> Clause:
        """Return the articles about a district. One that no article is known to be about is but a name."""
        about = self._where("district", lambda district: fold(district) == fold(name)).values
        naming = self.mention(name)
        others = {number for number in naming if not (about and self.facts[number].district)}
        return Clause("district", about, frozenset(others))

    def _printed_in(self, period: Period, *named: Mapping[Period, Sequence[int]]) -> Clause:
        """Return the articles that were printed then, or are `named` by such a day."""
        printed = self._where("date", lambda day: period.holds(_day(day)))
        return Clause(
            "date", printed.values, frozenset[int]().union(*(_gather(days, period) for days in named))
        )

    @cached_property
    def _days_of_undated(self) -> dict[Period, list[int]]:
        return self._named_days(dated=False)

    @cached_property
    def _days_of_dated(self) -> dict[Period, list[int]]:
        return self._named_days(dated=True)

    def _named_days(self, *, dated: bool) -> dict[Period, list[int]]:
        """Return the articles by the days that they name: those of pages with a date, or those without."""
        days: dict[Period, list[int]] = {}
        known: dict[tuple[str, str | None], Period | None] = {}
        for facts, named in zip(self.facts.values(), self._catalog.named_dates(), strict=True):
            if named and (facts.date is not None) is dated:
                printed = date.fromisoformat(facts.date) if facts.date else None
                for said in named:
                    if (said, facts.date) not in known:
                        known[said, facts.date] = read_named(fold(said), printed)
                    if period := known[said, facts.date]:
                        days.setdefault(period, []).append(facts.article_id)
        return days

    @property
    def days(self) -> dict[Period, list[int]]:
        """The articles by the days that a limit of date looks at: printed, or named where that is unknown."""
        days = {_day(day): list(numbers) for day, numbers in self._by("date").items()}
        for day, numbers in self._days_of_undated.items():
            days.setdefault(day, []).extend(numbers)
        return days

    # ---- what is mentioned ----

    def mention(self, text: str) -> set[int]:
        """Return the numbers of all articles in whose head or text `text` stands as it is.

        Width, case and script aside. Two Chinese characters are a term of the postings, letters and figures a
        part of one; where anything longer may stand, the postings say, and the articles are read.
        """
        wanted = fold(text).strip()
        runs = _RUN.findall(wanted)
        if not runs:
            return set()
        found = set.intersection(*(set(self._holding(run).tolist()) for run in runs))
        over = self._over_cuts(wanted)
        if runs == [wanted] and (len(wanted) <= 2 or not _is_han(wanted)):
            return found | over  # that is a term, or part of one
        read = self._catalog.articles(found - over)
        return over | {
            number
            for number, article, _ in read
            if text in article.text or wanted in fold(article.text) or wanted in fold(article.title)
        }

    def holding(self, text: str) -> Numbers:
        """Return the numbers, ascending, of all articles that have the parts of `text`, without reading any.

        A part is a pair of neighbouring Chinese characters: those of a run stand in one passage, or all in
        its head. Letters, figures and a single character have to begin a term. Some few articles more than
        `mention`, and far sooner.
        """
        wanted = fold(text).strip()
        each = [
            self._holding(run)
            if len(run) > 1 and _is_han(run)
            else self._articles_of(self._keywords.find_beginning(run))
            for run in _RUN.findall(wanted)
        ]
        if not each:
            return np.array([], np.int64)
        found = reduce(np.intersect1d, each)
        over = sorted(self._over_cuts(wanted))
        return np.union1d(found, np.array(over, np.int64)) if over else found

    def _over_cuts(self, wanted: str) -> set[int]:
        return {article for article, around in self._cuts if wanted in around}

    def mention_words(self, text: str) -> set[int]:
        """Return the numbers of all articles that mention every word of `text` of two characters or more."""
        words = {word for word in cut_words(text) if len(word) > 1}
        return set.intersection(*(self.mention(word) for word in words)) if words else set()

    def headed(self, text: str) -> set[int]:
        """Return the numbers of the articles whose head has all pairs of the characters of `text`."""
        pairs = bigrams(text)
        return set(self._articles_of(self._keywords.find_all(pairs, ["head"])).tolist()) if pairs else set()

    def _holding(self, run: str) -> Numbers:
        """Return the articles of which one passage, or its head, has every pair of characters of `run`."""
        if len(run) > 1 and _is_han(run):
            return self._articles_of(self._keywords.find_all(sorted(set(bigrams(run)))))
        return self._articles_of(self._keywords.find_inside(run))

    def _articles_of(self, passages: Numbers) -> Numbers:
        return np.unique(self.owners_of(passages))

    @cached_property
    def _owners(self) -> tuple[Numbers, Numbers]:
        return self._catalog.owners()

    @cached_property
    def _cuts(self) -> list[tuple[int, str]]:
        """What stands around each place where a passage ends in the midst of a word, folded, by article.

        A name that is cut there ("刘琴" / "英与丈夫双双下岗。") has a pair that is in no passage.
        """
        places: dict[int, list[int]] = {}
        for article_id, at in self._catalog.cuts(MAX_LENGTH):
            places.setdefault(article_id, []).append(at)
        return [
            (article_id, fold(article.text[max(at - _REACH, 0) : at + _REACH]))
            for article_id, article, _ in self._catalog.articles(places)
            for at in places[article_id]
            if article.text[at - 1].isalnum() and article.text[at].isalnum()
        ]


def _day(said: str) -> Period:
    day = date.fromisoformat(said)
    return Period(day, day)


def _gather(days: Mapping[Period, Sequence[int]], period: Period) -> set[int]:
    return {number for day, numbers in days.items() if period.holds(day) for number in numbers}


def _is_han(run: str) -> bool:
    return re.fullmatch(f"[{HAN}]+", run) is not None


def _same_edition(wanted: str, printed: str) -> bool:
    """Tell whether an edition is the wanted one: 3 is 03, 三 and A03; B3 is not A3."""
    (letter, number), (own_letter, own_number) = _edition(wanted), _edition(printed)
    return number == own_number and letter in ("", own_letter)


def _edition(said: str) -> tuple[str, str]:
    match = _EDITION.fullmatch(fold(said))
    return (match[1], str(read_whole(match[2]))) if match else ("", said)
