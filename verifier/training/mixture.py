"""The checker's mixture: passes over its sources, each as often as :mod:`verifier.training.sources` says.

Caption data, where an unrelated event counts as contradicted, is weighed down there: that is not what contradiction
means here.
"""

from __future__ import annotations

import random
from pathlib import Path

from verifier.training.pairs import TrainingPair, is_validation, read_pairs
from verifier.training.sources import Kind, Source, sources_in


def draw(pairs: list[TrainingPair], share: float, rng: random.Random) -> list[TrainingPair]:
    """``share`` times the pairs: whole copies, and a sample for the rest.

    >>> from verifier.training.pairs import Target
    >>> pair = TrainingPair("c", "e", Target.SUPPORTED, "g", "s")
    >>> len(draw([pair] * 10, 2.5, random.Random(0)))
    25
    """
    whole, part = int(share), share - int(share)
    return pairs * whole + rng.sample(pairs, round(len(pairs) * part))


def load_sources(folder: Path, *, all_licences: bool = False) -> dict[Source, list[TrainingPair]]:
    """The pairs of every source of the checker that ``folder`` holds; what may not be shipped only if asked for."""
    return {s: read_pairs(s.path(folder)) for s, _ in sources_in(folder, "checker", all_licences=all_licences)}


def one_pass(
    loaded: dict[Source, list[TrainingPair]], rng: random.Random, *, general: float = 1.0
) -> list[TrainingPair]:
    """One pass over the mixture without its validation part, unshuffled.

    ``general`` multiplies the share of everything that is not fact verification: a second stage takes less of it.
    """
    return [
        pair
        for source, pairs in loaded.items()
        for pair in draw(
            [p for p in pairs if not is_validation(p.group)],
            source.checker * (1.0 if source.kind is Kind.FACTS else general),
            rng,
        )
    ]


def validation(loaded: dict[Source, list[TrainingPair]], *, per_source: int, seed: int = 0) -> list[TrainingPair]:
    """Up to ``per_source`` validation pairs of each source, drawn by seed."""
    rng = random.Random(seed)
    chosen: list[TrainingPair] = []
    for pairs in loaded.values():
        held = [pair for pair in pairs if is_validation(pair.group)]
        chosen += rng.sample(held, min(per_source, len(held)))
    return chosen
