"""``verifier ask``: one answer, or a conversation when no question is given."""

from __future__ import annotations

import click

from verifier.cli import opening
from verifier.cli.options import call_of, checking_options
from verifier.cli.output import write_answer
from verifier.errors import UsageError


@click.command("ask", short_help="Answer a question; with no question, start a conversation.")
@click.argument("question", nargs=-1)
@checking_options
@click.pass_context
def command(context: click.Context, question: tuple[str, ...]) -> None:
    """Draft an answer to QUESTION, check each of its claims, and show what stands.

    With no QUESTION it starts a conversation; without a terminal, it reads a question a line from standard input.
    """
    call = call_of(context)
    words = " ".join(question).strip()
    if question and not words:
        raise UsageError("expected a question, got an empty one")
    if not question:
        from verifier.cli.repl import converse

        converse(call)
        return
    with opening.opened(call) as verifier:
        write_answer(verifier.ask_steps(words), json=call.json, verbose=call.verbose)
