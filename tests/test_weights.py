"""weights: every bundled network says what it lacks when it is loaded, and not when somebody asks."""

import re
from types import ModuleType

import pytest
from safetensors.numpy import load_file, save_file

from index import stitch
from index.errors import EncoderError
from qa import headline, locate, rerank

LOADED = [
    (rerank, "WEIGHTS", "load_reranker"),
    (locate, "WEIGHTS", "load_reader"),
    (headline, "WEIGHTS", "load_headline_network"),
    (stitch, "_MODEL", "load_judge"),
]


@pytest.mark.parametrize(("module", "constant", "load"), LOADED, ids=[row[2] for row in LOADED])
def test_weights_that_lack_something_are_told_of(
    module: ModuleType, constant: str, load: str, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    kept = load_file(getattr(module, constant))
    broken = tmp_path / "broken.safetensors"
    monkeypatch.setattr(module, constant, broken)
    load_anew = getattr(module, load).__wrapped__  # beside the one that is kept
    with pytest.raises(EncoderError, match="Install Wenbao again"):
        load_anew()
    broken.write_bytes(b"no weights")
    with pytest.raises(EncoderError, match="Install Wenbao again"):
        load_anew()
    for lost in kept:
        save_file({name: value for name, value in kept.items() if name != lost}, broken)
        with pytest.raises(EncoderError) as told:
            load_anew()
        named = re.search(r"cannot be read \('(.+)'\)\. Install Wenbao again", str(told.value))
        assert named, lost
        assert lost.startswith(named[1])  # a weight, or the layer that it belongs to
    save_file(kept, broken)
    assert load_anew()


def test_a_weight_of_the_reader_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    kept = load_file(locate.WEIGHTS)
    monkeypatch.setattr(locate, "WEIGHTS", tmp_path / "none.safetensors")
    save_file({name: value for name, value in kept.items() if name != "norm.weight"}, locate.WEIGHTS)
    with pytest.raises(EncoderError, match=r"norm\.weight"):
        locate.load_reader.__wrapped__()
