"""``verifier calibrate`` from a file to verdicts that use what was fitted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fake_cli import TEXTS, Cli
from verifier.errors import InputError
from verifier.judging.calibration import read_calibration, user_file
from verifier.training.own_domain import has_evidence

TOWNS = ("Rome", "Oslo", "Lima", "Cairo", "Delhi", "Quito", "Tunis", "Paris", "Minsk", "Sofia", "Bern", "Riga")


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    return Cli(monkeypatch, capsys, tmp_path)


def pairs() -> list[dict[str, str]]:
    rows = []
    for number, town in enumerate(TOWNS):
        stated = f"The old tower of {town} has {number + 20} gates."
        for claim, label in (
            (stated, "supported"),
            (f"The old tower of {town} has 99 gates.", "contradicted"),
            (f"The mayor of {town} sings.", "unsupported"),
        ):
            rows.append({"claim": claim, "evidence": stated, "label": label})
    return rows


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_rows_with_evidence_calibrate_the_checker_everywhere(cli: Cli, tmp_path: Path) -> None:
    done = cli("calibrate", str(written(tmp_path / "own.jsonl", pairs())), "--json")
    assert done.code == 0, done.err
    row = json.loads(done.out)
    assert (row["schema"], row["n"]) == ("verifier/calibration/1", 36)
    assert row["after"]["accuracy"] > 0.9
    assert Path(row["file"]) == user_file("1" * 12)
    assert read_calibration(user_file("1" * 12)).judge is not None


def test_rows_without_evidence_calibrate_one_index(cli: Cli, tmp_path: Path) -> None:
    claims = [{"claim": text.split(".")[0] + ".", "label": "supported"} for text in TEXTS]
    rows = claims * 5 + [{"claim": f"The mayor of {t} sings.", "label": "unsupported"} for t in TOWNS]
    rows += [{"claim": f"Bats are {n} blind.", "label": "contradicted"} for n in range(12)]
    out = tmp_path / "out" / "calibration.json"
    done = cli("calibrate", str(written(tmp_path / "own.jsonl", rows)), "-o", str(out))
    assert done.code == 0, done.err
    assert "macro f1" in done.out
    assert str(out) in done.out
    assert read_calibration(out).risk is not None


def test_too_few_claims_and_two_way_labels_are_said(cli: Cli, tmp_path: Path) -> None:
    few = cli("calibrate", str(written(tmp_path / "few.jsonl", pairs()[:6])))
    assert (few.code, few.out) == (2, "")
    assert "at least 30 claims" in few.err
    two_way = [row | {"label": "not_supported"} for row in pairs()]
    assert cli("calibrate", str(written(tmp_path / "two.jsonl", two_way))).code == 2
    assert not user_file("1" * 12).exists()


def test_a_file_of_another_layout_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("claim,label\n")
    with pytest.raises(InputError, match=r"x\.jsonl:1"):
        has_evidence(tmp_path / "x.jsonl")
