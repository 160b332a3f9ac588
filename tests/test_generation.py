"""generation: a build is whole or not used, and the one before it is still there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index import generation as generation_module
from index.catalog import Counts
from index.errors import IndexBusy, IndexDamaged, IndexIncompatible, IndexMissing
from index.generation import MANIFEST, Generation, Part, open_generation
from index.publish import lock_index, make_own, new_draft, publish

ROOT = Path(__file__).parent.parent
FILES = ["p000001/catalog.sqlite", "p000001/vectors.faiss", "keywords/meta.json", MANIFEST]
MAKE = {
    "encoder": "tiny",
    "encoder_fingerprint": "f",
    "dimension": 8,
    "contents": "0",
    "counts": Counts(1, 2, 3),
    "parts": (Part("p000001", 1),),
    "skipped": (),
}


def make(index_dir: Path, content: str) -> Generation:
    """Publish a generation whose files merely hold `content`: what is in them is not this module's affair."""
    with lock_index(index_dir), new_draft(index_dir, None) as draft:
        for name in FILES[:3]:
            (draft / name).parent.mkdir(exist_ok=True)
            (draft / name).write_text(content + name)
        return publish(index_dir, draft, None, **MAKE)


def content(generation: Generation) -> str:
    return generation.catalogs[0].read_text().removesuffix(FILES[0])


def names(index_dir: Path) -> set[str]:
    return {path.name for path in index_dir.iterdir()}


def test_what_was_published_is_opened(tmp_path) -> None:
    made = make(tmp_path / "a" / "b", "one")
    opened = open_generation(tmp_path / "a" / "b")
    assert opened == made
    assert content(opened) == "one"
    assert opened.manifest.counts == Counts(1, 2, 3)
    assert opened.manifest.size == sum(
        p.stat().st_size for p in opened.folder.rglob("*.*") if p.name != MANIFEST
    )
    assert names(tmp_path / "a" / "b") == {"CURRENT", "g000001", "lock"}


def test_the_newest_is_used_and_only_the_one_before_it_is_kept(tmp_path) -> None:
    for text in ("one", "two", "three"):
        make(tmp_path, text)
        assert content(open_generation(tmp_path)) == text
    assert names(tmp_path) == {"CURRENT", "g000002", "g000003", "lock"}


@pytest.mark.parametrize("name", ["", "file", "empty"])
def test_where_nothing_was_built_there_is_no_index(tmp_path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(IndexMissing, match="python -m index build"):
        open_generation(tmp_path / name)


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


HARMS = {
    "one bit flipped": flip,
    "cut short": lambda path: os.truncate(path, path.stat().st_size - 1),
    "emptied": lambda path: os.truncate(path, 0),
    "made longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "gone": Path.unlink,
    "not a file": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_build_is_passed_over_for_the_one_before(tmp_path, name: str, harm: str) -> None:
    make(tmp_path, "one")
    folder = make(tmp_path, "two").folder
    HARMS[harm](folder / name)
    opened = open_generation(tmp_path)
    assert content(opened) == "one"
    (damage,) = opened.damaged
    assert str(folder / name) in damage


def test_every_single_bit_of_a_manifest_matters(tmp_path) -> None:
    make(tmp_path, "one")
    path = make(tmp_path, "two").folder / MANIFEST
    raw = path.read_bytes()
    harmless = []
    for i in range(len(raw)):
        path.write_bytes(raw[:i] + bytes([raw[i] ^ 1]) + raw[i + 1 :])
        if content(open_generation(tmp_path)) != "one":
            harmless.append(raw[i : i + 1])
    assert set(harmless) <= {b"\n", b" "}  # between the values, where JSON has no meaning


def test_where_no_build_is_whole_all_the_damage_is_named(tmp_path) -> None:
    for made in [make(tmp_path, "one"), make(tmp_path, "two")]:
        flip(made.catalogs[0])
    with pytest.raises(IndexDamaged, match=r"g000002.*g000001.*python -m index build"):
        open_generation(tmp_path)


@pytest.mark.parametrize(
    "current", [b"", b"g0000", b"\xe7000002", b"g000000", b"g000009", b"../../etc", b"\0\0"]
)
def test_a_damaged_pointer_does_not_hide_what_is_whole(tmp_path, current: bytes) -> None:
    make(tmp_path, "one")
    make(tmp_path, "two")
    (tmp_path / "CURRENT").write_bytes(current)
    assert content(open_generation(tmp_path)) == "two"
    assert "CURRENT" in open_generation(tmp_path).damaged[0]


def test_a_pointer_that_is_gone_hides_nothing_and_comes_back_with_the_next_build(
    tmp_path,
) -> None:
    make(tmp_path, "one")
    folder = make(tmp_path, "two").folder
    (tmp_path / "CURRENT").unlink()
    found = open_generation(tmp_path)
    assert content(found) == "two"
    assert "CURRENT" in found.damaged[0]
    flip(folder / FILES[0])
    assert content(open_generation(tmp_path)) == "one"
    make(tmp_path, "three")
    assert content(open_generation(tmp_path)) == "three"
    assert open_generation(tmp_path).damaged == ()


def test_a_pointer_that_cannot_be_read_is_damage(tmp_path) -> None:
    make(tmp_path, "one")
    (tmp_path / "CURRENT").unlink()
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(IndexDamaged, match="CURRENT cannot be read"):
        open_generation(tmp_path)


def test_a_build_that_was_never_switched_to_is_the_last_resort(tmp_path) -> None:
    folder = make(tmp_path, "one").folder
    make(tmp_path, "two")
    (tmp_path / "CURRENT").write_text("g000001")
    assert content(open_generation(tmp_path)) == "one"
    flip(folder / FILES[0])
    assert content(open_generation(tmp_path)) == "two"


def test_the_seventh_digit_is_newer_than_the_sixth(tmp_path) -> None:
    folder = make(tmp_path, "old").folder
    folder.rename(tmp_path / "g999999")
    (tmp_path / "CURRENT").write_text("g999999")
    flip(make(tmp_path, "new").catalogs[0])
    assert names(tmp_path) >= {"g999999", "g1000000"}
    assert content(open_generation(tmp_path)) == "old"


def test_a_build_upon_a_damaged_one_keeps_the_whole_one_before_it(tmp_path) -> None:
    make(tmp_path, "one")
    flip(make(tmp_path, "two").catalogs[0])
    flip(make(tmp_path, "three").catalogs[0])
    assert content(open_generation(tmp_path)) == "one"


@pytest.mark.parametrize("change", [{"format": 999}, {"tokeniser": "another"}])
def test_a_build_of_another_format_is_not_opened_and_the_way_out_is_named(tmp_path, change) -> None:
    path = make(tmp_path, "one").folder / MANIFEST
    values = json.loads(path.read_text())["manifest"] | change
    path.write_text(json.dumps({"manifest": values, "sha256": generation_module.seal(values)}))
    with pytest.raises(IndexIncompatible, match=r"another version.*python -m index build"):
        open_generation(tmp_path)
    make(tmp_path, "two")
    assert content(open_generation(tmp_path)) == "two"


def test_a_draft_that_was_not_published_leaves_nothing_behind(tmp_path) -> None:
    made = make(tmp_path, "one")
    with new_draft(tmp_path, made) as draft:
        assert (draft / "keywords/meta.json").read_text() == "onekeywords/meta.json"
        assert not (draft / MANIFEST).exists()
    assert names(tmp_path) == {"CURRENT", "g000001", "lock"}
    assert open_generation(tmp_path) == made


def test_a_second_writer_is_told_to_wait(tmp_path) -> None:
    busy = f"Another process is writing the index in {tmp_path}"
    with lock_index(tmp_path), pytest.raises(IndexBusy, match=busy):
        make(tmp_path, "two")
    make(tmp_path, "one")


def test_a_writer_that_was_killed_holds_no_lock(tmp_path) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from index.publish import lock_index\n"
        "with lock_index(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(IndexBusy):
            make(tmp_path, "one")
        process.kill()
    make(tmp_path, "one")
    assert content(open_generation(tmp_path)) == "one"


@pytest.mark.parametrize("part", ["p000001", "keywords"])
def test_a_flipped_bit_in_any_file_of_a_real_index_is_noticed(index_dir, tmp_path, part: str) -> None:
    shutil.copytree(index_dir, tmp_path / "copy")
    folder = open_generation(tmp_path / "copy").folder
    for path in sorted((folder / part).iterdir()):
        if path.name.endswith(".lock") or not path.stat().st_size:
            continue
        raw = path.read_bytes()
        flip(path)
        with pytest.raises(IndexDamaged, match=path.name):
            open_generation(tmp_path / "copy")
        path.write_bytes(raw)
    assert open_generation(tmp_path / "copy")


def test_an_index_that_is_replaced_while_it_is_opened_is_opened_anew(tmp_path, monkeypatch) -> None:
    make(tmp_path, "one")
    real = generation_module._verify

    def meanwhile(folder: Path):
        monkeypatch.setattr(generation_module, "_verify", real)
        make(tmp_path, "two")
        make(tmp_path, "three")
        assert not folder.exists()
        return real(folder)

    monkeypatch.setattr(generation_module, "_verify", meanwhile)
    opened = open_generation(tmp_path)
    assert (content(opened), opened.damaged) == ("three", ())


def test_a_file_of_a_draft_is_made_its_own_before_it_is_written(tmp_path) -> None:
    (tmp_path / "old").write_text("old")
    os.link(tmp_path / "old", tmp_path / "new")
    make_own(tmp_path / "new")
    (tmp_path / "new").write_text("new")
    assert (tmp_path / "old").read_text() == "old"
