"""``verifier doctor``: what is installed, which models and indexes are found, what is wrong and how to mend it."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from typing import TYPE_CHECKING, Final

import click

from verifier._version import __version__
from verifier.cli.options import Call, call_of, checking_options
from verifier.cli.output import speaks_unicode, write_json, write_text
from verifier.config import origins
from verifier.errors import ResourceError, VerifierError

if TYPE_CHECKING:
    from verifier.models.protocols import NLI, Embedder, Model

DOCTOR: Final = "verifier/doctor/1"
_OFFLINE: Final = "HF_HUB_OFFLINE"
_MEND_MODEL: Final = "install verifier again, or name another model by folder or Hub id (option, variable or file)"
_PACKAGES: Final = (
    "click", "faiss-cpu", "numpy", "onnxruntime", "platformdirs", "prompt_toolkit", "pyyaml", "rank-bm25", "rich",
    "sentence-transformers", "sentencex", "tantivy", "tokenizers", "torch", "transformers",
)  # fmt: skip


class State(StrEnum):
    """How one thing that was looked at is."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


_SYMBOLS: Final = {State.FINE: ("✓", "+"), State.NOTE: ("·", "-"), State.WRONG: ("✗", "x")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do where it is wrong."""

    area: str
    state: State
    text: str
    mend: str = ""


@click.command("doctor", short_help="Say what is installed, what is wrong, and how to mend it.")
@checking_options
@click.pass_context
def command(context: click.Context) -> None:
    """Look at versions, settings, models, indexes, threads and offline state; nothing is downloaded or written.

    The exit code is 3 when something that checking needs is missing or damaged.
    """
    call = call_of(context)
    wrong = 0
    for finding in _findings(call):
        wrong += finding.state is State.WRONG
        if call.json:
            write_json(
                {
                    "schema": DOCTOR,
                    "area": finding.area,
                    "state": finding.state.value,
                    "text": finding.text,
                    "mend": finding.mend,
                }
            )
        else:
            symbol = _SYMBOLS[finding.state][0 if speaks_unicode() else 1]
            write_text(f"{symbol} {finding.area:<9} {finding.text}")
            write_text(*([f"            mend: {finding.mend}"] if finding.mend else []))
    if wrong:
        raise ResourceError(f"{wrong} thing{'' if wrong == 1 else 's'} wrong; see above how to mend it")


def _findings(call: Call) -> Iterator[Finding]:
    yield from _versions()
    for origin in origins(call.options):
        value = getattr(call.settings, origin.key)
        yield Finding(
            "setting", State.FINE, f"{origin.key} = {'embedded' if value is None else value} ({origin.place})"
        )
    yield _threads()
    yield _offline()
    yield from _corpora()
    with _no_downloads():
        yield from _models_and_index(call)


@contextmanager
def _no_downloads() -> Iterator[None]:
    """A look at what is there must not fetch what is not."""
    before = os.environ.get(_OFFLINE)
    os.environ[_OFFLINE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_OFFLINE]
        else:
            os.environ[_OFFLINE] = before


def _versions() -> Iterator[Finding]:
    yield Finding(
        "version", State.FINE, f"verifier {__version__}, Python {platform.python_version()}, {platform.platform()}"
    )
    for name in _PACKAGES:
        try:
            yield Finding("package", State.FINE, f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            yield Finding("package", State.WRONG, f"{name} is missing", f"pip install {name}")


def _threads() -> Finding:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS")
    said = f", OMP_NUM_THREADS={limit}" if limit else ""
    return Finding("threads", State.FINE, f"{usable} usable of {os.cpu_count()} cores{said}")


def _offline() -> Finding:
    value = os.environ.get(_OFFLINE, "")
    if value.upper() in ("1", "ON", "YES", "TRUE"):
        return Finding("network", State.FINE, "HF_HUB_OFFLINE is set: nothing is ever downloaded")
    return Finding("network", State.FINE, "not used, unless a Hub id is named as a model (HF_HUB_OFFLINE=1 forbids it)")


def _models_and_index(call: Call) -> Iterator[Finding]:
    from verifier.models.load import load_checker, load_embedder, load_generator, load_reranker

    wanted = call.settings
    try:
        checker = load_checker(wanted.checker)
        yield _found("checker", checker)
        yield _calibration(wanted.checker, checker, wanted.index)
    except VerifierError as error:
        yield Finding("checker", State.WRONG, str(error), _MEND_MODEL)
    try:
        embedder = load_embedder(wanted.embedder)
        yield _found("embedder", embedder)
        yield _index(wanted.index, embedder)
    except VerifierError as error:
        yield Finding("embedder", State.WRONG, str(error), _MEND_MODEL)
        yield Finding("index", State.NOTE, f"{wanted.index} was not looked at, for want of an embedder")
    yield _model("generator", lambda: load_generator(wanted.generator))
    if spec := wanted.reranker:
        yield _model("reranker", lambda: load_reranker(spec))


def _calibration(spec: str | None, checker: NLI, index: str) -> Finding:
    from verifier.judging.calibration import find_calibration, load_calibration
    from verifier.retrieval.locations import index_path

    name = index_path(index).name
    found = load_calibration(spec, digest=checker.digest, index=name)
    place = find_calibration(spec, digest=checker.digest, index=name)
    if place is None or found.risk is None:
        mend = "verifier calibrate LABELLED.jsonl"
        return Finding("risk", State.NOTE, "not measured for this checker: thresholds are the defaults", mend)
    n, wrong = (sum(getattr(step, key) for step in found.risk.steps) for key in ("n", "wrong"))
    return Finding("risk", State.FINE, f"{wrong / n:.1%} of {n} held-out settled verdicts were wrong, {place}")


def _model(kind: str, load: Callable[[], Model]) -> Finding:
    try:
        return _found(kind, load())
    except VerifierError as error:
        return Finding(kind, State.WRONG, str(error), _MEND_MODEL)


def _found(kind: str, model: Model) -> Finding:
    return Finding(kind, State.FINE, f"{model.name}@{model.digest}")


def _index(name: str, embedder: Embedder) -> Finding:
    from verifier.corpus.shipped import shipped_corpora
    from verifier.retrieval.index import Index, is_index
    from verifier.retrieval.locations import index_path

    path = index_path(name)
    build = f"verifier index build {name}"
    if not is_index(path):
        if name in shipped_corpora():
            return Finding("index", State.NOTE, f"{name} is not built yet; its first use builds it", build)
        return Finding(
            "index",
            State.WRONG,
            f"{name} is not there, nor a corpus of that name",
            f"verifier index build FOLDER --name {name}",
        )
    try:
        with Index.open(path, embedder) as index:
            text = f"{index.name}@{index.fingerprint[:12]}, {len(index)} passages, {path}"
    except VerifierError as error:
        return Finding("index", State.WRONG, str(error), build)
    return Finding("index", State.FINE, text)


def _corpora() -> Iterator[Finding]:
    from verifier.corpus.shipped import shipped_corpora

    names = shipped_corpora()
    yield Finding(
        "corpora", State.FINE if names else State.NOTE, ", ".join(names) or "none ships with this installation"
    )
