"""The words around a number that make a bound of it: "more than", "up to", "nearly", "or more", "before" a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Bound(StrEnum):
    """What the words around a number make of it. ``SINCE`` stands for all that only touch a date."""

    PLAIN = "plain"
    ABOUT = "about"
    NEARLY = "nearly"
    OVER = "over"
    UNDER = "under"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    RANGE = "range"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class BoundFound:
    """A bound, and where its words begin or, after a number, end.

    ``doubtful`` when a "not" is before it, or what makes another date of a date ("two days after").
    """

    bound: Bound
    place: int
    doubtful: bool = False


# What is longer comes first: "no more than" is no "more than".
_NUMBER = {
    Bound.AT_MOST: "at most|up to|no more than|not more than|(?:a )?maximum of|as many as|as much as|not exceeding",
    Bound.AT_LEAST: "at least|(?:no|not) (?:fewer|less) than|(?:a )?minimum of",
    Bound.NEARLY: "nearly|almost|close to|just (?:under|below|shy of)|approaching",
    Bound.OVER: "(?:more|greater|higher|larger|longer|older) than|over|above|upwards of|in excess of|"
    "exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?",
    Bound.UNDER: "(?:less|fewer|lower|smaller|shorter|younger) than|under|below",
    Bound.ABOUT: r"about|around|approximately|roughly|some|circa|c\.|ca\.|an estimated|estimated(?: at)?|~|≈",
}
_DATE = {
    Bound.SINCE: "since|from|until|till|to|by|as of|through|up to|starting in|beginning in",
    Bound.UNDER: "before|prior to|earlier than",
    Bound.OVER: "after|later than|following",
    Bound.ABOUT: r"around|about|circa|c\.|ca\.|approximately",
    Bound.PLAIN: "in|on|of|during|for|year|and|dated|between|early|late|mid",
}
_BEHIND = {
    Bound.AT_LEAST: re.compile(r"\+|(?: \w+)? or (?:more|above|older|longer)\b"),
    Bound.AT_MOST: re.compile(r"(?: \w+)? or (?:less|fewer|under|younger)\b"),
    Bound.ABOUT: re.compile(r"(?: \w+)? or so\b"),
}
_TORN = re.compile(r"\b(?:less|more|fewer) (?:the )?$", re.IGNORECASE)
_ACROSS = re.compile(
    r"\b(?:averag\w+|spread|broadcast|aired|divided|split|distributed|published|played|held|took|takes?|last\w*|based|"
    r"for|run|runs|ran) over\s+$",
    re.IGNORECASE,
)
_COUNTED_OFF = re.compile(
    r"\b(?:days?|weeks?|months?|years?|hours?|minutes?|shortly|soon|long|just|immediately|right|eve) (?:of )?$",
    re.IGNORECASE,
)
_GAP = r"(?: (?:the|an?|just|well|slightly|a total of|year|years))?\s*$"
_DENIED = re.compile(r"(?:\bnot|n't|n’t|\bnever|\bno|\bneither|\bnor|\bwithout)\s+(?:\w+\s+)?$", re.IGNORECASE)


def _compiled(table: dict[Bound, str]) -> dict[Bound, re.Pattern[str]]:
    return {bound: re.compile(rf"(?<![\w-])(?:{words}){_GAP}", re.IGNORECASE) for bound, words in table.items()}


_BEFORE_NUMBER, _BEFORE_DATE = _compiled(_NUMBER), _compiled(_DATE)
_REACH = 40


def bound_before(text: str, place: int, *, date: bool = False) -> BoundFound | None:
    """The bound whose words end at ``place``, where a number or, with ``date``, a date begins.

    >>> bound_before("It has no more than 14", 20)
    BoundFound(bound=<Bound.AT_MOST: 'at most'>, place=7, doubtful=False)
    >>> bound_before("It has 14", 7), bound_before("not before 1850", 11, date=True).doubtful
    (None, True)
    """
    for bound, pattern in (_BEFORE_DATE if date else _BEFORE_NUMBER).items():
        if match := pattern.search(text, max(0, place - _REACH), place):
            begin = max(0, match.start() - _REACH)
            doubtful = _DENIED.search(text, begin, match.start()) or _ACROSS.search(text, begin, place)
            if date and bound is not Bound.PLAIN:
                doubtful = doubtful or _COUNTED_OFF.search(text, begin, match.start())
            return BoundFound(bound, match.start(), doubtful is not None)
    if not date and (match := _TORN.search(text, max(0, place - _REACH), place)):
        return BoundFound(Bound.PLAIN, match.start(), True)
    return None


def bound_after(text: str, place: int) -> BoundFound | None:
    """The bound whose words begin at ``place``, where a number with its unit ends.

    >>> bound_after("14 days or more", 2).bound.value
    'at least'
    """
    for bound, pattern in _BEHIND.items():
        if match := pattern.match(text, place):
            return BoundFound(bound, match.end())
    return None
