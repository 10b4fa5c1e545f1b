"""Risk control against scipy, by hand, and by simulation with error rates that are known."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.errors import ModelError, UsageError
from verifier.judging.risk import Measured, RiskTable, Step, binomial_tail

DRAWS, OUTCOMES, DELTA = 300, 600, 0.1
SLACK = 0.052  # three standard errors of a share of 0.1 over 300 draws


def chance_of_error(confidence: float) -> float:
    return 0.05 + 0.4 * (1 - confidence)


def true_risk(cut: float) -> float:
    """The mean of ``chance_of_error`` above a cut, for confidences spread evenly from 0 to 1."""
    return 0.05 + 0.4 * (1 - cut) / 2


def draw(seed: int, size: int = OUTCOMES) -> RiskTable:
    rng = random.Random(seed)
    confidences = [rng.random() for _ in range(size)]
    return RiskTable.from_outcomes(confidences, [rng.random() < chance_of_error(c) for c in confidences])


def naive(table: RiskTable, max_risk: float) -> float | None:
    """The lowest cut whose error rate was seen to be low enough: what must not be done."""
    n = wrong = 0
    passed = None
    for step in table.steps:
        n, wrong = n + step.n, wrong + step.wrong
        passed = step.lowest if wrong <= max_risk * n else passed
    return passed


def broken(choose: Callable[[RiskTable], float | None], max_risk: float) -> float:
    """The share of draws after which more verdicts are wrong than was asked for."""
    cuts = [choose(draw(seed)) for seed in range(DRAWS)]
    return sum(cut is not None and true_risk(cut) > max_risk for cut in cuts) / DRAWS


@pytest.mark.parametrize("max_risk", [0.1, 0.15, 0.2])
def test_the_risk_asked_for_is_kept(max_risk: float) -> None:
    assert broken(lambda table: table.threshold(max_risk, DELTA), max_risk) <= DELTA + SLACK
    assert broken(lambda table: naive(table, max_risk), max_risk) > 2 * (DELTA + SLACK)


def test_at_the_edge_delta_is_kept_and_not_by_refusing_everything() -> None:
    """A checker whose every verdict is wrong with just the chance asked for: any cut at all breaks the promise."""

    def kept(chance: float) -> int:
        found = 0
        for seed in range(DRAWS):
            rng = random.Random(seed)
            confidences = [rng.random() for _ in range(OUTCOMES)]
            table = RiskTable.from_outcomes(confidences, [rng.random() < chance for _ in confidences])
            found += table.threshold(0.1, DELTA) is not None
        return found

    assert kept(0.1001) / DRAWS <= DELTA + SLACK
    assert kept(0.04) / DRAWS > 0.95


def test_more_outcomes_let_more_verdicts_stand() -> None:
    few, many = (draw(3, size).threshold(0.2) for size in (600, 20_000))
    assert few is not None
    assert many is not None
    assert 0.25 <= many < 0.32  # with all outcomes of the world the cut is 0.25
    assert many < few


@pytest.mark.parametrize("seed", range(20))
def test_a_smaller_risk_asks_for_no_lower_confidence(seed: int) -> None:
    table = draw(seed, 900)
    risks = [n / 100 for n in range(1, 60)]
    cuts = [2.0 if cut is None else cut for cut in (table.threshold(risk) for risk in risks)]
    assert cuts == sorted(cuts, reverse=True)
    assert len(set(cuts)) > 3
    surer = [2.0 if cut is None else cut for cut in (table.threshold(0.15, delta) for delta in (0.5, 0.1, 0.001))]
    assert surer == sorted(surer)


def test_what_a_passed_cut_was_tested_at_goes_to_the_next() -> None:
    """At 0.1 the p-values are 0.0052 for 0 of 50, 0.0576 for 5 of 100, 0.57 for 15 of 150, 0.0004 for 21 of 400.

    The test begins at 50, 100 and 400, each with a third of 0.1: 0.0576 passes only with the share of the cut above.
    """
    above = (Step(0.9, 50, 0), Step(0.8, 50, 5), Step(0.7, 50, 10))
    assert RiskTable((*above, Step(0.6, 250, 6))).threshold(0.1) == 0.6
    assert RiskTable((*above, Step(0.6, 250, 99))).threshold(0.1) == 0.8
    failing = (Step(0.9, 50, 5), Step(0.8, 50, 0), Step(0.7, 50, 10))
    assert RiskTable((*failing, Step(0.6, 250, 99))).threshold(0.1) is None
    assert RiskTable((*failing, Step(0.6, 250, 6))).threshold(0.1) == 0.6


def test_tiny_samples_give_no_cut() -> None:
    assert RiskTable.from_outcomes([0.99], [False]).threshold(0.05) is None
    assert RiskTable.from_outcomes([0.99] * 44, [False] * 44).threshold(0.05) is None  # 0.95 ** 44 is 0.105
    assert RiskTable.from_outcomes([0.99] * 45, [False] * 45).threshold(0.05) == 0.99
    assert RiskTable.from_outcomes([0.99] * 45, [True] + [False] * 44).threshold(0.05) is None


@settings(deadline=None)  # the first example imports scipy
@given(st.integers(1, 3000), st.data(), st.floats(0.001, 0.999))
def test_binomial_tails_are_those_of_scipy(n: int, data: st.DataObject, p: float) -> None:
    binom = pytest.importorskip("scipy.stats").binom
    k = data.draw(st.integers(0, n))
    assert binomial_tail(k, n, p) == pytest.approx(float(binom.cdf(k, n, p)), rel=1e-8, abs=1e-200)


@pytest.mark.parametrize(("k", "n", "p"), [(18, 123, 0.999), (40, 3000, 0.05), (3, 500, 0.5), (99, 100, 0.9)])
def test_binomial_tails_are_exact(k: int, n: int, p: float) -> None:
    """Where scipy's own has six digits only: 1.7233389e-294 in the first case."""
    chance = Fraction(p)
    exact = sum(comb(n, i) * chance**i * (1 - chance) ** (n - i) for i in range(k + 1))
    assert binomial_tail(k, n, p) == pytest.approx(float(exact), rel=1e-10, abs=0)


def test_binomial_tails_of_large_samples() -> None:
    binom = pytest.importorskip("scipy.stats").binom
    for k in (0, 1, 4_800, 5_000, 5_300, 99_999, 100_000):
        assert binomial_tail(k, 100_000, 0.05) == pytest.approx(float(binom.cdf(k, 100_000, 0.05)), rel=1e-7)


def test_scipy_is_not_needed() -> None:
    code = "import sys, verifier.judging.risk; sys.exit('scipy' in sys.modules or 'numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("size", "steps"), [(1, 1), (39, 1), (40, 2), (59, 2), (1200, 60), (1201, 57), (6000, 60)])
def test_outcomes_are_pooled_evenly(size: int, steps: int) -> None:
    table = draw(1, size)
    counts = [step.n for step in table.steps]
    assert len(counts) == steps
    assert sum(counts) == size
    assert min(counts) >= min(size, 20)
    assert max(counts[:-1], default=0) <= max(20, size // 57)


def test_a_step_holds_what_is_in_its_range() -> None:
    rng = random.Random(5)
    confidences = [round(rng.random(), 2) for _ in range(500)]
    wrong = [rng.random() < 0.3 for _ in confidences]
    table = RiskTable.from_outcomes(confidences, wrong)
    above = 2.0
    for step in table.steps:
        held = [w for c, w in zip(confidences, wrong, strict=True) if step.lowest <= c < above]
        assert (step.n, step.wrong) == (len(held), sum(held))
        above = step.lowest
    assert min(confidences) == table.steps[-1].lowest


def test_measured_widens_to_both_sides_until_fifty() -> None:
    table = RiskTable(tuple(Step((9 - n) / 10, 20, n) for n in range(6)))
    assert table.measured(0.62) == Measured((2 + 3 + 4) / 60, 60)
    assert table.measured(0.6) == Measured((2 + 3 + 4) / 60, 60)
    assert table.measured(1.0) == Measured((0 + 1 + 2) / 60, 60)
    assert table.measured(0.0) == Measured((3 + 4 + 5) / 60, 60)
    assert RiskTable((Step(0.9, 20, 1), Step(0.5, 10, 2))).measured(0.95) == Measured(0.1, 30)
    assert RiskTable((Step(0.9, 50, 1), Step(0.5, 10, 2))).measured(0.95) == Measured(0.02, 50)


def test_measured_is_near_the_truth() -> None:
    table = draw(9, 20_000)
    for confidence in (0.1, 0.5, 0.9):
        found = table.measured(confidence)
        assert found.n >= 300
        assert abs(found.error - chance_of_error(confidence)) < 0.08


def test_a_round_trip_through_json() -> None:
    table = draw(2, 3000)
    text = json.dumps(table.to_dict())
    assert RiskTable.from_dict(json.loads(text)) == table
    assert len(text) < 4096


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ([], "format 1, got 'list'"),
        ({}, "format 1, got None"),
        ({"format": 2, "steps": []}, "format 1, got 2"),
        ({"format": 1}, "list of steps"),
        ({"format": 1, "steps": []}, "list of steps"),
        ({"format": 1, "steps": [{"lowest": 0.5, "n": 20}]}, "step 1: expected lowest"),
        ({"format": 1, "steps": [{"lowest": 0.5, "n": 20, "wrong": 21}]}, "step 1"),
        ({"format": 1, "steps": [{"lowest": 1.5, "n": 20, "wrong": 1}]}, "step 1"),
        ({"format": 1, "steps": [{"lowest": 0.5, "n": 0, "wrong": 0}]}, "step 1"),
        ({"format": 1, "steps": [{"lowest": "0.5", "n": 20, "wrong": 0}]}, "step 1"),
        ({"format": 1, "steps": [{"lowest": 0.5, "n": True, "wrong": False}]}, "step 1"),
        ({"format": 1, "steps": [{"lowest": float("nan"), "n": 20, "wrong": 0}]}, "step 1"),
        ({"format": 1, "steps": [3]}, "step 1"),
        (
            {"format": 1, "steps": [{"lowest": 0.5, "n": 20, "wrong": 0}, {"lowest": 0.5, "n": 20, "wrong": 0}]},
            "step 2: expected a confidence below 0.5",
        ),
    ],
)
def test_a_damaged_table_is_named(stored: object, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        RiskTable.from_dict(stored)
    assert "calibrate the checker again" in str(caught.value)


@pytest.mark.parametrize(
    ("confidences", "wrong"), [([], []), ([0.5], []), ([1.5], [True]), ([float("nan")], [True]), ([-0.1], [False])]
)
def test_outcomes_that_are_none(confidences: list[float], wrong: list[bool]) -> None:
    with pytest.raises(UsageError, match="expected"):
        RiskTable.from_outcomes(confidences, wrong)


@pytest.mark.parametrize(("max_risk", "delta"), [(0.0, 0.1), (1.0, 0.1), (0.1, 0.0), (0.1, 1.0), (-0.1, 0.1)])
def test_a_risk_that_is_none(max_risk: float, delta: float) -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        draw(0).threshold(max_risk, delta)
