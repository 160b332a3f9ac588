"""Train the network of qa/headline.py.

In: the headlines and news of the folder that ../shared/data/README.md describes. Out:
qa/model/headline.safetensors, and on standard output what the weights reach with which qa/headline.py may add
a passage's own score. Does not know how passages are found: an index is built and asked.

    python -m lab.train_headline     build an index (kept in --cache) and ask it, 4 minutes; train, 20; write

Each headline is shown its article among nine of those that the index finds for it, the likeliest more often.
The loss is that of the right one's softmax (listwise; Cao et al. 2007). The characters' vectors begin as what
the reranker's say of the words that have them. One headline in thirty is held out, as from the reranker.
"""

import argparse
import math
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save
from torch import Tensor, nn
from torch.nn import functional

from index.build import build_index
from index.encoder import load_encoder
from index.lexicon import load_lexicon
from lab.benchmark_retrieval import ndcg
from lab.data import clean, read, read_titled
from lab.sheet import Sheet
from lab.train_reranker import spread
from qa.archive import Archive
from qa.headline import (
    AROUND,
    COMPARED,
    NEAR,
    PLACES,
    WEIGHTS,
    WORD,
    HeadlineNetwork,
    Text,
    compare,
    list_figures,
    load_headline_network,
    read_article,
    read_headline,
)  # fmt: skip
from qa.question import understand
from qa.rank import add_cosines, rank_passages
from qa.rerank import WEIGHTS as RERANKER
from qa.rerank import judge_passages
from qa.retrieve import find_passages

Floats = NDArray[np.float32]
NEWS, KEPT, SHOWN, BATCH = 10_000, 24, 10, 24
WIDTH, HIDDEN, WHOLE = 48, 32, 16
COMMON = 8  # a character that fewer articles have gets no vector of its own
# Weights of a passage's own score and of its cosine.
TRIED = ((0, 0), (1, 0), (2, 0), (3, 0), (1e6, 0), (1, 3), (2, 2), (2, 3), (2, 4), (3, 3))
PART = 0.15  # how often a part of the headline is shown: people look for less than a whole one


class Network(nn.Module):
    """The network of qa/headline.py, for batches: the names of its weights are the same."""

    def __init__(self, vectors: Floats, telling: Floats) -> None:
        """Begin with vectors, shape (1 + characters + PLACES, 48), and how much each says; 0 is no letter."""
        super().__init__()
        self.vectors, self.telling = nn.Parameter(torch.tensor(vectors)), nn.Parameter(torch.tensor(telling))
        self.left, self.right = (nn.Parameter(0.4 * torch.eye(WIDTH)) for _ in range(2))
        self.look = nn.Parameter(torch.eye(WIDTH))
        self.alike = nn.Parameter(torch.tensor([4.0, 2.5]))
        self.forward_, self.backward_ = (nn.Parameter(torch.tensor([2.0, 3.0, 2.0, 3.0])) for _ in range(2))
        self.says = nn.Linear(WIDTH, 2)
        nn.init.normal_(self.says.weight, std=0.01)
        nn.init.constant_(self.says.bias, 0.5)
        self.decay = nn.Parameter(torch.tensor([40.0, 60.0]).log())
        self.ask, self.ask_signs = nn.Linear(3 * WIDTH, HIDDEN), nn.Linear(14, HIDDEN, bias=False)
        self.tell, self.tell_signs = nn.Linear(3 * WIDTH, HIDDEN), nn.Linear(7, HIDDEN, bias=False)
        self.ask_out, self.tell_out = (nn.Linear(HIDDEN, 1, bias=False) for _ in range(2))
        self.whole, self.whole_out = nn.Linear(25, WHOLE), nn.Linear(WHOLE, 1, bias=False)
        self.lead = nn.Parameter(torch.tensor(10.0))
        self.drop = nn.Dropout(0.1)

    def forward(self, asked: Tensor, words: Tensor, first: Tensor, stands: Tensor, signs: Tensor) -> Tensor:
        """Return scores, shape (headlines, articles); 0 in `asked` and `words` is no letter."""
        (count, length), (shown, size) = asked.shape, words.shape[1:]
        there, held = (asked > 0).float(), (words > 0).float()
        letters = there.sum(1).clamp(min=1)[:, None]
        place = torch.arange(size).float()
        in_first = (place < first[..., None]) * held
        own, theirs = self.blend(asked), self.blend(words)
        says = functional.softplus(self.say(own, asked, 0)) * there
        share = says / says.sum(1, keepdim=True).clamp(min=1e-6)
        says = functional.softplus(self.say(theirs, words, 1)) * held
        says = says * torch.exp(-place / self.decay[1].exp())
        total = says.sum(2, keepdim=True)
        shares = says / total.clamp(min=1e-6)

        same = ((words[:, :, None] == asked[:, None, :, None]) & (words > 0)[:, :, None]).float()
        both = same[:, :, :-1, :-1] * same[:, :, 1:, 1:]
        two = torch.maximum(functional.pad(both, (0, 1, 0, 1)), functional.pad(both, (1, 0, 1, 0)))
        units = functional.normalize(own, dim=-1), functional.normalize(theirs, dim=-1)
        alike = torch.einsum("qld,qctd->qclt", *units)
        match = torch.maximum(two, torch.sigmoid(2 * (self.alike[0] * alike - self.alike[1])))
        match = match * held[:, :, None] * there[:, None, :, None]
        density = torch.einsum("ql,qclt->qct", share, match)
        near, around = (spread(density, width) for width in (NEAR, AROUND))
        beside = spread(torch.einsum("qct,qclt->qcl", shares, match), WORD)

        raw = torch.einsum("qld,qctd->qclt", own @ self.look, theirs) / 8
        nothing = torch.zeros(1)
        weights = self.forward_
        look = weights[0] * raw + weights[1] * same + weights[2] * two + weights[3] * around[:, :, None]
        look = look.masked_fill(held[:, :, None] == 0, -1e4)
        seen = torch.cat([look, nothing.expand(count, shown, length, 1)], 3).softmax(3)[..., :size]
        near_start = torch.exp(-place / self.decay[0].exp()).expand(count, shown, size)
        side = torch.stack([8 * near, 8 * around, near_start, in_first], 3)
        met, has, pair = torch.einsum("qclt,qctd->qcld", seen, theirs), same.amax(3), two.amax(3)
        ever = torch.maximum(stands, torch.stack([has, pair], 2)) * there[:, None, None]
        holds = torch.cat([torch.stack([match.amax(3), has, pair], 2), ever], 2).transpose(2, 3)
        covers = torch.einsum("qcls,ql->qcs", holds, share)
        likely = (self.lead * covers.mean(2)).softmax(1)
        common = torch.einsum("qc,qcls->qls", likely, holds)[:, None].expand_as(holds)
        told = torch.cat([torch.einsum("qclt,qcts->qcls", seen, side), holds, common], 3)
        judged = self.ask_out(self.judge(self.ask, self.ask_signs, own[:, None].expand_as(met), met, told))
        scores = (judged[..., 0] * share[:, None]).sum(2)

        weights = self.backward_
        look = weights[0] * raw + weights[1] * same + weights[2] * two + weights[3] * beside[..., None]
        look = look.masked_fill(there[:, None, :, None] == 0, -1e4)
        seen = torch.cat([look, nothing.expand(count, shown, 1, size)], 2).softmax(2)[:, :, :length]
        found, other, others = match.amax(2), same.amax(2), two.amax(2)
        lent = 8 * torch.einsum("qclt,qcl->qct", seen, beside)
        told = torch.stack([found, other, others, near_start, in_first, 8 * near, lent], 3)
        met = torch.einsum("qclt,qld->qctd", seen, own)
        judged = self.tell_out(self.judge(self.tell, self.tell_signs, theirs, met, told))
        scores = scores + (judged[..., 0] * shares).sum(2)

        heading = shares * in_first
        heading = heading / heading.sum(2, keepdim=True).clamp(min=1e-6)
        beyond = covers - torch.einsum("qc,qcs->qs", likely, covers)[:, None]
        pairs_first = (two * in_first[:, :, None]).amax(3)
        parts = [part.sum(2) / letters for part in (pair, ever[:, :, 0], ever[:, :, 1], pairs_first)]
        parts += [(shares * found).sum(2), (shares * other).sum(2)]
        parts += [(heading * found).sum(2), (heading * other).sum(2)]
        parts += [(others * in_first).sum(2) / in_first.sum(2).clamp(min=1), torch.log1p(total[..., 0])]
        whole = torch.cat([covers, beyond, torch.stack(parts, 2), signs], 2)
        result: Tensor = scores + self.whole_out(torch.relu(self.whole(whole)))[..., 0]
        return result

    def blend(self, numbers: Tensor) -> Tensor:
        """Return the vectors of letters, each with something of those beside it."""
        vectors = self.vectors[numbers] * (numbers > 0)[..., None]
        before = functional.pad((vectors @ self.left)[..., :-1, :], (0, 0, 1, 0))
        behind = functional.pad((vectors @ self.right)[..., 1:, :], (0, 0, 0, 1))
        return (vectors + before + behind) * (numbers > 0)[..., None]

    def say(self, vectors: Tensor, numbers: Tensor, side: int) -> Tensor:
        """Return how much letters say, before it is made positive."""
        return self.says(vectors)[..., side] + self.telling[numbers]

    def judge(self, layer: nn.Linear, signs: nn.Linear, own: Tensor, met: Tensor, told: Tensor) -> Tensor:
        """Return what is to be judged of each letter, what it met and its signs."""
        judged: Tensor = layer(self.drop(torch.cat([own, met, own * met], -1))) + signs(told)
        return self.drop(torch.relu(judged))

    def weights(self, characters: Sequence[str]) -> dict[str, NDArray[np.generic]]:
        """Return what qa/headline.py reads: the vectors as int8 with a scale for each, the rest as it is."""
        values = {name.rstrip("_"): value.detach().numpy() for name, value in self.named_parameters()}
        vectors = values.pop("vectors").copy()
        vectors[0] = 0  # no letter
        scales = np.abs(vectors).max(axis=1).clip(1e-9) / 127
        rows = np.rint(vectors / scales[:, None]).astype(np.int8)
        codes = np.array([ord(character) for character in characters], np.int32)
        return {**values, "vectors": rows, "scales": scales.astype(np.float32), "characters": codes}


# ---- what it learns from ----


@dataclass(frozen=True, slots=True)
class Choice:
    """A headline and articles: its own first, then the likeliest; what `compare` says of them."""

    headline: Text
    articles: NDArray[np.int64]
    stands: Floats
    signs: Floats


class Asked:
    """An index of headlines' bodies among news, and its texts by their numbers."""

    def __init__(self, data: Path, cache: Path) -> None:
        """Build the index in `cache`, where it is not there yet."""
        rows = read(data, "headlines_train")
        self.headlines = [(row["headline"], clean(row["body"])) for row in rows]
        self.untitled = len(self.headlines)
        # Not of news_0, which stands around the questions kept for measuring.
        titled, news = read_titled(data, "news_1", "news_2")
        self.headlines += titled
        self.texts = list(dict.fromkeys([*(body for _, body in self.headlines), *news[:NEWS]]))
        self.number = {text: number for number, text in enumerate(self.texts)}
        self._home = cache / "headlines"
        if not self._home.exists():
            pages = cache / "headline-pages"
            pages.mkdir(parents=True, exist_ok=True)
            for number, text in enumerate(self.texts):
                (pages / f"{number:06d}.txt").write_text(text, "utf-8")
            build_index([pages], self._home, load_encoder())

    def open(self) -> Archive:
        """Return the index; each process needs its own."""
        return Archive.open(self._home)

    def article(self, number: int) -> Text:
        """Return a text as the network sees it."""
        text = self.texts[number]
        return read_article(Sheet(str(number), text).articles[0])


def choose(asked: Asked, archive: Archive, numbers: Sequence[int]) -> list[Choice]:
    """Return the choices of some headlines."""
    choices = []
    seen: dict[int, Text] = {}
    for n in numbers:
        headline, body = asked.headlines[n]
        question = understand(headline)
        found = find_passages(question, archive.keywords, archive.vectors, archive.encoder)
        stored = archive.catalog.passages(found.numbers[: 3 * KEPT])
        others = dict.fromkeys(int(Path(item.page.source).stem) for item in stored)
        own = asked.number[body]
        articles = [own, *(number for number in others if number != own)][:KEPT]
        read_ = read_headline(headline)
        for number in articles:
            if number not in seen:
                seen[number] = asked.article(number)
        compared = [compare(read_, seen[number]) for number in articles]
        if read_.letters and len(articles) == KEPT:
            stands, signs = (np.stack([item[part] for item in compared]) for part in (0, 1))
            choices.append(Choice(read_, np.array(articles), stands, signs))
    return choices


_ASKED: list[Asked] = []
_ARCHIVES: list[Archive] = []


def _begin(asked: Asked) -> None:
    _ASKED.append(asked)
    _ARCHIVES.append(asked.open())


def _choose(numbers: Sequence[int]) -> list[Choice]:
    return choose(_ASKED[0], _ARCHIVES[0], numbers)


def find_choices(asked: Asked) -> list[Choice]:
    """Return the choices of all headlines that are not held out."""
    numbers = [n for n in range(len(asked.headlines)) if n % 30]
    jobs = [numbers[start : start + 200] for start in range(0, len(numbers), 200)]
    with get_context("fork").Pool(2, initializer=_begin, initargs=(asked,)) as workers:
        return [item for part in workers.imap(_choose, jobs) for item in part]


def begin_with(asked: Asked) -> tuple[list[str], Floats, Floats]:
    """Return the characters that get a vector; vectors, and how much each says, to begin with."""
    having: Counter[str] = Counter()
    for text in asked.texts:
        having.update(set(text))
    characters = sorted(one for one, count in having.items() if count >= COMMON and one.isalnum())
    number = {one: n for n, one in enumerate(characters, 1)}
    weights = load_file(RERANKER)
    rows = weights["vectors"] * weights["scales"][:, None]
    size = len(characters) + 1 + PLACES
    total, count = np.zeros((size, rows.shape[1])), np.zeros(size)
    for word, at in load_lexicon().vocabulary.items():
        for one in word:
            if one in number:
                weight = 3.0 if len(word) == 1 else 1 / len(word)
                total[number[one]] += weight * rows[at]
                count[number[one]] += weight
    vectors = total / np.maximum(count, 1)[:, None]
    vectors = vectors @ np.linalg.svd(vectors, full_matrices=False)[2][:WIDTH].T
    vectors *= 4 / np.linalg.norm(vectors[1 : len(characters) + 1], axis=1).mean()
    vectors[len(characters) + 1 :] = np.random.default_rng(0).normal(0, 0.3, (PLACES, WIDTH))
    says = np.full(size, len(asked.texts) / 5)
    says[1 : len(characters) + 1] = [len(asked.texts) / having[one] for one in characters]
    return characters, vectors.astype(np.float32), np.log(np.log(says).clip(0.05)).astype(np.float32)


# ---- training ----


@dataclass(frozen=True, slots=True)
class Batch:
    """Some headlines with articles, in the shapes that the network takes."""

    asked: Tensor
    words: Tensor
    first: Tensor
    stands: Tensor
    signs: Tensor

    def scores(self, network: Network) -> Tensor:
        """Return the network's scores."""
        scores: Tensor = network(self.asked, self.words, self.first, self.stands, self.signs)
        return scores


def lay_out(
    asked: Sequence[NDArray[np.int64]], words: Sequence[Sequence[NDArray[np.int64]]],
    first: Sequence[Sequence[int]], stands: Sequence[Floats], signs: Sequence[Floats],
) -> Batch:  # fmt: skip
    """Put headlines and articles, as numbers of letters, into arrays."""
    count, shown = len(asked), len(words[0])
    questions = np.zeros((count, max(map(len, asked))), np.int64)
    longest = max(len(row) for rows in words for row in rows)
    laid = np.zeros((count, shown, max(longest, 1)), np.int64)
    there = np.zeros((count, shown, 2, questions.shape[1]), np.float32)
    for n, (question, rows) in enumerate(zip(asked, words, strict=True)):
        questions[n, : len(question)] = question
        there[n, :, :, : len(question)] = stands[n]
        for k, row in enumerate(rows):
            laid[n, k, : len(row)] = row
    arrays = (questions, laid, np.array(first), there, np.stack(signs))
    return Batch(*(torch.from_numpy(np.ascontiguousarray(array)) for array in arrays))


def draw_batches(
    choices: Sequence[Choice], letters: Sequence[NDArray[np.int64]], first: Sequence[int],
    number: HeadlineNetwork, seed: int,
) -> Iterator[Batch]:  # fmt: skip
    """Yield batches without end; the right article is the first of each headline's."""
    rng = np.random.default_rng(seed)
    chance = 1 / (np.arange(KEPT - 1) + 6.0)  # the first are the hardest
    chance /= chance.sum()
    while True:
        order = rng.permutation(len(choices))
        for start in range(0, len(order) - BATCH, BATCH):
            asked, words, firsts, stands, signs = [], [], [], [], []
            for choice in (choices[n] for n in order[start : start + BATCH]):
                shown = np.array([0, *(1 + rng.choice(KEPT - 1, SHOWN - 1, replace=False, p=chance))])
                low, high = draw_part(choice.headline, rng)
                own = choice.stands[shown][:, :, low:high].copy()
                own[:, 1, -1] = 0  # nothing follows the last letter
                asked.append(number.number(choice.headline.letters[low:high]))
                words.append([letters[n] for n in choice.articles[shown]])
                firsts.append([first[n] for n in choice.articles[shown]])
                stands.append(own)
                signs.append(choice.signs[shown])
            yield lay_out(asked, words, firsts, stands, signs)


def draw_part(headline: Text, rng: np.random.Generator) -> tuple[int, int]:
    """Return what part of a headline is shown; a figure is never left out."""
    length = len(headline.letters)
    if length < 6 or list_figures(headline.folded) or rng.random() > PART:
        return 0, length
    kept = int(rng.integers(4, length))
    low = int(rng.integers(0, length - kept + 1))
    return low, low + kept


def train(asked: Asked, choices: Sequence[Choice], epochs: float, rate: float) -> None:
    """Fit a network to the choices, and write its weights."""
    torch.manual_seed(0)
    characters, vectors, telling = begin_with(asked)
    network = Network(vectors, telling)
    numbering = HeadlineNetwork(network.weights(characters))
    texts = [asked.article(n) for n in range(len(asked.texts))]
    letters = [numbering.number(text.letters) for text in texts]
    batches = draw_batches(choices, letters, [text.first for text in texts], numbering, seed=0)
    table = [network.vectors, network.telling]
    small = [value for name, value in network.named_parameters() if name not in ("vectors", "telling")]
    optimizer = torch.optim.AdamW([{"params": small, "lr": rate}, {"params": table, "lr": rate / 2}])
    steps = int(epochs * len(choices) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / 100, 0.5 + 0.5 * math.cos(math.pi * step / steps))
    )
    begin, recent = time.monotonic(), []
    for step in range(1, steps + 1):
        scores = next(batches).scores(network)
        loss = functional.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        recent.append(loss.item())
        if step % 200 == 0 or step == steps:
            seconds = time.monotonic() - begin
            print(f"step {step} of {steps}, {seconds:.0f} s, loss {np.mean(recent[-200:]):.3f}", flush=True)
            WEIGHTS.write_bytes(save(network.weights(characters)))


# ---- what it reaches ----


def try_weights(asked: Asked) -> None:
    """Print nDCG@10 of the headlines held out, and of the titles, by the weights of TRIED."""
    archive, network = asked.open(), load_headline_network()
    gains: dict[str, list[list[float]]] = {"headlines": [], "titles": []}
    for n in range(0, len(asked.headlines), 30):
        headline, body = asked.headlines[n]
        question = understand(headline)
        found = find_passages(question, archive.keywords, archive.vectors, archive.encoder)
        judged = judge_passages(question, found, archive.catalog)
        ranked = add_cosines(rank_passages(judged, archive.catalog.passages, COMPARED), found)
        scores = network.score(
            read_headline(headline), [read_article(item.stored.article) for item in ranked]
        )
        own = np.array([(item.score, item.cosine) for item in ranked], np.float32)
        numbers = np.array([int(Path(item.stored.page.source).stem) for item in ranked])
        right = frozenset({asked.number[body]})
        orders = (np.argsort(-scores - own @ np.array(weights), kind="stable") for weights in TRIED)
        kind = "headlines" if n < asked.untitled else "titles"
        gains[kind].append([ndcg(list(dict.fromkeys(numbers[order].tolist())), right) for order in orders])
    for kind, rows in gains.items():
        print(f"{len(rows)} {kind}:")
        for (passage, cosine), value in zip(TRIED, np.mean(rows, axis=0), strict=True):
            print(f"    {value:.4f} with {passage:g} times the score and {cosine:g} times the cosine")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "wenbao-lab")
    parser.add_argument("--epochs", type=float, default=2.5)
    parser.add_argument("--rate", type=float, default=0.002)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    asked = Asked(options.data, options.cache)
    train(asked, find_choices(asked), options.epochs, options.rate)
    try_weights(asked)


if __name__ == "__main__":
    main()
