"""What the numbers of a text say: of what kind they are, what they count, and which values they leave open.

"More than 14 gates" is a count of gates above 14; "nearly 1.2 million" a value a little below it; "between 80 and 90 %"
a range; "in March 2020" a span of days. Whether the quantities of two texts agree is left to
:mod:`verifier.judging.quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import inf, nextafter

from verifier.text.bounds import Bound, bound_after, bound_before
from verifier.text.counted import (
    NOTHING,
    Counted,
    counted_after,
    counted_at,
    is_glued,
    is_modifier,
    is_named,
    is_negative,
    is_year,
    numbered_after,
)
from verifier.text.dates import Dated, dates
from verifier.text.numbers import SCALES, Number, numbers
from verifier.text.units import Kind, Unit, sign_before, unit_after
from verifier.text.words import stem

_YEAR = 365.25
_SCALES = re.compile(r"\s(crores?|lakhs?|M|B)\b")
_SIZES = {"crore": 1e7, "lakh": 1e5, "M": 1e6, "B": 1e9}
_SCALED = re.compile(r"[1-9]\d*?(0*)[ -]([A-Za-z]+)")
_LOOSE = {"dozen", *SCALES}  # "a dozen", "a hundred"
_PER = re.compile(r"[^.,;()]{0,30}?(?:\bper |\b(?:an?|each|every) (?=(?:day|week|month|year|hour)\b)|/)([a-z]\w*)")
_DASH = re.compile(r"\s?[–-]\s?")
_JOINS = re.compile(r"\s+(and|to)\s+(?:the )?")
_SCALE = re.compile(r"(thousand|million|billion|trillion)")
_OPENS = re.compile(r"\b(between|from)\s+(?:the )?$", re.IGNORECASE)
_CHANGED = re.compile(
    r"\b(?:rose|risen|rising|grew|grown|increas\w+|fell|fallen|decreas\w+|dropp?\w*|declin\w+|chang\w+|went|rais\w+|"
    r"cut|reduc\w+|lower\w+|expand\w+|mov\w+|climb\w+)\b[^.;]{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and bound, ``text[start:end]``: it says that a value lies from ``low`` to ``high``.

    Values are in the kind's common unit (days for dates). A value up to ``near`` outside still rounds to what is
    stated; one up to ``slack`` outside is not surely another. ``counted`` is the noun that is counted, if one was
    found, and ``per`` the stem of what it is a rate of. What is not ``firm`` is stated too loosely to be contradicted.
    """

    start: int
    end: int
    unit: Unit
    low: float
    high: float
    near: float = 0.0
    slack: float = 0.0
    bound: Bound = Bound.PLAIN
    counted: Counted = NOTHING
    per: str = ""
    firm: bool = True

    @property
    def kind(self) -> Kind:
        """What is measured."""
        return self.unit.kind


def quantities(text: str) -> list[Quantity]:
    """Every quantity of the text, in order.

    >>> text = "More than 14 gates and between 80 and 90 % of the walls stood in 1850."
    >>> [(text[q.start : q.end], q.kind.value, q.counted.noun) for q in quantities(text)]
    [('More than 14', 'count', 'gat'), ('between 80 and 90 %', 'per cent', ''), ('1850', 'date', '')]
    >>> quantities("Apollo 11 and Formula 1")
    []
    """
    dated = [d for d in dates(text) if not d.bare or is_year(text, d)]
    found = [_of_date(text, d) for d in dated]
    free = [n for n in numbers(text) if all(n.end <= d.start or n.start >= d.end for d in dated)]
    for number, after in zip_longest(free, free[1:]):
        if found and number.start < found[-1].end and found[-1].start <= number.start:
            continue  # the ten of "8 out of 10"
        if after and (span := _dashed(text, number, after)):
            found.append(span)
        elif not is_named(text, number):
            found.append(_of_number(text, number))
    return [_bounded(text, q) for q in _ranged(text, sorted(found, key=lambda q: q.start))]


def _of_date(text: str, dated: Dated) -> Quantity:
    unit = Unit(Kind.YEARLESS if dated.yearless else Kind.DATE, "")
    firm = not dated.part and not is_modifier(text, dated)
    return Quantity(dated.start, dated.end, unit, dated.first, dated.last, firm=firm)


def _of_number(text: str, number: Number) -> Quantity:
    unit, start, end = _unit_of(text, number)
    scale = 1.0
    if match := _SCALES.match(text, number.end):
        scale, end = _SIZES[match[1].rstrip("s")], max(end, match.end())
    below = unit.kind is Kind.TEMPERATURE and is_negative(text, number.start)
    value = unit.common(number.value * scale * (-1 if below else 1))
    near, slack = _rounding(text, number, unit, scale)
    counted = NOTHING
    if unit.kind in (Kind.COUNT, Kind.ORDINAL):
        counted = counted_at(text, start, end) if unit.kind is Kind.COUNT else numbered_after(text, end)
    rate = _PER.match(text, end)
    per = stem(rate[1]) if rate else ""
    firm = text[number.start : number.end].lower() not in _LOOSE
    return Quantity(start, end, unit, value, value, near, slack, counted=counted, per=per, firm=firm)


def _unit_of(text: str, number: Number) -> tuple[Unit, int, int]:
    if number.ordinal:
        return Unit(Kind.ORDINAL, ""), number.start, number.end
    if sign := sign_before(text, number.start):
        return sign.unit, sign.place, number.end
    if found := unit_after(text, number.end):
        return found.unit, number.start, found.place
    return Unit(Kind.COUNT, ""), number.start, number.end


def _rounding(text: str, number: Number, unit: Unit, scale: float) -> tuple[float, float]:
    """How far from the number a value may lie that rounds to it, and that is not surely another.

    Whole numbers of things are exact below a hundred, and may have been rounded a little up to a thousand. Before a
    scale word all digits count, but for the zeros of round hundreds: 280 million is given to the million.
    """
    value, step = abs(number.value * scale * unit.size), number.step * scale * unit.size
    counts = unit.kind in (Kind.COUNT, Kind.ORDINAL, Kind.MONEY)
    if scaled := _SCALED.fullmatch(text, number.start, number.end):
        step = scale * unit.size * SCALES.get(scaled[2].lower(), 1e6) * float(f"1e{max(0, len(scaled[1]) - 1)}")
    if scaled or not number.step.is_integer() or scale > 1 or number.value >= 1000:
        return min(step / 2, value / 20), min(0.75 * step, value / 5)
    if number.value < 100 and counts:
        return 0.0, 0.0
    return (0.0 if counts else unit.size / 2), min(0.75 * step, value / 10)


def _dashed(text: str, one: Number, two: Number) -> Quantity | None:
    """The range of "10-15 people", where a unit or a counted noun shows that it is no score."""
    if one.value >= two.value or not _DASH.fullmatch(text, one.end, two.start) or is_glued(text, one.start):
        return None
    upper, sign = _of_number(text, two), sign_before(text, one.start)
    if sign and upper.kind is Kind.COUNT:
        upper = replace(upper, unit=sign.unit)
    if upper.kind is Kind.COUNT and not upper.counted.noun:
        return None
    return _span(upper, sign.place if sign else one.start, upper.unit.common(one.value), text)


def _ranged(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """The quantities with "between A and B" and "from A to B" made one."""
    waiting: Quantity | None = None
    for quantity in found:
        joined = _range_of(text, waiting, quantity) if waiting else None
        if waiting and not joined:
            yield waiting
        waiting = joined or quantity
    if waiting:
        yield waiting


def _range_of(text: str, one: Quantity, two: Quantity) -> Quantity | None:
    opens = _OPENS.search(text, max(0, one.start - 20), one.start)
    joins = _JOINS.fullmatch(text, one.end, two.start)
    if not joins or (joins[1] == "and" and not (opens and opens[1].lower() == "between")):
        return None
    low = one.low
    if one.kind is not two.kind:
        if one.kind is not Kind.COUNT or one.counted.noun or two.kind in (Kind.ORDINAL, Kind.DATE, Kind.YEARLESS):
            return None
        low = two.unit.common(one.low)
    if low >= two.high or one.bound is Bound.RANGE:
        return None
    changes = joins[1] == "to" and bool(_CHANGED.search(text, max(0, one.start - 60), one.start))
    firm = two.firm and not changes and not (two.kind is Kind.DATE and joins[1] == "to")
    return replace(_span(two, opens.start() if opens else one.start, low, text), firm=firm)


def _span(upper: Quantity, start: int, low: float, text: str) -> Quantity:
    """The range from ``low`` to a quantity, whose scale word counts for both: "between 5 and 10 million"."""
    scale = _SCALE.search(text, upper.start, upper.end)
    if scale and low * SCALES[scale[1]] <= upper.high:
        low *= SCALES[scale[1]]
    return replace(upper, start=start, low=low, near=0.0, slack=0.0, bound=Bound.RANGE)


def _bounded(text: str, plain: Quantity) -> Quantity:
    """A quantity with the bound that its neighbours give it."""
    date = plain.kind in (Kind.DATE, Kind.YEARLESS)
    if plain.kind is Kind.ORDINAL:  # "before the third round"
        around = bound_before(text, plain.start), bound_before(text, plain.start, date=True)
        return replace(plain, firm=all(found is None or found.bound is Bound.PLAIN for found in around))
    found = bound_before(text, plain.start, date=date) or (None if date else bound_after(text, plain.end))
    if found is None or found.bound is Bound.PLAIN or plain.bound is Bound.RANGE:
        return replace(plain, firm=plain.firm and not (found and found.doubtful))
    value = 30 * _YEAR if date else abs(plain.high)  # "around 1990" may be 1993
    low, high, near, slack = {
        Bound.OVER: (nextafter(plain.high, inf), inf, 0.0, 0.0 if date else value / 20),
        Bound.AT_LEAST: (plain.low, inf, 0.0, 0.0),
        Bound.UNDER: (-inf, nextafter(plain.low, -inf), 0.0, 0.0 if date else value / 20),
        Bound.AT_MOST: (-inf, plain.high, 0.0, 0.0),
        Bound.NEARLY: (plain.low - value / 10, plain.high, 0.0, value / 20),
        Bound.ABOUT: (plain.low, plain.high, max(plain.near, value / 10), max(plain.slack, value / 4)),
        Bound.SINCE: (plain.low, plain.high, 0.0, 0.0),
    }[found.bound]
    loose = found.doubtful or found.bound is Bound.SINCE or (date and found.bound is Bound.ABOUT)
    start, end = min(plain.start, found.place), max(plain.end, found.place)
    counted = plain.counted if plain.counted.noun or plain.kind is not Kind.COUNT else counted_after(text, end)
    firm = plain.firm and not loose
    return Quantity(start, end, plain.unit, low, high, near, slack, found.bound, counted, plain.per, firm)
