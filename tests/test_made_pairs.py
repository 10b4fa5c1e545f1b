"""Labels of made pairs are right: counted again here by other means than those that made them."""

from __future__ import annotations

import random
import re

import pytest

from verifier.text.numbers import numbers
from verifier.training.drafts import QuestionRow
from verifier.training.number_pairs import bound, change, from_sentence, move_bound, restate, sentence_pairs
from verifier.training.pairs import Target, TrainingPair
from verifier.training.question_pairs import from_rows
from verifier.training.word_pairs import negate, swap_roles, turn

SENTENCE = "The fair drew 1,198,430 people."
VALUE = 1_198_430


def supported(claim: str, evidence: str = "e", source: str = "s") -> TrainingPair:
    return TrainingPair(claim, evidence, Target.SUPPORTED, "g", source)


def holds(claim: str) -> bool:
    """Whether a bound or range stated in the claim is true of VALUE, read with regular expressions of its own."""
    text = claim.replace(",", "")
    if found := re.search(r"between (\d+) and (\d+)", text):
        return int(found[1]) <= VALUE <= int(found[2])
    found = re.search(r"(?<!no )(more than|over|at least|above|no fewer than|in excess of) (\d+)", text)
    if found:
        return int(found[2]) <= VALUE if found[1] in ("at least", "no fewer than") else int(found[2]) < VALUE
    found = re.search(r"(less than|fewer than|under|at most|below|no more than) (\d+)", text)
    assert found, claim
    return int(found[2]) >= VALUE if found[1] in ("at most", "no more than") else int(found[2]) > VALUE


def test_bounds_say_truly_whether_they_hold() -> None:
    made = [bound(SENTENCE, numbers(SENTENCE)[0], random.Random(seed)) for seed in range(200)]
    found = [m for m in made if m is not None]
    assert len(found) > 150
    assert {true for _, true in found} == {True, False}
    for claim, true in found:
        assert holds(claim) is true, claim


def test_roundings_say_truly_whether_they_are_near() -> None:
    made = [restate(SENTENCE, numbers(SENTENCE)[0], random.Random(seed)) for seed in range(200)]
    found = [m for m in made if m is not None]
    assert {true for _, true in found} == {True, False}
    for claim, true in found:
        stated = numbers(claim)[0]
        assert (abs(stated.value - VALUE) / VALUE < 0.2) is true, claim
        if re.search(r"nearly|almost|under|close", claim):
            assert stated.value > VALUE, claim
        if re.search(r"more than|over|upwards", claim):
            assert stated.value < VALUE, claim


def test_a_hedge_stands_before_the_currency_sign() -> None:
    text = "It cost $1,198,430."
    claims = [m[0] for seed in range(30) if (m := restate(text, numbers(text)[0], random.Random(seed)))]
    assert claims
    assert all(re.search(r" \$[\d.]+", claim) and not re.search(r"\$[a-z]", claim) for claim in claims)


def test_a_changed_number_is_another_one() -> None:
    for seed in range(50):
        made = change("It has 12 gates.", numbers("It has 12 gates.")[0], random.Random(seed))
        assert made is not None
        assert (numbers(made[0])[0].value != 12, made[1]) == (True, False)


@pytest.mark.parametrize(
    "text", ["They saw Apollo 11 land.", "On 6 May they came.", "It rose from 3-4 places.", "They left."]
)
def test_numbers_in_names_and_dates_are_left_alone(text: str) -> None:
    assert all(from_sentence(supported(text, text), text, random.Random(seed)) is None for seed in range(20))


@pytest.mark.parametrize("label", [Target.SUPPORTED, Target.CONTRADICTED])
def test_a_moved_bound_is_counted_again(label: Target) -> None:
    stated = 14 if label is Target.SUPPORTED else 16
    pair = TrainingPair(f"It has more than {stated} gates.", "There are 15 gates.", label, "g", "s")
    made = [m for seed in range(60) if (m := move_bound(pair, random.Random(seed)))]
    assert {m.target for m in made} == {Target.SUPPORTED, Target.CONTRADICTED}
    for moved in made:
        value = numbers(moved.claim)[0].value
        assert (value < 15) is (moved.target is Target.SUPPORTED), moved.claim


def test_a_bound_whose_label_does_not_follow_from_the_count_is_left_alone() -> None:
    wrong = TrainingPair("It has more than 16 gates.", "There are 15 gates.", Target.SUPPORTED, "g", "s")
    several = supported("It has more than 14 gates.", "There are 15 gates and 16 towers.")
    assert all(move_bound(p, random.Random(seed)) is None for p in (wrong, several) for seed in range(10))


def test_sentences_stand_in_their_own_passages() -> None:
    text = "The old bridge of the town was built by 300 men. It was opened with a feast. Many came."
    made = [pair for seed in range(20) for pair in sentence_pairs([text], random.Random(seed), limit=5)]
    assert made
    assert all(pair.evidence in text and pair.claim not in text for pair in made)


def test_negation_turns_the_label_both_ways() -> None:
    denied = negate(supported("The wall was built in stone."))
    assert denied is not None
    assert (denied.claim, denied.target) == ("The wall was not built in stone.", Target.CONTRADICTED)
    back = negate(TrainingPair(denied.claim, "e", Target.CONTRADICTED, "g", "vitaminc_real_rest"))
    assert back is not None
    assert (back.claim, back.target) == ("The wall was built in stone.", Target.SUPPORTED)


@pytest.mark.parametrize(
    "claim", ["All walls were built in stone.", "It was sold because it leaked.", "The men who came were tired."]
)
def test_claims_in_which_not_may_fall_wrongly_are_left_alone(claim: str) -> None:
    assert negate(supported(claim)) is None


def test_a_contradicted_claim_is_denied_only_where_contradiction_means_denial() -> None:
    assert negate(TrainingPair("She is a painter.", "e", Target.CONTRADICTED, "g", "fever_dev_rest")) is None


def test_opposites_and_roles() -> None:
    turned = turn(supported("Sales rose in the northern towns."), random.Random(0))
    assert turned is not None
    assert turned.target is Target.CONTRADICTED
    assert turned.claim in ("Sales fell in the northern towns.", "Sales rose in the southern towns.")
    both = "Ann Lee and Bo Kim"
    assert swap_roles(supported(f"{both} met.", both)) is None
    swapped = swap_roles(supported("Rome sacked Carthage.", "Rome sacked Carthage in 146 BC."))
    assert swapped is not None
    assert (swapped.claim, swapped.target) == ("Carthage sacked Rome.", Target.NOT_SUPPORTED)


def test_questions_give_statements_with_right_wrong_and_missing_answers() -> None:
    rows = [
        QuestionRow("Who built the bridge?", "The bridge was built by Ann Lee in 1820.", ("Ann Lee",), "", "a"),
        QuestionRow("Who built the tower?", "The tower was built by Bo Kim.", ("Bo Kim",), "", "b"),
        QuestionRow("Who built the wall?", "The wall was built by Cy Dor.", ("Cy Dor",), "", "c"),
    ]
    made = [pair for seed in range(12) for pair in from_rows(rows, "test", random.Random(seed))]
    kinds = {(pair.claim, pair.target) for pair in made if "bridge" in pair.claim}
    assert ("Ann Lee built the bridge.", Target.SUPPORTED) in kinds
    assert ("Bo Kim built the bridge.", Target.CONTRADICTED) in kinds
    for pair in made:
        builder = pair.claim.split(" built")[0]
        assert (builder in pair.evidence) is (pair.target is Target.SUPPORTED), pair


@pytest.mark.parametrize("value", ["149", "1,498", "1,450,000", "986,000"])
def test_no_rounding_is_both_right_and_wrong(value: str) -> None:
    text = f"The town has {value} houses."
    made = [m for seed in range(120) if (m := restate(text, numbers(text)[0], random.Random(seed)))]
    assert made
    stated = {numbers(claim)[0].value: true for claim, true in made}
    assert all(stated[numbers(claim)[0].value] is true for claim, true in made)


@pytest.mark.parametrize(
    "sentence", ["It was not released in 1990.", "It was built in 1500 BC.", "It fell to −40 degrees in the north."]
)
def test_numbers_that_mean_otherwise_are_left_alone(sentence: str) -> None:
    assert all(
        from_sentence(supported(sentence, sentence), sentence, random.Random(seed)) is None for seed in range(20)
    )


def test_a_year_that_the_evidence_holds_too_is_not_contradicted() -> None:
    text = "The club won the cup in 1990."
    pair = supported(text, "The club won the cup in 1988, 1989 and 1990.")
    made = [m for seed in range(60) if (m := from_sentence(pair, text, random.Random(seed)))]
    assert all(twin.target is Target.SUPPORTED for twin in made)


@pytest.mark.parametrize("claim", ["He didn't win the largest race.", "It has at least 12 gates."])
def test_what_is_denied_or_bounded_is_not_turned(claim: str) -> None:
    assert all(turn(supported(claim), random.Random(seed)) is None for seed in range(5))


def test_what_may_be_is_not_denied() -> None:
    assert negate(supported("Vitamin D may reduce colds.")) is None


def test_a_joint_claim_that_is_contradicted_is_not_denied() -> None:
    joint = TrainingPair("He was born in Paris and died in Rome.", "e", Target.CONTRADICTED, "g", "covidfact")
    assert negate(joint) is None


def test_the_same_answer_in_other_words_is_not_wrong() -> None:
    rows = [
        QuestionRow("How many gates has the wall?", "The wall has seven gates.", ("seven",), "", "a"),
        QuestionRow("How many gates has the tower?", "The tower has 7 gates.", ("7",), "", "b"),
    ]
    made = [pair for seed in range(20) for pair in from_rows(rows, "test", random.Random(seed))]
    assert not [pair for pair in made if pair.target in (Target.CONTRADICTED, Target.NOT_SUPPORTED)]
