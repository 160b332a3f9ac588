"""changes: an index that follows a folder does only what has changed, and answers like one built anew."""

import os
import shutil
from pathlib import Path

import pytest

from index import build as build_module
from index import publish as publish_module
from index.build import Report, add_to_index, build_index, remove_from_index
from index.catalog import Catalog
from index.encoder import load_encoder
from index.errors import CorpusError, IndexMissing
from index.generation import is_whole, open_generation
from qa.archive import Archive
from tests.newsprint import ONE, THREE, TWO
from tests.sound import assert_sound

OTHERS = {"a.txt", "b.txt", "c.txt", "d.txt"}  # so that a change or two is not most of it


def sources(index: Path) -> set[str]:
    catalog = Catalog.load(open_generation(index).catalogs)
    found = {facts.source for facts in catalog.facts()}
    catalog.close()
    return found


@pytest.fixture
def counted(corpus, index, tiny):
    """Return a function that indexes the corpus and tells which files were read."""

    def run(build=build_index, **options) -> tuple[list[str], Report]:
        read = []

        def note(files):
            read.extend(path.name for path, *_ in files)
            return files

        report = build([corpus], index, tiny, note, **options)
        return read, report

    (corpus / "3.txt").write_text(THREE)
    for name in sorted(OTHERS):
        (corpus / name).write_text(ONE.replace("6名", name))
    run()
    return run


@pytest.mark.parametrize("build", [build_index, add_to_index])
def test_where_nothing_changed_nothing_is_read_or_written(index, counted, build) -> None:
    before = open_generation(index)
    read, report = counted(build)
    assert (read, report.unchanged, report.removed) == ([], 7, 0)
    assert open_generation(index) == before


def test_a_file_that_cannot_be_read_is_tried_again_and_nothing_is_written(corpus, index, counted) -> None:
    (corpus / "0.txt").write_bytes(b"\0")
    counted()
    before = open_generation(index)
    read, report = counted()
    assert (read, len(report.skipped)) == (["0.txt"], 1)
    assert open_generation(index) == before


def test_what_changed_is_read_and_what_went_goes(corpus, index, counted) -> None:
    (corpus / "1.txt").write_text(ONE.replace("6名", "8名"))
    (corpus / "2.txt").unlink()
    (corpus / "4.txt").write_text(TWO.replace("。", "!", 1))
    read, report = counted()
    assert sorted(read) == ["1.txt", "4.txt"]
    assert (report.counts.pages, report.unchanged, report.removed) == (7, 5, 1)
    assert sources(index) == OTHERS | {"1.txt", "3.txt", "4.txt"}
    assert_sound(index)


def test_adding_takes_nothing_away(corpus, index, counted) -> None:
    (corpus / "2.txt").unlink()
    (corpus / "4.txt").write_text(ONE + TWO)
    read, report = counted(add_to_index)
    assert (read, report.removed) == (["4.txt"], 0)
    assert sources(index) == OTHERS | {"1.txt", "2.txt", "3.txt", "4.txt"}
    assert_sound(index)


@pytest.mark.parametrize("build", [build_index, add_to_index])
def test_a_file_that_got_another_name_is_told_and_is_there_once(corpus, index, counted, build) -> None:
    (corpus / "2.txt").rename(corpus / "二.txt")
    _, report = counted(build)
    assert (report.renamed, report.removed, report.twice) == (1, 1, ())
    assert sources(index) == OTHERS | {"1.txt", "二.txt", "3.txt"}
    assert_sound(index)


@pytest.mark.parametrize("build", [build_index, add_to_index])
def test_a_file_with_the_content_of_another_is_told_and_both_are_there(corpus, index, counted, build) -> None:
    shutil.copy(corpus / "2.txt", corpus / "晚报.txt")
    shutil.copy(corpus / "2.txt", corpus / "日报.txt")
    _, report = counted(build)
    same = str(corpus / "2.txt")
    assert set(report.twice) == {(str(corpus / "日报.txt"), same), (str(corpus / "晚报.txt"), same)}
    assert (report.renamed, report.removed) == (0, 0)
    assert sources(index) == OTHERS | {"1.txt", "2.txt", "3.txt", "晚报.txt", "日报.txt"}


def test_two_files_that_changed_names_are_not_taken_for_one(corpus, index, counted) -> None:
    one, two = corpus / "1.txt", corpus / "2.txt"
    one.rename(corpus / "x")
    two.rename(one)
    (corpus / "x").rename(two)
    counted()
    catalog = Catalog.load(open_generation(index).catalogs)
    assert (catalog.page("1.txt")[0].text, catalog.page("2.txt")[0].text) == (TWO, ONE)
    assert_sound(index)


def test_all_may_be_read_anew(index, counted) -> None:
    read, report = counted(anew=True)
    assert (len(read), report.unchanged) == (7, 0)
    assert_sound(index)


def test_where_more_than_half_has_changed_all_is_read_anew_and_what_went_takes_no_room(
    corpus, index, counted
) -> None:
    for name in ("1.txt", "2.txt", *list(OTHERS)[:2]):
        (corpus / name).write_text(THREE.replace("菊花", f"月季{name}"))
    read, _ = counted()
    assert len(read) == 7
    catalog = Catalog.load(assert_sound(index).catalogs)
    assert len(catalog.gone()) == 0


def test_a_file_or_a_folder_is_taken_out_and_need_not_be_there_any_more(corpus, index, tiny, counted) -> None:
    (corpus / "in").mkdir()
    for name in ("4.txt", "5.txt"):
        (corpus / "in" / name).write_text(f"{ONE}{name}里的菊花开了。")
    (corpus / "in5.txt").write_text(f"{TWO}五")
    counted()
    shutil.rmtree(corpus / "in")
    report = remove_from_index([corpus / "in", corpus / "2.txt"], index)
    assert (report.removed, report.counts.pages) == (3, 7)
    assert sources(index) == OTHERS | {"1.txt", "3.txt", "in5.txt"}
    assert (corpus / "2.txt").exists()
    assert_sound(index)


def test_what_is_not_in_the_index_cannot_be_taken_out_nor_can_everything(
    corpus, index, tiny, counted
) -> None:
    before = open_generation(index)
    with pytest.raises(CorpusError, match=r"has no page of .*3"):
        remove_from_index([corpus / "1.txt", corpus / "3"], index)
    with pytest.raises(CorpusError, match="Nothing would be left"):
        remove_from_index([corpus], index)
    with pytest.raises(IndexMissing):
        remove_from_index([corpus], corpus / "none")
    assert open_generation(index) == before


# ---- parts ----


@pytest.fixture
def small_parts(monkeypatch) -> None:
    """Let a part be full with two passages, and everything be shared that can be."""
    monkeypatch.setattr(build_module, "PART", 2)
    monkeypatch.setattr(publish_module, "_COPIED_BELOW", 0)


def test_a_full_part_is_shared_and_never_written_again(corpus, index, small_parts, counted) -> None:
    first = open_generation(index)
    (corpus / "4.txt").write_text(ONE + TWO)
    (corpus / "1.txt").write_text(ONE.replace("6名", "8名"))
    counted(add_to_index)
    second = assert_sound(index)
    assert [part.folder for part in second.manifest.parts] == ["p000001", "p000002"]
    assert second.catalogs[0].samefile(first.catalogs[0])
    assert second.vectors[0][1].samefile(first.vectors[0][1])
    assert is_whole(first.folder)
    assert sources(index) == OTHERS | {"1.txt", "2.txt", "3.txt", "4.txt"}


def test_a_part_with_room_goes_on_in_a_copy(corpus, index, tiny, monkeypatch) -> None:
    monkeypatch.setattr(publish_module, "_COPIED_BELOW", 0)
    build_index([corpus], index, tiny)
    first = open_generation(index)
    (corpus / "3.txt").write_text(THREE)
    add_to_index([corpus], index, tiny)
    second = assert_sound(index)
    assert len(second.manifest.parts) == 1
    assert not second.catalogs[0].samefile(first.catalogs[0])
    assert is_whole(first.folder)


def test_a_file_system_without_links_gets_copies(corpus, index, small_parts, counted, monkeypatch) -> None:
    def no_links(*_args) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    first = open_generation(index)
    (corpus / "4.txt").write_text(ONE + TWO)
    counted(add_to_index)
    assert not assert_sound(index).catalogs[0].samefile(first.catalogs[0])


def test_an_old_page_of_a_full_part_may_change_again_and_again(corpus, index, small_parts, counted) -> None:
    for number in range(6):
        (corpus / "1.txt").write_text(ONE.replace("6名", f"{number}名"))
        counted(add_to_index)
        generation = assert_sound(index)
        catalog = Catalog.load(generation.catalogs)
        assert catalog.page("1.txt")[0].text == ONE.replace("6名", f"{number}名")
        assert catalog.counts().pages == 7


def test_however_the_files_came_in_the_contents_are_the_same(
    corpus, index, small_parts, tiny, counted
) -> None:
    at_once = open_generation(index).fingerprint
    (corpus / "4.txt").write_text(ONE + TWO)
    counted(add_to_index)
    assert open_generation(index).fingerprint != at_once
    remove_from_index([corpus / "4.txt"], index)
    assert open_generation(index).fingerprint == at_once
    build_index([corpus / "1.txt"], index.parent / "other", tiny)
    for name in ("3.txt", *sorted(OTHERS), "2.txt"):
        add_to_index([corpus / name], index.parent / "other", tiny)
    assert open_generation(index.parent / "other").fingerprint == at_once


QUESTIONS = [
    "农民工张广林拿回了多少工资?", "刘琴英今年多大?", "党员老妈妈服务队的队长是谁?", "哪些区报道了创卫?",
    "十二里屯工地要盖几层楼?", "管城区有多少名机关在职党员到社区报到?", "路长制是什么?", "上街区有几篇报道?",
]  # fmt: skip


def said(index: Path) -> list[object]:
    archive = Archive.open(index)
    answers = [archive.ask(question) for question in QUESTIONS]
    return [
        (one.answer, one.span, [(c.source, c.start, c.end) for c in one.citations],
         [(hit.source, hit.start) for hit in one.hits[:3]])
        for one in answers
    ]  # fmt: skip


def test_an_index_that_has_changed_often_answers_like_one_built_anew(seeds, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(build_module, "PART", 40)
    monkeypatch.setattr(publish_module, "_COPIED_BELOW", 0)
    encoder, corpus = load_encoder(), tmp_path / "corpus"
    shutil.copytree(seeds, corpus)
    files = sorted(corpus.iterdir())
    kept = {path: path.read_bytes() for path in files}
    index = tmp_path / "grown"
    files[1].write_text(THREE)
    files[4].unlink()
    files[2].write_text(ONE + TWO + files[2].read_text("utf-8")[:2000])
    build_index([corpus], index, encoder)
    for path in files[1:]:
        path.write_bytes(kept[path])
        add_to_index([path], index, encoder)
    (corpus / "more.txt").write_text(THREE)
    add_to_index([corpus], index, encoder)
    remove_from_index([corpus / "more.txt"], index)
    grown = assert_sound(index)
    assert len(grown.manifest.parts) > 2

    (corpus / "more.txt").unlink()
    build_index([corpus], tmp_path / "fresh", encoder)
    fresh = open_generation(tmp_path / "fresh")
    assert len(fresh.manifest.parts) == 1
    assert (grown.fingerprint, grown.manifest.counts) == (fresh.fingerprint, fresh.manifest.counts)
    assert said(index) == said(tmp_path / "fresh")
