"""The smallest evidence that keeps a verdict, found by deletion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Keeps = Callable[[Sequence[tuple[int, ...]]], Sequence[float | None]]
"""Given sets of sentences (by position), the confidence of the verdict that each leads to, None for another verdict."""


def smallest(count: int, keeps: Keeps, *, head: int | None = None) -> tuple[int, ...]:
    """Positions of a smallest set that keeps the verdict, in order: one sentence where one is enough.

    Else sentences are taken away one by one, each time the one whose loss costs least confidence, until every
    further loss changes the verdict. All of them when the whole set alone keeps it. If the first ``head`` keep it,
    the others are let go at once.

    >>> def keeps(sets):  # the verdict needs 0 and 2
    ...     return [0.9 if {0, 2} <= set(s) else None for s in sets]
    >>> smallest(4, keeps)
    (0, 2)
    """
    whole = tuple(range(count))
    singles = keeps([(n,) for n in whole]) if count > 1 else []
    kept = [(confidence, -n) for n, confidence in enumerate(singles) if confidence is not None]
    if kept:
        return (-max(kept)[1],)
    if head is not None and 1 < head < count and keeps([whole[:head]])[0] is not None:
        whole = whole[:head]
    while len(whole) > 2:
        smaller = [tuple(m for m in whole if m != n) for n in whole]
        held = [(c, s) for c, s in zip(keeps(smaller), smaller, strict=True) if c is not None]
        if not held:
            break
        whole = max(held)[1]
    return whole
