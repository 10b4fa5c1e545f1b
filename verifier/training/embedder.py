"""Training the embedder: claims near the evidence that settles them, questions near the passages that answer them.

In-batch negatives with a softmax over cosines (van den Oord et al. 2018, InfoNCE; Reimers and Gurevych 2019 for the
shared encoder with mean pooling), batches of one source, and hard negatives from :mod:`verifier.training.negatives`.
The tuned weights are averaged with the base's (Wortsman et al. 2022, WiSE-FT), which keeps a small model general.
"""

from __future__ import annotations

import logging
import random
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModel

from verifier.training.loop import Plan, fast_device, fit, passes
from verifier.training.negatives import mined_rows
from verifier.training.relevance import Relevant, is_held_out

logger = logging.getLogger(__name__)

_EMBEDDED, _HELD_BATCH = 64, 32


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of."""

    data: Path
    base: Path
    plan: Plan
    batch: int = 96
    hard: int = 48
    max_tokens: int = 128
    temperature: float = 0.05
    seed: int = 0
    all_licences: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids and mask, each *Shape:* (rows, length)."""

    ids: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class RelevanceBatch:
    """Rows of one source, no two of one group."""

    members: Sequence[Relevant]

    @property
    def rows(self) -> int:
        """How many queries."""
        return len(self.members)


def tokenise(tokenizer: Tokenizer, texts: Sequence[str], max_tokens: int, device: torch.device) -> Tokens:
    """Padded ids with their mask; long texts are cut."""
    rows = [encoding.ids[:max_tokens] for encoding in tokenizer.encode_batch_fast(list(texts))]
    length = max(map(len, rows))
    ids, mask = torch.zeros(len(rows), length, dtype=torch.long), torch.zeros(len(rows), length, dtype=torch.long)
    for number, row in enumerate(rows):
        ids[number, : len(row)], mask[number, : len(row)] = torch.tensor(row), 1
    return Tokens(ids.to(device), mask.to(device))


def pooled(model: nn.Module, tokens: Tokens) -> Tensor:
    """Unit vectors: the mean of the last hidden states over the mask. *Shape:* (rows, hidden)."""
    hidden = model(input_ids=tokens.ids, attention_mask=tokens.mask).last_hidden_state.float()  # (rows, length, hidden)
    mask = tokens.mask.unsqueeze(-1).float()  # (rows, length, 1)
    return F.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def batches_of(rows: Sequence[Relevant], size: int, rng: random.Random) -> list[list[Relevant]]:
    """Batches of one source each, in random order; a group appears once in a batch.

    Texts of one source resemble each other, which makes the negatives of a batch harder; texts of one group may be
    relevant to each other's queries, which would make them wrong. What fills no batch is left for the next pass.
    """
    sources: dict[str, list[Relevant]] = defaultdict(list)
    for row in rng.sample(rows, len(rows)):
        sources[row.source].append(row)
    batches: list[list[Relevant]] = []
    for waiting in sources.values():
        while len(waiting) >= size:
            batch: dict[str, Relevant] = {}
            postponed = []
            while waiting and len(batch) < size:
                row = waiting.pop()
                if row.group in batch:
                    postponed.append(row)
                else:
                    batch[row.group] = row
            waiting += postponed
            if len(batch) < size:
                break
            batches.append(list(batch.values()))
    rng.shuffle(batches)
    return batches


def averaged(tuned: dict[str, Tensor], base: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Weights between the base's (``share`` 0) and the tuned (1)."""
    return {
        name: base[name] + share * (weight - base[name]) if weight.is_floating_point() else weight
        for name, weight in tuned.items()
    }


class _Encoder:
    """A transformer with its tokenizer, from a folder, ready to be tuned or to embed texts."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self.device, precision = fast_device()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._max_tokens = max_tokens
        model = AutoModel.from_pretrained(
            folder, attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.before = {name: weight.clone() for name, weight in model.state_dict().items()}
        model.embeddings.word_embeddings.weight.requires_grad = False
        if getattr(model, "pooler", None) is not None:
            model.pooler.requires_grad_(False)
        self.model = model.to(self.device, precision)

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors. *Shape:* (texts, hidden)."""
        return pooled(self.model, tokenise(self.tokenizer, texts, self._max_tokens, self.device))

    @torch.no_grad()
    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for many texts, in batches of like length. *Shape:* (texts, hidden)."""
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        parts = [order[begin : begin + _EMBEDDED] for begin in range(0, len(order), _EMBEDDED)]
        found = torch.cat([self.vectors([texts[n] for n in part]) for part in parts])
        rows = np.empty(found.shape, dtype=np.float32)
        rows[order] = found.cpu().numpy()
        return rows


def _copy_settings(base: Path, folder: Path) -> None:
    """What sentence-transformers keeps beside the weights: pooling, normalisation and the longest text."""
    for name in ("modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling"):
        if (base / name).is_dir():
            shutil.copytree(base / name, folder / name, dirs_exist_ok=True)
        elif (base / name).is_file():
            shutil.copy(base / name, folder / name)


def train(recipe: Recipe, folder: Path, share: float = 0.5) -> bool:
    """Run or resume; when done, the average of tuned and base weights stands in ``folder/model``."""
    encoder = _Encoder(recipe.base, recipe.max_tokens)
    rows = mined_rows(folder, recipe.data, encoder.embed, seed=recipe.seed, all_licences=recipe.all_licences)
    held = batches_of([row for row in rows if is_held_out(row.group)], _HELD_BATCH, random.Random(recipe.seed))[:40]
    rows = [row for row in rows if not is_held_out(row.group)]
    hard = sum(bool(row.hard) for row in rows)
    logger.info("%d rows, %d of them with a hard negative, %d held out", len(rows), hard, len(held) * _HELD_BATCH)

    def batches(number: int) -> Iterator[RelevanceBatch]:
        return map(RelevanceBatch, batches_of(rows, recipe.batch, random.Random(recipe.seed * 1000 + number)))

    def cosines(batch: Sequence[Relevant], hard: int) -> Tensor:
        texts = [row.text for row in batch] + [row.hard for row in batch if row.hard][:hard]
        return encoder.vectors([row.query for row in batch]) @ encoder.vectors(texts).T  # (queries, texts)

    def loss_of(batch: RelevanceBatch) -> Tensor:
        wanted = torch.arange(batch.rows, device=encoder.device)
        return F.cross_entropy(cosines(batch.members, recipe.hard) / recipe.temperature, wanted)

    def evaluate() -> dict[str, float]:
        first = [
            (cosines(batch, len(batch)).argmax(1) == torch.arange(len(batch), device=encoder.device)).float().mean()
            for batch in held
        ]
        return {"first_is_right": float(torch.stack(first).mean()) if first else 0.0}

    done = fit(encoder.model, partial(passes, batches, most=100), loss_of, recipe.plan, folder, evaluate=evaluate)
    if done:
        model = encoder.model.float().cpu()
        model.save_pretrained(folder / "tuned")
        model.load_state_dict(averaged(model.state_dict(), encoder.before, share))
        model.save_pretrained(folder / "model")
        for name in ("tuned", "model"):
            encoder.tokenizer.save(str(folder / name / "tokenizer.json"))
            _copy_settings(recipe.base, folder / name)
    return done
