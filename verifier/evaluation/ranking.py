"""How good retrieval is on a BEIR folder: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/test.tsv`` (``.gz`` too).

Each document is indexed as the product does it (passages of a few sentences); a document ranks where its best
passage does. Lexical, dense and hybrid are measured on the same queries.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.datatypes import Document, Hit
from verifier.errors import InputError
from verifier.evaluation.metrics import ndcg, recall_at, reciprocal_rank

DEPTH = 100


@dataclass(frozen=True, slots=True)
class Task:
    """Queries by id, and for each the graded documents."""

    name: str
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


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


def _existing(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.exists():
            return path
    raise InputError(f"{folder}: no {name}, nor {name}.gz; expected corpus.jsonl, queries.jsonl, qrels/test.tsv")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_corpus(folder: Path) -> Iterator[Document]:
    """The documents of a BEIR folder, ids as they stand there."""
    for row in _rows(_existing(folder, "corpus.jsonl")):
        title, text = row.get("title", ""), row["text"]
        digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
        yield Document(str(row["_id"]), title, text, folder.name, "", "", digest)


def read_task(folder: Path) -> Task:
    """The judged queries of a BEIR folder."""
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    with _existing(folder, "qrels/test.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            relevant[row["query-id"]][row["corpus-id"]] = int(row["score"])
    queries = {str(row["_id"]): row["text"] for row in _rows(_existing(folder, "queries.jsonl"))}
    return Task(folder.name, {name: queries[name] for name in relevant if name in queries}, dict(relevant))


def documents_of(hits: Sequence[Hit]) -> list[str]:
    """Document ids in the order of their best passage, each once."""
    return list(dict.fromkeys(hit.passage.document_id for hit in hits))


def measure(task: Task, leg: str, search: Callable[[str], list[str]]) -> RetrievalResult:
    """Run every query one by one, as a person's would come, and average the figures."""
    begun = time.perf_counter()
    ranked = {name: search(text)[:DEPTH] for name, text in task.queries.items()}
    seconds = time.perf_counter() - begun

    def mean(figure: Callable[[Sequence[str], dict[str, int], int], float], k: int) -> float:
        return sum(figure(ranked[name], task.relevant[name], k) for name in ranked) / len(ranked)

    return RetrievalResult(
        set=task.name,
        leg=leg,
        n_queries=len(ranked),
        ndcg_at_10=mean(ndcg, 10),
        recall_at_10=mean(recall_at, 10),
        recall_at_100=mean(recall_at, 100),
        mrr_at_10=mean(reciprocal_rank, 10),
        queries_per_second=len(ranked) / seconds,
    )
