"""Pairs about numbers made out of pairs and plain sentences, their labels known by arithmetic.

* :func:`restate` states a number of a claim more coarsely ("about 1.2 million" for 1,198,430), or wrongly so.
* :func:`bound` states bounds on a number, or a range around it, true or false.
* :func:`from_sentence` does one of these, or changes the number, to a plain sentence that holds one.

Changing and bounding the numbers that claim and evidence share word for word is in
:mod:`verifier.training.augment`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from verifier.text.numbers import Number, numbers
from verifier.training.augment import BOUND
from verifier.training.distractors import sentences_of, window
from verifier.training.pairs import Target, TrainingPair

_MONTH = re.compile(
    r"\s*\b(?:january|february|march|april|may|june|july|august|september|october|november|december|[ap]\.?m\b)\s*,?\s*",
    re.I,
)
_MONTH_BEFORE = re.compile(_MONTH.pattern + "$", re.IGNORECASE)
_TURNED = re.compile(r"\b(?:not|no|never|none|without|cannot)\b|n['’]t\b|\d\s?B\.?C|−\d", re.IGNORECASE)
_CURRENCY = ("$", "£", "€")
_ABOUT = ("about", "around", "approximately", "roughly", "some")
_UNDER = ("nearly", "almost", "just under", "close to")
_OVER = ("more than", "over", "just over", "upwards of")
_MORE = ("more than", "over", "at least", "above", "no fewer than", "in excess of")
_LESS = ("less than", "fewer than", "under", "at most", "below", "no more than")


def spoken(value: float) -> str:
    """A number as people write it.

    >>> [spoken(v) for v in (1_200_000, 2_000_000_000, 45_000, 12.5)]
    ['1.2 million', '2 billion', '45,000', '12.5']
    """
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if value >= size and float(value / size * 10).is_integer():
            return f"{value / size:g} {name}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"


def restate(text: str, number: Number, rng: random.Random) -> tuple[str, bool] | None:
    """The text with its number rounded and hedged, and whether it is still true; None where it cannot be rounded.

    >>> text = "It drew 1,198,430 people."
    >>> [restate(text, numbers(text)[0], random.Random(seed)) for seed in (2, 5)]
    [('It drew over 1 million people.', True), ('It drew roughly 600,000 people.', False)]
    """
    if (
        number.value < 100
        or number.is_year
        or number.ordinal
        or number.spelled
        or number.value <= 100 * number.step / 9
    ):
        return None
    digits = len(str(int(number.value)))
    unit = 10.0 ** (digits - rng.choice((1, 2)))
    true = rng.random() < 0.5
    factor = 1.0 if true else rng.choice((0.5, 0.67, 1.5, 2.0))
    rounded = round(number.value * factor / unit) * unit
    if not rounded or rounded == number.value or (abs(rounded / number.value - 1) < 0.2) is not true:
        return None
    hedges: tuple[str, ...] = _ABOUT
    if true and rng.random() < 0.5:
        hedges = _OVER if rounded < number.value else _UNDER
    return _put(text, number, spoken(rounded), rng.choice(hedges)), true


def bound(text: str, number: Number, rng: random.Random) -> tuple[str, bool] | None:
    """The text with a bound or a range in its number's place, and whether that is true of the number.

    Bounds lie near the number as often as far from it, since the near ones are what is hard.

    >>> text = "The town has 12 gates."
    >>> [bound(text, numbers(text)[0], random.Random(seed)) for seed in (0, 3)]
    [('The town has between 6 and 13 gates.', True), ('The town has above 13 gates.', False)]
    """
    if number.ordinal or number.spelled or number.value < 4 or not float(number.value / number.step).is_integer():
        return None
    steps = round(number.value / number.step)
    near = max(1, rng.choice((1, 1, 2, steps // 50, steps // 10, steps // 4, steps // 2)))
    true, more = rng.random() < 0.5, rng.random() < 0.5
    if number.is_year:
        if not text[: number.start].endswith(("in ", "In ")):
            return None
        year = int(number.value) + min(near, 40) * (-1 if more is true else 1)
        word = "after" if more else "before"
        word = word.capitalize() if text[number.start - 3] == "I" else word
        return text[: number.start - 3] + f"{word} {year}" + text[number.end :], true
    moved = (steps + near * (-1 if more is true else 1)) * number.step
    if moved <= 0:
        return None
    if rng.random() < 0.2:
        low, high = (steps - near, steps + max(1, steps // 8)) if true else (steps + near, steps + 2 * near + 1)
        if low <= 0:
            return None
        stated = f"{_like(text, number, low * number.step)} and {_like(text, number, high * number.step)}"
        return _put(text, number, stated, "between"), true
    return _put(text, number, _like(text, number, moved), rng.choice(_MORE if more else _LESS)), true


def change(text: str, number: Number, rng: random.Random) -> tuple[str, bool] | None:
    """The text with another number of like size: false."""
    if number.spelled or number.ordinal:
        return None
    steps = round(number.value / number.step)
    if number.is_year:
        moved = steps * number.step + rng.choice((-12, -10, -5, -2, -1, 1, 2, 4, 10, 20))
    else:
        moved = max(0, steps + rng.choice((-1, 1, 2, 3, -(steps // 4) - 1, steps // 3 + 1, steps + 1))) * number.step
    return None if moved == number.value else (_put(text, number, _like(text, number, moved)), False)


def from_sentence(pair: TrainingPair, sentence: str, rng: random.Random) -> TrainingPair | None:
    """``sentence`` as a claim about ``pair.evidence``, which holds it, with something said of one of its numbers."""
    if BOUND.search(sentence) or _TURNED.search(sentence):
        return None
    held = numbers(pair.evidence)
    usable = [n for n in numbers(sentence) if not n.spelled and not _is_named(sentence, n)]
    if not usable:
        return None
    number = rng.choice(usable)
    makers = (restate, bound, change) if rng.random() < 0.35 else (restate, bound)
    for make in rng.sample(makers, len(makers)):
        if (made := make(sentence, number, rng)) is not None:
            claim, true = made
            new = {n.value for n in numbers(claim)} - {n.value for n in numbers(sentence)}
            other_years = number.is_year and any(n.is_year and n.value != number.value for n in held)
            if not true and (other_years or (make is change and new & {n.value for n in held})):
                continue  # the evidence may say this too
            target = Target.SUPPORTED if true else Target.CONTRADICTED
            return replace(pair, claim=claim, target=target, source="made_quantity")
    return None


def numeric_twins(pairs: Sequence[TrainingPair], rng: random.Random, *, each: int) -> list[TrainingPair]:
    """Up to ``each`` restatements of every supported pair whose claim shares a number with its evidence."""
    made = []
    for pair in pairs:
        if pair.target is not Target.SUPPORTED:
            continue
        held = {number.value for number in numbers(pair.evidence)}
        if any(number.value in held and not number.spelled for number in numbers(pair.claim)):
            twins = (from_sentence(pair, pair.claim, rng) for _ in range(each))
            made += list({twin.claim: twin for twin in twins if twin is not None}.values())
    return made


_BOUNDED = re.compile(
    r"\b(?:(?P<more>more than|over|at least|above|after|exceed(?:s|ed|ing)?|greater than|higher than)"
    r"|(?P<less>less than|fewer than|under|below|before|at most|lower than)) \$?(?=\d)",
    re.IGNORECASE,
)


def move_bound(pair: TrainingPair, rng: random.Random) -> TrainingPair | None:
    """A claim with one bound, and one number of the evidence that it can be about: the bound moved, the label counted.

    Only where the label that the pair has agrees with the count already.

    >>> pair = TrainingPair("It has more than 14 reviews.", "Of 15 reviews, most are good.", Target.SUPPORTED, "g", "s")
    >>> moved = move_bound(pair, random.Random(2))
    >>> moved.claim, moved.target.value
    ('It has more than 16 reviews.', 'contradicted')
    """
    bounds = list(_BOUNDED.finditer(pair.claim))
    if len(bounds) != 1 or pair.target not in (Target.SUPPORTED, Target.CONTRADICTED):
        return None
    found = bounds[0]
    stated = next((n for n in numbers(pair.claim) if n.start == found.end()), None)
    if stated is None or stated.value < 3:
        return None
    near = {
        n.value
        for n in numbers(pair.evidence)
        if n.is_year == stated.is_year
        and (abs(n.value - stated.value) <= 15 if stated.is_year else 0.6 <= n.value / stated.value <= 1.6)
    }
    if len(near) != 1:
        return None
    value = near.pop()
    more = found["more"] is not None
    if value == stated.value or ((value > stated.value) is more) is not (pair.target is Target.SUPPORTED):
        return None
    true = rng.random() < 0.5
    steps = rng.choice((1, 1, 1, 2, 3, 5, max(1, round(value / stated.step) // 10)))
    moved = value + steps * stated.step * (-1 if more is true else 1)
    if moved <= 0 or moved == stated.value:
        return None
    target = Target.SUPPORTED if true else Target.CONTRADICTED
    return replace(
        pair, claim=_put(pair.claim, stated, _like(pair.claim, stated, moved)), target=target, source="made_moved"
    )


def sentence_pairs(texts: Sequence[str], rng: random.Random, *, limit: int) -> list[TrainingPair]:
    """Up to ``limit`` sentences of the texts with something said of their numbers, each beside its own passage."""
    made: list[TrainingPair] = []
    for text in rng.sample(list(texts), len(texts)):
        sentences = sentences_of(text)
        for sentence in rng.sample(sentences, min(3, len(sentences))):
            if not 5 <= len(sentence.split()) <= 30:
                continue
            pair = TrainingPair(sentence, window(text, sentence, rng, most_words=60), Target.SUPPORTED, text[:40], "")
            if (twin := from_sentence(pair, sentence, rng)) is not None:
                made.append(twin)
        if len(made) >= limit:
            break
    return made[:limit]


def _put(text: str, number: Number, stated: str, hedge: str = "") -> str:
    """``stated`` in the number's place, a hedge before it and before its currency sign."""
    start = number.start - (text[: number.start][-1:] in _CURRENCY)
    return text[:start] + (f"{hedge} " if hedge else "") + text[start : number.start] + stated + text[number.end :]


def _like(text: str, number: Number, value: float) -> str:
    """``value`` in the form in which the text gives its number: scale word, separators, decimals."""
    old = text[number.start : number.end]
    for name, size in (("million", 1e6), ("billion", 1e9), ("trillion", 1e12), ("thousand", 1e3)):
        if old.lower().endswith(name):
            decimals = len(old.split()[0].partition(".")[2])
            return f"{value / size:.{decimals}f} {name}"
    decimals = len(old.partition(".")[2]) if old.partition(".")[2].isdigit() else 0
    return f"{value:,.{decimals}f}" if number.grouped or value >= 10_000 else f"{value:.{decimals}f}"


def _is_named(text: str, number: Number) -> bool:
    """Whether a number is part of a name ("Apollo 11"), a code, or joined to something by a hyphen."""
    before = text[: number.start].split()
    dated = bool(_MONTH_BEFORE.search(text[: number.start]) or _MONTH.match(text[number.end :])) and not number.is_year
    capital = len(before) > 1 and before[-1][:1].isupper() and not number.is_year
    joined = text[: number.start].endswith(("-", "–", "/", "#", ":")) or text[number.end :].startswith(
        ("-", "–", "/", ":", "th", "st")
    )
    return dated or capital or joined or not text[number.start : number.end][0].isdigit()
