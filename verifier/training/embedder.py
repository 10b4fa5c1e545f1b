"""Training the embedder: claims near the evidence that settles them, questions near the passages that answer them.

In-batch negatives with a softmax over cosines (van den Oord et al. 2018, InfoNCE; Reimers and Gurevych 2019 for the
shared encoder with mean pooling), one hard negative a row where the rarest shared words find one. Refuting evidence
is as relevant as supporting evidence. The tuned weights are averaged with the base's (Wortsman et al. 2022,
WiSE-FT), which keeps a small model general.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModel

from verifier.training.augment import mine_undecided
from verifier.training.loop import Plan, fast_device, fit
from verifier.training.pairs import Target, TrainingPair, is_validation, open_text, read_pairs

logger = logging.getLogger(__name__)

CLAIM_SOURCES = {
    "vitaminc_real_rest": 0.7,
    "fever_dev_rest": 2.0,
    "fool_me_twice": 2.0,
    "ex_fever": 1.0,
    "check_covid": 3.0,
    "citation_integrity": 3.0,
    "covidfact": 2.0,
    "healthver_dev": 3.0,
    "binary_scitail": 2.0,
    "binary_wice_dev_oracle": 1.0,
}
QUESTION_SOURCES = {
    "qa_squad_sentences": 2.0,
    "qa_squad11_part": 1.0,
    "qa_bioasq": 2.0,
    "qa_qamr": 0.3,
    "qa_pubmedqa": 2.0,
    "qa_covidqa": 1.0,
}


@dataclass(frozen=True, slots=True)
class Relevant:
    """A query, a text relevant to it, a text that looks relevant and is not (or none), and their group."""

    query: str
    text: str
    hard: str
    group: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of."""

    data: Path
    base: Path
    plan: Plan
    batch: int = 96
    max_tokens: int = 128
    temperature: float = 0.05
    seed: int = 0
    claim_sources: dict[str, float] = field(default_factory=lambda: dict(CLAIM_SOURCES))
    question_sources: dict[str, float] = field(default_factory=lambda: dict(QUESTION_SOURCES))


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids and mask, each *Shape:* (rows, length)."""

    ids: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class RelevanceBatch:
    """Queries and as many texts; texts beyond the queries' number are hard negatives."""

    queries: Tokens
    texts: Tokens

    @property
    def rows(self) -> int:
        """How many queries."""
        return len(self.queries.ids)


def _questions(path: Path) -> list[TrainingPair]:
    name = path.name.removesuffix(".jsonl.gz")
    pairs = []
    for line in open_text(path):
        row = json.loads(line)
        text = row["context"] or row["sentence"]
        pairs.append(TrainingPair(row["question"], text, Target.SUPPORTED, str(row["group"]), name))
    return pairs


def relevant_pairs(recipe: Recipe, rng: random.Random) -> list[Relevant]:
    """All queries with a relevant text, each source as often as the recipe says, in random order."""
    rows: list[Relevant] = []
    for sources, read in ((recipe.claim_sources, read_pairs), (recipe.question_sources, _questions)):
        for name, share in sources.items():
            pairs = read(recipe.data / f"{name}.jsonl.gz")
            settled = [p for p in pairs if p.target in (Target.SUPPORTED, Target.CONTRADICTED)]
            hard = {p.claim: p.evidence for p in mine_undecided(settled, rng, common=100)}
            chosen = [p for p in settled * 3 if rng.random() < share / 3]
            rows += [Relevant(p.claim, p.evidence, hard.get(p.claim, ""), p.group) for p in chosen]
    rng.shuffle(rows)
    return rows


def tokenise(tokenizer: Tokenizer, texts: list[str], max_tokens: int, device: torch.device) -> Tokens:
    """Padded ids with their mask; long texts are cut."""
    rows = [encoding.ids[:max_tokens] for encoding in tokenizer.encode_batch_fast(texts)]
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


def batches_of(
    rows: list[Relevant], tokenizer: Tokenizer, recipe: Recipe, device: torch.device
) -> Iterator[RelevanceBatch]:
    """Batches in which no text is relevant to two queries: a group appears once in a batch."""
    waiting = list(reversed(rows))
    while len(waiting) >= recipe.batch:
        batch: list[Relevant] = []
        groups: set[str] = set()
        postponed = []
        while waiting and len(batch) < recipe.batch:
            row = waiting.pop()
            if row.group in groups:
                postponed.append(row)
            else:
                groups.add(row.group)
                batch.append(row)
        waiting += reversed(postponed)
        if len(batch) < recipe.batch:
            return
        hard = [row.hard for row in batch if row.hard][: recipe.batch // 2]
        yield RelevanceBatch(
            tokenise(tokenizer, [row.query for row in batch], recipe.max_tokens, device),
            tokenise(tokenizer, [row.text for row in batch] + hard, recipe.max_tokens, device),
        )


def averaged(tuned: dict[str, Tensor], base: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Weights between the base's (``share`` 0) and the tuned (1)."""
    return {
        name: base[name] + share * (weight - base[name]) if weight.is_floating_point() else weight
        for name, weight in tuned.items()
    }


def train(recipe: Recipe, folder: Path, share: float = 0.5) -> bool:
    """Run or resume; when done, the average of tuned and base weights stands in ``folder/model``."""
    device, precision = fast_device()
    rng = random.Random(recipe.seed)
    tokenizer = Tokenizer.from_file(str(recipe.base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    base = AutoModel.from_pretrained(
        recipe.base, attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    before = {name: weight.clone() for name, weight in base.state_dict().items()}
    base.embeddings.word_embeddings.weight.requires_grad = False
    if getattr(base, "pooler", None) is not None:
        base.pooler.requires_grad_(False)
    model = base.to(device, precision)
    rows = relevant_pairs(recipe, rng)
    held = [row for row in rows if is_validation(row.group)][: 12 * recipe.batch]
    rows = [row for row in rows if not is_validation(row.group)]
    logger.info("%d rows, %d held out", len(rows), len(held))

    def batches(skip: int) -> Iterator[RelevanceBatch]:
        seen = 0
        for number in range(100):
            order = list(rows)
            random.Random(recipe.seed * 1000 + number).shuffle(order)
            for batch in batches_of(order, tokenizer, recipe, device):
                seen += 1
                if seen > skip:
                    yield batch

    def cosines(batch: RelevanceBatch) -> Tensor:
        return pooled(model, batch.queries) @ pooled(model, batch.texts).T  # (queries, texts)

    def loss_of(batch: RelevanceBatch) -> Tensor:
        wanted = torch.arange(batch.rows, device=device)
        return F.cross_entropy(cosines(batch) / recipe.temperature, wanted)

    def evaluate() -> dict[str, float]:
        first = [
            (cosines(b).argmax(1) == torch.arange(b.rows, device=device)).float().mean()
            for b in batches_of(held, tokenizer, recipe, device)
        ]
        return {"first_is_right": float(torch.stack(first).mean()) if first else 0.0}

    done = fit(model, batches, loss_of, recipe.plan, folder, evaluate=evaluate)
    if done:
        model.float().cpu().load_state_dict(averaged(model.state_dict(), before, share))
        model.save_pretrained(folder / "model")
        tokenizer.save(str(folder / "model" / "tokenizer.json"))
    return done
