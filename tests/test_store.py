"""index.store: addresses are told apart in one place, and a limit says the same by number and by fact."""

import ast
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexMissing
from index.store import Among, engine_of, folder_beside, look_at, open_store
from qa.limits import find_limits
from qa.scope import Scope

ROOT = Path(__file__).parent.parent
LIMITED = [
    "在金水区的报道中,谁?",
    "图片说明里,有什么?",
    "简讯里,谁?",
    "2016年10月的报纸上,谁?",
    "江州晚报上,谁?",
    "去年的报道里,谁?",
    "A03版上,谁?",
    "柳河.txt里,谁?",
]


def test_a_folder_is_opened_looked_at_and_has_its_own_place(index_dir):
    store = open_store(str(index_dir))
    assert (store.home, Path(store.name).parent) == (str(index_dir), index_dir)
    assert store.version == (int(Path(store.name).name[1:]),)
    assert look_at(index_dir) == look_at(str(index_dir)) is not None
    assert look_at(index_dir / "nothing") is None
    assert folder_beside(index_dir) == index_dir.parent


def test_a_scheme_that_nobody_keeps_an_index_at_is_refused_in_words():
    with pytest.raises(IndexMissing, match=r"^No index is kept at ftp:// addresses\. Give a folder"):
        open_store("ftp://somewhere/archive")


def test_only_the_seam_tells_addresses_apart():
    """A scheme stands in no comparison of a room that knows indexes."""
    told = [
        path.relative_to(ROOT).as_posix()
        for room in ("index", "qa", "web", "chat")
        for path in sorted((ROOT / room).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "milvus" in node.value.lower()
    ]
    assert set(told) <= {"index/store.py"}


@pytest.mark.parametrize("asked", LIMITED)
def test_the_facts_of_a_limit_choose_the_very_passages_that_its_numbers_say(gazette, archive, asked):
    limited = 0
    for one in (gazette, archive):
        scope = Scope(one.catalog, one.keywords)
        limits = find_limits(asked, scope, date(2016, 12, 1)).limits
        limited += bool(limits)
        among = scope.among(limits)
        by_fact = {
            number
            for number, facts in scope.facts.items()
            if all(getattr(facts, c.fact) in c.values or number in c.others for c in among.clauses)
        }
        assert by_fact == scope.select(limits)
        assert among.passages.tolist() == scope.passages_of(by_fact).tolist()
    assert limited


def test_numbers_alone_are_a_choice_without_facts():
    among = Among.of([3, 5])
    assert (among.passages.tolist(), among.clauses) == ([3, 5], ())
    assert among.passages.dtype == np.int64


def test_every_engine_of_the_seam_meets_it(index_dir):
    engine = engine_of(index_dir)
    for name in ("open_store", "look_at", "own_folder", "build", "add", "remove"):
        assert callable(getattr(engine, name))
