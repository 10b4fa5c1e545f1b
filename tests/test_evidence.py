"""Which sentences are read, and what the checker reads of them."""

from __future__ import annotations

from verifier.datatypes import Hit, Passage
from verifier.judging.evidence import candidates, choose, coverage, joined_premise, premise

TEXT = "The Eiffel Tower stands in Paris. It was finished in 1889. Many people visit it."


def hit(text: str = TEXT, title: str = "Eiffel Tower", number: int = 1, start: int = 0, document: str = "d") -> Hit:
    passage = Passage(f"{document}#{number}", document, title, text, start, start + len(text), "s")
    return Hit(passage, 1.0 / number, number, number)


def test_candidates_keep_document_offsets_and_overlaps_are_read_once() -> None:
    second = TEXT[TEXT.index("It was") :]
    found = candidates([hit(), hit(second, number=2, start=TEXT.index("It was"))])
    assert [c.text for c in found] == [
        "The Eiffel Tower stands in Paris.",
        "It was finished in 1889.",
        "Many people visit it.",
    ]
    assert all(TEXT[c.start : c.end] == c.text for c in found)


def test_the_sentence_with_the_claims_words_comes_first() -> None:
    chosen = choose("The tower was finished in 1889.", [hit()], 2)
    assert chosen[0].text == "It was finished in 1889."
    assert len(chosen) == 2


def test_premise_names_the_subject_once() -> None:
    first, second, _ = candidates([hit()])
    assert premise(first) == "The Eiffel Tower stands in Paris."
    assert premise(second) == "Eiffel Tower: It was finished in 1889."


def test_joined_premise_is_in_document_order_with_each_title_once() -> None:
    first, second, third = candidates([hit()])
    assert joined_premise([third, second]) == "Eiffel Tower: It was finished in 1889. Many people visit it."
    assert joined_premise([second, first]).startswith("The Eiffel Tower stands in Paris. It was")


def test_coverage_is_a_share_of_content_words() -> None:
    chosen = candidates([hit()])
    assert coverage("The Eiffel Tower stands in Paris.", chosen) == 1.0
    assert coverage("Zebras graze on savannas.", chosen) == 0.0
    assert coverage("Zebras visit Paris.", chosen) == 2 / 3
