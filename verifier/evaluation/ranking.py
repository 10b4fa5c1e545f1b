"""How good a ranking of documents is, over the judged queries of a task, and the ranking itself as a TREC run.

Each document is indexed as the product does it (passages of a few sentences); a document ranks where its best
passage does.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from verifier.datatypes import Hit
from verifier.errors import StorageError
from verifier.evaluation.beir import Task
from verifier.evaluation.metrics import ndcg, recall_at, reciprocal_rank

DEPTH = 100


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document and its score; higher is better."""

    document: str
    score: float


Run = Mapping[str, Sequence[Ranked]]


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """One leg on one set."""

    set: str
    leg: str
    n_queries: int
    ndcg_at_10: float
    recall_at_10: float
    recall_at_100: float
    mrr_at_10: float
    queries_per_second: float


def documents_of(hits: Sequence[Hit]) -> list[Ranked]:
    """Documents in the order of their best passage, each once, with its score."""
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.passage.document_id, hit.score)
    return [Ranked(document, score) for document, score in best.items()]


@dataclass(frozen=True, slots=True)
class Timed:
    """The ranking of every query, to a depth of ``DEPTH``, and how long all of them took."""

    run: Run
    seconds: float


def ranked(task: Task, search: Callable[[str], Sequence[Ranked]]) -> Timed:
    """Run every query one by one, as a person's would come."""
    begun = time.perf_counter()
    run = {name: search(text)[:DEPTH] for name, text in task.queries.items()}
    return Timed(run, time.perf_counter() - begun)


def measure(task: Task, leg: str, timed: Timed) -> RetrievalResult:
    """The figures of one leg, averaged over the queries; a query without a ranking counts as nothing found."""
    names = list(task.queries)
    order = {name: [entry.document for entry in timed.run.get(name, ())] for name in names}

    def mean(figure: Callable[[Sequence[str], Mapping[str, int], int], float], k: int) -> float:
        return sum(figure(order[name], task.relevant[name], k) for name in names) / len(names)

    return RetrievalResult(
        set=task.name,
        leg=leg,
        n_queries=len(names),
        ndcg_at_10=mean(ndcg, 10),
        recall_at_10=mean(recall_at, 10),
        recall_at_100=mean(recall_at, 100),
        mrr_at_10=mean(reciprocal_rank, 10),
        queries_per_second=len(names) / timed.seconds,
    )


def write_run(run: Run, tag: str, path: Path) -> None:
    """A run as TREC's tools read it: ``query Q0 document rank score tag`` a line. Raises StorageError.

    trec_eval keeps scores in single precision, sorts by them and breaks ties by document id. So that the order stays,
    a score that is not below the one before it is written a millionth below that one.
    """
    try:
        with path.open("w", encoding="utf-8") as out:
            for query, entries in run.items():
                _write_query(out, query, entries, tag)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}; choose another place") from error


def _write_query(out: TextIO, query: str, entries: Sequence[Ranked], tag: str) -> None:
    last = math.inf
    for rank, entry in enumerate(entries, start=1):
        last = min(entry.score, last - 1e-6 * max(1.0, abs(last))) if rank > 1 else entry.score
        out.write(f"{query} Q0 {entry.document} {rank} {last:.6f} {tag}\n")
