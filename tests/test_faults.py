"""faults: an index that meets a misfortune is whole afterwards. In short; `python -m lab.faults` does more.

That the harness sees what it looks for is shown on indexes that were ruined on purpose.
"""

import os
import random
import shutil
from pathlib import Path

import pytest

from index.generation import open_generation
from lab.apart import Tally, run_apart
from lab.damage import Damage, damage_files, use_damaged
from lab.faults import (
    build_twice_at_once,
    fail_operations,
    fill_disk,
    kill_at_operations,
    kill_at_times,
    limit_files,
    set_back_clock,
    write_protect,
)
from lab.sabotage import Outcome, Plan, run
from lab.setting import Setting, build_again, judge, look, make_setting


@pytest.fixture(scope="module")
def setting(tmp_path_factory) -> Setting:
    return make_setting(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def chance() -> random.Random:
    return random.Random(5)


@pytest.mark.parametrize(
    ("scenario", "times", "done"),
    [
        (kill_at_operations, 60, "build killed at an operation, then a build: new index, whole"),
        (kill_at_times, 4, "add killed at a random time, then a build: new index, whole"),
        (fail_operations, 70, "add met a full disk: old index, whole"),
        (limit_files, 2, "build with files cut short: old index, whole"),
        (damage_files, 12, "damage to what was built: noticed, the one before used"),
        (build_twice_at_once, 1, "two builders at once: the late one told to wait"),
        (set_back_clock, 1, "build after the clock was set back: new index, whole"),
    ],
)
def test_an_index_is_whole_after(setting, chance, scenario, times: int, done: str) -> None:
    tally = scenario(setting, times, chance)
    assert tally.faults == []
    assert tally.counts[done] > 0


@pytest.mark.parametrize(("scenario", "times"), [(fill_disk, 2), (write_protect, 1)])
def test_an_index_is_whole_on_a_disk_that_is_full_or_may_only_be_read(
    setting, chance, scenario, times: int
) -> None:
    tally = scenario(setting, times, chance)
    assert tally.faults == []
    for skipped in tally.counts:
        if "skipped" in skipped:
            pytest.skip(skipped)


# ---- the harness sees what it looks for ----


def test_rubbish_and_a_third_build_are_seen(setting) -> None:
    index = setting.fresh()
    (index / "draft").mkdir()
    (open_generation(index).folder / "more").touch()
    faults = look(index, "it", (2,), setting.names).faults
    assert [fault.rpartition("/")[2] for fault in faults] == ["it: draft was left", "more was left"]


def test_another_index_than_either_and_a_damaged_one_are_seen(setting) -> None:
    index = setting.fresh()
    assert look(index, "it", (3,), None).faults == ["it: 2 pages, wanted (3,)"]
    os.truncate(open_generation(index).folder / "manifest.json", 9)
    assert "manifest.json" in look(index, "it", (2,), None).faults[0]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(1, "Traceback (most recent call last)", 0), "status 1: Traceback"),
        (Outcome(70, "", 0), "status 70"),
        (Outcome(0, "done", 0), "said that it was done"),
        (Outcome(1, "", 0), "failed and said nothing"),
    ],
)
def test_a_command_that_ends_badly_or_says_what_is_not_so_is_seen(setting, outcome, said: str) -> None:
    assert said in judge(setting.fresh(), setting.anew, "it", outcome).faults[0]


def test_damage_that_goes_unnoticed_is_seen(setting, monkeypatch) -> None:
    monkeypatch.setattr("lab.damage.harm", lambda path, damage: None)
    index = setting.fresh()
    damage = Damage(f"{open_generation(index).folder.name}/manifest.json", "cut off", 1)
    assert len(use_damaged(index, damage, "it").faults) == 2


def test_a_killed_builder_a_stopped_disk_and_a_lost_process_are_seen(setting) -> None:
    index = setting.fresh()
    killed = run(setting.anew.on(index), Plan(index, "kill", 20), setting.log)
    assert killed.status is None
    full = run(setting.anew.on(index), Plan(index, "full", 20), setting.log)
    assert full.status == 1
    assert "No space left on device" in full.said
    assert build_again(setting, index, "it").faults == []
    assert "the process died (-9)" in run_apart(lose_process).faults[0]


def lose_process() -> Tally:
    os.kill(os.getpid(), 9)
    return Tally()


def test_a_copy_of_an_index_keeps_what_two_builds_share(setting, tmp_path: Path) -> None:
    index = setting.fresh()
    shared = next(path for path in open_generation(index).folder.rglob("*") if path.is_file())
    os.link(shared, index / "again")
    from lab.setting import copy_index

    copy_index(index, tmp_path / "copy")
    assert (tmp_path / "copy" / "again").stat().st_nlink == 2
    shutil.rmtree(tmp_path / "copy")
