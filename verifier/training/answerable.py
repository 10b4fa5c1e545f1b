"""Fitting what tells answerable queries from unanswerable ones to an embedder, on held-out queries of training files.

Each query is asked with its relevant texts in the pool and without them; a logistic regression learns the difference
from the signs that :mod:`verifier.retrieval.answerable` reads off the hits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from verifier.evaluation.answering import Case, task_cases
from verifier.evaluation.scratch import indexed
from verifier.models.protocols import Embedder
from verifier.retrieval.answerable import Answerability, signs
from verifier.training.retrieval_tasks import pooled_tasks

KEPT = 0.95


def fit_answerability(data: Path, embedder: Embedder, *, queries: int = 200) -> Answerability:
    """Fitted on the sources in ``data``, all of the same weight however many queries they have."""
    cases, weights = [], []
    for pooled in pooled_tasks(data, queries=queries):
        with indexed(pooled.documents, embedder) as index:
            own = task_cases(index, pooled.task)
        cases += own
        weights += [1 / len(own)] * len(own)
    return fit_cases(cases, weights)


def fit_cases(cases: Sequence[Case], weights: Sequence[float], kept: float = KEPT) -> Answerability:
    """The regression, and the cut that ``kept`` of the answerable cases reach."""
    from sklearn.linear_model import LogisticRegression

    with_hits = [(case, weight) for case, weight in zip(cases, weights, strict=True) if case.hits]
    seen = [signs(case.query, case.hits) for case, _ in with_hits]
    rows = [[sign.similarity, sign.coverage] for sign in seen]
    share = len(with_hits) / sum(weight for _, weight in with_hits)  # so that weights are 1 in the mean
    model = LogisticRegression(C=100.0).fit(
        rows, [case.answerable for case, _ in with_hits], sample_weight=[weight * share for _, weight in with_hits]
    )
    (similarity, coverage), constant = map(float, model.coef_[0]), float(model.intercept_[0])
    whole = Answerability(similarity, coverage, constant, 0.0)
    reached = sorted(whole.chance(case.query, case.hits) for case, _ in with_hits if case.answerable)
    return Answerability(similarity, coverage, constant, reached[-math.ceil(kept * len(reached) - 1e-9)])
