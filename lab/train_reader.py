"""Train the reader of qa/locate.py.

In: what readings.py makes of the folder that ../shared/data/README.md describes. Out:
qa/model/reader.safetensors. Does not know how readings are made.

    python -m lab.train_reader     make readings (10 minutes, kept in --cache), train (--minutes), write

Every range of up to 36 words inside a sentence has a score, and so has the chance that the text holds no
answer: 0. The loss is that of the softmax over all of them (Clark and Gardner 2018 on the shared "no
answer"), most of it for the range, some for the sentence that holds it. The share of people's questions
grows from a third to most.
"""

import argparse
import math
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from torch import Tensor, nn
from torch.nn import functional

from index.encoder import StaticEncoder, load_encoder
from lab.readings import KINDS, Reading, gather, keep, load
from qa.locate import (
    ABOVE,
    AROUND,
    BELOW,
    CHARACTERS,
    LONGEST,
    MARK,
    NEAR,
    QUESTION,
    TEXT,
    WEIGHTS,
    Tokens,
)  # fmt: skip
from qa.locate import (
    KINDS as TOKEN_KINDS,
)

Floats = NDArray[np.float32]
WORD, CHARACTER, KIND, WIDTH, FEATURES, PAIR = 96, 32, 8, 128, 6, 32
TOKENS = 6000  # words in a batch
RATE, RATE_OF_WORDS = 2e-3, 0.3
FIRST_SHARE, LAST_SHARE = 0.35, 0.85  # of people's questions, at the beginning and at the end
FORGOTTEN = 0.05  # so many words are shown by their characters alone


class Drop(nn.Module):
    """Drop some channels of a whole text: a mask for each word takes a tenth of the time of training."""

    def __init__(self, share: float) -> None:
        """Take the share of channels to drop."""
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Return `x`, shape (texts, words, channels), without them."""
        if not self.training:
            return x
        kept = torch.rand(len(x), 1, x.shape[-1]) >= self.share
        return x * (kept.to(x.dtype) / (1 - self.share))


class Block(nn.Module):
    """What a gate lets through of each word and the two that stand `dilation` before and behind it."""

    def __init__(self, dilation: int, side: int = 0) -> None:
        """Take how far it looks, and how many numbers it is told of the whole question."""
        super().__init__()
        self.norm, self.conv = nn.LayerNorm(WIDTH), nn.Linear(3 * WIDTH, 2 * WIDTH)
        self.side = nn.Linear(side, 2 * WIDTH, bias=False) if side else None
        self.dilation, self.drop = dilation, Drop(0.1)
        nn.init.normal_(self.conv.weight, std=1.2 / math.sqrt(3 * WIDTH))

    def forward(self, x: Tensor, mask: Tensor, told: Tensor | None = None) -> Tensor:
        """Return `x`, shape (texts, words, WIDTH), with it added."""
        far, n = self.dilation, x.shape[1]
        padded = functional.pad(self.norm(x) * mask, (0, 0, far, far))
        around = torch.cat([padded[:, :n], padded[:, far : far + n], padded[:, 2 * far :]], -1)
        z = self.conv(around)
        if self.side is not None and told is not None:
            z = z + self.side(told)[:, None]
        what, gate = z.chunk(2, -1)
        passed: Tensor = x + self.drop(what * torch.sigmoid(gate))
        return passed


class Batch:
    """Some texts with their tokens, padded to the longest: what qa/locate.py calls Tokens, and a mask."""

    def __init__(self, tokens: Sequence[Tokens], longest: int) -> None:
        """Lay them out; no more than `longest` tokens of each are taken."""
        size = min(max(len(item.kind) for item in tokens), longest)

        def lay(name: str, empty: int = 0) -> Tensor:
            first = getattr(tokens[0], name)
            rows = np.full((len(tokens), size, *first.shape[1:]), empty, np.int64)
            for row, item in zip(rows, tokens, strict=True):
                values = getattr(item, name)[:size]
                row[: len(values)] = values
            return torch.from_numpy(rows)

        self.entries, self.same, self.first, self.last = map(lay, ("entries", "same", "first", "last"))
        self.kind = lay("kind", MARK)
        sizes = torch.tensor([min(len(item.kind), size) for item in tokens])
        self.mask = (torch.arange(size) < sizes[:, None]).float()


class Network(nn.Module):
    """The network of qa/locate.py, for batches: the names of its weights are the same."""

    def __init__(self, rows: Floats, lengths: Floats) -> None:
        """Start from the encoder's words: their 96 widest directions."""
        super().__init__()
        directions = np.linalg.svd(rows[::4], full_matrices=False)[2][:WORD]
        self.words = nn.Parameter(torch.tensor(3 * rows @ directions.T))
        logarithms = np.log(np.maximum(lengths, 1e-3))
        self.register_buffer("lengths", torch.tensor(logarithms, dtype=torch.float32))
        self.characters = nn.Parameter(0.3 * torch.randn(CHARACTERS, CHARACTER))
        self.kinds = nn.Parameter(0.3 * torch.randn(TOKEN_KINDS, KIND))
        own = WORD + 2 * CHARACTER + KIND + 1
        self.enter, self.says = nn.Linear(own, WIDTH), nn.Linear(own, 1)
        self.alike = nn.Parameter(torch.tensor([6.0, 3.0]))
        self.below = nn.ModuleList([Block(far) for far in BELOW])
        self.mark = nn.Linear(FEATURES, WIDTH)
        self.look, self.look_same = nn.Linear(WIDTH, WIDTH, bias=False), nn.Parameter(torch.tensor(2.0))
        nn.init.eye_(self.look.weight)
        self.pool, self.fuse = nn.Linear(WIDTH, 2), nn.Linear(3 * WIDTH + FEATURES, WIDTH)
        self.above = nn.ModuleList([Block(far, side=2 * WIDTH) for far in ABOVE])
        self.norm = nn.LayerNorm(WIDTH)
        self.start, self.end = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)
        self.from_, self.onto = nn.Linear(WIDTH, PAIR), nn.Linear(WIDTH, PAIR)
        self.size, self.drop = nn.Parameter(torch.zeros(LONGEST)), Drop(0.15)

    def embed(self, tokens: Batch) -> tuple[Tensor, Tensor]:
        """Return all that is known of each word, and its vector alone."""
        entries = tokens.entries
        if self.training:
            entries = entries * (torch.rand(entries.shape[:2]) > FORGOTTEN)[..., None]
        have = (entries > 0).float()
        share = have / have.sum(-1, keepdim=True).clamp(min=1)
        word = (functional.embedding(entries, self.words) * share[..., None]).sum(-2)
        lengths: Tensor = self.lengths  # type: ignore[assignment]
        length = (lengths[entries] * share).sum(-1, keepdim=True) * 0.3
        outer = [functional.embedding(one, self.characters) for one in (tokens.first, tokens.last)]
        kind = functional.embedding(tokens.kind, self.kinds)
        return torch.cat([word, *outer, kind, length], -1), word

    def forward(self, asked: Batch, told: Batch, sentence: Tensor) -> Tensor:
        """Return scores, shape (texts, words, LONGEST): of the range from a word to the n-th behind it."""
        own, own_word = self.embed(asked)
        theirs, their_word = self.embed(told)
        says = functional.softplus(self.says(own))[..., 0] * asked.mask * (asked.kind != MARK)
        share = says / says.sum(1, keepdim=True).clamp(min=1e-6)

        same = (asked.same[:, None] == told.same[:, :, None]) & (told.same != 0)[:, :, None]
        alike = _unit(their_word) @ _unit(own_word).transpose(1, 2)
        alike = torch.sigmoid(2 * (self.alike[0] * alike - self.alike[1]))
        alike = alike * (their_word.abs().sum(-1) > 0)[..., None]
        match = torch.maximum(same.float(), alike) * asked.mask[:, None] * told.mask[..., None]
        each = torch.einsum("btq,bq->bt", match, share)
        where = sentence[..., None].expand_as(match)
        empty = torch.zeros(len(match), int(sentence.max()) + 1, match.shape[2])
        stands = torch.einsum("bsq,bq->bs", empty.scatter_reduce(1, where, match.float(), "amax"), share)
        before = functional.pad(stands, (1, 0))[:, :-1]
        features = torch.stack(
            [
                each * 4,
                same.any(-1).float(),
                _spread(each, NEAR) * 8,
                _spread(each, AROUND) * 8,
                stands.gather(1, sentence),
                before.gather(1, sentence),
            ],
            -1,
        )

        question = self.enter(self.drop(own))
        text = self.enter(self.drop(theirs)) + self.mark(features)
        for block in self.below:
            question = block(question, asked.mask[..., None])
            text = block(text, told.mask[..., None])
        nothing = asked.mask[:, None] == 0
        look = self.look(text) @ question.transpose(1, 2) / math.sqrt(WIDTH) + self.look_same * match
        met = look.masked_fill(nothing, -1e4).softmax(-1) @ question
        pooled = self.pool(question).masked_fill(nothing.transpose(1, 2), -1e4).softmax(1)
        side = (pooled.transpose(1, 2) @ question).flatten(1)
        h = self.fuse(self.drop(torch.cat([text, met, text * met, features], -1)))
        for block in self.above:
            h = block(h, told.mask[..., None], side)
        return self.score_ranges(self.norm(h), told.mask, sentence)

    def score_ranges(self, h: Tensor, mask: Tensor, sentence: Tensor) -> Tensor:
        """Return the scores; ranges that leave their text or their sentence get next to nothing."""
        room = LONGEST - 1
        both = self.from_(h) @ functional.pad(self.onto(h), (0, 0, 0, room)).transpose(1, 2)
        ends = torch.arange(h.shape[1])[:, None] + torch.arange(LONGEST)
        both = both.gather(2, ends.expand(len(h), -1, -1)) / math.sqrt(PAIR)
        end = functional.pad(self.end(h)[..., 0], (0, room)).unfold(1, LONGEST, 1)
        scores = self.start(h) + end + both + self.size
        inside = functional.pad(mask, (0, room)).unfold(1, LONGEST, 1) * mask[..., None]
        last = functional.pad(sentence, (0, room), value=-1).unfold(1, LONGEST, 1)
        return scores.float().masked_fill((inside == 0) | (last != sentence[..., None]), -1e4)

    def weights(self) -> dict[str, NDArray[np.generic]]:
        """Return what qa/locate.py reads: vectors as int8 with a scale each, matrices in half precision."""
        kept: dict[str, NDArray[np.generic]] = {}
        for name, value in self.state_dict().items():
            array = value.numpy()
            if name in ("words", "characters"):
                scale = np.abs(array).max(axis=1).clip(1e-9) / 127
                kept[f"{name}.scale"] = scale.astype(np.float32)
                kept[name] = np.rint(array / scale[:, None]).astype(np.int8)
            else:
                kept[name] = array.astype(np.float16 if array.ndim == 2 else np.float32)
        return kept


def _unit(rows: Tensor) -> Tensor:
    return functional.normalize(rows, dim=-1, eps=1e-6)


def _spread(values: Tensor, width: int) -> Tensor:
    kernel = (1 - torch.arange(-width, width + 1).abs() / (width + 1)) / (width + 1)
    return functional.conv1d(values[:, None], kernel[None, None], padding=width)[:, 0]


# ---- training ----


def lay_out(readings: Sequence[Reading]) -> tuple[Batch, Batch, Tensor]:
    """Return what the network takes: questions, texts, and the sentence of each word."""
    told = Batch([item.text for item in readings], TEXT)
    sentence = np.zeros(tuple(told.mask.shape), np.int64)
    for row, item in zip(sentence, readings, strict=True):
        own = item.sentence[: len(row)].astype(np.int64) - int(item.sentence[0])
        row[: len(own)], row[len(own) :] = own, own[-1]
    return Batch([item.question for item in readings], QUESTION), told, torch.from_numpy(sentence)


def find_loss(scores: Tensor, sentence: Tensor, readings: Sequence[Reading]) -> Tensor:
    """Return the mean loss: the range, and for three tenths the sentence, against all others and nothing."""
    flat = torch.cat([scores.flatten(1), torch.zeros(len(scores), 1)], 1)
    whole = torch.logsumexp(flat, 1)
    losses = []
    for n, item in enumerate(readings):
        # An answer that is longer than any range counts as far as one goes.
        places = [(start, min(end - start, LONGEST - 1)) for start, end in item.answers if end < TEXT]
        if not places:
            losses.append(whole[n])
            continue
        right = torch.tensor([start * LONGEST + size for start, size in places])
        inside = scores[n][sentence[n] == sentence[n, places[0][0]]].flatten()
        parts = torch.logsumexp(flat[n, right], 0), torch.logsumexp(inside, 0)
        losses.append(whole[n] - 0.7 * parts[0] - 0.3 * parts[1])
    return torch.stack(losses).clamp(max=40).mean()


class Shares:
    """What share of the readings is of each kind, as training goes on: `done` runs from 0 to 1."""

    done = 0.0

    def count(self, total: int) -> list[int]:
        """Return how many of `total` are of each kind."""
        late = max(0.0, (self.done - 0.3) / 0.7)
        people = FIRST_SHARE + (LAST_SHARE - FIRST_SHARE) * late
        return [int(total * share) for share in (people, 0.4 * (1 - people), 0.6 * (1 - people))]


def draw_batches(readings: Sequence[Reading], shares: Shares, seed: int) -> Iterator[list[Reading]]:
    """Yield batches of like length without end."""
    draw = random.Random(seed)
    kinds = [[item for item in readings if item.kind == kind] for kind in range(len(KINDS))]
    waiting: list[list[Reading]] = [[] for _ in kinds]
    while True:
        chosen = []
        for kind, count in enumerate(shares.count(2048)):
            while len(waiting[kind]) < count:
                waiting[kind] = draw.sample(kinds[kind], len(kinds[kind])) + waiting[kind]
            chosen += [waiting[kind].pop() for _ in range(count)]
        chosen.sort(key=lambda item: len(item.text.kind) + 20 * draw.random())
        batches: list[list[Reading]] = [[]]
        for item in chosen:
            if batches[-1] and (len(batches[-1]) + 1) * min(len(item.text.kind), TEXT) > TOKENS:
                batches.append([])
            batches[-1].append(item)
        yield from draw.sample(batches, len(batches))


def train(readings: Sequence[Reading], minutes: float) -> Network:
    """Return a network fitted to the readings in so many minutes.

    Those whose answer lies behind what is read of a text are left out.
    """
    readings = [item for item in readings if not item.answers or any(end < TEXT for _, end in item.answers)]
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    encoder = load_encoder()
    assert isinstance(encoder, StaticEncoder)
    network = Network(*encoder.table())
    large = [network.words, network.characters]
    small = [value for name, value in network.named_parameters() if name not in ("words", "characters")]
    rates = (RATE, RATE * RATE_OF_WORDS)
    groups = [
        {"params": small, "lr": RATE, "weight_decay": 0.01},
        {"params": large, "lr": RATE * RATE_OF_WORDS, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
    shares, begin, seen, recent = Shares(), time.monotonic(), 0, list[float]()
    for step, batch in enumerate(draw_batches(readings, shares, seed=1), 1):
        shares.done = (time.monotonic() - begin) / (60 * minutes)
        if shares.done >= 1:
            break
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * max(min(1, step / 200) * (1 - shares.done), 0.01)
        asked, told, sentence = lay_out(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = network(asked, told, sentence)
        loss = find_loss(scores, sentence, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(small, 2.0)
        optimizer.step()
        seen, recent = seen + len(batch), [*recent[-299:], loss.item()]
        if step % 500 == 0:
            print(f"step {step}, {time.monotonic() - begin:.0f} s, {seen} readings, "
                  f"loss {np.mean(recent):.3f}", flush=True)  # fmt: skip
    return network


def main() -> None:
    """Read the command line, train and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    cache = Path(tempfile.gettempdir()) / "wenbao-lab" / "readings.npz"
    parser.add_argument("--cache", type=Path, default=cache, help="default: %(default)s")
    parser.add_argument("--minutes", type=float, default=65)
    args = parser.parse_args()
    if not args.cache.exists():
        args.cache.parent.mkdir(parents=True, exist_ok=True)
        keep(gather(args.data), args.cache)
    network = train(load(args.cache), args.minutes)
    WEIGHTS.write_bytes(save(network.weights()))


if __name__ == "__main__":
    main()
