"""What passes between the steps from a question to its answer, as frozen records.

In: nothing. Out: Question, Said, Candidates, Found, Evidence, Hit, Citation, Answer, Statement, ModelSummary,
Quotation; for browsing Look and Shelved.
Does not know how any of them is found or shown.

Every `start`/`end` is an offset in code points in the text of the page named by `source`, and
`page.text[start:end]` is the record's `text`, to the character. Scores: higher is better.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.catalog import Stored
from index.errors import Trouble
from index.records import Kind, Span

Floats = NDArray[np.floating]
Wanted = Literal[
    "number", "person", "time", "place", "body", "list", "reason", "way", "meaning", "whether", "other"
]
What = Literal["articles", "districts", "pages", "newspapers"]
LimitKind = Literal["district", "date", "time", "kind", "source", "edition", "newspaper"]
Aspect = Literal["district", "kind", "newspaper", "source", "date"]
Order = Literal["best", "date", "page"]
TimeUnit = Literal["month", "year", "decade"]


# What is wrong with an answer: no answer to the question; the sources do not bear it out; the papers do say
# it; the papers do not say it; something else.
Reason = Literal["off", "source", "missed", "invented", "other"]


@dataclass(frozen=True, slots=True)
class Vote:
    """What a visitor says of an answer; `said` is the right answer, or a comment, in the visitor's words."""

    useful: bool
    reason: Reason | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the words as typed, the stand-alone form that is searched, what would answer it."""

    text: str
    standalone: str
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a question limits its answer to.

    `text` is the phrase of the question that says so, `without` the question that does without this limit.

    `value` is a district, a source or file, an edition, a newspaper or a kind, as the archive has it; the
    days of a date or a time as ISO 8601 writes them: 2015-01-01/2015-12-31, in any year --10-01/--10-07.
    A date is when the page was printed, or what the article names where that is unknown; a time is either.
    Of several values with 、 between them one must fit.
    """

    kind: LimitKind
    text: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Beyond:
    """What there would be without some limits, by their kinds: the pages' sentences, or what was counted."""

    without: tuple[LimitKind, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier turn: the question as it stood by itself, the exact answer, and where that was read.

    `around` is the text of the article; `cited` what was quoted, as (source, start, end) of its page;
    `within` what stood before the question and limits it ("2016年10月的报纸上,").
    """

    question: str
    span: str | None
    around: str
    cited: tuple[tuple[str, int, int], ...] = ()
    within: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that either leg found, the best first.

    `numbers` are theirs. For each, in an array (n,): BM25 (0 where its words were not found), the cosine, and
    both in one score, 0 to 1.
    """

    numbers: list[int]
    keyword: Floats
    vector: Floats
    fused: Floats


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its score. `also`: the sources of other places with the same text.

    Ranked, the score is the reranker's, in log odds; once read, that of its best sentence. `cosine` is that
    of its vector and the question's.
    """

    stored: Stored
    score: float
    also: tuple[str, ...] = ()
    cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class Guess:
    """A range of a text that may be the exact answer; its score in log odds against there being none."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that bears on the question, as a range of its article's text.

    It may run on beyond the passage `found` that it was read in, to another place on the page.

    `answers` are the ranges of the exact answers in it, likewise: one for each part of the question, None
    where the part is open; none at all where the sentence was not searched. It `completes` another one whose
    open part it answers. `guesses` are the reader's, for each part, `located` its log odds that one of them
    answers. `matched` is the share of the question's weight that stands in the sentence (what stands just
    before it counts in part), `covered` the share that stands anywhere in its article; both 0 to 1.
    `names_all`: every name of the question stands on the page.
    """

    found: Found
    start: int
    end: int
    score: float
    matched: float
    covered: float
    names_all: bool
    located: float
    guesses: tuple[tuple[Guess, ...], ...]
    answers: tuple[tuple[int, int] | None, ...]
    completes: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage as it is shown, with the article it stands in. `also`: other places with the same text.

    `version` is that of the page: where the page has another by now, the offsets are not those of the words.
    """

    rank: int
    score: float
    source: str
    article_id: int
    headline: str | None
    start: int
    end: int
    text: str
    also: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """What was found for the words of a `query`, within the `limits` that it states: the best hits first."""

    query: str
    limits: tuple[Limit, ...]
    hits: tuple[Hit, ...]
    took_ms: float


@dataclass(frozen=True, slots=True)
class Citation:
    """An evidence sentence as it is cited: marker number, place, and whose words they are.

    `passage` is the range of the passage around it; `marks` are the exact answers inside start:end. A
    sentence that runs on at another place of the page is cited there again, with the next number: `text` is
    then the part of it that stands here. `date`, `newspaper`, `edition` and `section` are None where neither
    the page nor its file says them. `version` is that of the page, as in a `Hit`.
    """

    n: int
    source: str
    headline: str | None
    district: str | None
    byline: str | None
    kind: Kind
    start: int
    end: int
    text: str
    passage: Span
    marks: tuple[Span, ...]
    date: str | None = None
    newspaper: str | None = None
    edition: str | None = None
    section: str | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A district, page or newspaper (None: not known), and how many of the articles counted are its own."""

    name: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What was counted over the whole archive: `articles` of `among` mention the words, or all where None.

    `loosely`: none has them as they are, and those count that have each of the words. `apart`: so many more
    have each of them, but not together. `stated` says it in Chinese: our own words, no page's.
    """

    what: What
    mention: str | None
    articles: int
    among: int
    loosely: bool
    apart: int
    groups: tuple[Group, ...]
    stated: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question. Not `answered` is a value like any other: then `reason` says why.

    `answer` is made of the cited sentences and their markers alone, for instance `……20600元……[1]`; each
    marker stands behind the words that its citation holds.
    `span` is the shortest exact answer found, or None. When refused, `citations` is empty and `hits`
    hold the nearest passages, `mentioned` and `missing` the words of the question that their articles
    have and lack. `confidence` is between 0 and 1; `took_ms` is the engine's time. Where `limits` of the
    question leave no answer, `beyond` is what the pages say without them, `hits` are those without them, and
    `reason` says so. `differing` are the numbers of citations from several articles, that of `span` first,
    which give different figures for the same thing. With an `overview`, `span` is a number or the names that
    were counted, and `citations` hold one sentence for each of the first articles behind it.
    """

    question: str
    standalone: str
    answered: bool
    answer: str
    span: str | None
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    reason: str | None
    took_ms: float
    mentioned: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    beyond: Beyond | None = None
    differing: tuple[int, ...] = ()
    overview: Overview | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence in a language model's words, and the numbers of the sources that bear it out."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """What the language model `model` made of an answer's evidence: its sentences that stood the check.

    Sources up to `cited`, the number of the answer's citations, are these; the next ones are `further`,
    passages that the model alone cites. `dropped` counts the sentences that did not stand. Until it is
    `done` there may come more. `trouble` says why it ended before its time, None where it did not.
    """

    model: str
    cited: int
    statements: tuple[Statement, ...] = ()
    further: tuple[Hit, ...] = ()
    dropped: int = 0
    done: bool = False
    trouble: Trouble | None = None
    status: int | None = None


Form = Literal["mark", "width", "case", "script", "figure"]
Grade = Literal["verbatim", "form", "nearly", "absent"]
Verdict = Literal["verbatim", "form", "stitched", "nearly", "partly", "absent", "short"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a quotation held against the page: what was `given`, and what is `printed` there.

    "same" but for blanks and line ends; of another "form", which is the same word: its punctuation marks,
    width, case or script differ, or a figure is written otherwise and has the same value; "changed" into
    other words; "missing" in the quotation; "added" by it.
    """

    kind: Literal["same", "form", "changed", "missing", "added"]
    given: str
    printed: str
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """Words as they stand in the head or the body of an article: the page's characters at `spans`, joined.

    The spans are in the order of the text: several where a column break or another article lies between.
    """

    source: str
    headline: str | None
    district: str | None
    byline: str | None
    kind: Kind
    date: str | None
    newspaper: str | None
    edition: str | None
    section: str | None
    where: Literal["head", "body"]
    spans: tuple[Span, ...]
    text: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class QuotedPart:
    """A stretch of a quotation, `text[start:end]` of it, that stands at one place, or nowhere.

    `runs`, joined, are `text` as given, and the first of `places` as printed; every other place has the
    same words. `count` is how many places were found, `places` the first twenty of them; where not all
    articles that may have it were looked at, there may be `more`.
    `differences` counts the characters that are changed, missing or added; not those of another form.
    """

    start: int
    end: int
    text: str
    grade: Grade
    differences: int = 0
    forms: tuple[Form, ...] = ()
    runs: tuple[Run, ...] = ()
    places: tuple[Printed, ...] = ()
    count: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Quotation:
    """What became of a quotation that was looked up: the archive's word on it, part by part.

    "verbatim": it stands there. "form": the same words in another form (see Run). "stitched": each part
    does, but not next to one another, and no ellipsis says so. "nearly": with `differences`. "partly": some
    parts are not in the archive. "absent": none is. "short": too few characters to tell whose words they
    are; where they stand is said all the same.
    """

    text: str
    verdict: Verdict
    differences: int
    forms: tuple[Form, ...]
    parts: tuple[QuotedPart, ...]
    took_ms: float


# ---- browsing ---------------------------------------------------------------------------------------

# So many articles are listed at once.
ROWS = 50


@dataclass(frozen=True, slots=True)
class Look:
    """Which articles a reader wants to see: those that have the `words`, inside all of `limits`.

    `words` are typed, blanks between them: an article has to have each. A limit is an aspect and its value as
    the archive has it: a district, a kind, a newspaper, a source or its file; for `date` a stretch of days as
    ISO 8601 writes it (2015-01-01/2015-12-31, ".." for an open end). `order` is None where the reader chose
    none. `first` articles are passed over.
    """

    words: str = ""
    limits: tuple[tuple[Aspect, str], ...] = ()
    order: Order | None = None
    first: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """An article as it is listed: the sentence shown of it, and where its page is opened.

    An empty range opens the page at the article, with nothing marked. `opening` are its first words.
    `pile` stands where another page, or file of rows, begins in the list: its name, and how many of the
    articles found stand on it.
    """

    shown: Citation
    opens: Span
    opening: str
    pile: Group | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """What an aspect can be limited to: how many articles each value would give, with all else as it is.

    A group without a name counts those of which it is not known; `more` values are not listed. The archive
    has `known` values in all.
    """

    aspect: Aspect
    groups: tuple[Group, ...]
    known: int
    more: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """Articles by years, months or decades: groups named by their days, as a limit of `date` is.

    An article counts in the time that its page was printed; where that is unknown, in each that its text
    names: as the limit does. Of those in a group, `printed` were printed then and `named` only name it;
    `rest` are in no group.
    """

    unit: TimeUnit
    groups: tuple[Group, ...]
    printed: int
    named: int
    rest: int


@dataclass(frozen=True, slots=True)
class Shelved:
    """What a Look finds: `total` articles of `among`, and some `rows` of them in the order of the `look`.

    `facets` and `timeline` say what else one might limit it to; `span` is the whole range of dates that the
    archive has, by the finest unit that is short enough to choose from. Where nothing is found, `lifting`
    says how many there are without the words (None) or without one limit; and `apart` how many have each
    word of what was typed in one, with these words as they would be typed.
    """

    look: Look
    total: int
    among: int
    rows: tuple[Row, ...]
    facets: tuple[Facet, ...]
    timeline: Timeline
    span: Timeline
    lifting: tuple[tuple[Aspect | None, int], ...] = ()
    apart: Group | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What an index holds, and how it was made: the facts of `python -m index status`.

    `built` is ISO 8601, `size` in bytes; `encodings` count the pages read in each; `skipped` are files with
    the reason. `damaged` are newer builds that had to be passed over. Paths are told without the folders
    above: who may look at the archive need not know the computer.
    """

    pages: int
    articles: int
    passages: int
    built: str
    fingerprint: str
    size: int
    encoder: str
    dimension: int
    encodings: tuple[Group, ...]
    skipped: tuple[tuple[str, str], ...]
    damaged: tuple[str, ...]
