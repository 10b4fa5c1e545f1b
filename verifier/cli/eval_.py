"""``verifier eval``: measure the checker, retrieval, or the whole product on labelled files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from verifier.cli.options import call_of, checking_options
from verifier.cli.output import write_text
from verifier.errors import UsageError

FILES = click.Path(path_type=Path)


@click.group("eval")
def command() -> None:
    """Measure the experts on labelled files. Tables on a terminal, one JSON object a line with --json."""


@command.command("checker")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--pairs", "bare", is_flag=True, help="Score the bare NLI model, whole evidence as one premise.")
@click.option("--limit", type=click.IntRange(1), help="A sample of this many rows of each file, drawn by seed.")
@checking_options
@click.pass_context
def checker(context: click.Context, files: tuple[Path, ...], bare: bool, limit: int | None) -> None:
    """Accuracy and calibration on FILES of labelled pairs (claim, evidence, label; .jsonl or .jsonl.gz)."""
    from verifier.evaluation.pairs import bare_guesses, measure, product_guesses, read_labelled
    from verifier.pipeline import Verifier

    call = call_of(context)
    settings = call.settings
    verifier = Verifier.without_index(
        checker=settings.checker, embedder=settings.embedder, top_k=settings.top_k, max_risk=settings.max_risk
    )
    for path in files:
        pairs = read_labelled(path, limit)
        guesses = (
            bare_guesses(verifier.checker, pairs, verifier.thresholds.temperature)
            if bare
            else product_guesses(verifier, pairs)
        )
        _print(asdict(measure(_set_name(path), pairs, guesses)), call.json)


@command.command("retrieval")
@click.argument("folders", nargs=-1, required=True, type=FILES)
@click.option(
    "--leg", "legs", multiple=True, type=click.Choice(["lexical", "dense", "hybrid", "reranked"]), help="Only this leg."
)
@click.option("--run", "run_file", type=FILES, help="Write the last leg's ranking as a TREC run.")
@checking_options
@click.pass_context
def retrieval(context: click.Context, folders: tuple[Path, ...], legs: tuple[str, ...], run_file: Path | None) -> None:
    """Lexical, dense and hybrid retrieval on BEIR FOLDERS: nDCG@10, recall, MRR and queries per second.

    With a --reranker, the hybrid reranked too.
    With several FOLDERS, the set's name goes into the name of the --run file, before its suffix.
    """
    from verifier.evaluation.legs import RERANKED, legs_of
    from verifier.evaluation.ranking import write_run
    from verifier.models.load import load_embedder, load_reranker

    call = call_of(context)
    embedder, spec = load_embedder(call.settings.embedder), call.settings.reranker
    reranker = load_reranker(spec) if spec else None
    if reranker is None and RERANKED in legs:
        raise UsageError("the leg reranked needs a --reranker: give a cross-encoder's folder or Hub id")
    if not call.json:
        click.echo(_RETRIEVAL_HEAD)
    for folder in folders:
        measured = None
        for measured in legs_of(folder, embedder, legs, reranker):
            row = {_NAMES.get(name, name): value for name, value in asdict(measured.result).items()}
            if call.json:
                _print(row, as_json=True)
            else:
                click.echo(_RETRIEVAL_ROW.format(*row.values()))
        if run_file is not None and measured is not None:
            own = run_file if len(folders) == 1 else run_file.with_suffix(f".{folder.name}{run_file.suffix}")
            write_run(measured.run, f"verifier-{measured.result.leg}", own)


@command.command("answerability")
@click.argument("sets", nargs=-1, required=True, type=FILES)
@click.option("--limit", type=click.IntRange(1), help="The first so many queries of each set.")
@checking_options
@click.pass_context
def answerability(context: click.Context, sets: tuple[Path, ...], limit: int | None) -> None:
    """How well queries that a corpus can settle are told from others, on BEIR folders and files of questions.

    Of a folder, each query is asked with its relevant documents and without them. A file (question, context, answers;
    .jsonl or .jsonl.gz) has questions of both kinds.
    """
    from verifier.evaluation.answering import measure, read_cases
    from verifier.models.load import load_embedder
    from verifier.retrieval.answerable import load_answerability

    call = call_of(context)
    embedder, fitted = load_embedder(call.settings.embedder), load_answerability(call.settings.embedder)
    if fitted is None:
        raise UsageError(f"nothing is fitted to {embedder.name}; run: verifier train answerability")
    for path in sets:
        _print(asdict(measure(_set_name(path), read_cases(path, embedder, limit), fitted)), call.json)


@command.command("generator")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--distractors", default=0, type=click.IntRange(0), help="So many other contexts beside the right one.")
@click.option("--limit", type=click.IntRange(1), help="A sample of this many questions of each file, drawn by seed.")
@click.option("--split", help="Only rows whose split this is, such as test.")
@click.option("--show", default=0, type=click.IntRange(0), help="Print so many drafts, to be read.")
@checking_options
@click.pass_context
def generator(
    context: click.Context, files: tuple[Path, ...], distractors: int, limit: int | None, split: str | None, show: int
) -> None:
    """Drafts and checked answers on FILES of questions (question, answers, context; .jsonl or .jsonl.gz).

    Questions without a context are asked against --index. An unanswerable question has no answers.
    """
    from verifier.cli.opening import opened
    from verifier.evaluation.questions import measure, outcomes, read_questions

    call = call_of(context)
    with opened(call) as verifier:
        for path in files:
            rows = read_questions(path, limit, split=split)
            others = [row.context for row in read_questions(path) if row.context] if distractors else []
            done = list(outcomes(verifier, rows, others, distractors))
            _print(asdict(measure(_set_name(path), done)), call.json)
            for one in done[:show]:
                write_text(one.asked.question, f"  draft: {one.answer.draft}", f"  text:  {one.answer.text}")
                write_text(f"  right: {'; '.join(one.asked.answers) or 'not in the context'}")


@command.command("pipeline")
@click.argument("claims", type=FILES)
@click.option("--limit", type=click.IntRange(1), help="A sample of this many claims, drawn by seed.")
@click.option("--split", help="Only rows whose split this is, such as test.")
@checking_options
@click.pass_context
def pipeline(context: click.Context, claims: Path, limit: int | None, split: str | None) -> None:
    """The whole product on CLAIMS (claim, label, and document where known), evidence retrieved from --index."""
    from verifier.cli.opening import opened
    from verifier.evaluation.end_to_end import measure, read_claims

    call = call_of(context)
    with opened(call) as verifier:
        _print(asdict(measure(verifier, read_claims(claims, limit, split=split))), call.json)


@command.command("robustness")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--limit", type=click.IntRange(1), help="A sample of this many supported pairs of each file, by seed.")
@checking_options
@click.pass_context
def robustness(context: click.Context, files: tuple[Path, ...], limit: int | None) -> None:
    """How edits of the supported pairs of FILES mislead the product, or move it when they should not.

    For negation, name and number: the share still called supported. For the others: the share whose label stays.
    """
    from verifier.evaluation.robustness import read_supported
    from verifier.evaluation.robustness import robustness as measured
    from verifier.pipeline import Verifier

    call = call_of(context)
    settings = call.settings
    verifier = Verifier.without_index(
        checker=settings.checker, embedder=settings.embedder, top_k=settings.top_k, max_risk=settings.max_risk
    )
    for path in files:
        _print(asdict(measured(verifier, _set_name(path), read_supported(path, limit))), call.json)


_NAMES = {name.replace("@", "_at_"): name for name in ("ndcg@10", "recall@10", "recall@100", "mrr@10")}
_RETRIEVAL_HEAD = (
    f"{'set':28} {'leg':8} {'queries':>7} {'nDCG@10':>8} {'R@10':>6} {'R@100':>6} {'MRR@10':>7} {'q/s':>6}"
)
_RETRIEVAL_ROW = "{:28} {:8} {:7} {:8.3f} {:6.3f} {:6.3f} {:7.3f} {:6.1f}"


def _set_name(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".jsonl")


def _print(row: dict[str, object], as_json: bool) -> None:
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}
    if as_json:
        click.echo(json.dumps(rounded))
        return
    parts = []
    for name, value in rounded.items():
        shown = " ".join(f"{k}={_figure(v)}" for k, v in value.items()) if isinstance(value, dict) else value
        parts.append(f"{name} {shown}")
    click.echo("  ".join(parts))


def _figure(value: object) -> str:
    """Three decimals for a share, a dash for none.

    >>> [_figure(value) for value in (0.25, 12, None)]
    ['0.250', '12', '-']
    """
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
