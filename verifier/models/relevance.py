"""What the reranking engines share: a relevance is one finite number."""

from __future__ import annotations

import math
from collections.abc import Sequence

from verifier.errors import ModelError


def one_number(outputs: Sequence[float], model: str) -> float:
    """The only output of a reranker for one pair. Raises ModelError when there are more, or it is not finite.

    >>> one_number([0.5], "some/model")
    0.5
    """
    if len(outputs) != 1:
        raise ModelError(
            f"expected one output from the reranker {model}, got {len(outputs)}: give a cross-encoder with one label"
        )
    if not math.isfinite(outputs[0]):
        raise ModelError(f"expected a finite number from the reranker {model}, got {outputs[0]}: the model is damaged")
    return float(outputs[0])
