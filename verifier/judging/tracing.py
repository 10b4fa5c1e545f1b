"""From what was read of a claim to its verdict, with every step kept."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.datatypes import Claim, Label, Probabilities, Provenance, Reason, Span, Verdict
from verifier.judging.calibration import Calibration
from verifier.judging.decide import Decision
from verifier.judging.features import Features
from verifier.judging.nearness import Nearness
from verifier.judging.parts import parts
from verifier.judging.reading import Read, read
from verifier.judging.verdicts import judge, shown
from verifier.models.protocols import NLI

_UNDECIDED = (Reason.INSUFFICIENT, Reason.LOW_CONFIDENCE)


@dataclass(frozen=True, slots=True)
class Trace:
    """Every step of one verdict: what was read, the features and the decision, and the sentence that turns it.

    ``turning`` is the position of the one sentence without which the label would be another one; None where there is
    none, or where it was not asked for.
    """

    read: Read
    features: Features | None
    decision: Decision
    verdict: Verdict
    turning: int | None = None

    @property
    def claim(self) -> Claim:
        """The claim that was checked."""
        return self.read.claim


def trace_of(
    whole: Read, calibration: Calibration, checker: NLI, provenance: Provenance, near: Nearness | None = None
) -> Trace:
    """The verdict on a claim that was read, and how it came about."""
    judged = judge(whole, calibration)
    decision, claim = judged.decision, whole.claim
    if not claim.checkable:
        certain = Probabilities(0.0, 1.0, 0.0)
        reason = Reason.NOT_CHECKABLE
        verdict = Verdict(claim, Label.UNSUPPORTED, 1.0, certain, reason, False, (), 0, provenance)
        return Trace(whole, None, decision, verdict)
    missing = missing_parts(whole, calibration, checker, near) if decision.reason in _UNDECIDED else ()
    confidence = decision.probabilities.of(decision.label)
    settled, table = decision.label is not Label.UNSUPPORTED, calibration.risk
    verdict = Verdict(
        claim=claim,
        label=decision.label,
        confidence=confidence,
        probabilities=decision.probabilities,
        reason=Reason.PARTIAL if missing else decision.reason,
        disputed=decision.disputed,
        evidence=shown(whole, judged, calibration, checker),
        truncated_tokens=whole.truncated_tokens,
        provenance=provenance,
        missing=missing,
        measured=table.measured(confidence) if settled and table else None,
    )
    return Trace(whole, judged.features, decision, verdict)


def missing_parts(
    whole: Read, calibration: Calibration, checker: NLI, near: Nearness | None = None
) -> tuple[Span, ...]:
    """The parts of a claim without support, where another part has it."""
    clauses = parts(whole.claim.text)
    if not clauses:
        return ()
    claims = [Claim(clause.sentence, 0, len(clause.sentence)) for clause in clauses]
    readings = read(checker, claims, [whole.hits] * len(claims), calibration.thresholds.temperature, near)
    labels = [judge(part, calibration).decision.label for part in readings]
    lacking = tuple(c.span for c, label in zip(clauses, labels, strict=True) if label is not Label.SUPPORTED)
    return lacking if len(lacking) < len(clauses) else ()
