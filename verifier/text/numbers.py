"""Numbers in running text: where they stand, what they are worth, and how finely they are stated.

Digits with separators, decimals, scale words, number words, ordinals. What a number counts, and whether two of them
disagree, is left to :mod:`verifier.judging.quantities`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
WORDS = (
    {word: value for value, word in enumerate(_UNITS)}
    | {word: 10 * (value + 2) for value, word in enumerate(_TENS)}
    | {"dozen": 12, "once": 1, "twice": 2, "thrice": 3, "half": 0.5}
)
ORDINALS = {word: value + 1 for value, word in enumerate(_ORDINALS)}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "billions": 1e9,
    "trillion": 1e12, "mn": 1e6, "bn": 1e9,
}  # fmt: skip

_SPELLED = "|".join(sorted([*WORDS, *ORDINALS], key=len, reverse=True))
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_NUMBER = re.compile(
    r"(?<![\w.])(?<!\d,)(?:"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|(?P<decade>'?s)\b|(?P<suffix>[kmKM])\b|[ -](?P<scale>{_SCALE})\b)?"
    rf"|(?P<tens>{'|'.join(_TENS)})[ -](?P<ones>{'|'.join([*_UNITS[1:10], *_ORDINALS[:9]])})\b"
    rf"|(?P<word>{_SPELLED})(?:[ -](?P<wordscale>{_SCALE})\b)?\b"
    rf"|(?P<alone>hundred|thousand|million|billion|trillion)\b"
    r")",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[A-Za-z]-$")  # COVID-19, Airbus A-320


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a text, ``text[start:end]``. ``step`` is the place value of its last digit that is not a zero.

    ``ordinal`` is true for "third" and "6th", ``spelled`` for number words, ``grouped`` for digits with commas.
    """

    start: int
    end: int
    value: float
    step: float
    ordinal: bool = False
    spelled: bool = False
    grouped: bool = False

    @property
    def is_year(self) -> bool:
        """Four plain digits from 1000 to 2199."""
        return self.end - self.start == 4 and not (self.spelled or self.grouped) and 1000 <= self.value < 2200


def numbers(text: str) -> list[Number]:
    """Every number of the text, in order.

    >>> [(text[n.start:n.end], n.value) for text in ["About 1.2 million people, twenty-five of them 3rd in 1,200 races"]
    ...  for n in numbers(text)]
    [('1.2 million', 1200000.0), ('twenty-five', 25.0), ('3rd', 3.0), ('1,200', 1200.0)]
    >>> numbers("COVID-19 and the A330neo")
    []
    """
    return [
        _parsed(match)
        for match in _NUMBER.finditer(text)
        if not (match["digits"] and _NAMED.search(text, max(0, match.start() - 2), match.start()))
    ]


def _parsed(match: re.Match[str]) -> Number:
    start, end = match.span()
    if match["digits"]:
        plain = match["digits"].replace(",", "")
        suffix = (match["suffix"] or "").lower()
        scale = SCALES[match["scale"].lower()] if match["scale"] else {"k": 1e3, "m": 1e6}.get(suffix, 1.0)
        value = float(plain) * scale
        return Number(start, end, value, _step(plain) * scale, bool(match["ordinal"]), False, "," in match["digits"])
    if match["tens"]:
        ones = match["ones"].lower()
        last = WORDS.get(ones, ORDINALS.get(ones, 0))
        return Number(start, end, float(WORDS[match["tens"].lower()] + last), 1.0, ones in ORDINALS, True)
    if match["alone"]:
        value = SCALES[match["alone"].lower()]
        return Number(start, end, value, value, False, True)
    word = match["word"].lower()
    scale = SCALES[match["wordscale"].lower()] if match["wordscale"] else 1.0
    value = float(WORDS.get(word, ORDINALS.get(word, 0))) * scale
    return Number(start, end, value, scale, word in ORDINALS, True)


def _step(digits: str) -> float:
    """Place value of the last digit that is not a trailing zero.

    >>> [_step(text) for text in ("1200", "1198", "0.25", "10.0")]
    [100.0, 1.0, 0.01, 0.1]
    """
    if "." in digits:
        return float(f"1e-{len(digits.split('.')[1])}")
    stripped = digits.rstrip("0")
    return float(f"1e{len(digits) - len(stripped)}") if stripped else 1.0  # inf for hundreds of zeros, not an error


def rounds_to(exact: Number, stated: Number) -> bool:
    """Whether ``stated`` is what ``exact`` becomes when it is rounded as finely as ``stated`` is given.

    >>> a, b, c = numbers("1,198,430 or 1.2 million or 1.3 million")
    >>> rounds_to(a, b), rounds_to(a, c)
    (True, False)
    """
    return abs(exact.value - stated.value) <= stated.step / 2
