"""Teaching pairs in the evidence's own words: what is left out, moved or replaced must leave the claim true."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from verifier.training.pairs import Target
from verifier.training.said_pairs import from_sentence, reworded, said_pairs, shortened

TEXTS = [
    "The old mill (built of oak) stands in Ardenham. It has 12 wheels, and it was sold to Brackwell. "
    "Owls do not nest in the mill because it is loud.",
    "In 1889, the largest bridge of the county was finished. The bridge, which has 9 arches, was built by masons. "
    "Anna Brandt was the first mayor who crossed it on 3 May 1889.",
]


@pytest.mark.parametrize(
    ("sentence", "cuts"),
    [
        ("Bats hunt moths, such as hawk moths.", ["Bats hunt moths."]),
        ("Bats do not hunt birds, such as owls.", []),
        ("The house has been empty for years because the roof leaks.", ["The house has been empty for years."]),
        ("The house has not been empty because the roof leaks.", []),
        ("Spain, France, and the Netherlands are members.", []),
        ("Anna Brandt was a mayor.", ["Brandt was a mayor."]),
        ("New York was a colony.", []),
        ("In 1889, the bridge fell, and nobody knew why.", ["The bridge fell, and nobody knew why."]),
        ("In Ardenham, 1889 people were counted.", []),
        ("If it rains, the river rises.", []),
        ("The river rises.", []),
    ],
)
def test_what_a_sentence_says_in_fewer_words(sentence: str, cuts: list[str]) -> None:
    assert shortened(sentence) == cuts


def test_rewording_keeps_what_has_no_other_word_and_is_repeated_by_seed() -> None:
    assert reworded("Owls hunt mice.", random.Random(0)) == "Owls hunt mice."
    claim = "It was often prohibited on May 3, 1889."
    made = {reworded(claim, random.Random(seed)) for seed in range(20)}
    assert made <= {
        f"It was {how} {what} {when}."
        for how in ("frequently",)
        for what in ("banned",)
        for when in ("on May 3, 1889", "in May 1889", "in 1889")
    }
    assert len(made) == 3


def test_pairs_of_every_class_stand_beside_a_text_that_settles_them() -> None:
    made = [pair for seed in range(60) for pair in said_pairs(TEXTS, random.Random(seed), limit=10)]
    kinds = Counter((pair.source, pair.target) for pair in made)
    assert set(kinds) == {
        ("made_said", Target.SUPPORTED),
        ("made_unsaid", Target.CONTRADICTED),
        ("made_half_said", Target.NOT_SUPPORTED),
    }
    assert kinds["made_said", Target.SUPPORTED] > 3 * kinds["made_unsaid", Target.CONTRADICTED]
    for pair in made:
        if pair.target is Target.NOT_SUPPORTED:
            assert pair.claim not in pair.evidence
        if pair.target is Target.CONTRADICTED:
            assert pair.claim not in pair.evidence


def test_at_most_as_many_as_asked_for_and_two_of_a_text() -> None:
    assert sum(p.source == "made_said" for p in said_pairs(TEXTS, random.Random(0), limit=3)) <= 4
    assert sum(p.source == "made_said" for p in said_pairs(TEXTS[:1] * 1, random.Random(0), limit=9)) == 2
    assert said_pairs(["no sentence here"], random.Random(0), limit=9) == []


def test_the_claim_is_the_sentence_or_a_part_of_it() -> None:
    sentence = "The old mill (built of oak) stands in Ardenham."
    claims = {from_sentence(TEXTS[0], sentence, random.Random(seed))[0].claim for seed in range(40)}
    assert claims == {sentence, "The old mill stands in Ardenham."}
