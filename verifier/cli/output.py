"""Writing results: JSON as UTF-8 bytes, text for people through rich, progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from verifier.reports.plain import plain, visible

if TYPE_CHECKING:
    from verifier.answering import Step
    from verifier.datatypes import Answer, Hit, Verdict
    from verifier.judging.tracing import Trace
    from verifier.reports.json import Row
    from verifier.reports.terminal import Line


def write_json(row: Row) -> None:
    """One line of JSON on stdout, in UTF-8 whatever the terminal speaks."""
    from verifier.reports.json import dump

    sys.stdout.flush()
    sys.stdout.buffer.write(dump(row).encode() + b"\n")
    sys.stdout.buffer.flush()


def write_lines(lines: Iterable[Line]) -> None:
    """Text for people on stdout."""
    from verifier.reports.terminal import console_for, show

    show(console_for(sys.stdout), lines)


def write_verdict(verdict: Verdict, *, id: str = "1", json: bool, verbose: bool) -> None:
    """A verdict on stdout, as a line of JSON or for people."""
    if json:
        from verifier.reports.json import verdict_row

        write_json(verdict_row(verdict, id=id))
    else:
        from verifier.reports.terminal import verdict_lines

        write_lines(verdict_lines(verdict, unicode=speaks_unicode(), verbose=verbose))


def write_answer(steps: Iterable[Step], *, json: bool, verbose: bool) -> Answer:
    """An answer on stdout, as a line of JSON, or for people step by step as it is made; returns it."""
    from verifier.answering import DraftPiece
    from verifier.datatypes import Answer
    from verifier.reports.terminal import Telling

    telling = Telling(unicode=speaks_unicode(), verbose=verbose)
    answer: Answer | None = None
    streamed = ""
    for step in steps:
        if isinstance(step, Answer):
            answer = step
        if json:
            continue
        if isinstance(step, DraftPiece) and not step.whole:
            if not streamed:
                write_lines(telling.draft_head())
            piece = visible(step.text) if streamed else f"  {visible(step.text).lstrip()}"
            click.echo(piece, nl=False)
            streamed += step.text
            continue
        if isinstance(step, DraftPiece) and streamed:
            click.echo()
            if plain(step.text) == plain(streamed):
                continue
        write_lines(telling.lines(step))
    if answer is None:
        raise AssertionError("the last step is the answer")
    if json:
        from verifier.reports.json import answer_row

        write_json(answer_row(answer))
    return answer


def write_hits(hits: Sequence[Hit], *, json: bool, first: int = 1) -> None:
    """What retrieval found on stdout, ranks counted from ``first``."""
    if json:
        from verifier.reports.json import hit_row

        for rank, hit in enumerate(hits, first):
            write_json(hit_row(hit, rank=rank))
    else:
        from verifier.reports.terminal import hit_lines

        write_lines(hit_lines(hits, first=first))


def write_trace(trace: Trace, *, json: bool) -> None:
    """Every step behind a verdict on stdout."""
    from verifier.reports.trace import trace_lines, trace_row

    if json:
        write_json(trace_row(trace))
    else:
        write_lines(trace_lines(trace, unicode=speaks_unicode()))


def write_text(*texts: str) -> None:
    """Lines of text on stdout, made safe to show; what stands before the first letter is kept."""
    for text in texts:
        begin = len(text) - len(text.lstrip(" "))
        click.echo(text[:begin] + visible(text[begin:]))


def speaks_unicode() -> bool:
    """Whether stdout can show the symbols; if not, ASCII ones stand in."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


@contextmanager
def counting(what: str, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """A count with its rate on stderr while something long runs; it appears with the first number."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} {task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(what, total=None)

    def count(done: int) -> None:
        bar.start()
        bar.update(task, completed=done)

    try:
        yield count
    finally:
        bar.stop()
