"""Train the reranker of qa/rerank.py.

In: what choices.py finds in the folder that ../shared/data/README.md describes. Out:
qa/model/reranker.safetensors, and on standard output the constants with which qa/rerank.py adds the two legs'
scores. Does not know texts, or how candidates are found.

    python -m lab.train_reranker     find candidates (12 minutes, kept in --cache), train (half an hour),
    write

Each question is shown its passage among 15 wrong ones; passages that may be right too are left out. The loss
is that of the right one's softmax (listwise; Cao et al. 2007). The network is told no cosine: the bundled
encoder knows many of the pairs by heart, and a network that saw its scores would lean on them.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torch.nn import functional

from index.encoder import StaticEncoder, load_encoder
from index.lexicon import KINDS, PLACES, Numbers
from lab.choices import Choice, Pool, find_choices
from qa.rerank import AROUND, HEAD, NEAR, OPENING, QUESTION, WEIGHTS, WHOLE

Floats = NDArray[np.float32]
WIDTH, HIDDEN, SHOWN, BATCH = 64, 48, 16, 16


class Network(nn.Module):
    """The network of qa/rerank.py, for batches: the names of its weights are the same."""

    def __init__(self, rows: Floats, lengths: Floats) -> None:
        """Start from the encoder's words: their 64 widest directions."""
        super().__init__()
        directions = np.linalg.svd(rows[::4], full_matrices=False)[2][:WIDTH]
        self.vectors = nn.Parameter(torch.tensor(3 * rows @ directions.T))
        self.kinds = nn.Parameter(0.3 * torch.randn(KINDS, WIDTH))
        self.kind_lengths = nn.Parameter(torch.zeros(KINDS))
        self.register_buffer("lengths", torch.tensor(np.log(np.maximum(lengths, 1e-3)), dtype=torch.float32))
        self.says, self.length = nn.Linear(WIDTH, 1), nn.Parameter(torch.tensor(1.0))
        self.alike = nn.Parameter(torch.tensor([4.0, 2.0]))
        self.look, self.pull = nn.Parameter(torch.eye(WIDTH)), nn.Linear(WIDTH, 1)
        self.same, self.scale, self.nothing = (nn.Parameter(torch.tensor(x)) for x in (4.0, 2.0, 0.0))
        self.judge, self.signs = nn.Linear(3 * WIDTH, HIDDEN), nn.Linear(8, HIDDEN, bias=False)
        self.out = nn.Linear(HIDDEN, 1, bias=False)
        self.whole, self.whole_out = nn.Linear(11, 16), nn.Linear(16, 1, bias=False)

    def look_up(self, numbers: Tensor) -> tuple[Tensor, Tensor]:
        """Return the vectors of words, shape (n, 64), and the logarithms of their lengths in the encoder."""
        size = len(self.vectors)
        known, kind = numbers.clamp(max=size - 1), ((numbers - size) // PLACES).clamp(0, KINDS - 1)
        unknown = numbers >= size
        vectors = torch.where(unknown[:, None], self.kinds[kind], self.vectors[known])
        lengths: Tensor = self.lengths  # type: ignore[assignment]
        return vectors, torch.where(unknown, self.kind_lengths[kind], lengths[known])

    def forward(
        self, asked: Tensor, words: Tensor, in_head: Tensor, keyword: Tensor, article: Tensor, opens: Tensor
    ) -> Tensor:
        """Return scores, shape (questions, candidates); 0 in `asked` and `words` is no word."""
        (count, length), (shown, size) = asked.shape, words.shape[1:]
        numbers, places = torch.unique(torch.cat([asked.flatten(), words.flatten()]), return_inverse=True)
        vectors, lengths = self.look_up(numbers)
        own = vectors[places[: count * length]].view(count, length, -1)
        theirs = vectors[places[count * length :]].view(count, shown, size, -1)
        there, held = (asked > 0).float(), words > 0
        says = self.says(own)[..., 0] + self.length * lengths[places[: count * length]].view(count, length)
        says = functional.softplus(says) * there
        share = says / says.sum(1, keepdim=True).clamp(min=1e-6)

        same = ((asked[:, None, :, None] == words[:, :, None, :]) & held[:, :, None, :]).float()
        units = functional.normalize(own, dim=-1), functional.normalize(theirs, dim=-1)
        alike = torch.einsum("qld,qctd->qclt", *units)
        match = torch.maximum(same, torch.sigmoid(2 * (self.alike[0] * alike - self.alike[1])))
        match = match * held[:, :, None, :]
        density = torch.einsum("ql,qclt->qct", share, match)
        near, around = (spread(density, width) for width in (NEAR, AROUND))

        look = torch.einsum("qld,qctd->qclt", own @ self.look, theirs) / 8 * self.scale + self.same * same
        look = look + 5 * self.pull(own)[:, None] * around[:, :, None, :]
        look = look.masked_fill(~held[:, :, None, :], -1e4)
        nothing = self.nothing.expand(count, shown, length, 1)
        seen = torch.cat([look, nothing], -1).softmax(-1)[..., :size]

        place = torch.exp(-torch.arange(size) / OPENING)
        side = torch.stack([8 * near, 8 * around, place.expand_as(near), in_head], -1)
        found = torch.einsum("qclt,qctd->qcld", seen, theirs)
        best, has = match.amax(-1), same.amax(-1)
        elsewhere = (article - has).clamp(min=0)
        signs = torch.stack([best, has, elsewhere, opens[..., None].expand_as(best)], -1)
        own = own[:, None].expand_as(found)
        hidden = self.judge(torch.cat([own, found, own * found], -1))
        hidden = hidden + self.signs(torch.cat([torch.einsum("qclt,qcts->qcls", seen, side), signs], -1))
        judged = (self.out(torch.relu(hidden))[..., 0] * share[:, None]).sum(-1)

        parts = [(part * share[:, None]).sum(-1) for part in (best, has, torch.maximum(has, elsewhere))]
        opening = (torch.einsum("ql,qclt->qct", share, same) * place).sum(-1)
        whole = torch.stack(
            [
                *parts[:2], 8 * near.amax(-1), 8 * around.amax(-1), opening, torch.log1p(held.sum(-1)) / 5,
                keyword, keyword**2, in_head.amax(-1), parts[2], opens,
            ],
            -1,
        )  # fmt: skip
        scores: Tensor = judged + self.whole_out(torch.relu(self.whole(whole)))[..., 0]
        return scores

    def weights(self) -> dict[str, Floats]:
        """Return what qa/rerank.py reads: the vectors as int8 with a scale per word, the rest as it is."""
        values = {name: value.detach().numpy() for name, value in self.named_parameters()}
        vectors = values.pop("vectors")
        scales = np.abs(vectors).max(axis=1).clip(1e-9) / 127
        rows = np.rint(vectors / scales[:, None]).astype(np.int8)
        lengths: Tensor = self.lengths  # type: ignore[assignment]
        return {**values, "vectors": rows, "scales": scales.astype(np.float32), "lengths": lengths.numpy()}


def spread(density: Tensor, width: int) -> Tensor:
    """Lend each place's share to those less than `width` away; places are the last dimension."""
    kernel = 1 - torch.arange(-width, width + 1).abs() / (width + 1)
    rows = density.reshape(-1, 1, density.shape[-1])
    return functional.conv1d(rows, kernel[None, None] / (width + 1), padding=width).view_as(density)


# ---- training ----


@dataclass(frozen=True, slots=True)
class Batch:
    """Some questions with their candidates, in the shapes that the network takes."""

    asked: Tensor
    words: Tensor
    in_head: Tensor
    keyword: Tensor
    article: Tensor
    opens: Tensor

    def scores(self, network: Network) -> Tensor:
        """Return the network's scores."""
        return network(self.asked, self.words, self.in_head, self.keyword, self.article, self.opens)


def lay_out(pool: Pool, parts: Sequence[tuple[Choice, Numbers, NDArray[np.int64], bool]]) -> Batch:
    """Put questions (their words), candidates (places in the choice), and whether heads show, into arrays."""
    shown = len(parts[0][2])
    asked = np.zeros((len(parts), QUESTION), np.int64)
    words, in_head = (
        np.zeros((len(parts), shown, WHOLE), np.int64),
        np.zeros((len(parts), shown, WHOLE), np.float32),
    )
    article = np.zeros((len(parts), shown, QUESTION), np.float32)
    keyword, opens = np.zeros((2, len(parts), shown), np.float32)
    for n, (choice, question, places, heads) in enumerate(parts):
        asked[n, : len(question)] = question[:QUESTION]
        keyword[n], opens[n] = choice.keyword[places], pool.opens[choice.passages[places]]
        for k, passage in enumerate(choice.passages[places].tolist()):
            text = int(pool.owner[passage])
            head = pool.heads[text][:HEAD] if heads and text < len(pool.heads) else pool.heads[0][:0]
            row = np.concatenate([head, pool.bodies[passage]])[:WHOLE]
            words[n, k, : len(row)], in_head[n, k, : len(head)] = row, 1
            article[n, k] = np.isin(asked[n], pool.articles[text], kind="sort") & (asked[n] > 0)
    length, size = int((asked > 0).sum(1).max()), int((words > 0).sum(2).max())
    arrays = (
        asked[:, :length],
        words[:, :, :size],
        in_head[:, :, :size],
        keyword,
        article[:, :, :length],
        opens,
    )
    return Batch(*(torch.from_numpy(np.ascontiguousarray(array)) for array in arrays))


def draw_batches(pool: Pool, choices: Sequence[Choice], seed: int) -> Iterator[Batch]:
    """Yield batches without end; the right passage is the first of each question's candidates."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(choices))
        for start in range(0, len(order) - BATCH, BATCH):
            parts = []
            for number in order[start : start + BATCH]:
                choice = choices[number]
                right, wrong = np.flatnonzero(choice.labels == 1), np.flatnonzero(choice.labels == 0)
                chance = 1 / (np.arange(len(wrong)) + 6.0)  # the first are the hardest
                others = rng.choice(wrong, SHOWN - 1, replace=len(wrong) < SHOWN - 1, p=chance / chance.sum())
                parts.append(
                    (choice, forget(choice, rng), np.array([rng.choice(right), *others]),
                     not choice.is_headline and rng.random() < 0.7)
                )  # fmt: skip
            yield lay_out(pool, parts)


def forget(choice: Choice, rng: np.random.Generator) -> Numbers:
    """Return the question, often without some of its words: people ask in fewer than news are written in."""
    question = choice.question
    if choice.is_headline or len(question) <= 5 or rng.random() > 0.7:
        return question
    kept = question[rng.random(len(question)) > rng.random() * 0.5]
    return kept if len(kept) > 3 else question


def train(pool: Pool, choices: Sequence[Choice], steps: int, rate: float) -> Network:
    """Return a network fitted to all choices that are not held out."""
    torch.manual_seed(0)
    encoder = load_encoder()
    assert isinstance(encoder, StaticEncoder)
    network = Network(*encoder.table())
    held = [choice for choice in choices if choice.held]
    batches = draw_batches(pool, [choice for choice in choices if not choice.held], seed=0)
    small = [value for name, value in network.named_parameters() if name != "vectors"]
    groups = [{"params": small, "lr": rate}, {"params": [network.vectors], "lr": 0.3 * rate}]
    optimizer = torch.optim.Adam(groups, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / 100, max(1 - step / steps, 0.03))
    )
    begin, recent = time.monotonic(), []
    for step in range(1, steps + 1):
        scores = next(batches).scores(network)
        loss = functional.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        recent.append(loss.item())
        if step % 1000 == 0 or step == steps:
            right = float(np.mean([rank_of(part) == 0 for part in score_held(pool, network, held[::4])]))
            print(f"step {step}, {time.monotonic() - begin:.0f} s, loss {np.mean(recent[-1000:]):.3f}, "
                  f"held out: first {right:.3f}", flush=True)  # fmt: skip
            WEIGHTS.write_bytes(save(network.weights()))
    return network


@dataclass(frozen=True, slots=True)
class Scored:
    """A held-out question's candidates: network, cosine and BM25 for each, and which are right."""

    signs: Floats
    right: NDArray[np.bool_]


def score_held(pool: Pool, network: Network, held: Sequence[Choice]) -> Iterator[Scored]:
    """Yield the scores of held-out questions' candidates."""
    with torch.no_grad():
        for choice in held:
            places = np.flatnonzero(
                (choice.labels != 2) | choice.is_headline
            )  # a headline's own text is right
            batch = lay_out(pool, [(choice, choice.question, places, not choice.is_headline)])
            judged = batch.scores(network)[0].numpy()
            signs = np.stack([judged, choice.vector[places], choice.keyword[places]], axis=1)
            yield Scored(signs, choice.labels[places] > 0)


def rank_of(scored: Scored, weights: Sequence[float] = (1, 0, 0)) -> int:
    """Return how many wrong candidates come before the best right one."""
    total = scored.signs @ np.asarray(weights, np.float32)
    return int((total[~scored.right] >= total[scored.right].max()).sum())


def fit(scored: Sequence[Scored]) -> None:
    """Print the weight of the cosine beside the network's score, and the line from the sum to log odds."""

    def loss(weights: Floats) -> float:
        total = 0.0
        for item in scored:
            sums = item.signs @ weights
            total -= np.logaddexp.reduce(sums[item.right]) - np.logaddexp.reduce(sums)
        return total / len(scored)

    network, vector = minimize(lambda x: loss(np.array([*x, 0.0])), np.array([1.0, 1.0]), method="Powell").x
    weights = (1.0, vector / network, 0.0)
    for name, mix in (("network alone", (1, 0, 0)), ("fused legs", (0, 0.4, 0.6)), ("with vectors", weights)):
        ranks = np.array([rank_of(item, mix) for item in scored])
        print(f"{name}: first {np.mean(ranks == 0):.3f}, mean reciprocal rank {np.mean(1 / (1 + ranks)):.3f}")
    tops, hits = [], []
    for item in scored:
        total = item.signs @ np.array(weights)
        best = int(total.argmax())
        tops.append(total[best])
        hits.append(bool(item.right[best]))
    line = LogisticRegression().fit(np.array(tops)[:, None], hits)
    scale = float(line.coef_[0, 0])
    print(f"VECTOR = {weights[1]:.2f}")
    print(f"SCALE, CONSTANT = {scale:.3f}, {float(line.intercept_[0]) / scale:.2f}")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "wenbao-lab")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--rate", type=float, default=0.002)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    pool, choices = find_choices(options.data, options.cache)
    network = train(pool, choices, options.steps, options.rate)
    # On what people asked and wrote: questions made by rule repeat the passage, and want BM25 least.
    held = [choice for choice in choices if choice.held and not choice.by_rule]
    fit(list(score_held(pool, network, held)))


if __name__ == "__main__":
    main()
