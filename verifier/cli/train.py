"""``verifier train``: make your own experts. Runs are resumed by giving the same folder again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import click

from verifier.errors import UsageError

FOLDER = click.Path(path_type=Path, file_okay=False)

# What several trainings are asked alike.
_DATA = click.option("--data", type=FOLDER, required=True, help="Folder of pair and question files (.jsonl.gz).")
_BASE = click.option("--base", type=FOLDER, required=True, help="Folder of the base encoder (Hugging Face layout).")
_RUN = click.option("--run", type=FOLDER, required=True, help="Folder for checkpoints and the finished model.")
_MINUTES = click.option(
    "--minutes", type=float, help="End the schedule after so many minutes of training at the latest."
)
_LICENCES = click.option(
    "--all-licences", is_flag=True, help="Also sources whose licence forbids sharing what they make."
)
_SEED = click.option("--seed", type=int, default=0, show_default=True, help="Seed of the order and of what is made.")


@click.group("train")
def command() -> None:
    """Train an expert from a base encoder. Needs the extra: pip install 'verifier[train]'."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")


def _existing(folder: Path, wanted: str, what: str) -> Path:
    if not any(folder.glob(wanted)):
        raise UsageError(f"{folder}: expected {what}, found no {wanted} there")
    return folder


@command.command("checker")
@click.option("--data", type=FOLDER, required=True, help="Folder of pair files (.jsonl.gz).")
@_BASE
@_RUN
@click.option("--presentations", type=click.IntRange(1), default=2_000_000, show_default=True, help="Pairs to present.")
@_MINUTES
@click.option("--rate", type=float, default=2.5e-4, show_default=True, help="Peak learning rate.")
@click.option("--general", type=float, default=1.0, show_default=True, help="Share of what is not fact verification.")
@click.option("--own", type=float, default=3.0, show_default=True, help="How often our own teaching pairs are shown.")
@click.option("--start", type=FOLDER, help="Folder of a checker, trained or exported, to start from.")
@click.option("--freeze", type=click.IntRange(0), default=0, help="Keep so many layers, and what is under them, as is.")
@_LICENCES
@_SEED
def checker(
    data: Path,
    base: Path,
    run: Path,
    presentations: int,
    minutes: float | None,
    rate: float,
    general: float,
    own: float,
    start: Path | None,
    freeze: int,
    all_licences: bool,
    seed: int,
) -> None:
    """The three-way NLI cross-encoder."""
    from verifier.training.checker import Recipe, train
    from verifier.training.loop import Plan

    plan = Plan(presentations, rate, minutes)
    recipe = Recipe(
        _existing(data, "*.jsonl.gz", "pair files"),
        _existing(base, "config.json", "a Hugging Face model"),
        plan,
        general=general,
        own=own,
        all_licences=all_licences,
        start=None if start is None else _existing(start, "model.*", "a checker"),
        frozen_layers=freeze,
        seed=seed,
    )
    _tell(train(recipe, run), run)


@command.command("embedder")
@_DATA
@_BASE
@_RUN
@click.option("--presentations", type=click.IntRange(1), default=200_000, show_default=True, help="Queries to present.")
@_MINUTES
@click.option("--rate", type=float, default=3e-5, show_default=True, help="Peak learning rate.")
@click.option("--share", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Weight of the tuned model.")
@_LICENCES
@_SEED
def embedder(
    data: Path,
    base: Path,
    run: Path,
    presentations: int,
    minutes: float | None,
    rate: float,
    share: float,
    all_licences: bool,
    seed: int,
) -> None:
    """The sentence encoder for retrieval."""
    from verifier.training.embedder import Recipe, train
    from verifier.training.loop import Plan

    recipe = Recipe(
        _existing(data, "*.jsonl.gz", "pair files"),
        _existing(base, "config.json", "a Hugging Face model"),
        Plan(presentations, rate, minutes),
        all_licences=all_licences,
        seed=seed,
    )
    _tell(train(recipe, run, share), run)


@command.command("reranker")
@_DATA
@click.option("--start", type=FOLDER, required=True, help="Folder of a trained checker, whose lowest layers it keeps.")
@_RUN
@click.option("--presentations", type=click.IntRange(1), default=1_000_000, show_default=True, help="Pairs to present.")
@_MINUTES
@click.option("--rate", type=float, default=2e-4, show_default=True, help="Peak learning rate.")
@click.option("--layers", type=click.IntRange(1), default=2, show_default=True, help="How many layers it keeps.")
@_LICENCES
@_SEED
def reranker(
    data: Path,
    start: Path,
    run: Path,
    presentations: int,
    minutes: float | None,
    rate: float,
    layers: int,
    all_licences: bool,
    seed: int,
) -> None:
    """A small cross-encoder that orders what retrieval finds."""
    from verifier.training.loop import Plan
    from verifier.training.reranker import Recipe, train

    recipe = Recipe(
        _existing(data, "*.jsonl.gz", "pair files"),
        _existing(start, "*.safetensors", "a trained checker"),
        Plan(presentations, rate, minutes),
        layers=layers,
        all_licences=all_licences,
        seed=seed,
    )
    _tell(train(recipe, run), run)


@command.command("generator")
@_DATA
@_BASE
@_RUN
@click.option("--presentations", type=click.IntRange(1), default=1_000_000, show_default=True, help="Rows to present.")
@_MINUTES
@click.option("--rate", type=float, default=4e-4, show_default=True, help="Peak learning rate of the decoder.")
@click.option("--start", type=FOLDER, help="Folder of an exported generator to start from.")
@_SEED
def generator(
    data: Path,
    base: Path,
    run: Path,
    presentations: int,
    minutes: float | None,
    rate: float,
    start: Path | None,
    seed: int,
) -> None:
    """The small encoder-decoder that drafts answers."""
    from verifier.training.generator import Recipe, train
    from verifier.training.loop import Plan

    recipe = Recipe(
        _existing(data, "*.jsonl.gz", "question files"),
        _existing(base, "config.json", "a Hugging Face model"),
        Plan(presentations, rate, minutes),
        start=None if start is None else _existing(start, "encoder.onnx", "a generator"),
        seed=seed,
    )
    _tell(train(recipe, run), run)


@command.command("export")
@click.argument("kind", type=click.Choice(["checker", "embedder", "generator", "reranker"]))
@click.option("--model", type=FOLDER, required=True, help="Folder of the finished model.")
@click.option("--out", type=FOLDER, required=True, help="Folder for the int8 ONNX model.")
@click.option("--base-name", default="", help="What the model was started from, for its config.")
def export(kind: str, model: Path, out: Path, base_name: str) -> None:
    """A trained model to int8 ONNX, as the package ships it."""
    from verifier.training.export import export_checker, export_embedder, export_reranker
    from verifier.training.export_generator import export_generator

    _existing(model, "*.safetensors", "a trained model")
    exporters: dict[str, Callable[..., None]] = {
        "checker": export_checker,
        "embedder": export_embedder,
        "generator": export_generator,
        "reranker": export_reranker,
    }
    exporters[kind](model, out, base=base_name)
    click.echo(str(out))


@command.command("calibration")
@click.option(
    "--data", type=FOLDER, required=True, help="Folder of pair files (.jsonl.gz); only its held-out part is used."
)
@click.option("--checker", type=FOLDER, required=True, help="Folder of an exported checker; the file is written there.")
@click.option("--per-source", type=click.IntRange(1), default=400, show_default=True, help="Pairs of each source.")
@click.option(
    "--claims", type=click.Path(path_type=Path), help="Claims of the index; those of the split 'tune' are used."
)
@click.option("--index", default="commons", show_default=True, help="Index that the claims are checked against.")
def calibration(data: Path, checker: Path, per_source: int, claims: Path | None, index: str) -> None:
    """Temperature, judge, cuts and risk table of a checker, fitted on pairs held out from its training.

    Once for evidence that is retrieved, once for texts that are given in a call.
    """
    from verifier.judging.calibration import NAME, TEXTS_NAME, save_calibration
    from verifier.training.held_out import fit_held_out

    fitted = fit_held_out(
        _existing(data, "*.jsonl.gz", "pair files"),
        _existing(checker, "*.onnx", "a model"),
        per_source,
        claims=claims,
        index=index,
    )
    for calibrated, name in ((fitted.retrieved, NAME), (fitted.given, TEXTS_NAME)):
        save_calibration(calibrated, checker / name)
        click.echo(str(checker / name))


@command.command("answerability")
@click.option("--data", type=FOLDER, required=True, help="Folder of pair and question files; held-out rows are used.")
@click.option("--embedder", type=FOLDER, required=True, help="Folder of an embedder; the file is written there.")
def answerability(data: Path, embedder: Path) -> None:
    """What tells queries that a corpus can settle from others, fitted to an embedder."""
    from verifier.models.load import load_embedder
    from verifier.retrieval.answerable import NAME, save_answerability
    from verifier.training.answerable import fit_answerability

    _existing(data, "*.jsonl.gz", "pair and question files")
    _existing(embedder, "*.*", "a model")
    save_answerability(fit_answerability(data, load_embedder(str(embedder))), embedder / NAME)
    click.echo(str(embedder / NAME))


def _tell(done: bool, run: Path) -> None:
    if done:
        click.echo(str(run / "model"))
    else:
        click.echo(f"stopped; the same command goes on from {run / 'checkpoint.pt'}", err=True)
