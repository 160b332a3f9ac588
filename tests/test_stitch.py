"""Stitching: every block is in one chain, and the chains are what was written."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import signs, stitch
from index.blocks import Block, read_blocks
from index.lines import read_lines
from index.signs import BEGINNING, PAIR
from index.stitch import PARTS, Chain, Judge, chain_all, stitch_blocks
from index.text import fold
from tests.newsprint import STORIES, printed_pages


def chains_of(text: str) -> tuple[list[Block], list[Chain]]:
    blocks = [block for block in read_blocks(read_lines(text))[0] if block.kind != "caption"]
    return blocks, stitch_blocks(blocks, text)


def assert_chains(blocks: list[Block], chains: list[Chain]) -> None:
    assert sorted(n for chain in chains for n in chain.blocks) == list(range(len(blocks)))
    assert [chain.blocks[0] for chain in chains] == sorted(chain.blocks[0] for chain in chains)
    for chain in chains:
        assert [(link.before, link.after) for link in chain.links] == list(
            zip(chain.blocks[:-1], chain.blocks[1:], strict=True)
        )
        assert chain.head is None or (chain.head in chain.blocks and blocks[chain.head].titles)
        assert all(0 <= link.score <= 1 and (link.closed or not link.repeated) for link in chain.links)


@given(printed_pages(3))
@settings(max_examples=40)
def test_every_block_is_in_one_chain(printed) -> None:
    assert_chains(*chains_of(printed[0]))


@given(
    st.lists(
        st.sampled_from(["他们领到", "领到了工", "工资。", "(一)好;", "记者 王影", "一面锦旗"]), max_size=25
    )
)
@settings(max_examples=60)
def test_every_block_of_nonsense_is_in_one_chain(lines: list[str]) -> None:
    assert_chains(*chains_of("\n\n".join(lines)))


def test_pieces_that_stand_in_any_order_are_put_in_theirs() -> None:
    """Below a whole story two, each with its second column above its first: most must be as written."""
    right = 0
    for first in range(len(STORIES) - 2):
        whole, *pair = STORIES[first : first + 3]
        lines = [str(whole.headline), "本报记者 王影", *whole.paragraphs]
        for story in pair:
            text = "".join(story.paragraphs[:2])
            at = text.index(story.paragraphs[1]) + 25  # in mid-sentence
            lines += [text[at:], str(story.headline), "本报记者 王影", text[:at]]
        blocks, chains = chains_of("\n\n".join(lines))
        assert_chains(blocks, chains)
        told = ["".join(blocks[n].line.text for n in chain.blocks) for chain in chains]
        right += sum("".join(story.paragraphs[:2]) in told for story in pair)
    assert right >= 0.6 * 2 * (len(STORIES) - 2)


def test_more_than_a_portion_is_read_in_portions(monkeypatch) -> None:
    monkeypatch.setattr(stitch, "_PORTION", 8)
    lines = [line for story in STORIES for line in (story.headline, "本报记者 王影", *story.paragraphs)]
    blocks, chains = chains_of("\n\n".join(map(str, lines)))
    assert_chains(blocks, chains)
    assert len(blocks) > 4 * 8
    assert all(chain.head is not None for chain in chains)
    assert [blocks[chain.blocks[0]].titles[0].text for chain in chains] == [s.headline for s in STORIES]


@pytest.mark.parametrize("text", ["北渡口恢复通航\n\n本报讯(记者 周平)昨日起恢复。", "昨日起恢复通航。"])
def test_a_lone_block_is_the_chain_that_it_would_be_judged_to_be(text: str) -> None:
    blocks, chains = chains_of(text)
    facts = signs.Facts(blocks, fold(text), stitch.load_seams(), stitch.topic_encoder())
    assert chains == stitch._choose(facts) == [Chain((0,), (), 0 if blocks[0].titles else None)]


def test_no_blocks_have_no_chains() -> None:
    assert stitch_blocks([], "") == []
    assert chain_all([]) == []


def test_a_page_that_is_one_article_is_one_chain() -> None:
    blocks, _ = chains_of("\n\n".join(STORIES[0].paragraphs + STORIES[1].paragraphs))
    (chain,) = chain_all(blocks)
    assert chain.blocks == tuple(range(len(blocks)))
    assert_chains(blocks, [chain])


def test_weights_for_other_numbers_are_refused() -> None:
    def tensors(pairs: int, beginnings: int) -> dict[str, np.ndarray]:
        sizes = {"pair": pairs, "beginning": beginnings}
        shapes = {"linear": lambda n: n, "hidden": lambda n: (n, 2), "bias": lambda n: 2, "out": lambda n: 2}
        return {
            f"{side}.{part}": np.zeros(shapes[part](n), np.float32)
            for side, n in sizes.items()
            for part in PARTS
        }

    judge = Judge(tensors(len(PAIR), len(BEGINNING)))
    assert judge.weigh("pair", [[1.0] * len(PAIR)] * 3).tolist() == [0, 0, 0]
    assert len(judge.weigh("beginning", [])) == 0
    with pytest.raises(ValueError, match=f"{len(PAIR) + 1} weights for {len(PAIR)} numbers"):
        Judge(tensors(len(PAIR) + 1, len(BEGINNING)))
