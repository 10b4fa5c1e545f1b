"""How good a generator is: the loss of wanted tokens, and what greedy drafts hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
from torch import Tensor

from verifier.training.drafts import Draft
from verifier.training.generator_model import GeneratorModel, Next, mixed
from verifier.training.generator_rows import Coder, DraftBatch, bucketed, collate

_DRAFTED = 100


def draft_loss(model: GeneratorModel, slots: Tensor, batch: DraftBatch) -> Tensor:
    """Mean negative log probability of the wanted tokens; ``slots`` maps a token id to its place in the vocabulary."""
    memory = model.encode(batch.ids, batch.types, batch.mask)
    following = model.decode(memory, batch.mask, batch.copyable, batch.prefix)
    held = (batch.wanted[:, :, None] == batch.ids[:, None, :]) & batch.copyable[:, None, :]
    likelihood = mixed(following, slots[batch.wanted], held)
    return -(likelihood * batch.weights).sum() / batch.weights.sum()


def slots_of(vocabulary: Sequence[int], words: int, device: torch.device) -> Tensor:
    """Place of each token id in the vocabulary, -1 where it is not in it."""
    slots = torch.full((words,), -1, dtype=torch.long)
    slots[list(vocabulary)] = torch.arange(len(vocabulary))
    return slots.to(device)


def next_tokens(following: Next, batch: DraftBatch, vocabulary: Tensor) -> Tensor:
    """The likeliest token after each prefix, generated and copied taken together, *Shape:* (rows,)."""
    generated = (following.vocabulary[:, -1] + following.gate[:, -1]).exp()
    copied = (following.copy[:, -1] + following.ungate[:, -1]).exp()
    width = int(max(batch.ids.max(), vocabulary.max())) + 1
    total = torch.zeros(len(batch.ids), width, device=generated.device)
    total.index_add_(1, vocabulary, generated)
    return total.scatter_add(1, batch.ids, copied).argmax(-1)


@torch.no_grad()
def greedy(model: GeneratorModel, batch: DraftBatch, end: int) -> list[list[int]]:
    """Token ids of each row's draft, the likeliest token at every step, without the end."""
    memory = model.encode(batch.ids, batch.types, batch.mask)
    prefix = batch.prefix[:, :1]
    for _ in range(model.shape.max_target - 1):
        following = model.decode(memory, batch.mask, batch.copyable, prefix, last_only=True)
        token = next_tokens(following, batch, model.vocabulary)
        prefix = torch.cat([prefix, token[:, None]], dim=1)
        if bool((prefix == end).any(dim=1).all()):
            break
    drafts = []
    for row in prefix[:, 1:].tolist():
        drafts.append(row[: row.index(end)] if end in row else row)
    return drafts


def letters(text: str) -> str:
    """What is compared of a draft and an answer: letters and digits.

    >>> letters("Mont-Blanc, 4,806 m")
    'montblanc4806m'
    """
    return re.sub(r"[\W_]", "", text.lower())


@torch.no_grad()
def validation_scores(
    model: GeneratorModel, coder: Coder, slots: Tensor, held: Sequence[Draft], tokens: int
) -> dict[str, float]:
    """Loss over all drafts; share of greedy drafts that hold the answer; share of right and wrong refusals."""
    device = slots.device
    rows = [row for draft in held if (row := coder.row(draft)) is not None]
    batches = list(bucketed(rows, coder, tokens, 0, device))
    losses = [float(draft_loss(model, slots, batch)) * batch.rows for batch in batches]
    answered = [draft for draft in held if draft.answer][:: max(1, len(held) // _DRAFTED)]
    declined = [draft for draft in held if not draft.target]
    texts = drafts_of(model, coder, [*answered, *declined], device)
    right = sum(letters(d.answer) in letters(text) for d, text in zip(answered, texts, strict=False))
    refused = [not text for text in texts]
    return {
        "validation_loss": sum(losses) / max(1, len(rows)),
        "answer_held": right / max(1, len(answered)),
        "wrongly_declined": sum(refused[: len(answered)]) / max(1, len(answered)),
        "rightly_declined": sum(refused[len(answered) :]) / max(1, len(declined)),
    }


def drafts_of(model: GeneratorModel, coder: Coder, drafts: Sequence[Draft], device: torch.device) -> list[str]:
    """Greedy drafts as the tokenizer spells them, without casing."""
    texts = []
    for begin in range(0, len(drafts), 32):
        rows = [row for draft in drafts[begin : begin + 32] if (row := coder.row(draft)) is not None]
        batch = collate(rows, coder, device)
        texts += [coder.tokenizer.decode(ids) for ids in greedy(model, batch, coder.end)]
    return texts
