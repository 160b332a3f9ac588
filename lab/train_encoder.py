"""Train the bundled encoder.

In: the folder of Chinese news and questions that ../shared/data/README.md describes. Out: index/model.
Does not know indexes, passages or answers; the product never imports this.

    python -m lab.train_encoder     segment once (2 minutes, kept in --cache), train, write the model

Each text is a bag of words. A word's vector is its own row plus the mean of its characters' rows, times a
learned weight; training pulls the bags of a pair together and pushes those of other pairs in the batch apart
(InfoNCE in both directions; van den Oord et al., arXiv:1807.03748). Characters are folded into the words'
rows when the model is written, so they only help rare words to learn.
"""

import argparse
import ctypes
import json
import math
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from torch.nn import functional

from index import text
from index.lexicon import BUNDLED, pieces
from lab.data import clean, read
from lab.measure_encoder import ndcg

Ints = NDArray[np.int64]
NEWS = ("news_0", "news_1", "news_2")


@dataclass(frozen=True)
class Settings:
    """How to train. The defaults made the model that is bundled; lab/README.md says what else was tried."""

    words: int = 36000  # entries of the vocabulary, single characters among them
    dimension: int = 512
    steps: int = 1500
    batch: int = 1024  # pairs, each the others' negative
    rate: float = 0.005  # of Adam, for the rows; falls to zero in a straight line
    weight_rate: float = 0.01  # of Adam, for the words' weights
    temperature: float = 0.04
    characters: float = 0.5  # what a word's characters add to its row
    dropout: float = 0.3  # each text loses at most this share of its words, half of it on average
    keep: float = 0.3  # how often a news sentence stays in the passage that it is the question of
    mix: tuple[float, ...] = (8, 2, 1)  # batches of news sentences, headlines, questions
    seed: int = 0


@dataclass(frozen=True)
class Texts:
    """Segmented texts end to end: word numbers, where sentences begin, and each text's first sentence."""

    ids: Ints
    sentences: Ints
    texts: Ints

    def __len__(self) -> int:
        return len(self.texts) - 1

    def bag(self, number: int) -> Ints:
        """Return the words of text `number`."""
        return self.ids[self.sentences[self.texts[number]] : self.sentences[self.texts[number + 1]]]


def segment(story: str) -> list[list[str]]:
    """Return the words of each sentence of `story`."""
    return [[word for word, _ in text.words(story[start:end])] for start, end in text.sentences(story)]


def segment_all(data: Path, cache: Path) -> tuple[dict[str, Texts], list[str], Ints]:
    """Segment the texts to train on, once: texts by name, words, each question's (passage, sentence)."""
    headlines, questions = read(data, "headlines_train"), read(data, "questions_train")
    questions = [question for question in questions if question["answerable"]]
    numbers = {passage: n for n, passage in enumerate(dict.fromkeys(q["passage"] for q in questions))}
    link = [(numbers[q["passage"]], sentence_at(q["passage"], q["answers"][0]["start"])) for q in questions]
    kept = cache / "segmented.npz"
    if not kept.exists():
        parts = {"headline": [item["headline"] for item in headlines]}
        parts["body"] = [clean(item["body"]) for item in headlines]
        parts["question"], parts["passage"] = [q["question"] for q in questions], list(numbers)
        parts["news"] = [clean(item["text"]) for name in NEWS for item in read(data, name)]
        words: dict[str, int] = {}
        arrays = {}
        cache.mkdir(parents=True, exist_ok=True)
        with Pool(2) as pool:
            for name, stories in parts.items():
                cut = list(pool.imap(segment, stories, chunksize=200))
                sentences = list(chain.from_iterable(cut))
                arrays[f"{name}.ids"] = np.array(
                    [words.setdefault(w, len(words)) for s in sentences for w in s]
                )
                arrays[f"{name}.sentences"] = np.cumsum([0, *map(len, sentences)])
                arrays[f"{name}.texts"] = np.cumsum([0, *map(len, cut)])
        np.savez(kept, words=np.array(list(words)), **arrays)
    with np.load(kept) as arrays:
        names = sorted({key.split(".")[0] for key in arrays} - {"words"})
        texts = {name: Texts(*(arrays[f"{name}.{part.name}"] for part in fields(Texts))) for name in names}
        return texts, arrays["words"].tolist(), np.array(link)


def sentence_at(story: str, offset: int) -> int:
    """Return the number of the sentence of `story` that holds `offset`."""
    return max(sum(start <= offset for start, _ in text.sentences(story)) - 1, 0)


def choose_vocabulary(texts: dict[str, Texts], words: list[str], size: int) -> dict[str, int]:
    """Return `size` entries: the unknown word, characters seen three times, the most frequent words."""
    counts = sum(np.bincount(part.ids, minlength=len(words)) for part in texts.values())
    seen: dict[str, int] = {}
    for word, count in zip(words, counts.tolist(), strict=True):
        for character in word:
            seen[character] = seen.get(character, 0) + count
    frequent = (words[number] for number in np.argsort(-counts, kind="stable"))
    characters = sorted(character for character, count in seen.items() if count >= 3)
    chosen = list(dict.fromkeys(chain(["[UNK]"], characters, frequent)))[:size]
    return {word: number for number, word in enumerate(chosen)}


def renumber(part: Texts, words: list[str], vocabulary: dict[str, int]) -> Texts:
    """Return `part` with the numbers of the vocabulary's entries in place of those of all words."""
    entries = [[vocabulary[piece] for piece in pieces(word, vocabulary)] for word in words]
    lengths = np.array([len(row) for row in entries])
    flat, starts = np.array(list(chain.from_iterable(entries))), np.cumsum(lengths) - lengths
    size = lengths[part.ids]
    bounds = np.concatenate([[0], np.cumsum(size)])
    ids = flat[np.repeat(starts[part.ids] - bounds[:-1], size) + np.arange(bounds[-1])]
    return Texts(ids, bounds[part.sentences], part.texts)


class Pairs:
    """Draws training pairs (question bag, passage bag), never of the texts that are held out."""

    def __init__(self, texts: dict[str, Texts], link: Ints, settings: Settings) -> None:
        self.texts, self.link, self.settings = texts, link, settings
        self.rng = np.random.default_rng(settings.seed)
        held_headlines, held_questions = held_out(texts, link)
        self.pools = [
            np.arange(len(texts["news"])),
            np.setdiff1d(np.arange(len(texts["headline"])), held_headlines),
            np.flatnonzero(~np.isin(link[:, 0], link[held_questions, 0])),
        ]
        self.queues: list[Iterator[int]] = [iter(()) for _ in self.pools]

    def batch(self) -> tuple[list[Ints], list[Ints]]:
        """Return the questions and the passages of one batch, all of one kind."""
        kind = self.rng.choice(3, p=np.array(self.settings.mix) / sum(self.settings.mix))
        pairs, taken = [], set()
        for _ in range(20 * self.settings.batch):
            number = self.next(kind)
            key = self.link[number, 0] if kind == 2 else number
            if key in taken:  # two questions on one passage would be each other's false negative
                continue
            question, passage = (self.news, self.headline, self.question)[kind](number)
            if len(question) > 1 and len(passage) > 7:
                taken.add(key)
                pairs.append((self.drop(question), passage[:400]))
            if len(pairs) == self.settings.batch:
                break
        questions, passages = zip(*pairs, strict=True)
        return list(questions), list(passages)

    def next(self, kind: int) -> int:
        """Return the next text of a kind; every text comes once before any comes again."""
        number = next(self.queues[kind], None)
        if number is None:
            self.queues[kind] = iter(self.rng.permutation(self.pools[kind]).tolist())
            number = next(self.queues[kind])
        return number

    def news(self, number: int) -> tuple[Ints, Ints]:
        """A sentence of a story, and 30 to 250 words around it, mostly without it."""
        part = self.texts["news"]
        first, last = part.texts[number], part.texts[number + 1]
        if last - first < 2:
            return part.ids[:0], part.ids[:0]
        chosen = self.rng.integers(first, last)
        wanted, low, high = self.rng.integers(30, 250), chosen, chosen + 1
        while part.sentences[high] - part.sentences[low] < wanted and (low > first or high < last):
            if high < last and (low == first or self.rng.random() < 0.5):
                high += 1
            else:
                low -= 1
        cuts = part.sentences[[low, chosen, chosen + 1, high]]
        question = part.ids[cuts[1] : cuts[2]][:60]
        if self.rng.random() < self.settings.keep:
            return question, part.ids[cuts[0] : cuts[3]]
        return question, np.concatenate([part.ids[cuts[0] : cuts[1]], part.ids[cuts[2] : cuts[3]]])

    def headline(self, number: int) -> tuple[Ints, Ints]:
        """A headline, and its body or, three times in ten, only how the body begins."""
        body = self.texts["body"].bag(number)
        if len(body) > 60 and self.rng.random() < 0.3:
            body = body[: self.rng.integers(30, len(body))]
        return self.texts["headline"].bag(number), body

    def question(self, number: int) -> tuple[Ints, Ints]:
        """A question, and its passage or, half of the time, some sentences around the answer."""
        passages, (passage, sentence) = self.texts["passage"], self.link[number]
        first, last = passages.texts[passage], passages.texts[passage + 1]
        if self.rng.random() < 0.5:
            middle = first + sentence
            first = max(first, middle - self.rng.integers(3))
            last = min(last, middle + 1 + self.rng.integers(3))
        return self.texts["question"].bag(number), passages.ids[
            passages.sentences[first] : passages.sentences[last]
        ]

    def drop(self, bag: Ints) -> Ints:
        """Leave out some words of a question, so that no single word carries a pair."""
        return (
            bag[self.rng.random(len(bag)) >= self.settings.dropout * self.rng.random()]
            if len(bag) > 4
            else bag
        )


class Table(torch.nn.Module):
    """The vectors while they are trained: a row and a weight for each entry of the vocabulary."""

    def __init__(self, vocabulary: dict[str, int], counts: Ints, settings: Settings) -> None:
        super().__init__()
        self.share = settings.characters
        size = (len(vocabulary), settings.dimension)
        self.rows = torch.nn.Parameter(torch.randn(size) / math.sqrt(settings.dimension))
        rarity = np.log(np.log(counts.sum() / (counts + 1)) / 10)  # a rare word starts with a long vector
        self.weights = torch.nn.Parameter(torch.tensor(rarity, dtype=torch.float32))
        inside = [
            [vocabulary[c] for c in word if c in vocabulary] if 1 < len(word) < 7 else []
            for word in vocabulary
        ]
        self.lengths = torch.tensor([len(row) for row in inside])
        self.starts = torch.cumsum(self.lengths, 0) - self.lengths
        self.inside = torch.tensor(list(chain.from_iterable(inside)))

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        """Return the vectors of entries, shape (len(numbers), dimension)."""
        lengths = self.lengths[numbers]
        bounds = torch.cumsum(lengths, 0) - lengths
        index = torch.repeat_interleave(self.starts[numbers] - bounds, lengths) + torch.arange(
            int(lengths.sum())
        )
        needed, places = torch.unique(torch.cat([numbers, self.inside[index]]), return_inverse=True)
        rows = self.rows[needed]  # one gather: each would cost a gradient as large as the whole table
        characters = functional.embedding_bag(places[len(numbers) :], rows, bounds, mode="mean")
        return (rows[places[: len(numbers)]] + self.share * characters) * self.weights[numbers].exp()[:, None]


def embed(bags: Sequence[Ints], vectors: torch.Tensor) -> torch.Tensor:
    """Return the unit vector of each bag of row numbers of `vectors`."""
    starts = torch.from_numpy(np.cumsum([0, *map(len, bags[:-1])]))
    return functional.normalize(
        functional.embedding_bag(torch.from_numpy(np.concatenate(bags)), vectors, starts, mode="sum")
    )


def pair_loss(table: Table, questions: list[Ints], passages: list[Ints], temperature: float) -> torch.Tensor:
    """Return the InfoNCE loss of a batch, the mean of both directions, from the rows that occur in it."""
    used, places = np.unique(np.concatenate(questions + passages), return_inverse=True)
    vectors = table(torch.from_numpy(used))
    bags = np.split(places, np.cumsum([len(bag) for bag in questions + passages])[:-1])
    scores = embed(bags[: len(questions)], vectors) @ embed(bags[len(questions) :], vectors).T / temperature
    target = torch.arange(len(questions))
    return (functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)) / 2


def held_out(texts: dict[str, Texts], link: Ints) -> tuple[Ints, Ints]:
    """Return the headlines and the questions that are kept to choose settings with: about 1,000 and 500."""
    return np.arange(0, len(texts["headline"]), 30), np.flatnonzero(link[:, 0] % 24 == 0)


def check(table: Table, texts: dict[str, Texts], link: Ints) -> str:
    """Say how well held-out headlines and questions find their texts among 10,000 news stories."""
    with torch.no_grad():
        vectors = table(torch.arange(len(table.rows)))
        news = embed(
            [texts["news"].bag(n) for n in range(len(texts["news"]) - 10000, len(texts["news"]))], vectors
        )
        headlines, questions = held_out(texts, link)
        results = []
        for asked, held, target, right in (
            ("headline", headlines, "body", headlines),
            ("question", questions, "passage", link[questions, 0]),
        ):
            pool = torch.cat(
                [embed([texts[target].bag(n) for n in range(len(texts[target]))], vectors), news]
            )
            scores = embed([texts[asked].bag(n) for n in held], vectors) @ pool.T
            results.append(ndcg(scores.numpy(), [{int(n)} for n in right]))
    return f"held out: headlines nDCG@10 {results[0]:.4f}, questions {results[1]:.4f}"


def train(settings: Settings, data: Path, cache: Path, folder: Path) -> None:
    """Train a table with `settings` and write it to `folder`."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(2)
    keep_freed_memory()
    texts, words, link = segment_all(data, cache)
    vocabulary = choose_vocabulary(texts, words, settings.words)
    texts = {name: renumber(part, words, vocabulary) for name, part in texts.items()}
    counts = sum(np.bincount(part.ids, minlength=len(vocabulary)) for part in texts.values())
    table, pairs = Table(vocabulary, counts, settings), Pairs(texts, link, settings)
    groups = [
        {"params": [table.rows], "lr": settings.rate},
        {"params": [table.weights], "lr": settings.weight_rate},
    ]
    optimizer = torch.optim.Adam(groups, betas=(0.9, 0.99), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / 50, max(1 - step / settings.steps, 0.02))
    )
    begin, recent = time.monotonic(), []
    for step in range(1, settings.steps + 1):
        loss = pair_loss(table, *pairs.batch(), settings.temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        recent.append(loss.item())
        if step % 500 == 0 or step == settings.steps:
            report = f"loss {np.mean(recent[-500:]):.3f}, {check(table, texts, link)}"
            print(f"step {step}, {time.monotonic() - begin:.0f} s, {report}", flush=True)
    with torch.no_grad():
        vectors = table(torch.arange(len(table.rows))).numpy()
    write_model(folder, vocabulary, vectors)


def keep_freed_memory() -> None:
    """Let malloc keep what is freed: zeroing fresh pages for each gradient was 60% of a step (glibc only)."""
    if hasattr(libc := ctypes.CDLL(None), "mallopt"):
        for option, value in ((-1, 2**31 - 1), (-2, 10**8), (-4, 0)):  # trim threshold, top pad, no mmap
            libc.mallopt(option, value)


def write_model(folder: Path, vocabulary: dict[str, int], vectors: NDArray[np.float32]) -> None:
    """Write a static model of sentence-transformers: int8 rows, each with its own scale; row 0 is zero."""
    vectors[0] = 0
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    rows = np.rint(vectors / scales[:, None]).astype(np.int8)
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(
        save({"embeddings": rows, "weights": scales.astype(np.float32)})
    )
    base = "sentence_transformers"
    modules = (
        ("", f"{base}.sentence_transformer.modules.static_embedding.StaticEmbedding"),
        ("1_Normalize", f"{base}.base.modules.normalize.Normalize"),
    )
    files = {
        "modules.json": [
            {"idx": n, "name": str(n), "path": path, "type": kind} for n, (path, kind) in enumerate(modules)
        ],
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "similarity_fn_name": "cosine",
        },
        "1_Normalize/config.json": {},
        "tokenizer.json": {
            "version": "1.0",
            "added_tokens": [],
            "pre_tokenizer": {"type": "WhitespaceSplit"},
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
        },
    }
    for name, content in files.items():
        (folder / name).write_text(
            json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8"
        )


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "wenbao-lab")
    parser.add_argument("--model", type=Path, default=BUNDLED, help="the folder to write")
    for field in fields(Settings):
        if field.name != "mix":
            parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    options = vars(parser.parse_args())
    settings = Settings(**{f.name: options[f.name] for f in fields(Settings) if f.name in options})
    train(settings, options["data"], options["cache"], options["model"])


if __name__ == "__main__":
    main()
