"""lab.measure_reader and lab.calibrate: how answers are compared, and what is left out of a passage."""

import numpy as np
import pytest

from lab.calibrate import BINS, draw_plot, leave_out
from lab.measure_reader import f1, units


@pytest.mark.parametrize(
    ("said", "right", "expected"),
    [
        ("340万元", "340万元", 1.0),
        ("“340万元”。", "340万元", 1.0),  # marks do not count
        ("340万", "340万元", 0.8),
        ("赵永强", "周树根", 0.0),
        ("", "赵永强", 0.0),
        ("赵永强、周树根", "周树根", 2 / 3),  # the longest common run over both lengths
        ("the Yellow River", "yellow river", 0.8),
    ],
)
def test_f1_counts_the_longest_common_run(said: str, right: str, expected: float) -> None:
    assert f1(said, right) == pytest.approx(expected)


def test_figures_and_latin_words_are_one_unit_each() -> None:
    assert units("GDP增长3.5%") == ["gdp", "增", "长", "3", "5"]


def test_every_sentence_with_one_of_the_answers_is_left_out() -> None:
    passage = "大桥长320米。公园开放。320米的大桥旁有花市!花市下月开幕。"
    assert leave_out(passage, ["320米"]) == "公园开放。花市下月开幕。"
    assert leave_out(passage, ["海底"]) == passage


def test_the_plot_has_a_dot_for_every_part_and_a_perfect_one_lies_on_the_diagonal() -> None:
    sure = np.repeat(np.linspace(0.05, 0.95, BINS), 100)
    known = np.concatenate([np.arange(100) < round(100 * one) for one in np.linspace(0.05, 0.95, BINS)])
    plot = draw_plot(sure, known)
    dots = [line for line in plot.splitlines() if line.startswith("<circle")]
    assert len(dots) == BINS
    assert 'cx="62.0" cy="318.0"' in dots[0]
