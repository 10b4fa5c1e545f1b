"""What a judge is fitted on: nothing that a training saw, with distractors, and claims of the tuning split only."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.fakes import BagEmbedder, OverlapNLI
from verifier.errors import UsageError
from verifier.retrieval.texts import TextsIndex
from verifier.training import held_out
from verifier.training.pairs import is_validation

GROUPS = [f"page-{n}" for n in range(1600)]
HELD = [group for group in GROUPS if is_validation(group)]
TOWNS = ("Rome", "Oslo", "Lima", "Cairo", "Delhi", "Quito", "Tunis", "Paris", "Minsk", "Sofia", "Bern", "Riga")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = []
    for number, group in enumerate([*GROUPS[:60], *HELD]):
        town = TOWNS[number % len(TOWNS)]
        stated = f"Beside the river of {town} stands an old tower with {number + 20} gates."
        for claim, label in (
            (stated, "supported"),
            (stated.replace(str(number + 20), "9000"), "contradicted"),
            (f"The mayor of {town} sings on market days.", "unsupported"),
        ):
            rows.append({"claim": claim, "evidence": stated, "label": label, "group": group})
    with gzip.open(tmp_path / "vitaminc_real_rest.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
    with gzip.open(tmp_path / "tabfact.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_only_held_out_pairs_of_prose_are_taken(data: Path) -> None:
    pairs = held_out.held_out(data, 1000)
    assert pairs
    assert {pair.source for pair in pairs} == {"vitaminc_real_rest"}
    assert {pair.group for pair in pairs} <= set(HELD)


def test_everything_is_fitted_on_pairs_and_tuning_claims(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    class Index(TextsIndex):
        def __enter__(self) -> Index:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    class Watched(OverlapNLI):
        def score(self, pairs):  # type: ignore[no-untyped-def]
            seen.extend(pair.hypothesis for pair in pairs)
            return super().score(pairs)

    monkeypatch.setattr(held_out, "load_checker", lambda _: Watched())
    monkeypatch.setattr(held_out, "load_embedder", lambda _: BagEmbedder())
    monkeypatch.setattr(held_out, "open_or_build", lambda name, embedder: Index(["Bats fly at night."]))
    monkeypatch.setattr(held_out, "own_pairs", lambda *, held_out: [])
    claims = data / "claims.jsonl"
    rows = [("Bats fly at night.", "tune"), ("Owls hunt mice by day.", "test")]
    claims.write_text("".join(json.dumps({"claim": c, "label": "supported", "split": s}) + "\n" for c, s in rows))
    fitted = held_out.fit_held_out(data, Path("checker"), 1000, claims=claims)
    for calibration in (fitted.retrieved, fitted.given):
        assert calibration.judge is not None
        assert calibration.risk is not None
    assert fitted.retrieved.judge != fitted.given.judge  # only one of them has seen the claim
    assert "Bats fly at night." in seen
    assert "Owls hunt mice by day." not in seen


def test_no_data_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_out, "load_checker", lambda _: OverlapNLI())
    monkeypatch.setattr(held_out, "own_pairs", lambda *, held_out: [])
    with pytest.raises(UsageError, match="at least 30 claims"):
        held_out.fit_held_out(tmp_path, Path("checker"), 10)
