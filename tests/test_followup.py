"""Questions that lean on the one before."""

from __future__ import annotations

import pytest

from verifier.text.followup import standalone, subject_of


@pytest.mark.parametrize(
    ("question", "title", "subject"),
    [
        ("Who built the Great Wall of China?", "", "the Great Wall of China"),
        ("Is Bach older than Wolfgang Amadeus Mozart?", "", "Wolfgang Amadeus Mozart"),
        ("Where was Ludwig van Beethoven born?", "", "Ludwig van Beethoven"),
        ("How does vinegar keep food?", "Vinegar", "Vinegar"),
        ("How does vinegar keep food?", "", ""),
        ("What?", "", ""),
    ],
)
def test_what_a_question_is_about(question: str, title: str, subject: str) -> None:
    assert subject_of(question, title) == subject


@pytest.mark.parametrize(
    ("question", "subject", "understood"),
    [
        ("and where did she die?", "Marie Curie", "Where did Marie Curie die?"),
        ("But is it long?", "the Great Wall", "Is the Great Wall long?"),
        ("Who were their kings?", "the Incas", "Who were the Incas' kings?"),
        ("Who was her husband?", "Marie Curie", "Who was Marie Curie's husband?"),
    ],
)
def test_a_pronoun_is_replaced(question: str, subject: str, understood: str) -> None:
    assert standalone(question, subject) == understood


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote Hamlet?",
        "Did Bell say that he invented it?",
        "Is it raining on Venus?",
        "And who was Newton?",
        "What do bats eat?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert standalone(question, "Marie Curie") == question


def test_without_a_subject_nothing_is_changed() -> None:
    assert standalone("When was it built?", "") == "When was it built?"
