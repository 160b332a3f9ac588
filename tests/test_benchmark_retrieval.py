"""lab.benchmark_retrieval: the measures, a run of ours on made texts, what becomes of a peer that fails."""

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from index.passages import MAX_LENGTH
from lab import benchmark_retrieval as benchmark
from lab.benchmark_retrieval import BEGIN, END, Asked, Cell, Row, System, Trial
from lab.sheet import Sheet

STORIES = [
    "郑州市中原区的星秀声乐大赛昨天在市五一公园开赛,共有三百名选手报名参加比赛。",
    "农民工张广林手里拿着两万元工资,激动不已,他给社区送来了一面锦旗表示感谢。",
    "二七区建立容错机制,干部申请免责要经过申请、核实、认定等七个步骤才能公开备案。",
    "金水区的环卫工人在大雪之后连夜清扫道路,保证了早高峰期间市民的出行安全。",
    "管城区集中整治渣土车,十天里暂扣违规车辆十五台次,夜间巡查还将继续进行下去。",
]
FILES = {
    "rgb_zh_refine": [
        {"question": "声乐大赛在哪里开赛", "positive": [STORIES[0]], "negative": [STORIES[3]]},
        {"question": "渣土车暂扣了多少台", "positive": [STORIES[4]], "negative": [STORIES[2]]},
    ],
    "headlines_dev": [
        {"headline": "民工送锦旗", "body": STORIES[1], "date": "2025-01-01"},
        {
            "headline": "新闻联播",
            "body": "[查看原文](https://page)---更新时间：2025-01-01",
            "date": "2025-01-01",
        },
    ],
    "news_0": [{"text": story, "date": None} for story in STORIES[2:]],
}


@pytest.fixture
def data(tmp_path) -> Path:
    """A data folder in which CMRC's questions are missing."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, rows in FILES.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return folder


@pytest.fixture
def gold(tmp_path, seeds) -> Path:
    """A gold folder: a question with an answer, one without, and one that leans on another."""
    folder = tmp_path / "gold"
    folder.mkdir()
    source = sorted(seeds.glob("*.txt"))[0].name
    known = {"source": source, "headline": "“出彩中原”声乐大赛开赛", "evidence": "在市五一公园开赛"}
    rows = [
        {"question": "中原区的星秀声乐大赛在哪里开赛?", "answers": ["五一公园"], **known},
        {"question": "它在哪里开赛?", "answers": ["五一公园"], "history": ["星秀声乐大赛"], **known},
        {"question": "火星上有没有水?", "source": None},
    ]
    (folder / "dev.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return folder


def source_of(data: Path, gold: Path, seeds: Path) -> benchmark.Source:
    return benchmark.Source(data, gold, seeds, questions=0, limit=None)


def made_set(*asked: Asked) -> Trial:
    """Five passages in four articles."""
    return Trial("rgb", "RGB: made", Path(), (0, 0, 1, 2, 3), asked or (Asked("q", frozenset({1, 3})),), "0")


def test_ndcg_is_what_the_formula_gives_by_hand():
    # Right at ranks 2 and 4, of two: (1/log2 3 + 1/log2 5) / (1/log2 2 + 1/log2 3).
    expected = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert benchmark.ndcg([7, 1, 8, 3], frozenset({1, 3})) == pytest.approx(expected)
    assert benchmark.ndcg([1, 3], frozenset({1, 3})) == 1.0
    assert benchmark.ndcg([*range(10, 20), 1], frozenset({1})) == 0.0  # the eleventh


def test_an_articles_rank_is_that_of_its_best_passage():
    # Passages 1, 0, 2, 3 stand in articles 0, 0, 1, 2: article 1 is second, article 3 is not found.
    values = benchmark.measure(made_set(), [[1, 0, 2, 3]])
    ideal = 1 + 1 / math.log2(3)
    assert values == {
        "nDCG@10": pytest.approx(1 / math.log2(3) / ideal),
        "hit@1": 0.0,
        "hit@10": 1.0,
        "recall@100": 0.5,
    }


def test_evidence_counts_passages_not_articles():
    test = made_set(Asked("q", frozenset({0}), frozenset({1})))
    values = benchmark.measure(test, [[0, 2, 1]])
    assert values == {"evidence@1": 0.0, "evidence@3": 1.0, "hit@1": 1.0}


def test_a_slow_system_is_measured_on_what_it_was_asked():
    test = made_set(Asked("one", frozenset({0})), Asked("two", frozenset({3})))
    assert benchmark.measure(test, [[0]])["hit@1"] == 1.0


def test_a_headline_without_a_body_is_not_asked(data, gold, seeds, tmp_path):
    test = benchmark.prepare("headlines", source_of(data, gold, seeds), tmp_path)
    assert [item.question for item in test.asked] == ["民工送锦旗"]
    assert all(item.right for item in test.asked)


def test_gold_is_asked_what_can_be_answered_by_itself(data, gold, seeds, tmp_path):
    test = benchmark.prepare("gold", source_of(data, gold, seeds), tmp_path)
    passages = (test.folder / "passages.jsonl").read_text("utf-8").splitlines()
    assert [item.question for item in test.asked] == ["中原区的星秀声乐大赛在哪里开赛?"]
    (asked,) = test.asked
    assert asked.right
    assert asked.evidence
    for number in asked.evidence:
        assert "在市五一公园开赛" in "".join(json.loads(passages[number])["text"].split())
        assert test.articles[number] in asked.right


def test_a_pool_holds_every_text_once(data, gold, seeds, tmp_path):
    test = benchmark.prepare("rgb", source_of(data, gold, seeds), tmp_path)
    pages = [json.loads(line) for line in (test.folder / "pages.jsonl").read_text("utf-8").splitlines()]
    assert sorted(page["text"] for page in pages) == sorted({*STORIES} - {STORIES[1]})
    assert [pages[number]["text"] for asked in test.asked for number in asked.right] == [
        STORIES[0],
        STORIES[4],
    ]


def test_titles_are_taken_out_of_their_stories(data, gold, seeds, tmp_path):
    source = source_of(data, gold, seeds)
    with pytest.raises(OSError, match="no story of news_0"):
        benchmark.prepare("titles", source, tmp_path)
    stories = [
        f"原标题：区里的大桥今年提前通车了昨日，{STORIES[2]}{STORIES[3]}",  # a word of time begins the story
        f"原标题：环卫工人连夜清扫街上积雪 记者去看 {STORIES[3]}{STORIES[4]}",  # a reporter does
        f"原标题：{'渣土车' * 20}{STORIES[4]}{STORIES[2]}",  # nothing does: what may be the title is left out
        STORIES[0],
    ]
    with gzip.open(data / "news_0.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": story, "date": None}) + "\n" for story in stories)
    test = benchmark.prepare("titles", source, tmp_path)
    pages = [
        json.loads(line)["text"] for line in (test.folder / "pages.jsonl").read_text("utf-8").splitlines()
    ]
    asked = {item.question: pages[next(iter(item.right))] for item in test.asked}
    assert asked == {
        "区里的大桥今年提前通车了": f"昨日，{STORIES[2]}{STORIES[3]}",
        "环卫工人连夜清扫街上积雪": f"记者去看 {STORIES[3]}{STORIES[4]}",
        "渣土车" * 6: "渣土车" * 6 + STORIES[4] + STORIES[2],
    }
    assert sorted(pages) == sorted([*asked.values(), STORIES[0]])


def test_passages_are_cut_as_the_index_cuts_them():
    text = "".join(STORIES) * 4
    ((article, passages),) = Sheet("a.txt", text).cut()
    assert article.text == text
    assert len(passages) > 1
    assert all(text[p.start : p.end] == p.text and len(p.text) <= MAX_LENGTH for p in passages)


def run(data, gold, tmp_path, *more: str) -> None:
    folders = ["--data", str(data), "--gold", str(gold), "--work", str(tmp_path / "work")]
    benchmark.main([*folders, "--sets", "rgb", "headlines", "questions", "gold", *more])


def test_ours_is_measured_on_its_true_index_and_a_peer_that_fails_says_why(
    data, gold, tmp_path, monkeypatch, capsys
):
    readme = tmp_path / "README.md"
    readme.write_text("# lab\n\nWords.\n", "utf-8")
    monkeypatch.setattr(benchmark, "README", readme)

    def no_network(module: str) -> Path:
        if module == "bm25s":
            raise benchmark.subprocess.CalledProcessError(1, "pip", stderr="ERROR: No matching | found\n")
        return Path(benchmark.sys.executable)

    monkeypatch.setattr(benchmark, "python_of", no_network)
    run(data, gold, tmp_path, "--only", "wenbao-shipped", "bm25s-chinese", "--write")
    printed = capsys.readouterr()
    assert "questions is left out" in printed.err
    # Each of the two questions has its text first, in all legs.
    perfect = " / ".join(["**1.000**"] * 4)
    for leg in ("keywords", "vectors", "fused"):
        (line,) = [line for line in printed.out.splitlines() if line.startswith(f"| Wenbao {leg} |")]
        cells = [cell.strip() for cell in line.split("|")]
        assert cells[2] == perfect
        assert float(cells[5]) > 0  # milliseconds
        assert float(cells[7]) > 20  # MB
    assert "| bm25s, Chinese | ERROR: No matching / found |" in printed.out

    written = readme.read_text("utf-8")
    assert written.startswith("# lab\n\nWords.\n")
    assert perfect in written[written.index(BEGIN) : written.index(END)]
    plot = (tmp_path / "benchmark_retrieval.svg").read_text("utf-8")
    assert plot.count("<circle") == 2 + 2 * 6  # the legend, and two sets on six lines

    # What was found is used again, that of systems that are not asked for as well.
    monkeypatch.setattr(benchmark, "run_system", lambda *_: pytest.fail("it was run again"))
    run(data, gold, tmp_path, "--only", "wenbao-shipped")
    assert capsys.readouterr().out == printed.out


def test_the_readme_stays_as_it_is_where_that_is_not_wanted(data, gold, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "README", tmp_path / "no such file")
    legs = {"keywords": {"ranked": [[0]], "ms": [1.0], "build_s": 1.0, "mb": 1.0}}
    monkeypatch.setattr(benchmark, "run_system", lambda *_: {"legs": legs})
    run(data, gold, tmp_path, "--limit", "1", "--only", "wenbao-shipped")
    assert "| Wenbao keywords |" in capsys.readouterr().out


def test_a_system_that_hangs_is_ended(tmp_path, monkeypatch):
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o700)
    monkeypatch.setattr(benchmark, "python_of", lambda _: script)
    result = benchmark.run_system(benchmark.WENBAO, replace(made_set(), folder=tmp_path), 1, 1.0, 0.2)
    assert result == {"error": "not done in 0 s"}


def test_the_best_is_bold_and_a_failure_keeps_its_place():
    tests = [made_set()]
    values = {"nDCG@10": 0.5, "hit@1": 0.25, "hit@10": 1.0, "recall@100": 1.0}
    better = Cell({**values, "nDCG@10": 0.75}, 1.0, None, 100.0, 1)
    rows = [
        Row("One", "fused", "Chinese", {"rgb": Cell(values, 12.34, 5.0, 100.0, 1)}),
        Row("Two", "vectors", "", {"rgb": better}),
        Row("Three", "–", "defaults", {"rgb": "a | reason"}),
    ]
    assert benchmark.write_table(rows, tests, "rgb").splitlines()[3:] == [
        "| One fused, Chinese | .500 / **.250** / **1.000** / **1.000** | 12.3 | 5 | 100 |",
        "| Two vectors | **.750** / **.250** / **1.000** / **1.000** | 1.0 | – | 100 |",
        "| Three, defaults | a / reason | – | – | – |",
    ]


def test_what_stands_around_the_marks_stays():
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert benchmark.put_between_marks(text, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert benchmark.put_between_marks("alone\n", "new") == f"alone\n\n{BEGIN}\nnew\n{END}\n"


@pytest.mark.parametrize("module", benchmark.TITLES)
def test_every_peer_names_its_versions(module):
    pins = benchmark.requirements(module)
    assert pins
    assert all("==" in pin for pin in pins)


def test_systems_have_names_of_their_own():
    names = [system.name for system in benchmark.SYSTEMS]
    assert len(set(names)) == len(names)
    assert all((benchmark.PEERS / f"{system.module}.py").exists() for system in benchmark.SYSTEMS)
    assert System("a", "A", "Chinese").name == "a-chinese"
