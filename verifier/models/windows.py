"""Premises that are longer than a checker's window, read piece by piece so that nothing is left unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.models.protocols import NLI, Pair, PairScores

OVERLAP = 0.15
_FEWEST_WORDS = 24


def halves(text: str) -> tuple[str, str]:
    """A text as two pieces that overlap by about a seventh, cut between words.

    >>> halves("one two three four five six seven eight nine ten")
    ('one two three four five six', 'five six seven eight nine ten')
    """
    words = text.split()
    middle, extra = len(words) / 2, max(1, round(len(words) * OVERLAP / 2))
    return " ".join(words[: int(middle) + extra]), " ".join(words[-int(middle) - extra :])


def score_whole(checker: NLI, pairs: Sequence[Pair]) -> list[tuple[PairScores, ...]]:
    """The scores of each pair's windows: one where the premise fits, several where it does not.

    ``truncated_tokens`` stays above zero only for a window of so few words that it cannot be cut further, which a
    claim of nearly the whole window causes.
    """
    if not pairs:
        return []
    scored = list(checker.score(pairs))
    found: list[tuple[PairScores, ...]] = [(scores,) for scores in scored]
    cut = [n for n, scores in enumerate(scored) if scores.truncated_tokens and _divisible(pairs[n].premise)]
    if cut:
        pieces = [replace(pairs[n], premise=half) for n in cut for half in halves(pairs[n].premise)]
        below = score_whole(checker, pieces)
        for place, n in enumerate(cut):
            found[n] = below[2 * place] + below[2 * place + 1]
    return found


def _divisible(premise: str) -> bool:
    return len(premise.split()) > _FEWEST_WORDS
