"""python -m index: build | add | remove | status | check | articles.

In: the command line. Out: text or JSON on standard output; progress and warnings on standard error.
Exit status: 0 done, 1 it failed and said why, 2 wrong usage.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.articles import read_articles
from index.encoder import load_encoder
from index.errors import CorpusError, WenbaoError
from index.pages import Skipped, read_pages
from index.show import Ink, list_json, show_reading
from index.store import DEFAULT_INDEX, Report, ToRead, engine_of, open_store

_NAMED = 20  # files of a kind that are told one by one


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console of another encoding lacks some characters
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(options.run(options))
    except WenbaoError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted; the index is as it was.", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; Python would complain once more at exit
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        print(f"{error.strerror or error}{where}. The index is as it was.", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description="Build and look after the index.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--index", default=str(DEFAULT_INDEX), metavar="DIR", help="default: %(default)s")

    build = commands.add_parser("build", parents=[shared], help="index files and folders: what changed since")
    build.add_argument("--anew", action="store_true", help="read everything again, changed or not")
    build.add_argument(
        "--watch", action="store_true", help="go on: index anew whenever a file changes, until interrupted"
    )
    build.add_argument(
        "--ray", metavar="ADDRESS", help="a Ray cluster that is to do it, for an index on a server"
    )
    build.add_argument(
        "paths", nargs="*", default=["seeds"], metavar="PATH", help="default: seeds; on a server also a URL"
    )
    add = commands.add_parser("add", parents=[shared], help="add files and folders to the index")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    for command, run in ((build, _build), (add, _add)):
        command.add_argument(
            "--encoder", metavar="NAME_OR_DIR", help="a sentence-transformers model; default: the bundled one"
        )
        command.set_defaults(run=run)
    remove = commands.add_parser("remove", parents=[shared], help="take files and folders out of the index")
    remove.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    remove.set_defaults(run=_remove)

    status = commands.add_parser("status", parents=[shared], help="say what the index holds")
    status.add_argument("--json", action="store_true")
    status.set_defaults(run=_status)
    check = commands.add_parser("check", parents=[shared], help="verify every part of the index")
    check.set_defaults(run=_check)

    articles = commands.add_parser("articles", help="show how a file is read: articles, joins, the rest")
    articles.add_argument("file", type=Path, metavar="FILE")
    articles.add_argument("--json", action="store_true")
    articles.set_defaults(run=_articles)
    return parser


def _build(options: argparse.Namespace) -> int:
    engine = engine_of(options.index)
    encoder = load_encoder(_encoder_name(options))
    report = engine.build(options.paths, options.index, encoder, _bar, anew=options.anew, ray=options.ray)
    _tell(report, options.index)
    if not options.watch:
        return 0
    from index.watch import watch_changes

    for _ in watch_changes([Path(path) for path in options.paths], engine.own_folder(options.index)):
        try:
            _tell(
                engine.build(options.paths, options.index, encoder, _bar, anew=False, ray=options.ray),
                options.index,
            )
        except (WenbaoError, OSError) as error:  # the next change may mend it
            print(error, file=sys.stderr)
    return 0


def _add(options: argparse.Namespace) -> int:
    name = _encoder_name(options)
    encoder = load_encoder(name) if name else None
    _tell(engine_of(options.index).add(options.paths, options.index, encoder, _bar), options.index)
    return 0


def _remove(options: argparse.Namespace) -> int:
    _tell(engine_of(options.index).remove(options.paths, options.index), options.index)
    return 0


def _encoder_name(options: argparse.Namespace) -> str | None:
    name: str | None = options.encoder
    # The index will be asked from other folders too.
    return str(Path(name).resolve()) if name and Path(name).is_dir() else name


def _bar(files: Sequence[ToRead]) -> Iterable[ToRead]:
    from tqdm import tqdm

    bar: Iterable[ToRead] = tqdm(files, desc="Reading files", unit="file", file=sys.stderr, disable=not files)
    return bar


def _tell(report: Report, address: str) -> None:
    for item in report.skipped:
        print(f"Skipped {item.path}: {item.reason}", file=sys.stderr)
    for one, other in report.twice[:_NAMED]:
        print(f"{one} has the same content as {other}", file=sys.stderr)
    if len(report.twice) > _NAMED:
        print(f"and {len(report.twice) - _NAMED} files more have that of another", file=sys.stderr)
    told = (
        (report.unchanged, "unchanged"), (report.removed, "removed"), (report.renamed, "renamed"),
    )  # fmt: skip
    changes = "".join(f", {count} {what}" for count, what in told if count)
    print(
        f"{report.counts.pages} pages, {report.counts.articles} articles, {report.counts.passages} passages"
        f"{changes} in {report.seconds:.1f} s, {report.size / 1e6:.1f} MB in {address}",
        flush=True,
    )


def _status(options: argparse.Namespace) -> int:
    store = open_store(options.index)
    manifest, encodings = store.manifest, store.catalog.encodings()
    if options.json:
        print(json.dumps(store.as_json() | {"encodings": encodings}, ensure_ascii=False, indent=1))
        return 0
    counts = manifest.counts
    print(f"{counts.pages} pages, {counts.articles} articles, {counts.passages} passages")
    print(f"{manifest.size / 1e6:.1f} MB in {store.name}, built {manifest.built}")
    print(f"fingerprint {store.fingerprint}")
    print(
        f"encoder {manifest.encoder} ({manifest.encoder_fingerprint[:12]}), {manifest.dimension} dimensions"
    )
    read = ", ".join(f"{pages} in {encoding}" for encoding, pages in encodings.items())
    print(f"pages read: {read}")
    for path, reason in manifest.skipped:
        print(f"skipped {path}: {reason}")
    for fault in store.damaged:
        print(f"passed over: {fault}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from index.check import find_faults

    store = open_store(options.index)
    faults = [*store.damaged, *find_faults(store)]
    for fault in faults:
        print(fault)
    if not faults:
        print(f"{store.name} is sound: {store.manifest.counts.passages} passages checked")
    return 1 if faults else 0


def _articles(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise CorpusError(f"There is no file {options.file}. Check the name and try again.")
    ink = Ink(on=_wants_colour())
    objects: list[dict[str, object]] = []
    skipped: list[Skipped] = []
    pages = 0
    for page in read_pages(options.file.resolve(), options.file.name):
        if isinstance(page, Skipped):
            skipped.append(page)
            continue
        pages += 1
        reading = read_articles(page)
        if options.json:
            objects += list_json(page, reading)
        else:
            print("\n".join(show_reading(page, reading, ink)))
    if not pages:
        raise CorpusError(f"{options.file} cannot be read as a page: {skipped[0].reason}.")
    for item in skipped:
        print(f"Skipped {item.path}: {item.reason}", file=sys.stderr)
    if options.json:
        print(json.dumps(objects, ensure_ascii=False, indent=1))
    return 0


def _wants_colour() -> bool:
    """Tell whether a person looks on who has not asked for plain text (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


if __name__ == "__main__":
    sys.exit(main())
