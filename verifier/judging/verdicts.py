"""From what was read of a claim to its decision, and to the evidence that is shown with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.datatypes import Evidence, Label
from verifier.judging.calibration import Calibration
from verifier.judging.decide import Decision, Reading, Rule, decide
from verifier.judging.evidence import Candidate
from verifier.judging.features import Features, features, topic, weigh
from verifier.judging.minimal import smallest
from verifier.judging.quantities import Match, compare
from verifier.judging.reading import SENTENCES_JOINED, Read, read_joined
from verifier.models.protocols import NLI

EVIDENCE_SHOWN = 3
SILENT = Reading(0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision and the features that led to it; None where there was nothing to judge or no judge."""

    decision: Decision
    features: Features | None


def judge(read: Read, calibration: Calibration) -> Judged:
    """The decision on a claim from all that was read."""
    return _judge(read, read.readings, read.joined_reading, calibration)


def judge_subset(read: Read, kept: Sequence[int], joined: Reading, calibration: Calibration) -> Judged:
    """The decision if only the sentences ``kept`` had anything to say, which joined say ``joined``."""
    readings = [r if n in kept else SILENT for n, r in enumerate(read.readings)]
    return _judge(read, readings, joined, calibration)


def _judge(read: Read, readings: Sequence[Reading], joined: Reading | None, calibration: Calibration) -> Judged:
    claim, candidates = read.claim.text, read.candidates
    weighed = weigh(candidates, readings)
    judging = calibration.judge is not None and candidates
    seen = features(claim, candidates, readings, joined, weighed=weighed) if judging else None
    decision = decide(
        weighed,
        joined,
        on_topic=_on_topic(read, calibration.thresholds.topic),
        thresholds=calibration.thresholds,
        judged=calibration.judge.chances(seen) if calibration.judge and seen else None,
        quantity_differs=_quantity_differs(claim, candidates, weighed),
        withheld_below=calibration.withheld_below,
    )
    return Judged(decision, seen)


def _on_topic(read: Read, least: float) -> bool:
    """Whether the hits can settle the claim; where nothing tells, whether one of them holds enough of its words."""
    if read.answerable is not None:
        return read.answerable
    return topic(read.claim.text, read.candidates).coverage >= least


def _quantity_differs(claim: str, candidates: Sequence[Candidate], weighed: Sequence[Reading]) -> bool:
    """Whether the sentence that supports the claim most states another quantity, and no other states the same."""
    matches = topic(claim, tuple(candidates)).matches
    if Match.DISAGREES not in matches:
        return False
    best = max(range(len(candidates)), key=lambda n: weighed[n].entailment)
    here = compare(claim, candidates[best].text)
    return any(c.match is match is Match.DISAGREES for c, match in zip(here, matches, strict=True))


def smallest_evidence(read: Read, judged: Judged, calibration: Calibration, checker: NLI) -> tuple[int, ...]:
    """Positions of the fewest sentences that alone lead to the same label."""

    def keeps(sets: Sequence[tuple[int, ...]]) -> list[float | None]:
        joined = read_joined(checker, read, sets, calibration.thresholds.temperature)
        again = [judge_subset(read, s, j, calibration).decision for s, j in zip(sets, joined, strict=True)]
        label = judged.decision.label
        return [d.probabilities.of(label) if d.label is label else None for d in again]

    return smallest(len(read.candidates), keeps, head=SENTENCES_JOINED)


def turning(read: Read, judged: Judged, calibration: Calibration, checker: NLI) -> int | None:
    """Position of the one sentence without which the label would be another one; None where no single one does that."""
    everything = range(len(read.candidates))
    without = [tuple(m for m in everything if m != n) for n in everything]
    if len(without) < 2:
        return 0 if without and judged.decision.label is not Label.UNSUPPORTED else None
    joined = read_joined(checker, read, without, calibration.thresholds.temperature)
    for n, (kept, together) in enumerate(zip(without, joined, strict=True)):
        if judge_subset(read, kept, together, calibration).decision.label is not judged.decision.label:
            return n
    return None


def pieces(read: Read) -> list[Evidence]:
    """Every sentence read, as evidence."""
    return [
        Evidence(c.passage, c.start, c.end, c.text, r.entailment, r.contradiction, c.score)
        for c, r in zip(read.candidates, read.readings, strict=True)
    ]


def shown(read: Read, judged: Judged, calibration: Calibration, checker: NLI) -> tuple[Evidence, ...]:
    """The evidence of a verdict: the smallest set that keeps it; both sides, strongest first, when it is disputed.

    An unsupported claim gets its nearest sentences.
    """
    found = pieces(read)
    decision = judged.decision
    if decision.disputed:
        supporting = sorted((p for p in found if p.entailment >= 0.5), key=lambda p: -p.entailment)
        contradicting = sorted((p for p in found if p.contradiction >= 0.5), key=lambda p: -p.contradiction)
        if both := (*supporting[:2], *contradicting[:2]):
            return both
    if decision.label is Label.UNSUPPORTED:
        return tuple(found[:EVIDENCE_SHOWN])
    kept = [found[n] for n in smallest_evidence(read, judged, calibration, checker)]
    return tuple(replace(piece, differs=decision.rule is Rule.QUANTITY) for piece in kept)
