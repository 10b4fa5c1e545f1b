from __future__ import annotations

import pytest

from tests.fakes import OverlapNLI
from verifier.datatypes import Label
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex
from verifier.text.said import stated, undressed


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It has **12** gates.", "It has 12 gates."),
        ("It has __12__ *old* gates.", "It has 12 old gates."),
        ("snake_case_name stays", "snake_case_name stays"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("2*3*4 is 24", "2*3*4 is 24"),
        ("x = a*b*c", "x = a*b*c"),
        ("a lone \ud800 half", "a lone ? half"),
        ("a `code` word and [a link](http://x.org/a)", "a code word and a link"),
        ("\u201cIt\u2019s old\u201d", '"It\'s old"'),
    ],
)
def test_marks_go_and_words_stay(text: str, plain: str) -> None:
    assert undressed(text) == plain
    assert undressed(plain) == plain


@pytest.mark.parametrize(
    "claim",
    [
        "the tower stands in Paris",
        "The tower stands in **Paris**.",
        "It is true that the tower stands in Paris.",
        "According to the source, the tower stands in Paris.",
        "As a matter of fact, the tower stands in Paris",
    ],
)
def test_the_same_claim_in_other_clothes_gets_the_same_verdict(claim: str) -> None:
    verifier = Verifier(retriever=TextsIndex(["The tower stands in **Paris**."]), checker=OverlapNLI())
    plain = verifier.verify("The tower stands in Paris.")
    dressed = verifier.verify(claim)
    assert (dressed.label, dressed.probabilities) == (plain.label, plain.probabilities)
    assert dressed.label is Label.SUPPORTED
    assert dressed.claim.text == claim
    piece = dressed.evidence[0]
    assert piece.text == "The tower stands in **Paris**."


@pytest.mark.parametrize("claim", ["It is not true that bats are blind.", "It is false that bats are blind."])
def test_a_frame_that_denies_is_part_of_the_claim(claim: str) -> None:
    assert stated(claim) == claim


def test_a_bare_frame_is_left_alone() -> None:
    assert stated("It is true that") == "It is true that."
