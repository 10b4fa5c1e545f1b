"""Refitting a checker's calibration on a user's own labelled claims, and what that changes.

The figures after are of cross-fitted judges: no claim is judged by weights that were fitted on it. The cuts are chosen
on all claims.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verifier.datatypes import Label
from verifier.errors import InputError
from verifier.evaluation import metrics
from verifier.evaluation.end_to_end import read_claims
from verifier.evaluation.pairs import EVIDENCE_KEYS, read_labelled, read_lines
from verifier.judging.calibration import Calibration
from verifier.judging.decide import Decision
from verifier.judging.verdicts import judge
from verifier.pipeline import Verifier
from verifier.training.held_out import claim_examples, pair_examples
from verifier.training.judge import Example, cross_fitted, fit_calibration
from verifier.training.pairs import Target, TrainingPair


@dataclass(frozen=True, slots=True)
class Quality:
    """How good decisions on labelled claims are; ``false_supported`` is the share of contradicted ones called so."""

    accuracy: float
    macro_f1: float
    false_supported: float
    ece: float


@dataclass(frozen=True, slots=True)
class Refit:
    """A calibration fitted anew, on how many claims, and the quality before and after."""

    calibration: Calibration
    n: int
    before: Quality
    after: Quality


def refit(verifier: Verifier, path: Path, shipped: Calibration) -> Refit:
    """The calibration of ``verifier``'s checker on the claims of a file, with the evidence they name or retrieved.

    The checker's own judge (of ``shipped``, never one that was fitted on such claims before) is the start, which few
    claims move little. Raises InputError for another layout, UsageError when there are too few claims.
    """
    temperature = shipped.thresholds.temperature
    if has_evidence(path):
        examples = pair_examples(
            verifier.checker, _pairs(path), temperature, embedder=verifier.embedder, near=verifier.near
        )
    else:
        claims = read_claims(path)
        examples = claim_examples(verifier.checker, verifier.retriever, claims, temperature, near=verifier.near)
    fitted = fit_calibration(examples, shipped)
    before = [judge(e.read, shipped).decision for e in examples]
    judges = cross_fitted(examples, shipped.judge)
    after = [judge(e.read, replace(fitted, judge=j)).decision for j, e in zip(judges, examples, strict=True)]
    return Refit(fitted, len(examples), quality(before, examples), quality(after, examples))


def quality(decisions: Sequence[Decision], examples: Sequence[Example]) -> Quality:
    """The figures of decisions against the labels of their examples."""
    gold, guess = [e.label.value for e in examples], [d.label.value for d in decisions]
    right = [g == p for g, p in zip(gold, guess, strict=True)]
    against = [p == Label.SUPPORTED for g, p in zip(gold, guess, strict=True) if g == Label.CONTRADICTED]
    return Quality(
        metrics.accuracy(gold, guess),
        metrics.macro_f1(gold, guess),
        sum(against) / len(against) if against else 0.0,
        metrics.expected_calibration_error([d.probabilities.of(d.label) for d in decisions], right),
    )


def has_evidence(path: Path) -> bool:
    """Whether the rows of a file bring their own evidence, by its first row."""
    first = next((line for line in read_lines(path) if line.strip()), "")
    try:
        row = json.loads(first)
    except ValueError as error:
        raise InputError(f"{path}:1: expected an object with claim and label, got {first[:40]!r}") from error
    return isinstance(row, dict) and any(row.get(key) for key in EVIDENCE_KEYS)


def _pairs(path: Path) -> list[TrainingPair]:
    rows = read_labelled(path)
    if two_way := next((row.label for row in rows if row.label not in set(Label)), None):
        raise InputError(f"{path}: expected the three labels supported, contradicted and unsupported, got {two_way}")
    return [TrainingPair(row.claim, row.evidence, Target(row.label), row.evidence, "own") for row in rows]
