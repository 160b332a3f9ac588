"""Fit the weights of index/stitch.py on made pages: python -m lab.train_stitch.

In: the stories of ../shared/data, printed by lab/press.py. Out: index/reading/stitch.safetensors, and how
often the right choice is the likeliest, on pages that are not fitted.
Does not know how links become articles: lab/measure_reading.py measures that.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from index.blocks import read_blocks
from index.lines import read_lines
from index.seams import load_seams
from index.signs import PAIR, Facts, list_candidates, measure_beginning, measure_pair
from index.stitch import PARTS, topic_encoder
from index.text import fold
from lab.press import Damage, Sheet, Story, draw_sheet, load_stories, set_page

_LEVELS = (0, 0.5, 1, 1, 1, 2)
_HIDDEN, _BATCH = 24, 2048


@dataclass(frozen=True, slots=True)
class Sample:
    """One block and its choices: rows of numbers, and which is right (0: it begins an article)."""

    beginning: list[float]
    pairs: list[list[float]]
    right: int


def read_samples(sheet: Sheet) -> list[Sample]:
    """Return the choices on one page. Blocks that were printed twice are left out, and those
    whose predecessor is no candidate. Where text was lost at a seam, its two sides still belong together.
    """
    blocks, _ = read_blocks(read_lines(sheet.text))
    blocks = [block for block in blocks if block.kind == "text"]
    if not blocks:
        return []
    facts = Facts(blocks, fold(sheet.text), load_seams(), topic_encoder())
    pieces = sorted((p for p in sheet.pieces if p.rank is not None), key=lambda p: (p.article, p.rank))
    truth = {piece.span.start: piece for piece in pieces}
    above = {b.span.start: a.span.start for a, b in pairwise(pieces) if a.article == b.article}
    starts = {block.line.start: number for number, block in enumerate(blocks)}
    samples = []
    for j, block in enumerate(blocks):
        if block.line.start not in truth:
            continue
        candidates = list_candidates(facts, j)
        before = starts.get(above.get(block.line.start, -1))
        if before not in candidates and block.line.start in above:
            continue
        right = 0 if before is None else 1 + candidates.index(before)
        pairs = [list(map(float, measure_pair(facts, i, j)[0])) for i in candidates]
        samples.append(Sample(list(map(float, measure_beginning(facts, j))), pairs, right))
    return samples


def draw_samples(stories: Sequence[Story], pages: int, levels: Sequence[float], seed: int) -> list[Sample]:
    """Print and read `pages` pages; one in eight holds a single story."""
    rng = random.Random(seed)
    samples = []
    for _ in range(pages):
        damage = Damage.at(rng.choice(levels))
        single = rng.random() < 1 / 8
        sheet = set_page([rng.choice(stories)], damage, rng) if single else draw_sheet(stories, damage, rng)
        samples += read_samples(sheet)
    return samples


def stack(samples: Sequence[Sample]) -> tuple[torch.Tensor, ...]:
    """Return beginnings (n, b), pairs (n, most, p), which are there (n, most + 1), and what is right (n,)."""
    most = max(len(sample.pairs) for sample in samples)
    pairs = np.zeros((len(samples), most, len(PAIR)), np.float32)
    there = np.zeros((len(samples), most + 1), bool)
    for row, sample in enumerate(samples):
        pairs[row, : len(sample.pairs)] = np.array(sample.pairs).reshape(-1, len(PAIR))
        there[row, : len(sample.pairs) + 1] = True
    beginnings = np.array([sample.beginning for sample in samples], np.float32)
    right = np.array([sample.right for sample in samples])
    return tuple(map(torch.from_numpy, (beginnings, pairs, there, right)))


class Network(torch.nn.Module):
    """What index.stitch.Judge computes for one side: a linear part, and a hidden layer beside it."""

    def __init__(self, rows: torch.Tensor) -> None:
        """Take rows of numbers (n, d) to scale by."""
        super().__init__()
        self.register_buffer("mean", rows.mean(0))
        self.register_buffer("scale", rows.std(0) + 0.1)
        self.linear = torch.nn.Linear(rows.shape[1], 1, bias=False)
        self.hidden = torch.nn.Linear(rows.shape[1], _HIDDEN)
        self.out = torch.nn.Linear(_HIDDEN, 1, bias=False)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Return log odds, one for each row."""
        scaled = rows / self.scale
        hidden = torch.tanh(self.hidden(scaled - self.mean / self.scale))
        return (self.linear(scaled) + self.out(hidden))[..., 0]

    def tensors(self) -> dict[str, np.ndarray]:
        """Return the weights for rows that are not scaled."""
        hidden = self.hidden.weight / self.scale
        bias = self.hidden.bias - hidden @ self.mean
        parts = (self.linear.weight[0] / self.scale, hidden.T, bias, self.out.weight[0])
        return {name: part.detach().contiguous().numpy() for name, part in zip(PARTS, parts, strict=True)}


def odds_of(data: tuple[torch.Tensor, ...], beginning: Network, pair: Network) -> torch.Tensor:
    """Return the log odds of every choice, shape (n, most + 1)."""
    beginnings, pairs, there, _ = data
    return torch.cat([beginning(beginnings)[:, None], pair(pairs)], 1).masked_fill(~there, -1e9)


def fit(data: tuple[torch.Tensor, ...], steps: int) -> tuple[Network, Network]:
    """Return the networks that make the right choices likeliest."""
    torch.manual_seed(0)
    beginning, pair = Network(data[0]), Network(data[1][data[2][:, 1:]])
    weights = [*beginning.parameters(), *pair.parameters()]
    solver = torch.optim.AdamW(weights, lr=0.01, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(solver, steps)
    rng = torch.Generator().manual_seed(0)
    for _ in range(steps):
        rows = torch.randint(len(data[3]), (_BATCH,), generator=rng)
        loss = torch.nn.functional.cross_entropy(
            odds_of(tuple(part[rows] for part in data), beginning, pair), data[3][rows]
        )
        solver.zero_grad()
        loss.backward()
        solver.step()
        schedule.step()
    return beginning, pair


def report(name: str, data: tuple[torch.Tensor, ...], beginning: Network, pair: Network) -> None:
    """Print the loss, and how often the likeliest choice is right, for beginnings by themselves too."""
    with torch.no_grad():
        odds, right = odds_of(data, beginning, pair), data[3]
    best = odds.argmax(1)
    begins, said = right == 0, best == 0
    print(
        f"{name}: {len(right)} blocks, loss {torch.nn.functional.cross_entropy(odds, right):.4f}, "
        f"right {(best == right).float().mean():.4f}; beginnings: precision "
        f"{(begins & said).sum() / said.sum():.4f}, recall {(begins & said).sum() / begins.sum():.4f}",
        flush=True,
    )


def main() -> None:
    """Fit, report, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m lab.train_stitch")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--pages", type=int, default=6000)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("index/reading/stitch.safetensors"))
    options = parser.parse_args()
    train = stack(draw_samples(load_stories(options.data, "train"), options.pages, _LEVELS, options.seed))
    other = stack(draw_samples(load_stories(options.data, "dev"), 150, (1,), options.seed))
    beginning, pair = fit(train, options.steps)
    report("fitted", train, beginning, pair)
    report("others, level 1", other, beginning, pair)
    sides = {"beginning": beginning, "pair": pair}
    save_file(
        {f"{side}.{part}": t for side, net in sides.items() for part, t in net.tensors().items()}, options.out
    )


if __name__ == "__main__":
    main()
