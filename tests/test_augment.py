"""Made pairs: what they change, and what they must leave alone."""

from __future__ import annotations

import random

import pytest

from verifier.training import augment
from verifier.training.pairs import Target, TrainingPair

EVIDENCE = "The old bridge in Ardenham was opened in 1890 and has 14 arches."


def pair(claim: str, target: Target = Target.SUPPORTED, group: str = "g", evidence: str = EVIDENCE) -> TrainingPair:
    return TrainingPair(claim, evidence, target, group, "s")


@pytest.mark.parametrize("seed", range(20))
def test_an_edited_number_is_another_number(seed: int) -> None:
    twin = augment.edit_number(pair("The bridge has 14 arches."), random.Random(seed))
    assert twin is not None
    assert twin.target is Target.CONTRADICTED
    assert "14 " not in twin.claim
    assert twin.claim.startswith("The bridge has ")


def test_numbers_with_bounds_or_unknown_ones_are_left_alone() -> None:
    rng = random.Random(0)
    assert augment.edit_number(pair("The bridge has more than 10 arches."), rng) is None
    assert augment.edit_number(pair("The bridge has 15 arches."), rng) is None
    assert augment.edit_number(pair("The bridge has 14 arches.", Target.CONTRADICTED), rng) is None


def test_a_swapped_name_is_not_in_the_evidence() -> None:
    other = pair("Later the team moved to Brackwell.")
    twin = augment.swap_name(pair("The bridge in Ardenham has arches."), other, random.Random(0))
    assert twin is not None
    assert twin.claim == "The bridge in Brackwell has arches."
    assert twin.target is Target.NOT_SUPPORTED


def test_undecided_evidence_is_topical_and_of_another_group() -> None:
    rows = [
        pair("The bridge of Ardenham is old.", group="a"),
        pair("x", group="b", evidence="Ardenham lies on a river and its bridge was painted."),
        pair("y", group="c", evidence="Owls hunt mice."),
    ]
    mined = augment.mine_undecided(rows, random.Random(0))
    first = next(row for row in mined if row.claim == rows[0].claim)
    assert first.evidence == rows[1].evidence
    assert first.target is Target.UNSUPPORTED


def test_distractors_leave_evidence_and_label() -> None:
    noisy = augment.surround(pair("The bridge has 14 arches."), ["Owls hunt mice."], random.Random(0))
    assert EVIDENCE in noisy.evidence
    assert "Owls hunt mice." in noisy.evidence
    assert noisy.target is Target.SUPPORTED
