"""Joining the lexical and the dense ranking of one query into one. Pure functions over passage ids.

The main method is a weighted sum of min-max normalised scores; it keeps how far apart the passages were, which ranks
throw away. Reciprocal rank fusion is there for legs whose scores cannot be compared at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

DENSE_WEIGHT = 0.5
MIN_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage id and its score in one leg. Higher is better."""

    id: str
    score: float


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


def fuse(lexical: Sequence[Scored], dense: Sequence[Scored], *, dense_weight: float, top_k: int) -> list[Fused]:
    """The best ``top_k`` of both legs by weighted sum of min-max normalised scores.

    A passage that a leg did not find gets 0 from it. A leg that found nothing leaves its weight to the other. Equal
    scores are ordered by passage id.

    >>> lexical = [Scored("a", 9.0), Scored("b", 6.0), Scored("c", 3.0)]
    >>> dense = [Scored("b", 0.8), Scored("d", 0.4)]
    >>> [(f.id, f.score) for f in fuse(lexical, dense, dense_weight=0.25, top_k=3)]
    [('a', 0.75), ('b', 0.625), ('c', 0.0)]
    """
    if not 0 <= dense_weight <= 1:
        raise ValueError(f"dense_weight must lie between 0 and 1, not {dense_weight}")
    weight = 0.0 if not dense else 1.0 if not lexical else dense_weight
    words, vectors = _normalised(lexical), _normalised(dense)
    scores = {id: (1 - weight) * words.get(id, 0.0) + weight * vectors.get(id, 0.0) for id in words | vectors}
    return _best(scores, lexical, dense, top_k)


def fuse_ranks(lexical: Sequence[Scored], dense: Sequence[Scored], *, top_k: int, constant: int = 60) -> list[Fused]:
    """The best ``top_k`` by reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): sum of 1 / (constant + rank).

    >>> legs = [Scored("a", 9.0), Scored("b", 6.0)], [Scored("b", 0.8)]
    >>> [(f.id, round(f.score, 5)) for f in fuse_ranks(*legs, top_k=2)]
    [('b', 0.03252), ('a', 0.01639)]
    """
    scores: dict[str, float] = {}
    for leg in (lexical, dense):
        for id, rank in _ranks(leg).items():
            scores[id] = scores.get(id, 0.0) + 1 / (constant + rank)
    return _best(scores, lexical, dense, top_k)


def ordered(scored: Iterable[Scored]) -> list[Scored]:
    """Best first; equal scores by passage id.

    >>> [s.id for s in ordered([Scored("b", 1.0), Scored("c", 2.0), Scored("a", 1.0)])]
    ['c', 'a', 'b']
    """
    return sorted(scored, key=lambda s: (-s.score, s.id))


def _normalised(leg: Sequence[Scored]) -> dict[str, float]:
    if not leg:
        return {}
    scores = [s.score for s in leg]
    low, spread = min(scores), max(scores) - min(scores)
    # Candidates that all score alike are all the leg's best.
    return {s.id: (s.score - low) / spread if spread > 0 else 1.0 for s in leg}


def _ranks(leg: Sequence[Scored]) -> dict[str, int]:
    return {s.id: rank for rank, s in enumerate(ordered(leg), start=1)}


def _best(scores: Mapping[str, float], lexical: Sequence[Scored], dense: Sequence[Scored], top_k: int) -> list[Fused]:
    words, vectors = _ranks(lexical), _ranks(dense)
    best = ordered(Scored(id, score) for id, score in scores.items())[:top_k]
    return [Fused(s.id, s.score, words.get(s.id), vectors.get(s.id)) for s in best]
