"""The one place where an error becomes a line on stderr and an exit code.

VerifierError          its own exit code (2 usage and input, 3 models, corpora, indexes, disk)
click's usage errors   2
Ctrl-C                 130
a closed pipe          0, and not a word: ``| head`` is no failure
another OSError        3
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from verifier.cli.app import app
from verifier.errors import VerifierError
from verifier.reports.plain import plain

INTERRUPTED = 130
RESOURCE = 3
_COMPLETION = "_VERIFIER_COMPLETE"


def guarded(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code, with at most one line about what went wrong."""
    if _COMPLETION in os.environ:
        app.main(list(arguments), prog_name="verifier")
    _lenient_streams()
    with _as_before():
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    verbose = False
    try:
        context = app.make_context("verifier", list(arguments))
        try:
            with context:
                app.invoke(context)
            sys.stdout.flush()
        finally:
            verbose = bool(context.meta.get("verifier.verbose"))
        return 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except BrokenPipeError:
        _discard_output()
        return 0
    except (KeyboardInterrupt, click.Abort):
        return _said("interrupted", INTERRUPTED)
    except (VerifierError, click.ClickException, OSError) as error:
        if verbose:
            traceback.print_exc()
        return _told(error)


@contextmanager
def _as_before() -> Iterator[None]:
    """What a command sets for the whole process (see ``call_of``) ends with it."""
    with warnings.catch_warnings():
        before = logging.root.manager.disable
        try:
            yield
        finally:
            logging.disable(before)


def _told(error: VerifierError | click.ClickException | OSError) -> int:
    if isinstance(error, VerifierError):
        return _said(str(error), error.exit_code)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()  # a group without a command: its help is the answer
        return error.exit_code
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx else "verifier"
        return _said(f"{error.format_message()} (see {path} --help)", error.exit_code)
    if isinstance(error, click.ClickException):
        return _said(error.format_message(), error.exit_code)
    subject = f"{error.filename}: " if error.filename else ""
    return _said(f"{subject}{error.strerror or error}", RESOURCE)


def _said(message: str, code: int) -> int:
    try:
        click.echo(f"verifier: {plain(message)}", err=True)
    except OSError:  # nobody listens on stderr either; the exit code still tells
        return code
    return code


def _lenient_streams() -> None:
    """A terminal that cannot show a letter gets a stand-in for it, and not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(errors="replace")


def _discard_output() -> None:
    """Keep the interpreter's own flush at exit from complaining about the pipe that is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
