from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import BertForSequenceClassification

from tests.test_generator_training import build_base, learn_by_heart, recipe_for
from tests.tiny_models import build_embedder, build_nli
from verifier.errors import ModelError
from verifier.models import marks
from verifier.training import generator
from verifier.training.checker import widen_marks
from verifier.training.export import export_checker
from verifier.training.export_generator import export_generator
from verifier.training.restore import load_restored, load_restored_generator, restored


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_nli(tmp_path_factory.mktemp("checker"))


def test_an_exported_graph_gives_the_weights_back(folder: Path, tmp_path: Path) -> None:
    """Against the original weights, every matrix within half a step of its rounding (two steps in seven bits)."""
    export_checker(folder, tmp_path)
    original = BertForSequenceClassification.from_pretrained(folder).state_dict()
    found = restored(tmp_path / "model.onnx")
    assert {name for name in original if name not in found} == {"bert.embeddings.word_embeddings.weight"}
    for name, tensor in found.items():
        assert (tensor - original[name]).abs().max() <= original[name].abs().max() / 100, name


def test_a_fresh_model_takes_them_and_keeps_its_own_words(folder: Path, tmp_path: Path) -> None:
    export_checker(folder, tmp_path)
    model = BertForSequenceClassification.from_pretrained(folder)
    words = model.get_input_embeddings().weight.clone()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter is not model.get_input_embeddings().weight:
                parameter.zero_()
    load_restored(model, tmp_path)
    original = BertForSequenceClassification.from_pretrained(folder)
    ids = torch.arange(4, 20)[None]
    assert torch.equal(model.get_input_embeddings().weight, words)
    torch.testing.assert_close(model(ids).logits, original(ids).logits, atol=0.2, rtol=0)


def test_a_marked_model_starts_from_an_unmarked_one(folder: Path) -> None:
    """Every mark starts as far from its segment's embedding as it was made, wherever training had moved that."""
    trained = BertForSequenceClassification.from_pretrained(folder)
    model = BertForSequenceClassification.from_pretrained(folder)
    widen_marks(model)
    before = model.base_model.embeddings.token_type_embeddings.weight.clone()
    with torch.no_grad():
        trained.base_model.embeddings.token_type_embeddings.weight += 1.0
    trained.save_pretrained(folder.parent / "moved")
    load_restored(model, folder.parent / "moved")
    after = model.base_model.embeddings.token_type_embeddings.weight
    assert len(after) == marks.COUNT
    torch.testing.assert_close(after, before + 1.0)


def test_what_does_not_fit_is_refused(folder: Path, tmp_path: Path) -> None:
    model = BertForSequenceClassification.from_pretrained(folder)
    with pytest.raises(ModelError, match="another architecture"):
        load_restored(model, build_embedder(tmp_path / "embedder"))
    (tmp_path / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(ModelError, match="not an ONNX model"):
        load_restored(model, tmp_path)


def test_an_exported_generator_comes_back(tmp_path: Path) -> None:
    recipe = recipe_for(build_base(tmp_path), tmp_path, 1)
    model, coder = learn_by_heart(recipe, steps=2)
    generator.save_model(model.float(), coder.tokenizer, tmp_path / "model")
    export_generator(tmp_path / "model", tmp_path / "out")
    other = generator.new_model(recipe, model.shape.vocabulary)
    load_restored_generator(other, tmp_path / "out")
    again = other.state_dict()
    for name, before in model.state_dict().items():
        assert torch.allclose(before, again[name], atol=0.02 * float(before.abs().max()) + 1e-6), name
    narrow = generator.new_model(replace(recipe, max_target=8), model.shape.vocabulary)
    with pytest.raises(ModelError, match="another architecture"):
        load_restored_generator(narrow, tmp_path / "out")
