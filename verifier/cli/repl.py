"""The conversation behind ``verifier ask``: a line is a question, a line that begins with / is a command.

On a terminal prompt_toolkit edits the line and keeps a history in the state folder; otherwise lines are read as they
come. Ctrl-C drops the answer being made, Ctrl-D leaves.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import click

from verifier.cli import opening
from verifier.cli.options import Call
from verifier.cli.output import speaks_unicode, write_json, write_lines
from verifier.errors import UsageError, VerifierError
from verifier.reports.plain import plain

if TYPE_CHECKING:
    from prompt_toolkit.history import History

    from verifier.datatypes import Evidence
    from verifier.pipeline import Verifier

PROMPT: Final = "verifier> "


class Conversation:
    """Carries out one line after the other; knows the verifier in use and the sources of the last answer."""

    def __init__(self, call: Call, verifier: Verifier) -> None:
        self.call = call
        self.verifier = verifier
        self.sources: tuple[Evidence, ...] = ()

    def handle(self, line: str) -> bool:
        """Carry out a line; false when it was the last. Raises VerifierError when it cannot be carried out."""
        text = line.strip()
        if not text:
            return True
        if not text.startswith("/"):
            self.ask(text)
            return True
        word, _, rest = text.partition(" ")
        known = COMMANDS.get(word)
        if known is None:
            close = difflib.get_close_matches(word, COMMANDS, 1)
            raise UsageError(f"no command {word}; {f'did you mean {close[0]}?' if close else '/help lists them'}")
        if known.run is None:
            return False
        known.run(self, rest.strip())
        return True

    def ask(self, question: str) -> None:
        """Answer a question and remember its sources."""
        from verifier.judging.revise import citations

        answer = self.verifier.ask(question)
        self.sources = tuple(citation.evidence for citation in citations(answer.verdicts))
        if self.call.json:
            from verifier.reports.json import answer_row

            write_json(answer_row(answer))
        else:
            from verifier.reports.terminal import answer_lines

            write_lines(answer_lines(answer, unicode=speaks_unicode(), verbose=self.call.verbose))

    def check(self, claim: str) -> None:
        """Check one claim and remember its evidence."""
        if not claim:
            raise UsageError("expected a claim: /check Vinegar is an acid.")
        verdict = self.verifier.verify(claim)
        self.sources = verdict.evidence
        if self.call.json:
            from verifier.reports.json import verdict_row

            write_json(verdict_row(verdict, id="1"))
        else:
            from verifier.reports.terminal import verdict_lines

            write_lines(verdict_lines(verdict, unicode=speaks_unicode(), verbose=self.call.verbose))

    def evidence(self, number: str) -> None:
        """Show the whole passage behind a citation number of the last answer."""
        from verifier.reports.terminal import passage_lines

        if not self.sources:
            raise UsageError("there is no evidence yet: ask a question, or /check a claim, first")
        if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= len(self.sources)):
            raise UsageError(f"expected a number from 1 to {len(self.sources)}, got {plain(number) or 'none'}")
        write_lines(passage_lines(self.sources[int(number) - 1]))

    def index(self, name: str) -> None:
        """Say which index is in use, or go over to another one."""
        if name:
            call = replace(self.call, settings=replace(self.call.settings, index=name))
            opened = opening.opened(call)  # the old one stays in use when this fails
            self.verifier.close()
            self.call, self.verifier, self.sources = call, opened, ()
        from verifier.reports.terminal import text_lines

        retriever = self.verifier.retriever
        write_lines(text_lines(f"{retriever.name}: {len(retriever)} passages, {retriever.fingerprint[:12]}"))

    def help(self, _: str) -> None:
        """List the commands."""
        from verifier.reports.terminal import text_lines

        rows = [f"{entry.usage:<16} {entry.help}" for entry in COMMANDS.values()]
        write_lines(text_lines("A line is a question; its answer is checked.", *rows))


@dataclass(frozen=True, slots=True)
class Entry:
    """A command of the conversation; one that runs nothing ends it."""

    usage: str
    help: str
    run: Callable[[Conversation, str], None] | None


COMMANDS: Final[Mapping[str, Entry]] = {
    "/help": Entry("/help", "this list", Conversation.help),
    "/check": Entry("/check CLAIM", "the verdict on a claim", Conversation.check),
    "/evidence": Entry("/evidence N", "the whole passage behind source N", Conversation.evidence),
    "/index": Entry("/index [NAME]", "the index in use, or another one", Conversation.index),
    "/quit": Entry("/quit", "leave (so does Ctrl-D)", None),
}


def converse(call: Call) -> None:
    """Hold a conversation until its input ends. Without a terminal the first failing line sets the exit code."""
    terminal = sys.stdin.isatty()
    lines = _typed(call) if terminal else _piped()
    conversation = Conversation(call, opening.opened(call))
    failure: VerifierError | None = None
    if terminal:
        call.note("Ask a question, or /help. Ctrl-D leaves.")
    try:
        for line in lines:
            try:
                if not conversation.handle(line):
                    break
            except VerifierError as error:
                failure = failure or error
                click.echo(f"verifier: {plain(str(error))}", err=True)
            except KeyboardInterrupt:
                if not terminal:
                    raise
                call.note("cancelled")
    finally:
        conversation.verifier.close()
    if failure is not None and not terminal:
        click.get_current_context().exit(failure.exit_code)


def _piped() -> Iterator[str]:
    """Lines of standard input. Raises UsageError when they are not UTF-8."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise UsageError(f"standard input, line {number}: expected UTF-8 text, got something else") from error


def _typed(call: Call) -> Iterator[str]:
    """Lines typed at a prompt, until Ctrl-D; Ctrl-C begins a new line."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.output import create_output

    session: PromptSession[str] = PromptSession(
        history=_history(call),
        completer=WordCompleter(list(COMMANDS), sentence=True),
        complete_while_typing=False,
        output=create_output(always_prefer_tty=True),  # the prompt is no data: it stays out of a piped stdout
    )
    while True:
        try:
            yield session.prompt(PROMPT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _history(call: Call) -> History:
    """Earlier lines, in a file that only the user can read; in memory alone where there is no such file."""
    import platformdirs
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    path = platformdirs.user_state_path("verifier") / "history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        call.note(f"note: no history is kept: {path}: {error.strerror}")
        return InMemoryHistory()
    return FileHistory(str(path))
