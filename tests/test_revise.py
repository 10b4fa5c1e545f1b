"""A draft and its verdicts to an answer that stands."""

from __future__ import annotations

from dataclasses import replace

from verifier.datatypes import (
    Answer,
    Claim,
    Correction,
    Evidence,
    Hit,
    Label,
    Passage,
    Premise,
    Probabilities,
    Provenance,
    Reason,
    Thresholds,
    Verdict,
)
from verifier.judging.revise import NOT_SETTLED, citations, quotation, revised

PROVENANCE = Provenance("i@0", "c@0", "e@0", Thresholds(), "0")


def evidence(text: str, entailment: float, contradiction: float, document: str = "d") -> Evidence:
    passage = Passage(f"{document}#1", document, "Title", text, 0, len(text), "s")
    return Evidence(passage, 0, len(text), text, entailment, contradiction)


def verdict(text: str, label: Label, *pieces: Evidence) -> Verdict:
    reason = Reason.INSUFFICIENT if label is Label.UNSUPPORTED else None
    chances = Probabilities(0.8, 0.1, 0.1)
    return Verdict(Claim(text, 0, len(text)), label, 0.8, chances, reason, False, pieces, 0, PROVENANCE)


def answer(*verdicts: Verdict, premise: Premise | None = None, corrections: tuple[Correction, ...] = ()) -> Answer:
    return Answer("Why?", "", "", verdicts, PROVENANCE, premise, corrections)


def test_supported_sentences_stay_with_citations() -> None:
    one = verdict("Bats fly.", Label.SUPPORTED, evidence("Bats can fly.", 0.9, 0.0))
    two = verdict("Owls fly.", Label.SUPPORTED, evidence("Owls can fly.", 0.9, 0.0, "e"))
    again = verdict("Bats can fly.", Label.SUPPORTED, evidence("Bats can fly.", 0.9, 0.0))
    assert revised(answer(one, two, again), []) == "Bats fly. [1] Owls fly. [2] Bats can fly. [1]"
    assert [c.number for c in citations([one, two, again])] == [1, 2]


def test_a_contradicted_sentence_is_replaced_by_what_the_evidence_says() -> None:
    wrong = verdict("It is in Lyon.", Label.CONTRADICTED, evidence("It stands in Paris.", 0.0, 0.9))
    assert revised(answer(wrong), []) == "Correction: It stands in Paris. [1]"


def test_unsupported_sentences_are_left_out() -> None:
    kept = verdict("Bats fly.", Label.SUPPORTED, evidence("Bats can fly.", 0.9, 0.0))
    doxa = verdict("Bats are nice.", Label.UNSUPPORTED)
    assert revised(answer(doxa, kept), []) == "Bats fly. [1]"


def test_nothing_supported_says_so_and_names_the_nearest() -> None:
    hit = Hit(evidence("x", 0, 0).passage, 1.0, 1, None)
    assert revised(answer(verdict("Doxa.", Label.UNSUPPORTED)), [hit, hit]) == f"{NOT_SETTLED} Nearest: Title."
    assert revised(answer(), []) == NOT_SETTLED


def test_what_a_question_takes_for_granted_is_contradicted_first_and_not_repeated() -> None:
    denied = evidence("The wall cannot be seen from the Moon.", 0.0, 0.9)
    premise = Premise(verdict("The wall is seen from the Moon.", Label.CONTRADICTED, denied), put=False)
    again = verdict("The wall is seen from the Moon by night.", Label.SUPPORTED, evidence("By night.", 0.9, 0.0, "e"))
    other = verdict("The wall is long.", Label.SUPPORTED, evidence("It is a long wall.", 0.9, 0.0, "f"))
    said = revised(answer(again, other, premise=premise), [])
    assert said == (
        "The question takes for granted what the corpus contradicts: The wall cannot be seen from the Moon. [1] "
        "The wall is long. [3]"
    )


def test_a_yes_or_no_question_is_answered_by_its_own_statement() -> None:
    seen = evidence("Bats see well.", 0.0, 0.9)
    no = Premise(verdict("Bats are blind.", Label.CONTRADICTED, seen), put=True)
    assert (
        revised(answer(verdict("Bats are blind.", Label.CONTRADICTED, seen), premise=no), [])
        == "No: Bats see well. [1]"
    )
    yes = Premise(verdict("Bats fly.", Label.SUPPORTED, evidence("Bats can fly.", 0.9, 0.0)), put=True)
    assert revised(answer(premise=yes), []) == "Yes: Bats fly. [1]"


def test_a_wrong_value_is_struck_and_the_right_one_put_in() -> None:
    wrong = verdict("It was built in 1937.", Label.CONTRADICTED, evidence("It was built in 1889.", 0.0, 0.9))
    right = verdict("It was built in 1889.", Label.SUPPORTED, evidence("It was built in 1889.", 0.9, 0.0))
    said = revised(answer(wrong, corrections=(Correction(1, "1937", "1889", right),)), [])
    assert said == "Corrected: It was built in 1889. (not 1937) [1]"


def test_where_nothing_stands_the_nearest_sentence_is_quoted() -> None:
    near, far = evidence("The wall is 21,000 km long.", 0.3, 0.1), evidence("The sea is wide.", 0.2, 0.1, "e")
    doxa = verdict("The wall is 9 km long.", Label.UNSUPPORTED, far, near)
    assert quotation("How long is the wall?", [doxa]) == near
    assert (
        revised(replace(answer(doxa), quotation=near), [])
        == f'{NOT_SETTLED} Nearest: "The wall is 21,000 km long." [1]'
    )
    assert quotation("Who painted the ceiling of the chapel?", [doxa]) is None
