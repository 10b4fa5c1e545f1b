"""Keeps copied words whole: a name's pieces follow each other as in the source, and none is left half-said.

The decoder copies piece by piece, so a small model now and then joins the head of one name to the tail of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from verifier.models.beam import Step


class WholeWords:
    """Which pieces may follow a piece, given the source; ``continuing``: true for pieces that continue a word."""

    def __init__(self, source: Sequence[int], continuing: NDArray[np.bool_], vocabulary: NDArray[np.int64]) -> None:
        self._continuing = continuing
        self._generated = np.zeros_like(continuing)
        self._generated[vocabulary] = True
        self._tails: defaultdict[int, set[int]] = defaultdict(set)
        self._may_end = set()
        for piece, following in zip(source, [*source[1:], -1], strict=True):
            if following >= 0 and continuing[following]:
                self._tails[piece].add(following)
            else:
                self._may_end.add(piece)

    def forbidden(self, last: int) -> NDArray[np.bool_]:
        """True for what must not follow the piece, *Shape:* (words,).

        >>> words = WholeWords([1, 2, 4, 3], np.array([0, 0, 0, 0, 1, 1], dtype=bool), np.array([3, 5]))
        >>> words.forbidden(2).tolist()  # a name's head in the source: only its tail may follow
        [True, True, True, True, False, True]
        >>> words.forbidden(1).tolist()  # a whole word
        [False, False, False, False, True, True]
        >>> words.forbidden(3).tolist()  # a word of the vocabulary takes the vocabulary's tails
        [False, False, False, False, True, False]
        """
        own = bool(self._generated[last])
        barred = self._continuing & ~self._generated if own else self._continuing.copy()
        tails = list(self._tails.get(last, ()))
        barred[tails] = False
        if tails and not own and last not in self._may_end:
            barred |= ~self._continuing
        return barred

    def guard(self, step: Step) -> Step:
        """The step with what is forbidden taken out."""

        def guarded(last: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.float64]:
            table = step(last, order)
            for row, piece in zip(table, last.tolist(), strict=True):
                row[self.forbidden(piece)] = 0
            return table

        return guarded
