"""Measure retrieval over Chinese news: Wenbao, and peers that run beside it in the same way.

In: the data and gold folders (files as ../shared/data/README.md and ../shared/gold/README.md describe; a set
whose files are missing is left out). Out: a table, with --write a section of lab/README.md and a plot. Does
not know how any system works: each is an adapter in lab/peers/ that runs in its own process, peers in their
own virtual environments.

    python -m lab.benchmark_retrieval [--data DIR] [--gold DIR] [--only SYSTEM ...] [--sets SET ...] [--write]

Pages are cut to passages once, here, and written to the work folder with the questions; the systems read
nothing else, and every passage that they rank is compared here with what is right. What a system found is
kept in the work folder and used again, so that a long run can be done in several.
"""

import argparse
import hashlib
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from xml.sax.saxutils import escape

from index.pages import read_page
from index.passages import MAX_LENGTH
from index.records import Article, Page
from lab.data import clean, read, read_titled
from lab.sheet import Sheet
from qa.evaluate import read_gold

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "lab" / "peers"
README = ROOT / "lab" / "README.md"
BEGIN, END = "<!-- benchmark:begin -->", "<!-- benchmark:end -->"
# Nothing may ask the network, or count its user.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANCEDB_CONFIG_DIR": "/nonexistent",
    "LANGCHAIN_TRACING_V2": "false",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


# ---- what is asked, of what ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what is right: numbers of articles; for gold, of the passages with the evidence."""

    question: str
    right: frozenset[int]
    evidence: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """Questions over pages. `articles` holds for each passage the number of its article."""

    name: str
    title: str
    folder: Path
    articles: tuple[int, ...]
    asked: tuple[Asked, ...]
    checksum: str

    @property
    def gold(self) -> bool:
        """Whether it is measured by evidence."""
        return self.asked[0].evidence is not None

    @property
    def measures(self) -> tuple[str, ...]:
        """What is measured on it, in the order of the table."""
        return GOLD_MEASURES if self.gold else TEXT_MEASURES


TEXT_MEASURES = ("nDCG@10", "hit@1", "hit@10", "recall@100")
GOLD_MEASURES = ("evidence@1", "evidence@3", "hit@1")


@dataclass(frozen=True)
class Source:
    """Where the sets come from. `limit` cuts questions and news; `questions` takes a sample of them."""

    data: Path
    gold: Path
    seeds: Path
    questions: int
    limit: int | None

    @cached_property
    def news(self) -> list[str]:
        """All news stories, in the order of the files."""
        names = sorted(path.name.removesuffix(".jsonl.gz") for path in self.data.glob("news_*.jsonl.gz"))
        return [clean(item["text"]) for name in names for item in read(self.data, name)]

    def sample(self, items: list[Any]) -> list[Any]:
        """Return the questions to ask, in an order of chance: a system that is slow is asked the first."""
        if self.limit:
            return items[: self.limit]
        chosen = list(items)
        random.Random(0).shuffle(chosen)
        return chosen[: self.questions or None]

    def added(self, count: int) -> list[str]:
        """Return `count` news stories to make a pool larger."""
        return self.news[: max(0, min(count, self.limit or count))]


def rgb(source: Source) -> tuple[list[Sheet], list[tuple[str, set[str]]]]:
    """RGB's questions, as people type them; all its passages, and news up to 11,500 texts."""
    rows = source.sample(read(source.data, "rgb_zh_refine"))
    own = list(dict.fromkeys(text for row in rows for text in row["positive"] + row["negative"]))
    pool = own + source.added(11500 - len(own))
    return _sheets(pool), [(row["question"], set(row["positive"])) for row in rows]


def headlines(source: Source) -> tuple[list[Sheet], list[tuple[str, set[str]]]]:
    """Headlines to their bodies, all bodies and 20,000 news stories; one without a body is not asked."""
    rows = [(row["headline"], clean(row["body"])) for row in read(source.data, "headlines_dev")]
    rows = [(headline, body) for headline, body in rows if body][: source.limit]
    pool = [body for _, body in rows] + source.added(20000)
    return _sheets(pool), [(headline, {body}) for headline, body in source.sample(rows)]


def titles(source: Source) -> tuple[list[Sheet], list[tuple[str, set[str]]]]:
    """The titles that some news has in its text, to the stories without them, among the rest of the file.

    Raises OSError where no story has one.
    """
    titled, others = read_titled(source.data, "news_0")
    titled = titled[: source.limit]
    if not titled:
        raise OSError("no story of news_0 has its title in its text")
    pool = [story for _, story in titled] + others[: source.limit]
    return _sheets(pool), [(title, {story}) for title, story in source.sample(titled)]


def questions(source: Source) -> tuple[list[Sheet], list[tuple[str, set[str]]]]:
    """CMRC's questions to their passages, and 20,000 news stories."""
    rows = read(source.data, "questions_dev")[: source.limit]
    rows = [row for row in rows if row.get("answerable", True)]
    pool = [row["passage"] for row in rows] + source.added(20000)
    return _sheets(pool), [(row["question"], {row["passage"]}) for row in source.sample(rows)]


def _sheets(texts: Iterable[str]) -> list[Sheet]:
    """Return a page for each text that differs."""
    return [
        Sheet(f"{number}.txt", text) for number, text in enumerate(dict.fromkeys(filter(str.strip, texts)))
    ]


TEXT_SETS: dict[str, tuple[str, Callable[[Source], tuple[list[Sheet], list[tuple[str, set[str]]]]]]] = {
    "rgb": ("RGB", rgb),
    "headlines": ("Headlines", headlines),
    "titles": ("Titles", titles),
    "questions": ("CMRC", questions),
}
GOLD_SETS = {"gold": 0, "gold20k": 20000, "gold65k": 65000}
SETS = (*TEXT_SETS, *GOLD_SETS)


def prepare(name: str, source: Source, work: Path) -> Trial:
    """Write the set's pages, passages and questions to the work folder. Raises OSError for a missing file."""
    folder = work / name
    folder.mkdir(parents=True, exist_ok=True)
    wanted: list[tuple[str, set[str]]] = []
    if name in TEXT_SETS:
        title, make = TEXT_SETS[name]
        sheets, wanted = make(source)
    else:
        title = "Gold"
        sheets = _seed_sheets(source.seeds) + _sheets(source.added(GOLD_SETS[name]))
    articles: list[int] = []
    passages: list[tuple[str, str]] = []  # source, text
    owners: list[tuple[str, Article]] = []
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as pages:
        for sheet in sheets:
            pages.write(_line(asdict(sheet)))
            for article, cut in sheet.cut():
                articles += [len(owners)] * len(cut)
                passages += [(sheet.source, passage.text) for passage in cut]
                owners.append((sheet.source, article))
    heads = [article.title for _, article in owners]
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
        for number, (owner, (_, text)) in enumerate(zip(articles, passages, strict=True)):
            file.write(_line({"n": number, "text": f"{heads[owner]}\n{text}".strip()}))
    if name in TEXT_SETS:
        place = {article.text: number for number, (_, article) in enumerate(owners)}
        asked = [
            Asked(text, frozenset(place[item] for item in right if item in place)) for text, right in wanted
        ]
    else:
        asked = list(_gold_asked(source, owners, passages))
    with (folder / "questions.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(_line({"question": item.question}) for item in asked)
    digest = hashlib.sha256((folder / "passages.jsonl").read_bytes())
    digest.update((folder / "questions.jsonl").read_bytes())
    size = f"{len(owners):,} articles, {len(passages):,} passages; {len(asked):,} questions"
    return Trial(name, f"{title}: {size}", folder, tuple(articles), tuple(asked), digest.hexdigest()[:16])


def _line(item: object) -> str:
    return json.dumps(item, ensure_ascii=False) + "\n"


def _seed_sheets(folder: Path) -> list[Sheet]:
    pages = (read_page(path, path.name) for path in sorted(folder.glob("*.txt")))
    return [Sheet(f"seeds/{page.source}", page.text, whole=False) for page in pages if isinstance(page, Page)]


def _gold_asked(
    source: Source, owners: Sequence[tuple[str, Article]], passages: Sequence[tuple[str, str]]
) -> Iterator[Asked]:
    """Yield what can be answered and asked by itself, compared as qa/evaluate.py does: without blanks."""
    seeds = [(number, text) for number, text in enumerate(passages) if text[0].startswith("seeds/")]
    for item in read_gold(source.gold / "dev.jsonl")[: source.limit]:
        if item.source is None or item.history:
            continue
        page, evidence, headline = f"seeds/{item.source}", _squeeze(item.evidence), _squeeze(item.headline)
        right = {
            number
            for number, (owner, article) in enumerate(owners)
            if owner == page
            and ((headline and headline in _squeeze(article.headline)) or evidence in _squeeze(article.text))
        }
        holds = {number for number, (owner, text) in seeds if owner == page and evidence in _squeeze(text)}
        yield Asked(item.question, frozenset(right), frozenset(holds))


def _squeeze(text: str | None) -> str:
    return "".join((text or "").split())


# ---- how well it was found ----------------------------------------------------------------------------


def ndcg(found: Sequence[int], right: frozenset[int], top: int = 10) -> float:
    """Return nDCG@`top` with gain 1 for what is in `right` (Järvelin and Kekäläinen, 2002)."""
    gain = sum(1 / math.log2(rank + 1) for rank, item in enumerate(found[:top], 1) if item in right)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(top, len(right)) + 1))
    return gain / best if best else 0.0


def measure(test: Trial, ranked: Sequence[Sequence[int]]) -> dict[str, float]:
    """Return the means of the measures over the questions that were asked: the first len(ranked)."""
    tallies: dict[str, list[float]] = {name: [] for name in test.measures}
    for passages, asked in zip(ranked, test.asked, strict=False):
        found = list(dict.fromkeys(test.articles[number] for number in passages))
        values = {
            "nDCG@10": ndcg(found, asked.right),
            "hit@1": float(not asked.right.isdisjoint(found[:1])),
            "hit@10": float(not asked.right.isdisjoint(found[:10])),
            "recall@100": len(asked.right.intersection(found)) / max(len(asked.right), 1),
        }
        if asked.evidence is not None:
            for k in (1, 3):
                values[f"evidence@{k}"] = float(not asked.evidence.isdisjoint(passages[:k]))
        for name, tally in tallies.items():
            tally.append(values[name])
    return {name: statistics.fmean(tally) for name, tally in tallies.items()}


# ---- the systems, each in its own process -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class System:
    """One adapter in one variant, "defaults" or "Chinese"; Wenbao has but one."""

    module: str
    title: str
    variant: str

    @property
    def name(self) -> str:
        """What --only and the files in the work folder call it."""
        return f"{self.module}-{self.variant.lower()}"


TITLES = {
    "bm25s": "bm25s",
    "langchain": "LangChain",
    "llama_index": "LlamaIndex",
    "haystack": "Haystack",
    "txtai": "txtai",
    "lancedb": "LanceDB",
}
VARIANTS = ("Chinese", "defaults")
WENBAO = System("wenbao", "Wenbao", "shipped")
SYSTEMS = (
    WENBAO,
    *(System(module, title, variant) for module, title in TITLES.items() for variant in VARIANTS),
)
LEGS = ("keywords", "vectors", "fused", "reranked", "reranked, ten hits", "reranked and read")


def requirements(module: str) -> list[str]:
    """Return what an adapter says that it needs, in its head, as PEP 723 has it."""
    lines = (PEERS / f"{module}.py").read_text("utf-8").splitlines()
    if "# /// script" not in lines:
        return []
    start = lines.index("# /// script") + 1
    head = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[start : lines.index("# ///")])
    return [str(pin) for pin in tomllib.loads(head)["dependencies"]]


def python_of(module: str) -> Path:
    """Return the interpreter of an adapter, its virtual environment set up. Raises CalledProcessError."""
    pins = requirements(module)
    if not pins:
        return Path(sys.executable)
    folder = PEERS / module / ".venv"
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists() or done.read_text("utf-8").split() != pins:
        if not python.exists():
            _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *pins])
        done.write_text("\n".join(pins), "utf-8")
    return python


def _run(command: Sequence[str], timeout: float | None = None, **variables: str) -> None:
    environment = {**os.environ, **QUIET, **variables}
    subprocess.run(
        command, cwd=ROOT, env=environment, timeout=timeout, check=True, capture_output=True, text=True
    )


def run_system(system: System, test: Trial, threads: int, budget: float, timeout: float) -> dict[str, Any]:
    """Let a system build and answer in its own process; return its legs, or the reason why there are none."""
    out = test.folder / f"{system.name}.part"
    command = ["-m", f"lab.peers.{system.module}", str(test.folder), system.variant, str(out)]
    command += ["--threads", str(threads), "--budget", str(budget)]
    variables = {"PYTHONPATH": str(ROOT), **dict.fromkeys(THREADS, str(threads))}
    try:
        _run([str(python_of(system.module)), *command], timeout, **variables)
        result: dict[str, Any] = json.loads(out.read_text("utf-8"))
    except subprocess.TimeoutExpired:
        return {"error": f"not done in {timeout:,.0f} s"}
    except subprocess.CalledProcessError as error:
        said = [line.strip() for line in (error.stderr or "").splitlines() if line.strip()]
        errors = [line for line in said if line.startswith("ERROR") or "Error" in line.partition(":")[0]]
        return {"error": (errors or said or [f"exit status {error.returncode}"])[-1][:160]}
    except OSError as error:
        return {"error": str(error)}
    finally:
        out.unlink(missing_ok=True)
    return result


def result_of(
    system: System, test: Trial, options: argparse.Namespace, *, run: bool
) -> dict[str, Any] | None:
    """Return what a system found on a set: from the work folder, else, where it is to run, from a run."""
    path = test.folder / f"{system.name}.json"
    key = f"{test.checksum} {options.threads}"
    if path.exists() and not (run and options.fresh):
        kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if kept["key"] == key and not (run and "error" in kept):
            return kept
    if not run:
        return None
    print(f"{test.name:10} {system.name} ...", file=sys.stderr, flush=True)
    result = run_system(system, test, options.threads, options.budget, options.timeout)
    result["key"] = key
    path.write_text(json.dumps(result), "utf-8")
    return result


# ---- the table and the plot ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """What one row says of one set. `asked` counts the questions that were asked within the budget."""

    values: dict[str, float]
    ms: float
    build_s: float | None
    mb: float
    asked: int


@dataclass(frozen=True, slots=True)
class Row:
    """A leg of a system on all sets; where it failed on one, the reason stands in place of a Cell."""

    title: str
    leg: str
    variant: str
    cells: dict[str, Cell | str]


def rows_of(results: dict[System, dict[str, dict[str, Any]]], tests: Sequence[Trial]) -> list[Row]:
    """Return a row for each leg of each system; one row for a system that failed everywhere.

    A leg that was added after a set was measured has no cell there.
    """
    rows = []
    for system, by_set in results.items():
        legs = [leg for leg in LEGS if any(leg in result.get("legs", {}) for result in by_set.values())]
        for leg in legs or ["–"]:
            cells: dict[str, Cell | str] = {}
            for test in tests:
                result = by_set.get(test.name, {})
                if "error" in result:
                    cells[test.name] = str(result["error"])
                elif leg in result.get("legs", {}):
                    cells[test.name] = _cell(test, result["legs"][leg])
            rows.append(Row(system.title, leg, "" if leg == "vectors" else system.variant, cells))
    return rows


def _cell(test: Trial, leg: dict[str, Any]) -> Cell:
    values = measure(test, leg["ranked"])
    return Cell(values, statistics.median(leg["ms"]), leg["build_s"], leg["mb"], len(leg["ranked"]))


def write_table(rows: Sequence[Row], tests: Sequence[Trial], timed: str) -> str:
    """Return the table in Markdown; the best of each measure is bold. Costs are those of the set `timed`."""
    best = {
        (test.name, name): max((round(cell.values[name], 3) for cell in _cells(rows, test.name)), default=0.0)
        for test in tests
        for name in test.measures
    }
    lines = [
        f"| system | {' | '.join(test.name for test in tests)} | ms | build s | MB |",
        "| --- " * (len(tests) + 4) + "|",
        f"| | {' | '.join(' / '.join(test.measures) for test in tests)} | | | |",
    ]
    for row in rows:
        texts = []
        for test in tests:
            cell = row.cells.get(test.name, "–")
            if isinstance(cell, str):
                texts.append(cell.replace("|", "/"))
                continue
            text = " / ".join(_share(cell.values[n], best[test.name, n]) for n in test.measures)
            few = f" ({cell.asked:,} asked)" if cell.asked < len(test.asked) else ""
            texts.append(text + few)
        cost = row.cells.get(timed)
        costs = ["–"] * 3
        if isinstance(cost, Cell):
            build = "–" if cost.build_s is None else f"{cost.build_s:,.0f}"
            costs = [f"{cost.ms:,.1f}", build, f"{cost.mb:,.0f}"]
        lines.append(f"| {_label(row)} | {' | '.join(texts + costs)} |")
    return "\n".join(lines)


def _cells(rows: Iterable[Row], name: str) -> Iterator[Cell]:
    return (cell for row in rows if isinstance(cell := row.cells.get(name), Cell))


def _label(row: Row) -> str:
    variant = f", {row.variant}" if row.variant not in {"", WENBAO.variant} else ""
    return f"{row.title} {row.leg}{variant}" if row.leg in LEGS else f"{row.title}{variant}"


def _share(value: float, best: float) -> str:
    text = f"{value:.3f}".removeprefix("0")
    return f"**{text}**" if round(value, 3) == best else text


COLOURS = ("#b3392f", "#33658a", "#6b8f3c")


def draw_plot(rows: Sequence[Row], tests: Sequence[Trial]) -> str:
    """Return an SVG: a line for each row, the best first, with a dot for each set of texts."""
    tests = [test for test in tests if not test.gold]
    shown = [
        (row, {test.name: cell for test in tests if isinstance(cell := row.cells.get(test.name), Cell)})
        for row in rows
    ]
    shown = [(row, cells) for row, cells in shown if cells]
    shown.sort(key=lambda item: -sum(cell.values["nDCG@10"] for cell in item[1].values()))
    left, width, step, top = 230, 460, 20, 44
    height = top + step * len(shown) + 24
    text = '<text x="{}" y="{}" text-anchor="{}" fill="{}">{}</text>'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 30} {height}"',
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        text.format(left - 10, 18, "end", "#222", "nDCG@10"),
    ]
    for number, test in enumerate(tests):
        x = left + number * 110
        lines.append(f'<circle cx="{x}" cy="14" r="5" fill="{COLOURS[number]}"/>')
        lines.append(text.format(x + 10, 18, "start", "#222", escape(test.title.partition(":")[0])))
    for tenth in range(0, 11, 2):
        at = left + width * tenth / 10
        lines.append(f'<path d="M{at} {top - 8}V{height - 20}" stroke="#ddd"/>')
        lines.append(text.format(at, height - 6, "middle", "#666", f"{tenth / 10:.1f}"))
    for number, (row, cells) in enumerate(shown):
        y = top + step * number + 4
        colour = "#b3392f" if row.title == WENBAO.title else "#222"
        lines.append(text.format(left - 10, y + 4, "end", colour, escape(_label(row))))
        for place, test in enumerate(tests):
            if test.name in cells:
                at = left + width * cells[test.name].values["nDCG@10"]
                lines.append(f'<circle cx="{at:.1f}" cy="{y}" r="5" fill="{COLOURS[place]}"/>')
    return "\n".join([*lines, "</svg>", ""])


def write_section(
    rows: Sequence[Row], tests: Sequence[Trial], results: dict[System, Any], threads: int
) -> str:
    """Return the section of lab/README.md: how it was measured, the table, the versions."""
    timed = next((test for test in tests if test.name == "headlines"), tests[-1])
    pins = {system.title: requirements(system.module) for system in results if system is not WENBAO}
    versions = "; ".join(
        f"{title}: {', '.join(pin.replace('==', ' ') for pin in own[: _own_pins(own)])}"
        for title, own in pins.items()
    )
    return "\n".join(
        [
            "# Retrieval, beside others",
            "`lab.benchmark_retrieval --write` writes this section, and makes a virtual environment for",
            "each peer below `lab/peers/`. `--help` lists what can be chosen, other folders of data among it",
            "(`--data`, `--gold`). Everyone gets the same passages, of at most",
            f"{MAX_LENGTH} characters, and the bundled encoder, and brings 100; an article's rank is that of",
            "its best passage. “Chinese” is a peer's own documented way to take Chinese, with jieba where it",
            "allows it; “defaults” is what it does when told nothing. Each fuses in its own way. “Ten hits”:",
            "what Wenbao asks for when it answers: ranking fewer costs less. Gold: questions that can be",
            "answered and stand by themselves; their evidence in the first passage, in the first three.",
            "",
            *(f"- `{test.name}`: {test.title}" for test in tests),
            "",
            write_table(rows, tests, timed.name),
            "",
            "ms (median of a question), build s and MB (peak of the process until then, in the order of the",
            f"rows) on `{timed.name}`, each system in its own process, held to {threads} of",
            f"{os.cpu_count()} cores; Python {sys.version_info.major}.{sys.version_info.minor}.",
            "“asked”: questions that a slow system was asked within its time, a sample by chance.",
            f"Versions: {versions}." if versions else "",
            "",
            "![nDCG@10 of every system](benchmark_retrieval.svg)",
        ]
    )


def _own_pins(pins: Sequence[str]) -> int:
    """Return how many pins stand before those that every adapter needs for the encoder."""
    return next((n for n, pin in enumerate(pins) if pin.startswith("numpy==")), len(pins))


def put_between_marks(text: str, section: str, begin: str = BEGIN, end: str = END) -> str:
    """Return `text` with what stands between the marks replaced; they are added at its end where missing."""
    if begin not in text:
        text = f"{text.rstrip()}\n\n{begin}\n{end}\n"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n{section.strip()}\n{end}{rest.partition(end)[2]}"


# ---- the command --------------------------------------------------------------------------------------


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", metavar="DIR")
    parser.add_argument("--gold", type=Path, default=ROOT.parent / "shared" / "gold", metavar="DIR")
    parser.add_argument("--seeds", type=Path, default=ROOT / "seeds", metavar="DIR", help="gold's pages")
    parser.add_argument("--work", type=Path, default=Path(gettempdir()) / "wenbao-benchmark", metavar="DIR")
    names = [system.name for system in SYSTEMS]
    parser.add_argument("--only", nargs="+", default=names, choices=names, metavar="SYSTEM",
                        help=f"run these; the others are shown where known: {', '.join(names)}")  # fmt: skip
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS, metavar="SET",
                        help=f"of {', '.join(SETS)}")  # fmt: skip
    parser.add_argument(
        "--questions", type=int, default=1000, metavar="N", help="a sample of each set; 0: all"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="of questions and stories, to try it out")
    parser.add_argument("--write", action="store_true", help="write lab/README.md and the plot")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="cores for each system")
    parser.add_argument("--budget", type=float, default=600.0, metavar="S", help="to ask one leg on one set")
    parser.add_argument("--timeout", type=float, default=3600.0, metavar="S", help="for a system on one set")
    parser.add_argument("--fresh", action="store_true", help="run again what the work folder has")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare the sets, run the systems, print the table, and write it where that is wanted."""
    options = parse(arguments)
    source = Source(options.data, options.gold, options.seeds, options.questions, options.limit)
    tests = []
    for name in SETS:
        try:
            if name in options.sets:
                tests.append(prepare(name, source, options.work))
        except OSError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    results: dict[System, dict[str, dict[str, Any]]] = {}
    for system in SYSTEMS:
        for test in tests:
            result = result_of(system, test, options, run=system.name in options.only)
            if result is not None:
                results.setdefault(system, {})[test.name] = result
    if not results:
        sys.exit("Nothing was measured.")
    rows = rows_of(results, tests)
    section = write_section(rows, tests, results, options.threads)
    print(section)
    if options.write:
        README.write_text(put_between_marks(README.read_text("utf-8"), section), "utf-8")
        README.with_name("benchmark_retrieval.svg").write_text(draw_plot(rows, tests), "utf-8")


if __name__ == "__main__":
    main()
