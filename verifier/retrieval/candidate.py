"""What one leg of retrieval returns: passage numbers with scores."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage number and its score in one leg. Higher is better."""

    number: int
    score: float
