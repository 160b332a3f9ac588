"""python -m qa: ask | evaluate.

In: the command line, or one question a line on standard input. Out: text or JSON on standard output.
Exit status: 0 done, 1 it failed and said why, 2 wrong usage.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from index.errors import CorpusError, QuestionError, WenbaoError
from index.generation import DEFAULT_INDEX
from qa.archive import Archive
from qa.evaluate import evaluate, read_gold
from qa.records import Answer
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
    shared.add_argument(
        "--index", type=Path, default=DEFAULT_INDEX, metavar="DIR", help="default: %(default)s"
    )
    shared.add_argument("--encoder", metavar="NAME_OR_DIR", help="default: the one the index was built with")
    shared.add_argument("--json", action="store_true")

    ask = commands.add_parser("ask", parents=[shared], help="answer a question")
    ask.add_argument("question", help="the question; - with --json: one a line on standard input")
    ask.add_argument("--history", action="append", default=[], metavar="QUESTION", help="an earlier question")
    ask.add_argument(
        "--top", type=_count, default=10, metavar="K", help="passages to list (default: %(default)s)"
    )
    ask.set_defaults(run=_ask)

    measure = commands.add_parser("evaluate", parents=[shared], help="measure answers against gold questions")
    measure.add_argument("file", type=Path, metavar="FILE.jsonl")
    measure.set_defaults(run=_evaluate)
    return parser


def _count(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("K is a number from 1 to 100")
    return number


def _ask(options: argparse.Namespace) -> int:
    archive = Archive.open(options.index, options.encoder)
    if options.question == "-" and options.json:
        return _ask_lines(archive, options)
    answer = archive.ask(options.question, options.history, options.top)
    print(json.dumps(as_json(answer), ensure_ascii=False) if options.json else _as_text(answer))
    return 0


def _ask_lines(archive: Archive, options: argparse.Namespace) -> int:
    """Answer a question a line. A line that cannot be asked gets {"error": ...}, and the rest goes on."""
    failed = 0
    for question, history in _read_lines(options.history):
        try:
            if isinstance(question, QuestionError):
                raise question
            print(
                json.dumps(as_json(archive.ask(question, history, options.top)), ensure_ascii=False),
                flush=True,
            )
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


def as_json(answer: Answer) -> dict[str, object]:
    """Return the answer as the object that other programs read; see the contract in README.md."""
    facts = asdict(answer)
    for citation in facts["citations"]:
        citation["passage"] = [citation["passage"]["start"], citation["passage"]["end"]]
        citation["marks"] = [[mark["start"], mark["end"]] for mark in citation["marks"]]
    facts["took_ms"] = round(answer.took_ms, 1)
    facts["confidence"] = round(answer.confidence, 4)
    return facts


def _as_text(answer: Answer) -> str:
    lines = [] if answer.standalone == answer.question else [f"按“{answer.standalone}”查找"]
    if answer.limits:
        lines.append(f"限于 {say_limits(answer.limits)}")
    if answer.answered:
        lines += [answer.span, ""] if answer.span else []
        lines.append(answer.answer)
        for c in answer.citations:
            edition = c.edition and f"第{c.edition}版"
            facts = (c.headline, c.section, c.district, c.byline, c.newspaper, c.date, edition, c.source)
            about = " · ".join(fact for fact in facts if fact)
            lines.append(f"  [{c.n}] {about} ({c.start}-{c.end})")
    else:
        lines.append(answer.reason or "")
        for hit in answer.hits[:3] if answer.mentioned or answer.beyond else ():
            lines.append(f"  {hit.headline or hit.source}: {' '.join(hit.text.split())[:80]}……")
    lines.append(f"  {answer.took_ms:.0f} ms")
    return "\n".join(lines)


def _evaluate(options: argparse.Namespace) -> int:
    try:
        gold = read_gold(options.file)
    except OSError as error:
        raise CorpusError(f"{options.file} cannot be read: {error.strerror}.") from error
    measures = evaluate(Archive.open(options.index, options.encoder), gold)
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
