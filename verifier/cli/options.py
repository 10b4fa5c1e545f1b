"""The options that commands share, and what they come to in one call."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from verifier.config import KEYS, Options, Settings, load_settings

_PREFIX = "verifier."

# Any: click hands a callback whatever parameters its decorators declare.
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: its settings, and how it is to speak."""

    settings: Settings
    options: Options
    json: bool
    quiet: bool
    verbose: bool

    def note(self, text: str) -> None:
        """Say something on stderr that is not data, unless the call is quiet."""
        if not self.quiet:
            click.echo(text, err=True)


def speaking_options(command: Command) -> Command:
    """``--json``, ``-q`` and ``-v``."""
    command = _hidden("--json", "json", is_flag=True, help="Write JSON, one object a line.")(command)
    command = _hidden("-q", "--quiet", "quiet", is_flag=True, help="No notes and no progress on stderr.")(command)
    return _hidden("-v", "--verbose", "verbose", is_flag=True, help="Show more, and tracebacks of errors.")(command)


def embedder_option(command: Command) -> Command:
    """``--embedder``, which building an index needs too."""
    return _hidden("--embedder", "embedder", metavar="MODEL", help="Embedder: a folder or a Hub id.")(command)


def index_option(command: Command) -> Command:
    """``--index``."""
    return _hidden("--index", "index", metavar="NAME|PATH", help="Index to check against.")(command)


def top_k_option(command: Command) -> Command:
    """``--top-k``."""
    return _hidden("--top-k", "top_k", type=int, metavar="N", help="Passages retrieved for a claim.")(command)


def reranker_option(command: Command) -> Command:
    """``--reranker``."""
    help = "Cross-encoder that orders what is found anew: a folder or a Hub id."
    return _hidden("--reranker", "reranker", metavar="MODEL", help=help)(command)


def checking_options(command: Command) -> Command:
    """Everything that decides how a claim is checked, then the speaking options."""
    command = speaking_options(command)
    command = _hidden("--max-risk", "max_risk", type=float, metavar="P", help="Withhold riskier verdicts.")(command)
    command = top_k_option(command)
    command = _hidden(
        "--generator", "generator", metavar="MODEL", help="Generator: a folder, a Hub id, or a server's address."
    )(command)
    command = embedder_option(reranker_option(command))
    command = _hidden("--checker", "checker", metavar="MODEL", help="Checker: a folder or a Hub id.")(command)
    return index_option(command)


def call_of(context: click.Context) -> Call:
    """The call that the options, variables and files come to. Raises UsageError on a wrong value."""
    meta = context.meta
    options = Options(**{key: meta.get(_PREFIX + key) for key in KEYS})
    flags = [bool(meta.get(_PREFIX + name)) for name in ("json", "quiet", "verbose")]
    if not flags[-1]:  # other packages' warnings and log lines are not the user's to mend, unless -v asks for them
        logging.disable(logging.WARNING)
        if not sys.warnoptions:
            warnings.simplefilter("ignore")
    return Call(load_settings(options), options, *flags)


def _hidden(*names: str, **attributes: Any) -> Callable[[Command], Command]:  # the keywords of click.option itself
    """An option whose value waits in the context for :func:`call_of`, instead of going through every callback."""
    return click.option(*names, expose_value=False, callback=_keep, **attributes)


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    context.meta[f"{_PREFIX}{parameter.name}"] = value
