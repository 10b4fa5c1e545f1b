"""Training the generator: from the recipe to a model in a folder, with checkpoints on the way."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from verifier.models.onnx_folder import read_tokenizer
from verifier.training.drafts import Draft, load_drafts, validation_drafts
from verifier.training.generator_model import GeneratorModel, Shape, initialise
from verifier.training.generator_rows import Coder, DraftBatch, bucketed, choose_vocabulary
from verifier.training.generator_scores import draft_loss, slots_of, validation_scores
from verifier.training.loop import Plan, fast_device, fit, passes
from verifier.training.restore import load_restored_generator

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; kept beside the weights that come out of it."""

    data: Path
    base: Path
    plan: Plan
    max_source: int = 192
    max_target: int = 44
    vocabulary: int = 8000
    decoder_from: tuple[int, ...] = (0, 2, 5)
    tokens_per_batch: int = 4096
    start: Path | None = None
    seed: int = 0


def new_model(recipe: Recipe, vocabulary: tuple[int, ...]) -> GeneratorModel:
    """The model grown from the recipe's base."""
    config = json.loads((recipe.base / "config.json").read_text(encoding="utf-8"))
    shape = Shape(
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        inner=config["intermediate_size"],
        layers=config["num_hidden_layers"],
        decoder_from=recipe.decoder_from,
        words=config["vocab_size"],
        positions=config["max_position_embeddings"],
        max_source=recipe.max_source,
        max_target=recipe.max_target,
        vocabulary=vocabulary,
    )
    model = GeneratorModel(shape)
    base = load_file(recipe.base / "model.safetensors")
    initialise(model, {name.removeprefix("bert."): tensor for name, tensor in base.items()}, recipe.decoder_from)
    return model


def save_model(model: GeneratorModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Weights, shape and tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, folder / "model.safetensors")
    (folder / "shape.json").write_text(json.dumps(asdict(model.shape)), encoding="utf-8")
    tokenizer.save(str(folder / "tokenizer.json"))


def load_model(folder: Path) -> GeneratorModel:
    """What :func:`save_model` wrote."""
    fields = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
    lists = {"decoder_from": tuple(fields["decoder_from"]), "vocabulary": tuple(fields["vocabulary"])}
    model = GeneratorModel(Shape(**(fields | lists)))
    model.load_state_dict(load_file(folder / "model.safetensors"))
    return model.eval()  # loaded to infer: no dropout


def _settled(path: Path, drafts: list[Draft], tokenizer: Tokenizer, recipe: Recipe) -> tuple[int, ...]:
    """The run's vocabulary, kept whatever becomes of the rules that make the targets: the release's or chosen now."""
    if path.exists():
        return tuple(json.loads(path.read_text(encoding="utf-8")))
    if recipe.start is not None:
        with np.load(recipe.start / "words.npz", allow_pickle=False) as tables:
            vocabulary = tuple(tables["vocabulary"].tolist())
    else:
        vocabulary = choose_vocabulary([draft.target for draft in drafts], tokenizer, recipe.vocabulary)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(vocabulary), encoding="utf-8")
    return vocabulary


def train(recipe: Recipe, folder: Path) -> bool:
    """Run or resume the recipe in ``folder``; when it is done the model stands in ``folder/model``."""
    device, precision = fast_device()
    torch.manual_seed(recipe.seed)
    tokenizer = read_tokenizer(recipe.base)
    coder = Coder(tokenizer, recipe.max_source, recipe.max_target)
    first = load_drafts(recipe.data, recipe.seed * 1000)
    vocabulary = _settled(folder / "vocabulary.json", first, tokenizer, recipe)
    known = frozenset(vocabulary)
    model = new_model(recipe, vocabulary)
    if recipe.start is not None:
        load_restored_generator(model, recipe.start)
    model.to(device, precision)
    slots = slots_of(vocabulary, model.shape.words, device)
    held = [d for d in validation_drafts(recipe.data, per_source=40) if coder.row(d, known)]

    def batches(number: int) -> Iterator[DraftBatch]:
        drafts = first if number == 0 else load_drafts(recipe.data, recipe.seed * 1000 + number)
        rows = [row for draft in drafts if (row := coder.row(draft, known)) is not None]
        logger.info("pass %d: %d drafts, %d can be said", number, len(drafts), len(rows))
        return bucketed(rows, coder, recipe.tokens_per_batch, recipe.seed * 1000 + number, device)

    def evaluate() -> dict[str, float]:
        return validation_scores(model, coder, slots, held, recipe.tokens_per_batch)

    done = fit(
        model, partial(passes, batches), lambda batch: draft_loss(model, slots, batch), recipe.plan, folder,
        evaluate=evaluate, slow=lambda name: name.startswith("encoder."), slow_factor=0.25,
    )  # fmt: skip
    if done:
        save_model(model.float(), tokenizer, folder / "model")
        (folder / "recipe.json").write_text(json.dumps(asdict(recipe), default=str, indent=1), encoding="utf-8")
    return done
