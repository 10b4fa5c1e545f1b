"""``verifier explain``: every step from a claim to its verdict."""

from __future__ import annotations

import click

from verifier.cli import opening
from verifier.cli.options import call_of, checking_options
from verifier.cli.output import write_trace


@click.command("explain", short_help="Show every step that leads to a verdict.")
@click.argument("claim")
@checking_options
@click.pass_context
def command(context: click.Context, claim: str) -> None:
    """Show the passages found for CLAIM, what the checker makes of each sentence, and the rule that decided."""
    from verifier.text.claims import as_claim

    call = call_of(context)
    checked = as_claim(claim).text
    with opening.opened(call) as verifier:
        trace = verifier.explain(checked)
    write_trace(trace, json=call.json)
