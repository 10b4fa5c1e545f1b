"""Joining the lexical and the dense ranking of one query into one. Pure functions over passage ids.

Each leg's scores are put on one scale by their mean and deviation over all candidates (z-scores), then mixed by a
weight. That keeps how far apart the passages were, which ranks throw away, and a leg that tells its candidates apart
only by an outlier is not stretched over the whole scale, which min-max does. Nothing has to be fitted to an embedder.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

DENSE_WEIGHT = 0.6
MIN_CANDIDATES = 100
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage id and its score in one leg. Higher is better."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Leg:
    """What a leg found for a query, and how it scores passages that only the other leg found, as far as it knows."""

    found: Sequence[Scored] = ()
    others: Sequence[Scored] = ()

    def known(self) -> dict[str, float]:
        """The score of every passage that the leg knows, by passage id."""
        return {entry.id: entry.score for entry in (*self.others, *self.found)}


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage id with its joint score (0 to 1, higher is better) and its rank from 1 in each leg that found it."""

    id: str
    score: float
    lexical_rank: int | None
    dense_rank: int | None


def candidates_wanted(top_k: int) -> int:
    """How many candidates each leg is asked for, so that what one leg ranks low can still be lifted by the other.

    >>> candidates_wanted(8), candidates_wanted(50)
    (100, 200)
    """
    return max(MIN_CANDIDATES, 4 * top_k)


def fuse(lexical: Leg, dense: Leg, *, dense_weight: float, top_k: int) -> list[Fused]:
    """The best ``top_k`` of what either leg found, by the weighted sum of the legs' z-scores.

    The sum is scaled so that a passage that is the best in both legs has 1, and one that is the last in both has 0. A
    passage that a leg does not know scores 0 there. A leg whose scores are all the same decides nothing. Equal scores
    are ordered by passage id.

    >>> lexical = Leg([Scored("a", 9.0), Scored("b", 6.0), Scored("c", 3.0)])
    >>> dense = Leg([Scored("b", 0.8), Scored("d", 0.4)], others=[Scored("a", 0.2), Scored("c", 0.2)])
    >>> [(f.id, round(f.score, 3)) for f in fuse(lexical, dense, dense_weight=0.25, top_k=3)]
    [('a', 0.767), ('b', 0.744), ('c', 0.256)]
    """
    if not 0 <= dense_weight <= 1:
        raise ValueError(f"dense_weight must lie between 0 and 1, not {dense_weight}")
    ids = sorted({entry.id for leg in (lexical, dense) for entry in leg.found})
    if not ids:
        return []
    weighed = [(lexical, 1 - dense_weight), (dense, dense_weight)]
    columns = [column for leg, weight in weighed if (column := _Column.of(leg, ids, weight)).span > 0]
    span = math.fsum(column.span for column in columns)
    # Candidates that no leg tells apart are all the best.
    scores = {id: math.fsum(c.above[n] for c in columns) / span if span else 1.0 for n, id in enumerate(ids)}
    words, vectors = _ranks(lexical.found), _ranks(dense.found)
    best = ordered(Scored(id, score) for id, score in scores.items())[:top_k]
    return [Fused(s.id, s.score, words.get(s.id), vectors.get(s.id)) for s in best]


def ordered(scored: Iterable[Scored]) -> list[Scored]:
    """Best first; equal scores by passage id.

    >>> [s.id for s in ordered([Scored("b", 1.0), Scored("c", 2.0), Scored("a", 1.0)])]
    ['c', 'a', 'b']
    """
    return sorted(scored, key=lambda s: (-s.score, s.id))


@dataclass(frozen=True, slots=True)
class _Column:
    """A leg's weighed z-scores of all candidates, each counted from the lowest, and the highest of them."""

    above: Sequence[float]
    span: float

    @classmethod
    def of(cls, leg: Leg, ids: Sequence[str], weight: float) -> _Column:
        known = leg.known()
        scores = [known.get(id, 0.0) for id in ids]
        mean = math.fsum(scores) / len(scores)
        deviation = math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / len(scores))
        if deviation <= _SAME * max(map(abs, scores)):
            return cls([0.0] * len(ids), 0.0)
        low = min(scores)
        above = [weight * (score - low) / deviation for score in scores]
        return cls(above, max(above))


def _ranks(leg: Sequence[Scored]) -> Mapping[str, int]:
    return {s.id: rank for rank, s in enumerate(ordered(leg), start=1)}
