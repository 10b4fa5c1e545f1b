"""Training the checker: a three-way cross-encoder over (evidence, claim), started from a small sentence encoder.

The premise is the evidence, the hypothesis the claim; truncation cuts the premise only. Pairs whose negative class
says only "not supported" train the probability of ``supported`` against the other two together.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel

from verifier.errors import ModelError
from verifier.models import marks
from verifier.models.marks import CLAIM, PREMISE, token_marks
from verifier.training import augment
from verifier.training.loop import Plan, fast_device, fit
from verifier.training.mixture import draw, load_sources, one_pass, validation
from verifier.training.number_pairs import move_bound, numeric_twins, sentence_pairs
from verifier.training.own_pairs import own_pairs
from verifier.training.pairs import Target, TrainingPair
from verifier.training.question_pairs import question_pairs
from verifier.training.restore import load_restored
from verifier.training.sources import SOURCES, Kind
from verifier.training.word_pairs import word_twins

logger = logging.getLogger(__name__)

LABELS = ("supported", "unsupported", "contradicted")
_NOT_SUPPORTED = len(LABELS)
_INDEX = {Target(name): number for number, name in enumerate(LABELS)} | {Target.NOT_SUPPORTED: _NOT_SUPPORTED}
_FACTS = frozenset(source.name for source in SOURCES if source.kind is Kind.FACTS) - frozenset(
    "tabfact nli4ct politihop liar_plus creak".split()
)
_MINED_FROM = frozenset("vitaminc_real_rest fever_dev_rest fool_me_twice covidfact check_covid".split())


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


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; kept beside the weights that come out of it."""

    data: Path
    base: Path
    plan: Plan
    max_tokens: int = 160
    tokens_per_batch: int = 2048
    label_smoothing: float = 0.05
    distractors: float = 0.2
    general: float = 1.0
    own: float = 3.0
    all_licences: bool = False
    start: Path | None = None
    seed: int = 0


def presentations(recipe: Recipe, number: int) -> list[TrainingPair]:
    """The ``number``-th pass over the mixture with what is made from it, in random order, repeatable by seed."""
    rng = random.Random(recipe.seed * 1000 + number)
    loaded = load_sources(recipe.data, all_licences=recipe.all_licences)
    pairs = one_pass(loaded, rng, general=recipe.general)
    facts = [pair for pair in pairs if pair.source in _FACTS]
    unique = list({(p.claim, p.evidence): p for p in facts}.values())
    made: list[TrainingPair] = []
    for pair in unique:
        other = rng.choice(unique)
        candidates = (
            augment.edit_number(pair, rng),
            *(augment.bound_number(pair, rng) for _ in range(4)),
            augment.swap_name(pair, other, rng),
        )
        made += [pair for pair in candidates if pair is not None]
        if rng.random() < 0.2 and (joined := augment.join_claims(pair, other, rng)) is not None:
            made.append(joined)
        if rng.random() < 0.25:
            made += augment.contrast(pair, other, rng)
            if (believed := augment.about_belief(pair, other, rng)) is not None:
                made.append(believed)
    others = augment.other_facts([p for p in unique if p.source in _MINED_FROM], rng)
    made += rng.sample(others, min(len(others), 12_000))
    mined = augment.mine_undecided([p for p in unique if p.source in _MINED_FROM], rng)
    made += rng.sample(mined, min(len(mined), 14_000))
    made += more_pairs(recipe, unique, rng)
    texts = [pair.evidence for pair in unique if len(pair.evidence) < 300]
    pairs = [
        augment.surround(pair, rng.sample(texts, rng.randint(1, 3)), rng)
        if pair.source in _FACTS and len(pair.evidence) < 400 and rng.random() < recipe.distractors
        else pair
        for pair in pairs + made
    ]
    rng.shuffle(pairs)
    return pairs


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token that the base's vocabulary must hold."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ModelError(f"the base model's tokenizer has no {token}: give a BERT-like encoder as base")
    return int(found)


def more_pairs(recipe: Recipe, facts: list[TrainingPair], rng: random.Random) -> list[TrainingPair]:
    """What is made anew in every pass (questions as statements, numbers restated, words turned), and our own pairs."""
    asked = question_pairs(recipe.data, rng)
    moved = [moved for pair in facts for _ in range(3) if (moved := move_bound(pair, rng)) is not None]
    numeric = numeric_twins(facts, rng, each=2)
    plain = sentence_pairs([pair.evidence for pair in asked], rng, limit=8_000)
    turned = word_twins(facts, rng)
    return [
        *rng.sample(asked, min(len(asked), 30_000)),
        *moved,
        *numeric,
        *plain,
        *rng.sample(turned, min(len(turned), 16_000)),
        *draw(own_pairs(held_out=False), recipe.own, rng),
    ]


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


def bucketed(
    pairs: list[TrainingPair], tokenizer: Tokenizer, recipe: Recipe, seed: int, device: torch.device
) -> Iterator[PairBatch]:
    """Batches of pairs of like length, ``tokens_per_batch`` tokens each, in random order within each chunk."""
    rng = random.Random(seed)
    for begin in range(0, len(pairs), 8192):
        chunk = pairs[begin : begin + 8192]
        rows = encode(tokenizer, chunk, recipe.max_tokens)
        order = sorted(range(len(chunk)), key=lambda n: len(rows[n].ids) + rng.random())
        groups: list[list[int]] = [[]]
        for n in order:
            if groups[-1] and (len(groups[-1]) + 1) * len(rows[n].ids) > recipe.tokens_per_batch:
                groups.append([])
            groups[-1].append(n)
        rng.shuffle(groups)
        for group in groups:
            yield collate([rows[n] for n in group], [_INDEX[chunk[n].target] for n in group], device)


def pair_loss(logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    """Mean loss of a batch; ``not_supported`` rows take the probability of the two other classes together."""
    scores = F.log_softmax(logits.float(), dim=-1)  # (rows, 3)
    marginal = torch.logsumexp(scores[:, 1:], dim=-1)  # (rows,)
    three_way = F.cross_entropy(
        logits.float(), targets.clamp(max=_NOT_SUPPORTED - 1), label_smoothing=smoothing, reduction="none"
    )
    return torch.where(targets == _NOT_SUPPORTED, -marginal, three_way).mean()


def new_model(base: Path) -> PreTrainedModel:
    """The base encoder with a fresh three-way head, marks, no dropout, and its word embeddings frozen."""
    config = AutoConfig.from_pretrained(
        base,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={name: number for number, name in enumerate(LABELS)},
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = AutoModelForSequenceClassification.from_pretrained(base, config=config, attn_implementation="eager")
    model.get_input_embeddings().weight.requires_grad = False
    widen_marks(model)
    return model


@torch.no_grad()
def widen_marks(model: PreTrainedModel) -> None:
    """As many segment embeddings as there are marks; each new one starts as its own segment's, slightly moved."""
    embeddings = model.base_model.embeddings
    old = embeddings.token_type_embeddings.weight
    if len(old) == marks.COUNT:
        return
    segment = torch.tensor([int(marks.is_claim(mark)) for mark in range(marks.COUNT)])
    moved = torch.randn(marks.COUNT, old.shape[1], generator=torch.Generator().manual_seed(0)) * 0.02
    moved[:2] = 0
    wider = nn.Embedding(marks.COUNT, old.shape[1])
    wider.weight.copy_(old[segment] + moved)
    embeddings.token_type_embeddings = wider
    model.config.type_vocab_size = marks.COUNT


def accuracy_of(
    model: nn.Module, pairs: list[TrainingPair], tokenizer: Tokenizer, recipe: Recipe, device: torch.device
) -> float:
    """Share of right decisions; in a two-way pair both ways of not supporting are right."""
    whole = replace(recipe, tokens_per_batch=8192)
    right, seen = 0, 0
    for batch in bucketed(pairs, tokenizer, whole, 0, device):
        guess = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask).logits.argmax(-1)
        two_way = batch.targets == _NOT_SUPPORTED
        hit = torch.where(two_way, guess != 0, guess == batch.targets)
        right, seen = right + int(hit.sum()), seen + len(hit)
    return right / max(seen, 1)


def train(recipe: Recipe, folder: Path) -> bool:
    """Run or resume the recipe in ``folder``; when it is done the model stands in ``folder/model``."""
    device, precision = fast_device()
    torch.manual_seed(recipe.seed)
    tokenizer = Tokenizer.from_file(str(recipe.base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = new_model(recipe.base)
    if recipe.start is not None:
        load_restored(model, recipe.start)
    model.to(device, precision)
    held = validation(load_sources(recipe.data, all_licences=recipe.all_licences), per_source=40)
    facts = [pair for pair in held if pair.source in _FACTS]
    own = own_pairs(held_out=True)

    def batches(skip: int) -> Iterator[PairBatch]:
        seen = 0
        for number in range(1000):
            pairs = presentations(recipe, number)
            logger.info("pass %d: %d pairs", number, len(pairs))
            for batch in bucketed(pairs, tokenizer, recipe, recipe.seed * 1000 + number, device):
                seen += 1
                if seen > skip:
                    yield batch

    def loss_of(batch: PairBatch) -> Tensor:
        logits = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask).logits
        return pair_loss(logits, batch.targets, recipe.label_smoothing)

    def evaluate() -> dict[str, float]:
        parts = {"validation": held, "validation_facts": facts, "validation_own": own}
        return {name: accuracy_of(model, part, tokenizer, recipe, device) for name, part in parts.items() if part}

    done = fit(model, batches, loss_of, recipe.plan, folder, evaluate=evaluate)
    if done:
        model.float().save_pretrained(folder / "model")
        tokenizer.save(str(folder / "model" / "tokenizer.json"))
    return done
