"""What stands beside a checker: stored and loaded, and fitted on examples that can be worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tests.fakes import OverlapNLI
from verifier.datatypes import Label, Measured, Thresholds
from verifier.errors import ModelError, UsageError
from verifier.judging.aggregate import ORDER, Judge
from verifier.judging.calibration import (
    NAME,
    TEXTS_NAME,
    Calibration,
    load_calibration,
    read_calibration,
    save_calibration,
    user_file,
)
from verifier.judging.features import NAMES, features
from verifier.judging.risk import RiskTable
from verifier.models.protocols import PairScores
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex
from verifier.training.held_out import pair_examples
from verifier.training.judge import Example, cross_fitted, fit_calibration, fit_judge, fit_temperature
from verifier.training.pairs import Target, TrainingPair

TABLE = RiskTable.from_outcomes([0.95] * 100 + [0.6] * 100, [False] * 99 + [True] * 41 + [False] * 60)
ROWS = tuple(tuple(round(0.01 * (n + m), 2) for n in range(len(NAMES) + 1)) for m in range(3))


def test_a_calibration_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    limits = Thresholds(support=0.7, contradiction=0.6, joined_weight=0.25, temperature=1.4, max_risk=0.1, top_k=3)
    saved = Calibration(limits, Judge(ROWS), TABLE)
    save_calibration(saved, tmp_path / NAME)
    loaded = load_calibration(str(tmp_path))
    assert loaded == replace(saved, thresholds=replace(limits, max_risk=0.0, top_k=8))  # the user's, never fitted
    assert len(loaded.digest) == 12
    assert loaded.digest != replace(loaded, judge=Judge(ROWS[::-1])).digest


def test_a_checker_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert load_calibration(str(tmp_path)) == Calibration()
    assert Calibration().digest == ""


@pytest.mark.parametrize(
    "content", ["{", "[1]", '{"format": 1, "thresholds": {"support": "high"}}', '{"format": 1, "judge": {}}']
)
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"calibration\.json"):
        load_calibration(str(tmp_path))


def test_the_user_s_own_for_this_index_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    by_place = {user_file("abc", "mine"): 0.1, user_file("abc"): 0.2, tmp_path / NAME: 0.3}
    for path, support in by_place.items():
        save_calibration(Calibration(Thresholds(support=support)), path)

    def support(digest: str, index: str) -> float:
        return load_calibration(str(tmp_path), digest=digest, index=index).thresholds.support

    assert (support("abc", "mine"), support("abc", "other"), support("xyz", "mine")) == (0.1, 0.2, 0.3)


def test_texts_that_are_given_have_a_calibration_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    save_calibration(Calibration(Thresholds(support=0.3)), tmp_path / NAME)
    assert load_calibration(str(tmp_path)).thresholds.support == 0.3  # better than nothing
    save_calibration(Calibration(Thresholds(support=0.4)), tmp_path / TEXTS_NAME)
    assert load_calibration(str(tmp_path)).thresholds.support == 0.4
    assert load_calibration(str(tmp_path), index="any").thresholds.support == 0.3
    save_calibration(Calibration(Thresholds(support=0.5)), user_file("abc"))
    assert load_calibration(str(tmp_path), digest="abc").thresholds.support == 0.5


def test_a_write_that_fails_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_calibration(Calibration(), tmp_path / NAME)
    before = (tmp_path / NAME).read_bytes()
    (tmp_path / f".{NAME}.part").mkdir()
    with pytest.raises(Exception, match="cannot write"):
        save_calibration(Calibration(Thresholds(support=0.9)), tmp_path / NAME)
    assert (tmp_path / NAME).read_bytes() == before


def test_risk_asked_for_sets_the_confidence_that_is_needed() -> None:
    bare, measured = Calibration(Thresholds(max_risk=0.1)), Calibration(Thresholds(max_risk=0.1), risk=TABLE)
    assert Calibration(risk=TABLE).withheld_below == 0.0
    assert bare.withheld_below == 0.9
    assert measured.withheld_below == 0.95
    assert Calibration(Thresholds(max_risk=0.001), risk=TABLE).withheld_below > 1


def test_verdicts_state_their_measured_error_and_are_withheld_above_the_risk() -> None:
    claim, evidence = "The tower stands in Paris.", "The tower stands in Paris."

    def verdict(max_risk: float, table: RiskTable | None = TABLE):  # type: ignore[no-untyped-def]
        calibration = Calibration(Thresholds(joined_weight=0.0, max_risk=max_risk), risk=table)
        return Verifier(retriever=TextsIndex([evidence]), checker=OverlapNLI(), calibration=calibration).verify(claim)

    assert verdict(0.0).measured == Measured(0.01, 100)
    assert verdict(0.0, None).measured is None
    assert verdict(0.1).label is Label.SUPPORTED
    withheld = verdict(0.001)
    assert (withheld.label, withheld.reason, withheld.measured) == (Label.UNSUPPORTED, "low_confidence", None)


def test_an_overconfident_model_gets_a_temperature_above_one() -> None:
    sure = PairScores(5.0, 0.0, 0.0)
    assert fit_temperature([(sure, Label.SUPPORTED)] * 7 + [(sure, Label.UNSUPPORTED)] * 3) > 2
    assert fit_temperature([(PairScores(0.2, 0.0, 0.0), Label.SUPPORTED)] * 10) < 1


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """Sixty pairs that the overlap checker reads rightly, and nine that it reads wrongly."""
    towns = ("Rome", "Oslo", "Lima", "Cairo", "Delhi", "Quito", "Tunis", "Paris", "Minsk", "Sofia")
    pairs = []
    for number, town in enumerate(towns):
        stated = f"The old tower of {town} has {number + 20} gates."
        for twin in range(2):
            group = f"g{number}-{twin}"
            pairs += [
                TrainingPair(stated, stated, Target.SUPPORTED, group, "s"),
                TrainingPair(f"The old tower of {town} has 99 gates.", stated, Target.CONTRADICTED, group, "s"),
                TrainingPair(f"The mayor of {town} sings.", stated, Target.UNSUPPORTED, group, "s"),
            ]
    odd = [replace(p, target=Target.UNSUPPORTED, group=f"odd{n}") for n, p in enumerate(pairs[:27:3])]
    return pair_examples(OverlapNLI(), [*pairs, *odd], 1.0)


def matrix(examples: list[Example]) -> np.ndarray:
    return np.array(
        [
            features(e.read.claim.text, e.read.candidates, e.read.readings, e.read.joined_reading).vector()
            for e in examples
        ]
    )


def test_the_judge_is_the_logistic_regression_of_scikit_learn(examples: list[Example]) -> None:
    """The constant is penalised too here, so scikit-learn gets it as a column."""
    rows = np.hstack([matrix(examples), np.ones((len(examples), 1))])
    gold = [ORDER.index(e.label) for e in examples]
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=5000, tol=1e-9).fit(rows, gold)
    expected = model.predict_proba(rows)
    judge = fit_judge(examples)
    for example, chances in zip(examples, expected, strict=True):
        read = example.read
        found = judge.chances(features(read.claim.text, read.candidates, read.readings, read.joined_reading))
        assert [found.of(label) for label in ORDER] == pytest.approx(chances, abs=2e-3)


def test_few_examples_leave_the_judge_near_its_start(examples: list[Example]) -> None:
    start = fit_judge(examples)
    against = [replace(e, label=Label.CONTRADICTED, weight=0.001) for e in examples[:3]]
    near = fit_judge(against, start)
    assert np.abs(np.array(near.weights) - np.array(start.weights)).max() < 0.05
    far = fit_judge([replace(e, weight=100.0) for e in against], start)
    assert np.abs(np.array(far.weights) - np.array(start.weights)).max() > 0.1


def test_only_what_weighs_most_gives_cuts_and_risk(examples: list[Example]) -> None:
    odd = [replace(e, weight=0.5, label=Label.UNSUPPORTED, group=f"odd-{e.group}") for e in examples[:40]]
    alone, beside = fit_calibration(examples, Calibration()), fit_calibration([*examples, *odd], Calibration())
    assert alone.judge != beside.judge
    assert alone.risk is not None
    assert beside.risk is not None
    assert sum(step.n for step in beside.risk.steps) <= len(examples)


def test_no_example_is_judged_by_weights_that_saw_its_group(examples: list[Example]) -> None:
    judges = cross_fitted(examples, None)
    moved = [replace(e, label=Label.CONTRADICTED) if e.group == "g0-0" else e for e in examples]
    again = cross_fitted(moved, None)
    own = [n for n, e in enumerate(examples) if e.group == "g0-0"]
    assert all(judges[n] == again[n] for n in own)
    assert any(judges[n] != again[n] for n in range(len(examples)) if n not in own)


def test_a_fitted_calibration_decides_and_measures(examples: list[Example], tmp_path: Path) -> None:
    fitted = fit_calibration(examples, Calibration(Thresholds(temperature=1.0)))
    assert fitted.judge is not None
    assert fitted.risk is not None
    settled = sum(step.n for step in fitted.risk.steps)
    wrong = sum(step.wrong for step in fitted.risk.steps)
    assert 40 <= settled <= len(examples)
    assert 0 < wrong <= 9  # the nine that are read wrongly, and no others
    save_calibration(fitted, tmp_path / NAME)
    assert json.loads((tmp_path / NAME).read_text())["judge"]["supported"]["entailment"] > 0
    verifier = Verifier(
        retriever=TextsIndex(["The old tower of Bern has 12 gates."]),
        checker=OverlapNLI(),
        calibration=read_calibration(tmp_path / NAME),
    )
    labels = [
        v.label for v in verifier.verify_many(["The old tower of Bern has 12 gates.", "The mayor of Bern sings."])
    ]
    assert labels == [Label.SUPPORTED, Label.UNSUPPORTED]


def test_too_little_to_fit_on_is_said(examples: list[Example]) -> None:
    with pytest.raises(UsageError, match="at least 30 claims"):
        fit_calibration(examples[:10], Calibration())
    with pytest.raises(UsageError, match="0 contradicted"):
        fit_calibration([e for e in examples if e.label is not Label.CONTRADICTED], Calibration())
