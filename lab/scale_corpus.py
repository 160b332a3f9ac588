"""Corpora of any size for lab/benchmark_scale.py, of the news in ../shared/data.

In: the data folder, how many passages are wanted, a folder. Out: JSON Lines files of articles (date, title,
body) and the seeds' pages in it; questions about them; a page to add later. The same ones every time.
Does not know how an index is built.

There is text for some 330,000 passages. What is wanted beyond is recombined: paragraphs of different stories
make a new one, of as many paragraphs as a real one has, under the halves of two headlines. Words are as
common as in the news then; but a sentence comes back in several articles, which it does not there.
"""

import hashlib
import json
import random
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from index.passages import cut_passages
from index.records import Article, Span
from index.text import sentences
from lab.data import clean, read
from lab.sheet import Sheet
from qa.evaluate import read_gold
from qa.pose import pose_questions

ROWS = 5000  # of one file
ASKED = 300  # questions made from the corpus, each from another article
_SAMPLED = 6000  # articles that they are made from, at most
_PARAGRAPH = re.compile(r"(?<=[。！？”])\s+|\n+")
_SENTENCES = 4  # of a paragraph, where a story has none
_HEADLINE_CUT = re.compile(r"(?<=[：:！!？?])|\s+")
_FIRST_DAY, _DAYS = date(2015, 1, 1), 3650


@dataclass(frozen=True, slots=True)
class Story:
    """One article; `title` is empty where the data names none."""

    date: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Where a corpus lies and what it holds; `recombined` of its `stories` are made of several."""

    pages: Path
    questions: Path
    extra: Path
    stories: int
    recombined: int


def make_corpus(data: Path, gold: Path, seeds: Path, passages: int, folder: Path) -> Corpus:
    """Write a corpus of `passages` passages or a few more to `folder`, or take the one that is there.

    Raises OSError where the data is missing.
    """
    corpus_file = folder / "corpus.json"
    corpus = Corpus(folder / "pages", folder / "questions.jsonl", folder / "extra.txt", 0, 0)
    if not corpus_file.exists():
        shutil.rmtree(folder, ignore_errors=True)
        corpus.pages.mkdir(parents=True)
        real = _read_stories(data)
        stories, recombined = _write_stories(real, passages, corpus.pages)
        for page in sorted(seeds.glob("*.txt")):
            shutil.copy(page, corpus.pages)
        _write_questions(corpus, gold)
        extra = _recombine(real, random.Random(3))
        page = [f"{story.title}\n\n{story.body}" for story in (next(extra) for _ in range(5))]
        corpus.extra.write_text("\n\n".join(page), "utf-8")
        corpus_file.write_text(json.dumps({"stories": stories, "recombined": recombined}), "utf-8")
    kept = json.loads(corpus_file.read_text("utf-8"))
    return Corpus(corpus.pages, corpus.questions, corpus.extra, kept["stories"], kept["recombined"])


def _read_stories(data: Path) -> list[Story]:
    """Return all stories, shuffled: any first part is a fair sample. Raises OSError for a missing file."""
    names = sorted(path.name.removesuffix(".jsonl.gz") for path in data.glob("*.jsonl.gz"))
    named = [name for name in names if name.startswith(("news_", "headlines_"))]
    if not named:
        raise FileNotFoundError(f"There are no news in {data}.")
    rows = [row for name in named for row in read(data, name)]
    rng = random.Random(0)
    found: dict[str, Story] = {}
    for row in rows:
        body = clean(row.get("text") or row.get("body") or "")
        if body:
            day = row.get("date") or _draw_day(rng)
            found.setdefault(body, Story(day, " ".join(row.get("headline", "").split()), body))
    stories = list(found.values())
    rng.shuffle(stories)
    return stories


def _draw_day(rng: random.Random) -> str:
    return (_FIRST_DAY + timedelta(rng.randrange(_DAYS))).isoformat()


def _write_stories(real: Sequence[Story], passages: int, folder: Path) -> tuple[int, int]:
    """Write stories until there are `passages` passages; return how many, and how many were recombined."""
    written = stories = 0
    recombined = _recombine(real, random.Random(1))
    while written < passages:
        with (folder / f"news-{stories // ROWS:04}.jsonl").open("w", encoding="utf-8") as file:
            for _ in range(ROWS):
                story = real[stories] if stories < len(real) else next(recombined)
                row = {"date": story.date, "title": story.title, "body": story.body}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                stories += 1
                written += len(cut_passages(_article(story), story.body))
                if written >= passages:
                    break
    return stories, max(stories - len(real), 0)


def _recombine(real: Sequence[Story], rng: random.Random) -> Iterator[Story]:
    """Yield stories of paragraphs of others, without end."""
    paragraphs = [list(_list_paragraphs(story.body)) for story in real]
    titles = [story.title for story in real if story.title] or ["本报讯 今日要闻"]
    while True:
        like = rng.choice(paragraphs)
        body = " ".join(rng.choice(rng.choice(paragraphs)) for _ in like)
        yield Story(_draw_day(rng), _join_titles(rng.choice(titles), rng.choice(titles)), body)


def _list_paragraphs(body: str) -> Iterator[str]:
    """Yield the paragraphs of a story, or some sentences at a time where it is printed as one."""
    parts = [part for part in _PARAGRAPH.split(body) if part.strip()]
    for part in parts:
        ranges = sentences(part)
        for at in range(0, len(ranges), _SENTENCES):
            some = ranges[at : at + _SENTENCES]
            yield part[some[0][0] : some[-1][1]]


def _join_titles(one: str, other: str) -> str:
    """Return the front of a headline with the end of another, cut where they have a joint."""
    first = [part for part in _HEADLINE_CUT.split(one) if part.strip()]
    last = [part for part in _HEADLINE_CUT.split(other) if part.strip()]
    front = first[0] if len(first) > 1 else one[: len(one) // 2]
    return f"{front} {last[-1] if len(last) > 1 else other[len(other) // 2 :]}".strip()


def _article(story: Story) -> Article:
    """Return the article that the index will make of a row."""
    spans = (Span(0, len(story.body)),)
    return Article(story.title or None, None, None, None, None, "news", spans, story.body)


def _write_questions(corpus: Corpus, gold: Path) -> None:
    """Write questions made of stories from all of the corpus, then the gold ones that stand by themselves."""
    asked = list(islice(_pose(sorted(corpus.pages.glob("*.jsonl")), random.Random(2)), ASKED))
    known = read_gold(gold / "dev.jsonl") if (gold / "dev.jsonl").exists() else []
    asked += [item.question for item in known if not item.history]
    with corpus.questions.open("w", encoding="utf-8") as out:
        out.writelines(
            json.dumps({"question": text}, ensure_ascii=False) + "\n" for text in dict.fromkeys(asked)
        )


def _pose(files: Sequence[Path], rng: random.Random) -> Iterator[str]:
    """Yield questions, each of another story."""
    for file in rng.sample(files, len(files)):
        stories = list(_read_rows([file]))
        for story in rng.sample(stories, min(len(stories), max(1, _SAMPLED // len(files)))):
            posed = next(pose_questions(_article(story), "", cited=False), None)
            if posed:
                yield posed.question


def _read_rows(files: Iterable[Path]) -> Iterator[Story]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield Story(**json.loads(line))


def write_trial(corpus: Corpus, folder: Path) -> tuple[tuple[int, ...], list[str], str]:
    """Write the passages and questions of a corpus as lab/peers/ read them: bodies only, without headlines.

    Returns for each passage the number of its article, the questions, and a checksum of it all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    owners: list[int] = []
    digest = hashlib.sha256()
    with (
        (folder / "pages.jsonl").open("w", encoding="utf-8") as pages,
        (folder / "passages.jsonl").open("w", encoding="utf-8") as passages,
    ):
        for number, story in enumerate(_read_rows(sorted(corpus.pages.glob("*.jsonl")))):
            sheet = Sheet(f"{number}.txt", story.body)
            pages.write(json.dumps(asdict(sheet), ensure_ascii=False) + "\n")
            digest.update(sheet.text.encode())
            for _, cut in sheet.cut():
                for passage in cut:
                    row = {"n": len(owners), "text": passage.text}
                    passages.write(json.dumps(row, ensure_ascii=False) + "\n")
                    owners.append(number)
    shutil.copy(corpus.questions, folder / "questions.jsonl")
    text = corpus.questions.read_text("utf-8")
    digest.update(text.encode())
    questions = [json.loads(line)["question"] for line in text.splitlines()]
    return tuple(owners), questions, digest.hexdigest()[:16]
