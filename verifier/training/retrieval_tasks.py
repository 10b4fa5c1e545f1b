"""Retrieval tasks made of training files: claims and questions, each with the texts that settle it, in one pool.

BEIR sets are for measuring; what is fitted (how the legs are joined, what counts as found) is fitted on these. The
queries are of groups that the embedder is never trained on. The pool of a source is all its texts, so that what is
relevant to one query is a distractor to the others.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.corpus.documents import document_digest
from verifier.datatypes import Document
from verifier.evaluation.beir import Task
from verifier.training.relevance import Relevant, is_held_out, read_relevant

SOURCES = (
    "fever_dev_rest",
    "fool_me_twice",
    "citation_integrity",
    "check_covid",
    "covidfact",
    "politihop",
    "binary_scitail",
    "qa_squad_sentences",
    "qa_squad11_part",
    "qa_bioasq",
    "qa_pubmedqa",
)
POOL = 8_000


@dataclass(frozen=True, slots=True)
class PooledTask:
    """The judged queries of a source and the documents they are sought in."""

    task: Task
    documents: tuple[Document, ...]


def pooled_tasks(data: Path, *, queries: int = 200, pool: int = POOL, seed: int = 0) -> Iterator[PooledTask]:
    """A task a source whose file is in ``data``: at most ``queries`` held-out queries, by seed, over ``pool`` texts."""
    for name in SOURCES:
        path = data / f"{name}.jsonl.gz"
        if path.exists():
            rng = random.Random(f"{seed} {name}")
            yield _pooled(name, list(read_relevant(path, rng)), queries, pool, rng)


def _pooled(name: str, rows: Sequence[Relevant], queries: int, pool: int, rng: random.Random) -> PooledTask:
    """The pool: what is relevant to the held-out queries, filled up with other rows' texts in random order."""
    held = [row for row in rows if is_held_out(row.group)]
    others = rng.sample(rows, len(rows))
    texts = list(dict.fromkeys(row.text for row in (*held, *others)))[:pool]
    ids = {text: f"{name}/{number}" for number, text in enumerate(texts)}
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        wanted[row.query].add(row.text)
    asked = list(dict.fromkeys(row.query for row in held))
    chosen = rng.sample(asked, min(queries, len(asked)))
    task = Task(
        name,
        {f"q{number}": query for number, query in enumerate(chosen)},
        {f"q{n}": {ids[text]: 1 for text in sorted(wanted[query]) if text in ids} for n, query in enumerate(chosen)},
    )
    documents = tuple(Document(id, "", text, name, "", "", document_digest("", text)) for text, id in ids.items())
    return PooledTask(task, documents)
