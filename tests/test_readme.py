"""The README's file tree names what there is, and nothing else."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_NAMED = {
    ".gitignore",
    "qa/__init__.py",
    "index/__init__.py",
    "cluster/__init__.py",
    "web/__init__.py",
    "lab/__init__.py",
    "chat/__init__.py",
}


def named_in_tree() -> set[str]:
    tree = (ROOT / "README.md").read_text("utf-8").split("```")
    block = next(part for part in tree if "\nindex/  " in part)
    names, folder = set(), ""
    for line in block.strip().splitlines():
        indented = line.startswith("  ")
        entries = re.split(r"\s{2,}", line.strip())
        files = [entry for entry in entries if re.fullmatch(r"[\w.-]+(?:/[\w.-]*)?", entry)]
        for entry in files:
            if not indented and entry.endswith("/"):
                folder = entry
            names.add(f"{folder}{entry}" if indented else entry)
    return names


def tracked() -> set[str]:
    # A tarball has no git: then what lies there counts, without what is made here.
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    made = (
        ".venv",
        "var",
        "__pycache__",
        ".git",
        ".hypothesis",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
    )
    return {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*")
        if path.is_file() and not any(part in made for part in path.relative_to(ROOT).parts)
    }


def test_everything_the_tree_names_is_there():
    missing = [name for name in named_in_tree() if not (ROOT / name).exists()]
    assert missing == []


def test_everything_there_is_in_the_tree():
    named = named_in_tree()
    # A folder whose files are not named one by one stands for all of them.
    folders = {
        name
        for name in named
        if name.endswith("/") and not any(n != name and n.startswith(name) for n in named)
    }
    unnamed = [
        name
        for name in tracked() - NOT_NAMED
        if name not in named and not any(name.startswith(folder) for folder in folders)
    ]
    assert sorted(unnamed) == []
