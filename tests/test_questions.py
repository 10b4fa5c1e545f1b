"""Questions with known answers, over texts whose answers can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes import BagEmbedder, FirstSentenceGenerator, OverlapNLI
from verifier.datatypes import Thresholds
from verifier.errors import InputError
from verifier.evaluation.questions import Asked, measure, outcomes, read_questions
from verifier.judging.calibration import Calibration
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex

ROWS = [
    Asked("Where does the tower stand?", "The tower stands in Paris. It is tall.", ("Paris", "in Paris")),
    Asked("Who makes honey?", "Bees make honey.", ("wasps",)),
    Asked("How old is the tower?", "The tower stands in Paris.", ()),
]


def verifier() -> Verifier:
    return Verifier(
        retriever=TextsIndex(["Iron rusts."], BagEmbedder()),
        checker=OverlapNLI(),
        embedder=BagEmbedder(),
        generator=FirstSentenceGenerator(),
        calibration=Calibration(Thresholds(joined_weight=0.0)),
    )


def test_the_figures_of_three_questions() -> None:
    result = measure("q", list(outcomes(verifier(), ROWS, [], 0)))
    assert (result.n, result.answer_recall, result.answered, result.supported_answered) == (3, 0.5, 0.5, 0.5)
    assert result.token_f1 == pytest.approx((4 / 6 + 0) / 2)  # "tower stands in paris" and "in paris": 2 x 2 of 4 + 2
    assert (result.supported_share, result.declined_rightly, result.declined_wrongly) == (1.0, 0.0, 0.0)
    assert (result.unsettled, result.mean_words, result.distinct) == (0.0, pytest.approx(13 / 3), pytest.approx(2 / 3))


def test_distractors_are_the_texts_most_like_the_question() -> None:
    others = [row.context or "" for row in ROWS] + ["A tower of wood stood where the tower is."]
    done = next(outcomes(verifier(), ROWS, others, 1))
    found = {piece.passage.text for verdict in done.answer.verdicts for piece in verdict.evidence}
    assert found <= {ROWS[0].context, "The tower stands in Paris.", others[-1]}
    assert done.answer.verdicts


def test_without_a_context_the_index_is_asked() -> None:
    done = next(outcomes(verifier(), [Asked("What rusts?", None, ("iron",))], [], 4))
    assert done.answer.text == "Iron rusts. [1]"


def test_a_file_is_read_and_a_sample_is_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    rows = [{"question": f"q{n}", "answers": [n], "split": "test" if n % 2 else "tune"} for n in range(20)]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert read_questions(path)[3] == Asked("q3", None, ("3",))
    assert len(read_questions(path, split="test")) == 10
    assert read_questions(path, 5) == read_questions(path, 5)
    path.write_text('["question"]', "utf-8")
    with pytest.raises(InputError, match=r"q\.jsonl:1: expected an object with question and answers"):
        read_questions(path)
    path.write_text("", "utf-8")
    with pytest.raises(InputError, match="no questions in it"):
        read_questions(path)
