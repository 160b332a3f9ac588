"""Evidence -> Answer, or an explained refusal.

In: a question, the passages ranked for it and the sentences read from them. Out: an Answer made of
sentences of the pages and nothing else. Does not know how they were found.
"""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from index.catalog import Stored
from index.records import Span, stands_below
from index.text import bigrams, fold
from qa.compare import find_dissent
from qa.question import asks
from qa.read import CLOSE
from qa.records import Answer, Citation, Evidence, Found, Hit, Question
from qa.weigh import say_words

# At most so many sentences are cited, and none that scores so much less than the best one. 1.5 are, in the
# mean, the right one among them for .75 of the held-out questions (1.3, .725 with .18; 1.9, .77 with .8).
MAX_CITED = 3
# A word that says less of the subject than this is not worth naming in a refusal; see say_words.
TELLING = 0.5
# confidence = 1 / (1 + exp(-(A * covered + B * matched + C * ranked + D * located + E * exact + F * not
# names_all + G))), with the log odds of reranker and reader, and whether exact words were found: the chance
# that the archive holds the answer, where a third of the passages were indexed, a third without the sentence
# that answers, and a third were not. All but F are fitted by lab/calibrate.py on questions that no model
# learned from. On questions_dev THRESHOLD refuses 4 in 100 in vain, 82 of those whose passage is gone, and
# 45 of those whose sentence is. F is set by hand: among 20,000 reports there is always one with the other
# words of the question, and the population of 广州 is no answer to one who asks for that of 郑州.
COVERED, MATCHED, RANKED, LOCATED, EXACT = 3.02, 0.85, 1.07, 0.12, 0.56
UNNAMED, CONSTANT = -3.0, -3.26
THRESHOLD = 0.4


def write_answer(
    question: Question,
    ranked: Sequence[Found],
    evidence: Sequence[Evidence],
    top: int,
    started: float,
) -> Answer:
    """Return the answer, with `top` of the passages as its hits; `started` is a time.perf_counter()."""
    hits = tuple(make_hit(rank, found) for rank, found in enumerate(ranked[:top], 1))
    confidence = rate(evidence[0]) if evidence else 0.0
    answered = confidence >= THRESHOLD
    differing = find_dissent(question, evidence) if answered else []
    chosen = _gather(_choose(evidence, differing)) if answered else []
    if not asks(question):  # but a headline, or words to look for: none in the sentence are the answer
        chosen = [replace(item, answers=()) for item in chosen]
    numbers = count(1)
    cited = [_cite(numbers, item) for item in chosen]
    mentioned, missing = ((), ()) if answered else compare_words(question, ranked)
    return Answer(
        question=question.text,
        standalone=question.standalone,
        answered=answered,
        answer="".join(_say_once(part for parts in cited for part in parts)),
        span=_span(chosen),
        confidence=confidence,
        citations=tuple(citation for parts in cited for _, citation in parts),
        hits=hits,
        reason=None if answered else explain(mentioned, missing),
        took_ms=(time.perf_counter() - started) * 1000,
        mentioned=mentioned,
        missing=missing,
        differing=_number(chosen, cited, differing),
    )


def rate(best: Evidence) -> float:
    """Return how sure it is, 0 to 1, that the sentence answers."""
    named = 0.0 if best.names_all else UNNAMED
    words = COVERED * best.covered + MATCHED * best.matched
    models = RANKED * best.found.score + LOCATED * best.located + EXACT * any(best.answers)
    return 1 / (1 + math.exp(-(words + models + named + CONSTANT)))


def explain(mentioned: Sequence[str], missing: Sequence[str]) -> str:
    """Say in Chinese why there is no answer."""
    if not mentioned:
        return "报上没有写。库中没有与这个问题相近的报道。"
    if not missing:
        return f"报上没有写。有报道提到{_quoted(mentioned)},但没有一句能回答这个问题。"
    return f"报上没有写。有报道提到{_quoted(mentioned)},但没有提到{_quoted(missing)}。"


def compare_words(question: Question, ranked: Sequence[Found]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the telling words of the question that the nearest articles have, and those that they lack.

    Words that stand together in both are given together: "十二里屯工地", not "十二里" and "工地".
    """
    text = "\n".join(fold(item.stored.article.title + item.stored.article.text) for item in ranked[:3])
    having: list[str] = []
    lacking: list[str] = []
    together = ""
    for word, says, _ in say_words(question):
        if together and together + word in text:
            together = having[-1] = together + word
        elif says >= TELLING and word in text:
            together = word
            having.append(word)
        else:
            together = ""
            if says >= TELLING and not _stands(word, text):
                lacking.append(word)
    longest_first = sorted(dict.fromkeys(having), key=len, reverse=True)
    return tuple(longest_first[:2]), tuple(dict.fromkeys(lacking))[:3]


def _stands(word: str, text: str) -> bool:
    return len(word) > 2 and all(pair in text for pair in bigrams(word))


def _quoted(some: Sequence[str]) -> str:
    return "、".join(f"“{word}”" for word in some)


def make_hit(rank: int, found: Found) -> Hit:
    """Return the passage as it stands on its page."""
    stored = found.stored
    ((place, _),) = _places(stored, stored.passage.start, stored.passage.end)
    return Hit(
        rank=rank,
        score=found.score,
        source=stored.page.source,
        article_id=stored.article_id,
        headline=stored.article.headline,
        start=place.start,
        end=place.end,
        text=stored.page.text[place.start : place.end],
        also=found.also,
        version=stored.page.version,
    )


def _choose(evidence: Sequence[Evidence], differing: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences to cite: the best one, those that complete it, come close to it, contradict it."""
    best, *others = evidence
    close = [best, *(item for item in others if item.completes)]
    near = [item for item in others if item.score >= best.score - CLOSE and item not in close]
    close += near[: max(MAX_CITED - len(close), 0)]
    return close + [item for item in differing[:MAX_CITED] if item not in close]


def _gather(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Put next to each other what is printed in the same words."""
    said = [item.found.stored.article.text[item.start : item.end].replace("\n", "") for item in chosen]
    return [chosen[n] for n in sorted(range(len(chosen)), key=lambda n: said.index(said[n]))]


def _say_once(cited: Iterable[tuple[str, Citation]]) -> Iterator[str]:
    """Yield each sentence with its marker; one in the same words as the one before, by its marker alone."""
    before = None
    for said, citation in cited:
        yield f"[{citation.n}]" if said == before else f"{said}[{citation.n}]"
        before = said


def _number(
    chosen: Sequence[Evidence], cited: Sequence[list[tuple[str, Citation]]], differing: Sequence[Evidence]
) -> tuple[int, ...]:
    """Return the numbers of the sentences that contradict each other: the best one, and those that differ."""
    numbers = [parts[0][1].n for item, parts in zip(chosen, cited, strict=True) if item in differing]
    return (1, *numbers) if numbers else ()


def _places(stored: Stored, start: int, end: int) -> list[tuple[Span, str]]:
    """Return where on the page a range of the article's text stands, and the words there, in their order.

    A passage has one place, a sentence may have several. A place may run over a column break: it holds the
    blanks there, and what is printed twice; the words do not.
    """
    text, places = stored.page.text, list[tuple[Span, str]]()
    last = None
    for span in stored.article.page_spans(start, end):
        words = text[span.start : span.end]
        if last and stands_below(text, last, span):
            before, said = places.pop()
            places.append((Span(before.start, span.end), said + words))
        else:
            places.append((span, words))
        last = span
    return places


def _cite(numbers: Iterator[int], item: Evidence) -> list[tuple[str, Citation]]:
    """Return a sentence as the words and the citation of each place where it stands, numbered on."""
    stored = item.found.stored
    page, article, passage = stored.page, stored.article, stored.passage
    ((around, _),) = _places(stored, passage.start, passage.end)
    marks = [place for answer in item.answers if answer for place, _ in _places(stored, *answer)]
    return [
        (
            said.replace("\n", ""),
            Citation(
                n=next(numbers),
                source=page.source,
                headline=article.headline,
                district=article.district,
                byline=article.byline,
                kind=article.kind,
                start=place.start,
                end=place.end,
                text=page.text[place.start : place.end],
                passage=around if _holds(around, place) else place,
                marks=tuple(mark for mark in marks if _holds(place, mark)),
                date=page.date,
                newspaper=page.newspaper,
                edition=page.edition,
                section=article.section,
                version=page.version,
            ),
        )
        for place, said in _places(stored, item.start, item.end)
    ]


def _holds(one: Span, other: Span) -> bool:
    return one.start <= other.start and other.end <= one.end


def _span(chosen: Sequence[Evidence]) -> str | None:
    """Return the exact answers, as printed; those of several parts are put side by side."""
    said = []
    for item in [*chosen[:1], *(other for other in chosen[1:] if other.completes)]:
        text = item.found.stored.article.text
        said += [(part, text[one[0] : one[1]]) for part, one in enumerate(item.answers) if one]
    return "、".join(words.replace("\n", "") for _, words in sorted(said)) or None
