from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.datatypes import Claim
from verifier.errors import UsageError
from verifier.text.claims import MAX_WORDS, as_claim, find_claims, is_checkable

PAGE = """---
title: Vinegar keeps food.
checked: 2026-11-24
---
# Vinegar is old

Vinegar is **sour**, see [the page](https://x.org/a. B). It boils.[1]
Do you like it? ![A jar. Of vinegar.](jar.png)

- Vinegar keeps food.
- [x] Salt keeps food. Ice too.
  1. Smoke keeps meat.

```python
print("Code is no claim.")
```

| food | keeps |
|------|-------|
| meat | Three days. |

> Sugar keeps jam
> for a year.

Old heading
-----------

<!-- A note. -->
<div align="center">

[1]: https://x.org/b
"""


def test_a_markdown_page() -> None:
    assert [claim.text for claim in find_claims(PAGE)] == [
        "Vinegar is sour, see the page.",
        "It boils.",
        "Do you like it?",
        "Vinegar keeps food.",
        "Salt keeps food.",
        "Ice too.",
        "Smoke keeps meat.",
        "Sugar keeps jam\nfor a year.",
    ]


def test_offsets_point_at_the_source() -> None:
    claims = find_claims(PAGE)
    assert PAGE[claims[0].start : claims[0].end] == "Vinegar is **sour**, see [the page](https://x.org/a. B)."
    assert PAGE[claims[4].start : claims[4].end] == "Salt keeps food."
    assert PAGE[claims[7].start : claims[7].end] == "Sugar keeps jam\n> for a year."


def test_what_cannot_be_checked_is_marked_and_kept() -> None:
    claims = find_claims("Hello there! Bats are mammals. Are they birds? I think they are lovely.")
    assert [claim.checkable for claim in claims] == [False, True, False, False]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("*Bats* fly.", "Bats fly."),
        ("**Bats** fly.", "Bats fly."),
        ("***Bats*** fly.", "Bats fly."),
        ("**Bats fly.**", "Bats fly."),
        ("_Bats_ and __birds__ fly.", "Bats and birds fly."),
        ("~~Bats~~ fly.", "Bats fly."),
        ("`bat_fly()` is used.", "bat_fly() is used."),
        ("A [bat](b_(animal)) flies.", "A bat flies."),
        ("A [bat][1] flies.", "A bat flies."),
        ("A [**bat**](b) flies.", "A bat flies."),
        ("A <b>bat</b> flies.", "A bat flies."),
        ("Bats fly[^1] far.", "Bats fly far."),
        ("Bats fly \\*far\\*.", "Bats fly *far*."),
        ("![Bat](b.png)Bats fly.", "Bats fly."),
    ],
)
def test_marks_are_taken_out(marked: str, plain: str) -> None:
    (claim,) = find_claims(marked)
    assert claim.text == plain


@pytest.mark.parametrize(
    "text",
    [
        "3 * 4 = 12 and 5 * 6 = 30.",
        "snake_case_name is a name.",
        "list[0] is first.",
        "a < b and c > d hold.",
        "2**3 is 8.",
        "C:\\data is a folder.",
    ],
)
def test_signs_that_are_no_marks_stay(text: str) -> None:
    assert [claim.text for claim in find_claims(text)] == [text]


def test_a_text_without_prose_has_no_claims() -> None:
    assert [find_claims(text) for text in ("", "\n \n", "# Only a heading", "```\ncode.\n```", "***")] == [[]] * 5


def test_a_rule_under_a_paragraph_does_not_hide_it() -> None:
    assert [claim.text for claim in find_claims("Bats fly. Birds fly.\n---\nFish swim.")] == [
        "Bats fly.",
        "Birds fly.",
        "Fish swim.",
    ]


def test_a_rule_under_wrapped_lines_does_not_hide_them() -> None:
    assert [claim.text for claim in find_claims("Bats fly\nby night\n---\nFish swim.")] == [
        "Bats fly\nby night",
        "Fish swim.",
    ]


WORDS = st.sampled_from(
    ["Bats fly. ", "é😀 is it? ", "\n\n", "- ", "Dr. Jo saw 3.5 m. ", "“Go.” ", "1. ", "\n", "\r\n", "(One. Two.) "]
)
MARKED = st.sampled_from(
    ["**", "*", "_", "`", "[a](b)", "![a](b)", "[", "](", ")", "<b>", "\\", "> ", "# ", "~~", "[1]", "<!--", "---", "|"]
)


@given(st.lists(WORDS, max_size=25).map("".join))
def test_claims_of_plain_text_are_slices(text: str) -> None:
    for claim in find_claims(text):
        assert text[claim.start : claim.end] == claim.text == claim.text.strip() != ""


@given(st.lists(st.one_of(WORDS, MARKED, st.text(max_size=5)), max_size=30).map("".join))
def test_claims_of_any_text_are_in_order_and_made_of_their_source(text: str) -> None:
    end = 0
    for claim in find_claims(text):
        assert end <= claim.start < claim.end <= len(text)
        end = claim.end
        source = iter(text[claim.start : claim.end])
        assert all(character in source for character in claim.text)  # a subsequence
        assert claim.text[0] == text[claim.start]
        assert claim.text[-1] == text[claim.end - 1]


@pytest.mark.parametrize(
    "unit",
    [
        "**a ",
        "_a ",
        "[a](",
        "![a](",
        "<b ",
        "<!-- ",
        "`a ",
        "*a **b ",
        "[",
        "\\",
        "(a](",
        "``a`",
        "~~a",
        "[1",
        "a will be by ",
    ],
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    began = time.perf_counter()
    find_claims(text)
    assert time.perf_counter() - began < 10  # quadratic work would take minutes


def test_the_whole_text_as_one_claim() -> None:
    text = " \n Bats fly. They sleep by day.\n"
    claim = as_claim(text)
    assert claim == Claim("Bats fly. They sleep by day.", 3, 31, checkable=True)
    assert text[claim.start : claim.end] == claim.text


@given(st.text(min_size=1).filter(lambda text: any(c.isalnum() for c in text)))
def test_the_whole_text_has_exact_offsets(text: str) -> None:
    claim = as_claim(text)
    assert text[claim.start : claim.end] == claim.text == text.strip()


def test_one_sentence_that_can_be_checked_is_enough() -> None:
    assert as_claim("What is a bat? It is a mammal.").checkable
    assert not as_claim("What is a bat? I like bats.").checkable


@pytest.mark.parametrize("text", ["", "  \n", "...", "!?"])
def test_no_words_are_no_claim(text: str) -> None:
    with pytest.raises(UsageError, match="claim in words"):
        as_claim(text)


def test_a_claim_has_a_longest_length() -> None:
    assert as_claim("bats " * MAX_WORDS).end == MAX_WORDS * 5 - 1
    with pytest.raises(UsageError, match="2,001"):
        as_claim("bats " * (MAX_WORDS + 1))


@pytest.mark.parametrize(
    "sentence",
    [
        "Is the Earth flat?",
        "Is the Earth flat",
        "What is the capital of France",
        "How many moons has Mars",
        "The Earth is flat, isn't it?",
        "Preheat the oven to 200 degrees.",
        "Click the button below.",
        "First, stir the soup.",
        "Please read the manual.",
        "Note that this is short.",
        "Don't touch the stove.",
        "Let's go to Paris.",
        "I think the Earth is flat.",
        "We believe in ghosts.",
        "In my opinion, tea beats coffee.",
        "Paris is the best city in the world.",
        "Vermeer is the greatest painter of all time.",
        "The sunset is beautiful.",
        "The film was really boring.",
        "The government should lower taxes.",
        "What a lovely day!",
        "It will rain tomorrow.",
        "By 2050, robots will do all work.",
        "Germany is going to win the next World Cup next year.",
        "They will probably lose.",
        "Hello!",
        "Good morning everyone.",
        "Thanks for reading.",
        "I hope this helps!",
        "Here are the three main reasons:",
        "Bats",
        "Early Life",
        "...",
    ],
)
def test_not_checkable(sentence: str) -> None:
    assert not is_checkable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Earth is flat.",
        "Bats fly",
        "NASA Finds Water On Mars",
        "Will Smith is an actor.",
        "Do Kwon founded Terra.",
        "Use of antibiotics rose in 2010.",
        "Run the Jewels is a hip hop duo.",
        "Check Point is a company.",
        "When the war ended, the king fled.",
        "What is known today as Istanbul was Constantinople.",
        "A Beautiful Mind is a film of 2001.",
        "Critics called it the best film of the year.",
        "Titanic won the award for the best picture.",
        "Water will boil at 100 degrees at sea level.",
        "Jupiter has the greatest mass of the planets.",
        "The film “Who Framed Roger Rabbit?” is of 1988.",
        "Hello is a song by Adele.",
        "The best-known theorem is that of Pythagoras.",
        "Die Erde ist rund.",
        "地球は丸い。",
        "I. Newton was born in 1643.",
    ],
)
def test_checkable(sentence: str) -> None:
    assert is_checkable(sentence)
