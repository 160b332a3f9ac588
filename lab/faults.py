"""python -m lab.faults: an index is ruined in every way that a computer knows, and what is lost is counted.

In: which ways, and a seed. Out: a table of counts; each fault in a line. Exit status 0 where there was none,
1 where there was. Does not know what a sound index is: setting.py does.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from unittest import mock

from index.generation import open_generation
from lab.apart import Tally, run_apart
from lab.damage import damage_files
from lab.sabotage import Deed, Outcome, Plan, run, start, wait
from lab.setting import (
    ANSWER,
    QUESTION,
    Command,
    Setting,
    build_again,
    copy_index,
    judge,
    look,
    make_setting,
)
from qa.archive import Archive

ROOT = Path(__file__).parent.parent
# Seconds after which a running chat has seen that its index changed.
_WATCHED = 6.0


def suffer(setting: Setting, command: Command, plan: Plan, what: str, seconds: float | None = None) -> Tally:
    """Let `command` meet what `plan` says, or death after `seconds`; look at the index, and build anew."""
    outcome = run(command.on(plan.folder), plan, setting.log, seconds)
    ended = {None: "killed", 0: "done"}.get(outcome.status, "failed")
    tally = judge(plan.folder, command, what, outcome)
    tally.counts[f"{command.name} {what}: {ended}"] += 1
    tally.add(build_again(setting, plan.folder, f"{command.name} {what}"))
    return tally


# ---- killed ----------------------------------------------------------------------------------------


def kill_at_operations(setting: Setting, every: int, _: random.Random) -> Tally:
    """Kill each command before its n-th operation on files, for every n (or every few)."""
    return _at_operations(setting, "kill", every, "killed at an operation")


def _at_operations(setting: Setting, deed: Deed, every: int, what: str) -> Tally:
    tally = Tally()
    for command in setting.commands:
        index = setting.fresh(command.source)
        total = run(command.on(index), Plan(index), setting.log).operations
        tally.counts[f"{command.name}: operations on files"] = total
        for at in range(1, total + 1, every):
            index = setting.fresh(command.source)
            one = suffer(setting, command, Plan(index, deed, at), what)
            one.faults[:] = [f"{fault} (operation {at} of {total})" for fault in one.faults]
            tally.add(one)
    return tally


def kill_at_times(setting: Setting, count: int, chance: random.Random) -> Tally:
    """Kill a command after a random time, one in three near its end, where it publishes."""
    tally = Tally()
    for command in setting.commands:
        index, started = setting.fresh(command.source), time.monotonic()
        run(command.on(index), Plan(index), setting.log)
        lasting = time.monotonic() - started
        for number in range(count // len(setting.commands)):
            index = setting.fresh(command.source)
            seconds = chance.uniform(0.6 if number % 3 == 0 else 0, 1.2) * lasting
            tally.add(suffer(setting, command, Plan(index, "kill"), "killed at a random time", seconds))
    return tally


def kill_commands(setting: Setting, count: int, chance: random.Random) -> Tally:
    """The same with the command as users start it, its interpreter and its loading included."""
    tally, what, lasting = Tally(), "started by a user and killed", 0.0
    for number in range(count):
        command = setting.commands[number % len(setting.commands)]
        index, started = setting.fresh(command.source), time.monotonic()
        with setting.log.open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "index", *command.on(index)], cwd=ROOT, stdout=log, stderr=log
            )
            if number:
                time.sleep(chance.uniform(0.3, 1.1) * lasting)
                process.kill()
            process.wait()
        lasting = lasting or time.monotonic() - started
        status = None if process.returncode < 0 else process.returncode
        tally.counts[f"{command.name} {what}: {'done before' if status == 0 else 'killed'}"] += 1
        tally.add(judge(index, command, what, Outcome(status, setting.log.read_text(), 0)))
        tally.add(build_again(setting, index, f"{command.name} {what}"))
    return tally


# ---- a disk that is full, or broken ----------------------------------------------------------------


def fail_operations(setting: Setting, every: int, _: random.Random) -> Tally:
    """Let every operation on files fail, once as on a full disk and once as on a broken one."""
    tally = _at_operations(setting, "full", every, "met a full disk")
    tally.add(_at_operations(setting, "broken", every, "met a broken disk"))
    return tally


def limit_files(setting: Setting, count: int, _: random.Random) -> Tally:
    """Let no file grow beyond some size: what FAISS, tantivy and SQLite write fails below Python."""
    tally = Tally()
    for command in setting.commands:
        largest = max(path.stat().st_size for path in command.source.rglob("*"))
        for number in range(count):
            index = setting.fresh(command.source)
            plan = Plan(index, longest=4096 + 2 * largest * number // count)
            tally.add(suffer(setting, command, plan, "with files cut short"))
    return tally


def fill_disk(setting: Setting, count: int, _: random.Random) -> Tally:
    """Write on file systems in memory, each with a little more room than the one before."""
    tally, what = Tally(), "on a small disk"
    for command in setting.commands:
        needed = sum(path.stat().st_blocks * 512 for path in command.source.rglob("*"))
        for number in range(count):
            size = (needed + 2 * needed * number // count + 2**16) & ~4095
            with mount_memory(setting.folder / "disk", size) as disk:
                if disk is None:
                    tally.counts["full disk: skipped, for nothing may be mounted here"] = 1
                    return tally
                index = disk / "index"
                copy_index(command.source, index)
                outcome = run(command.on(index), Plan(index), setting.log)
                tally.counts[f"{command.name} {what}: {'failed' if outcome.status else 'done'}"] += 1
                tally.add(judge(index, command, what, outcome))
    return tally


@contextmanager
def mount_memory(place: Path, size: int) -> Iterator[Path | None]:
    """Give a file system of `size` bytes, or None where none may be mounted."""
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


# ---- what else befalls a computer ----------------------------------------------------------------


def build_twice_at_once(setting: Setting, _: int, __: random.Random) -> Tally:
    """Stop a command at some operations, start another one, and let the first go on."""
    tally, what, late_log = Tally(), "two builders at once", setting.folder / "late.log"
    for command in setting.commands:
        for at in (8, 12, 16):  # the lock is taken by then
            index = setting.fresh(command.source)
            first = start(command.on(index), Plan(index, "stop", at), setting.log)
            _, state = os.waitpid(first, os.WUNTRACED)
            if not os.WIFSTOPPED(state):
                tally.faults.append(f"{what}: {command.name} was done before operation {at}")
                continue
            late = run(setting.anew.on(index), Plan(index), late_log)
            os.kill(first, signal.SIGCONT)
            outcome = wait(first, setting.log)
            tally.counts[f"{what}: the late one told to wait"] += late.said.startswith("Another")
            tally.add(run_apart(look, index, what, (command.after,), setting.names))
            if (outcome.status, late.status) != (0, 1) or not late.said.startswith("Another"):
                tally.faults.append(f"{what}: {outcome} {late}")
    return tally


def write_protect(setting: Setting, _: int, __: random.Random) -> Tally:
    """Use an index on a file system that may only be read: what reads works, what writes says why not."""
    tally, what = Tally(), "in a folder that may only be read"
    for command in setting.commands:
        index = setting.fresh(command.source)
        bind = ["mount", "--bind", str(index), str(index)]
        if os.geteuid() or subprocess.run(bind, capture_output=True, check=False).returncode:
            tally.counts[f"{what}: skipped, for nothing may be mounted here"] = 1
            return tally
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", str(index)], check=True)
            tally.add(run_apart(ask_calmly, index, what))
            for reading in ("status", "check"):
                outcome = run((reading, "--index", str(index)), Plan(index), setting.log)
                tally.counts[f"{reading} {what}: status {outcome.status}"] += 1
                if outcome.status:
                    tally.faults.append(f"{reading} {what}: {outcome}")
            outcome = run(command.on(index), Plan(index), setting.log)
            tally.counts[f"{command.name} {what}: status {outcome.status}"] += 1
            tally.add(judge(index, command, what, outcome))
            if outcome.status != 1:
                tally.faults.append(f"{command.name} {what}: {outcome}")
        finally:
            subprocess.run(["umount", str(index)], check=True)
    return tally


def ask_calmly(index: Path, what: str) -> Tally:
    """Ask an index a question that it answers."""
    tally = Tally()
    tally.counts[f"{what}: asked"] = 1
    if not Archive.open(index).ask(QUESTION).answered:
        tally.faults.append(f"{what}: no answer")
    return tally


class _Ahead(datetime):
    """A clock that is twenty years ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(days=20 * 365)


def set_back_clock(setting: Setting, _: int, __: random.Random) -> Tally:
    """Build while the clock is twenty years ahead, then set it right: the later build is the one in use."""
    tally, what = Tally(), "after the clock was set back"
    for command in setting.commands:
        index = setting.fresh(command.source)
        pages = setting.folder / ("small" if command.before == 2 else "large")
        with mock.patch("index.publish.datetime", _Ahead):
            run(("build", "--anew", str(pages), "--index", str(index)), Plan(index), setting.log)
        ahead = time.time() + 20 * 365 * 86400
        for path in (*index.rglob("*"), *pages.iterdir()):
            os.utime(path, (ahead, ahead))
        outcome = run(command.on(index), Plan(index), setting.log)
        tally.add(judge(index, command, what, outcome))
        tally.add(run_apart(look, index, f"{command.name} {what}", (command.after,), setting.names))
        tally.add(run_apart(ask_calmly, index, what))
        if outcome.status:
            tally.faults.append(f"{what}: {command.name}: {outcome}")
    return tally


# ---- under a running chat ------------------------------------------------------------------------


def take_from_chat(setting: Setting, _: int, __: random.Random) -> Tally:
    """Move the index away under the running app, bring it back, delete it, build it anew, and ask."""
    tally, what, index = Tally(), "index taken from a running chat", setting.fresh()
    aside = setting.folder / "aside"
    shutil.rmtree(aside, ignore_errors=True)

    def build() -> None:
        run(setting.anew.on(index), Plan(index), setting.folder / "late.log")

    def ruin() -> None:
        for path in open_generation(index).folder.rglob("*.*"):
            path.write_bytes(b"")

    steps: dict[str, Callable[[], object]] = {
        "untouched": lambda: None,
        "moved away": lambda: index.rename(aside),
        "brought back": lambda: aside.rename(index),
        "built anew": build,
        "deleted": lambda: shutil.rmtree(index),
        "built anew in its place": build,
        "overwritten": ruin,
    }
    with setting.log.open("w") as log, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, str(ROOT / "app.py"), "--index", str(index), "--port", str(port)]
        environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as app:
            try:
                assert app.stdout is not None
                address = app.stdout.readline().split()[-1]
                for step, do in steps.items():
                    do()
                    time.sleep(_WATCHED)
                    said = ask_app(address)
                    tally.counts[f"{what}, {step}: {said}"] += 1
                    if step != "overwritten" and said != "answered":
                        tally.faults.append(f"{what}, {step}: {said}")
                if app.poll() is not None:
                    tally.faults.append(f"{what}: the app ended ({app.returncode})")
            finally:
                app.terminate()
    if "Traceback" in (told := setting.log.read_text()):
        tally.faults.append(f"{what}: {told[-3000:]}")
    return tally


def ask_app(address: str) -> str:
    """Ask the running app as another program does; return what became of it in a word or two."""
    body = json.dumps({"question": QUESTION, "history": []}).encode()
    request = urllib.request.Request(
        f"{address}gradio_api/call/v2/ask", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            place = f"{address}gradio_api/call/ask/{json.loads(reply.read())['event_id']}"
        with urllib.request.urlopen(place, timeout=60) as reply:
            told = reply.read().decode()
    except OSError as error:
        return f"not reached: {error}"
    if "event: complete" in told:
        return "answered" if ANSWER in told else "something else was said"
    return "said what is wrong" if "event: error" in told else "silence"


# ---- all of it -----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every scenario, or those that are named, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m lab.faults", description=str(__doc__).splitlines()[0])
    parser.add_argument("--only", nargs="*", metavar="NAME", help="of: " + ", ".join(SCENARIOS))
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        setting = make_setting(Path(folder))
        for name, (scenario, times) in SCENARIOS.items():
            if options.only and name not in options.only:
                continue
            started = time.monotonic()
            one = scenario(setting, times, random.Random(options.seed))
            seconds = f"{name}: {time.monotonic() - started:.0f} s"
            print(seconds, *one.faults, sep="\n  FAULT ", file=sys.stderr)
            tally.add(one)
    print("\n".join(tally.tell()))
    return 1 if tally.faults else 0


Scenario = Callable[[Setting, int, random.Random], Tally]

# How often, or at every how many operations, each is done in full.
SCENARIOS: Mapping[str, tuple[Scenario, int]] = {
    "kill-operations": (kill_at_operations, 1),
    "kill-times": (kill_at_times, 500),
    "kill-commands": (kill_commands, 102),
    "fail-operations": (fail_operations, 1),
    "limit-files": (limit_files, 40),
    "fill-disk": (fill_disk, 40),
    "damage": (damage_files, 1000),
    "two-builders": (build_twice_at_once, 1),
    "read-only": (write_protect, 1),
    "clock": (set_back_clock, 1),
    "chat": (take_from_chat, 1),
}

if __name__ == "__main__":
    sys.exit(main())
