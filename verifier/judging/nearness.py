"""How near in meaning the sentences that are read stand to their claim: cosines, by the embedder.

Words alone miss a paraphrase, and call a sentence near that shares a name with the claim and nothing else. Vectors of
sentences are kept, since claims about one subject read the same ones.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from verifier.models.protocols import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KEPT = 4096


class Nearness:
    """An embedder that remembers what it has embedded. Safe to share between calls, not between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def cosines(self, claims: Sequence[str], sentences: Sequence[Sequence[str]]) -> list[list[float]]:
        """For each claim the cosines of its own sentences, from -1 to 1, higher is nearer."""
        wanted = dict.fromkeys([*claims, *(text for own in sentences for text in own)])
        missing = [text for text in wanted if text not in self._kept]
        if missing:
            self._kept.update(zip(missing, self._embedder.embed(missing), strict=True))
        found = [
            [float(self._kept[claim] @ self._kept[text]) for text in own]
            for claim, own in zip(claims, sentences, strict=True)
        ]
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found
