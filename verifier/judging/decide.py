"""Evidence to verdict: a pure function of probabilities and thresholds.

What the sentences say one by one and what they say joined are mixed into two strengths, support and contradiction;
the label follows from these two. No model, no text and no retrieval is touched here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from verifier.datatypes import Label, Probabilities, Reason, Thresholds
from verifier.models.protocols import PairScores


class Rule(StrEnum):
    """Which case of :func:`decide` fired."""

    NO_HITS = "no hits"
    UNRELATED = "nothing on topic"
    NEITHER = "neither side is strong enough"
    SUPPORT = "support, and no contradiction of like strength"
    CONTRADICTION = "contradiction, and no support of like strength"
    TIE = "both sides are strong and neither prevails"
    QUANTITY = "a quantity of the claim is another one in the sentence that would support it"
    RISK = "the verdict is likelier to be wrong than was asked for"


@dataclass(frozen=True, slots=True)
class Reading:
    """Probabilities that a premise entails, leaves open, or contradicts the claim; they add up to one."""

    entailment: float
    neutral: float
    contradiction: float


@dataclass(frozen=True, slots=True)
class Decision:
    """A label with its probabilities, the reason when it is ``unsupported``, and the rule that fired."""

    label: Label
    probabilities: Probabilities
    reason: Reason | None
    disputed: bool
    rule: Rule
    support: float
    contradiction: float


def reading(scores: PairScores, temperature: float) -> Reading:
    """Softmax of the logits divided by ``temperature`` (Guo et al. 2017, On Calibration of Modern Neural Networks).

    >>> reading(PairScores(2.0, 2.0, 2.0), 1.0)
    Reading(entailment=0.3333333333333333, neutral=0.3333333333333333, contradiction=0.3333333333333333)
    """
    logits = [scores.entailment / temperature, scores.neutral / temperature, scores.contradiction / temperature]
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    total = math.fsum(powers)
    return Reading(*(power / total for power in powers))


def damped(read: Reading, relevance: float) -> Reading:
    """A reading of a sentence that is only partly about the claim: what it says counts for less, by the square root.

    >>> damped(Reading(0.5, 0.25, 0.25), 0.25)
    Reading(entailment=0.25, neutral=0.625, contradiction=0.125)
    """
    share = math.sqrt(relevance)
    entailment, contradiction = read.entailment * share, read.contradiction * share
    return Reading(entailment, 1 - entailment - contradiction, contradiction)


def strengths(singles: Sequence[Reading], joined: Reading | None, joined_weight: float) -> tuple[float, float]:
    """Support and contradiction: the best single sentence and the joined premise, mixed by ``joined_weight``.

    >>> one, both = Reading(0.8, 0.1, 0.1), Reading(0.4, 0.5, 0.1)
    >>> [round(s, 3) for s in strengths([one], both, 0.25)]
    [0.7, 0.1]
    """
    entailment = max((r.entailment for r in singles), default=0.0)
    contradiction = max((r.contradiction for r in singles), default=0.0)
    if joined is None:
        return entailment, contradiction
    keep = 1 - joined_weight
    return (
        keep * entailment + joined_weight * joined.entailment,
        keep * contradiction + joined_weight * joined.contradiction,
    )


def probabilities(support: float, contradiction: float) -> Probabilities:
    """Two strengths to three probabilities; what they leave over is ``unsupported``.

    >>> probabilities(0.7, 0.1)
    Probabilities(supported=0.7, unsupported=0.2, contradicted=0.1)
    >>> probabilities(0.9, 0.9)
    Probabilities(supported=0.5, unsupported=0.0, contradicted=0.5)
    """
    total = max(1.0, support + contradiction)
    return Probabilities(
        support / total, round(max(0.0, 1 - (support + contradiction) / total), 12), contradiction / total
    )


def decide(
    singles: Sequence[Reading],
    joined: Reading | None,
    *,
    on_topic: bool,
    thresholds: Thresholds,
    judged: Probabilities | None = None,
    quantity_differs: bool = False,
    withheld_below: float | None = None,
) -> Decision:
    """The verdict on a claim from its evidence.

    ``judged`` are a fitted judge's probabilities, which then are the two strengths; without them the strengths are
    mixed from the readings. A judge has weighed the topic too. ``quantity_differs``: a number of the claim is surely
    another one in the sentence that supports it most. A settled verdict needs a confidence of ``withheld_below`` (by
    default, 1 - ``max_risk``).

    ======================================  =================================================================
    case                                    verdict
    ======================================  =================================================================
    no hits                                 ``unsupported``, ``no_evidence``
    hits, but nothing on the claim's topic  ``unsupported``, ``no_evidence``
    support only                            ``supported``
    contradiction only                      ``contradicted``
    support, but a quantity differs         ``contradicted``
    both, one stronger                      that side's label, ``disputed``
    both, a tie                             ``unsupported``, ``conflict``, ``disputed``
    neither                                 ``unsupported``, ``insufficient``
    a judge leans to one, below its cut     ``unsupported``, ``low_confidence``
    a label whose error is likelier than    ``unsupported``, ``low_confidence``
    ``max_risk``
    ======================================  =================================================================

    A side is there when its strength reaches its threshold; it is contested when the other side reaches
    ``thresholds.dispute``, by the readings; a tie is a difference below a tenth.
    """
    if not singles:
        return Decision(
            Label.UNSUPPORTED, Probabilities(0.0, 1.0, 0.0), Reason.NO_EVIDENCE, False, Rule.NO_HITS, 0.0, 0.0
        )
    support, contradiction = strengths(singles, joined, thresholds.joined_weight)
    disputed = min(support, contradiction) >= thresholds.dispute
    chances = probabilities(support, contradiction)
    if judged is not None:
        chances, support, contradiction = judged, judged.supported, judged.contradicted
    supported = support >= thresholds.support and support > contradiction
    contradicted = contradiction >= thresholds.contradiction and contradiction > support
    if supported and quantity_differs:
        support, contradiction = contradiction, support
        chances = Probabilities(chances.contradicted, chances.unsupported, chances.supported)
    quantity = supported and quantity_differs

    def outcome(label: Label, reason: Reason | None, rule: Rule) -> Decision:
        return Decision(label, chances, reason, disputed, rule, support, contradiction)

    if not on_topic and (judged is None or not (supported or contradicted)):
        return outcome(Label.UNSUPPORTED, Reason.NO_EVIDENCE, Rule.UNRELATED)
    if disputed and abs(support - contradiction) < 0.1:
        return outcome(Label.UNSUPPORTED, Reason.CONFLICT, Rule.TIE)
    if not supported and not contradicted:
        leans = judged is not None and max(support, contradiction) > chances.unsupported
        reason = Reason.LOW_CONFIDENCE if leans else Reason.INSUFFICIENT
        return outcome(Label.UNSUPPORTED, reason, Rule.RISK if leans else Rule.NEITHER)
    label = Label.CONTRADICTED if contradicted or quantity else Label.SUPPORTED
    least = 1 - thresholds.max_risk if withheld_below is None else withheld_below
    if thresholds.max_risk and chances.of(label) < least:
        return outcome(Label.UNSUPPORTED, Reason.LOW_CONFIDENCE, Rule.RISK)
    if quantity:
        return outcome(label, None, Rule.QUANTITY)
    return outcome(label, None, Rule.SUPPORT if supported else Rule.CONTRADICTION)
