"""Metrics against scikit-learn on random data."""

from __future__ import annotations

import random

import pytest

from verifier.evaluation import metrics

sklearn_metrics = pytest.importorskip("sklearn.metrics")
LABELS = ["supported", "unsupported", "contradicted"]


def drawn(seed: int, n: int = 200) -> tuple[list[str], list[str]]:
    rng = random.Random(seed)
    return rng.choices(LABELS, k=n), rng.choices(LABELS, weights=[3, 1, 1], k=n)


@pytest.mark.parametrize("seed", range(3))
def test_classification_agrees_with_scikit_learn(seed: int) -> None:
    gold, guess = drawn(seed)
    assert metrics.accuracy(gold, guess) == pytest.approx(sklearn_metrics.accuracy_score(gold, guess))
    assert metrics.macro_f1(gold, guess) == pytest.approx(sklearn_metrics.f1_score(gold, guess, average="macro"))
    assert metrics.balanced_accuracy(gold, guess) == pytest.approx(sklearn_metrics.balanced_accuracy_score(gold, guess))


@pytest.mark.parametrize("seed", range(3))
def test_ndcg_agrees_with_scikit_learn(seed: int) -> None:
    rng = random.Random(seed)
    gains = [rng.randint(0, 3) for _ in range(30)]
    scores = [rng.random() for _ in range(30)]
    order = sorted(range(30), key=lambda n: -scores[n])
    ours = metrics.ndcg([str(n) for n in order], {str(n): gain for n, gain in enumerate(gains)}, 10)
    assert ours == pytest.approx(sklearn_metrics.ndcg_score([gains], [scores], k=10))


def test_recall_and_reciprocal_rank_by_hand() -> None:
    relevant = {"a": 1, "b": 2, "c": 0}
    assert metrics.recall_at(["x", "a"], relevant, 2) == 0.5
    assert metrics.reciprocal_rank(["x", "a", "b"], relevant, 10) == 0.5
    assert metrics.reciprocal_rank(["c"], relevant, 10) == 0.0


def test_perfect_confidence_has_no_calibration_error() -> None:
    assert metrics.expected_calibration_error([1.0, 1.0, 0.0], [True, True, False]) == 0.0
