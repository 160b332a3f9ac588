"""Gold questions -> measures.

In: an archive and questions with their known answers (one JSON object a line: question, source,
headline, evidence, answers, and history for a follow-up; source null where nothing answers).
Out: Measures. Does not know how answers are made.

Texts are compared with all blanks removed: columns were cut in mid-sentence.
"""

import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import CorpusError
from qa.archive import Archive
from qa.records import Answer


@dataclass(frozen=True, slots=True)
class Gold:
    """One question with what is known about its answer; `source` is None where there is none.

    It is not `placed` where the pages are known to answer it, but not where.
    """

    id: str
    question: str
    history: tuple[str, ...]
    source: str | None
    headline: str | None
    evidence: str
    answers: tuple[str, ...]
    placed: bool = True


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares are of the answerable questions; `refused` of the unanswerable; None where there are none.

    article_at_1: the first hit is from the right article. evidence_at_k: the evidence stands in one of
    the first k hits. cited: it overlaps a citation. exact: an accepted answer stands in the span, or in
    the answer where there is no span (all of them where the question has several parts).
    """

    questions: int
    article_at_1: float | None
    evidence_at_1: float | None
    evidence_at_3: float | None
    cited: float | None
    exact: float | None
    false_refusals: float | None
    refused: float | None
    ms_p50: float
    ms_p95: float
    misses: tuple[str, ...]


def read_gold(path: Path) -> list[Gold]:
    """Read gold questions. Raises CorpusError for a line that is not one, OSError for the file.

    Of what visitors said (qa/feedback.py), their last word on an answer counts, where it tells the truth.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path} is not UTF-8 ({error.reason} at byte {error.start}).") from error
    gold: dict[str, Gold] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            read = Gold(
                id=str(item.get("id", number)),
                question=item["question"],
                history=tuple(item.get("history", ())),
                source=item["source"],
                headline=item.get("headline"),
                evidence=item.get("evidence") or "",
                answers=tuple(item.get("answers", ())),
                placed=item.get("truth") != "somewhere",
            )
            key = f"vote {read.id}" if "truth" in item else f"line {number}"
            gold.pop(key, None)
            if item.get("truth") != "unknown":
                gold[key] = read
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CorpusError(f"Line {number} of {path} is no gold question ({error!r}).") from error
    if not gold:
        raise CorpusError(f"There are no questions in {path}.")
    return list(gold.values())


def evaluate(archive: Archive, gold: Sequence[Gold]) -> Measures:
    """Ask every question and compare."""
    tallies: dict[str, list[bool]] = {name: [] for name in Measures.__slots__ if name not in _NOT_TALLIED}
    times, misses = [], []
    for item in gold:
        answer = archive.ask(item.question, item.history)
        times.append(answer.took_ms)
        results = _compare(archive, item, answer)
        for name, value in results.items():
            tallies[name].append(value)
        wrong = [name for name, value in results.items() if value == (name == "false_refusals")]
        if wrong:
            misses.append(f"{item.id} {item.question}: {', '.join(wrong)}; {answer.answer or answer.reason}")
    shares = {name: sum(values) / len(values) if values else None for name, values in tallies.items()}
    slow = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    return Measures(
        questions=len(gold), **shares, ms_p50=statistics.median(times), ms_p95=slow, misses=tuple(misses)
    )


_MARKER = re.compile(r"\[\d+\]")  # one may stand inside a sentence, where it goes on at another place
_NOT_TALLIED = ("questions", "ms_p50", "ms_p95", "misses")


def _compare(archive: Archive, item: Gold, answer: Answer) -> dict[str, bool]:
    if not item.placed:
        return {"false_refusals": not answer.answered, **_compare_words(item, answer)}
    if item.source is None:
        return {"refused": not answer.answered}
    evidence = _squeeze(item.evidence)
    holds = [hit.source == item.source and evidence in _squeeze(hit.text) for hit in answer.hits]
    results = {
        "article_at_1": _right_article(archive, item, answer),
        "evidence_at_1": any(holds[:1]),
        "evidence_at_3": any(holds[:3]),
        "cited": any(
            c.source == item.source and _overlaps(evidence, _squeeze(c.text)) for c in answer.citations
        ),
        "false_refusals": not answer.answered,
    }
    return {**results, **_compare_words(item, answer)}


def _compare_words(item: Gold, answer: Answer) -> dict[str, bool]:
    if not item.answers:
        return {}
    given = _squeeze(answer.span or _MARKER.sub("", answer.answer))
    # "Who, and how old?" has two answers, and both are wanted; else one of them is enough.
    enough = all if len(item.answers) > 1 else any
    return {"exact": answer.answered and enough(_squeeze(text) in given for text in item.answers)}


def _right_article(archive: Archive, item: Gold, answer: Answer) -> bool:
    """Tell whether the first hit is from the gold article: the headline is its own, or the evidence is."""
    if not answer.hits or answer.hits[0].source != item.source:
        return False
    hit = answer.hits[0]
    if item.headline and _squeeze(item.headline) in _squeeze(hit.headline or ""):
        return True
    articles = archive.page(hit.source).articles
    own = next(a for a in articles if any(span.start <= hit.start < span.end for span in a.spans))
    return _squeeze(item.evidence) in _squeeze(own.text)


def _overlaps(evidence: str, cited: str) -> bool:
    """Tell whether the two share the greater part of the shorter one."""
    shorter, longer = sorted((evidence, cited), key=len)
    return shorter in longer or any(
        shorter[i : i + (len(shorter) + 1) // 2] in longer for i in range(len(shorter) // 2 + 1)
    )


def _squeeze(text: str) -> str:
    return "".join(text.split())
