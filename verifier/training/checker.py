"""Training the checker: a three-way cross-encoder over (evidence, claim), started from a small sentence encoder.

The premise is the evidence, the hypothesis the claim; truncation cuts the premise only. Pairs whose negative class
says only "not supported" train the probability of ``supported`` against the other two together.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel

from verifier.judging.features import denies
from verifier.models import marks
from verifier.training import augment
from verifier.training.checker_rows import LABELS, NOT_SUPPORTED, PairBatch, bucketed
from verifier.training.distractors import sentences_of
from verifier.training.loop import Plan, fast_device, fit, passes
from verifier.training.mixture import draw, load_sources, one_pass, validation
from verifier.training.number_pairs import move_bound, numeric_twins, sentence_pairs
from verifier.training.own_pairs import own_pairs
from verifier.training.pairs import Target, TrainingPair
from verifier.training.question_pairs import question_pairs
from verifier.training.restore import load_restored
from verifier.training.said_pairs import said_pairs
from verifier.training.sources import SOURCES, Kind
from verifier.training.word_pairs import word_twins

logger = logging.getLogger(__name__)

_FACTS = frozenset(source.name for source in SOURCES if source.kind is Kind.FACTS) - frozenset(
    "tabfact nli4ct politihop liar_plus creak".split()
)
# a denial of something else beside it turns no claim; contradicted pairs have denials enough
_AMONG_DENIALS = {
    Target.SUPPORTED: 0.2,
    Target.UNSUPPORTED: 0.15,
    Target.CONTRADICTED: 0.05,
    Target.NOT_SUPPORTED: 0.1,
}
_MINED_FROM = frozenset("vitaminc_real_rest fever_dev_rest fool_me_twice covidfact check_covid".split())


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
    frozen_layers: int = 0
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
    own = own_pairs(held_out=False)
    made += more_pairs(recipe, unique, own, rng)
    texts = [pair.evidence for pair in unique if len(pair.evidence) < 300]
    denials = denying_sentences([*texts, *(pair.evidence for pair in own)])

    def among_others(pair: TrainingPair) -> TrainingPair:
        if len(pair.evidence) >= 400:
            return pair
        if pair.source in _FACTS and rng.random() < recipe.distractors:
            return augment.surround(pair, rng.sample(texts, rng.randint(1, 3)), rng)
        if denials and rng.random() < _AMONG_DENIALS[pair.target]:
            return augment.surround(pair, rng.sample(denials, min(len(denials), rng.randint(1, 2))), rng)
        return pair

    pairs = [among_others(pair) for pair in pairs + made]
    rng.shuffle(pairs)
    return pairs


def denying_sentences(texts: Iterable[str]) -> list[str]:
    """Sentences that deny something, each once, in order: beside a claim about something else they say nothing."""
    found = (sentence for text in dict.fromkeys(texts) for sentence in sentences_of(text))
    return [s for s in dict.fromkeys(found) if denies(s) and s.endswith(".") and 5 <= len(s.split()) <= 30]


def more_pairs(
    recipe: Recipe, facts: list[TrainingPair], own: list[TrainingPair], rng: random.Random
) -> list[TrainingPair]:
    """What is made anew in every pass (questions as statements, numbers restated, words turned), and our own pairs."""
    asked = question_pairs(recipe.data, rng)
    moved = [moved for pair in facts for _ in range(3) if (moved := move_bound(pair, rng)) is not None]
    numeric = numeric_twins(facts, rng, each=2)
    plain = sentence_pairs([pair.evidence for pair in asked], rng, limit=8_000)
    turned = word_twins(facts, rng)
    ours, others = ([*dict.fromkeys(pair.evidence for pair in part)] for part in (own, (*facts, *asked)))
    return [
        *rng.sample(asked, min(len(asked), 30_000)),
        *moved,
        *numeric,
        *plain,
        *rng.sample(turned, min(len(turned), 16_000)),
        *said_pairs(others, rng, limit=36_000),
        *said_pairs(ours, rng, limit=8_000),
        *draw(own, recipe.own, rng),
    ]


def pair_loss(logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    """Mean loss of a batch; ``not_supported`` rows take the probability of the two other classes together."""
    scores = F.log_softmax(logits.float(), dim=-1)  # (rows, 3)
    marginal = torch.logsumexp(scores[:, 1:], dim=-1)  # (rows,)
    three_way = F.cross_entropy(
        logits.float(), targets.clamp(max=NOT_SUPPORTED - 1), label_smoothing=smoothing, reduction="none"
    )
    return torch.where(targets == NOT_SUPPORTED, -marginal, three_way).mean()


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


def freeze(model: PreTrainedModel, layers: int) -> None:
    """Keep the embeddings and the first ``layers`` as they are; with none frozen the embeddings learn too.

    A training that goes on from a trained checker gets more pairs into its time: two of six layers cost a quarter.
    """
    if layers:
        for part in (model.base_model.embeddings, *model.base_model.encoder.layer[:layers]):
            part.requires_grad_(False)


def accuracy_of(
    model: nn.Module, pairs: list[TrainingPair], tokenizer: Tokenizer, recipe: Recipe, device: torch.device
) -> float:
    """Share of right decisions; in a two-way pair both ways of not supporting are right."""
    right, seen = 0, 0
    for batch in bucketed(pairs, tokenizer, 0, device, max_tokens=recipe.max_tokens, tokens_per_batch=8192):
        guess = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask).logits.argmax(-1)
        two_way = batch.targets == NOT_SUPPORTED
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
    freeze(model, recipe.frozen_layers)
    model.to(device, precision)
    held = validation(load_sources(recipe.data, all_licences=recipe.all_licences), per_source=40)
    facts = [pair for pair in held if pair.source in _FACTS]
    own = own_pairs(held_out=True)

    def batches(number: int) -> Iterator[PairBatch]:
        pairs = presentations(recipe, number)
        logger.info("pass %d: %d pairs", number, len(pairs))
        size, seed = recipe.tokens_per_batch, recipe.seed * 1000 + number
        return bucketed(pairs, tokenizer, seed, device, max_tokens=recipe.max_tokens, tokens_per_batch=size)

    def loss_of(batch: PairBatch) -> Tensor:
        logits = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask).logits
        return pair_loss(logits, batch.targets, recipe.label_smoothing)

    def evaluate() -> dict[str, float]:
        parts = {"validation": held, "validation_facts": facts, "validation_own": own}
        return {name: accuracy_of(model, part, tokenizer, recipe, device) for name, part in parts.items() if part}

    done = fit(model, partial(passes, batches), loss_of, recipe.plan, folder, evaluate=evaluate)
    if done:
        model.float().save_pretrained(folder / "model")
        tokenizer.save(str(folder / "model" / "tokenizer.json"))
    return done
