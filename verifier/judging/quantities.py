"""Whether the numbers of a claim agree with those of its evidence: arithmetic where models are weak.

Each quantity of the claim is held against those quantities of the evidence that measure the same thing: the same kind
of unit, and for plain counts the same counted noun, for all others a word that stands near both. It agrees when one of
them lies within what the claim says. It disagrees when there are some, no number of that kind in the evidence could
mean the same, and nothing makes it doubtful; all else is absent. What a text's quantities are is read by
:mod:`verifier.text.quantities`; what a disagreement does to a verdict is decided elsewhere.

The rules were chosen by hand; the shares in ``_COVERED`` are the lowest at which, on VitaminC's, FEVER's and
Climate-FEVER's pairs, few disagreements fall on supported claims.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from math import isfinite

from verifier.datatypes import Span
from verifier.text.bounds import Bound
from verifier.text.dates import within_a_year
from verifier.text.nearby import clause, governing_words, near_words
from verifier.text.numbers import WORDS
from verifier.text.quantities import Quantity, quantities
from verifier.text.sentences import sentences
from verifier.text.units import Kind, Unit
from verifier.text.words import content_words


class Match(StrEnum):
    """What the evidence does to one quantity of the claim."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One quantity of the claim beside the one of the evidence that decides; evidence offsets are -1 when ABSENT."""

    claim_start: int
    claim_end: int
    evidence_start: int
    evidence_end: int
    match: Match


@dataclass(frozen=True, slots=True)
class _Beside:
    """A quantity of the claim and one of the evidence on one scale."""

    wanted: Quantity
    found: Quantity


_ELSEWHEN = re.compile(
    r"\b(?:days?|weeks?|months?|years?) (?:later|earlier|before|after|prior)|\b(?:next|following|previous|same) "
    r"(?:day|week|month|year)|\bthe (?:day|week|month|year) (?:before|after)|\b(?:last|past)\b",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|apiece|every|both|all but)\b", re.IGNORECASE)
_TO_ELEVEN = "one|two|three|four|five|six|seven|eight|nine|ten|eleven"
_NO_UNIT = r"(?!(?:to|or|and|in|of|from|by)\b)"
_COMPOUND = re.compile(rf"(?:\d|\b(?:{_TO_ELEVEN})) ?{_NO_UNIT}[^\W\d_]{{1,8}}\.?,?(?: and)? (?:\d|(?:{_TO_ELEVEN})\b)")
_MEASURES = frozenset(Kind) - {Kind.COUNT, Kind.MONEY, Kind.ORDINAL, Kind.PERCENT, Kind.RATING}
_FEW = 12
_FRACTION = re.compile(
    r"\b(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|tenths?|majority|all|none|twice|double[sd]?)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|no|none|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_SHARED_OUT = re.compile(r"\brespectively\b", re.IGNORECASE)
_TIMES = (Kind.DATE, Kind.YEARLESS)
_COVERED = {Kind.COUNT: 0.25, Kind.MONEY: 0.3, Kind.PERCENT: 0.4, Kind.RATING: 0.4, Kind.DATE: 0.4,
            Kind.YEARLESS: 0.4, Kind.ORDINAL: 0.4}  # fmt: skip
_COVERED_ELSE = 0.6


def compare(claim: str, evidence: str) -> list[Comparison]:
    """What the evidence does to each quantity of the claim, in the order of the claim.

    >>> claim = "More than 14 gates were built in 1850."
    >>> [c.match.value for c in compare(claim, "The town has 13 gates, built in 1850.")]
    ['disagrees', 'agrees']
    """
    return [_compared(claim, wanted, evidence) for wanted in _read(claim)]


def disagreement(claim: str, evidence: str) -> Comparison | None:
    """The first quantity of the claim that the evidence surely contradicts.

    >>> disagreement("The town has 14 gates.", "The town has 13 gates.")
    Comparison(claim_start=13, claim_end=15, evidence_start=13, evidence_end=15, match=<Match.DISAGREES: 'disagrees'>)
    >>> disagreement("The town has 14 gates.", "The town has 8 gates in the north and 6 gates in the south.")
    """
    return next((found for found in compare(claim, evidence) if found.match is Match.DISAGREES), None)


@lru_cache(maxsize=512)
def _read(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities(text))


def _compared(claim: str, wanted: Quantity, evidence: str) -> Comparison:
    near = near_words(claim, wanted.start, wanted.end)
    kin = _kin(wanted, evidence)
    alike = [pair for pair in kin if _same_thing(pair, near, near_words(evidence, pair.found.start, pair.found.end))]
    agreeing = next((pair for pair in alike if agrees(pair.wanted, pair.found)), None)
    if agreeing:
        return _comparison(wanted, agreeing.found, Match.AGREES)
    if (
        alike
        and _can_disagree(wanted)
        and all(pair.wanted.firm and pair.found.firm for pair in alike)
        and all(apart(pair.wanted, pair.found) for pair in kin)
        and (sure := next((p.found for p in alike if not _doubtful(claim, wanted, evidence, p.found)), None))
    ):
        return _comparison(wanted, sure, Match.DISAGREES)
    return Comparison(wanted.start, wanted.end, -1, -1, Match.ABSENT)


def _can_disagree(wanted: Quantity) -> bool:
    """Whether it is known what the number counts, and it is not zero, for which evidence has other words ("no")."""
    return wanted.high != 0 and (wanted.kind not in (Kind.COUNT, Kind.ORDINAL) or bool(wanted.counted.noun))


def _comparison(wanted: Quantity, found: Quantity, match: Match) -> Comparison:
    return Comparison(wanted.start, wanted.end, found.start, found.end, match)


def agrees(wanted: Quantity, found: Quantity) -> bool:
    """Whether a value of the evidence lies within what the claim says, or rounds to it."""
    return found.low >= wanted.low - wanted.near and found.high <= wanted.high + wanted.near


def apart(wanted: Quantity, found: Quantity) -> bool:
    """Whether two quantities leave no value open that both could mean.

    A claim's "more than 14" is meant strictly; evidence of "over 14" may stand beside a claim of 14.
    """
    strict = wanted.bound in (Bound.OVER, Bound.UNDER)
    slack = max(0.0 if strict else wanted.slack, found.slack)
    return max(found.low - wanted.high, wanted.low - found.high) > slack


def _kin(wanted: Quantity, evidence: str) -> list[_Beside]:
    """The evidence's quantities that may measure the same, those of a near kind brought to the claim's scale."""
    return [pair for found in _read(evidence) if (pair := _beside(wanted, found))]


def _beside(wanted: Quantity, found: Quantity) -> _Beside | None:
    if wanted.kind is found.kind:
        same = wanted.unit == found.unit or wanted.kind not in (Kind.MONEY, Kind.RATING)
        nouns = {wanted.counted.noun, found.counted.noun} - {""}
        likely = len(nouns) < 2 or _close(wanted, found)
        return _Beside(wanted, found) if same and wanted.per == found.per and likely else None
    if {wanted.kind, found.kind} == set(_TIMES):
        one, two = _yearless(wanted), _yearless(found)
        return _Beside(one, two) if one and two else None
    if {wanted.kind, found.kind} == {Kind.PERCENT, Kind.RATING}:
        return _Beside(_per_cent(wanted), _per_cent(found))
    if {wanted.kind, found.kind} == {Kind.COUNT, Kind.MONEY} and not wanted.counted.noun + found.counted.noun:
        return _Beside(replace(wanted, firm=False), found)
    return None


def _close(wanted: Quantity, found: Quantity) -> bool:
    """Whether a number is so near the claim's that it may be meant, whatever noun the evidence has for it."""
    stated = wanted.low if isfinite(wanted.low) else wanted.high
    return agrees(wanted, found) and abs(found.low - stated) <= abs(stated) / 10


def _yearless(quantity: Quantity) -> Quantity | None:
    if quantity.kind is Kind.YEARLESS:
        return quantity
    days = within_a_year(quantity.low, quantity.high)
    return replace(quantity, low=days[0], high=days[1]) if days else None


def _per_cent(quantity: Quantity) -> Quantity:
    size = 1.0 if quantity.kind is Kind.PERCENT else 100 / float(quantity.unit.name[1:])
    low, high, near, slack = (size * v for v in (quantity.low, quantity.high, quantity.near, quantity.slack))
    return replace(quantity, unit=Unit(Kind.PERCENT, "%"), low=low, high=high, near=near, slack=slack)


def _same_thing(pair: _Beside, here: frozenset[str], there: frozenset[str]) -> bool:
    """Whether the two count the same noun, or stand near a common word; a name dates and counts nothing."""
    one, two = pair.wanted.counted, pair.found.counted
    if one.noun or two.noun or pair.wanted.kind is Kind.ORDINAL:
        contrasted = one.modifiers and two.modifiers and not one.modifiers & two.modifiers
        return one.noun == two.noun != "" and not contrasted
    named = pair.wanted.kind in (*_TIMES, Kind.COUNT)
    return any(word.islower() or not named for word in here & there)


def _doubtful(claim: str, wanted: Quantity, evidence: str, found: Quantity) -> bool:
    """Whether something may reconcile a number of the claim with evidence that seems to contradict it.

    Such are a sentence that holds little of the claim, a denial ("not 14"), numbers shared out by "respectively", dates
    told from other dates ("two days later"), shares told in words ("a third of"), parts that add up, and another time
    than the claim's.
    """
    least = _COVERED.get(wanted.kind, _COVERED_ELSE)
    rest = claim[: wanted.start] + claim[wanted.end :]
    if _share_held(claim, wanted, evidence, found) < least or _SHARED_OUT.search(claim) or _DENIED.search(rest):
        return True
    around = clause(evidence, found.start, found.end)
    if _DENIED.search(evidence, around.start, around.end):
        return True
    if wanted.kind in _TIMES:
        here = governing_words(claim, wanted.start, wanted.end)
        there = governing_words(evidence, found.start, found.end)
        return not here & there or bool(_ELSEWHEN.search(evidence))
    if wanted.kind is Kind.DURATION and (_ELSEWHEN.search(claim) or _ELSEWHEN.search(evidence)):
        return True
    compound = _COMPOUND.search(claim, max(0, wanted.start - 12)) or _COMPOUND.search(evidence)
    if _FRACTION.search(evidence) or _EACH.search(evidence) or (wanted.kind in _MEASURES and compound):
        return True
    if wanted.kind in (Kind.COUNT, Kind.MONEY) and _made_up(wanted, evidence):
        return True
    times = [_kin(time, evidence) for time in _read(claim) if time.kind in _TIMES]
    return any(kin and all(apart(pair.wanted, pair.found) for pair in kin) for kin in times)


def _made_up(wanted: Quantity, evidence: str) -> bool:
    """Whether two or three numbers of the evidence add up to the claim's, or two give it as a product or difference."""
    found = [q for q in _read(evidence) if q.kind in (wanted.kind, Kind.COUNT) and isfinite(q.low) and isfinite(q.high)]
    values = [q.low for q in found[:8]]
    sums = [one + two for one, two in combinations(values, 2)] + [sum(three) for three in combinations(values, 3)]
    others = [abs(one - two) for one, two in combinations(values, 2)]
    products = [one * two for one, two in combinations(values, 2) if min(one, two) <= _FEW]
    return any(wanted.low - wanted.slack <= made <= wanted.high + wanted.slack for made in sums + others + products)


def _share_held(claim: str, wanted: Quantity, evidence: str, found: Quantity) -> float:
    """The share of the claim's words, numbers apart, that the sentence of ``found`` holds; 0 to 1."""
    rest = content_words(claim[: wanted.start] + " " + claim[wanted.end :]) - frozenset(WORDS)
    words = {word for word in rest if not word[0].isdigit()}
    held = next((s for s in sentences(evidence) if s.start <= found.start < s.end), Span(0, len(evidence)))
    return len(words & content_words(evidence[held.start : held.end])) / len(words) if words else 0.0
