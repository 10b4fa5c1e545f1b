"""A draft and its verdicts to an answer that stands."""

from __future__ import annotations

from verifier.datatypes import (
    Claim,
    Evidence,
    Hit,
    Label,
    Passage,
    Probabilities,
    Provenance,
    Reason,
    Thresholds,
    Verdict,
)
from verifier.judging.revise import NOT_SETTLED, citations, revised

PROVENANCE = Provenance("i@0", "c@0", "e@0", Thresholds(), "0")


def evidence(text: str, entailment: float, contradiction: float, document: str = "d") -> Evidence:
    passage = Passage(f"{document}#1", document, "Title", text, 0, len(text), "s")
    return Evidence(passage, 0, len(text), text, entailment, contradiction)


def verdict(text: str, label: Label, *pieces: Evidence) -> Verdict:
    reason = Reason.INSUFFICIENT if label is Label.UNSUPPORTED else None
    chances = Probabilities(0.8, 0.1, 0.1)
    return Verdict(Claim(text, 0, len(text)), label, 0.8, chances, reason, False, pieces, 0, PROVENANCE)


def test_supported_sentences_stay_with_citations() -> None:
    one = verdict("Bats fly.", Label.SUPPORTED, evidence("Bats can fly.", 0.9, 0.0))
    two = verdict("Owls fly.", Label.SUPPORTED, evidence("Owls can fly.", 0.9, 0.0, "e"))
    again = verdict("Bats can fly.", Label.SUPPORTED, evidence("Bats can fly.", 0.9, 0.0))
    assert revised([one, two, again], []) == "Bats fly. [1] Owls fly. [2] Bats can fly. [1]"
    assert [c.number for c in citations([one, two, again])] == [1, 2]


def test_a_contradicted_sentence_is_replaced_by_what_the_evidence_says() -> None:
    wrong = verdict("It is in Lyon.", Label.CONTRADICTED, evidence("It stands in Paris.", 0.0, 0.9))
    assert revised([wrong], []) == "Correction: It stands in Paris. [1]"


def test_unsupported_sentences_are_left_out() -> None:
    kept = verdict("Bats fly.", Label.SUPPORTED, evidence("Bats can fly.", 0.9, 0.0))
    doxa = verdict("Bats are nice.", Label.UNSUPPORTED)
    assert revised([doxa, kept], []) == "Bats fly. [1]"


def test_nothing_supported_says_so_and_names_the_nearest() -> None:
    hit = Hit(evidence("x", 0, 0).passage, 1.0, 1, None)
    assert revised([verdict("Doxa.", Label.UNSUPPORTED)], [hit, hit]) == f"{NOT_SETTLED} Nearest: Title."
    assert revised([], []) == NOT_SETTLED
