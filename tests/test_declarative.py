"""Questions and answers to sentences, and claims to questions: worked by hand, or refused."""

from __future__ import annotations

import pytest

from verifier.text.declarative import declarative
from verifier.text.verbs import BY_BASE, finite, is_participle, support
from verifier.training.questions import askable, definition_of, question_of, yes_no


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    [
        ("Who painted the ceiling?", "Michelangelo", "Michelangelo painted the ceiling."),
        ("Who was the first person on the Moon?", "Neil Armstrong", "The first person on the Moon was Neil Armstrong."),
        ("Who is responsible for the dam?", "the council", "The council is responsible for the dam."),
        ("What is the longest river of France?", "the Loire.", "The longest river of France is the Loire."),
        ("What did Ada give the poet in 1830?", "a book", None),
        ("What did Ada write in 1843?", "seven notes", "Ada wrote seven notes in 1843."),
        ("What does the firm consist of?", "two shops", "The firm consists of two shops."),
        ("What is glass made of?", "sand", "Glass is made of sand."),
        ("What can frost damage?", "the buds", "Frost can damage the buds."),
        ("Where was the treaty signed?", "Vienna", "The treaty was signed in Vienna."),
        ("Where was the treaty signed?", "at Versailles", "The treaty was signed at Versailles."),
        ("When did the bridge open?", "May 3, 1932", "The bridge opened on May 3, 1932."),
        ("When did the bridge open?", "three years ago", "The bridge opened three years ago."),
        ("In what year did the bridge open?", "1932", "The bridge opened in 1932."),
        ("On which street does Tom live?", "Elm Street", "Tom lives on Elm Street."),
        ("What year was the school founded?", "1820", "The school was founded in 1820."),
        ("How many strings does a cello have?", "four", "A cello has four strings."),
        ("How many people live on the island?", "600", "600 people live on the island."),
        ("How many ships were lost in the storm?", "9", "9 ships were lost in the storm."),
        ("How many ships were there in the port?", "9", "There were 9 ships in the port."),
        ("How tall is the tower?", "330 m", "The tower is 330 m."),
        ("Which team won the cup?", "Ajax", "Ajax won the cup."),
        ("Which instrument did she play?", "the viola", "She played the viola."),
        ("Why did the miller sell the mill?", "He needed money.", "The miller sold the mill because he needed money."),
        ("Does salt melt ice?", "yes", "Salt melts ice."),
        ("Did Galileo invent the telescope?", "no", "Galileo did not invent the telescope."),
        ("Is a whale a fish?", "no", "A whale is not a fish."),
        ("Who and what were they and was it?", "it", None),
        ("How did that feel?", "yes", None),
        ("Describe the process.", "slow", None),
    ],
)
def test_declarative(question: str, answer: str, sentence: str | None) -> None:
    assert declarative(question, answer) == sentence


@pytest.mark.parametrize(
    ("claim", "span", "question"),
    [
        ("The frost killed the vines of Bordeaux.", "Bordeaux", "What did the frost kill the vines of?"),
        ("Seneca wrote the tragedy.", "Seneca", "Who wrote the tragedy?"),
        ("The novel was written by Jane Austen.", "Jane Austen", "Who was the novel written by?"),
        ("The mill burned down in 1871.", "1871", "When did the mill burn down?"),
        ("The club has 40 members.", "40", "How many members does the club have?"),
        ("40 members left the club.", "40", "How many members left the club?"),
        ("Ada was born in London.", "London", "Where was Ada born?"),
        ("Bullitt is a film.", "Bullitt", None),
        ("The Smith-Jones house burned.", "Smith", None),
        ("It rained.", "Paris", None),
    ],
)
def test_question_of(claim: str, span: str, question: str | None) -> None:
    assert question_of(claim, span) == question


def test_only_what_the_evidence_holds_is_asked_for() -> None:
    claim = "The Tate opened in London in 1897."
    assert "1897" in askable(claim, "It opened its doors in 1897.")
    assert "London" not in askable(claim, "It opened its doors in 1897.")


def test_definitions_and_sides() -> None:
    assert definition_of("Ada Lovelace was a writer and mathematician.") == "Who was Ada Lovelace?"
    assert definition_of("The lute is an instrument.") == "What is the lute?"
    assert definition_of("Rain fell.") is None
    assert yes_no("The club has 40 members.") == "Does the club have 40 members?"
    assert yes_no("Ada was born in London.") == "Was Ada born in London?"


def test_a_question_and_its_sentence_are_each_others_reverse() -> None:
    claim = "The bridge opened in 1932."
    question = question_of(claim, "1932")
    assert question is not None
    assert declarative(question, "1932") == claim


def test_every_verb_comes_back_from_its_past() -> None:
    for verb in BY_BASE.values():
        assert finite(verb.base, "did") == verb.past
        known = support(verb.past)
        assert known is not None
        assert known[0] == "did"
        assert is_participle(verb.participle), verb
