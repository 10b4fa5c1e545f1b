"""What a verdict is judged by: a dozen and a half numbers about a claim, the sentences read, and what they say of it.

Each is explicit and can be shown; :mod:`verifier.judging.aggregate` weighs them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter

from verifier.judging.decide import Reading, damped
from verifier.judging.evidence import Candidate, coverage
from verifier.judging.quantities import Match, compare
from verifier.text.said import stated
from verifier.text.words import content_words

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|without|neither|nor|cannot|false|myth|misconception|untrue|wrong|incorrect|"
    r"fails?|failed|lacks?)\b|n['’]t\b",
    re.IGNORECASE,
)
_SHARPNESS = 12.0  # a cosine that is 0.1 lower weighs a third
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'-]+")


@dataclass(frozen=True, slots=True)
class Features:
    """One claim's numbers. Chances are given as log-odds, damped by how much of the claim a sentence holds.

    ``meant_entailment`` and ``meant_contradiction`` are means over all sentences, each weighed by how near in meaning
    it stands to the claim: there a sentence that shares the claim's names and is about something else counts little.
    """

    entailment: float
    contradiction: float
    joined_entailment: float
    joined_contradiction: float
    nearest_entailment: float
    nearest_contradiction: float
    second_entailment: float
    second_contradiction: float
    margin: float
    coverage: float
    supporting_relevance: float
    contradicting_relevance: float
    quantity_agrees: float
    quantity_disagrees: float
    quantity_absent: float
    names_missing: float
    negation_differs: float
    sentences: float
    similarity: float
    meant_entailment: float
    meant_contradiction: float

    def vector(self) -> tuple[float, ...]:
        """The numbers in the order of ``NAMES``."""
        numbers: tuple[float, ...] = _NUMBERS(self)
        return numbers


NAMES = tuple(field.name for field in fields(Features))
_NUMBERS = attrgetter(*NAMES)


def log_odds(chance: float) -> float:
    """Log-odds of a probability, held within about 4.6 on both sides.

    >>> [round(log_odds(p), 2) for p in (0.0, 0.5, 1.0)]
    [-4.62, 0.0, 4.62]
    """
    return math.log((chance + 0.01) / (1.01 - chance))


@dataclass(frozen=True, slots=True)
class Topic:
    """What claim and sentences have in common before any of them is read; ``denials`` is one a sentence."""

    coverage: float
    matches: tuple[Match, ...]
    names_missing: float
    denied: bool
    denials: tuple[bool, ...]


@lru_cache(maxsize=64)
def topic(claim: str, read: tuple[Candidate, ...]) -> Topic:
    """The topic of a claim and the sentences to be read of it; kept, since a verdict looks at it several times."""
    claim = stated(claim)
    return Topic(
        coverage(claim, read),
        tuple(quantity_matches(claim, [c.text for c in read])),
        names_missing(claim, read),
        denies(claim),
        tuple(denies(c.text) for c in read),
    )


def weigh(read: Sequence[Candidate], readings: Sequence[Reading]) -> list[Reading]:
    """The readings of the sentences, each damped by how much of the claim its sentence holds."""
    return [damped(r, c.relevance) for r, c in zip(readings, read, strict=True)]


def features(
    claim: str,
    read: Sequence[Candidate],
    readings: Sequence[Reading],
    joined: Reading | None,
    *,
    weighed: Sequence[Reading] | None = None,
) -> Features:
    """The numbers of one claim with at least one sentence read; ``readings`` are those of ``read``, in its order.

    ``weighed`` is what :func:`weigh` makes of them, where the caller has it already.
    """
    weighed = weighed or weigh(read, readings)
    whole = joined or weighed[0]
    supporting = max(range(len(read)), key=lambda n: weighed[n].entailment)
    contradicting = max(range(len(read)), key=lambda n: weighed[n].contradiction)
    entailments = sorted((r.entailment for r in weighed), reverse=True)
    contradictions = sorted((r.contradiction for r in weighed), reverse=True)
    meant = _meant(read, readings)
    seen = topic(claim, tuple(read))
    share = 1 / max(1, len(seen.matches))
    return Features(
        entailment=log_odds(entailments[0]),
        contradiction=log_odds(contradictions[0]),
        joined_entailment=log_odds(whole.entailment),
        joined_contradiction=log_odds(whole.contradiction),
        nearest_entailment=log_odds(readings[0].entailment),
        nearest_contradiction=log_odds(readings[0].contradiction),
        second_entailment=entailments[1] if len(read) > 1 else 0.0,
        second_contradiction=contradictions[1] if len(read) > 1 else 0.0,
        margin=log_odds(readings[supporting].entailment) - log_odds(readings[supporting].contradiction),
        coverage=seen.coverage,
        supporting_relevance=read[supporting].relevance,
        contradicting_relevance=read[contradicting].relevance,
        quantity_agrees=share * seen.matches.count(Match.AGREES),
        quantity_disagrees=share * seen.matches.count(Match.DISAGREES),
        quantity_absent=share * seen.matches.count(Match.ABSENT),
        names_missing=seen.names_missing,
        negation_differs=float(seen.denied != seen.denials[supporting]),
        sentences=math.log(len(read)),
        similarity=max(_similarity(c) for c in read),
        meant_entailment=math.fsum(w * log_odds(r.entailment) for w, r in zip(meant, readings, strict=True)),
        meant_contradiction=math.fsum(w * log_odds(r.contradiction) for w, r in zip(meant, readings, strict=True)),
    )


def _similarity(candidate: Candidate) -> float:
    """How near in meaning a sentence is; by the words that it shares where no embedder told."""
    return candidate.relevance if candidate.similarity is None else candidate.similarity


def _meant(read: Sequence[Candidate], readings: Sequence[Reading]) -> list[float]:
    """Weights of the sentences that add up to one: softmax of their similarities. What was left out has none."""
    left = [n for n, reading in enumerate(readings) if reading.neutral < 1] or range(len(readings))
    nearest = max(_similarity(read[n]) for n in left)
    powers = {n: math.exp(_SHARPNESS * (_similarity(read[n]) - nearest)) for n in left}
    total = math.fsum(powers.values())
    return [powers.get(n, 0.0) / total for n in range(len(readings))]


def quantity_matches(claim: str, texts: Sequence[str]) -> list[Match]:
    """For each quantity of the claim whether some text agrees with it, else whether one disagrees."""
    found = [[comparison.match for comparison in compare(claim, text)] for text in texts]
    order = (Match.AGREES, Match.DISAGREES, Match.ABSENT)
    return [next(match for match in order if match in column) for column in zip(*found, strict=True)]


def names_missing(claim: str, read: Sequence[Candidate]) -> float:
    """Share of the claim's names, word by word, that none of the passages holds; 0 for a claim without names."""
    names = {word for name in _NAME.findall(claim) for word in content_words(name)}
    if not names:
        return 0.0
    held = content_words(" ".join({c.passage.id: f"{c.passage.title} {c.passage.text}" for c in read}.values()))
    return len(names - held) / len(names)


def denies(text: str) -> bool:
    """Whether a text holds a word of denial.

    >>> denies("It is not old."), denies("It is old.")
    (True, False)
    """
    return _NEGATION.search(text) is not None
