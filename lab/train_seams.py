"""Train the two networks of index/seams.py: python -m lab.train_seams.

In: the news of ../shared/data. Out: index/reading/seams.safetensors, and how often the right continuation
of a text is found among twenty. Does not know pages: it cuts running text at random places.

Each batch holds 2,048 cuts; the end of one text must be told to belong to its own beginning, not to the 2,047
others (InfoNCE: van den Oord and others 2018). One cut in eight stands where a sentence ends.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file

from index.seams import EDGE, REACH
from index.text import fold
from lab.data import clean, read

_TRAIN = ("headlines_train", "news_0", "news_1")
_DEV = ("headlines_dev", "news_2")
_EMBEDDING, _HIDDEN, _DIMENSION = 32, 256, 96
_BATCH, _RATE, _RAREST = 2048, 2e-3, 30
_SENTENCE_ENDS = "。!?”\n"

Codes = NDArray[np.int64]


def read_text(data: Path, names: tuple[str, ...]) -> str:
    """Return all texts of some files, folded as pages are, with edges between them."""
    texts = []
    for name in names:
        for row in read(data, name):
            lines = fold(clean(row.get("body") or row["text"])).splitlines()
            text = "\n".join(line.strip() for line in lines if line.strip())
            if len(text) > 60:
                texts.append(text)
    return (EDGE * 4).join(texts)


class Cuts:
    """A long text as numbers of its characters, to be cut at random places."""

    def __init__(self, text: str, characters: list[str], seed: int) -> None:
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        table = np.zeros(0x110000, np.int16)
        table[[ord(char) for char in characters]] = np.arange(1, len(characters) + 1)
        self._codes = torch.from_numpy(table[points])
        ends = np.isin(points, [ord(char) for char in _SENTENCE_ENDS])
        self._ends = np.nonzero(ends[REACH : -REACH - 4])[0] + REACH + 1
        self._rng = np.random.default_rng(seed)
        self._reach = torch.arange(REACH)

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return what stands before and behind `count` cuts, and which of them end a sentence."""
        free = self._rng.integers(REACH, len(self._codes) - REACH, count - count // 8)
        places = torch.from_numpy(np.concatenate([free, self._rng.choice(self._ends, count // 8)]))
        before = self._codes[places[:, None] - REACH + self._reach].long()
        behind = self._codes[places[:, None] + self._reach].long()
        return before, behind, torch.from_numpy(np.isin(places.numpy(), self._ends))


class Side(torch.nn.Module):
    """What index.seams computes for one side of a seam."""

    def __init__(self, characters: int) -> None:
        super().__init__()
        self.characters = torch.nn.Embedding(characters + 1, _EMBEDDING)
        self.characters.weight.data.mul_(0.3)
        self.hidden = torch.nn.Linear(REACH * _EMBEDDING, _HIDDEN)
        self.out = torch.nn.Linear(_HIDDEN, _DIMENSION)

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        """Turn codes (n, REACH) into vectors (n, dimension)."""
        vectors: torch.Tensor = self.out(torch.relu(self.hidden(self.characters(codes).flatten(1))))
        return vectors

    def tensors(self, side: str) -> dict[str, NDArray[np.float16]]:
        """Return the weights as index.seams reads them; a product of two vectors needs no further scale."""
        scale = _DIMENSION**-0.25
        parts = {
            "characters": self.characters.weight,
            "hidden": self.hidden.weight,
            "bias": self.hidden.bias,
            "out": self.out.weight * scale,
            "shift": self.out.bias * scale,
        }
        return {f"{side}.{name}": part.detach().numpy().astype(np.float16) for name, part in parts.items()}


def train(cuts: Cuts, characters: int, steps: int) -> tuple[Side, Side]:
    """Return the networks of the left and of the right side."""
    torch.manual_seed(0)
    left, right = Side(characters), Side(characters)
    solver = torch.optim.Adam([*left.parameters(), *right.parameters()], lr=_RATE)
    target, started, usual = torch.arange(_BATCH), time.perf_counter(), None
    for step in range(steps):
        for group in solver.param_groups:
            group["lr"] = _RATE * min(1, (step + 1) / 200) * (1 - step / steps) + _RATE / 100
        before, behind, _ = cuts.draw(_BATCH)
        odds = left(before) @ right(behind).T / _DIMENSION**0.5
        cross = torch.nn.functional.cross_entropy
        loss = (cross(odds, target) + cross(odds.T, target)) / 2
        solver.zero_grad()
        loss.backward()
        solver.step()
        usual = loss.item() if usual is None else 0.99 * usual + 0.01 * loss.item()
        if step % 500 == 499:
            print(f"{step + 1} steps, loss {usual:.3f}, {time.perf_counter() - started:.0f} s", flush=True)
    return left, right


def report(left: Side, right: Side, cuts: Cuts) -> None:
    """Print how often the right side of a cut is likelier than nineteen, and than one, taken at random."""
    with torch.no_grad():
        before, behind, ends = cuts.draw(20_000)
        one, other = left(before), right(behind)
        own = (one * other).sum(1, keepdim=True)
        wrong = torch.stack([(one * other[torch.randperm(len(other))]).sum(1) for _ in range(19)], 1)
    for name, rows in (("in mid-sentence", ~ends), ("where a sentence ends", ends)):
        won = own[rows] > wrong[rows]
        first, pairs = won.all(1).float().mean(), won.float().mean()
        print(f"{name}: first of 20 {first:.3f}, of two {pairs:.3f}")


def main() -> None:
    """Train, report, and write the model."""
    parser = argparse.ArgumentParser(prog="python -m lab.train_seams")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--steps", type=int, default=13_000)
    parser.add_argument("--out", type=Path, default=Path("index/reading/seams.safetensors"))
    options = parser.parse_args()
    text = read_text(options.data, _TRAIN)
    points, counts = np.unique(np.frombuffer(text.encode("utf-32-le"), np.uint32), return_counts=True)
    characters = [chr(point) for point in points[counts >= _RAREST]]
    left, right = train(Cuts(text, characters, 0), len(characters), options.steps)
    report(left, right, Cuts(read_text(options.data, _DEV), characters, 1))
    save_file(
        left.tensors("left") | right.tensors("right"),
        options.out,
        metadata={"characters": json.dumps(characters, ensure_ascii=False)},
    )


if __name__ == "__main__":
    main()
