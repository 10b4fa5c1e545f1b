"""The legs of retrieval on one BEIR folder, each measured over the same index in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verifier.datatypes import Hit
from verifier.evaluation.beir import read_corpus, read_task
from verifier.evaluation.ranking import DEPTH, Ranked, RetrievalResult, Run, documents_of, measure, ranked
from verifier.evaluation.scratch import indexed
from verifier.models.protocols import Embedder, Reranker
from verifier.retrieval.fusion import DENSE_WEIGHT
from verifier.retrieval.index import Index
from verifier.retrieval.protocols import Retriever
from verifier.retrieval.reranking import Reranking


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg's name, the weight of the dense part in its fusion, and which hits are its own."""

    name: str
    dense_weight: float
    owns: Callable[[Hit], bool]


@dataclass(frozen=True, slots=True)
class Measured:
    """A leg's figures, and the ranking they are of."""

    result: RetrievalResult
    run: Run


RERANKED = "reranked"
LEGS = (
    Leg("lexical", 0.0, lambda hit: hit.lexical_rank is not None),
    Leg("dense", 1.0, lambda hit: hit.dense_rank is not None),
    Leg("hybrid", DENSE_WEIGHT, lambda hit: True),
)


def legs_of(
    folder: Path, embedder: Embedder, names: Sequence[str] = (), reranker: Reranker | None = None
) -> Iterator[Measured]:
    """Lexical, dense and hybrid, and the hybrid reranked where there is a ``reranker``, in this order, or those named.

    Raises InputError when the folder is not a BEIR one.
    """
    task = read_task(folder)
    with indexed(read_corpus(folder), embedder) as built:
        for leg in (*LEGS, replace(LEGS[-1], name=RERANKED)) if reranker else LEGS:
            if not names or leg.name in names:
                with Index.open(built.path, embedder, dense_weight=leg.dense_weight) as index:
                    found = Reranking(index, reranker) if reranker and leg.name == RERANKED else index
                    timed = ranked(task, _search(found, leg))
                yield Measured(measure(task, leg.name, timed), timed.run)


def _search(index: Retriever, leg: Leg) -> Callable[[str], list[Ranked]]:
    def search(query: str) -> list[Ranked]:
        hits = index.search(query, 3 * DEPTH)  # a document may be found by several of its passages
        return documents_of([hit for hit in hits if leg.owns(hit)])

    return search
