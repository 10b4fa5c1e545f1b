"""Dates in running text as the days they span: "16 March 2020", "March 2020", "2020-03-16", 2020, the 1990s, centuries.

A day is its ordinal in the proleptic Gregorian calendar (:meth:`datetime.date.toordinal`). What happens on a date, and
whether two dates disagree, is left to :mod:`verifier.judging.quantities`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from verifier.text.numbers import ORDINALS

MONTHS = "January February March April May June July August September October November December".split()
_MONTH = r"(?P<month>" + "|".join(rf"{name}|{name[:3]}\.?(?=\s\d)|{name[:4]}\.?(?=\s\d)" for name in MONTHS) + ")"
_NUMBER, _JOINT = r"0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?", r"(?: and | to | or | ?[–-] ?)"
_DAY, _FROM, _TO = rf"(?P<day>{_NUMBER}", rf"(?:(?P<from>{_NUMBER}{_JOINT})?", rf"(?:{_JOINT}(?P<to>{_NUMBER})?"
_YEAR = r"(?P<year>1\d{3}|20\d\d|21\d\d)"
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_PART = r"(?P<part>early|mid|late|beginning of|start of|middle of|end of)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?<![\w.,/-]){_YEAR}-(?P<number>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\w-])",
        rf"(?<![\w.,/-]){_FROM}{_DAY}(?: of)? {_MONTH}(?:,? (?:of )?{_YEAR}(?![\d/-]\d))?(?!\w)",
        rf"(?<!\w){_MONTH} (?:the )?{_DAY}{_TO}(?:,? {_YEAR}(?![\d/-]\d))?(?![\w,–-]\d|\w)",
        rf"(?<!\w){_MONTH},? (?:of )?{_YEAR}(?!\w|[,/–-]\d)",
        rf"(?<!\w)(?:{_PART}[ -](?:the )?)?(?P<decade>1\d\d|20\d)0(?:'|’)?s(?!\w)",
        rf"(?<!\w)(?:{_PART}[ -](?:the )?)?(?<!twenty[ -])(?P<century>\d\d?(?:st|nd|rd|th)|{_ORDINAL})"
        r"[ -][Cc]entury(?! B\.?\s?C)",
        rf"(?<![\w.,/–:#$€£-])(?:{_PART}[ -])?{_YEAR}(?!\w|[,.]\d|[/–:-]\d|\.\d|%| B\.?\s?C)",
    )
)
_SPAN = re.compile(r"(?<![\w.,/–:#$€£-])(1\d{3}|20\d\d)\s?[–-]\s?(\d\d(?:\d\d)?)(?![\w/–-]|[.,]\d)")
_PARTS = {"early": (0.0, 0.4), "beginning of": (0.0, 0.3), "start of": (0.0, 0.3), "mid": (0.3, 0.7),
          "middle of": (0.3, 0.7), "late": (0.6, 1.0), "end of": (0.7, 1.0)}  # fmt: skip


_LEAP = 2000


@dataclass(frozen=True, slots=True)
class Dated:
    """A date at ``text[start:end]`` that spans the days ``first`` to ``last``, both included.

    Without a year (``yearless``) the days count within a leap year. ``part`` is true for "early", "mid" and "late" and
    for spans of years or days, ``bare`` for four digits alone, which may be no year.
    """

    start: int
    end: int
    first: int
    last: int
    yearless: bool = False
    part: bool = False
    bare: bool = False


def dates(text: str) -> list[Dated]:
    """Every date of the text, in order.

    >>> text = "From 16 March 2020 to May 3, 2021 and in the late 1990s"
    >>> [text[d.start : d.end] for d in dates(text)]
    ['16 March 2020', 'May 3, 2021', 'late 1990s']
    >>> dates("in 2020")[0].last - dates("in 2020")[0].first
    365
    """
    found = [_span(match) for match in _SPAN.finditer(text)]
    for form in _FORMS:
        for match in form.finditer(text):
            free = all(match.end() <= d.start or match.start() >= d.end for d in found)
            if free and (dated := _parsed(match)):
                found.append(dated)
    return sorted(found, key=lambda d: d.start)


def within_a_year(first: float, last: float) -> tuple[int, int] | None:
    """Days of a calendar year as days of a leap year; None unless they lie within one month.

    >>> dated = dates("on 1 March 2019")[0]
    >>> within_a_year(dated.first, dated.last) == (61, 61) == (dates("on 1 March")[0].first, 61)
    True
    """
    if not 1 <= first <= last <= date.max.toordinal():
        return None
    days = [date.fromordinal(int(day)) for day in (first, last)]
    if (days[0].year, days[0].month) != (days[1].year, days[1].month):
        return None
    before = date(_LEAP - 1, 12, 31).toordinal()
    begin, end = (date(_LEAP, day.month, day.day).toordinal() - before for day in days)
    return begin, end


def _span(match: re.Match[str]) -> Dated:
    """The years of "1999-2005" or "2018-19"."""
    begun, ended = int(match[1]), int(match[2]) if len(match[2]) == 4 else int(match[1][:2] + match[2])
    first, last = date(begun, 1, 1).toordinal(), date(max(begun, ended), 12, 31).toordinal()
    return Dated(match.start(), match.end(), first, last, False, True)


def _parsed(match: re.Match[str]) -> Dated | None:
    """The date of a match; None for a day that its month does not have, or a year that the calendar does not."""
    held = {name: value for name, value in match.groupdict().items() if value}
    first, last = _years(held)
    if not 1 <= first <= last <= 9999:
        return None
    if "month" in held or "number" in held:
        days = _days(held, first)
        yearless = "year" not in held
        if days is None:
            return None
        before = date(first - 1, 12, 31).toordinal() if yearless else 0
        several = "from" in held or "to" in held
        return Dated(match.start(), match.end(), days[0] - before, days[1] - before, yearless, several)
    begun, ended = date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()
    low, high = _PARTS.get(held.get("part", ""), (0.0, 1.0))
    length, only = ended - begun, set(held) == {"year"}
    part = "part" in held or held.get("decade", "").endswith("0")
    return Dated(
        match.start(), match.end(), begun + round(length * low), begun + round(length * high), False, part, only
    )


def _years(held: dict[str, str]) -> tuple[int, int]:
    if held.get("decade", "").endswith("0"):  # "the 1900s" may be ten years or a hundred
        return int(held["decade"]) * 10, int(held["decade"]) * 10 + 99
    if "decade" in held:
        return int(held["decade"]) * 10, int(held["decade"]) * 10 + 9
    if "century" in held:
        number = ORDINALS.get(held["century"]) or int(held["century"][:-2])
        return number * 100 - 99, number * 100
    year = int(held.get("year", _LEAP))
    return year, year


def _days(held: dict[str, str], year: int) -> tuple[int, int] | None:
    name = held.get("month", "-").rstrip(".")
    named = next((n for n, full in enumerate(MONTHS, start=1) if name in (full, full[:3], full[:4])), 0)
    month = int(held.get("number", named))
    longest = monthrange(year, month)[1]
    begin, end = int(held.get("from", held.get("day", 1))), int(held.get("to", held.get("day", longest)))
    if not begin <= end <= longest:
        return None
    return date(year, month, begin).toordinal(), date(year, month, end).toordinal()
