from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.text.blocks import blocks
from verifier.text.sentences import sentences

PIECES = st.sampled_from(
    [
        "Dr. Smith",
        "3.5 m.",
        "U.S. ",
        "e.g. this",
        "\n\n",
        "\n",
        "\r\n",
        "- ",
        "1. ",
        "# ",
        "> ",
        "“Go.” ",
        '"',
        "(a) ",
        "…",
        "... ",
        "No. 5",
        "é😀",
        "日本。",
        "\u2028",
        "\ud800",
        "```",
        "| a | b |",
        "---",
        ". ",
        "A",
        " b",
        "? ",
        "!",
        "[1]",
        "\0",
        "'",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "It rises by 3.5 % a year.",
        "J. R. R. Tolkien wrote it.",
        "J.R. R. Tolkien wrote it.",
        "George W. Bush met C. S. Lewis.",
        "Dr. Smith met Mr. and Mrs. Jones.",
        "The U.S. Army is large.",
        "The U.N. Security Council met.",
        "Whales, e.g. the orca, hunt.",
        "Whales, i.e. Cetacea, hunt.",
        "Old towns, e.g. The Hague, are small.",
        "Bats fly. !!!",
        "It was built c. 1500 by monks.",
        "It was built (ca. 1600) by monks.",
        "He came approx. 5 km.",
        "Beethoven wrote No. 5 and Op. 67.",
        "See vol. 3, pp. 5 and Fig. 2 of it.",
        "See Vol. II of it.",
        "Eq. (3) holds.",
        "He was born on 5 Jan. 1900.",
        "Ft. Worth lies below Mt. Everest.",
        "Rev. Dr. Martin Luther King Jr. spoke.",
        "Apple Inc. makes phones.",
        "Deinococcus spp. are known for it.",
        "Jones et al. (2010) found it.",
        "Roe v. Wade was decided in 1973.",
        "They meet at 5 a.m. Monday.",
        "Wait... what is it?",
        '"Is it?" asked Bob.',
        "Stop! he cried.",
        "He said “Go home. Now.” to her.",
        "Node.js runs https://a.b/c.d?e=f now.",
        "Call System.Out.print now.",
        "It is 日本.com that he meant.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He lives in the U.S.", "He is old."),
        ("He lives on Main St.", "The road is long."),
        ("It is 1.80 m.", "It is new."),
        ("In 1990.", "5 people came."),
        ("At 5 p.m.", "The train left."),
        ("He said no.", "He did not go."),
        ("Is it No.", "He did not."),
        ("Bone turned to SR.", "Three studies agree."),
        ("He read that vol.", "I saw him."),
        ("He has a Ph.D.", "She has two."),
        ("Apples, pears, etc.", "The rest rots."),
        ("He took vitamin C.", "Doctors agreed."),
        ("It ended World War I.", "Germany lost."),
        ("(This is one. This is two.)", "Three came."),
        ("He said “It is flat.”", "She agreed."),
        ('He said "It is flat."', "She agreed."),
        ("He paused…", "Then he left."),
        ("He paused...", "Then he left."),
        ("It boils.[1]", "It cools.[2][3]"),
        ("Is it so?", "Yes, it is."),
        ("the earth is flat.", "the moon is cheese."),
        ("地球は丸い。", "月も丸い。"),
    ],
)
def test_two_sentences_are_split(first: str, second: str) -> None:
    assert split(f"{first} {second}") == [first, second]


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\n# ", "\n- ", "\n* ", "\n1. ", "\n---\n", "\n> "])
def test_structure_ends_a_sentence(gap: str) -> None:
    assert split(f"the first part{gap}the second part") == ["the first part", "the second part"]


def test_a_wrapped_line_does_not_end_a_sentence() -> None:
    assert split("The Eiffel\nTower is\r\nhigh. It is old.") == ["The Eiffel\nTower is\r\nhigh.", "It is old."]


def test_a_number_that_a_line_happens_to_start_with_is_no_list() -> None:
    assert split("They counted the years up to\n12. Then they stopped.") == [
        "They counted the years up to\n12.",
        "Then they stopped.",
    ]


def test_a_missing_space_is_seen() -> None:
    assert split("The earth is flat.The moon is not.") == ["The earth is flat.", "The moon is not."]


def test_an_open_quotation_does_not_swallow_the_text() -> None:
    text = 'A 6" pipe is here. ' + "Water runs through the pipe. " * 40 + 'A 7" pipe is there.'
    assert len(split(text)) == 42


def test_nothing_to_split() -> None:
    assert [split(text) for text in ("", "  \n ", "...", "---", "# ")] == [[], [], [], [], []]


@given(TEXTS)
def test_spans_are_trimmed_disjoint_and_in_order(text: str) -> None:
    end = 0
    for span in sentences(text):
        piece = text[span.start : span.end]
        assert end <= span.start < span.end <= len(text)
        assert piece == piece.strip()
        assert any(character.isalnum() for character in piece)
        end = span.end


@given(TEXTS)
def test_no_letter_is_lost(text: str) -> None:
    inside = {place for span in sentences(text) for place in range(span.start, span.end)}
    lost = "".join(character for place, character in enumerate(text) if place not in inside and character.isalpha())
    # Only fences' languages, comments, bare tags and link definitions are no sentences.
    assert not lost or any(mark in text for mark in ("<", "[", "x]", "X]"))


@given(TEXTS)
def test_blocks_are_disjoint_and_in_order(text: str) -> None:
    end = 0
    for block in blocks(text):
        assert end <= block.start < block.end <= len(text)
        end = block.end


@given(st.lists(st.sampled_from(["Bats fly.", "It is 3.5 m.", "Dr. Jo came."]), min_size=1, max_size=20))
def test_joined_sentences_come_apart_again(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "unit", ["Bats fly far. ", "word ", '(a "b. ', "é. A ", "# a\n", "- a\n", "a\n===\n", "a | b\n", "“A. B ", "<!-- "]
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    began = time.perf_counter()
    sentences(text)
    assert time.perf_counter() - began < 10  # quadratic work would take minutes


def test_the_import_is_light() -> None:
    code = "import sys, verifier.text.claims, verifier.text.passages; sys.exit('sentencex' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
