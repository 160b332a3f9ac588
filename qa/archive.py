"""The one door to an archive, for the chat, the command line and the tests.

In: the address of an index; then questions. Out: answers, pages, example questions.
Does not know Gradio, how anything is shown, or where an index is kept.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from index.encoder import load_encoder
from index.records import Article, Page
from index.segment import load_tagger
from index.store import Address, Store, load_own_encoder, open_store, require_encoder
from qa.answer import make_hit, write_answer
from qa.converse import Cited, leave_out, resolve
from qa.count import count_articles
from qa.cross import load_cross_encoder, reorder_passages
from qa.desk import Desk
from qa.headline import COMPARED, load_headline_network, order_by_headline
from qa.lean import goes_on
from qa.limits import find_limits
from qa.locate import load_reader
from qa.overview import read_request
from qa.question import tells, understand
from qa.quotation import verify_quotation
from qa.rank import add_cosines, rank_passages
from qa.read import order_by_evidence, read_passages
from qa.recall import AROUND, Key, Memory, list_turns, make_key
from qa.records import Answer, Found, Group, Health, Limit, Question, Quotation, Said, Search
from qa.rerank import judge_passages, load_reranker
from qa.retrieve import find_passages
from qa.scope import Scope
from qa.shelf import Shelf
from qa.suggest import suggest_questions, suggest_related
from qa.weigh import weigh_terms
from qa.within import refuse_within

# How many passages are read for the sentence that answers.
READ = 6


@dataclass(frozen=True, slots=True)
class PageView:
    """A page and its articles in the order of their heads."""

    page: Page
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the archive holds, when it was built (ISO 8601) and with which encoder."""

    pages: int
    articles: int
    passages: int
    built: str
    encoder: str


class Archive:
    """An index opened for asking. Threads may share it: those who ask are served in the order they came."""

    def __init__(self, store: Store, encoder: str | None = None, reranker: str | None = None) -> None:
        self.encoder = load_encoder(encoder) if encoder else load_own_encoder(store.manifest)
        require_encoder(store.manifest, self.encoder, store.home)
        self.store = store
        self.catalog, self.keywords, self.vectors = store.catalog, store.keywords, store.vectors
        self.weigh = weigh_terms(self.keywords.document_count, len(self.keywords))
        self.scope = Scope(self.catalog, self.keywords)
        self.shelf = Shelf(self.catalog, self.keywords, self.scope)
        self._memory = Memory()
        self._desk = Desk(store.at_once)
        self._cross_encoder = load_cross_encoder(reranker) if reranker else None
        load_reranker()
        load_headline_network()
        load_reader()
        load_tagger()

    @classmethod
    def open(cls, address: Address, encoder: str | None = None, reranker: str | None = None) -> "Archive":
        """Open the index at `address` with the encoder it was built with.

        `reranker` names a cross-encoder that orders the passages before they are read. Raises
        IndexMissing, IndexDamaged or IndexIncompatible, and EncoderError where one of the two, or the encoder
        that the index names, cannot be loaded.
        """
        while True:
            store = open_store(address)
            try:
                return cls(store, encoder, reranker)
            except Exception:
                if store.remains():
                    raise  # else newer states took its place before it was open

    def ask(self, question: str, history: Sequence[str] = (), top: int = 10) -> Answer:
        """Answer `question`, asked after the questions in `history`, with up to `top` hits.

        Raises QuestionError where it is empty or too long.
        """
        with self._desk.turn():
            return self._tell(understand(question).text, list_turns(history), top)[0]

    def search(self, query: str, top: int = 10) -> Search:
        """Return up to `top` passages for `query`, best first: judged, and not read for an answer.

        Limits that it states are kept: where nothing lies inside, there are no hits. Raises QuestionError
        where it is empty or too long.
        """
        asked = understand(query)
        with self._desk.turn():
            started = time.perf_counter()
            limited = find_limits(asked.text, self.scope, datetime.now(UTC).astimezone().date())
            searched = replace(asked, standalone=limited.searched)
            ranked = self._rank(searched, limited.limits, top)
            if tells(searched):
                ranked = order_by_headline(searched.standalone, ranked)
            hits = tuple(make_hit(rank, found) for rank, found in enumerate(ranked[:top], 1))
            return Search(query, limited.limits, hits, (time.perf_counter() - started) * 1000)

    def _tell(self, question: str, turns: Sequence[str], top: int) -> tuple[Answer, Said]:
        """Answer a question after the `turns`, and keep what later ones may ask about."""
        started = time.perf_counter()
        resolved = resolve(question, lambda: self._memory.recall(turns, self._repeat))
        asked = understand(resolved.question)
        today = datetime.now(UTC).astimezone().date()
        own = () if goes_on(question) else (question,)  # a count stands by itself, 2022年呢? does not
        for text in dict.fromkeys((*own, asked.standalone)):
            limited = find_limits(text, self.scope, today)
            request = read_request(limited)
            if request:
                break
        searched = replace(asked, standalone=limited.searched)

        def search(limits: Sequence[Limit]) -> tuple[Answer, str]:
            if request:
                return count_articles(text, request, self.scope, self.catalog, started, limits), ""
            return self._search(searched, limits, resolved.told, top, started)

        answer, around = search(limited.limits)
        if limited.limits and not answer.answered:
            answer = refuse_within(limited.limits, answer, lambda kept: search(kept)[0], started)
        cited = tuple((item.source, item.start, item.end) for item in answer.citations)
        within = text.removesuffix(limited.searched)
        within = "" if within == text else within
        said = Said(
            limited.searched if within else text,
            answer.span,
            around,
            (*resolved.told, *cited),
            within,
        )
        self._memory.keep(make_key([*turns, question]), said)
        return replace(answer, question=question, standalone=text, limits=limited.limits), said

    def _search(
        self, asked: Question, limits: Sequence[Limit], told: Sequence[Cited], top: int, started: float
    ) -> tuple[Answer, str]:
        """Return the answer within `limits`, and the text of the article that it was read in."""
        ranked = self._rank(asked, limits, max(top, READ))
        evidence = leave_out(read_passages(asked, ranked[:READ], self.weigh), told)
        read = (evidence[0].found if evidence else ranked[0]).stored.article if ranked else None
        around = f"{read.title}\n{read.text[:AROUND]}" if read else ""
        return write_answer(asked, order_by_evidence(asked, ranked, evidence), evidence, top, started), around

    def _rank(self, asked: Question, limits: Sequence[Limit], top: int) -> list[Found]:
        """Return the passages within `limits` that the search puts first; for a headline, more of them."""
        among = self.scope.among(limits) if limits else None
        found = find_passages(asked, self.keywords, self.vectors, self.encoder, among)
        judged = judge_passages(asked, found, self.catalog)
        if self._cross_encoder:
            judged = reorder_passages(asked, judged, self.catalog, self._cross_encoder)
        wanted = max(top, COMPARED) if tells(asked) else top
        return add_cosines(rank_passages(judged, self.catalog.passages, wanted), found)

    def _repeat(self, turns: Key) -> Said:
        return self._tell(turns[-1], turns[:-1], 1)[1]

    def page(self, source: str) -> PageView:
        """Return the page that citations call `source`. Raises KeyError where there is none."""
        return PageView(*self.catalog.page(source))

    def verify(self, text: str) -> Quotation:
        """Return whether a quotation stands in the archive, where, and how it differs from the page.

        Raises EmptyQuestion where there is no letter in it, LongQuestion above 2,000 characters.
        """
        with self._desk.turn():
            return verify_quotation(text, self.catalog, self.keywords)

    def examples(self, n: int = 4) -> list[str]:
        """Return up to `n` questions made from the archive's own articles, each of which it answers."""
        return suggest_questions(self.catalog, self.ask, n)

    @cached_property
    def starters(self) -> tuple[str, ...]:
        """Examples, made once: it takes a second."""
        return tuple(self.examples())

    def related(self, answer: Answer, asked: Sequence[str] = (), n: int = 3) -> list[str]:
        """Return up to `n` questions that go on from `answer`, each of which the archive answers.

        None of them is one of those `asked` before. It takes the time of up to four questions.
        """
        return suggest_related(self.catalog, self.ask, answer, asked, n)

    @cached_property
    def summary(self) -> Summary:
        """What the archive holds."""
        manifest = self.store.manifest
        counts = manifest.counts
        return Summary(counts.pages, counts.articles, counts.passages, manifest.built, manifest.encoder)

    @cached_property
    def health(self) -> Health:
        """How the index is: what was read and what was skipped."""
        manifest, counts = self.store.manifest, self.store.manifest.counts
        above = f"{self.store.home}/"
        return Health(
            pages=counts.pages,
            articles=counts.articles,
            passages=counts.passages,
            built=manifest.built,
            fingerprint=self.store.fingerprint,
            size=manifest.size,
            encoder=manifest.encoder.rpartition("/")[2],
            dimension=manifest.dimension,
            encodings=tuple(Group(name, count) for name, count in self.catalog.encodings().items()),
            skipped=tuple((path.rpartition("/")[2], reason) for path, reason in manifest.skipped),
            damaged=tuple(fault.replace(above, "") for fault in self.store.damaged),
        )
