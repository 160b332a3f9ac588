"""What lab/benchmark_scale.py measured -> a table in Markdown and a plot.

In: the figures of each size. Out: text and SVG, with how fast each cost grows. Does not know how anything was
measured.

A cost that grows like n^b is a straight line of slope b where both axes are logarithmic; b is fitted by least
squares over the sizes. Twice the passages cost 2^b times as much: b = 1 twice, b = 0 the same.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Figures:
    """One size: seconds (_s), milliseconds (_ms), of a core (_core_), bytes; None for what was not measured.

    `recombined` of the `articles` are made of several. `peak`: the most that a command and its children held
    in memory at once. one_*: questions asked one after another; many_*: by several threads at a time. `own`
    memory is the process's, `mapped` that of files, which the system takes back where it is short of it.
    """

    passages: int
    articles: int
    recombined: int
    load: float
    build_s: float
    build_core_s: float
    build_peak: int
    index_bytes: int
    cold_open_s: float
    cold_answer_s: float
    open_s: float
    answer_s: float
    answer_core_s: float
    one_p50_ms: float
    one_p95_ms: float
    one_p99_ms: float
    one_core_ms: float
    many_p50_ms: float
    many_p95_ms: float
    many_p99_ms: float
    many_per_s: float
    memory: int
    own: int
    mapped: int
    recall_10: float | None = None
    recall_100: float | None = None
    vectors_core_ms: float | None = None
    add_s: float | None = None
    add_core_s: float | None = None
    add_peak: int | None = None
    remove_s: float | None = None
    remove_core_s: float | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Another library at one size, found with keywords and vectors together; `error` where it failed."""

    title: str
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    build_s: float | None = None
    peak: int = 0
    asked: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """A line of the table: a field of Figures in a unit. What does not `grow` has no exponent."""

    field: str
    title: str
    unit: float = 1.0
    digits: int = 1
    grows: bool = True


COSTS = (
    Cost("build_s", "build, s"),
    Cost("build_core_s", "– of a core, s"),
    Cost("build_peak", "– memory at most, MB", 1e6, 0),
    Cost("index_bytes", "index, MB", 1e6, 0),
    Cost("cold_open_s", "start until open, files not in memory, s", digits=2),
    Cost("cold_answer_s", "– until the first answer, s", digits=2),
    Cost("open_s", "start until open, files in memory, s", digits=2),
    Cost("answer_s", "– until the first answer, s", digits=2),
    Cost("answer_core_s", "– of a core, until then, s", digits=2),
    Cost("one_p50_ms", "a question, ms, median"),
    Cost("one_p95_ms", "– 95 %"),
    Cost("one_p99_ms", "– 99 %"),
    Cost("one_core_ms", "– of a core, mean"),
    Cost("many_p50_ms", "eight at a time, ms, median"),
    Cost("many_p95_ms", "– 95 %"),
    Cost("many_p99_ms", "– 99 %"),
    Cost("many_per_s", "– questions a second"),
    Cost("memory", "memory after asking, MB", 1e6, 0),
    Cost("own", "– its own", 1e6, 0),
    Cost("mapped", "– mapped files", 1e6, 0),
    Cost("vectors_core_ms", "the vectors' part of a question, ms of a core", digits=2),
    Cost("recall_10", "– recall@10 against exact search", digits=4, grows=False),
    Cost("recall_100", "– recall@100", digits=4, grows=False),
    Cost("add_s", "`add` of a page, s"),
    Cost("add_core_s", "– of a core, s"),
    Cost("add_peak", "– memory at most, MB", 1e6, 0),
    Cost("remove_s", "`remove` of it, s"),
    Cost("remove_core_s", "– of a core, s"),
)
PLOTTED = (
    "build_core_s", "build_peak", "index_bytes", "answer_core_s", "one_p50_ms", "one_core_ms", "many_p95_ms",
    "memory", "add_core_s",
)  # fmt: skip


def fit_exponent(sizes: Sequence[float], costs: Sequence[float]) -> float | None:
    """Return b of cost = a n^b by least squares over the logarithms; None for fewer than two sizes."""
    points = [(math.log(n), math.log(cost)) for n, cost in zip(sizes, costs, strict=True) if cost > 0]
    if len({x for x, _ in points}) < 2:
        return None
    x_mean, y_mean = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread


def write_table(sizes: Sequence[Figures]) -> str:
    """Return a line for each cost, a column for each size, and the exponent of its growth."""
    heads = [f"{one.passages:,}" + (" (recombined)" if one.recombined else "") for one in sizes]
    speeds = [f"{one.passages / one.build_s:,.0f}" for one in sizes]
    core_speeds = [f"{one.passages / one.build_core_s:,.0f}" for one in sizes]
    lines = [
        f"| passages | {' | '.join(heads)} | grows as |",
        "| --- " * (len(sizes) + 2) + "|",
        f"| articles | {' | '.join(f'{one.articles:,}' for one in sizes)} | |",
        f"| passages built a second | {' | '.join(speeds)} | |",
        f"| – a second of a core | {' | '.join(core_speeds)} | |",
    ]
    for cost in COSTS:
        values = [getattr(one, cost.field) for one in sizes]
        if all(value is None for value in values):
            continue
        texts = ["–" if value is None else f"{value / cost.unit:,.{cost.digits}f}" for value in values]
        lines.append(f"| {cost.title} | {' | '.join(texts)} | {_exponent(sizes, cost)} |")
    return "\n".join(lines)


def _exponent(sizes: Sequence[Figures], cost: Cost) -> str:
    known = [(one.passages, value) for one in sizes if (value := getattr(one, cost.field)) is not None]
    slope = fit_exponent([n for n, _ in known], [value for _, value in known]) if cost.grows else None
    return "" if slope is None else f"n^{slope:.2f}"


def write_peers(peers: Sequence[Peer]) -> str:
    """Return a line for each library."""
    lines = [
        "| at the same passages | ms, median | 95 % | build, s | memory at most, MB |",
        "| --- " * 5 + "|",
    ]
    for peer in peers:
        few = f" ({peer.asked:,} asked)" if peer.asked else ""
        build = "–" if peer.build_s is None else f"{peer.build_s:,.0f}"
        cells = f"{peer.p50_ms:,.1f}{few} | {peer.p95_ms:,.1f} | {build} | {peer.peak / 1e6:,.0f}"
        error = peer.error.replace("|", "/")
        lines.append(f"| {peer.title} | {error + ' | | | ' if error else cells} |")
    return "\n".join(lines)


_WIDE, _HIGH = 170, 96  # of a plot; so far apart are their left and upper edges
_ACROSS, _RIGHT, _DOWN = 3, 250, 170
_TEXT = '<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="{}">{}</text>'


def draw_costs(sizes: Sequence[Figures]) -> str:
    """Return an SVG with a small plot for each cost, both axes logarithmic; the grey line grows as n."""
    shown = [
        cost
        for cost in COSTS
        if cost.field in PLOTTED and all((getattr(one, cost.field) or 0) > 0 for one in sizes)
    ]
    rows = -(-len(shown) // _ACROSS)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_ACROSS * _RIGHT + 20} {rows * _DOWN + 10}"',
        'font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for number, cost in enumerate(shown):
        left, top = 50 + number % _ACROSS * _RIGHT, 34 + number // _ACROSS * _DOWN
        lines += _draw_cost(sizes, cost, left, top)
    return "\n".join([*lines, "</svg>", ""])


def _draw_cost(sizes: Sequence[Figures], cost: Cost, left: float, top: float) -> Iterator[str]:
    xs = [math.log10(one.passages) for one in sizes]
    ys = [math.log10(getattr(one, cost.field) / cost.unit) for one in sizes]
    scale = max(xs[-1] - xs[0], 1.0)
    low = min(ys) - 0.1 * scale
    reach = max(scale, max(ys) - low)  # a decade is as long on both axes, where there is room

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (x - xs[0]) / scale * _WIDE, top + _HIGH - (y - low) / reach * _HIGH

    title = f"{_full_title(cost)}: {_exponent(sizes, cost)}".rstrip(": ")
    yield _TEXT.format(left - 40, top - 14, "start", "#222", escape(title))
    yield f'<path d="M{left} {top}V{top + _HIGH}H{left + _WIDE}" fill="none" stroke="#bbb"/>'
    end = min(low + reach - ys[0], scale)
    (x0, y0), (x1, y1) = place(xs[0], ys[0]), place(xs[0] + end, ys[0] + end)
    yield f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="#ddd"/>'
    points = [place(x, y) for x, y in zip(xs, ys, strict=True)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield f'<path d="M{path}" fill="none" stroke="#b3392f" stroke-width="2"/>'
    for (x, y), one in zip(points, sizes, strict=True):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#b3392f"/>'
        yield _TEXT.format(x, y - 7, "middle", "#222", _short(getattr(one, cost.field) / cost.unit))
        yield _TEXT.format(x, top + _HIGH + 14, "middle", "#666", _short(one.passages))


def _full_title(cost: Cost) -> str:
    """Return the title, with that of the line above that it goes on from."""
    if not cost.title.startswith("–"):
        return cost.title
    above = [one.title for one in COSTS[: COSTS.index(cost)] if not one.title.startswith("–")]
    return f"{above[-1].partition(',')[0]}, {cost.title.removeprefix('– ')}"


def _short(value: float) -> str:
    """Return a number as it is said: 1,000,000 is 1M."""
    for size, sign in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{sign}"
    return f"{value:.3g}"
