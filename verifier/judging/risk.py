"""Risk control: the confidence from which settled verdicts may be given when at most so many may be wrong.

A :class:`RiskTable` holds how often settled verdicts (``supported`` and ``contradicted``) on held-out labelled
claims were wrong, by confidence. From it come the cut for a risk asked for, and the error rate measured about one
confidence. Collecting the outcomes is left to ``training``, storing the table to ``calibration``, and withholding a
verdict to ``decide``. What it promises holds for claims of the same kind as the held-out ones, and for no others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

from verifier.datatypes import Measured
from verifier.errors import ModelError, UsageError

FORMAT: Final = 1
MOST_STEPS: Final = 60
FEWEST_IN_STEP: Final = 20
ENOUGH: Final = 50
"""Outcomes behind a measured error rate, and above the first cut a test may begin at, where there are so many."""


@dataclass(frozen=True, slots=True)
class Step:
    """The ``n`` outcomes from confidence ``lowest`` up to the step above; ``wrong`` of them were wrong."""

    lowest: float
    n: int
    wrong: int


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Held-out outcomes pooled into steps of about equal count, the most confident first; at least one step."""

    steps: tuple[Step, ...]

    @classmethod
    def from_outcomes(cls, confidences: Sequence[float], wrong: Sequence[bool]) -> Self:
        """The table of settled verdicts on held-out claims. Equal confidences stay in one step.

        Raises UsageError when there are none, the lengths differ, or a confidence is not between 0 and 1.

        >>> RiskTable.from_outcomes([0.9] * 20 + [0.6] * 25, [False] * 20 + [True] * 5 + [False] * 20).steps
        (Step(lowest=0.9, n=20, wrong=0), Step(lowest=0.6, n=25, wrong=5))
        """
        if not confidences or len(confidences) != len(wrong):
            raise UsageError(
                f"expected a confidence and an outcome for each settled verdict, at least one, got {len(confidences)} "
                f"and {len(wrong)}; calibrate on more labelled claims"
            )
        if not all(0 <= value <= 1 for value in confidences):
            raise UsageError("expected confidences from 0 to 1, got others; take them from verdicts")
        return cls(tuple(_pooled(confidences, wrong)))

    @classmethod
    def from_dict(cls, stored: object) -> Self:
        """The table that :meth:`to_dict` wrote. Raises ModelError when it is not one."""
        if not isinstance(stored, Mapping) or stored.get("format") != FORMAT:
            found = stored.get("format") if isinstance(stored, Mapping) else type(stored).__name__
            raise ModelError(f"expected a risk table of format {FORMAT}, got {found!r}; calibrate the checker again")
        rows = stored.get("steps")
        if not isinstance(rows, list) or not rows:
            raise ModelError("expected a risk table with a list of steps, found none; calibrate the checker again")
        steps = [_step(number, row) for number, row in enumerate(rows, start=1)]
        for number, (above, below) in enumerate(pairwise(steps), start=2):
            if below.lowest >= above.lowest:
                raise ModelError(
                    f"risk table, step {number}: expected a confidence below {above.lowest}, got {below.lowest}; "
                    "calibrate the checker again"
                )
        return cls(tuple(steps))

    def to_dict(self) -> dict[str, object]:
        """An object for JSON: ``format`` and ``steps``, the most confident first."""
        return {"format": FORMAT, "steps": [{"lowest": s.lowest, "n": s.n, "wrong": s.wrong} for s in self.steps]}

    def threshold(self, max_risk: float, delta: float = 0.1) -> float | None:
        """The lowest confidence from which at most ``max_risk`` of the verdicts are wrong; None when no cut passes.

        With probability ``1 - delta`` over the draw of the held-out claims this is true of all verdicts on claims
        drawn alike. Learn then Test (Angelopoulos, Bates, Candès, Jordan and Lei 2021): each cut is a null
        hypothesis "more than ``max_risk`` are wrong", its p-value the exact binomial tail (Clopper and Pearson
        1934), tested in a fixed sequence from the most confident cut downward. The sequence may begin anew at each
        doubling of the verdicts above the cut (from 50), with an equal share of ``delta`` for each beginning, and
        what a rejected cut was tested at passes to the next one (fallback procedure, Wiens 2003): with a single
        beginning, one error among the most confident few would end it.

        Raises UsageError unless both numbers are between 0 and 1.

        >>> table = RiskTable((Step(0.9, 100, 0), Step(0.8, 100, 1), Step(0.7, 100, 30)))
        >>> table.threshold(0.05), table.threshold(0.2), table.threshold(0.001)
        (0.8, 0.7, None)
        """
        if not (0 < max_risk < 1 and 0 < delta < 1):
            raise UsageError(f"expected max_risk and delta between 0 and 1, got {max_risk} and {delta}")
        starts = _starts([step.n for step in self.steps])
        share = delta / len(starts)
        passed, level, n, wrong = None, 0.0, 0, 0
        for number, step in enumerate(self.steps):
            n, wrong = n + step.n, wrong + step.wrong
            level += share if number in starts else 0.0
            if binomial_tail(wrong, n, max_risk) <= level:
                passed = step.lowest
            else:
                level = 0.0
        return passed

    def measured(self, confidence: float) -> Measured:
        """The error rate of the step that holds ``confidence``, joined by its neighbours until 50 are behind it.

        >>> table = RiskTable((Step(0.9, 60, 3), Step(0.8, 30, 3), Step(0.7, 30, 6)))
        >>> table.measured(0.95), table.measured(0.75)
        (Measured(error=0.05, n=60), Measured(error=0.15, n=60))
        """
        last = len(self.steps) - 1
        first = end = next((number for number, step in enumerate(self.steps) if step.lowest <= confidence), last)
        while sum(step.n for step in self.steps[first : end + 1]) < ENOUGH and (first > 0 or end < last):
            first, end = max(0, first - 1), min(last, end + 1)
        held = self.steps[first : end + 1]
        n = sum(step.n for step in held)
        return Measured(sum(step.wrong for step in held) / n, n)


def binomial_tail(k: int, n: int, p: float) -> float:
    """The probability of at most ``k`` successes in ``n`` trials of chance ``p``, ``0 < p < 1``.

    The one term at the edge by its logarithm, the others by their ratio to the one before, on the side of the edge
    where they fall: exact but for rounding, whatever ``n``.

    >>> round(binomial_tail(1, 4, 0.5), 12), binomial_tail(4, 4, 0.5), binomial_tail(-1, 4, 0.5)
    (0.3125, 1.0, 0.0)
    """
    if k < 0 or k >= n:
        return float(k >= n)
    if k + 1 > (n + 1) * p:  # beyond the mode: the upper side is the short one
        return max(0.0, 1.0 - _falling(n - k - 1, n, 1 - p))
    return min(1.0, _falling(k, n, p))


def _falling(k: int, n: int, p: float) -> float:
    """The sum of the binomial terms from ``k`` down to 0, for ``k`` not above the mode."""
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    term = total = math.exp(choices + k * math.log(p) + (n - k) * math.log1p(-p))
    for i in range(k, 0, -1):
        term *= i / (n - i + 1) * (1 - p) / p
        total += term
        if term < total * 1e-17:
            break
    return total


def _pooled(confidences: Sequence[float], wrong: Sequence[bool]) -> list[Step]:
    size = max(FEWEST_IN_STEP, math.ceil(len(wrong) / MOST_STEPS))
    steps: list[Step] = []
    for confidence, failed in sorted(zip(confidences, wrong, strict=True), key=lambda pair: -pair[0]):
        # A cut cannot part verdicts of the same confidence, so a full step still takes its equals.
        if not steps or (steps[-1].n >= size and confidence < steps[-1].lowest):
            steps.append(Step(float(confidence), 0, 0))
        steps[-1] = Step(float(confidence), steps[-1].n + 1, steps[-1].wrong + bool(failed))
    if len(steps) > 1 and steps[-1].n < FEWEST_IN_STEP:
        rest, above = steps.pop(), steps.pop()
        steps.append(Step(rest.lowest, above.n + rest.n, above.wrong + rest.wrong))
    return steps


def _starts(counts: Sequence[int]) -> frozenset[int]:
    """The steps with which the outcomes so far reach 50 and then each time double; how many are wrong plays no part.

    >>> sorted(_starts([20, 20, 20, 20, 20, 20])), sorted(_starts([20, 20]))
    ([2, 5], [1])
    """
    starts, n, goal = set(), 0, ENOUGH
    for number, count in enumerate(counts):
        n += count
        if n >= goal:
            starts.add(number)
            goal = 2 * n
    return frozenset(starts or {len(counts) - 1})


def _step(number: int, row: object) -> Step:
    values = [row.get(key) for key in ("lowest", "n", "wrong")] if isinstance(row, Mapping) else []
    match values:
        case [int() | float() as lowest, int() as n, int() as wrong] if not any(isinstance(v, bool) for v in values):
            if 0 <= lowest <= 1 and 0 <= wrong <= n and n > 0:
                return Step(float(lowest), n, wrong)
    raise ModelError(
        f"risk table, step {number}: expected lowest (0 to 1), n (1 or more) and wrong (0 to n), got {row!r}; "
        "calibrate the checker again"
    )
