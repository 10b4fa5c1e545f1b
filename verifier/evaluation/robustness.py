"""A robustness card: how often small edits of supported pairs mislead the product, or move it when they should not.

Of labelled pairs the supported ones are taken. A claim made false by an edit should lose its ``supported`` verdict; an
edit that leaves the truth alone should leave the label; what the evidence says itself should be supported. What the
edits are is in :mod:`verifier.evaluation.perturb`; the decision is the product's, ``verify(claim, evidence=[...])``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.datatypes import Label
from verifier.evaluation.pairs import LabelledPair, read_labelled
from verifier.evaluation.perturb import KEEPING, SAYING, TURNING, Case, Edit, Row
from verifier.pipeline import Verifier

_EDITS = TURNING | KEEPING | SAYING


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of ``n`` pairs; None when there were none."""

    share: float | None
    n: int


@dataclass(frozen=True, slots=True)
class RobustnessResult:
    """One file's card. ``n`` pairs were taken, ``supported`` is the share of them whose own verdict is that.

    False support (lower is better): of the pairs with a supported verdict, the share that is still called supported
    after ``negation`` (denied), ``name`` (of another row) or ``number`` (changed). Invariance (higher is better): the
    share of pairs whose label stays under ``distractors``, reversed ``order``, ``bold`` marks, other ``casing``, no
    ``period``, curly ``quotes`` and a ``paraphrase`` frame. Support (higher is better): the share called supported when
    the claim is a sentence of the evidence, as a ``copy`` or ``shortened``. An edit counts only the pairs that it
    applies to.
    """

    file: str
    n: int
    supported: Rate
    negation: Rate
    name: Rate
    number: Rate
    distractors: Rate
    order: Rate
    bold: Rate
    casing: Rate
    period: Rate
    quotes: Rate
    paraphrase: Rate
    copy: Rate
    shortened: Rate


def read_supported(path: Path, limit: int | None = None, seed: int = 0) -> list[LabelledPair]:
    """The supported pairs of a file, or a sample of ``limit`` drawn by seed. Raises InputError for other layouts."""
    pairs = [pair for pair in read_labelled(path) if pair.label == Label.SUPPORTED]
    return pairs if limit is None or limit >= len(pairs) else random.Random(seed).sample(pairs, limit)


def robustness(verifier: Verifier, file: str, pairs: Sequence[LabelledPair], seed: int = 0) -> RobustnessResult:
    """The card over supported pairs. An edit's randomness hangs on the seed, the pair's place and the edit alone."""
    original = [_label(verifier, Case(pair.claim, (pair.evidence,))) for pair in pairs]

    def rate(edit: Edit) -> Rate:
        kept = []
        for place, (pair, label) in enumerate(zip(pairs, original, strict=True)):
            if edit in TURNING and label is not Label.SUPPORTED:
                continue
            row = Row(pair, pairs, random.Random(f"{seed} {place} {edit}"))
            if case := _EDITS[edit](row):
                kept.append(_label(verifier, case) is (Label.SUPPORTED if edit in SAYING else label))
        return _rate(kept)

    return RobustnessResult(
        file=file,
        n=len(pairs),
        supported=_rate([label is Label.SUPPORTED for label in original]),
        negation=rate(Edit.NEGATION),
        name=rate(Edit.NAME),
        number=rate(Edit.NUMBER),
        distractors=rate(Edit.DISTRACTORS),
        order=rate(Edit.ORDER),
        bold=rate(Edit.BOLD),
        casing=rate(Edit.CASING),
        period=rate(Edit.PERIOD),
        quotes=rate(Edit.QUOTES),
        paraphrase=rate(Edit.PARAPHRASE),
        copy=rate(Edit.COPY),
        shortened=rate(Edit.SHORTENED),
    )


def _label(verifier: Verifier, case: Case) -> Label:
    return verifier.verify(case.claim, evidence=case.evidence).label


def _rate(marks: Sequence[bool]) -> Rate:
    return Rate(sum(marks) / len(marks) if marks else None, len(marks))
