"""Metrics of classification, calibration and ranking: pure functions, each checked against an independent library."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence


def accuracy(gold: Sequence[str], guess: Sequence[str]) -> float:
    """Share of equal labels.

    >>> accuracy(["a", "b"], ["a", "a"])
    0.5
    """
    return sum(g == p for g, p in zip(gold, guess, strict=True)) / len(gold) if gold else math.nan


def recall(gold: Sequence[str], guess: Sequence[str]) -> dict[str, float]:
    """For each label of ``gold`` the share of its rows that were found, labels in alphabetical order.

    >>> recall(["a", "b", "b"], ["a", "b", "a"])
    {'a': 1.0, 'b': 0.5}
    """
    return {
        label: accuracy([label] * gold.count(label), [p for g, p in zip(gold, guess, strict=True) if g == label])
        for label in sorted(set(gold))
    }


def balanced_accuracy(gold: Sequence[str], guess: Sequence[str]) -> float:
    """Mean of the labels' recalls."""
    shares = recall(gold, guess)
    return sum(shares.values()) / len(shares)


def macro_f1(gold: Sequence[str], guess: Sequence[str]) -> float:
    """Mean of the F1 of each label that occurs in ``gold`` or in ``guess``.

    >>> round(macro_f1(["a", "b", "b"], ["a", "b", "a"]), 4)
    0.6667
    """
    scores = []
    for label in sorted(set(gold) | set(guess)):
        hit = sum(g == p == label for g, p in zip(gold, guess, strict=True))
        total = sum(g == label for g in gold) + sum(p == label for p in guess)
        scores.append(2 * hit / total)
    return sum(scores) / len(scores)


def expected_calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Mean distance of confidence and accuracy over equally wide bins, by their size (Naeini et al. 2015).

    >>> round(expected_calibration_error([0.9, 0.9, 0.6], [True, False, True]), 4)
    0.4
    """
    held: list[list[int]] = [[] for _ in range(bins)]
    for number, value in enumerate(confidence):
        held[min(bins - 1, int(value * bins))].append(number)
    gaps = [abs(sum(confidence[n] - right[n] for n in members)) for members in held]
    return sum(gaps) / len(confidence) if confidence else math.nan


def area_under_risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Mean error rate over all coverages, most confident rows first; lower is better (Geifman and El-Yaniv 2017).

    >>> round(area_under_risk_coverage([0.9, 0.8, 0.1], [True, True, False]), 4)
    0.1111
    """
    order = sorted(range(len(right)), key=lambda n: -confidence[n])
    errors, risks = 0, []
    for taken, number in enumerate(order, start=1):
        errors += not right[number]
        risks.append(errors / taken)
    return sum(risks) / len(risks) if risks else math.nan


def area_under_roc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Chance that a score of ``positive`` is above one of ``negative``, ties half (Hanley and McNeil 1982).

    >>> area_under_roc([0.9, 0.4], [0.4, 0.1])
    0.875
    """
    order = sorted(negative)
    above = sum(bisect_left(order, score) + bisect_right(order, score) for score in positive)
    return above / (2 * len(positive) * len(negative)) if positive and negative else math.nan


def ndcg(ranked: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """Normalised discounted cumulative gain with linear gains, as trec_eval's ``ndcg_cut``.

    >>> ndcg(["a", "b"], {"a": 1}, 10)
    1.0
    >>> round(ndcg(["b", "a"], {"a": 1}, 10), 4)
    0.6309
    """
    gained = sum(relevant.get(name, 0) / math.log2(place + 2) for place, name in enumerate(ranked[:k]))
    ideal = sorted(relevant.values(), reverse=True)[:k]
    best = sum(gain / math.log2(place + 2) for place, gain in enumerate(ideal))
    return gained / best if best else 0.0


def recall_at(ranked: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """Share of the relevant found among the first ``k``."""
    wanted = {name for name, gain in relevant.items() if gain > 0}
    return len(wanted & set(ranked[:k])) / len(wanted) if wanted else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """One over the place of the first relevant one among the first ``k``; 0 when there is none."""
    return next((1 / place for place, name in enumerate(ranked[:k], start=1) if relevant.get(name, 0) > 0), 0.0)
