"""build: files become an index, changes replace what they change, and a killed builder breaks nothing."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from index import build as build_module
from index import prepare as prepare_module
from index.articles import split_articles
from index.build import Report, add_to_index, build_index
from index.catalog import Catalog
from index.check import find_faults
from index.embedded import Embedded
from index.errors import CorpusError, IndexBusy, IndexIncompatible, IndexMissing
from index.generation import Generation, open_generation
from index.keywords import Keywords, KeywordWriter
from index.pages import read_page
from index.publish import lock_index
from index.text import terms
from index.vectors import Vectors
from tests.conftest import TinyEncoder
from tests.files import docx_of, paragraph, pdf_of
from tests.newsprint import ONE, THREE, TWO
from tests.sound import assert_sound

ROOT = Path(__file__).parent.parent


def by_keywords(index: Path, words: str) -> set[str]:
    generation = open_generation(index)
    numbers = list(Keywords.load(generation.keywords).search(terms(words), 100))
    return sources(index, numbers)


def by_vector(index: Path, words: str, encoder: TinyEncoder) -> set[str]:
    generation = open_generation(index)
    vector = encoder.encode_questions([words])[0]
    return sources(index, list(vectors_of(generation).search(vector, 100)))


def vectors_of(generation: Generation) -> Vectors:
    return Vectors.load(generation.vectors, Catalog.load(generation.catalogs).gone())


def sources(index: Path, numbers: list[int]) -> set[str]:
    catalog = Catalog.load(open_generation(index).catalogs)
    stored = catalog.passages(numbers)
    assert len(stored) == len(numbers), "a leg found a passage that the catalog does not hold"
    catalog.close()
    return {one.page.source for one in stored}


def texts(index: Path) -> dict[str, str]:
    catalog = Catalog.load(open_generation(index).catalogs)
    pages = {
        known.source: catalog.page(known.source)[0].text
        for path in catalog.paths()
        for known in catalog.pages_of(path)
    }
    catalog.close()
    return pages


def test_a_passage_that_is_not_in_one_place_is_a_fault(corpus, index, tiny) -> None:
    build_index([corpus], index, tiny)
    generation = open_generation(index)
    with closing(sqlite3.connect(generation.catalogs[0])) as catalog, catalog:
        ((spans,),) = catalog.execute("SELECT spans FROM articles WHERE id = 1").fetchall()
        ((start, end),) = json.loads(spans)
        catalog.execute(
            "UPDATE articles SET spans = ? WHERE id = 1", [f"[[{start + 5}, {end}], [{start}, {start + 5}]]"]
        )
    assert find_faults(Embedded(generation)) == ["passage 1 of 1.txt runs over another text"]


def test_a_folder_becomes_an_index_that_both_legs_search(corpus, index, tiny) -> None:
    report = build_index([corpus], index, tiny)
    assert (report.counts.pages, report.counts.articles, report.counts.passages) == (2, 2, 2)
    assert report.size == open_generation(index).manifest.size
    assert (report.skipped, report.unchanged) == ((), 0)
    assert texts(index) == {"1.txt": ONE, "2.txt": TWO}
    assert by_keywords(index, "农民工") == {"1.txt"}
    assert by_keywords(index, "锦旗") == {"1.txt"}  # stands in the head alone
    assert by_vector(index, "农民工", tiny) == {"1.txt", "2.txt"}
    assert_sound(index)


def test_the_seeds_become_a_sound_index(index_dir, seeds) -> None:
    assert_sound(index_dir)
    counts = open_generation(index_dir).manifest.counts
    pages = [read_page(path, path.name) for path in seeds.iterdir()]
    assert (counts.pages, counts.articles) == (5, sum(len(split_articles(page)) for page in pages))
    assert 50 <= counts.articles <= 55


def test_the_same_corpus_gives_the_same_catalog_and_vectors(corpus, tmp_path, tiny) -> None:
    for name in ("a", "b"):
        build_index([corpus], tmp_path / name, tiny)
    one, other = open_generation(tmp_path / "a"), open_generation(tmp_path / "b")
    assert one.catalogs[0].read_bytes() == other.catalogs[0].read_bytes()
    assert one.vectors[0][1].read_bytes() == other.vectors[0][1].read_bytes()
    assert one.fingerprint == other.fingerprint


def test_an_index_inside_the_folder_it_is_made_of_does_not_index_itself(corpus, tiny) -> None:
    first = build_index([corpus], corpus / "index", tiny)
    again = build_index([corpus], corpus / "index", tiny)
    assert again.counts == first.counts
    assert again.skipped == first.skipped == ()


def test_pages_are_written_in_batches_and_none_is_lost(corpus, index, tiny, monkeypatch) -> None:
    for number in range(9):
        (corpus / f"more{number}.txt").write_text(ONE.replace("6名", f"{number}名"))
    monkeypatch.setattr(prepare_module, "_BATCH", 2)
    assert build_index([corpus], index, tiny).counts.passages == 11
    assert_sound(index)


def test_what_was_added_before_is_not_added_again(corpus, index, tiny) -> None:
    first = build_index([corpus], index, tiny)
    again = add_to_index([corpus], index, tiny)
    assert again.unchanged == 2
    assert again.counts == first.counts
    assert_sound(index)


def test_a_new_file_is_added_to_the_others(corpus, index, tiny) -> None:
    build_index([corpus], index, tiny)
    (corpus / "3.txt").write_text(THREE)
    report = add_to_index([corpus / "3.txt"], index, tiny)
    assert (report.counts.pages, report.unchanged) == (3, 0)
    assert texts(index) == {"1.txt": ONE, "2.txt": TWO, "3.txt": THREE}
    assert by_keywords(index, "菊花") == {"3.txt"}
    assert_sound(index)


def test_a_changed_file_replaces_its_page_in_both_legs(corpus, index, tiny) -> None:
    build_index([corpus], index, tiny)
    (corpus / "1.txt").write_text(THREE)
    report = add_to_index([corpus], index, tiny)
    assert (report.counts.pages, report.counts.passages, report.unchanged) == (2, 2, 1)
    assert texts(index) == {"1.txt": THREE, "2.txt": TWO}
    assert by_keywords(index, "农民工 讨薪 锦旗") == set()
    assert by_keywords(index, "菊花") == {"1.txt"}
    generation = open_generation(index)
    assert len(vectors_of(generation)) == len(Keywords.load(generation.keywords)) == 2
    assert_sound(index)


@pytest.mark.parametrize("name", ["1.txt", "2.txt"])
def test_a_file_may_change_again_and_again(corpus, index, tiny, name: str) -> None:
    build_index([corpus], index, tiny)
    for text in (THREE, ONE + TWO + THREE, TWO, THREE + ONE, ONE):
        (corpus / name).write_text(text)
        add_to_index([corpus], index, tiny)
        assert texts(index)[name] == text
        assert_sound(index)


def test_a_file_that_became_unreadable_keeps_its_page_and_is_named(corpus, index, tiny) -> None:
    build_index([corpus], index, tiny)
    (corpus / "1.txt").write_bytes(b"\0")
    report = add_to_index([corpus], index, tiny)
    assert [item.path for item in report.skipped] == [str(corpus / "1.txt")]
    assert texts(index) == {"1.txt": ONE, "2.txt": TWO}


def test_files_of_one_name_in_two_folders_are_both_kept(tmp_path, index, tiny) -> None:
    for folder, text in (("2010", ONE), ("2011", TWO), ("2012", THREE)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(text)
    build_index([tmp_path / "2010", tmp_path / "2011"], index, tiny)
    add_to_index([tmp_path / "2012"], index, tiny)
    expected = {"a.txt": ONE, "2011/a.txt": TWO, "2012/a.txt": THREE}
    assert texts(index) == expected
    assert add_to_index([tmp_path / "2012", tmp_path / "2011"], index, tiny).unchanged == 2
    assert texts(index) == expected


@pytest.mark.parametrize(
    "name",
    ["郑州晚报　A01版.txt", "a\nb.txt", "'; DROP TABLE pages; --", os.fsdecode(b"\xff\xfe.txt"), "x" * 200],
)
def test_any_file_name_is_indexed_once(corpus, index, tiny, name: str) -> None:
    (corpus / name).write_text(THREE)
    (corpus / (name[:50] + ".bin")).write_bytes(b"\0")
    report = build_index([corpus], index, tiny)
    assert (report.counts.pages, len(report.skipped)) == (3, 1)
    assert add_to_index([corpus], index, tiny).unchanged == 3
    (source,) = by_keywords(index, "菊花")
    assert len(source.splitlines()) == 1
    assert_sound(index)


def test_what_is_no_text_is_named_and_the_rest_is_indexed(corpus, index, tiny) -> None:
    (corpus / "photo.jpg").write_bytes(bytes(range(256)) * 9)
    (corpus / "empty.txt").touch()
    (corpus / "gone.txt").symlink_to(corpus / "nowhere")
    (corpus / "gb.txt").write_bytes(THREE.encode("gb18030"))
    (corpus / "bom.txt").write_bytes(b"\xef\xbb\xbf" + (ONE + TWO).encode())
    report = build_index([corpus], index, tiny)
    assert [(Path(item.path).name, item.reason) for item in report.skipped] == [
        ("empty.txt", "empty"),
        ("photo.jpg", "not text in an encoding that is known here (UTF-8, UTF-16, GB18030 or Big5)"),
    ]
    assert open_generation(index).manifest.skipped == tuple((s.path, s.reason) for s in report.skipped)
    assert texts(index) == {"1.txt": ONE, "2.txt": TWO, "bom.txt": ONE + TWO, "gb.txt": THREE}


def test_what_was_skipped_before_is_still_told_after_an_addition(corpus, index, tiny, tmp_path) -> None:
    (corpus / "photo.jpg").write_bytes(bytes(range(256)))
    build_index([corpus], index, tiny)
    (tmp_path / "more.txt").write_text(THREE, "utf-8")
    add_to_index([tmp_path / "more.txt"], index, tiny)
    assert [Path(path).name for path, _ in open_generation(index).manifest.skipped] == ["photo.jpg"]
    (corpus / "photo.jpg").write_text(THREE + ONE, "utf-8")
    add_to_index([corpus], index, tiny)
    assert open_generation(index).manifest.skipped == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "no files in"),
        ({"a": b"\0", "b": b""}, r"a \(not text.*\) and 1 more"),
    ],
)
@pytest.mark.parametrize("run", [build_index, add_to_index])
def test_where_nothing_can_be_read_the_old_index_stays(
    corpus, tmp_path, index, tiny, content: dict[str, bytes], message: str, run
) -> None:
    build_index([corpus], index, tiny)
    before = open_generation(index)
    (tmp_path / "bad").mkdir()
    for name, raw in content.items():
        (tmp_path / "bad" / name).write_bytes(raw)
    with pytest.raises(CorpusError, match=message):
        run([tmp_path / "bad"], index, tiny)
    assert open_generation(index) == before
    assert not (index / "draft").exists()


def test_a_masthead_alone_is_no_article_and_no_harm(corpus, tmp_path, index, tiny) -> None:
    (tmp_path / "masthead.txt").write_text("江州晚报　1996年8月12日　第3版")
    with pytest.raises(CorpusError, match="There is no article in"):
        build_index([tmp_path / "masthead.txt"], index, tiny)
    build_index([corpus], index, tiny)
    assert add_to_index([tmp_path / "masthead.txt"], index, tiny).counts.pages == 3


def test_a_path_that_is_not_there_changes_nothing(corpus, index, tiny) -> None:
    build_index([corpus], index, tiny)
    before = open_generation(index)
    with pytest.raises(CorpusError, match="no file or folder"):
        build_index([corpus, corpus / "gone"], index, tiny)
    assert open_generation(index) == before


@pytest.mark.parametrize("other", [TinyEncoder("other", "fedcba9876543210"), TinyEncoder(dimension=9)])
def test_another_encoder_cannot_add_to_an_index(corpus, index, tiny, other) -> None:
    build_index([corpus], index, tiny)
    with pytest.raises(IndexIncompatible, match=r"built with the encoder tiny.*python -m index build"):
        add_to_index([corpus], index, other)
    build_index([corpus], index, other)
    assert add_to_index([corpus], index, other).unchanged == 2


def test_nothing_can_be_added_to_no_index(corpus, index, tiny) -> None:
    with pytest.raises(IndexMissing):
        add_to_index([corpus], index, tiny)


def test_two_cannot_write_at_once(corpus, index, tiny) -> None:
    build_index([corpus], index, tiny)
    with lock_index(index):
        for run in (build_index, add_to_index):
            with pytest.raises(IndexBusy):
                run([corpus], index, tiny)
    assert_sound(index)


def test_an_encoder_that_fails_leaves_the_old_index(corpus, index, tiny) -> None:
    class Failing(TinyEncoder):
        def encode_passages(self, texts, numbers=None):
            raise ZeroDivisionError

    build_index([corpus], index, tiny)
    (corpus / "1.txt").write_text(THREE)
    with pytest.raises(ZeroDivisionError):
        add_to_index([corpus], index, Failing())
    assert texts(index) == {"1.txt": ONE, "2.txt": TWO}
    assert not (index / "draft").exists()


# ---- a file of many pages ----


def rows_of(*texts: str) -> str:
    return "".join(json.dumps({"body": text}) + "\n" for text in texts)


def test_the_pages_of_a_file_are_replaced_together(corpus, index, tiny) -> None:
    (corpus / "n.jsonl").write_text(rows_of(ONE, TWO, THREE))
    assert build_index([corpus], index, tiny).counts.pages == 5
    assert by_keywords(index, "菊花") == {"n.jsonl#3"}
    (corpus / "n.jsonl").write_text(rows_of(TWO + THREE))
    report = add_to_index([corpus], index, tiny)
    assert (report.counts.pages, report.unchanged) == (3, 2)
    assert set(texts(index)) == {"1.txt", "2.txt", "n.jsonl#1"}
    assert by_keywords(index, "菊花") == {"n.jsonl#1"}
    assert_sound(index)


def test_a_file_of_many_pages_that_is_as_it_was_is_not_read_again(corpus, index, tiny, monkeypatch) -> None:
    (corpus / "n.jsonl").write_text(rows_of(ONE, THREE) + "bad\n")
    build_index([corpus], index, tiny)
    skipped = open_generation(index).manifest.skipped
    assert [reason[:16] for _, reason in skipped] == ["line 3: not JSON"]
    monkeypatch.setattr(build_module, "read_pages", None)
    report = add_to_index([corpus], index, tiny)
    assert (report.counts.pages, report.unchanged, report.skipped) == (4, 4, ())
    assert open_generation(index).manifest.skipped == skipped  # what was wrong with it is still told


def test_a_file_of_many_pages_without_one_left_keeps_those_it_had(corpus, index, tiny) -> None:
    (corpus / "n.jsonl").write_text(rows_of(ONE, THREE))
    build_index([corpus], index, tiny)
    (corpus / "n.jsonl").write_text("bad\n")
    report = add_to_index([corpus], index, tiny)
    assert (report.counts.pages, len(report.skipped)) == (4, 1)
    assert_sound(index)


def test_sources_stay_unique_whatever_files_are_called(corpus, index, tiny) -> None:
    (corpus / "n.jsonl").write_text(rows_of(ONE, THREE))
    build_index([corpus], index, tiny)
    (corpus / "n.jsonl#2").write_text(TWO)
    assert add_to_index([corpus], index, tiny).counts.pages == 5
    expected = {"1.txt", "2.txt", "n.jsonl#1", "n.jsonl#2", f"{corpus.name}/n.jsonl#2"}
    assert set(texts(index)) == expected
    (corpus / "n.jsonl#2").write_text(THREE)
    (corpus / "n.jsonl").write_text(rows_of(TWO, ONE))
    assert add_to_index([corpus], index, tiny).unchanged == 2
    assert set(texts(index)) == expected
    assert build_index([corpus], index, tiny).counts.pages == 5
    assert_sound(index)


def test_files_of_every_kind_are_indexed_together(corpus, index, tiny) -> None:
    (corpus / "3.md").write_text(f"---\ndate: 2016-10-25\n---\n{THREE}")
    (corpus / "4.html").write_bytes(f"<meta charset=gbk><h1>新路</h1><p>{THREE}".encode("gbk"))
    (corpus / "5.csv").write_text(f'标题,正文\n新路,"{THREE}"\n')
    (corpus / "6.docx").write_bytes(docx_of(paragraph(THREE)))
    (corpus / "7.pdf").write_bytes(pdf_of([[(50, 700, 10, "公园菊花开了市民来")]]))
    report = build_index([corpus], index, tiny)
    assert (report.counts.pages, report.skipped) == (7, ())
    assert by_keywords(index, "菊花") >= {"3.md", "4.html", "5.csv#2", "6.docx"}
    assert_sound(index)


# ---- a builder that is killed ----

KILLER = """
import os, shutil, signal, sys
from pathlib import Path
from index import build, publish
from tests.conftest import TinyEncoder

moment, index, *paths = sys.argv[1:]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)

def kill_at(owner, name, when=lambda *args: True, after=False):
    real = getattr(owner, name)
    def step(*args, **kwargs):
        if when(*args) and not after:
            die()
        result = real(*args, **kwargs)
        if when(*args):
            die()
        return result
    setattr(owner, name, step)

is_manifest = lambda path, *rest: Path(path).name == "manifest.json"
is_draft = lambda path, *rest: Path(path).name == "draft"
is_new = lambda path, *rest: Path(path).name == "CURRENT.new"
match moment:
    case "while encoding": kill_at(TinyEncoder, "encode_passages")
    case "before publishing": kill_at(build, "publish")
    case "before the manifest": kill_at(publish, "_write", is_manifest)
    case "after the manifest": kill_at(publish, "_write", is_manifest, after=True)
    case "after the rename": kill_at(Path, "rename", is_draft, after=True)
    case "before CURRENT is replaced": kill_at(Path, "replace", is_new)
    case "after CURRENT is replaced": kill_at(Path, "replace", is_new, after=True)
    case "while old builds are deleted": kill_at(shutil, "rmtree", lambda path, **_: not is_draft(path))
build.build_index([Path(path) for path in paths], Path(index), TinyEncoder())
"""
MOMENTS = {
    "while encoding": False,
    "before publishing": False,
    "before the manifest": False,
    "after the manifest": False,
    "after the rename": False,
    "before CURRENT is replaced": False,
    "after CURRENT is replaced": True,
    "while old builds are deleted": True,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_builder_that_is_killed_leaves_the_old_index_or_the_new_one(
    corpus, index, tiny, moment: str
) -> None:
    for _ in range(2):
        build_index([corpus], index, tiny, anew=True)
    (corpus / "3.txt").write_text(THREE)
    command = [sys.executable, "-c", KILLER, moment, str(index), str(corpus)]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert_sound(index)
    old = {"1.txt": ONE, "2.txt": TWO}
    assert texts(index) == (old | {"3.txt": THREE} if MOMENTS[moment] else old)

    report = add_to_index([corpus], index, tiny)  # and nothing that is left over stands in the way
    assert report.counts.pages == 3
    assert_sound(index)
    assert len([path for path in index.iterdir() if path.is_dir()]) == 2


# ---- a folder that may only be read ----

READER = """
import os, sys
from pathlib import Path
from index.catalog import Catalog
from index.generation import open_generation
from index.keywords import Keywords, KeywordWriter
from index.pages import read_page
from index.publish import lock_index
from index.vectors import Vectors

if os.geteuid() == 0:  # root may write anywhere
    os.setgid(65534)
    os.setuid(65534)
generation = open_generation(Path(sys.argv[1]))
assert not os.access(generation.keywords, os.W_OK)
numbers = list(Keywords.load(generation.keywords).search(["农民工"], 5))
catalog = Catalog.load(generation.catalogs)
(stored,) = catalog.passages(numbers)
print(stored.page.source, len(Vectors.load(generation.vectors, catalog.gone())))
"""


def test_an_index_that_may_only_be_read_is_opened_and_searched(corpus, index, tiny, tmp_path) -> None:
    build_index([corpus], index, tiny)
    for path in [index, *index.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in [tmp_path, *tmp_path.parents[:2]]:  # pytest's own folders are for their owner alone
        path.chmod(path.stat().st_mode | 0o555)
    try:
        command = [sys.executable, "-c", READER, str(index)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        for path in [index, *index.rglob("*")]:
            path.chmod(0o755)
    assert (done.stdout, done.stderr, done.returncode) == ("1.txt 2\n", "", 0)


def test_a_report_says_how_long_it_took(corpus, index, tiny) -> None:
    report = build_index([corpus], index, tiny)
    assert isinstance(report, Report)
    assert report.seconds > 0


def test_a_passage_that_is_not_found_by_its_own_words_is_a_fault(corpus, index, tiny) -> None:
    build_index([corpus], index, tiny)
    generation = open_generation(index)
    keywords = KeywordWriter(generation.keywords)
    keywords.remove([1])
    keywords.add(1, "", "别的")
    keywords.close()
    assert find_faults(Embedded(generation)) == ["passage 1 is not found by its words"]
