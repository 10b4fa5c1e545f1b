"""The ``verifier`` group. A command's module is imported when it runs, so that ``--help`` stays fast."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import click

from verifier._version import __version__


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lives, and its line in the list of commands."""

    module: str
    short_help: str


COMMANDS: Final[Mapping[str, Entry]] = {
    "ask": Entry("verifier.cli.ask", "Answer a question; with no question, start a conversation."),
    "verify": Entry("verifier.cli.verify", "Check claims given as words."),
    "batch": Entry("verifier.cli.batch", "Check a file of claims, or the claims of a document."),
    "search": Entry("verifier.cli.search", "Show what retrieval finds for a query."),
    "explain": Entry("verifier.cli.explain", "Show every step that leads to a verdict."),
    "index": Entry("verifier.cli.index_", "Build, list and check indexes."),
    "corpus": Entry("verifier.cli.corpus", "Look at corpora, check them, begin your own."),
    "eval": Entry("verifier.cli.eval_", "Measure the experts on labelled files."),
    "calibrate": Entry("verifier.cli.calibrate", "Fit confidence and risk to labelled claims of your own."),
    "train": Entry("verifier.cli.train", "Train an expert from a base encoder."),
    "doctor": Entry("verifier.cli.doctor", "Say what is installed, what is wrong, and how to mend it."),
}


class LazyGroup(click.Group):
    """A group whose commands are known by name and imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table, which is the order in which a user meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; its module holds it as ``command``."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = import_module(entry.module).command
        assert isinstance(command, click.Command)  # a fault of the table above, never of a user
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; an unknown name is answered with the nearest one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.short_help) for name, entry in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 findings (with --fail-on), 2 usage, 3 a model, corpus or index is missing or "
    "damaged, 4 some rows failed, 130 interrupted.",
)
@click.version_option(__version__, prog_name="verifier")
def app() -> None:
    """Tell what a text claims from what a corpus you trust supports.

    Results go to standard output, notes and progress to standard error. Everything runs on this machine.
    """
