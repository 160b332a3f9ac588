"""Texts and questions -> for each question, the passages that a search might put first.

In: the folder of Chinese news and questions that ../shared/data/README.md describes. Out: what
lab/train_reranker.py chooses from. Does not know the network, or the product's index: candidates are found in
plain arrays.

Questions are headlines (the right passage: how the body begins, or where it says most of the headline),
questions people wrote, and questions that cloze.py makes of news. Candidates are all passages of the
question's own text and the 64 of 180,000 that BM25 and the vectors put first.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from index.encoder import StaticEncoder, load_encoder
from index.lexicon import Numbers, load_lexicon
from index.passages import cut_passages
from index.records import Article, Span
from index.text import cut_words, terms
from lab.cloze import ask_about
from lab.data import clean, read
from qa.question import subject
from qa.retrieve import VECTOR_WEIGHT

Floats = NDArray[np.float32]

NEWS = 30000  # stories of news_1 and news_2: those of news_0 stand around the questions kept for measuring
KEPT = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the number of its text, where the answer stands there, and whether it is held out."""

    text: str
    at: int
    answer: tuple[int, int] | None
    held: bool
    by_rule: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """All passages, in the order of their texts; the first texts have headlines, by the numbers of their
    words.

    For each passage: its text, its words, and 1 where it opens its text; for each text its words.
    """

    heads: list[Numbers]
    owner: NDArray[np.int64]
    bodies: list[Numbers]
    opens: Floats
    articles: list[Numbers]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question's candidates: passages, BM25 as shares of the best, cosines.

    Labels: 1 for the passages to choose, 2 for those that may be as right, 0 for the others.
    """

    question: Numbers
    passages: NDArray[np.int64]
    labels: NDArray[np.int8]
    keyword: Floats
    vector: Floats
    is_headline: bool
    held: bool
    by_rule: bool


_RAGGED = ("question", "passages", "labels", "keyword", "vector")
_FLAGS = ("is_headline", "held", "by_rule")


def cut(story: str) -> list[tuple[int, int, list[str]]]:
    """Return the passages of `story` as ranges, with their words."""
    article = Article(None, None, None, None, None, "news", (Span(0, len(story)),), story)
    return [(item.start, item.end, cut_words(item.text)) for item in cut_passages(article, story)]


def make_clozes(job: tuple[int, str, int]) -> list[tuple[str, tuple[int, int]]]:
    """Return questions on one story."""
    seed, story, wanted = job
    return [(item.question, item.answer) for item in ask_about(story, random.Random(seed), wanted)]


def gather(data: Path, workers: Any) -> tuple[list[str], list[str], list[Asked]]:
    """Return the texts, the headlines of the first of them, and the questions."""
    headlines = read(data, "headlines_train")
    people = [item for item in read(data, "questions_train") if item["answerable"]]
    bodies = [clean(item["body"]) for item in headlines]
    asked = list(dict.fromkeys(item["passage"] for item in people))
    news = [clean(item["text"]) for item in [*read(data, "news_1"), *read(data, "news_2")][:NEWS]]
    place = {text: number for number, text in enumerate(asked, len(bodies))}
    first = len(bodies) + len(asked)
    # Held out are those that lab/train_encoder.py holds out, too.
    questions = [Asked(item["headline"], n, None, n % 30 == 0) for n, item in enumerate(headlines)]
    for item in people:
        start, said = item["answers"][0]["start"], item["answers"][0]["text"]
        at = place[item["passage"]]
        held = (at - len(bodies)) % 24 == 0
        questions.append(Asked(item["question"], at, (start, start + len(said)), held))
    jobs = [(n, text, 2) for n, text in enumerate(news, first)] + [
        (n, text, 1) for n, text in enumerate(bodies)
    ]
    for (at, _, _), made in zip(jobs, workers.map(make_clozes, jobs, chunksize=100), strict=True):
        questions += [Asked(text, at, answer, at % 30 == 0, by_rule=True) for text, answer in made]
    return [*bodies, *asked, *news], [item["headline"] for item in headlines], questions


class Bm25:
    """BM25 over passages in one array (Robertson and Zaragoza 2009, as in index/keywords.py)."""

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        numbers: dict[str, int] = {}
        columns = [numbers.setdefault(term, len(numbers)) for passage in passages for term in passage]
        sizes = np.array([len(passage) for passage in passages])
        rows = np.concatenate([[0], np.cumsum(sizes)])
        table = sparse.csr_array(
            (np.ones(len(columns), np.float32), columns, rows), (len(sizes), len(numbers))
        )
        table.sum_duplicates()
        spread = np.bincount(table.indices, minlength=len(numbers))
        idf = np.log1p((len(sizes) - spread + 0.5) / (spread + 0.5)).astype(np.float32)
        norm = np.repeat(
            (1.2 * (0.25 + 0.75 * sizes / sizes.mean())).astype(np.float32), np.diff(table.indptr)
        )
        table.data = table.data * 2.2 / (table.data + norm) * idf[table.indices]
        self._numbers, self._table, self._size = numbers, table.tocsc(), len(sizes)

    def score(self, question: Sequence[str]) -> Floats:
        """Return the score of every passage."""
        scores = np.zeros(self._size, np.float32)
        for number in (self._numbers[term] for term in question if term in self._numbers):
            low, high = self._table.indptr[number : number + 2]
            scores[self._table.indices[low:high]] += self._table.data[low:high]
        return scores


def find_choices(data: Path, cache: Path) -> tuple[Pool, list[Choice]]:
    """Return the pool and every question's candidates, made once and kept."""
    kept = cache / "choices.npz"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        pool, choices = _find_choices(data)
        _save(kept, pool, choices)
    return _load(kept)


def _find_choices(data: Path) -> tuple[Pool, list[Choice]]:
    number = load_lexicon().number
    with get_context("fork").Pool(2) as workers:
        texts, headlines, questions = gather(data, workers)
        cuts = workers.map(cut, texts, chunksize=200)
        heads = [number(words) for words in workers.map(cut_words, headlines, chunksize=200)]
        asked = workers.map(cut_words, [question.text for question in questions], chunksize=500)
    owner = np.repeat(np.arange(len(texts)), [len(parts) for parts in cuts])
    passages = [
        (texts[at][low:high], low, high, words) for at, parts in enumerate(cuts) for low, high, words in parts
    ]
    pool = Pool(
        heads,
        owner,
        bodies=[number(words) for _, _, _, words in passages],
        opens=np.concatenate([[1], owner[1:] != owner[:-1]]).astype(np.float32),
        articles=[np.unique(number(w for _, _, words in parts for w in words)) for parts in cuts],
    )
    encoder = load_encoder()
    assert isinstance(encoder, StaticEncoder)
    searched = _Searched(
        texts,
        [(text, low, high) for text, low, high, _ in passages],
        owner,
        Bm25([terms(text, words) for text, _, _, words in passages]),
        encoder.encode_words([words for _, _, _, words in passages]),
        encoder,
    )
    jobs = [(questions[n : n + 64], asked[n : n + 64]) for n in range(0, len(questions), 64)]
    # The workers inherit what they search: it is too large to be sent.
    with get_context("fork").Pool(2, initializer=_SEARCHED.append, initargs=(searched,)) as workers:
        choices = [choice for part in workers.imap(search, jobs, chunksize=4) for choice in part]
    return pool, [item for item in choices if (item.labels == 1).any() and (item.labels == 0).sum() >= 4]


def _save(kept: Path, pool: Pool, choices: Sequence[Choice]) -> None:
    ragged: dict[str, Sequence[NDArray[Any]]] = {
        "heads": pool.heads,
        "bodies": pool.bodies,
        "articles": pool.articles,
        **{name: [getattr(item, name) for item in choices] for name in _RAGGED},
    }
    arrays = {"owner": pool.owner, "opens": pool.opens}
    for name in _FLAGS:
        arrays[name] = np.array([getattr(item, name) for item in choices])
    for name, parts in ragged.items():
        arrays[name], arrays[f"{name}.ends"] = np.concatenate(parts), np.cumsum([len(part) for part in parts])
    np.savez(kept, **arrays)


def _load(kept: Path) -> tuple[Pool, list[Choice]]:
    with np.load(kept) as arrays:

        def parts(name: str) -> list[NDArray[Any]]:
            return np.split(arrays[name], arrays[f"{name}.ends"][:-1])

        pool = Pool(parts("heads"), arrays["owner"], parts("bodies"), arrays["opens"], parts("articles"))
        columns = [parts(name) for name in _RAGGED]
        flags = [arrays[name].tolist() for name in _FLAGS]
        return pool, [Choice(*row) for row in zip(*columns, *flags, strict=True)]


@dataclass(frozen=True, slots=True)
class _Searched:
    """What the workers search: texts; each passage with its range in its text; both legs."""

    texts: list[str]
    passages: list[tuple[str, int, int]]
    owner: NDArray[np.int64]
    bm25: Bm25
    vectors: Floats
    encoder: StaticEncoder


_SEARCHED: list[_Searched] = []


def search(job: tuple[Sequence[Asked], Sequence[Sequence[str]]]) -> list[Choice]:
    """Return the choices of some questions."""
    pool, choices = _SEARCHED[0], []
    for question, words, row in zip(*job, pool.encoder.encode_words(job[1]) @ pool.vectors.T, strict=True):
        keyword = pool.bm25.score(terms(subject(question.text) or question.text))
        keyword /= max(float(keyword.max()), 1e-9)
        fused = VECTOR_WEIGHT * np.maximum(row, 0) + (1 - VECTOR_WEIGHT) * keyword
        top = np.argpartition(-fused, KEPT)[:KEPT]
        own = np.flatnonzero(pool.owner == question.at)
        best = top[np.argsort(-fused[top])]
        found = np.concatenate([own, best[~np.isin(best, own)]])
        choices.append(
            Choice(
                load_lexicon().number(words), found, _label(pool, question, found, keyword), keyword[found],
                row[found], question.answer is None, question.held, question.by_rule,
            )
        )  # fmt: skip
    return choices


def _label(pool: _Searched, question: Asked, found: NDArray[np.int64], keyword: Floats) -> NDArray[np.int8]:
    labels = np.zeros(len(found), np.int8)
    own = pool.owner[found] == question.at
    if question.answer is None:
        labels[own] = 2
        labels[0] = labels[int(np.argmax(np.where(own, keyword[found], -1)))] = 1  # its own come first
        return labels
    low, high = question.answer
    said = pool.texts[question.at][low:high]
    for place, number in enumerate(found.tolist()):
        text, start, end = pool.passages[number]
        if own[place] and start <= low and high <= end:
            labels[place] = 1
        elif said in text and (own[place] or len(said) > 1):
            labels[place] = 2
    return labels
