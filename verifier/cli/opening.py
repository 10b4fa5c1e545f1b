"""From the settings of a call to an open Verifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from verifier.cli.options import Call
from verifier.cli.output import counting

if TYPE_CHECKING:
    from verifier.pipeline import Verifier
    from verifier.retrieval.protocols import Retriever


@contextmanager
def opened_index(call: Call) -> Iterator[Retriever]:
    """The index alone, for a call that checks nothing and so needs no checker. Raises ResourceError."""
    from verifier.models.load import load_embedder, load_reranker
    from verifier.retrieval.build import open_or_build
    from verifier.retrieval.reranking import Reranking

    embedder = load_embedder(call.settings.embedder)
    with counting(_building(call), shown=not call.quiet) as count:
        index = open_or_build(call.settings.index, embedder, progress=count)
    with index:
        spec = call.settings.reranker
        yield Reranking(index, load_reranker(spec)) if spec else index


def _building(call: Call) -> str:
    return f"passages of {call.settings.index} indexed, this once"


def opened(call: Call, texts: Sequence[str] = ()) -> Verifier:
    """The verifier that a call asks for; with ``texts``, one over these texts, and no index is opened.

    Raises ResourceError when an index or a model is missing or damaged.
    """
    from verifier.pipeline import Verifier

    wanted = call.settings
    if texts:
        bare = Verifier.without_index(
            checker=wanted.checker,
            embedder=wanted.embedder,
            reranker=wanted.reranker,
            top_k=wanted.top_k,
            max_risk=wanted.max_risk,
        )
        return bare.over(texts)
    with counting(_building(call), shown=not call.quiet) as count:
        return Verifier.open(
            index=wanted.index,
            checker=wanted.checker,
            embedder=wanted.embedder,
            generator=wanted.generator,
            reranker=wanted.reranker,
            top_k=wanted.top_k,
            max_risk=wanted.max_risk,
            progress=count,
        )
