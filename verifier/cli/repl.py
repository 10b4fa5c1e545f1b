"""The conversation behind ``verifier ask``, line by line.

On a terminal prompt_toolkit edits the line and keeps a history in the state folder; otherwise lines are read as they
come. Ctrl-C drops the answer being made, Ctrl-D leaves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from verifier.cli import opening
from verifier.cli.conversation import COMMANDS, MODES, Conversation
from verifier.cli.multiline import Entries
from verifier.cli.options import Call
from verifier.errors import UsageError, VerifierError
from verifier.reports.plain import plain

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.history import History

PROMPT: Final = "verifier> "
CONTINUED: Final = "     ...> "


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
    """Entries of standard input. Raises UsageError when it is not UTF-8."""
    entries = Entries()
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            entry = entries.feed(line.decode())
        except UnicodeDecodeError as error:
            raise UsageError(f"standard input, line {number}: expected UTF-8 text, got something else") from error
        if entry is not None:
            yield entry
    if entries.unfinished:
        yield entries.rest()


def _typed(call: Call) -> Iterator[str]:
    """Entries typed at a prompt, until Ctrl-D; Ctrl-C begins a new one."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.output import create_output

    session: PromptSession[str] = PromptSession(
        history=_history(call),
        completer=completer(),
        complete_while_typing=False,
        output=create_output(always_prefer_tty=True),  # the prompt is no data: it stays out of a piped stdout
    )
    entries = Entries()
    while True:
        try:
            entry = entries.feed(session.prompt(CONTINUED if entries.unfinished else PROMPT))
        except KeyboardInterrupt:
            entries.drop()
            continue
        except EOFError:
            return
        if entry is not None:
            yield entry


def completer() -> Completer:
    """Completes commands, the names of indexes after /index, modes after /mode, and paths."""
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter, WordCompleter
    from prompt_toolkit.document import Document

    from verifier.retrieval.build import index_names

    words = WordCompleter(list(COMMANDS), sentence=True)
    path = PathCompleter(expanduser=True)
    arguments = {
        "/index": WordCompleter(index_names, sentence=True),
        "/mode": WordCompleter(list(MODES)),
        "/save": path,
        "/load": path,
    }

    class Commands(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
            word, space, rest = document.text_before_cursor.partition(" ")
            chosen = arguments.get(word) if space else words
            if chosen is not None:
                yield from chosen.get_completions(Document(rest if space else word), complete_event)

    return Commands()


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
