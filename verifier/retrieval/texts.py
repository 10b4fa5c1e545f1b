"""Retrieval over texts that are given with the call: nothing is built and no file is written.

BM25+ (Lv and Zhai, 2011) rather than plain BM25, whose weights turn to zero or below on a handful of texts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from verifier.corpus.documents import document_digest
from verifier.datatypes import Document, Hit, Passage
from verifier.errors import UsageError
from verifier.models.protocols import Embedder
from verifier.retrieval.dense import embed_passages, embed_texts
from verifier.retrieval.fingerprint import DocumentDigest, fingerprint
from verifier.retrieval.fusion import DENSE_WEIGHT, Leg, Scored, candidates_wanted, fuse, ordered
from verifier.retrieval.lexical import analyse, query_words
from verifier.retrieval.protocols import Retriever
from verifier.text.passages import split_passages
from verifier.text.utf8 import encodable

NAME = "evidence"
_BATCH = 256


class TextsIndex(Retriever):
    """Texts as documents ``evidence/1``, ``evidence/2`` and so on; without an embedder the lexical leg stands alone."""

    def __init__(
        self, texts: Sequence[str], embedder: Embedder | None = None, *, dense_weight: float = DENSE_WEIGHT
    ) -> None:
        if isinstance(texts, str):
            raise UsageError("evidence must be a list of texts, not one text; put it in brackets: [text]")
        self.documents = tuple(_document(number, text) for number, text in enumerate(texts, start=1))
        self._passages = [passage for document in self.documents for passage in split_passages(document)]
        self._by_id = {passage.id: passage for passage in self._passages}
        self._fingerprint = fingerprint(DocumentDigest(d.id, d.sha256) for d in self.documents)
        self._words = _Words(self._passages)
        self._embedder, self._dense_weight = embedder, dense_weight
        self._vectors = _embedded(self._passages, embedder) if embedder is not None and self._passages else None

    @property
    def name(self) -> str:
        """Always ``evidence``."""
        return NAME

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the texts, 64 hexadecimal digits."""
        return self._fingerprint

    def __len__(self) -> int:
        return len(self._passages)

    def search_many(self, queries: Sequence[str], top_k: int) -> list[list[Hit]]:
        """At most ``top_k`` hits a query, best first, equal scores by passage id. All queries are embedded at once.

        Raises UsageError when top_k is below 1.
        """
        if top_k < 1:
            raise UsageError(f"top_k must be 1 or more, not {top_k}")
        if not queries or not self._passages:
            return [[] for _ in queries]
        clean = [encodable(query) for query in queries]
        limit = candidates_wanted(top_k)
        return [
            self._hits(_leg(self._words.scored(query), limit), _leg(dense, limit), top_k)
            for query, dense in zip(clean, self._dense(clean), strict=True)
        ]

    def _dense(self, queries: Sequence[str]) -> list[list[Scored]]:
        if self._embedder is None or self._vectors is None:
            return [[] for _ in queries]
        # One product a query: a matrix product rounds differently for different numbers of queries.
        rows = [self._vectors @ vector for vector in embed_texts(self._embedder, queries)]
        return [[Scored(p.id, float(s)) for p, s in zip(self._passages, row, strict=True)] for row in rows]

    def _hits(self, lexical: Leg, dense: Leg, top_k: int) -> list[Hit]:
        fused = fuse(lexical, dense, dense_weight=self._dense_weight, top_k=top_k)
        similarities = dense.known()
        return [Hit(self._by_id[f.id], f.score, f.lexical_rank, f.dense_rank, similarities.get(f.id)) for f in fused]


class _Words:
    """BM25+ over passages, by the words that the lexical index of a built index uses too."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        from rank_bm25 import BM25Plus

        self._ids = [passage.id for passage in passages]
        tokens = [analyse(passage.text) for passage in passages]
        self._vocabularies = [frozenset(words) for words in tokens]
        # Without a single word there is no mean length to divide by.
        self._bm25 = BM25Plus(tokens) if any(tokens) else None

    def scored(self, query: str) -> list[Scored]:
        """Passages that share a word with the query."""
        words = query_words(query)
        if self._bm25 is None or not words:
            return []
        scores = self._bm25.get_scores(words)
        return [
            Scored(id, float(score))
            for id, score, vocabulary in zip(self._ids, scores, self._vocabularies, strict=True)
            # BM25+ gives every passage something for every word; only a shared word makes it a candidate.
            if not vocabulary.isdisjoint(words)
        ]


def _leg(scored: Sequence[Scored], limit: int) -> Leg:
    best = ordered(scored)
    return Leg(best[:limit], best[limit:])


def _document(number: int, text: str) -> Document:
    title, clean = "", encodable(text)
    id = f"{NAME}/{number}"
    return Document(id, title, clean, f"text {number} given as evidence", "", "", document_digest(title, clean))


def _embedded(passages: Sequence[Passage], embedder: Embedder) -> NDArray[np.float32]:
    batches = [passages[begin : begin + _BATCH] for begin in range(0, len(passages), _BATCH)]
    return np.concatenate([embed_passages(embedder, batch) for batch in batches])
