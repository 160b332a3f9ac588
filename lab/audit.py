"""Known vulnerabilities of what is installed: `python -m lab.audit`, part of `make check`.

In: the installed packages. Out: those with an advisory, by pip-audit; exit status 1 where there are any.
Without a network, or behind a mirror of PyPI that has no advisories, it says so within seconds and lets pass:
who cannot reach the database cannot be asked to.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from urllib.error import URLError
from urllib.request import urlopen

DATABASE = f"https://pypi.org/pypi/gradio/{version('gradio')}/json"  # as pip-audit asks for each package
_PATIENCE = 3  # seconds for a reply


def reach(database: str) -> str | None:
    """Return why the database cannot be asked, or None where it can."""
    try:
        with urlopen(database, timeout=_PATIENCE) as reply:
            return None if "vulnerabilities" in json.load(reply) else "it holds no advisories"
    except URLError as error:
        return str(error.reason)
    except (OSError, ValueError) as error:
        return str(error)


def tell(report: str) -> tuple[list[str], bool]:
    """Return what a report of pip-audit says, a line each, and whether something is vulnerable.

    Raises ValueError where it is no report, or nothing was looked up.
    """
    found = json.loads(report)["dependencies"]
    looked_up = [package for package in found if "vulns" in package]
    if not looked_up:
        raise ValueError("no package could be looked up")
    lines = [
        f"{package['name']} {package['version']}: {flaw['id']}, "
        f"mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for package in looked_up
        for flaw in package["vulns"]
    ]
    unknown = [package["name"] for package in found if "vulns" not in package]
    passed = f"; not looked up: {', '.join(unknown)}" if unknown else ""
    return [*lines, f"{len(looked_up)} packages audited, {len(lines)} advisories{passed}"], bool(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit and print. Return 1 where something is vulnerable, else 0."""
    parser = argparse.ArgumentParser(description="Look for known vulnerabilities of what is installed.")
    parser.add_argument("--database", default=DATABASE, help="what is asked whether it can be reached")
    trouble = reach(parser.parse_args(arguments).database)
    if trouble is None:
        command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json"]
        command += ["--progress-spinner", "off", "--timeout", str(_PATIENCE)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            lines, vulnerable = tell(ran.stdout)
        except (ValueError, LookupError, TypeError) as error:
            told = ran.stderr.strip().splitlines()
            trouble = told[-1] if told and not ran.stdout else str(error)
        else:
            print("\n".join(lines))
            return int(vulnerable)
    print(f"The database of advisories cannot be asked ({trouble}). Nothing was audited.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
