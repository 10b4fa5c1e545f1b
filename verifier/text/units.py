"""Units of measure in running text: which one stands after a number or before it, and its size in a common unit.

One table. Sizes are those of the International System of Units (BIPM, SI Brochure, 9th edition) and of the
international yard and pound of 1959; pints, gallons and fluid ounces are those of the United States.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a number measures. Only numbers of one kind can be compared."""

    COUNT = "count"
    ORDINAL = "ordinal"
    PERCENT = "per cent"
    RATING = "rating"
    MONEY = "money"
    LENGTH = "length"
    AREA = "area"
    MASS = "mass"
    VOLUME = "volume"
    SPEED = "speed"
    TEMPERATURE = "temperature"
    DURATION = "duration"
    DATE = "date"
    YEARLESS = "date without a year"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of one kind: ``value * size + shift`` is the value in metres, kilograms, litres, days, °C and so on."""

    kind: Kind
    name: str
    size: float = 1.0
    shift: float = 0.0

    def common(self, value: float) -> float:
        """A value of this unit in the kind's common unit.

        >>> [round(Unit(Kind.TEMPERATURE, "°F", 5 / 9, -160 / 9).common(v), 6) for v in (32, 212)]
        [0.0, 100.0]
        """
        return value * self.size + self.shift


@dataclass(frozen=True, slots=True)
class UnitFound:
    """A unit and where its name ends or, for a sign before a number, begins."""

    unit: Unit
    place: int


_MILE, _FOOT, _POUND, _GALLON = 1609.344, 0.3048, 0.45359237, 3.785411784
_TABLE: dict[Kind, tuple[tuple[str, float, str], ...]] = {
    Kind.PERCENT: (("%", 1, "%|percent|per cent"),),
    Kind.RATING: tuple(
        (f"/{most}", 1.0, rf"/\s?{most}(?![\d/%]|[.,]\d)| ?out of (?:a possible )?(?:{most}|{word})")
        for most, word in ((4, "four"), (5, "five"), (10, "ten"), (20, "twenty"), (100, "a hundred"))
    ),
    Kind.LENGTH: (
        ("mm", 1e-3, "mm|millimet(?:er|re)s?"),
        ("cm", 1e-2, "cm|centimet(?:er|re)s?"),
        ("m", 1, "m|met(?:er|re)s?"),
        ("km", 1e3, "kms?|kilomet(?:er|re)s?"),
        ("inch", _FOOT / 12, "inch(?:es)?"),
        ("foot", _FOOT, "ft|foot|feet"),
        ("yard", 3 * _FOOT, "yds?|yards?"),
        ("mile", _MILE, "mi|miles?"),
        ("nautical mile", 1852, "nmi|nautical miles?"),
    ),
    Kind.AREA: (
        ("m²", 1, "m²|m2|sq m|square met(?:er|re)s?"),
        ("km²", 1e6, "km²|km2|sq km|square kilomet(?:er|re)s?"),
        ("hectare", 1e4, "ha|hectares?"),
        ("acre", 4840 * 9 * _FOOT**2, "acres?"),
        ("square foot", _FOOT**2, "sq ft|square f(?:oo|ee)t"),
        ("square mile", _MILE**2, "sq mi|square miles?"),
    ),
    Kind.MASS: (
        ("mg", 1e-6, "mg|milligrams?"),
        ("g", 1e-3, "g|grams?|grammes?"),
        ("kg", 1, "kgs?|kilos?|kilograms?|kilogrammes?"),
        ("tonne", 1e3, "tonnes?|metric tons?"),
        ("ounce", _POUND / 16, "oz|ounces?"),
        ("pound", _POUND, "lbs?|pounds?"),
        ("ton", 1e3, "tons?"),
    ),
    Kind.VOLUME: (
        ("ml", 1e-3, "ml|mL|millilit(?:er|re)s?"),
        ("l", 1, "l|L|lit(?:er|re)s?"),
        ("m³", 1e3, "m³|m3|cubic met(?:er|re)s?"),
        ("pint", _GALLON / 8, "pints?"),
        ("gallon", _GALLON, "gal|gallons?"),
    ),
    Kind.SPEED: (
        ("m/s", 1, "m/s|met(?:er|re)s per second"),
        ("km/h", 1 / 3.6, "km/h|kph|kmh|kilomet(?:er|re)s (?:per|an) hour"),
        ("mph", _MILE / 3600, "mph|miles (?:per|an) hour"),
        ("knot", 1852 / 3600, "knots?"),
    ),
    Kind.DURATION: (
        ("second", 1 / 86400, "s|secs?|seconds?"),
        ("minute", 1 / 1440, "mins?|minutes?"),
        ("hour", 1 / 24, "h|hrs?|hours?"),
        ("day", 1, "days?"),
        ("week", 7, "weeks?"),
        ("month", 365.25 / 12, "months?"),
        ("year", 365.25, "yrs?|years?"),
        ("decade", 3652.5, "decades?"),
        ("century", 36525, "centur(?:y|ies)"),
    ),
    Kind.MONEY: (
        ("USD", 1, "dollars?|US dollars?|USD"),
        ("EUR", 1, "euros?|EUR"),
        ("GBP", 1, "pounds sterling|GBP"),
        ("JPY", 1, "yen"),
        ("INR", 1, "rupees?"),
    ),
}
_DEGREES = (
    (Unit(Kind.TEMPERATURE, "°C"), r"°\s?C|℃|(?:degrees? )?(?:[Cc]elsius|[Cc]entigrade)"),
    (Unit(Kind.TEMPERATURE, "°F", 5 / 9, -160 / 9), r"°\s?F|℉|(?:degrees? )?[Ff]ahrenheit"),
)
_SIGNS = {
    "US$": "USD", "US $": "USD", "$": "USD", "USD": "USD", "A$": "AUD", "C$": "CAD", "HK$": "HKD", "€": "EUR",
    "EUR": "EUR", "£": "GBP", "GBP": "GBP", "₹": "INR", "Rs": "INR", "Rs.": "INR", "¥": "JPY",
}  # fmt: skip
_UNITS = [(Unit(kind, name, size), pattern) for kind, rows in _TABLE.items() for name, size, pattern in rows] + list(
    _DEGREES
)
_AFTER = [(unit, re.compile(rf"[\s-]{{0,2}}(?:{pattern})(?![\w²³])(?!/\w)")) for unit, pattern in _UNITS]
_SIGN = re.compile(rf"(?<!\w)({'|'.join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))})\s?$")


def unit_after(text: str, place: int) -> UnitFound | None:
    """The unit that begins at ``place``, after a space or a hyphen; the longest where several fit.

    >>> [unit_after("5 square miles", 1).unit.name, unit_after("20-minute walk", 2).unit.name, unit_after("9 cats", 1)]
    ['square mile', 'minute', None]
    """
    found = [UnitFound(unit, match.end()) for unit, pattern in _AFTER if (match := pattern.match(text, place))]
    return max(found, key=lambda f: f.place, default=None)


def sign_before(text: str, place: int) -> UnitFound | None:
    """The currency sign that ends at ``place``.

    >>> sign_before("It cost US$5", 11).unit.name
    'USD'
    """
    match = _SIGN.search(text, max(0, place - 5), place)
    return UnitFound(Unit(Kind.MONEY, _SIGNS[match[1]]), match.start()) if match else None
