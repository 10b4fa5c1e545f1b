from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.tiny_models import LABELS, build_embedder, build_nli, build_seq2seq
from verifier.errors import ModelError, StorageError
from verifier.models.sessions import SessionPool
from verifier.training.export import INPUTS, export_checker, export_embedder


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_nli(tmp_path_factory.mktemp("checker"))


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_embedder(tmp_path_factory.mktemp("embedder") / "model")


def test_a_checker_s_folder_holds_graph_tokenizer_and_settings(checker: Path, tmp_path: Path) -> None:
    export_checker(checker, tmp_path / "out", max_tokens=48, base="some/base")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["config.json", "model.onnx", "tokenizer.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config.pop("vocab_size") > 60
    assert config.pop("version")
    assert config == {
        "kind": "checker", "format": 1, "max_tokens": 48, "base": "some/base",
        "id2label": {str(number): name for number, name in enumerate(LABELS)},
    }  # fmt: skip
    tokenizer = json.loads((tmp_path / "out" / "tokenizer.json").read_text())
    assert (tokenizer["padding"], tokenizer["truncation"]) == (None, None)


def test_the_graph_takes_any_batch_and_length_and_masks_padding(checker: Path, tmp_path: Path) -> None:
    import torch
    from transformers import BertForSequenceClassification

    export_checker(checker, tmp_path)
    pool = SessionPool(tmp_path / "model.onnx", threads=1)
    assert pool.inputs == set(INPUTS)
    model = BertForSequenceClassification.from_pretrained(checker).eval()
    for rows, length in ((1, 1), (1, 64), (3, 20)):
        ids = np.random.default_rng(0).integers(4, 60, (rows, length))
        mask = np.ones_like(ids)
        mask[-1, length // 2 + 1 :] = 0
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": (ids % 2)}
        with torch.inference_mode():
            expected = model(**{name: torch.from_numpy(array) for name, array in feed.items()}).logits.numpy()
        np.testing.assert_allclose(pool.run(feed)[0], expected, atol=0.3)  # int8


def test_weights_are_eight_bits_and_the_file_names_no_source(embedder: Path, tmp_path: Path) -> None:
    export_embedder(embedder, tmp_path)
    graph = onnx.load(str(tmp_path / "model.onnx")).graph
    large = [tensor for tensor in graph.initializer if np.prod(tensor.dims) >= 1024]
    types = [onnx.TensorProto.DataType.Name(tensor.data_type) for tensor in large]
    assert types.count("FLOAT") == 1  # positions
    assert (types.count("UINT8"), types.count("INT8")) == (8, 5)  # 8 of 12 matrices in blocks; 4, and the words
    assert str(Path(__file__).parents[1]).encode() not in (tmp_path / "model.onnx").read_bytes()


def test_an_embedder_keeps_its_own_limit_and_pooling(embedder: Path, tmp_path: Path) -> None:
    export_embedder(embedder, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    found = {key: config[key] for key in ("kind", "max_tokens", "pooling", "dimension")}
    assert found == {"kind": "embedder", "max_tokens": 16, "pooling": "mean", "dimension": 32}


def test_the_same_model_gives_the_same_files(embedder: Path, tmp_path: Path) -> None:
    for name in "ab":
        export_embedder(embedder, tmp_path / name)
    for name in ("model.onnx", "tokenizer.json", "config.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_what_cannot_be_carried_over_is_refused(tmp_path: Path) -> None:
    folder = build_embedder(tmp_path / "max", pooling="pooling_mode_max_tokens")
    with pytest.raises(ModelError, match="mean or cls"):
        export_embedder(folder, tmp_path / "out")
    modules = json.loads((folder / "modules.json").read_text())
    modules.append({"idx": 3, "name": "3", "path": "3_Dense", "type": "sentence_transformers.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ModelError, match="Dense"):
        export_embedder(folder, tmp_path / "out")
    with pytest.raises(ModelError, match="BERT"):
        export_embedder(build_seq2seq(tmp_path / "t5"), tmp_path / "out")
    with pytest.raises(ModelError, match="cannot load a model"):
        export_checker(tmp_path / "none", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_limits_labels_and_unwritable_folders(checker: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="64 positions, got 65"):
        export_checker(checker, tmp_path / "out", max_tokens=65)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write"):
        export_checker(checker, tmp_path / "file")
    with pytest.raises(ModelError, match="LABEL_0"):
        export_checker(build_nli(tmp_path / "plain", labels=("LABEL_0", "LABEL_1", "LABEL_2")), tmp_path / "out")
