"""Fitting a checker's temperature and thresholds on claims that were held out from its training."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verifier.datatypes import Label, Thresholds
from verifier.evaluation.end_to_end import read_claims
from verifier.evaluation.metrics import macro_f1
from verifier.judging.decide import Reading, damped, decide, reading
from verifier.judging.evidence import coverage
from verifier.models.load import load_checker, load_embedder
from verifier.models.protocols import Pair, PairScores
from verifier.pipeline import Trace, Verifier
from verifier.retrieval.build import open_or_build
from verifier.retrieval.texts import TextsIndex
from verifier.training.augment import surround
from verifier.training.mixture import FACTS, load_sources, validation
from verifier.training.pairs import Target, TrainingPair


@dataclass(frozen=True, slots=True)
class Judged:
    """What the sentences say one by one and joined, the right label, and how much of the claim is on topic."""

    singles: tuple[Reading, ...]
    joined: Reading | None
    label: Label
    coverage: float = 1.0


def judged(trace: Trace, label: Label) -> Judged:
    """The readings of one claim as :func:`verifier.judging.decide.decide` gets them."""
    weighed = tuple(damped(r, c.relevance) for r, c in zip(trace.readings, trace.candidates, strict=True))
    return Judged(weighed, trace.joined_reading, label, coverage(trace.claim.text, trace.candidates))


def judged_pairs(verifier: Verifier, pairs: Sequence[TrainingPair]) -> list[Judged]:
    """The readings that the product makes of each pair, with the pair's label; two-way pairs are left out."""
    return [
        judged(verifier.over([pair.evidence]).explain(pair.claim), Label(pair.target.value))
        for pair in pairs
        if pair.target is not Target.NOT_SUPPORTED
    ]


def fit_held_out(
    data: Path, checker: Path, per_source: int, *, claims: Path | None = None, index: str = "commons", seed: int = 0
) -> Thresholds:
    """Temperature and thresholds from the validation part of the fact-verification sources in ``data``.

    With ``claims``, its rows of the split ``tune``, verified with evidence retrieved from ``index``, weigh as much.

    Two in three pairs get distractor sentences around their evidence, since that is what retrieval brings.
    """
    rng = random.Random(seed)
    facts = {source: pairs for source, pairs in load_sources(data).items() if source in FACTS}
    held = [p for p in validation(facts, per_source=per_source, seed=seed) if len(p.evidence) < 1500]
    nli = load_checker(str(checker))
    labelled = [p for p in held if p.target is not Target.NOT_SUPPORTED]
    scores = nli.score([Pair(p.evidence, p.claim) for p in labelled])
    temperature = fit_temperature([(s, Label(p.target.value)) for s, p in zip(scores, labelled, strict=True)])
    texts = [p.evidence for p in labelled if len(p.evidence) < 300]
    noisy = [surround(p, rng.sample(texts, rng.choice((0, 2, 8))), rng) for p in labelled]
    verifier = Verifier(retriever=TextsIndex([]), checker=nli, thresholds=Thresholds(temperature=temperature))
    rows = judged_pairs(verifier, noisy)
    if claims is not None:
        embedder = load_embedder(None)
        with Verifier(
            retriever=open_or_build(index, embedder), checker=nli, embedder=embedder, thresholds=verifier.thresholds
        ) as searching:
            found = [judged(searching.explain(c.claim), c.label) for c in read_claims(claims, split="tune")]
        rows += found * max(1, len(rows) // len(found))
    return fit_thresholds(rows, verifier.thresholds)


def fit_temperature(rows: Sequence[tuple[PairScores, Label]]) -> float:
    """The temperature with the smallest mean negative log-likelihood (Guo et al. 2017), from 0.5 to 4.

    >>> sure = PairScores(4.0, 0.0, 0.0)
    >>> fit_temperature([(sure, Label.SUPPORTED)] * 3 + [(sure, Label.CONTRADICTED)] * 2) > 2
    True
    """

    def loss(temperature: float) -> float:
        return -sum(math.log(max(_chance(reading(s, temperature), label), 1e-12)) for s, label in rows)

    return min((step / 20 for step in range(10, 81)), key=loss)


def fit_thresholds(rows: Sequence[Judged], start: Thresholds, *, max_false_supported: float = 0.12) -> Thresholds:
    """The grid point with the best macro-F1 among those where few contradicted claims come out as supported.

    ``max_false_supported`` bounds the share of claims labelled contradicted that are called supported; when no point
    keeps it, the one with the smallest such share wins.
    """
    gold = [row.label.value for row in rows]

    def quality(point: Thresholds) -> tuple[bool, float, float]:
        guess = [
            decide(r.singles, r.joined, on_topic=r.coverage >= point.topic, thresholds=point).label.value for r in rows
        ]
        wrong = sum(g == Label.CONTRADICTED and p == Label.SUPPORTED for g, p in zip(gold, guess, strict=True))
        share = wrong / max(1, gold.count(Label.CONTRADICTED))
        kept = share <= max_false_supported
        return kept, 0.0 if kept else -share, macro_f1(gold, guess)

    best = max(_grid(replace(start, topic=0.0)), key=quality)
    return max((replace(best, topic=topic) for topic in (0.3, 0.25, 0.2, 0.15)), key=quality)


def _grid(start: Thresholds) -> list[Thresholds]:
    cuts = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
    return [
        replace(start, support=s, contradiction=c, joined_weight=weight)
        for s in cuts
        for c in cuts
        for weight in (0.1, 0.2, 0.4)
    ]


def _chance(read: Reading, label: Label) -> float:
    by_label = {
        Label.SUPPORTED: read.entailment,
        Label.UNSUPPORTED: read.neutral,
        Label.CONTRADICTED: read.contradiction,
    }
    return by_label[label]
