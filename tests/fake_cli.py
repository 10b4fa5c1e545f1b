"""The command line over fakes, for tests in this process and, as ``python -m tests.fake_cli``, in another one."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes import BagEmbedder, FirstSentenceGenerator, OverlapNLI
from verifier.__main__ import main
from verifier.datatypes import Thresholds
from verifier.errors import IndexNotFoundError, ModelError, UsageError
from verifier.judging.calibration import Calibration
from verifier.models.protocols import Pair, PairScores
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex

TEXTS = (
    "Vinegar is an acid. Vinegar keeps food from spoiling.",
    "The tower stands in Paris. The tower was built in 1889.",
    "Honey keeps for years. Honey is made by bees.",
)
FAILS = "crash"


class MoodyNLI(OverlapNLI):
    """An OverlapNLI that can be slow, and that breaks on a claim with one certain word."""

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        time.sleep(float(os.environ.get("FAKE_DELAY", "0")))
        for pair in pairs:
            if FAILS in pair.hypothesis:
                raise RuntimeError("the fake was told to fail")
            if "oversized" in pair.hypothesis:
                raise UsageError("the claim does not fit the checker; make it shorter")
            if "damaged" in pair.hypothesis:
                raise ModelError("the model's file is damaged; install it again")
        return super().score(pairs)


def fake_verifier(*, top_k: int = 8, max_risk: float = 0.0) -> Verifier:
    """A verifier over TEXTS."""
    return Verifier(
        retriever=TextsIndex(TEXTS, BagEmbedder()),
        checker=MoodyNLI(),
        embedder=BagEmbedder(),
        generator=FirstSentenceGenerator(),
        calibration=Calibration(Thresholds(top_k=top_k, max_risk=max_risk)),
    )


def fake_open(
    *,
    index: str = "commons",
    checker: str | None = None,
    embedder: str | None = None,
    generator: str | None = None,
    reranker: str | None = None,
    top_k: int = 8,
    max_risk: float = 0.0,
    progress: Callable[[int], None] | None = None,
) -> Verifier:
    """In the place of Verifier.open."""
    if index == "absent":
        raise IndexNotFoundError("no index absent; build it with: verifier index build absent")
    return fake_verifier(top_k=top_k, max_risk=max_risk)


def fake_without_index(
    *,
    checker: str | None = None,
    embedder: str | None = None,
    reranker: str | None = None,
    top_k: int = 8,
    max_risk: float = 0.0,
) -> Verifier:
    """In the place of Verifier.without_index."""
    return fake_verifier(top_k=top_k, max_risk=max_risk)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call left behind."""

    code: int
    out: str
    err: str


class Cli:
    """Calls the command line in this process, in an empty folder and with no settings of the user's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.monkeypatch, self.capsys, self.folder = monkeypatch, capsys, folder
        monkeypatch.setattr(Verifier, "open", fake_open)
        monkeypatch.setattr(Verifier, "without_index", fake_without_index)
        monkeypatch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("VERIFIER_")]:
            monkeypatch.delenv(name)
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / "xdg" / name.lower()))

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Outcome:
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        self.capsys.readouterr()
        code = main(arguments)
        captured = self.capsys.readouterr()
        return Outcome(code, captured.out, captured.err)


def environment(folder: Path) -> dict[str, str]:
    """Variables for a subprocess that is to be as undisturbed as :class:`Cli`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VERIFIER_")}
    folders = {f"XDG_{name}_HOME": str(folder / "xdg" / name.lower()) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    return kept | folders | {"PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONWARNINGS": ""}


COMMAND = (sys.executable, "-m", "tests.fake_cli")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent may have it ignored
    Verifier.open = fake_open  # type: ignore[method-assign, assignment]
    Verifier.without_index = fake_without_index  # type: ignore[method-assign, assignment]
    sys.exit(main())
