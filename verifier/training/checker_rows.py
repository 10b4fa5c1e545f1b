"""Pairs as the checker sees them in training: token ids, marks and targets, in batches of pairs of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from verifier.errors import ModelError
from verifier.models.marks import CLAIM, PREMISE, token_marks
from verifier.training.pairs import Target, TrainingPair

LABELS = ("supported", "unsupported", "contradicted")
NOT_SUPPORTED = len(LABELS)
INDEX = {Target(name): number for number, name in enumerate(LABELS)} | {Target.NOT_SUPPORTED: NOT_SUPPORTED}


@dataclass(frozen=True, slots=True)
class PairBatch:
    """Token ids, type ids and mask, each *Shape:* (rows, length); targets, *Shape:* (rows,)."""

    ids: Tensor
    types: Tensor
    mask: Tensor
    targets: Tensor

    @property
    def rows(self) -> int:
        """How many pairs."""
        return len(self.targets)


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token that the base's vocabulary must hold."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ModelError(f"the base model's tokenizer has no {token}: give a BERT-like encoder as base")
    return int(found)


@dataclass(frozen=True, slots=True)
class Row:
    """``[CLS] evidence [SEP] claim [SEP]``: token ids and marks (:mod:`verifier.models.marks`), equally many."""

    ids: list[int]
    types: list[int]


def encode(tokenizer: Tokenizer, pairs: list[TrainingPair], max_tokens: int) -> list[Row]:
    """A row a pair, cut to ``max_tokens`` in the evidence."""
    evidence = tokenizer.encode_batch([pair.evidence for pair in pairs], add_special_tokens=False)
    claims = tokenizer.encode_batch([pair.claim for pair in pairs], add_special_tokens=False)
    cls, sep = special_id(tokenizer, "[CLS]"), special_id(tokenizer, "[SEP]")
    rows: list[Row] = []
    for pair, premise, claim in zip(pairs, evidence, claims, strict=True):
        above, below = token_marks(pair.evidence, premise.offsets, pair.claim, claim.offsets)
        hypothesis = claim.ids[: max_tokens - 3]
        room = max(0, max_tokens - 3 - len(hypothesis))
        rows.append(
            Row(
                [cls, *premise.ids[:room], sep, *hypothesis, sep],
                [PREMISE, *above[:room], PREMISE, *below[: len(hypothesis)], CLAIM],
            )
        )
    return rows


def collate(rows: list[Row], targets: list[int], device: torch.device) -> PairBatch:
    """Rows padded to the longest of them."""
    length = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        types[number, : len(row.ids)] = torch.tensor(row.types)
        mask[number, : len(row.ids)] = 1
    return PairBatch(ids.to(device), types.to(device), mask.to(device), torch.tensor(targets, device=device))


def length_groups(lengths: Sequence[int], tokens: int, rng: random.Random) -> list[list[int]]:
    """Positions in groups of like length, each of at most ``tokens`` tokens with its padding, in random order."""
    order = sorted(range(len(lengths)), key=lambda n: lengths[n] + rng.random())
    groups: list[list[int]] = [[]]
    for n in order:
        if groups[-1] and (len(groups[-1]) + 1) * lengths[n] > tokens:
            groups.append([])
        groups[-1].append(n)
    rng.shuffle(groups)
    return groups


def bucketed(
    pairs: list[TrainingPair],
    tokenizer: Tokenizer,
    seed: int,
    device: torch.device,
    *,
    max_tokens: int,
    tokens_per_batch: int,
) -> Iterator[PairBatch]:
    """Batches of pairs of like length, ``tokens_per_batch`` tokens each, in random order within each chunk."""
    rng = random.Random(seed)
    for begin in range(0, len(pairs), 8192):
        chunk = pairs[begin : begin + 8192]
        rows = encode(tokenizer, chunk, max_tokens)
        for group in length_groups([len(row.ids) for row in rows], tokens_per_batch, rng):
            yield collate([rows[n] for n in group], [INDEX[chunk[n].target] for n in group], device)
