"""lab.benchmark_scale: the corpora, what is measured of a really built index, the table and the plot."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from index.articles import split_articles
from index.pages import read_pages
from index.passages import cut_passages
from index.records import Page
from index.text import sentences
from lab import benchmark_retrieval, benchmark_scale, scale_probe
from lab.scale_corpus import Corpus, make_corpus, write_trial
from lab.scale_table import Figures, Peer, draw_costs, fit_exponent, write_peers, write_table

STORIES = [
    "星秀声乐大赛昨天在市五一公园开赛，共有300名选手报名参加比赛。\n比赛将持续三天，市民可以免费入场观看。",
    "农民工张广林手里拿着两万元工资，激动不已，他给社区送来了一面锦旗。 社区书记王建国说这是应该做的。",
    "二七区建立容错机制，干部申请免责要经过7个步骤才能公开备案。全区已有12名干部提出了申请。",
    "金水区的环卫工人在大雪之后连夜清扫道路，保证了早高峰期间市民的出行安全。道路于上午8点恢复通行。",
    "管城区集中整治渣土车，十天里暂扣违规车辆15台次，夜间巡查还将继续进行下去。",
]
GOLD = [
    {
        "question": "声乐大赛有多少名选手报名?",
        "source": "news.jsonl#1",
        "evidence": "300名",
        "answers": ["300名"],
    },
    {
        "question": "谁给社区送来了锦旗?",
        "source": "news.jsonl#2",
        "evidence": "张广林",
        "answers": ["张广林"],
    },
    {"question": "它在哪里?", "source": None, "history": ["声乐大赛有多少名选手报名?"]},
]
FIGURES = Figures(
    passages=10_000, articles=3_000, recombined=0, load=0.5, build_s=20.0, build_core_s=19.0,
    build_peak=400_000_000, index_bytes=40_000_000, cold_open_s=3.0, cold_answer_s=3.5,
    open_s=2.0, answer_s=2.1, answer_core_s=2.0,
    one_p50_ms=30.0, one_p95_ms=50.0, one_p99_ms=80.0, one_core_ms=33.0,
    many_p50_ms=150.0, many_p95_ms=250.0, many_p99_ms=400.0, many_per_s=50.0,
    memory=400_000_000, own=300_000_000, mapped=100_000_000, recall_10=1.0, recall_100=0.98,
    vectors_core_ms=1.5, add_s=4.0, add_core_s=3.0, add_peak=300_000_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A data folder with five stories, one of which has a headline and a date; and gold questions."""
    folder = tmp_path_factory.mktemp("data")
    rows = {
        "news_0": [{"text": story, "date": None} for story in STORIES[1:]],
        "headlines_dev": [{"headline": "声乐大赛：五一公园开赛", "body": STORIES[0], "date": "2025-01-01"}],
        "questions_dev": [{"question": "谁?", "passage": "无关", "answers": []}],
    }
    for name, items in rows.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    gold = "\n".join(json.dumps({"headline": None, **item}, ensure_ascii=False) for item in GOLD)
    (folder / "dev.jsonl").write_text(gold, "utf-8")
    return folder


@pytest.fixture(scope="module")
def corpus(data, seeds, tmp_path_factory) -> Corpus:
    """Sixty passages of five stories, so that most are recombined."""
    return make_corpus(data, data, seeds, 60, tmp_path_factory.mktemp("work") / "corpus")


def rows_of(corpus: Corpus) -> list[dict[str, str]]:
    files = sorted(corpus.pages.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def passages_of(folder: Path) -> int:
    """Count the passages of the rows as the index will."""
    pages = [page for path in sorted(folder.glob("*.jsonl")) for page in read_pages(path, path.name)]
    assert all(isinstance(page, Page) for page in pages)
    return sum(len(cut_passages(article, page.text)) for page in pages for article in split_articles(page))


def test_a_corpus_has_as_many_passages_as_were_wanted(corpus):
    assert 60 <= passages_of(corpus.pages) <= 63
    assert len(list(corpus.pages.glob("*.txt"))) == 5


def test_beyond_the_real_text_stories_are_made_of_paragraphs_of_others(corpus):
    rows = rows_of(corpus)
    assert corpus.stories == len(rows)
    assert corpus.recombined == len(rows) - 5
    assert {row["body"] for row in rows[:5]} == set(STORIES)
    real = {text[start:end] for text in STORIES for start, end in sentences(text)}
    for row in rows[5:]:
        assert {row["body"][start:end] for start, end in sentences(row["body"])} <= real
        assert row["title"]
    assert any(row["body"] not in STORIES for row in rows[5:])


def test_a_small_corpus_is_of_real_stories_alone(data, seeds, tmp_path):
    small = make_corpus(data, data, seeds, 3, tmp_path / "small")
    assert small.recombined == 0
    assert {row["body"] for row in rows_of(small)} < set(STORIES)


def test_a_corpus_is_the_same_every_time(corpus, data, seeds, tmp_path):
    again = make_corpus(data, data, seeds, 60, tmp_path / "again")
    for path in sorted(corpus.pages.parent.rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(corpus.pages.parent)).read_bytes()
    assert again.stories == corpus.stories


def test_a_corpus_that_is_there_is_taken_as_it_is(corpus, data, seeds):
    before = corpus.extra.stat().st_mtime_ns
    assert make_corpus(data, data, seeds, 60, corpus.pages.parent) == corpus
    assert corpus.extra.stat().st_mtime_ns == before


def test_without_news_there_is_no_corpus(seeds, tmp_path):
    with pytest.raises(OSError, match="no news"):
        make_corpus(tmp_path, tmp_path, seeds, 60, tmp_path / "corpus")


def test_peers_get_the_bodies_cut_to_passages(corpus, tmp_path):
    owners, questions, checksum = write_trial(corpus, tmp_path)
    passages = [json.loads(line) for line in (tmp_path / "passages.jsonl").read_text("utf-8").splitlines()]
    pages = [json.loads(line) for line in (tmp_path / "pages.jsonl").read_text("utf-8").splitlines()]
    assert len(owners) == len(passages)
    assert max(owners) + 1 == len(pages) == corpus.stories
    assert all(row["text"] in pages[owner]["text"] for owner, row in zip(owners, passages, strict=True))
    assert (write_trial(corpus, tmp_path)[2], questions) == (checksum, write_trial(corpus, tmp_path)[1])


def test_questions_are_made_from_the_stories_and_gold_ones_that_stand_by_themselves(corpus):
    lines = corpus.questions.read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    assert {"声乐大赛有多少名选手报名?", "谁给社区送来了锦旗?"} <= set(questions)
    assert "它在哪里?" not in questions
    assert len(set(questions)) == len(questions)


def test_a_built_index_is_measured_from_all_sides(corpus, tmp_path):
    figures = benchmark_scale.measure(corpus, tmp_path / "index")
    assert figures.passages >= 60 + 100  # the seeds have more than a hundred
    assert figures.recall_10 == figures.recall_100 == 1.0  # so few are compared one by one
    assert 0 < figures.open_s < figures.answer_s
    assert figures.answer_core_s > 0
    assert 0 < figures.cold_open_s < figures.cold_answer_s
    assert 0 < figures.one_p50_ms <= figures.one_p95_ms <= figures.one_p99_ms
    assert figures.own + figures.mapped == figures.memory > 50_000_000
    assert figures.build_peak > 50_000_000
    assert 0 < figures.build_core_s
    assert figures.index_bytes > 100_000
    assert figures.add_s > 0
    assert not (tmp_path / "index.probe").exists()


def test_what_a_command_said_last_is_told_where_it_fails(tmp_path):
    with pytest.raises(benchmark_scale.Failed, match="no index"):
        benchmark_scale.run("-m", "index", "status", "--index", tmp_path / "none")


def test_the_memory_of_children_counts():
    child = "import time; held = bytes(range(256)) * 2**20; time.sleep(2)"  # 256 MB
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    assert benchmark_scale.run("-c", parent).peak > 256 * 2**20


def test_a_file_with_two_names_counts_once(tmp_path):
    (tmp_path / "one").write_bytes(b"x" * 1000)
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    assert benchmark_scale.size_of(tmp_path) == 1000


def test_a_size_is_measured_again_only_where_the_code_has_changed(data, seeds, tmp_path, monkeypatch):
    measured = []
    monkeypatch.setattr(benchmark_scale, "measure", lambda *_: measured.append(1) or FIGURES)
    options = benchmark_scale.parse(["--data", str(data), "--gold", str(data), "--work", str(tmp_path)])
    assert benchmark_scale.figures_of(20, options) == FIGURES
    assert benchmark_scale.figures_of(20, options) == FIGURES
    assert len(measured) == 1
    monkeypatch.setattr(benchmark_scale, "_checksum_of_code", lambda: "another")
    benchmark_scale.figures_of(20, options)
    assert len(measured) == 2


def test_recall_counts_what_is_missing_of_the_nearest(monkeypatch):
    rows = np.eye(12, dtype=np.float32)
    question = np.linspace(1.0, 0.1, 12, dtype=np.float32)  # row 1 is the nearest, row 2 the next

    class Missing:
        """Finds all rows but the second nearest."""

        def numbers(self):
            return list(range(1, 13))

        def rows(self, numbers):
            return rows[np.asarray(numbers) - 1]

        def search(self, vector, k):
            return {n: float(vector[n - 1]) for n in range(1, 13) if n != 2}

    encoder = SimpleNamespace(encode_questions=lambda texts: np.array([question for _ in texts]))
    archive = SimpleNamespace(vectors=Missing(), encoder=encoder)
    monkeypatch.setattr(scale_probe.Archive, "open", lambda _: archive)
    found = scale_probe.find_recall(Path(), ["哪里开赛?", "几名选手?"])
    assert found["recall@10"] == pytest.approx(9 / 10)
    assert found["recall@100"] == pytest.approx(11 / 12)


def test_the_exponent_is_the_slope_where_both_axes_are_logarithmic():
    sizes = [10_000, 100_000, 1_000_000]
    assert fit_exponent(sizes, [3 * n**1.5 for n in sizes]) == pytest.approx(1.5)
    assert fit_exponent(sizes, [7.0, 7.0, 7.0]) == pytest.approx(0.0)
    assert fit_exponent(sizes[:1], [7.0]) is None


def test_the_table_says_what_is_recombined_and_how_costs_grow():
    large = replace(FIGURES, passages=100_000, recombined=9, build_s=200.0, one_p50_ms=30.0, recall_10=0.9)
    table = write_table([FIGURES, large])
    assert "| passages | 10,000 | 100,000 (recombined) | grows as |" in table
    assert "| build, s | 20.0 | 200.0 | n^1.00 |" in table
    assert "| a question, ms, median | 30.0 | 30.0 | n^0.00 |" in table
    assert "| – recall@10 against exact search | 1.0000 | 0.9000 |  |" in table
    assert "remove" not in table  # nobody measured it


def test_the_plot_has_a_dot_for_each_size_and_the_exponent_of_each_cost():
    large = replace(FIGURES, passages=100_000, build_core_s=190.0)
    svg = ET.fromstring(draw_costs([FIGURES, large]))
    texts = [item.text for item in svg.iter() if item.tag.endswith("text")]
    circles = [item for item in svg.iter() if item.tag.endswith("circle")]
    assert "build, of a core, s: n^1.00" in texts
    assert len(circles) == 2 * 9
    assert all(0 < float(item.get("cx")) < 770 for item in circles)


def test_peers_are_asked_the_questions_of_the_corpus_in_their_chinese_variant(data, tmp_path, monkeypatch):
    asked = []

    def run_system(system, trial, *_):
        asked.append(system)
        if system.module == "txtai":
            return {"error": "no network"}
        questions = (trial.folder / "questions.jsonl").read_text("utf-8").splitlines()
        leg = {"ms": [2.0] * (len(questions) - (system.module == "haystack")), "build_s": 9.0, "mb": 100.0}
        ours = ("fused, numbers alone", "reranked and read")
        legs = {"fused": leg} | (dict.fromkeys(ours, leg) if system.module == "wenbao" else {})
        return {"legs": legs}

    monkeypatch.setattr(benchmark_retrieval, "run_system", run_system)
    folders = ["--data", str(data), "--gold", str(data), "--work", str(tmp_path)]
    peers = benchmark_scale.run_peers(20, benchmark_scale.parse(folders))
    assert {system.variant for system in asked} == {"shipped", "Chinese"}
    told = {peer.title: (peer.p50_ms, peer.asked > 0, peer.error) for peer in peers}
    ran = (2.0, False, "")
    assert told == {
        "Wenbao, numbers alone": ran,
        "Wenbao": ran,
        "Wenbao, reranked and read": ran,
        "LangChain": ran,
        "LlamaIndex": ran,
        "Haystack": (2.0, True, ""),  # not all of them
        "txtai": (0.0, False, "no network"),
        "LanceDB": ran,
    }


def test_a_peer_that_failed_says_why_in_its_line():
    table = write_peers([Peer("A", 12.34, 20.0, 60.0, 5 * 10**8, 7), Peer("B", error="no | memory")])
    assert "| A | 12.3 (7 asked) | 20.0 | 60 | 500 |" in table
    assert "| B | no / memory |" in table
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_the_section_takes_the_place_of_the_old_one(data, tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text(
        "# lab\n\n<!-- scale:begin -->\nwords of yore\n<!-- scale:end -->\n\n# after\n", "utf-8"
    )
    monkeypatch.setattr(benchmark_scale, "README", readme)
    monkeypatch.setattr(benchmark_scale, "measure", lambda *_: FIGURES)
    benchmark_scale.main(
        ["--sizes", "20", "--data", str(data), "--gold", str(data), "--work", str(tmp_path), "--write"]
    )
    text = readme.read_text("utf-8")
    assert "yore" not in text
    assert text.startswith("# lab\n\n<!-- scale:begin -->\n# How everything grows\n")
    assert text.endswith("\n<!-- scale:end -->\n\n# after\n")
    assert ET.parse(tmp_path / "benchmark_scale.svg")
