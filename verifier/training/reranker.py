"""Training a reranker: a small cross-encoder that says which of two texts is relevant to a query.

It starts from the lowest layers of a trained checker, whose marks of shared words and numbers it keeps, with a head of
one output. Each row is a query with a text that settles or answers it and a hard negative; the loss is the logistic of
their difference (Burges et al. 2005, RankNet).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from verifier.models.load import load_embedder
from verifier.training.checker import widen_marks
from verifier.training.checker_rows import PairBatch, collate, encode, length_groups
from verifier.training.loop import Plan, fast_device, fit, passes
from verifier.training.negatives import mined_rows
from verifier.training.pairs import Target, TrainingPair
from verifier.training.relevance import Relevant, is_held_out

logger = logging.getLogger(__name__)

_CHUNK, _HELD = 4096, 2000


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of. ``start`` is the folder of a trained checker, ``layers`` how many of its layers stay."""

    data: Path
    start: Path
    plan: Plan
    layers: int = 2
    max_tokens: int = 128
    tokens_per_batch: int = 4096
    seed: int = 0
    all_licences: bool = False


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Pairs of a query with a text, the relevant ones first and the others, in the same order, after them."""

    pairs: PairBatch

    @property
    def rows(self) -> int:
        """How many pairs are read."""
        return self.pairs.rows


def new_reranker(start: Path, layers: int) -> PreTrainedModel:
    """The first ``layers`` of a checker with a fresh head of one output; its word embeddings stay as they are."""
    model = AutoModelForSequenceClassification.from_pretrained(
        start, num_labels=1, num_hidden_layers=layers, ignore_mismatched_sizes=True, attn_implementation="eager"
    )
    model.get_input_embeddings().weight.requires_grad = False
    widen_marks(model)
    return model


def comparisons(
    rows: Sequence[Relevant],
    tokenizer: Tokenizer,
    rng: random.Random,
    device: torch.device,
    *,
    max_tokens: int,
    tokens_per_batch: int,
) -> Iterator[Comparisons]:
    """Batches of rows of like length, in random order within each chunk; rows without a hard negative are left out."""
    asked = [row for row in rows if row.hard]
    for begin in range(0, len(asked), _CHUNK):
        chunk = asked[begin : begin + _CHUNK]
        halves = [
            encode(tokenizer, [_pair(row.query, row.text) for row in chunk], max_tokens),
            encode(tokenizer, [_pair(row.query, row.hard) for row in chunk], max_tokens),
        ]
        longest = [max(len(half[n].ids) for half in halves) for n in range(len(chunk))]
        for group in length_groups(longest, tokens_per_batch // 2, rng):
            encoded = [half[n] for half in halves for n in group]
            yield Comparisons(collate(encoded, [0] * len(encoded), device))


def _pair(query: str, text: str) -> TrainingPair:
    return TrainingPair(claim=query, evidence=text, target=Target.SUPPORTED, source="", group="")


def margins(model: PreTrainedModel, batch: Comparisons) -> Tensor:
    """By how much each relevant text scores above the other. *Shape:* (rows,)."""
    pairs = batch.pairs
    scores: Tensor = model(input_ids=pairs.ids, token_type_ids=pairs.types, attention_mask=pairs.mask).logits.float()[
        :, 0
    ]
    half = len(scores) // 2
    return scores[:half] - scores[half:]


def train(recipe: Recipe, folder: Path) -> bool:
    """Run or resume the recipe in ``folder``; when it is done the model stands in ``folder/model``."""
    device, precision = fast_device()
    torch.manual_seed(recipe.seed)
    tokenizer = Tokenizer.from_file(str(recipe.start / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = new_reranker(recipe.start, recipe.layers).to(device, precision)
    mined = mined_rows(
        folder, recipe.data, load_embedder(None).embed, seed=recipe.seed, all_licences=recipe.all_licences
    )
    rows = [row for row in mined if not is_held_out(row.group)]
    aside = [row for row in mined if is_held_out(row.group)]
    held = random.Random(recipe.seed).sample(aside, min(_HELD, len(aside)))
    logger.info("%d rows, %d held out", len(rows), len(held))

    def batches_of(rows: Sequence[Relevant], seed: int) -> Iterator[Comparisons]:
        rng = random.Random(seed)
        mixed = rng.sample(rows, len(rows))
        limits = {"max_tokens": recipe.max_tokens, "tokens_per_batch": recipe.tokens_per_batch}
        return comparisons(mixed, tokenizer, rng, device, **limits)

    def batches(number: int) -> Iterator[Comparisons]:
        return batches_of(rows, recipe.seed * 1000 + number)

    def evaluate() -> dict[str, float]:
        found = [margins(model, batch) > 0 for batch in batches_of(held, recipe.seed)]
        return {"relevant_first": float(torch.cat(found).float().mean()) if found else 0.0}

    def loss_of(batch: Comparisons) -> Tensor:
        return F.softplus(-margins(model, batch)).mean()

    done = fit(model, partial(passes, batches), loss_of, recipe.plan, folder, evaluate=evaluate)
    if done:
        model.float().save_pretrained(folder / "model")
        tokenizer.save(str(folder / "model" / "tokenizer.json"))
    return done
