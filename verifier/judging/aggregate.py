"""From features to three probabilities: a multinomial logistic regression, small enough to be read.

Fitted by :mod:`verifier.training.judge` on claims that were held out from the checker's training; its weights stand in
the checker's ``calibration.json``, so that what weighs how much is open to view.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verifier.datatypes import Label, Probabilities
from verifier.errors import ModelError
from verifier.judging.features import NAMES, Features

ORDER = (Label.SUPPORTED, Label.UNSUPPORTED, Label.CONTRADICTED)


@dataclass(frozen=True, slots=True)
class Judge:
    """Weights of each label over the features, *Shape:* 3 rows of len(NAMES) + 1, the constant last."""

    weights: tuple[tuple[float, ...], ...]

    def chances(self, features: Features) -> Probabilities:
        """Probability of each label."""
        numbers = (*features.vector(), 1.0)
        scores = [math.fsum(w * x for w, x in zip(row, numbers, strict=True)) for row in self.weights]
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        total = math.fsum(powers)
        return Probabilities(*(power / total for power in powers))

    def to_dict(self) -> dict[str, Any]:
        """As it is stored: the weights by label and feature."""
        names = (*NAMES, "constant")
        return {label.value: dict(zip(names, row, strict=True)) for label, row in zip(ORDER, self.weights, strict=True)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Judge:
        """From :meth:`to_dict`'s form. Raises ModelError when a label or feature is missing or no finite number."""
        names = (*NAMES, "constant")
        try:
            rows = tuple(tuple(float(stored[label.value][name]) for name in names) for label in ORDER)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ModelError(
                f"expected a judge's weights for {', '.join(names)}, missing {error}; calibrate again"
            ) from error
        if not all(math.isfinite(weight) for row in rows for weight in row):
            raise ModelError("expected finite weights of a judge; calibrate the checker again")
        return cls(rows)
