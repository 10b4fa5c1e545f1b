"""Thresholds beside a checker's weights, and fitting them on rows that can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.datatypes import Label, Thresholds
from verifier.errors import ModelError
from verifier.judging.calibration import load_thresholds, save_thresholds
from verifier.judging.decide import Reading
from verifier.models.protocols import PairScores
from verifier.training.thresholds import Judged, fit_temperature, fit_thresholds


def test_thresholds_come_back_as_they_were_saved(tmp_path: Path) -> None:
    fitted = Thresholds(support=0.7, contradiction=0.6, joined_weight=0.25, temperature=1.4, max_risk=0.1, top_k=3)
    save_thresholds(fitted, tmp_path)
    loaded = load_thresholds(str(tmp_path))
    assert (loaded.support, loaded.contradiction, loaded.joined_weight, loaded.temperature) == (0.7, 0.6, 0.25, 1.4)
    assert (loaded.max_risk, loaded.top_k) == (Thresholds().max_risk, Thresholds().top_k)  # the user's, never fitted


def test_a_checker_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert load_thresholds(str(tmp_path)) == Thresholds()


@pytest.mark.parametrize("content", ["{", "[1]", '{"support": "high"}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "thresholds.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"thresholds\.json"):
        load_thresholds(str(tmp_path))


def test_an_overconfident_model_gets_a_temperature_above_one() -> None:
    sure = PairScores(5.0, 0.0, 0.0)
    assert fit_temperature([(sure, Label.SUPPORTED)] * 7 + [(sure, Label.UNSUPPORTED)] * 3) > 2
    assert fit_temperature([(PairScores(0.2, 0.0, 0.0), Label.SUPPORTED)] * 10) < 1


def test_thresholds_are_fitted_against_false_support() -> None:
    weak = Judged((Reading(0.6, 0.3, 0.1),), None, Label.CONTRADICTED)
    strong = Judged((Reading(0.9, 0.05, 0.05),), None, Label.SUPPORTED)
    against = Judged((Reading(0.1, 0.1, 0.8),), None, Label.CONTRADICTED)
    fitted = fit_thresholds([weak, strong, against] * 5, Thresholds())
    assert fitted.support > 0.6
    assert fitted.contradiction <= 0.8
