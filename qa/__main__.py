"""python -m qa: ask | verify | evaluate.

In: the command line, or one question a line on standard input. Out: text or JSON on standard output.
Exit status: 0 done, 1 it failed and said why, 2 wrong usage.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from index.errors import CorpusError, QuestionError, WenbaoError
from index.store import DEFAULT_INDEX
from qa.archive import Archive
from qa.consult import Model, add_model_options, connect_as_told
from qa.contract import as_json, quotation_json
from qa.evaluate import evaluate, read_gold
from qa.quotation import MAX_LENGTH, say_verdict
from qa.records import Answer, ModelSummary, Quotation, QuotedPart
from qa.summarise import explain_trouble, summarise_answer, write_statement
from qa.within import say_limits


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    # Half of a surrogate pair, from a broken client or terminal, comes back as \\ud800: in JSON, itself.
    encoding = "utf-8" if options.json else None
    sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return int(options.run(options))
    except WenbaoError as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; Python would complain once more at exit
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa", description="Ask the archive.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--index", default=str(DEFAULT_INDEX), metavar="DIR", help="default: %(default)s")
    shared.add_argument("--encoder", metavar="NAME_OR_DIR", help="default: the one the index was built with")
    shared.add_argument("--json", action="store_true")
    asking = argparse.ArgumentParser(add_help=False, parents=[shared])
    asking.add_argument(
        "--reranker", metavar="NAME_OR_DIR", help="a cross-encoder that puts the best passages in order"
    )

    ask = commands.add_parser("ask", parents=[asking], help="answer a question")
    ask.add_argument("question", help="the question; - with --json: one a line on standard input")
    ask.add_argument("--history", action="append", default=[], metavar="QUESTION", help="an earlier question")
    ask.add_argument(
        "--top", type=_count, default=10, metavar="K", help="passages to list (default: %(default)s)"
    )
    add_model_options(ask)
    ask.set_defaults(run=_ask, parser=ask)

    verify = commands.add_parser("verify", parents=[shared], help="check a quotation against the pages")
    verify.add_argument("quotation", help="the words that a page is said to have; - reads standard input")
    verify.set_defaults(run=_verify)

    measure = commands.add_parser("evaluate", parents=[asking], help="measure answers against gold questions")
    measure.add_argument("file", type=Path, metavar="FILE.jsonl")
    measure.set_defaults(run=_evaluate)
    return parser


def _count(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("K is a number from 1 to 100")
    return number


def _ask(options: argparse.Namespace) -> int:
    model = connect_as_told(options, options.parser)
    archive = Archive.open(options.index, options.encoder, options.reranker)
    if options.question == "-" and options.json:
        return _ask_lines(archive, options, model)
    answer = archive.ask(options.question, options.history, options.top)
    if options.json:
        print(json.dumps(as_json(answer, _summarise(archive, answer, model)), ensure_ascii=False))
    else:
        print(_as_text(answer), flush=True)
        _summarise(archive, answer, model, _print_summary())
    return 0


def _summarise(
    archive: Archive, answer: Answer, model: Model | None, tell: Callable[[ModelSummary], None] | None = None
) -> ModelSummary | None:
    """Return what the model makes of an answer, None without a model or an answer; `tell` hears it grow."""

    async def listen(model: Model) -> ModelSummary | None:
        summary = None
        async for summary in summarise_answer(answer, lambda name: archive.page(name).page.text, model):
            if tell:
                tell(summary)
        return summary

    return asyncio.run(listen(model)) if model else None


def _print_summary() -> Callable[[ModelSummary], None]:
    """Return what prints the sentences of a growing summary, each once, and at the end what became of it."""
    told = 0

    def tell(summary: ModelSummary) -> None:
        nonlocal told
        for statement in summary.statements[told:]:
            heading = "" if told else f"\n由 {summary.model} 归纳,已逐句核对:\n"
            print(f"{heading}{write_statement(statement)}", flush=True)
            told += 1
        if summary.done:
            for n, hit in enumerate(summary.further, summary.cited + 1):
                print(f"  [{n}] {hit.headline or hit.source} · {hit.source} ({hit.start}-{hit.end})")
            if summary.dropped:
                print(f"  {summary.dropped} 句未能与原文核对,已略去")
            if note := explain_trouble(summary):
                print(f"  {note}")

    return tell


def _ask_lines(archive: Archive, options: argparse.Namespace, model: Model | None) -> int:
    """Answer a question a line. A line that cannot be asked gets {"error": ...}, and the rest goes on."""
    failed = 0
    for question, history in _read_lines(options.history):
        try:
            if isinstance(question, QuestionError):
                raise question
            answer = archive.ask(question, history, options.top)
            facts = as_json(answer, _summarise(archive, answer, model))
            print(json.dumps(facts, ensure_ascii=False), flush=True)
        except QuestionError as error:
            failed = 1
            print(json.dumps({"error": str(error)}, ensure_ascii=False), flush=True)
    return failed


def _read_lines(history: list[str]) -> Iterator[tuple[str | QuestionError, list[str]]]:
    sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]
    for line in sys.stdin:
        if not line.strip():
            continue
        if not line.lstrip().startswith("{"):
            yield line, history
            continue
        try:
            asked = json.loads(line)
            earlier = asked.get("history", history)
            if not isinstance(earlier, list):
                raise TypeError
            if not all(isinstance(turn, str) for turn in (asked["question"], *earlier)):
                raise TypeError
        except (ValueError, KeyError, TypeError, RecursionError):
            yield QuestionError('A line is plain text or {"question": "...", "history": ["..."]}.'), []
        else:
            yield asked["question"], earlier


def _as_text(answer: Answer) -> str:
    lines = [] if answer.standalone == answer.question else [f"按“{answer.standalone}”查找"]
    if answer.limits:
        lines.append(f"限于 {say_limits(answer.limits)}")
    if answer.answered:
        lines += [answer.span, ""] if answer.span else []
        if answer.differing:
            lines.append(f"各报说法不一:{''.join(f'[{n}]' for n in answer.differing)}")
        lines.append(answer.overview.stated if answer.overview else answer.answer)
        for c in answer.citations:
            edition = c.edition and f"第{c.edition}版"
            facts = (c.headline, c.section, c.district, c.byline, c.newspaper, c.date, edition, c.source)
            about = " · ".join(fact for fact in facts if fact)
            lines.append(f"  [{c.n}] {about} ({c.start}-{c.end})")
            lines += [f"      {''.join(c.text.split())}"] if answer.overview else []
    else:
        lines.append(answer.reason or "")
        for hit in answer.hits[:3] if answer.mentioned or answer.beyond else ():
            lines.append(f"  {hit.headline or hit.source}: {' '.join(hit.text.split())[:80]}……")
    lines.append(f"  {answer.took_ms:.0f} ms")
    return "\n".join(lines)


def _verify(options: argparse.Namespace) -> int:
    if options.quotation == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]
        # A little more than is allowed: the rest need not be read to say that it is too much.
        options.quotation = sys.stdin.read(10 * MAX_LENGTH)
    quotation = Archive.open(options.index, options.encoder).verify(options.quotation)
    if options.json:
        print(json.dumps(quotation_json(quotation), ensure_ascii=False))
    else:
        print("\n".join(_quotation_as_text(quotation)))
    return 0


def _quotation_as_text(quotation: Quotation) -> Iterator[str]:
    yield say_verdict(quotation)
    for part in quotation.parts:
        yield ""
        yield _show_runs(part) if part.places else f"馆藏里没有:{''.join(part.text.split())}"
        for place in part.places:
            where = "、".join(f"{span.start}-{span.end}" for span in place.spans)
            edition = place.edition and f"第{place.edition}版"
            facts = (place.headline, place.section, place.district, place.byline, place.newspaper, place.date)
            about = " · ".join(fact for fact in (*facts, edition, place.source) if fact)
            yield f"  {'标题 ' if place.where == 'head' else ''}{about} ({where})"
        if part.more or part.count > len(part.places):
            yield f"  {'至少' if part.more else '共'} {part.count} 处"
    yield f"  {quotation.took_ms:.0f} ms"


def _show_runs(part: QuotedPart) -> str:
    """Return the page's words; what the quotation lacks stands in {+ +}, what it has instead in [- -]."""
    shown = []
    for run in part.runs:
        given, printed = ("".join(text.split()) for text in (run.given, run.printed))
        if run.kind == "same":
            shown.append(printed)
        else:
            shown.append((given and f"[-{given}-]") + (printed and f"{{+{printed}+}}"))
    return "".join(shown)


def _evaluate(options: argparse.Namespace) -> int:
    try:
        gold = read_gold(options.file)
    except OSError as error:
        raise CorpusError(f"{options.file} cannot be read: {error.strerror}.") from error
    measures = evaluate(Archive.open(options.index, options.encoder, options.reranker), gold)
    if options.json:
        print(json.dumps(asdict(measures), ensure_ascii=False))
    else:
        for name, value in asdict(measures).items():
            if isinstance(value, float | int):
                print(f"{name:>16}  {value:.3f}" if isinstance(value, float) else f"{name:>16}  {value}")
        for miss in measures.misses:
            print(f"  {miss}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
