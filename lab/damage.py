"""An index whose files were damaged, opened as programs open it.

In: a sound index, a Damage. Out: a Tally: whether it was noticed before use, named by `index check`, and the
build before was used, or where that one shares the file, none. Does not know what made the index.
"""

import io
import os
import random
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from index.__main__ import main as index_main
from index.errors import IndexDamaged, WenbaoError
from index.generation import open_generation
from lab.apart import Tally, run_apart
from lab.sabotage import Plan, run
from lab.setting import QUESTION, Setting, copy_index
from qa.archive import Archive

_EDGE = 64  # bytes at either end of a file, each of which is changed


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of an index, by its path below the folder, and what is done to it at one place."""

    path: str
    kind: str
    at: int


def list_damages(index: Path, count: int, chance: random.Random) -> list[Damage]:
    """Return at least `count` damages to the files in use: to all of each, at its edges, at random places."""
    folder = open_generation(index).folder
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()] + [index / "CURRENT"]
    damages = []
    for path in filter(Path.exists, files):
        name, size = path.relative_to(index).as_posix(), path.stat().st_size
        damages += [Damage(name, kind, 0) for kind in ("gone", "longer", "emptied", "a folder")]
        damages += [Damage(name, "cut off", at) for at in {1, size // 2, size - 1} if 0 < at < size]
        edges = {*range(min(_EDGE, size)), *range(max(size - _EDGE, 0), size)}
        damages += [Damage(name, "bit flipped", at) for at in sorted(edges)]
    inner = [path for path in files if path.stat().st_size > 2 * _EDGE]
    while len(damages) < count:
        path = chance.choice(inner)
        kind = chance.choice(("bit flipped", "cut off", "block of zeros"))
        damages.append(
            Damage(path.relative_to(index).as_posix(), kind, chance.randrange(path.stat().st_size))
        )
    return damages


def harm(path: Path, damage: Damage) -> None:
    """Do what `damage` says. A file that has a second name is changed under both."""
    match damage.kind:
        case "gone":
            path.unlink()
        case "a folder":
            path.unlink()
            path.mkdir()
        case "emptied" | "cut off":
            os.truncate(path, damage.at)
        case "longer":
            with path.open("ab") as file:
                file.write(b"\0")
        case _:
            with path.open("r+b") as file:
                file.seek(damage.at)
                old = file.read(512 if damage.kind == "block of zeros" else 1)
                file.seek(damage.at)
                file.write(bytes(len(old)) if len(old) > 1 else bytes([old[0] ^ 1 << damage.at % 8]))


def damage_files(setting: Setting, count: int, chance: random.Random) -> Tally:
    """Damage every file of the newest generation: it is noticed, named, and the one before is used."""
    tally = Tally()
    built = setting.fresh()
    run(setting.anew.on(built), Plan(built), setting.log)
    both = setting.folder / "both"
    shutil.rmtree(both, ignore_errors=True)
    copy_index(built, both)
    sources = {"built": both, "added": setting.folder / "added", "linked": setting.folder / "linked"}
    for what, source in sources.items():
        damages = list_damages(source, 0, chance)
        wanted = count // len(sources)
        if len(damages) > wanted:
            damages = sorted(chance.sample(damages, wanted), key=lambda one: one.path)
        damages += list_damages(source, len(damages) + wanted // 4, chance)[len(damages) :][: wanted // 4]
        for damage in damages:
            index = setting.fresh(source)
            tally.add(run_apart(use_damaged, index, damage, f"damage to what was {what}", seconds=60))
    return tally


def use_damaged(index: Path, damage: Damage, what: str) -> Tally:
    """Damage a file, and open, ask and check the index as programs do."""
    tally, path = Tally(), index / damage.path
    before = open_generation(index)
    status, inside = path.stat(), path.is_relative_to(before.folder)
    others = [p for p in index.rglob("*") if not p.is_relative_to(before.folder) and p.is_file()]
    shared = inside and any(
        (s.st_dev, s.st_ino) == (status.st_dev, status.st_ino) for s in map(Path.stat, others)
    )
    by_name = damage.kind in ("gone", "a folder")  # the other name of a shared file still has it
    expected = "none whole" if shared and not by_name else "the one before" if inside else "either"
    harm(path, damage)
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = index_main(["check", "--index", str(index)])
    try:
        archive = Archive.open(index)
        archive.ask(QUESTION)
        found = "the same" if archive.store.name == str(before.folder) else "the one before"
    except WenbaoError as error:
        found = "none whole" if isinstance(error, IndexDamaged) else repr(error)
    if inside and (code != 1 or damage.path not in said.getvalue()):
        tally.faults.append(
            f"{what}: check does not name it: {damage}: status {code}: {said.getvalue()[:300]}"
        )
    tally.counts[f"{what}: noticed, {found} used" if inside else f"{what}: beside the builds"] += 1
    if expected not in ("either", found) or found not in ("the same", "the one before", "none whole"):
        tally.faults.append(f"{what}: {damage}: wanted {expected}, found {found}")
    return tally
