"""Telling what a corpus can settle from what it cannot."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest

from tests.fakes import BagEmbedder, OverlapNLI
from verifier.datatypes import Hit, Passage, Reason
from verifier.errors import InputError, ModelError
from verifier.evaluation.answering import Case, measure, read_cases
from verifier.evaluation.metrics import area_under_roc
from verifier.models.digest import digest_of
from verifier.pipeline import Verifier
from verifier.retrieval.answerable import NAME, Answerability, load_answerability, save_answerability, signs
from verifier.retrieval.texts import TextsIndex
from verifier.training.answerable import fit_cases

sklearn_metrics = pytest.importorskip("sklearn.metrics")
FITTED = Answerability(similarity=4.0, coverage=2.0, constant=-3.0, cut=0.5)


def hit(text: str, similarity: float | None, title: str = "") -> Hit:
    return Hit(Passage("d#1", "d", title, text, 0, len(text), ""), 1.0, 1, 1, similarity)


def test_the_chance_by_hand() -> None:
    hits = [hit("iron", 0.25), hit("tower in Paris", 0.5)]
    assert signs("iron tower in Paris", hits).coverage == pytest.approx(2 / 3)
    total = 4 * 0.5 + 2 * 2 / 3 - 3
    assert FITTED.chance("iron tower in Paris", hits) == pytest.approx(1 / (1 + math.exp(-total)))
    assert FITTED.chance("anything", []) == 0.0


def test_without_an_embedder_words_alone_speak() -> None:
    assert signs("iron tower", [hit("iron", None, "Tower")]) == signs("iron tower", [hit("tower of iron", 0.0)])


@pytest.mark.parametrize("seed", range(3))
def test_the_area_agrees_with_scikit_learn(seed: int) -> None:
    rng = random.Random(seed)
    right, wrong = [rng.randint(0, 9) for _ in range(40)], [rng.randint(0, 7) for _ in range(30)]  # with ties
    expected = sklearn_metrics.roc_auc_score([1] * 40 + [0] * 30, right + wrong)
    assert area_under_roc(right, wrong) == pytest.approx(expected)


def test_a_fit_ranks_near_and_covered_above_far_and_bare() -> None:
    rng = random.Random(0)
    cases = [Case("iron tower", (hit("iron tower", 0.6 + rng.random() / 5),), True) for _ in range(40)]
    cases += [Case("iron tower", (hit("iron", 0.3 + rng.random() / 3),), False) for _ in range(40)]
    fitted = fit_cases(cases, [1.0] * 80, kept=0.9)
    result = measure("set", cases, fitted)
    assert (fitted.similarity > 0, fitted.coverage > 0, result.auc) == (True, True, 1.0)
    assert (result.kept, result.let_through) == (0.9, 0.0)


def test_a_folder_is_asked_with_and_without_its_answers(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    texts = {"1": "Vinegar keeps food.", "2": "Iron rusts.", "3": "Bees make honey."}
    rows = [json.dumps({"_id": id, "title": "", "text": text}) for id, text in texts.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "what rusts"}))
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t2\t1\n")
    with_it, without = read_cases(tmp_path, BagEmbedder(dimension=512))
    assert (with_it.hits[0].passage.document_id, with_it.answerable) == ("2", True)
    assert {h.passage.document_id for h in without.hits} == {"1", "3"}
    assert not without.answerable
    assert (with_it.hits[0].similarity or 0) > max(h.similarity or 0 for h in without.hits)


def test_a_file_of_questions(tmp_path: Path) -> None:
    rows = [
        {"question": "What rusts?", "context": "Iron rusts.", "answers": ["Iron"]},
        {"question": "Who rusts?", "context": "Iron rusts.", "answers": []},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    cases = read_cases(path, BagEmbedder())
    assert [(case.answerable, len(case.hits)) for case in cases] == [(True, 1), (False, 1)]
    path.write_text('{"question": "x"}')
    with pytest.raises(InputError, match=r"q\.jsonl:1: expected an object with question and answers"):
        read_cases(path, BagEmbedder())


def test_it_stands_beside_the_embedder_and_changes_no_digest(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"x")
    before = digest_of(tmp_path)
    assert load_answerability(str(tmp_path)) is None
    save_answerability(FITTED, tmp_path / NAME)
    assert (load_answerability(str(tmp_path)), digest_of(tmp_path)) == (FITTED, before)
    (tmp_path / NAME).write_text('{"format": 2}')
    with pytest.raises(ModelError, match="fit it again"):
        load_answerability(str(tmp_path))


@pytest.mark.parametrize(("cut", "reason"), [(0.01, Reason.INSUFFICIENT), (0.99, Reason.NO_EVIDENCE)])
def test_what_cannot_be_settled_is_said_to_have_no_evidence(cut: float, reason: Reason) -> None:
    fitted = Answerability(4.0, 2.0, -3.0, cut)
    texts = TextsIndex(["The tower is old."], BagEmbedder())
    verifier = Verifier(retriever=texts, checker=OverlapNLI(), embedder=BagEmbedder(), answerability=fitted)
    assert verifier.verify("The tower sank to the sea with all of its crew.").reason is reason
