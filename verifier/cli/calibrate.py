"""``verifier calibrate``: fit confidence, cuts and measured risk to labelled claims of one's own."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from verifier.cli import opening
from verifier.cli.options import call_of, checking_options
from verifier.cli.output import write_json, write_text

CALIBRATION = "verifier/calibration/1"


@click.command("calibrate", short_help="Fit confidence and risk to labelled claims of your own.")
@click.argument("labelled", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write here instead of to the user's configuration.")
@checking_options
@click.pass_context
def command(context: click.Context, labelled: Path, out: Path | None) -> None:
    """Refit what turns the checker's readings into verdicts on LABELLED: claim and label a line, as JSON.

    Rows with evidence are checked against it, and what is fitted holds for every index; rows without are checked
    against --index, and it holds for this index. Without --out it is used from the next call on. Thirty claims are
    the least, some of each label; a few hundred are better.
    """
    from verifier.judging.calibration import load_calibration, save_calibration, user_file
    from verifier.pipeline import Verifier
    from verifier.training.own_domain import has_evidence, refit

    call = call_of(context)
    wanted = call.settings
    given = has_evidence(labelled)
    verifier = (
        Verifier.without_index(checker=wanted.checker, embedder=wanted.embedder) if given else opening.opened(call)
    )
    with verifier:
        shipped = load_calibration(wanted.checker, index="" if given else verifier.retriever.name)
        fitted = refit(verifier, labelled, shipped)
        place = out or user_file(verifier.checker.digest, "" if given else verifier.retriever.name)
    save_calibration(fitted.calibration, place)
    if call.json:
        row = {"schema": CALIBRATION, "n": fitted.n, "file": str(place)}
        write_json(row | {"before": asdict(fitted.before), "after": asdict(fitted.after)})
        return
    write_text(f"{fitted.n} claims; after: judged by what was fitted on others of them")
    for name, before in asdict(fitted.before).items():
        write_text(f"  {name.replace('_', ' '):<16} {before:.3f} -> {getattr(fitted.after, name):.3f}")
    write_text(f"written to {place}")
