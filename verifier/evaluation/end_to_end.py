"""How good the whole product is: claims in, evidence retrieved from an index, verdicts compared with gold labels."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.datatypes import Label
from verifier.errors import InputError
from verifier.evaluation import metrics
from verifier.evaluation.pairs import read_lines
from verifier.judging.revise import deciding
from verifier.pipeline import Verifier
from verifier.text.rows import normalise_label


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim, its label, and the end of the id of the document that decides it (empty when not known)."""

    claim: str
    label: Label
    document: str


@dataclass(frozen=True, slots=True)
class PipelineResult:
    """``false_supported``: share of claims that are not supported and were called so. ``citation_precision``: share
    of right, settled verdicts whose evidence is from the gold document. ``retrieval_recall``: share of claims with a
    gold document that was among the passages retrieved; both None where no gold document is known."""

    n: int
    accuracy: float
    macro_f1: float
    false_supported: float
    citation_precision: float | None
    retrieval_recall: float | None
    recall: dict[str, float]


def read_claims(
    path: Path, limit: int | None = None, *, split: str | None = None, seed: int = 0
) -> list[LabelledClaim]:
    """Claims with labels, in file order, or a sample drawn by seed; with ``split`` only rows whose ``split`` it is.

    Raises InputError for another layout.
    """
    rows = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            row = json.loads(line)
            label = normalise_label(row["label"])
            if split is None or row.get("split") == split:
                rows.append((row["claim"], label, str(row.get("document") or "")))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: expected an object with claim and label, got {error!r}") from error
        if label is None:
            raise InputError(f"{path}:{number}: unknown label {row['label']!r}")
    claims = [LabelledClaim(claim, label, document) for claim, label, document in rows if label]
    if not claims:
        raise InputError(f"{path}: no claims in it")
    return claims if limit is None or limit >= len(claims) else random.Random(seed).sample(claims, limit)


def measure(verifier: Verifier, claims: Sequence[LabelledClaim]) -> PipelineResult:
    """Verify every claim and compare."""
    verdicts = list(verifier.verify_many(row.claim for row in claims))
    gold, guess = [row.label.value for row in claims], [verdict.label.value for verdict in verdicts]
    cited = [
        any(piece.passage.document_id.endswith(row.document) for piece in deciding(verdict))
        for row, verdict in zip(claims, verdicts, strict=True)
        if row.document and verdict.label is row.label and row.label is not Label.UNSUPPORTED
    ]
    found = [
        any(hit.passage.document_id.endswith(row.document) for hit in verifier.search(row.claim))
        for row in claims
        if row.document and row.label is not Label.UNSUPPORTED
    ]
    wrong_side = [p == Label.SUPPORTED for g, p in zip(gold, guess, strict=True) if g != Label.SUPPORTED]
    return PipelineResult(
        n=len(claims),
        accuracy=metrics.accuracy(gold, guess),
        macro_f1=metrics.macro_f1(gold, guess),
        false_supported=sum(wrong_side) / len(wrong_side) if wrong_side else 0.0,
        citation_precision=sum(cited) / len(cited) if cited else None,
        retrieval_recall=sum(found) / len(found) if found else None,
        recall=metrics.recall(gold, guess),
    )
