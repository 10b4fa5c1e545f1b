"""``verifier batch``: a file of claims in, a row for each out, written as it comes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli import opening
from verifier.cli.options import Call, call_of, checking_options
from verifier.cli.output import counting, speaks_unicode
from verifier.datatypes import Label
from verifier.errors import InputError, StorageError, UsageError
from verifier.reports.labels import LabelStyle

if TYPE_CHECKING:
    from verifier.batch import BatchRow, Done, Tally
    from verifier.datatypes import Provenance
    from verifier.text.rows import ClaimRow

_FINDINGS, _SOME_FAILED = 1, 4


@click.command("batch", short_help="Check a file of claims, or the claims of a document.")
@click.argument("file", metavar="FILE|-")
@click.option("-o", "--out", metavar="OUT", help="Write here, row by row, instead of to standard output.")
@click.option("--format", "layout", type=click.Choice(["jsonl", "table"]), help="How rows are written [jsonl].")
@click.option("--resume", is_flag=True, help="Keep what OUT has, skip these rows, and append the others.")
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice([label.value for label in Label]),
    multiple=True,
    help="End with 1 when a claim has this label.",
)
@click.option(
    "--label-style",
    "style",
    type=click.Choice([style.value for style in LabelStyle]),
    default="verifier",
    help="Spelling of the labels.",
)
@checking_options
@click.pass_context
def command(
    context: click.Context,
    file: str,
    out: str | None,
    layout: str | None,
    resume: bool,
    fail_on: tuple[str, ...],
    style: str,
) -> None:
    """Check every claim of FILE: .txt (one a line), .jsonl, .csv, .tsv, or a document (.md) whose claims are found.

    A row that cannot be checked is written with its error, and the exit code is then 4.
    """
    from verifier.batch import Done, read_done, run

    call = call_of(context)
    target = None if out is None else Path(out)
    if call.json and layout == "table":
        raise UsageError("--json and --format table ask for two things; give one of them")
    _check_target(target, file, layout, resume=resume)
    rows = _claims(file)
    done = read_done(target) if resume and target is not None else Done()
    with ExitStack() as stack:
        verifier = stack.enter_context(opening.opened(call))
        _note_other_basis(call, done, verifier.provenance)
        write = _writer(stack, target, LabelStyle(style), resume=resume, table=layout == "table")
        shown = not call.quiet and (target is not None or not sys.stdout.isatty())
        count = stack.enter_context(counting("claims checked", shown=shown))
        for number, row in enumerate(run(done.remaining(rows), verifier), 1):
            write(row)
            done.tally.add(row.verdict.label if row.verdict else None)
            count(number)
    call.note(_summary(done.tally))
    context.exit(_exit_code(done.tally, fail_on))


def _check_target(target: Path | None, file: str, layout: str | None, *, resume: bool) -> None:
    """Everything about OUT that can be known before models are loaded."""
    if resume and (target is None or layout == "table"):
        raise UsageError("--resume continues a file of JSON lines: give -o OUT, and no --format table")
    if target is None:
        return
    if target.is_dir():
        raise UsageError(f"-o {target}: expected a file, got a folder. Name a file in it")
    if not target.parent.is_dir():
        raise UsageError(f"-o {target}: there is no folder {target.parent}. Make it first, or name another one")
    if file != "-" and target.exists() and Path(file).exists() and target.samefile(file):
        raise UsageError(f"-o {target} is the input file itself, which would be overwritten. Name another file")


def _claims(file: str) -> Iterator[ClaimRow]:
    """The rows of the input. The first is read at once, so that a bad file ends the call before models are loaded."""
    from verifier.text.rows import read_rows

    if file == "-":
        rows = read_rows(Path("standard input"), sys.stdin.buffer)  # the path only names it
    else:
        rows = (
            _document_rows(Path(file)) if Path(file).suffix.lower() in (".md", ".markdown") else read_rows(Path(file))
        )
    first = next(rows, None)
    if first is None:
        raise InputError(f"{'standard input' if file == '-' else file}: expected claims, found none")
    return chain([first], rows)


def _document_rows(path: Path) -> Iterator[ClaimRow]:
    """The claims that a document makes, numbered, with their place in it."""
    from verifier.text.claims import find_claims
    from verifier.text.files import read_text
    from verifier.text.rows import ClaimRow

    for number, claim in enumerate(find_claims(read_text(path)), 1):
        yield ClaimRow(str(number), claim.text, {"start": claim.start, "end": claim.end}, "")


def _note_other_basis(call: Call, done: Done, provenance: Provenance) -> None:
    """Rows of one file may rest on different models; each says so itself, and the user hears of it here."""
    import json

    from verifier.reports.json import provenance_row

    if done.bases - {json.dumps(provenance_row(provenance))}:
        call.note("note: the rows already written rest on another index, model or threshold; each row names its own")


def _writer(
    stack: ExitStack, target: Path | None, style: LabelStyle, *, resume: bool, table: bool
) -> Callable[[BatchRow], None]:
    """A function that writes one row and lets go of it, so that what was written stays whatever comes next."""
    if target is None:
        stream = sys.stdout.buffer
    else:
        try:
            stream = stack.enter_context(target.open("ab" if resume else "wb"))
        except OSError as error:
            raise StorageError(f"cannot write {target}: {error.strerror}. Name another file with -o") from error
    render = _table(style, to_file=target is not None) if table else _json(style)

    def write(row: BatchRow) -> None:
        try:
            stream.write(render(row))
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            place = target or "standard output"
            raise StorageError(f"cannot write to {place}: {error.strerror}. The rows before it are kept") from error

    return write


def _json(style: LabelStyle) -> Callable[[BatchRow], bytes]:
    from verifier.reports.json import dump, error_row, verdict_row

    def render(row: BatchRow) -> bytes:
        if row.verdict is None:
            return dump(error_row(id=row.id, claim=row.claim, error=row.error, input=row.input)).encode() + b"\n"
        return dump(verdict_row(row.verdict, id=row.id, input=row.input, style=style)).encode() + b"\n"

    return render


def _table(style: LabelStyle, *, to_file: bool) -> Callable[[BatchRow], bytes]:
    """Rows as columns: coloured and cut to the terminal's width, whole and plain anywhere else."""
    from verifier.reports.terminal import batch_line, console_for, rendered

    console = console_for(sys.stdout) if sys.stdout.isatty() and not to_file else None
    encoding = "utf-8" if to_file else sys.stdout.encoding or "utf-8"

    def render(row: BatchRow) -> bytes:
        line = batch_line(
            id=row.id,
            claim=row.claim,
            verdict=row.verdict,
            error=row.error,
            width=0 if console is None else console.width,
            style=style,
            unicode=to_file or speaks_unicode(),
        )
        return rendered(console, line).encode(encoding, errors="replace")

    return render


def _summary(tally: Tally) -> str:
    parts = [f"{tally.labels[label]} {label}" for label in sorted(tally.labels)]
    parts += [f"{tally.failures} failed"] if tally.failures else []
    total = sum(tally.labels.values()) + tally.failures
    return f"{total} claim{'' if total == 1 else 's'}: {', '.join(parts) or 'nothing to do'}"


def _exit_code(tally: Tally, fail_on: Sequence[str]) -> int:
    """Failed rows weigh more than findings: the findings are then not complete."""
    if tally.failures:
        return _SOME_FAILED
    return _FINDINGS if any(label.value in fail_on and tally.labels[label] for label in tally.labels) else 0
