"""The generator's training on a base of a few kilobytes: it learns by heart, and goes on after an interrupt."""

from __future__ import annotations

import gzip
import json
import math
import os
import signal
from pathlib import Path

import pytest
import torch

from tests.tiny_models import build_tokenizer
from verifier.training import generator
from verifier.training.drafts import Draft
from verifier.training.generator import Recipe, load_model, train
from verifier.training.generator_model import Next, mixed
from verifier.training.generator_rows import Coder, choose_vocabulary, collate
from verifier.training.generator_scores import draft_loss, drafts_of, slots_of
from verifier.training.loop import MasterWeights, Plan

ROWS = (
    Draft("where is the tower?", ("the tower stands in paris.",), "the tower stands in paris.", "paris", "a", "t"),
    Draft("where is the wall?", ("the great wall stands in china.",), "the wall stands in china.", "china", "b", "t"),
    Draft("where is the cat?", ("a cat sat on the mat.", "a dog sat."), "the cat sat on the mat.", "mat", "c", "t"),
    Draft("where is the river?", ("a dog sat on the bridge.",), "", "", "d", "t"),
)


def build_base(folder: Path) -> Path:
    """A random encoder of two layers."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(3)
    tokenizer = build_tokenizer(folder)
    tokenizer.add_tokens(["|"])
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=64, pad_token_id=0, initializer_range=0.2,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def recipe_for(base: Path, data: Path, presentations: int) -> Recipe:
    return Recipe(
        data, base, Plan(presentations, 5e-3), max_source=40, max_target=16, vocabulary=24, decoder_from=(0, 1),
        tokens_per_batch=160,
    )  # fmt: skip


def learn_by_heart(recipe: Recipe, steps: int = 300) -> tuple[generator.GeneratorModel, Coder]:
    tokenizer = generator.read_tokenizer(recipe.base)
    coder = Coder(tokenizer, recipe.max_source, recipe.max_target)
    vocabulary = choose_vocabulary([row.target for row in ROWS], tokenizer, recipe.vocabulary)
    torch.manual_seed(0)
    model = generator.new_model(recipe, vocabulary)
    slots = slots_of(vocabulary, model.shape.words, torch.device("cpu"))
    batch = collate([row for draft in ROWS if (row := coder.row(draft))], coder, torch.device("cpu"))
    weights = MasterWeights(model, recipe.plan, lambda name: False, 1.0)
    for _ in range(steps):
        draft_loss(model, slots, batch).backward()
        weights.step(2e-3)
    return model, coder


def test_four_rows_are_learnt_by_heart(tmp_path: Path) -> None:
    model, coder = learn_by_heart(recipe_for(build_base(tmp_path), tmp_path, 1))
    drafts = drafts_of(model, coder, ROWS, torch.device("cpu"))
    assert [text.replace(" .", ".") for text in drafts] == [row.target for row in ROWS]


def test_mixture_is_worked_out_by_hand() -> None:
    logs = [torch.tensor(values).log() for values in ([0.25, 0.75], [0.5, 0.3, 0.2], [0.6], [0.4])]
    following = Next(*(values[None, None, :] for values in logs))
    held = torch.tensor([[[True, False, True]]])
    both = mixed(following, torch.tensor([[1]]), held)
    assert both.exp().item() == pytest.approx(0.6 * 0.75 + 0.4 * (0.5 + 0.2))
    copied = mixed(following, torch.tensor([[-1]]), held)
    assert copied.exp().item() == pytest.approx(0.4 * 0.7)


def test_names_and_numbers_are_left_to_copying(tmp_path: Path) -> None:
    tokenizer = generator.read_tokenizer(build_base(tmp_path))
    targets = ["The old tower in Paris stands.", "The bridge in Paris was built in 2.", "It was old."]
    chosen = {tokenizer.id_to_token(piece) for piece in choose_vocabulary(targets, tokenizer, 50)}
    assert {"the", "old", "in", "[SEP]", "."} <= chosen
    assert not chosen & {"paris", "2", "|", "[UNK]"}


def test_a_target_that_cannot_be_said_gives_no_row(tmp_path: Path) -> None:
    coder = Coder(generator.read_tokenizer(build_base(tmp_path)), 40, 16)
    draft = Draft("where is it?", ("the wall.",), "in china.", "china", "g", "t")
    known = frozenset(coder.tokenizer.encode("in .", add_special_tokens=False).ids)
    assert coder.row(draft, known) is None
    assert coder.row(draft, known | {coder.tokenizer.token_to_id("china")}) is not None


def test_source_and_its_types(tmp_path: Path) -> None:
    coder = Coder(generator.read_tokenizer(build_base(tmp_path)), 12, 16)
    source = coder.source("where is paris?", ["the wall", "a cat sat on the mat and the dog"])
    words = [coder.tokenizer.id_to_token(number) for number in source.ids]
    assert words == ["[CLS]", "where", "is", "paris", "?", "[SEP]", "the", "wall", "|", "a", "cat", "[SEP]"]
    assert source.passages_at == 6


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, data = build_base(tmp_path / "base"), tmp_path
    rows = [
        {"question": row.question, "context": row.passages[0], "answers": [row.answer], "sentence": "", "group": str(n)}
        for n, row in enumerate(ROWS[:3] * 8)
    ]
    with gzip.open(data / "qa_squad11_part.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    recipe = recipe_for(base, data, 60)
    assert train(recipe, tmp_path / "whole")

    seen, original = [], generator.draft_loss

    def stopping(*arguments: object) -> torch.Tensor:
        seen.append(1)
        if len(seen) == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(generator, "draft_loss", stopping)
    assert not train(recipe, tmp_path / "parts")
    assert not (tmp_path / "parts" / "model").exists()
    assert train(recipe, tmp_path / "parts")
    whole, parts = load_model(tmp_path / "whole" / "model"), load_model(tmp_path / "parts" / "model")
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, parts.state_dict()[name]), name
    last = json.loads((tmp_path / "whole" / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["presented"] >= 60
    assert math.isfinite(last["loss"])
