"""Layers that are kept as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny_models import build_nli


@pytest.mark.parametrize(("layers", "learning"), [(0, {"embeddings", "0", "1"}), (1, {"1"})])
def test_frozen_layers_do_not_learn(tmp_path: Path, layers: int, learning: set[str]) -> None:
    from transformers import AutoModelForSequenceClassification

    from verifier.training.checker import freeze

    model = AutoModelForSequenceClassification.from_pretrained(build_nli(tmp_path))
    freeze(model, layers)
    learn = {name.split(".")[3 if "layer." in name else 1] for name, p in model.named_parameters() if p.requires_grad}
    assert learn & {"embeddings", "0", "1"} == learning
    assert model.classifier.weight.requires_grad
