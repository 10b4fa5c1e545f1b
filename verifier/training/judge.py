"""Fitting what belongs to a checker: its temperature, its judge, the cuts of a verdict, and its risk table.

All on labelled claims that the checker was not trained on. Confidences that thresholds and risk are taken from are
cross-fitted by group: a claim is judged by weights that have seen neither it nor another claim of its group.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from verifier.datatypes import Label, Probabilities, Thresholds
from verifier.errors import UsageError
from verifier.evaluation.metrics import macro_f1
from verifier.judging.aggregate import ORDER, Judge
from verifier.judging.calibration import Calibration
from verifier.judging.decide import Decision, Reading, reading
from verifier.judging.features import NAMES, Features, features
from verifier.judging.reading import Read
from verifier.judging.risk import RiskTable
from verifier.judging.verdicts import judge
from verifier.models.protocols import PairScores

FOLDS = 5
PENALTY = 1.0
FEWEST = 30


@dataclass(frozen=True, slots=True)
class Example:
    """What was read of a labelled claim. Examples of one ``group`` are never on both sides of a fold.

    Those of the greatest ``weight`` are like what will be judged; the others help to fit the judge, and no cut and no
    risk is taken from them.
    """

    read: Read
    label: Label
    group: str
    weight: float = 1.0


def fit_calibration(
    examples: Sequence[Example], start: Calibration, *, max_false_supported: float = 0.05
) -> Calibration:
    """Judge, cuts and risk table for a checker whose temperature is ``start``'s; a judge of ``start`` is the prior.

    Raises UsageError when there are fewer than 30 examples or one of the labels is missing.
    """
    counts = [sum(e.label is label for e in examples) for label in ORDER]
    if len(examples) < FEWEST or not all(counts):
        stated = ", ".join(f"{n} {label}" for n, label in zip(counts, ORDER, strict=True))
        raise UsageError(f"expected at least {FEWEST} claims, some of each label, got {stated}; label more")
    if len({e.group for e in examples if e.read.candidates}) < FOLDS:
        raise UsageError(
            f"expected claims about at least {FOLDS} texts with something to read in them; label others too"
        )
    judges = cross_fitted(examples, start.judge)
    bare = replace(start, judge=None, risk=None, thresholds=replace(start.thresholds, max_risk=0.0))
    chances = [
        j.chances(_features(e.read)) if e.read.candidates else None for j, e in zip(judges, examples, strict=True)
    ]
    most = max(e.weight for e in examples)
    alike = [n for n, e in enumerate(examples) if e.weight == most]
    limits = fit_cuts(
        [chances[n] for n in alike], [examples[n].label for n in alike], bare.thresholds, max_false_supported
    )
    fitted = replace(bare, thresholds=limits)
    decisions = [judge(examples[n].read, replace(fitted, judge=judges[n])).decision for n in alike]
    risk = _risk(decisions, [examples[n] for n in alike])
    return replace(fitted, judge=fit_judge(examples, start.judge), risk=risk)


def _risk(decisions: Sequence[Decision], examples: Sequence[Example]) -> RiskTable | None:
    settled = [
        (d.probabilities.of(d.label), d.label is not e.label)
        for d, e in zip(decisions, examples, strict=True)
        if d.label is not Label.UNSUPPORTED
    ]
    return RiskTable.from_outcomes([c for c, _ in settled], [wrong for _, wrong in settled]) if settled else None


def cross_fitted(examples: Sequence[Example], start: Judge | None) -> list[Judge]:
    """For each example the judge fitted on the folds that do not hold its group."""
    groups = sorted({e.group for e in examples})
    fold = {group: number % FOLDS for number, group in enumerate(np.random.default_rng(0).permutation(groups))}
    judges = [fit_judge([e for e in examples if fold[e.group] != n], start) for n in range(FOLDS)]
    return [judges[fold[e.group]] for e in examples]


def fit_judge(examples: Sequence[Example], start: Judge | None = None) -> Judge:
    """Multinomial logistic regression with a quadratic penalty on the distance to ``start`` (to zero without one).

    With few examples the judge stays near ``start``; with many it follows them.
    """
    usable = [e for e in examples if e.read.candidates]
    rows = np.array([(*_features(e.read).vector(), 1.0) for e in usable])  # (examples, features + 1)
    gold = np.array([ORDER.index(e.label) for e in usable])
    weight = np.array([e.weight for e in usable])
    prior = np.array(start.weights) if start else np.zeros((len(ORDER), len(NAMES) + 1))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(prior.shape)
        scores = rows @ weights.T  # (examples, labels)
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        likelihood = np.log(np.maximum(chances[np.arange(len(gold)), gold], 1e-12))
        chances[np.arange(len(gold)), gold] -= 1
        away = weights - prior
        gradient = (chances * weight[:, None]).T @ rows + PENALTY * away
        return float(-(weight * likelihood).sum() + PENALTY / 2 * (away**2).sum()), gradient.ravel()

    found = minimize(loss, prior.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return Judge(tuple(tuple(float(round(w, 6)) for w in row) for row in found.x.reshape(prior.shape)))


def fit_cuts(
    chances: Sequence[Probabilities | None], labels: Sequence[Label], start: Thresholds, max_false_supported: float
) -> Thresholds:
    """The cuts with the best macro-F1 among those that call few contradicted claims supported.

    ``max_false_supported`` bounds the share of contradicted claims called supported; where no cut keeps it, the one
    with the smallest share is taken. ``None`` stands for a claim with nothing to read.
    """
    gold = [label.value for label in labels]

    def quality(limits: Thresholds) -> tuple[bool, float, float]:
        guess = [_called(c, limits) for c in chances]
        wrong = sum(g == Label.CONTRADICTED and p == Label.SUPPORTED for g, p in zip(gold, guess, strict=True))
        share = wrong / max(1, gold.count(Label.CONTRADICTED))
        kept = share <= max_false_supported
        return kept, 0.0 if kept else -share, macro_f1(gold, guess)

    def best(supports: Sequence[float], contradictions: Sequence[float]) -> Thresholds:
        return max((replace(start, support=s, contradiction=c) for s in supports for c in contradictions), key=quality)

    wide = [round(0.3 + 0.05 * step, 2) for step in range(14)]  # 0.30 to 0.95
    near = best(wide, wide)
    return best(_around(near.support), _around(near.contradiction))


def _around(cut: float) -> list[float]:
    """Cuts by hundredths up to 0.04 from one.

    >>> _around(0.5)
    [0.46, 0.47, 0.48, 0.49, 0.5, 0.51, 0.52, 0.53, 0.54]
    """
    return [round(cut + step / 100, 2) for step in range(-4, 5)]


def _called(chances: Probabilities | None, limits: Thresholds) -> str:
    if chances is None:
        return Label.UNSUPPORTED
    if chances.supported >= limits.support and chances.supported > chances.contradicted:
        return Label.SUPPORTED
    if chances.contradicted >= limits.contradiction and chances.contradicted > chances.supported:
        return Label.CONTRADICTED
    return Label.UNSUPPORTED


def fit_temperature(rows: Sequence[tuple[PairScores, Label]]) -> float:
    """The temperature with the smallest mean negative log-likelihood (Guo et al. 2017), from 0.5 to 4.

    >>> sure = PairScores(4.0, 0.0, 0.0)
    >>> fit_temperature([(sure, Label.SUPPORTED)] * 3 + [(sure, Label.CONTRADICTED)] * 2) > 2
    True
    """

    def loss(temperature: float) -> float:
        return -sum(math.log(max(_chance(reading(s, temperature), label), 1e-12)) for s, label in rows)

    return min((step / 20 for step in range(10, 81)), key=loss)


def _features(read: Read) -> Features:
    return features(read.claim.text, read.candidates, read.readings, read.joined_reading)


def _chance(read: Reading, label: Label) -> float:
    return {
        Label.SUPPORTED: read.entailment,
        Label.UNSUPPORTED: read.neutral,
        Label.CONTRADICTED: read.contradiction,
    }[label]
