"""The house: who may import whom, and what nobody may do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"index", "cluster", "qa", "web", "chat", "lab", "app", "tests"}
PRODUCT = sorted(
    [
        ROOT / "app.py",
        *(p for room in ("index", "cluster", "qa", "web", "chat") for p in (ROOT / room).rglob("*.py")),
    ]
)
# What a room may import of the others. Of index and qa, web knows the nouns alone.
ALLOWED = {
    "index": {"index"},
    "cluster": {"cluster", "index"},
    "qa": {"qa", "index"},
    "web": {"web", "qa.records", "index.records", "index.errors.Trouble"},
    "chat": {"chat", "index", "qa", "web"},
    "app.py": {"index", "qa", "chat"},
}
RUNS_CODE = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever in it that happens."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide which room they reach"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def within(name: str, allowed: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


def faults_of(source: str, room: str) -> list[str]:
    """Return what a module of `room` with this source does against the rules of the house."""
    tree = ast.parse(source)
    faults = []
    for name in imported(tree):
        top = name.partition(".")[0]
        if top in ROOMS and not within(name, ALLOWED[room]):
            faults.append(f"imports {name}")
        if top in RUNS_CODE or (top == "gradio" and room != "chat"):
            faults.append(f"imports {name}")
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="torch"), attr="load"):
                faults.append("torch.load")
            case ast.keyword(arg="trust_remote_code", value=value) if not (
                isinstance(value, ast.Constant) and value.value is False
            ):
                faults.append("trust_remote_code")
            case ast.keyword(arg="allow_pickle", value=value) if not (
                isinstance(value, ast.Constant) and value.value is False
            ):
                faults.append("allow_pickle")
            case ast.Attribute(attr="read_pickle" | "unsafe_load" | "full_load" as name):
                faults.append(name)
            case ast.Attribute(value=ast.Name(id="yaml"), attr="load" | "load_all" as name):
                faults.append(f"yaml.{name}")
            case ast.Call(func=ast.Name(id="eval" | "exec" | "__import__" as name)):
                faults.append(name)
    return faults


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_keeps_to_its_room(path: Path) -> None:
    assert faults_of(path.read_text("utf-8"), room_of(path)) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("index", "from qa.records import Hit"),
        ("index", "def f():\n    import web.view"),
        ("index", "import lab.train"),
        ("index", "import pickle"),
        ("index", "from joblib import load"),
        ("index", "import torch\ntorch.load('x')"),
        ("index", "from torch import load\nModel('x', trust_remote_code=True)"),
        ("index", "import marshal"),
        ("index", "import numpy as np\nnp.load('x', allow_pickle=True)"),
        ("index", "import numpy as np\nnp.load('x', allow_pickle=trusted)"),
        ("index", "import pandas\npandas.read_pickle('x')"),
        ("index", "import yaml\nyaml.load('x', yaml.Loader)"),
        ("index", "from yaml import unsafe_load\nyaml.unsafe_load('x')"),
        ("index", "from cluster.engine import connect"),
        ("cluster", "from qa.archive import Archive"),
        ("qa", "from cluster.client import Server"),
        ("qa", "import gradio as gr"),
        ("qa", "from app import main"),
        ("web", "from qa.archive import Archive"),
        ("web", "from qa import archive"),
        ("web", "import index"),
        ("web", "import gradio.themes"),
        ("web", "from chat.room import Room"),
        ("app.py", "import lab"),
        ("app.py", "import gradio"),
        ("app.py", "exec('x')"),
    ],
)
def test_a_module_that_breaks_a_rule_would_be_noticed(room: str, source: str) -> None:
    assert faults_of(source, room)


def test_every_module_of_the_product_is_looked_at() -> None:
    assert {room_of(path) for path in PRODUCT} == set(ALLOWED)
    assert all(path.exists() for path in PRODUCT)


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in PRODUCT}
    needs = {
        name: {
            other
            for found in imported(ast.parse(path.read_text("utf-8")))
            for other in names
            if found == other or found.startswith(f"{other}.")
        }
        for name, path in names.items()
    }
    while leaves := {name for name, others in needs.items() if not others}:
        needs = {name: others - leaves for name, others in needs.items() if name not in leaves}
    assert needs == {}
