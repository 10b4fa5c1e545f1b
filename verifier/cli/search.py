"""``verifier search``: the passages that retrieval finds, with the ranks of both legs."""

from __future__ import annotations

from collections.abc import Sequence

import click

from verifier.cli.opening import opened_index
from verifier.cli.options import (
    Call,
    call_of,
    embedder_option,
    index_option,
    reranker_option,
    speaking_options,
    top_k_option,
)
from verifier.cli.output import write_hits
from verifier.datatypes import Hit
from verifier.errors import UsageError


@click.command("search", short_help="Show what retrieval finds for a query.")
@click.argument("query", nargs=-1, required=True)
@index_option
@embedder_option
@reranker_option
@top_k_option
@speaking_options
@click.pass_context
def command(context: click.Context, query: tuple[str, ...]) -> None:
    """Show the passages found for QUERY, best first: score, rank by words (lexical), rank by meaning (dense)."""
    call = call_of(context)
    words = " ".join(query).strip()
    if not words:
        raise UsageError("expected a query of at least one word, got an empty one")
    with opened_index(call) as index:
        hits = index.search(words, call.settings.top_k)
    _warn(call, words, hits)
    write_hits(hits, json=call.json)


def _warn(call: Call, words: str, hits: Sequence[Hit]) -> None:
    """Say on stderr when nothing was found, or nothing that looks as if it could settle the query."""
    from verifier.retrieval.answerable import load_answerability

    if not hits:
        call.note("nothing found; other words, or another index with --index, may find more")
    elif (fitted := load_answerability(call.settings.embedder)) and fitted.chance(words, hits) < fitted.cut:
        call.note("none of these is near enough to settle it; other words, or another --index, may find more")
