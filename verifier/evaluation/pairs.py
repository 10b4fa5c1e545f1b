"""How good the checker is on labelled pairs: the product's decision (claim and evidence given), or the bare model's.

A file holds ``claim``, ``evidence`` and ``label`` a row (JSON lines, ``.csv`` or ``.tsv``, ``.gz`` too; columns and
labels of VitaminC, FEVER and SciFact with their texts joined, and LLM-AggreFact are understood). In a two-way file
(``not_supported``) contradicted and unsupported both count as that.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifier.datatypes import Label
from verifier.errors import InputError
from verifier.evaluation import metrics
from verifier.judging.decide import reading
from verifier.models.protocols import NLI, Pair
from verifier.pipeline import Verifier
from verifier.text.rows import normalise_label

EVIDENCE_KEYS = ("evidence", "doc", "context", "premise", "abstract", "evidence_text")
TWO_WAY = frozenset({"not_supported", "0"})
BATCH = 64


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A claim beside its evidence; ``label`` is a Label's value or ``not_supported``."""

    claim: str
    evidence: str
    label: str


@dataclass(frozen=True, slots=True)
class CheckerResult:
    """One row of the table. ``ece`` and ``aurc`` are of the confidence in the label that was given."""

    file: str
    n: int
    accuracy: float
    macro_f1: float
    balanced_accuracy: float
    recall: dict[str, float]
    false_supported: float
    ece: float
    aurc: float
    pairs_per_second: float


def read_lines(path: Path) -> Iterator[str]:
    """Lines of a text file, gzip-compressed or not. Raises InputError when it cannot be read."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                yield from lines
        else:
            with path.open(encoding="utf-8") as lines:
                yield from lines
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as JSON lines ({error}); give a .jsonl or .jsonl.gz file") from error


def read_labelled(path: Path, limit: int | None = None, seed: int = 0) -> list[LabelledPair]:
    """The labelled pairs of a file, or a sample of ``limit`` drawn by seed. Raises InputError for other layouts."""
    rows = []
    for number, row in _rows(path):
        try:
            claim, evidence, given = row["claim"], _evidence(row), row["label"]
        except (KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: expected claim, evidence and label, got {error!r}") from error
        spelling = str(given).lower()
        label = None if spelling in TWO_WAY else normalise_label(given)
        if label is None and spelling not in TWO_WAY:
            raise InputError(f"{path}:{number}: unknown label {given!r}; expected supported, contradicted, ...")
        rows.append(LabelledPair(claim, evidence, label.value if label else "not_supported"))
    if not rows:
        raise InputError(f"{path}: no rows; expected one JSON object a line")
    return rows if limit is None or limit >= len(rows) else random.Random(seed).sample(rows, limit)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of each row: JSON lines, or a table with a header (.csv, .tsv)."""
    suffix = path.suffixes[-2] if path.suffix == ".gz" and len(path.suffixes) > 1 else path.suffix
    if suffix in (".csv", ".tsv"):
        yield from enumerate(csv.DictReader(read_lines(path), delimiter="\t" if suffix == ".tsv" else ","), start=2)
        return
    for number, line in enumerate(read_lines(path), start=1):
        try:
            yield number, json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}: expected a JSON object, got {error}") from error


def _evidence(row: dict[str, Any]) -> str:
    """One text: the first of the known columns that is there, sentences of a list joined."""
    found = row[next((key for key in EVIDENCE_KEYS if row.get(key)), EVIDENCE_KEYS[0])]
    pieces = [found] if isinstance(found, str) else found
    if not isinstance(pieces, list) or not all(isinstance(piece, str) for piece in pieces):
        raise TypeError("evidence that is no text: join the texts that its ids name first")
    return " ".join(pieces)


def product_guesses(verifier: Verifier, pairs: Sequence[LabelledPair]) -> Iterator[tuple[str, float]]:
    """The label and confidence that ``verify(claim, evidence=[...])`` gives."""
    for pair in pairs:
        verdict = verifier.verify(pair.claim, evidence=[pair.evidence])
        yield verdict.label.value, verdict.confidence


def bare_guesses(checker: NLI, pairs: Sequence[LabelledPair], temperature: float) -> Iterator[tuple[str, float]]:
    """The label with the highest probability when the whole evidence is one premise, and that probability."""
    order = (Label.SUPPORTED, Label.UNSUPPORTED, Label.CONTRADICTED)
    for begin in range(0, len(pairs), BATCH):
        for scores in checker.score([Pair(p.evidence, p.claim) for p in pairs[begin : begin + BATCH]]):
            read = reading(scores, temperature)
            chances = (read.entailment, read.neutral, read.contradiction)
            best = chances.index(max(chances))
            yield order[best].value, chances[best]


def measure(file: str, pairs: Sequence[LabelledPair], guesses: Iterator[tuple[str, float]]) -> CheckerResult:
    """All figures of one file, with the time it takes to draw the guesses."""
    begun = time.perf_counter()
    drawn = list(guesses)
    seconds = time.perf_counter() - begun
    gold = [pair.label for pair in pairs]
    two_way = "not_supported" in gold
    guess = [g if not two_way or g == Label.SUPPORTED else "not_supported" for g, _ in drawn]
    right = [g == p for g, p in zip(gold, guess, strict=True)]
    confidence = [c for _, c in drawn]
    wrong_side = [p == Label.SUPPORTED for g, p in zip(gold, guess, strict=True) if g in ("contradicted", *TWO_WAY)]
    return CheckerResult(
        file=file,
        n=len(gold),
        accuracy=metrics.accuracy(gold, guess),
        macro_f1=metrics.macro_f1(gold, guess),
        balanced_accuracy=metrics.balanced_accuracy(gold, guess),
        recall=metrics.recall(gold, guess),
        false_supported=sum(wrong_side) / len(wrong_side) if wrong_side else 0.0,
        ece=metrics.expected_calibration_error(confidence, right),
        aurc=metrics.area_under_risk_coverage(confidence, right),
        pairs_per_second=len(gold) / seconds,
    )
