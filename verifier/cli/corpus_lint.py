"""``verifier corpus lint``: everything in a corpus that its curator should look at, as lines, JSON or SARIF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from verifier.cli.options import Call, call_of, embedder_option, speaking_options
from verifier.cli.output import counting, write_json, write_text
from verifier.errors import UsageError

if TYPE_CHECKING:
    from verifier.corpus.findings import Finding, Place
    from verifier.corpus.survey import Entry
    from verifier.datatypes import Document
    from verifier.judging.contradictions import Comparison

FINDING: Final = "verifier/finding/1"
_LEVELS: Final = {"error": ("error",), "warning": ("error", "warning")}


@click.command("lint", short_help="Look for what should be mended in a corpus.")
@click.argument("name", metavar="NAME|FOLDER")
@click.option("--contradictions", is_flag=True, help="Let the checker look for sentences that contradict each other.")
@click.option("--max-words", type=click.IntRange(1), default=2000, show_default=True, metavar="N",
              help="Words from which on a document is too long.")  # fmt: skip
@click.option("--stale-days", type=click.IntRange(0), default=730, show_default=True, metavar="N",
              help="Days after which a 'checked' date is stale.")  # fmt: skip
@click.option("--max-sentences", type=click.IntRange(1), default=10000, show_default=True, metavar="N",
              help="Sentences looked up with --contradictions, spread over the corpus.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(list(_LEVELS)), help="End with exit code 1 on findings of this weight.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Write SARIF 2.1.0, for code hosts and editors.")
@click.option("--checker", metavar="MODEL", help="Checker for --contradictions: a folder or a Hub id.")
@embedder_option
@speaking_options
@click.pass_context
def command(
    context: click.Context,
    name: str,
    contradictions: bool,
    max_words: int,
    stale_days: int,
    max_sentences: int,
    fail_on: str | None,
    as_sarif: bool,
    checker: str | None,
) -> None:
    """Look for what should be mended in the documents of a corpus, and go on whatever is wrong with one of them.

    Reported are documents that cannot be read, have no source or licence, are empty, too long, stale or there twice,
    passages that nearly repeat others, and with --contradictions sentences of which only one can be true.
    """
    from datetime import date

    from verifier.corpus.lint import Limits, in_order, lint
    from verifier.corpus.shipped import find_corpus
    from verifier.corpus.survey import survey

    call = call_of(context)
    if call.json and as_sarif:
        raise UsageError("--json and --sarif ask for two things; give one of them")
    corpus = find_corpus(name)
    surveyed = survey(corpus)
    found = surveyed.findings + lint(surveyed.entries, Limits(date.today(), max_words, stale_days))
    if contradictions:
        found += _contradictions(call, surveyed.entries, checker, max_sentences)
    found = in_order(found)
    _write(found, _shown(corpus), as_sarif=as_sarif, as_json=call.json)
    weights = [finding.rule.level.value for finding in found]
    errors, warnings = weights.count("error"), weights.count("warning")
    parts = ((len(surveyed.entries), "document"), (errors, "error"), (warnings, "warning"))
    documents, *weighed = (f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in parts)
    call.note(f"{documents}: {', '.join(weighed)}")
    context.exit(int(fail_on is not None and any(weight in _LEVELS[fail_on] for weight in weights)))


def _contradictions(call: Call, entries: Sequence[Entry], checker: str | None, most: int) -> list[Finding]:
    """What the checker finds, and a note on how much it looked at."""
    from verifier.corpus.findings import Finding, Rule

    by_id = {entry.document.id: entry for entry in entries}
    if len(by_id) < 2:
        call.note("contradictions: there are no two documents to compare")
        return []
    done = _compared(call, [entry.document for entry in by_id.values()], checker, most)
    findings = []
    for pair in done.opposed:
        one, other = (by_id[s.passage.document_id].place(s.start) for s in (pair.one, pair.other))
        message = (
            f'"{pair.one.text}" is contradicted ({pair.strength:.0%}) by "{pair.other.text}"; look up which of the two '
            "holds, or say what sets them apart"
        )
        findings.append(Finding(Rule.CONTRADICTION, one, message, other))
    return findings


def _compared(call: Call, documents: Sequence[Document], checker: str | None, most: int) -> Comparison:
    """Documents compared by the checker, over an index that is made aside and let go of."""
    from contextlib import ExitStack
    from tempfile import TemporaryDirectory

    from verifier.judging.calibration import load_calibration
    from verifier.judging.contradictions import compare
    from verifier.models.load import load_checker, load_embedder
    from verifier.retrieval.index import Index

    spec = checker or call.settings.checker
    nli, embedder = load_checker(spec), load_embedder(call.settings.embedder)
    temperature = load_calibration(spec, digest=nli.digest).thresholds.temperature
    with ExitStack() as stack:
        aside = Path(stack.enter_context(TemporaryDirectory()))
        with counting("passages indexed", shown=not call.quiet) as count:
            index = Index.build(aside / "index", documents, embedder, name="lint", progress=count)
        stack.enter_context(index)
        count = stack.enter_context(counting("pairs of sentences read", shown=not call.quiet))
        done = compare(documents, index, nli, temperature=temperature, most=most, progress=count)
    unread = f", {done.unread} without a reading that can be trusted" if done.unread else ""
    call.note(
        f"contradictions: {done.read} of {done.sentences} sentences looked up, {done.pairs} pairs about the same thing "
        f"read by {nli.name}@{nli.digest}{unread}"
    )
    return done


def _shown(corpus: Path) -> Callable[[Place], str]:
    """How a place of the corpus is named: from the working folder when the corpus lies below it."""
    root = corpus if corpus.is_dir() else corpus.parent
    absolute, here = root.resolve(), Path.cwd()
    within = absolute.relative_to(here) if absolute.is_relative_to(here) else None
    return lambda place: place.file if within is None else (within / place.file).as_posix()


def _write(found: Iterable[Finding], shown: Callable[[Place], str], *, as_sarif: bool, as_json: bool) -> None:
    if as_sarif:
        _write_sarif(found, shown)
        return
    for finding in found:
        rule, place, other = finding.rule, finding.place, finding.other
        if as_json:
            write_json(
                {
                    "schema": FINDING,
                    "file": shown(place),
                    "line": place.line,
                    "rule": rule.value,
                    "level": rule.level.value,
                    "message": finding.message,
                    "other": None if other is None else {"file": shown(other), "line": other.line},
                }
            )
        else:
            write_text(f"{shown(place)}:{place.line}: {rule.level.value} {rule.value}: {_told(finding, shown)}")


def _told(finding: Finding, shown: Callable[[Place], str]) -> str:
    """The message, and the other place that it speaks of."""
    other = finding.other
    return finding.message if other is None else f"{finding.message} ({shown(other)}:{other.line})"


def _write_sarif(found: Iterable[Finding], shown: Callable[[Place], str]) -> None:
    from verifier.corpus.findings import RULES
    from verifier.reports.sarif import Level, Location, Result, Rule, sarif

    rules = [Rule(rule.value, meaning.text, Level(meaning.level.value)) for rule, meaning in RULES.items()]
    results = [
        Result(
            rule=finding.rule.value,
            level=Level(finding.rule.level.value),
            message=_told(finding, shown),
            location=Location(shown(finding.place), finding.place.line),
            related=() if finding.other is None else (Location(shown(finding.other), finding.other.line),),
        )
        for finding in found
    ]
    write_json(sarif(rules, results))
