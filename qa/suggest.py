"""Articles -> questions that one can ask of them, before the first question and after an answer.

In: the catalog, and the way to ask. Out: questions made by rule from sentences of the articles, kept
only where the archive answers them with the very figure or name that was taken out.
Does not know how answers are found.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence

from index.catalog import Stored
from index.records import Article
from index.store import CatalogLeg
from index.text import bigrams, clauses, fold, sentences, tagged
from qa.finders import SURNAMES
from qa.pose import NUMBER, OFFICE, VAGUE, Posed, pose_questions
from qa.records import Answer

Ask = Callable[[str], Answer]

# How many passages are looked at, and how long the words before the figure may be.
_SAMPLE, _SHORTEST, _LONGEST = 300, 4, 20
_FIGURE = re.compile(
    r"(\d[\d,]*(?:\.\d+)?[多余]?[万亿]?[多余]?)([名个家条件项台处次起笔户辆亩元吨座所场期套批部位人岁]|平方米|公里)"
)
_NAMING = ("ns", "nr", "nt", "nz", "n", "j")

# Of questions after an answer: so many are asked at most (20 ms each), made from so many articles; no two may
# be alike in more than this share of their pairs of characters.
_TRIED, _ARTICLES, _ALIKE = 4, 8, 0.5
# The log odds that a passage answers, from which on its article is near; what is on a page cited is anyway.
_NEAR = -1.0
_LEAST_SURE = 0.85


def suggest_questions(catalog: CatalogLeg, ask: Ask, n: int) -> list[str]:
    """Return up to `n` questions, each from another article, the same ones for the same index."""
    numbers = catalog.numbers()
    sample = random.Random(len(numbers)).sample(numbers, min(_SAMPLE, len(numbers)))
    questions: list[str] = []
    used: set[int] = set()
    for stored in catalog.passages(sample):
        if len(questions) == n:
            break
        if stored.article_id in used:
            continue
        for question, answer in _make_questions(stored):
            if answer in (ask(question).span or ""):
                questions.append(question)
                used.add(stored.article_id)
                break
    return questions


def _make_questions(stored: Stored) -> Iterator[tuple[str, str]]:
    """Yield (question, the answer) for the clauses that say who holds an office, or of something how many."""
    text = stored.passage.text
    for start, end in sentences(text):
        for low, high in clauses(text, start, end):
            clause = text[low:high].strip("，,、；;：:。！？!? ")
            figures = list(_FIGURE.finditer(clause))
            whole = (
                len(stored.article.page_spans(stored.passage.start + low, stored.passage.start + high)) == 1
            )
            office = OFFICE.match(clause)
            if whole and office and office.group(2)[0] in SURNAMES and not VAGUE.search(office.group(1)):
                yield f"{office.group(1)}是谁?", office.group(2)
            if whole and len(figures) == 1 and _tells_by_itself(clause, figures[0].start()):
                figure = figures[0]
                question = f"{clause[: figure.start()]}多少{figure.group(2)}{clause[figure.end() :]}?"
                yield question, figure.group(1)


def _tells_by_itself(clause: str, at: int) -> bool:
    """Tell whether the words before the figure name something and end in what is done or had."""
    before = clause[:at]
    if not _SHORTEST <= len(before) <= _LONGEST or "\n" in clause or VAGUE.search(clause):
        return False
    if any(clause.count(left) != clause.count(right) for left, right in ("“”", "()", "（）", "《》")):
        return False
    words = [(word, tag) for word, tag, _ in tagged(before)]
    named = words[0][1] == "nr" or (words[0][1] in _NAMING and len(words[0][0]) > 1) or words[0][0] == "来自"
    last, tag = words[-1]
    acts = tag.startswith("v") or last in ("了", "过", "着", "达", "有", "共", "近", "约", "今年")
    return named and acts and len(words) >= 3


def suggest_related(catalog: CatalogLeg, ask: Ask, answer: Answer, asked: Sequence[str], n: int) -> list[str]:
    """Return up to `n` questions that go on from `answer`, after the questions `asked`.

    From the articles that it cites, else from the nearest ones; none that was asked, or has the same answer,
    or of which the archive is not sure. No more than four are tried. None where nothing came
    near what was asked.
    """
    if not (answer.answered or answer.mentioned or answer.beyond):
        return []
    known = [*asked, answer.question, answer.standalone]
    told = [*known, answer.span or "", *(citation.text for citation in answer.citations)]
    questions: list[str] = []
    tried = 0
    for article, source, cited in _near(catalog, answer):
        for posed in pose_questions(article, source, cited=cited):
            if tried == _TRIED or len(questions) == n:
                return questions
            if _is_told(posed, told) or any(_alike(posed.question, other) for other in known):
                continue
            tried += 1
            known.append(posed.question)
            if _is_borne_out(posed, ask(posed.question)):
                questions.append(posed.question)
                told.append(posed.answer)
    return questions


def _near(catalog: CatalogLeg, answer: Answer) -> Iterator[tuple[Article, str, bool]]:
    """Yield the articles that an answer cites, then the nearest others; with their page, and if cited."""
    pages = {citation.source for citation in answer.citations}
    places = [(citation.source, citation.start, True) for citation in answer.citations]
    places += [
        (hit.source, hit.start, False) for hit in answer.hits if hit.score >= _NEAR or hit.source in pages
    ]
    seen: list[Article] = []
    for source, at, cited in places:
        for article in catalog.page(source)[1]:
            if any(span.start <= at < span.end for span in article.spans) and article not in seen:
                seen.append(article)
                yield article, source, cited
        if len(seen) >= _ARTICLES:
            return


def _is_told(posed: Posed, told: Sequence[str]) -> bool:
    return any(posed.answer in text for text in told)


def _is_borne_out(posed: Posed, reply: Answer) -> bool:
    """Tell whether the archive answers with the very words, where they stand, and with no other."""
    if not reply.answered or not reply.span or reply.limits or reply.differing:
        return False
    where = reply.citations[0]
    there = where.source == posed.source and where.start < posed.end and posed.start < where.end
    figures = NUMBER.findall(posed.answer)
    same = NUMBER.findall(reply.span) == figures if figures else posed.answer in reply.span
    said = same and len(reply.span) <= len(posed.answer) + 6
    return there and said and reply.confidence >= _LEAST_SURE


def _alike(one: str, other: str) -> bool:
    first, second = (set(bigrams(fold(text).rstrip("?？"))) for text in (one, other))
    return len(first & second) > _ALIKE * min(len(first), len(second))
