import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from index import encoder
from index.encoder import StaticEncoder, load_encoder
from index.errors import EncoderError
from index.foreign import Foreign
from index.lexicon import BUNDLED
from tests.files import pickled_model

TEXTS = [
    "社区帮讨薪 民工送锦旗",
    "金水区 20600 元工资是谁帮忙要回来的？",
    "ＡＰＰ上線了，市民可以用手機查公交到站時間。",
    "昨天下午，郑州市紫荆山路与东大街交叉口附近发生一起追尾事故，三车受损，所幸无人受伤。",
]


@pytest.fixture(scope="module")
def bundled() -> StaticEncoder:
    model = load_encoder()
    assert isinstance(model, StaticEncoder)
    return model


def test_the_bundled_model_gives_the_vectors_that_sentence_transformers_gives(bundled: StaticEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(BUNDLED), device="cpu", local_files_only=True)
    expected = plain.encode([" ".join(bundled.segment(text)) for text in TEXTS])
    np.testing.assert_allclose(bundled.encode_passages(TEXTS), expected, atol=1e-5)
    assert plain.get_embedding_dimension() == bundled.dimension


def test_every_piece_is_an_entry_of_the_table_and_none_is_the_unknown_word(bundled: StaticEncoder) -> None:
    tokenizer = json.loads((BUNDLED / "tokenizer.json").read_bytes())["model"]
    found = {piece for text in TEXTS for piece in bundled.segment(text)}
    assert found <= set(tokenizer["vocab"]) - {tokenizer["unk_token"]}
    assert {"社区", "工资"} <= found


def test_rows_have_length_one_and_the_width_that_the_model_names(bundled: StaticEncoder) -> None:
    vectors = bundled.encode_questions(TEXTS)
    assert vectors.shape == (len(TEXTS), bundled.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_text_without_a_known_word_gives_zeros_and_leaves_its_neighbours_alone(
    bundled: StaticEncoder,
) -> None:
    vectors = bundled.encode_passages([TEXTS[0], "", "，。！☆", TEXTS[1]])
    assert not vectors[1:3].any()
    np.testing.assert_array_equal(vectors[[0, 3]], bundled.encode_passages(TEXTS[:2]))


def test_no_texts_give_no_rows(bundled: StaticEncoder) -> None:
    assert bundled.encode_passages([]).shape == (0, bundled.dimension)


def test_a_vector_does_not_depend_on_the_texts_beside_it(bundled: StaticEncoder) -> None:
    many = [f"第{i}中学{text}" for i in range(90) for text in TEXTS]
    together = bundled.encode_passages(many)
    np.testing.assert_allclose(together[-4:], bundled.encode_passages(many[-4:]), atol=1e-6)


def test_width_case_and_traditional_forms_make_no_difference(bundled: StaticEncoder) -> None:
    np.testing.assert_array_equal(
        *np.split(bundled.encode_passages(["市民用ＡＰＰ查詢電話", "市民用app查询电话"]), 2)
    )


def test_a_question_is_nearer_to_what_answers_it_than_to_other_news(bundled: StaticEncoder) -> None:
    question = bundled.encode_questions(["哪里发生了车祸？"])
    scores = (bundled.encode_passages([TEXTS[3], TEXTS[0], TEXTS[2]]) @ question.T)[:, 0]
    assert scores[0] > scores[1:].max() + 0.1


def test_the_bundled_model_needs_neither_torch_nor_sentence_transformers() -> None:
    program = (
        "import sys; from index.encoder import load_encoder; load_encoder().encode_questions(['谁？']);"
        "sys.exit(sum(name in sys.modules for name in ('torch', 'transformers', 'sentence_transformers')))"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], cwd=BUNDLED.parents[1], check=False).returncode == 0
    )


def test_the_model_folder_holds_no_pickle_and_stays_under_twenty_megabytes() -> None:
    files = [path for path in BUNDLED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 20_000_000
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".md"}


def test_the_fingerprint_follows_the_weights_and_not_the_model_card(
    bundled: StaticEncoder, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(BUNDLED, copy)
    (copy / "README.md").write_text("other words")
    assert load_encoder(str(copy)).fingerprint == bundled.fingerprint
    weights = copy / "model.safetensors"
    tensors = load_file(weights)
    tensors["weights"] = tensors["weights"] * 2
    save_file(tensors, weights)
    assert load_encoder(str(copy)).fingerprint != bundled.fingerprint


def test_a_broken_table_is_an_encoder_error_that_names_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "BUNDLED", tmp_path)
    with pytest.raises(EncoderError, match=str(tmp_path)):
        load_encoder()
    shutil.copytree(BUNDLED, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(EncoderError, match="cannot be read"):
        load_encoder()


def test_weights_that_are_not_finite_are_an_encoder_error(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED, tmp_path, dirs_exist_ok=True)
    weights = tmp_path / "model.safetensors"
    tensors = load_file(weights)
    tensors["weights"] = np.full_like(tensors["weights"], np.nan)
    save_file(tensors, weights)
    with pytest.raises(EncoderError, match="not finite"):
        load_encoder(str(tmp_path)).encode_passages(TEXTS)


@pytest.fixture(scope="module")
def small_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real BERT with random weights, a vocabulary of characters, and prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set("".join(TEXTS)) - {" "}), *"问文："]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(known)), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(known),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder / "raw")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder / "raw")
    transformer = Transformer(str(folder / "raw"))
    model = SentenceTransformer(
        modules=[transformer, Pooling(transformer.get_embedding_dimension())],
        prompts={"query": "问：", "document": "文："},
        device="cpu",
    )
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


def test_a_transformer_folder_gives_its_own_vectors_with_its_own_prompts(small_bert: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = load_encoder(str(small_bert))
    plain = SentenceTransformer(str(small_bert), device="cpu")
    for vectors, prompt in ((model.encode_questions(TEXTS), "问："), (model.encode_passages(TEXTS), "文：")):
        expected = plain.encode(TEXTS, prompt=prompt, normalize_embeddings=True)
        np.testing.assert_allclose(vectors, expected, atol=1e-5)
    assert np.abs(model.encode_questions(TEXTS) - model.encode_passages(TEXTS)).max() > 1e-3
    assert (model.name, model.dimension) == (str(small_bert), 32)


def test_a_model_that_is_in_use_is_not_loaded_again(small_bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(small_bert, folder)
    model = load_encoder(str(folder))
    assert load_encoder(str(folder)) is model
    config = folder / "config_sentence_transformers.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"changed": 1}))
    other = load_encoder(str(folder))
    assert other is not model
    assert other.fingerprint != model.fingerprint


def test_a_model_whose_instruction_stands_only_in_prose_gets_it_before_questions(
    small_bert: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(small_bert, folder)
    config = folder / "config_sentence_transformers.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"prompts": {"query": "", "document": ""}}))
    plain = encoder.TransformerEncoder(Foreign(folder, "somebody/else", "0", "--encoder"))
    known = encoder.TransformerEncoder(Foreign(folder, "BAAI/bge-small-zh-v1.5", "0", "--encoder"))
    assert np.abs(plain.encode_questions(TEXTS) - known.encode_questions(TEXTS)).max() > 1e-3
    np.testing.assert_array_equal(plain.encode_passages(TEXTS), known.encode_passages(TEXTS))


def test_pickled_weights_are_refused_without_being_read(small_bert: Path, tmp_path: Path) -> None:
    folder = pickled_model(small_bert, tmp_path / "model")
    with pytest.raises(EncoderError, match="safetensors"):
        load_encoder(folder)


def test_a_folder_that_is_no_model_is_an_encoder_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="has no weights") as caught:
        load_encoder(str(tmp_path))
    assert "\n" not in str(caught.value)
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(str(tmp_path))


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "a/b/c", __file__])
def test_a_path_where_no_folder_is_never_goes_to_the_hub(name: str) -> None:
    with pytest.raises(EncoderError, match="There is no folder"):
        load_encoder(name)


def test_a_name_that_no_model_can_have_is_said_to_be_none() -> None:
    with pytest.raises(EncoderError, match="neither a folder nor the name"):
        load_encoder("问报 模型")


def test_without_a_network_a_hub_name_fails_soon_and_says_what_to_do() -> None:
    program = (
        "from index.encoder import load_encoder\nfrom index.errors import EncoderError\n"
        "try: load_encoder('wenbao-tests/does-not-exist')\nexcept EncoderError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=BUNDLED.parents[1],
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert 'The model "wenbao-tests/does-not-exist" is not on this computer' in done.stdout
    assert "--encoder" in done.stdout
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
