"""lab.audit: an advisory fails the check, and a database out of reach does not."""

import json

import pytest

from lab.audit import main, tell


def report(**packages: list[dict[str, object]] | None) -> str:
    told = [
        {"name": name, "version": "1.0"} | ({"skip_reason": "?"} if flaws is None else {"vulns": flaws})
        for name, flaws in packages.items()
    ]
    return json.dumps({"dependencies": told})


def test_an_advisory_is_told_with_what_mends_it():
    lines, vulnerable = tell(report(fine=[], torn=[{"id": "CVE-2026-1", "fix_versions": ["1.1"]}], own=None))
    assert vulnerable
    assert lines == [
        "torn 1.0: CVE-2026-1, mended in 1.1",
        "2 packages audited, 1 advisories; not looked up: own",
    ]


def test_without_any_the_packages_are_counted():
    assert tell(report(fine=[], well=[])) == (["2 packages audited, 0 advisories"], False)


@pytest.mark.parametrize("nothing", ["", "[", "{}", report(own=None)])
def test_what_looked_nothing_up_found_nothing_either(nothing):
    with pytest.raises((ValueError, LookupError)):
        tell(nothing)


def test_without_a_network_it_says_so_and_lets_pass(capsys):
    assert main(["--database", "http://127.0.0.1:9/"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("The database of advisories cannot be asked (")
    assert told.endswith("Nothing was audited.\n")
