"""The table of cases, by hand-worked numbers."""

from __future__ import annotations

import pytest

from verifier.datatypes import Label, Probabilities, Reason, Thresholds
from verifier.judging.decide import Reading, Rule, decide, probabilities, reading, strengths
from verifier.models.protocols import PairScores

SUPPORTS = Reading(0.9, 0.08, 0.02)
CONTRADICTS = Reading(0.02, 0.08, 0.9)
OPEN = Reading(0.1, 0.8, 0.1)
LIMITS = Thresholds(support=0.5, contradiction=0.5, dispute=0.35, joined_weight=0.5)


@pytest.mark.parametrize(
    ("singles", "joined", "label", "reason", "disputed", "rule"),
    [
        ([], None, Label.UNSUPPORTED, Reason.NO_EVIDENCE, False, Rule.NO_HITS),
        ([OPEN, SUPPORTS], SUPPORTS, Label.SUPPORTED, None, False, Rule.SUPPORT),
        ([CONTRADICTS, OPEN], CONTRADICTS, Label.CONTRADICTED, None, False, Rule.CONTRADICTION),
        ([OPEN, OPEN], OPEN, Label.UNSUPPORTED, Reason.INSUFFICIENT, False, Rule.NEITHER),
        ([SUPPORTS, CONTRADICTS], None, Label.UNSUPPORTED, Reason.CONFLICT, True, Rule.TIE),
        ([SUPPORTS, Reading(0.1, 0.3, 0.6)], None, Label.SUPPORTED, None, True, Rule.SUPPORT),
        ([CONTRADICTS, Reading(0.6, 0.3, 0.1)], None, Label.CONTRADICTED, None, True, Rule.CONTRADICTION),
    ],
)
def test_table_of_cases(
    singles: list[Reading], joined: Reading | None, label: Label, reason: Reason | None, disputed: bool, rule: Rule
) -> None:
    decision = decide(singles, joined, on_topic=True, thresholds=LIMITS)
    assert (decision.label, decision.reason, decision.disputed, decision.rule) == (label, reason, disputed, rule)


def test_off_topic_evidence_settles_nothing() -> None:
    decision = decide([SUPPORTS], None, on_topic=False, thresholds=LIMITS)
    assert (decision.label, decision.reason) == (Label.UNSUPPORTED, Reason.NO_EVIDENCE)


def test_a_judge_s_probabilities_are_the_strengths_and_weigh_the_topic_too() -> None:
    sure, unsure = Probabilities(0.8, 0.15, 0.05), Probabilities(0.3, 0.6, 0.1)
    settled = decide([OPEN], None, on_topic=False, thresholds=LIMITS, judged=sure)
    assert (settled.label, settled.support, settled.probabilities) == (Label.SUPPORTED, 0.8, sure)
    open_ = decide([OPEN], None, on_topic=False, thresholds=LIMITS, judged=unsure)
    assert (open_.label, open_.reason) == (Label.UNSUPPORTED, Reason.NO_EVIDENCE)
    leaning = decide([OPEN], None, on_topic=True, thresholds=LIMITS, judged=Probabilities(0.45, 0.35, 0.2))
    assert (leaning.label, leaning.reason) == (Label.UNSUPPORTED, Reason.LOW_CONFIDENCE)
    on_topic = decide([OPEN], None, on_topic=True, thresholds=LIMITS, judged=unsure)
    assert on_topic.reason is Reason.INSUFFICIENT


def test_another_quantity_overrules_support_and_nothing_else() -> None:
    overruled = decide([SUPPORTS], None, on_topic=True, thresholds=LIMITS, quantity_differs=True)
    assert (overruled.label, overruled.rule) == (Label.CONTRADICTED, Rule.QUANTITY)
    assert overruled.probabilities.contradicted == pytest.approx(0.9)
    both = decide([SUPPORTS, Reading(0.2, 0.1, 0.7)], None, on_topic=True, thresholds=LIMITS, quantity_differs=True)
    odds = both.probabilities
    assert odds.supported + odds.unsupported + odds.contradicted == pytest.approx(1.0)
    undecided = decide([OPEN], None, on_topic=True, thresholds=LIMITS, quantity_differs=True)
    assert undecided.label is Label.UNSUPPORTED


def test_risk_withholds_the_label() -> None:
    careful = Thresholds(max_risk=0.05)
    decision = decide([SUPPORTS], None, on_topic=True, thresholds=careful)
    assert (decision.label, decision.reason) == (Label.UNSUPPORTED, Reason.LOW_CONFIDENCE)
    bold = decide([SUPPORTS], None, on_topic=True, thresholds=Thresholds(max_risk=0.2))
    assert bold.label is Label.SUPPORTED


def test_joined_premise_can_decide_what_no_sentence_does_alone() -> None:
    decision = decide([OPEN, OPEN], Reading(0.95, 0.04, 0.01), on_topic=True, thresholds=LIMITS)
    assert decision.support == pytest.approx(0.525)
    assert decision.label is Label.SUPPORTED


def test_strengths_take_the_best_sentence_of_each_side() -> None:
    assert strengths([SUPPORTS, CONTRADICTS], None, 0.5) == (0.9, 0.9)


@pytest.mark.parametrize(("support", "contradiction"), [(0.0, 0.0), (0.3, 0.2), (0.9, 0.8), (1.0, 1.0)])
def test_probabilities_add_up_to_one(support: float, contradiction: float) -> None:
    p = probabilities(support, contradiction)
    assert p.supported + p.unsupported + p.contradicted == pytest.approx(1.0)
    assert min(p.supported, p.unsupported, p.contradicted) >= 0


def test_a_high_temperature_flattens() -> None:
    sharp, flat = (reading(PairScores(3.0, 0.0, -3.0), temperature) for temperature in (1.0, 3.0))
    assert sharp.entailment > flat.entailment > 1 / 3
    assert sharp.entailment == pytest.approx(0.950, abs=1e-3)
