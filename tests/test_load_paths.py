"""What is read from a disk never runs: pickles in an index or a model, planted caches; who may read it."""

import json
import marshal
import os
import pickle
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import faiss
import pytest

from index.encoder import load_encoder
from index.errors import EncoderError, WenbaoError
from index.lexicon import BUNDLED
from index.text import cut_words
from qa.archive import Archive
from tests.newsprint import ONE

ROOT = Path(__file__).parent.parent
SENTENCE = "昨日下午,6名农民工拿到了拖欠一年的工资。"


class Bomb:
    """Unpickled, it makes a file."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.where),)


@pytest.fixture
def went_off(tmp_path) -> Path:
    return tmp_path / "went off"


@pytest.fixture
def bomb(went_off) -> bytes:
    pickled = pickle.dumps(Bomb(went_off))
    pickle.loads(pickled)
    assert went_off.exists()  # it is a real one
    went_off.rmdir()
    return pickled


def test_no_file_of_an_index_is_unpickled(index_dir, tmp_path, bomb, went_off):
    files = [path.relative_to(index_dir) for path in index_dir.rglob("*") if path.is_file()]
    held = [path for path in files if path.name != "CURRENT" and not path.name.endswith("lock")]
    assert len(held) > 5
    for name in held:
        copy = tmp_path / "copy"
        shutil.copytree(index_dir, copy)
        (copy / name).write_bytes(bomb)
        with pytest.raises(WenbaoError):
            Archive.open(copy)
        shutil.rmtree(copy)
    assert not went_off.exists()


def test_faiss_refuses_a_pickle_even_where_its_checksum_is_right(tmp_path, bomb, went_off):
    path = tmp_path / "vectors.faiss"
    path.write_bytes(bomb)
    with pytest.raises(RuntimeError):
        faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
    with pytest.raises(RuntimeError):
        faiss.read_index(str(path))
    assert not went_off.exists()


def test_no_file_of_a_model_is_unpickled(tmp_path, bomb, went_off):
    for name in [path.relative_to(BUNDLED) for path in BUNDLED.rglob("*") if path.suffix != ".md"]:
        if (BUNDLED / name).is_dir() or name.parts[0] == "1_Normalize":
            continue
        copy = tmp_path / "model"
        shutil.copytree(BUNDLED, copy)
        (copy / name).write_bytes(bomb)
        try:
            load_encoder(str(copy))
        except EncoderError:
            pass
        else:
            assert name.name == "config_sentence_transformers.json"  # which a table does not need
        shutil.rmtree(copy)
    assert not went_off.exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pkl", "training_args.bin"])
def test_pickled_weights_beside_a_model_are_not_read(name, tmp_path, bomb, went_off):
    copy = tmp_path / "model"
    shutil.copytree(BUNDLED, copy)
    (copy / name).write_bytes(bomb)
    assert load_encoder(str(copy)).encode_questions([SENTENCE]).any()
    assert not went_off.exists()


def test_the_program_of_a_model_is_not_run(tmp_path, went_off):
    copy = tmp_path / "model"
    shutil.copytree(BUNDLED, copy)
    (copy / "planted.py").write_text(f"import os\nos.mkdir({str(went_off)!r})\nclass Planted: ...\n")
    parts = [{"idx": 0, "name": "0", "path": "", "type": "planted.Planted"}]
    (copy / "modules.json").write_text(json.dumps(parts))
    with pytest.raises(EncoderError):
        load_encoder(str(copy))
    assert not went_off.exists()


def test_a_cache_of_jieba_that_somebody_planted_is_neither_read_nor_replaced(tmp_path):
    planted = tmp_path / "jieba.cache"
    planted.write_bytes(marshal.dumps(({"午,6": 10**9, SENTENCE[:9]: 10**9}, 10**9)))
    before = planted.read_bytes()
    code = f"from index.text import cut_words; print('|'.join(cut_words({SENTENCE!r})))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert ran.stdout.strip().split("|") == cut_words(SENTENCE)
    assert planted.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["jieba.cache"]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("umask", ["022", "000"])
def test_an_index_is_for_its_owner_and_group_alone(umask, there, tmp_path):
    (tmp_path / "1.txt").write_text(ONE, "utf-8")
    command = f'umask {umask} && exec "$0" -m index build "$1" --index "$2"'
    index = tmp_path / "index"
    if there:
        index.mkdir()
    subprocess.run(
        ["sh", "-c", command, sys.executable, tmp_path / "1.txt", index],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (index, *index.iterdir())}
    assert there or modes["index"] == 0o750
    assert (modes["g000001"], modes["CURRENT"]) == (0o750, 0o640)  # what lies below is as safe
