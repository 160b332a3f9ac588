"""qa.cross: a real cross-encoder with random weights puts the passages in its order, with our scores."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.errors import EncoderError
from qa.archive import Archive
from qa.cross import SEEN, load_cross_encoder, reorder_passages
from qa.question import understand
from tests.files import pickled_model

QUESTION = "汇园游园建于哪一年?"


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory, seeds) -> Path:
    """A BERT that knows the characters of the seeds, and judges pairs by chance."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("cross")
    printed = {c for path in seeds.iterdir() for c in path.read_text("utf-8") if not c.isspace()}
    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(printed)]
    (folder / "vocab.txt").write_text("\n".join(known), encoding="utf-8")
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(known), num_labels=1, initializer_range=1.0, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder / "raw")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder / "raw")
    CrossEncoder(str(folder / "raw"), device="cpu").save_pretrained(str(folder / "model"))
    return folder / "model"


def test_the_model_decides_the_order_and_our_scores_stay(index_dir, cross_encoder) -> None:
    from sentence_transformers import CrossEncoder

    plain = Archive.open(index_dir).search(QUESTION, 30).hits
    hits = Archive.open(index_dir, reranker=str(cross_encoder)).search(QUESTION, 30).hits
    assert [hit.score for hit in hits] == [hit.score for hit in plain]
    places = {(hit.source, hit.start) for hit in plain[:SEEN]}
    assert {(hit.source, hit.start) for hit in hits[:SEEN]} == places
    assert hits[SEEN:] == plain[SEEN:]
    archive = Archive.open(index_dir)
    stored = {(one.page.source, one.article.page_spans(one.passage.start, one.passage.end)[0].start): one
              for one in archive.catalog.passages(archive.catalog.numbers())}  # fmt: skip
    seen = [stored[hit.source, hit.start] for hit in hits[:SEEN]]
    model = CrossEncoder(str(cross_encoder), device="cpu")
    liked = model.predict([(QUESTION, f"{one.article.title}\n{one.passage.text}".strip()) for one in seen])
    assert len(set(liked.tolist())) == SEEN
    assert (np.diff(liked) <= 1e-6).all()
    assert [hit.start for hit in hits] != [hit.start for hit in plain]


def test_what_is_found_is_still_the_text_of_the_page_and_nothing_found_is_nothing(
    index_dir, cross_encoder
) -> None:
    archive = Archive.open(index_dir, reranker=str(cross_encoder))
    hits = archive.ask(QUESTION).hits
    assert len(hits) == 10
    for hit in hits:
        assert archive.page(hit.source).page.text[hit.start : hit.end] == hit.text
    model = load_cross_encoder(str(cross_encoder))
    assert reorder_passages(understand(QUESTION), {}, archive.catalog, model) == {}


def test_what_judges_no_pairs_is_refused_before_it_is_loaded(cross_encoder, tmp_path) -> None:
    config = json.loads((cross_encoder / "config.json").read_text())
    for n, changed in enumerate(({"architectures": ["BertModel"]}, {"id2label": {"0": "no", "1": "yes"}})):
        folder = tmp_path / str(n)
        shutil.copytree(cross_encoder, folder)
        (folder / "config_sentence_transformers.json").unlink(missing_ok=True)
        (folder / "config.json").write_text(json.dumps(config | changed))
        with pytest.raises(EncoderError, match="is no reranker"):
            load_cross_encoder(str(folder))


def test_pickled_weights_are_refused_without_being_read(cross_encoder, tmp_path) -> None:
    folder = pickled_model(cross_encoder, tmp_path / "model")
    with pytest.raises(EncoderError, match="safetensors"):
        load_cross_encoder(folder)


@pytest.mark.parametrize(("name", "said"), [("./nowhere", "There is no folder"), ("a b", "neither a folder")])
def test_the_command_says_in_a_line_what_is_no_reranker(index_dir, name, said) -> None:
    command = [sys.executable, "-m", "qa", "ask", QUESTION, "--index", str(index_dir), "--reranker", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_command_asks_with_the_model(index_dir, cross_encoder) -> None:
    command = [sys.executable, "-m", "qa", "ask", QUESTION, "--index", str(index_dir), "--json"]
    done = subprocess.run(
        [*command, "--reranker", str(cross_encoder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    asked = Archive.open(index_dir, reranker=str(cross_encoder)).ask(QUESTION)
    assert [hit["start"] for hit in json.loads(done.stdout)["hits"]] == [hit.start for hit in asked.hits]
