"""fuzz: malformed files and hostile questions do no harm. In short; `python -m lab.fuzz` does all of it."""

import itertools

import pytest

from index.errors import EmptyQuestion
from lab import fuzz
from lab.fuzz import ask_all, fuzz_files, fuzz_questions, index_with_command, read_one
from lab.malformed import KINDS, make_files, make_samples
from lab.nonsense import Asked, make_questions


@pytest.fixture
def timeless(monkeypatch) -> None:
    """How long anything takes is no matter of the tests: the machine may be busy."""
    monkeypatch.setattr(fuzz, "FILE_SECONDS", 1e9)
    monkeypatch.setattr(fuzz, "QUESTION_SECONDS", 1e9)


@pytest.mark.usefixtures("timeless")
def test_malformed_files_are_read_or_skipped_and_the_others_indexed(tmp_path) -> None:
    tally = fuzz_files(42, 11, tmp_path)
    assert tally.faults == []
    assert tally.counts["files read"] == tally.counts["indexed with the command"] == 42
    assert tally.counts["skipped, and said so"] > 10


@pytest.mark.usefixtures("timeless")
def test_hostile_questions_are_answered_or_told_why_not(index_dir) -> None:
    tally = fuzz_questions(180, 11, index_dir)
    assert tally.faults == []
    for door in ("ask", "verify", "browse"):
        assert tally.counts[f"{door}: answered"] > 10
    assert tally.counts["ask: told why not"] > 20


def test_the_same_seed_makes_the_same_and_every_kind_is_made() -> None:
    files = list(make_files(40, 3))
    assert files == list(make_files(40, 3))
    assert files != list(make_files(40, 4))
    assert list(make_questions(50, 3)) == list(make_questions(50, 3))
    harms = {made.harm for made in make_files(300, 3)}
    assert all(any(harm.startswith(kind) for harm in harms) for kind in KINDS)
    assert len({asked.oddity for asked in make_questions(50, 3)}) == 15


def test_the_samples_are_sound_so_that_only_the_harm_is_wrong_with_them(tmp_path) -> None:
    for suffix, content in make_samples().items():
        (tmp_path / f"sound{suffix}").write_bytes(content)
    tally = index_with_command(tmp_path, tmp_path / "index")
    assert tally.faults == []
    assert tally.counts["skipped, and said so"] == 0


def test_what_breaks_takes_too_long_or_too_much_is_seen(tmp_path, index_dir, monkeypatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("新桥合龙。")
    clock = itertools.count(step=50)
    monkeypatch.setattr(fuzz, "spent", lambda: next(clock))
    monkeypatch.setattr(fuzz, "FILE_BYTES", -(2**40))
    slow, large = read_one(path).faults
    assert "50.0 s for 0.0 MB" in slow
    assert "of memory" in large

    answers = iter([EmptyQuestion("why not"), ZeroDivisionError("broken"), None])

    def knock(*_: object) -> None:
        if problem := next(answers):
            raise problem

    monkeypatch.setattr(fuzz, "knock", knock)
    tally = ask_all(index_dir, [Asked("问", (), "sense")] * 3)
    assert tally.counts == {"ask: told why not": 1, "ask: answered": 1}
    (fault,) = tally.faults
    assert "ZeroDivisionError: broken" in fault
