"""Seams: what runs on is likelier than what does not, and what a seam repeats is counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EncoderError
from index.seams import EDGE, LONGEST_REPEAT, REACH, Seams, count_repeated, load_seams
from tests.newsprint import STORIES


def test_a_sentence_runs_on_in_its_own_other_half() -> None:
    """Every paragraph of the pool is cut in its middle: the right half must be among the likeliest."""
    told = [paragraph for story in STORIES for paragraph in story.paragraphs]
    halves = [(text[: len(text) // 2], text[len(text) // 2 :]) for text in told]
    seams = load_seams()
    odds = seams.encode_ends([a for a, _ in halves]) @ seams.encode_beginnings([b for _, b in halves]).T
    ranks = (odds > np.diag(odds)[:, None]).sum(1)
    assert np.mean(ranks < 3) >= 0.7
    assert odds.shape == (len(told), len(told))


def test_a_head_of_an_article_follows_the_edge_rather_than_half_a_word() -> None:
    seams = load_seams()
    ends = seams.encode_ends([EDGE, "昨日下午工人们在河边修理护"])
    edge, word = ends @ seams.encode_beginnings(["栏,行人走过"]).T
    assert word > edge


@pytest.mark.parametrize("text", ["", "好", "好" * 7, "😀é\x00\x01", "好" * 1000])
def test_any_text_has_vectors_and_only_its_edge_counts(text: str) -> None:
    seams = load_seams()
    assert np.isfinite(seams.encode_ends([text])).all()
    assert np.array_equal(
        seams.encode_beginnings([text]), seams.encode_beginnings([text[:REACH] + "x" * (len(text) >= REACH)])
    )
    assert np.array_equal(seams.encode_ends([text]), seams.encode_ends([text[-REACH:]]))
    assert len(seams.encode_ends([])) == 0


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("6名农民工终于领到了", "终于领到了工资", 5),
        ("三位一体联动", "联动机制", 2),
        ("天天", "天气好", 1),
        ("好好好好", "好好好好", 3),  # never all of what follows
        ("农民工", "工资", 1),
        ("农民工", "领到", 0),
        ("", "领到", 0),
        ("领到", "", 0),
    ],
)
def test_what_a_seam_repeats_is_counted(before: str, after: str, count: int) -> None:
    assert count_repeated(before, after) == count


@given(st.text("天气好", max_size=60), st.text("天气好", max_size=60))
def test_the_longest_repeat_is_found(before: str, after: str) -> None:
    lengths = [n for n in range(1, LONGEST_REPEAT + 1) if n < len(after) and before.endswith(after[:n])]
    assert count_repeated(before, after) == max(lengths, default=0)


def test_a_model_that_cannot_be_read_says_so(tmp_path) -> None:
    broken = tmp_path / "seams.safetensors"
    with pytest.raises(EncoderError, match="cannot be read"):
        Seams(broken)
    broken.write_bytes(b"no model")
    with pytest.raises(EncoderError, match="cannot be read"):
        Seams(broken)
