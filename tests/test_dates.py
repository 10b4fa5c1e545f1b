"""Dates in running text, against the calendar of the standard library."""

from __future__ import annotations

from datetime import date

import pytest

from verifier.text.dates import dates, within_a_year
from verifier.text.units import Kind, sign_before, unit_after


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("16 March 2020", (2020, 3, 16), (2020, 3, 16)),
        ("the 16th of March, 2020", (2020, 3, 16), (2020, 3, 16)),
        ("March 16th, 2020", (2020, 3, 16), (2020, 3, 16)),
        ("Sept. 3, 2001", (2001, 9, 3), (2001, 9, 3)),
        ("2020-03-16", (2020, 3, 16), (2020, 3, 16)),
        ("February 2020", (2020, 2, 1), (2020, 2, 29)),
        ("in 1850", (1850, 1, 1), (1850, 12, 31)),
        ("the 1990s", (1990, 1, 1), (1999, 12, 31)),
        ("the 19th century", (1801, 1, 1), (1900, 12, 31)),
        ("the twentieth century", (1901, 1, 1), (2000, 12, 31)),
        ("1999–2005", (1999, 1, 1), (2005, 12, 31)),
        ("the 2018-19 season", (2018, 1, 1), (2019, 12, 31)),
        ("7 and 8 May 2019", (2019, 5, 7), (2019, 5, 8)),
        ("May 3-5, 2019", (2019, 5, 3), (2019, 5, 5)),
    ],
)
def test_days_spanned(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    (found,) = dates(text)
    assert (found.first, found.last) == (date(*first).toordinal(), date(*last).toordinal())


@pytest.mark.parametrize("text", ["31 February", "300 BC", "March on", "version 2020.1", "$1990", "may 5", "12:1990"])
def test_no_dates(text: str) -> None:
    assert dates(text) == []


def test_spans_are_the_text_s_own_and_in_order() -> None:
    text = "From May 3, 2021 back to 16 March 2020 and the late 1990s"
    assert [text[d.start : d.end] for d in dates(text)] == ["May 3, 2021", "16 March 2020", "late 1990s"]


def test_days_without_their_year() -> None:
    (whole,) = dates("9 April 2021")
    (bare,) = dates("April 9")
    assert bare.yearless
    assert within_a_year(whole.first, whole.last) == (bare.first, bare.last)
    assert within_a_year(*(lambda d: (d.first, d.last))(dates("in 2021")[0])) is None


@pytest.mark.parametrize(
    ("unit", "kind", "value", "common"),
    [
        ("miles", Kind.LENGTH, 5, 8046.72),
        ("pounds", Kind.MASS, 10, 4.5359237),
        ("°F", Kind.TEMPERATURE, 212, 100),
        ("square miles", Kind.AREA, 1, 2_589_988.110336),
        ("hours", Kind.DURATION, 12, 0.5),
        ("km/h", Kind.SPEED, 36, 10),
        ("out of 10", Kind.RATING, 8, 8),
        ("gallons", Kind.VOLUME, 1, 3.785411784),
    ],
)
def test_units_in_their_common_unit(unit: str, kind: Kind, value: float, common: float) -> None:
    found = unit_after(f"{value} {unit} of it", len(str(value)))
    assert found is not None
    assert found.unit.kind is kind
    assert found.unit.common(value) == pytest.approx(common)


def test_signs_before_a_number() -> None:
    text = "It cost US$ 5."
    found = sign_before(text, text.index("5"))
    assert found is not None
    assert (found.unit.name, text[found.place :]) == ("USD", "US$ 5.")
    assert sign_before("It cost 5.", 8) is None
