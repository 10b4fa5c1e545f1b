from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.datatypes import Document, Passage
from verifier.errors import UsageError
from verifier.text.passages import MAX_CHARACTERS, split_passages
from verifier.text.sentences import sentences


def document(text: str) -> Document:
    return Document("d/bats", "Bats", text, "A book", "CC0", "2026", "")


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


def test_windows_of_four_share_one_sentence() -> None:
    text = " ".join(f"Bat {number} flies." for number in range(1, 9))
    passages = split_passages(document(text))
    assert texts(passages) == [
        "Bat 1 flies. Bat 2 flies. Bat 3 flies. Bat 4 flies.",
        "Bat 4 flies. Bat 5 flies. Bat 6 flies. Bat 7 flies.",
        "Bat 7 flies. Bat 8 flies.",
    ]
    assert [passage.id for passage in passages] == ["d/bats#1", "d/bats#2", "d/bats#3"]


def test_a_passage_carries_its_document() -> None:
    (passage,) = split_passages(document("  Bats fly. \n"))
    assert passage == Passage("d/bats#1", "d/bats", "Bats", "Bats fly.", 2, 11, "A book")


def test_no_passage_repeats_the_end_of_the_one_before() -> None:
    assert texts(split_passages(document("A b. C d. E f. G h."))) == ["A b. C d. E f. G h."]


def test_an_empty_document_has_no_passage() -> None:
    assert split_passages(document(" \n\n ")) == []


def test_long_sentences_make_short_passages() -> None:
    long = "Bats " + "fly and " * 100 + "sleep."
    passages = split_passages(document(" ".join([long] * 4)))
    assert all(passage.end - passage.start <= MAX_CHARACTERS for passage in passages)
    assert len(passages) == 4


def test_text_without_full_stops_is_cut_at_a_space() -> None:
    text = "bats fly " * 1_000
    passages = split_passages(document(text), overlap=0)
    assert all(len(passage.text) <= MAX_CHARACTERS for passage in passages)
    assert " ".join(texts(passages)).split() == text.split()


def test_text_without_spaces_is_cut_too() -> None:
    assert "".join(texts(split_passages(document("蝠" * 4_000)))) == "蝠" * 4_000


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (1, 1), (3, 4), (3, -1)])
def test_windows_that_cannot_be_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(UsageError, match="overlap"):
        split_passages(document("Bats fly."), sentences_per_passage=size, overlap=overlap)


PARTS = st.sampled_from(
    ["Bats fly. ", "Dr. Jo, é😀. ", "\n\n", "# Head\n", "- item\n", "x" * 1_700 + " ", "w " * 900, "\r\n", "  "]
)


@given(st.lists(PARTS, max_size=25).map("".join), st.integers(1, 5), st.data())
def test_offsets_are_exact_and_every_sentence_is_covered(text: str, size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    passages = split_passages(document(text), sentences_per_passage=size, overlap=overlap)
    assert all(text[passage.start : passage.end] == passage.text for passage in passages)
    assert all(passage.text == passage.text.strip() != "" for passage in passages)
    assert all(one.start < other.start and one.end < other.end for one, other in pairwise(passages))
    covered = {place for passage in passages for place in range(passage.start, passage.end)}
    for span in sentences(text):
        assert all(text[place].isspace() or place in covered for place in range(span.start, span.end))
