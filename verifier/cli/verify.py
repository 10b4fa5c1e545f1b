"""``verifier verify``: claims given as words, checked against an index or against texts given with them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from verifier.cli import opening
from verifier.cli.options import call_of, checking_options
from verifier.cli.output import write_text, write_verdict
from verifier.errors import UsageError


@click.command("verify", short_help="Check claims given as words.")
@click.argument("claims", metavar="CLAIM...", nargs=-1, required=True)
@click.option(
    "--evidence",
    "evidence",
    metavar="FILE",
    multiple=True,
    help="Check against this text file instead of an index; may be given more than once; - is standard input.",
)
@checking_options
@click.pass_context
def command(context: click.Context, claims: tuple[str, ...], evidence: tuple[str, ...]) -> None:
    """Say of each CLAIM whether the corpus supports it, contradicts it, or does not settle it.

    Put a claim in quotation marks. A file of claims is for: verifier batch.
    """
    from verifier.text.claims import as_claim

    call = call_of(context)
    if "-" in claims:
        raise UsageError("verify takes claims as words; for claims on standard input use: verifier batch -")
    checked = [as_claim(claim).text for claim in claims]
    texts = [_evidence(name) for name in evidence]
    with opening.opened(call, texts) as verifier:
        for number, verdict in enumerate(verifier.verify_many(checked), 1):
            if number > 1 and not call.json:
                write_text("")
            write_verdict(verdict, id=str(number), json=call.json, verbose=call.verbose)


def _evidence(name: str) -> str:
    from verifier.text.files import read_text

    if name != "-":
        return read_text(Path(name))
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input: expected UTF-8 text, got byte {error.object[error.start]:#x}") from error
    if not text.strip():
        raise UsageError("standard input: expected evidence, got nothing")
    return text
