"""How much the dense leg and a reranker should weigh, on held-out queries of training files, never on a dev set.

    python benchmarks/weights.py TRAIN [RERANKER]

TRAIN is a folder of pair and question files; their held-out queries are sought among the texts of their own file.
Prints the mean over the files of nDCG@10 and recall@100 for each weight of the dense leg and, given a reranker's folder
or Hub id, of nDCG@10 for each weight of the reranker over the first 10, 20 and 30 hits, and the milliseconds a passage.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path

from verifier.datatypes import Hit
from verifier.evaluation.ranking import DEPTH, Ranked, documents_of, measure, ranked
from verifier.evaluation.scratch import indexed
from verifier.models.load import load_embedder, load_reranker
from verifier.models.protocols import Reranker
from verifier.retrieval.fusion import DENSE_WEIGHT
from verifier.retrieval.index import Index
from verifier.retrieval.protocols import Retriever
from verifier.retrieval.reranking import Reranking
from verifier.training.retrieval_tasks import pooled_tasks

QUERIES, POOL = 100, 2_500
DENSE = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)
DEPTHS, MIXED = (10, 20, 30), (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)


class Once(Retriever):
    """Hits of one query that were found before."""

    name, fingerprint = "once", ""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = list(hits)

    def __len__(self) -> int:
        return len(self._hits)

    def search_many(self, queries: Sequence[str], top_k: int) -> list[list[Hit]]:
        """The same hits for every query."""
        return [self._hits[:top_k] for _ in queries]


class Remembered:
    """A reranker that reads a text for a query only once, and knows how long it took."""

    def __init__(self, reranker: Reranker) -> None:
        self.name, self.digest = reranker.name, reranker.digest
        self._reranker, self._known = reranker, dict[tuple[str, str], float]()
        self.seconds, self.read = 0.0, 0

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """As the reranker says."""
        new = [text for text in texts if (query, text) not in self._known]
        begun = time.perf_counter()
        found = self._reranker.relevance(query, new) if new else []
        self.seconds, self.read = self.seconds + time.perf_counter() - begun, self.read + len(new)
        self._known |= {(query, text): score for text, score in zip(new, found, strict=True)}
        return [self._known[query, text] for text in texts]


def reranked(
    found: Mapping[str, Sequence[Hit]], reranker: Reranker, depth: int, weight: float, query: str
) -> list[Ranked]:
    """The documents of what was found for a query, in their new order."""
    return documents_of(Reranking(Once(found[query]), reranker, depth=depth, weight=weight).search(query, DEPTH))


def main(data: Path, spec: str | None) -> None:
    """Measure and print."""
    embedder = load_embedder(None)
    reranker = Remembered(load_reranker(spec)) if spec else None
    first: dict[float, list[tuple[float, float]]] = defaultdict(list)
    again: dict[tuple[int, float], list[float]] = defaultdict(list)
    for pooled in pooled_tasks(data, queries=QUERIES, pool=POOL):
        task = pooled.task
        with indexed(pooled.documents, embedder) as built:
            for weight in DENSE:
                with Index.open(built.path, embedder, dense_weight=weight) as index:
                    found = {query: index.search(query, DEPTH) for query in task.queries.values()}
                once = {query: documents_of(hits) for query, hits in found.items()}
                figures = measure(task, "hybrid", ranked(task, once.__getitem__))
                first[weight].append((figures.ndcg_at_10, figures.recall_at_100))
                if reranker and weight == DENSE_WEIGHT:
                    for depth, share in product(DEPTHS, MIXED):
                        timed = ranked(task, partial(reranked, found, reranker, depth, share))
                        again[depth, share].append(measure(task, "reranked", timed).ndcg_at_10)
        print(f"{task.name}: {len(task.queries)} queries, {len(pooled.documents)} documents", file=sys.stderr)
    for weight, pairs in first.items():
        gain, recall = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
        print(f"dense {weight:.2f}  nDCG@10 {gain:.4f}  recall@100 {recall:.4f}")
    for (depth, share), gains in again.items():
        print(f"reranker {share:.2f} over {depth}  nDCG@10 {sum(gains) / len(gains):.4f}")
    if reranker:
        print(f"{1000 * reranker.seconds / reranker.read:.2f} ms a passage")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
