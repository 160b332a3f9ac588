"""A small index to be ruined, and what has to hold of it afterwards.

In: a folder to work in. Out: a Setting; of an index, whether it is whole, which one it is, what lies about.
Does not know what befalls it, or how an index lies on disk: it is made, opened and checked through its public
face, and the files of a build are those that its manifest names.

Two small corpora are indexed, the second larger, so that the counts tell which of the two one has. After each
misfortune one of them has to be there, whole, and the next build has to leave nothing lying about.
"""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from index.build import add_to_index, build_index
from index.check import find_faults
from index.embedded import Embedded
from index.encoder import load_encoder
from index.generation import Generation, open_generation
from lab.apart import Tally, run_apart
from lab.malformed import make_samples
from lab.sabotage import Outcome, Plan, run

MANIFEST = "manifest.json"
QUESTION, ANSWER = "河西新桥全长多少米?", "1860"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that writes, the index that it is given, and how many pages that has before and after it."""

    name: str
    arguments: tuple[str, ...]
    source: Path
    before: int
    after: int

    def on(self, index: Path) -> tuple[str, ...]:
        """Return its arguments for `index`."""
        return (*self.arguments, "--index", str(index))


@dataclass(frozen=True, slots=True)
class Setting:
    """What every scenario begins with, and where it may work. `small` and `large` are folders of pages.

    `base` is an index of `small` that was built twice; to `added` the rest of `large` was added; `linked` is
    the same, but that the two builds share what they have in common, as those of a large index do.
    `names` are what lies in the folder of a sound index.
    """

    folder: Path
    names: frozenset[str] = frozenset()

    @property
    def log(self) -> Path:
        """What the last command said."""
        return self.folder / "log"

    @property
    def anew(self) -> Command:
        """Build everything anew, whatever there was."""
        return Command(
            "build --anew", ("build", "--anew", str(self.folder / "large")), self.folder / "base", 2, 3
        )

    @property
    def commands(self) -> tuple[Command, ...]:
        """Return all that write."""
        base, added, more = (str(self.folder / name) for name in ("base", "added", "large/2.txt"))
        return (
            self.anew,
            Command("build", ("build", str(self.folder / "large")), Path(base), 2, 3),
            Command("add", ("add", more), Path(base), 2, 3),
            Command("remove", ("remove", more), Path(added), 3, 2),
        )

    def fresh(self, source: Path | None = None) -> Path:
        """Return a copy of `source`, by default of `base`, that may be ruined."""
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        copy_index(source or self.folder / "base", work)
        return work


def copy_index(source: Path, target: Path) -> None:
    """Copy an index; what was one file under two names is so again."""
    seen: dict[tuple[int, int], Path] = {}

    def copy(one: str, other: str) -> str:
        status = Path(one).stat()
        key = status.st_dev, status.st_ino
        if key in seen:
            os.link(seen[key], other)
        else:
            shutil.copy2(one, other)
            seen[key] = Path(other)
        return other

    shutil.copytree(source, target, copy_function=copy)


def make_setting(folder: Path) -> Setting:
    """Index the two corpora."""
    page, encoder = make_samples()[".txt"].decode(), load_encoder()
    for name, count in (("small", 2), ("large", 3)):
        (folder / name).mkdir()
        for number in range(count):  # the bridge stands on each, under another number
            (folder / name / f"{number}.txt").write_text(page.replace("第2版", f"第{number}版"))
    base, added, linked = (folder / name for name in ("base", "added", "linked"))
    for _ in range(2):
        build_index([folder / "small"], base, encoder, anew=True)
    for copy in (added, linked):
        copy_index(base, copy)
    add_to_index([folder / "large" / "2.txt"], added, encoder)
    with mock.patch("index.publish._COPIED_BELOW", 0):
        add_to_index([folder / "large" / "2.txt"], linked, encoder)
    return Setting(folder, frozenset(shape(path.name) for path in base.iterdir()))


def shape(name: str) -> str:
    """Return a name with its number as one sign: g000012 and g000013 are alike."""
    return re.sub(r"[0-9]+", "#", name)


# ---- what has to hold afterwards -----------------------------------------------------------------


def look(index: Path, what: str, wanted: Sequence[int], names: frozenset[str] | None = None) -> Tally:
    """Open the index and look whether it has one of the numbers of pages `wanted`, the last if new.

    Where `names` are given, nothing else may lie about.
    """
    tally = Tally()
    generation = open_generation(index)
    pages = generation.manifest.counts.pages
    tally.counts[f"{what}: {'new' if pages == wanted[-1] else 'old'} index, whole"] += 1
    if pages not in wanted:
        tally.faults.append(f"{what}: {pages} pages, wanted {wanted}")
    tally.faults += [
        f"{what}: {fault}" for fault in (*generation.damaged, *find_faults(Embedded(generation)))
    ]
    if names is not None:
        tally.faults += [f"{what}: {rubbish} was left" for rubbish in find_rubbish(index, generation, names)]
    return tally


def find_rubbish(index: Path, generation: Generation, names: frozenset[str]) -> Iterator[str]:
    """Yield what lies in the folder of an index and belongs to nothing."""
    here = [path.name for path in index.iterdir()]
    yield from (name for name in here if shape(name) not in names)
    if len([name for name in here if shape(name) == shape(generation.folder.name)]) > 2:
        yield "a third generation"
    # Whoever opens postings for reading leaves tantivy's own lock there.
    known = {entry.path for entry in generation.manifest.files} | {MANIFEST, "keywords/.tantivy-meta.lock"}
    for path in generation.folder.rglob("*"):
        if path.is_file() and path.relative_to(generation.folder).as_posix() not in known:
            yield str(path)


def judge(index: Path, command: Command, what: str, outcome: Outcome) -> Tally:
    """Say what is wrong after a command that should have failed calmly, or have been done, or was killed."""
    what = f"{command.name} {what}"
    tally = run_apart(look, index, what, (command.before, command.after))
    after = tally.counts[f"{what}: new index, whole"]
    if "Traceback" in outcome.said or outcome.status not in (None, 0, 1):
        tally.faults.append(f"{what}: status {outcome.status}: {outcome.said[-1500:]}")
    elif outcome.status == 0 and not after:
        tally.faults.append(f"{what}: said that it was done, and the old index is in use")
    elif outcome.status == 1 and after and "as it was" in outcome.said:
        tally.faults.append(f"{what}: said that the index is as it was, and the new one is in use")
    elif outcome.status == 1 and not outcome.said.strip():
        tally.faults.append(f"{what}: failed and said nothing")
    return tally


def build_again(setting: Setting, index: Path, what: str) -> Tally:
    """Build anew and look whether everything is in order."""
    outcome = run(setting.anew.on(index), Plan(index), setting.log)
    what = f"{what}, then a build"
    tally = run_apart(look, index, what, (setting.anew.after,), setting.names)
    if outcome.status != 0:
        tally.faults.append(f"{what}: status {outcome.status}: {outcome.said[-1500:]}")
    return tally
