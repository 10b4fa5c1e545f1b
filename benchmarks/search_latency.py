"""How long a hybrid search takes in a large index, one query at a time, its embedding included.

    python benchmarks/search_latency.py [PASSAGES]

Passages (100,000 by default) are four random sentences of ``commons`` each. A passage's vector is the mean of its
sentences' vectors, since embedding so many passages would take an hour; a query is embedded as always.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from verifier.corpus.documents import document_digest, read_documents
from verifier.datatypes import Document
from verifier.evaluation.end_to_end import read_claims
from verifier.models.load import load_embedder
from verifier.models.protocols import Embedder
from verifier.retrieval.index import Index
from verifier.text.sentences import sentences

COMMONS = Path(__file__).parents[1] / "corpora" / "commons"
QUERIES = 500


class Composed:
    """The shipped embedder, but for texts whose vector is known."""

    def __init__(self, embedder: Embedder, known: dict[str, NDArray[np.float32]]) -> None:
        self._embedder, self._known = embedder, known
        self.name, self.digest, self.dimension = embedder.name, embedder.digest, embedder.dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """*Shape:* (len(texts), dimension)."""
        rows = [self._known[text] if text in self._known else self._embedder.embed([text])[0] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)


def main() -> None:
    """Build, search, print one JSON object."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    embedder, rng = load_embedder(None), random.Random(0)
    documents = list(read_documents(COMMONS, "commons"))
    said = [d.text[span.start : span.end] for d in documents for span in sentences(d.text)]
    vectors = embedder.embed(said)
    chosen = [rng.sample(range(len(said)), 4) for _ in range(count)]
    texts = [" ".join(said[n] for n in members) for members in chosen]
    known = {}
    for text, members in zip(texts, chosen, strict=True):
        mean = vectors[members].mean(axis=0)
        known[text] = mean / np.linalg.norm(mean)
    composed = Composed(embedder, known)

    def made() -> Iterator[Document]:
        for number, text in enumerate(texts):
            yield Document(f"made/{number}", "", text, "", "", "", document_digest("", text))

    queries = [row.claim for row in read_claims(COMMONS / "claims.jsonl", QUERIES)]
    with (
        tempfile.TemporaryDirectory() as scratch,
        Index.build(Path(scratch) / "index", made(), composed, name="made") as index,
    ):
        for query in queries[:50]:
            index.search(query, 8)
        seconds = []
        for query in queries:
            begun = time.perf_counter()
            index.search(query, 8)
            seconds.append(time.perf_counter() - begun)
        figures = {
            "passages": len(index),
            "queries": len(queries),
            "median_ms": round(1000 * statistics.median(seconds), 1),
            "p95_ms": round(1000 * statistics.quantiles(seconds, n=20)[-1], 1),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
