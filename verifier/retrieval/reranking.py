"""Retrieval in two steps: what is found first is read together with the query and put in a new order.

A reranker sees query and passage at once, which the legs of an index do not. Its numbers are joined to those of the
first step, not put in their place: a small model orders what is alike, and errs on what the legs agree on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.datatypes import Hit
from verifier.models.protocols import Reranker
from verifier.retrieval.fusion import Leg, Scored, fuse
from verifier.retrieval.protocols import Retriever
from verifier.text.passages import titled
from verifier.text.utf8 import encodable

DEPTH = 30
WEIGHT = 0.5


class Reranking(Retriever):
    """A retriever whose first ``depth`` hits are ordered anew; ``weight`` is the reranker's part, from 0 to 1.

    Scores of both are joined as those of the legs are (:func:`verifier.retrieval.fusion.fuse`). What lies deeper keeps
    its order below.
    """

    def __init__(self, retriever: Retriever, reranker: Reranker, *, depth: int = DEPTH, weight: float = WEIGHT) -> None:
        self._retriever, self.reranker = retriever, reranker
        self._depth, self._weight = depth, weight

    @property
    def name(self) -> str:
        """Of what it searches."""
        return self._retriever.name

    @property
    def fingerprint(self) -> str:
        """Of what it searches."""
        return self._retriever.fingerprint

    def __len__(self) -> int:
        return len(self._retriever)

    def search_many(self, queries: Sequence[str], top_k: int) -> list[list[Hit]]:
        """At most ``top_k`` hits a query, best first. Raises UsageError when top_k is below 1."""
        found = self._retriever.search_many(queries, max(top_k, self._depth) if top_k > 0 else top_k)
        return [self._ordered(query, hits)[:top_k] for query, hits in zip(queries, found, strict=True)]

    def close(self) -> None:
        """Let go of what it searches."""
        self._retriever.close()

    def _ordered(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        first, rest = hits[: self._depth], hits[self._depth :]
        by_id = {hit.passage.id: hit for hit in first}
        texts = [titled(hit.passage.title, hit.passage.text) for hit in first]
        read = self.reranker.relevance(encodable(query), texts)
        joined = fuse(
            Leg([Scored(hit.passage.id, hit.score) for hit in first]),
            Leg([Scored(id, score) for id, score in zip(by_id, read, strict=True)]),
            dense_weight=self._weight,
            top_k=len(first) or 1,
        )
        return [replace(by_id[f.id], score=f.score) for f in joined] + [replace(hit, score=0.0) for hit in rest]
