"""Claim and evidence pairs for training: reading them, and the split that keeps a validation part aside.

A pair file is JSON lines (``.gz`` too) with ``claim``, ``evidence``, ``label`` and ``group``. What a source weighs
in the mixture is decided in :mod:`verifier.training.mixture`; what is made out of pairs, in
:mod:`verifier.training.augment`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

VALIDATION_FOLDS = 40


class Target(StrEnum):
    """What a training pair teaches; ``NOT_SUPPORTED`` says only that it is one of the two other classes."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """One claim beside one evidence text. ``group`` is shared by pairs of one page, claim or evidence text."""

    claim: str
    evidence: str
    target: Target
    group: str
    source: str


def open_text(path: Path) -> Iterator[str]:
    """Lines of a text file, gzip-compressed or not, as UTF-8."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
    else:
        with path.open(encoding="utf-8") as lines:
            yield from lines


def source_name(path: Path) -> str:
    """A file's name without its suffixes.

    >>> source_name(Path("train/fever_dev_rest.jsonl.gz"))
    'fever_dev_rest'
    """
    return path.name.removesuffix(".gz").removesuffix(".jsonl")


def read_pairs(path: Path) -> list[TrainingPair]:
    """All pairs of one file, in file order."""
    name = source_name(path)
    pairs = []
    for line in open_text(path):
        row = json.loads(line)
        pairs.append(TrainingPair(row["claim"], row["evidence"], Target(row["label"]), str(row["group"]), name))
    return pairs


def is_validation(group: str) -> bool:
    """Whether a group belongs to the validation part (one in forty, by a hash that no seed moves).

    >>> [is_validation(f"g{n}") for n in range(3)]
    [False, False, False]
    >>> 0.01 < sum(is_validation(f"g{n}") for n in range(4000)) / 4000 < 0.04
    True
    """
    digest = hashlib.sha256(group.encode()).digest()
    return int.from_bytes(digest[:4], "big") % VALIDATION_FOLDS == 0
