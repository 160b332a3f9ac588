"""web.health and Archive.health: the same facts as `python -m index status`, and no more than that."""

import json

import pytest
from hypothesis import given

from index.__main__ import main
from index.build import build_index
from qa.archive import Archive
from qa.records import Group, Health
from tests.ours import as_shown, hostile_text, read_ours
from web.health import render_health
from web.languages import LANGUAGES


def make_health(**more) -> Health:
    facts = {
        "pages": 1200, "articles": 5300, "passages": 16900, "built": "2026-11-21T13:50:03+00:00",
        "fingerprint": "d8fd9b67", "size": 681934, "encoder": "bundled", "dimension": 256,
        "encodings": (Group("utf-8", 1100), Group("gb18030", 100)), "skipped": (), "damaged": (),
    }  # fmt: skip
    return Health(**{**facts, **more})


def test_the_facts_are_those_that_status_tells(corpus, index, tiny, capsys):
    (corpus / "空.txt").write_bytes(b"\0")
    for _ in range(2):
        build_index([corpus], index, tiny, anew=True)
    (index / "g000002" / "p000001" / "vectors.faiss").write_bytes(b"")
    assert main(["status", "--json", "--index", str(index)]) == 0
    told = json.loads(capsys.readouterr().out)
    archive = Archive.__new__(Archive)  # one that asks nothing needs no encoder
    from index.store import open_store

    archive.store = open_store(index)
    archive.catalog = archive.store.catalog
    health = archive.health
    assert {"pages": health.pages, "articles": health.articles, "passages": health.passages} == told["counts"]
    for name in ("built", "fingerprint", "size", "encoder", "dimension"):
        assert getattr(health, name) == told[name]
    assert {group.name: group.count for group in health.encodings} == told["encodings"]
    assert [(path, reason) for path, reason in told["skipped"]] == [
        (f"{corpus}/{path}", reason) for path, reason in health.skipped
    ]
    assert [f"{index}/{fault}" for fault in health.damaged] == told["damaged"] != []
    assert str(corpus.parent) not in render_health(health, "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_is_shown_in_every_language(language):
    text = read_ours(render_health(make_health(damaged=("g000002 is damaged",)), language)).text
    shown = (
        "1,200",
        "5,300",
        "16,900",
        "2026-11-21 13:50 UTC",
        "d8fd9b67",
        "0.7 MB",
        "bundled",
        "256",
        "utf-8 1,100",
    )
    for said in (*shown, "gb18030 100", LANGUAGES[language].none_skipped, "g000002 is damaged"):
        assert said in text


def test_of_many_skipped_files_a_hundred_are_named_and_all_are_counted():
    skipped = tuple((f"{n}.txt", "has no text") for n in range(250))
    reader = read_ours(render_health(make_health(skipped=skipped), "zh"))
    assert "99.txt: has no text" in reader.text
    assert "100.txt" not in reader.text
    assert "跳过的文件 250" in reader.text
    assert "还有 150 个" in reader.text


def test_why_a_file_was_skipped_is_said_in_the_visitors_language():
    health = make_health(skipped=(("a.jsonl", "line 3: JSON nested too deeply"), ("b", "out of the blue")))
    told = {language: read_ours(render_health(health, language)).text for language in LANGUAGES}
    assert "a.jsonl: 第 3 行：JSON 嵌套太深" in told["zh"]
    assert "a.jsonl: 第 3 行：JSON 巢狀太深" in told["zh-Hant"]
    assert "a.jsonl: line 3: JSON nested too deeply" in told["en"]
    assert all("b: out of the blue" in text for text in told.values())


@given(hostile_text)
def test_names_of_files_are_shown_and_nothing_in_them_is_obeyed(text):
    health = make_health(
        skipped=((text, text),), damaged=(text,), encoder=text, encodings=(Group(text, 1),), built=text
    )
    assert as_shown(text) in read_ours(render_health(health, "zh")).text
