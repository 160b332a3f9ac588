"""The contract of index.store: what holds of an index in a folder holds of the same one on Milvus."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from index.check import find_faults
from index.encoder import load_encoder
from index.passages import MAX_LENGTH
from index.store import Among, Store, engine_of, look_at
from index.text import bigrams, terms
from qa.archive import Archive
from qa.contract import as_json
from qa.limits import find_limits
from qa.records import Look
from tests.gazette import print_gazette
from tests.servers import Lite, needs_cluster, serve_lite

pytestmark = needs_cluster

# tantivy keeps the length of a field in a byte: from 40 on it is coarse. A passage's score differs by that;
# the order, only where two are as near as that.
TOLERANCE = 0.04
# float16 beside float32.
COSINE = 2e-3
ASKED = [
    "农民工张广林拿回了多少工资?",
    "惠济区有多少篇报道提到志愿者?",
    "在惠济区的报道中,志愿者做了什么?",
    "图片说明里,居民在做什么?",
    "柳河县山区公交车的票价是多少?",
    "2016年10月的报纸上,队长是谁?",
    "A03版上,谁扫街?",
    "都写了哪些区的事?",
    "月球上有多少只骆驼?",
]
PHRASES = ["社区", "农民工", "志愿者", "创卫", "公交车", "票价", "人"]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Lite]:
    with serve_lite(tmp_path_factory.mktemp("milvus") / "data") as lite:
        yield lite


@pytest.fixture(scope="module", params=["seeds", "gazette"])
def both(request, server, seeds, tmp_path_factory) -> tuple[Archive, Archive]:
    """The same pages in a folder and on Milvus."""
    folder = tmp_path_factory.mktemp(request.param)
    pages = seeds if request.param == "seeds" else print_gazette(folder / "pages")
    addresses = str(folder / "index"), server.address(request.param)
    for address in addresses:
        engine_of(address).build([str(pages)], address, load_encoder(), iter, anew=False)
    one, other = (Archive.open(address) for address in addresses)
    return one, other


def test_the_catalog_gives_the_same_records(both):
    here, there = (archive.catalog for archive in both)
    assert there.counts() == here.counts()
    numbers = here.numbers()
    assert there.numbers() == numbers
    assert there.passages([*numbers[::3], 10**9]) == here.passages([*numbers[::3], 10**9])
    for asked in (lambda one: one.facts(), lambda one: one.heads(), lambda one: one.named_dates(),
                  lambda one: one.encodings(), lambda one: sorted(one.cuts(MAX_LENGTH)),
                  lambda one: list(one.articles([3, 1, 2, 10**9])), lambda one: one.owners_of(numbers[5:9]),
                  lambda one: one.page(here.facts()[-1].source)):  # fmt: skip
        assert asked(there) == asked(here)
    for one, other in zip(there.owners(), here.owners(), strict=True):
        assert one.tolist() == other.tolist()
    with pytest.raises(KeyError):
        there.page("nothing.txt")


def test_the_words_of_passages_are_the_same(both):
    here, there = (archive.catalog for archive in both)
    numbers = here.numbers()[::2]
    for one, other in zip(there.words(numbers), here.words(numbers), strict=True):
        assert one.opens == other.opens
        for name in ("head", "body", "article"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist()
    with pytest.raises(KeyError):
        there.words([10**9])


@pytest.mark.parametrize("asked", ASKED)
def test_keywords_score_as_tantivy_does(both, asked):
    here, there = (archive.keywords for archive in both)
    assert len(there) == len(here)
    expected, found = here.search(terms(asked), 400), there.search(terms(asked), 400)
    assert set(found) == set(expected)
    for number, score in found.items():
        assert score == pytest.approx(expected[number], rel=TOLERANCE)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    ranked = list(found)
    for better, worse in pairwise(ranked):
        assert expected[better] >= expected[worse] * (1 - TOLERANCE) ** 2


@pytest.mark.parametrize("phrase", PHRASES)
def test_the_passages_that_have_a_term_are_the_same(both, phrase):
    here, there = (archive.keywords for archive in both)
    pairs = bigrams(phrase)
    assert there.find_all(pairs).tolist() == here.find_all(pairs).tolist()
    assert there.find_all(pairs, ["head"]).tolist() == here.find_all(pairs, ["head"]).tolist()
    assert there.find_inside(phrase).tolist() == here.find_inside(phrase).tolist()
    assert there.find_beginning(phrase).tolist() == here.find_beginning(phrase).tolist()
    assert set(there.find_some(pairs, 9)) <= set(here.find_all(pairs).tolist())
    assert len(there.find_some(pairs, 9)) == len(here.find_some(pairs, 9))
    assert [there.document_count(one) for one in (*pairs, "没有的词")] == [
        here.document_count(one) for one in (*pairs, "没有的词")
    ]


@pytest.mark.parametrize("part", ["%", "_", "2%", "人_", '"'])
def test_what_like_would_take_for_any_character_stands_for_itself(both, part):
    here, there = (archive.keywords for archive in both)
    assert there.find_beginning(part).tolist() == here.find_beginning(part).tolist()
    assert there.find_inside(part).tolist() == here.find_inside(part).tolist()


@pytest.mark.parametrize("asked", ASKED)
def test_vectors_are_as_near(both, asked):
    here, there = (archive.vectors for archive in both)
    vector = both[0].encoder.encode_questions([asked])[0]
    found = there.search(vector, 50)
    expected = here.search(vector, 10**4)
    assert len(found) == min(50, len(expected))
    least = sorted(expected.values(), reverse=True)[len(found) - 1]
    for number, cosine in found.items():
        assert cosine == pytest.approx(expected[number], abs=COSINE)
        assert cosine > least - COSINE
    numbers = list(expected)[:7]
    assert there.rows(numbers) == pytest.approx(here.rows(numbers), abs=COSINE)
    assert there.rows([]).shape == here.rows([]).shape
    assert there.search(np.zeros_like(vector), 5) == {}
    with pytest.raises(KeyError):
        there.rows([10**9])


@pytest.mark.parametrize("asked", ASKED)
def test_a_limit_leaves_the_same_passages_to_either_leg(both, asked):
    limits = find_limits(asked, both[1].scope, date(2016, 12, 1)).limits
    among = both[1].scope.among(limits) if limits else Among.of(both[0].catalog.numbers()[::4])
    inside = set(among.passages.tolist())
    vector = both[0].encoder.encode_questions([asked])[0]
    for leg, what in (("keywords", terms(asked)), ("vectors", vector)):
        here, there = (getattr(archive, leg).search(what, 10**4, among) for archive in both)
        assert set(there) == set(here)
        assert set(there) <= inside
    assert both[1].keywords.search(terms(asked), 5, Among.of([])) == {}
    assert both[1].vectors.search(vector, 5, Among.of([])) == {}


@pytest.mark.parametrize("asked", ASKED)
def test_a_question_gets_the_same_answer(both, asked):
    told = []
    for archive in both:
        answer = as_json(archive.ask(asked))
        told.append(
            [answer[key] for key in ("answered", "answer", "span", "reason", "standalone")]
            + [(one["source"], one["start"], one["end"]) for one in answer["citations"]]
        )
    assert told[0] == told[1]


def test_lists_counts_and_quotations_are_the_same(both):
    # Not in the order of scores: tantivy's lengths are coarse.
    looks = (("社区", ()), ("公交", (("kind", "news"),)), ("的", ()), ("", (("kind", "caption"),)))
    for words, limits in looks:
        look = Look(words, limits, "date")
        here, there = (archive.shelf.browse(look) for archive in both)
        assert there == here
    for quotation in (
        "来自滑县的农民工张广林拿着26000元现金",
        "共设站点26个,票价2元",
        "骆驼在月球上跳舞的事情",
    ):
        here, there = (archive.verify(quotation) for archive in both)
        assert (there.verdict, there.differences, there.parts) == (here.verdict, here.differences, here.parts)
    assert both[1].examples() == both[0].examples()


def test_both_are_sound_and_known_by_the_same_fingerprint(both):
    stores: list[Store] = [archive.store for archive in both]
    for store in stores:
        assert find_faults(store) == []
        assert store.remains()
        assert look_at(store.home) == look_at(store.home) is not None
    assert stores[0].fingerprint == stores[1].fingerprint
    assert both[0].health.encodings == both[1].health.encodings
    assert both[0].summary.passages == both[1].summary.passages
