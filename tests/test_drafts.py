"""Training rows from files of a few rows."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

from verifier.training.distractors import Topics, sentences_of, window
from verifier.training.drafts import (
    Draft,
    from_claims,
    from_questions,
    load_drafts,
    read_questions,
    surround,
    validation_drafts,
)
from verifier.training.pairs import is_validation, read_pairs

CONTEXTS = (
    "The mill at Hamel was built in 1820. It burned down in 1871. Nobody was hurt.",
    "Ada Brook wrote four novels. She lived in Ghent. Her house is a museum.",
    "The lake freezes every winter. Skaters come from Norden. A fair is held on it.",
)
QUESTIONS = (
    ("When was the mill at Hamel built?", 0, "1820", "The mill at Hamel was built in 1820."),
    ("Who wrote four novels?", 1, "Ada Brook", "Ada Brook wrote four novels."),
    ("Where do skaters come from?", 2, "Norden", "Skaters come from Norden."),
)


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def question_file(folder: Path, name: str = "qa_squad11_part", copies: int = 1) -> Path:
    rows: list[dict[str, object]] = [
        {"question": q, "context": CONTEXTS[n], "answers": [answer], "sentence": "", "group": f"{name}-{n}-{copy}"}
        for copy in range(copies)
        for q, n, answer, _ in QUESTIONS
    ]
    return write(folder / f"{name}.jsonl.gz", rows)


def claim_file(folder: Path, label: str) -> Path:
    row = {"claim": "The mill burned down in 1871.", "evidence": CONTEXTS[0], "label": label, "group": "g"}
    return write(folder / "fever_dev_rest.jsonl.gz", [dict(row) for _ in range(40)])


def test_answers_become_sentences_and_stand_in_a_passage(tmp_path: Path) -> None:
    drafts = from_questions(read_questions(question_file(tmp_path, copies=20)), "qa_squad11_part", random.Random(1))
    assert len(drafts) == 60
    wanted = {q: (sentence, answer) for q, _, answer, sentence in QUESTIONS}
    answered = [draft for draft in drafts if draft.target]
    assert len(answered) > 45
    for draft in answered:
        assert (draft.target, draft.answer) == wanted[draft.question]
        assert sum(draft.answer in passage for passage in draft.passages) == 1
    assert any(len(draft.passages) > 1 and draft.answer not in draft.passages[0] for draft in answered)


def test_a_declining_row_never_holds_its_answer() -> None:
    topics, rng = Topics(CONTEXTS), random.Random(0)
    draft = Draft("Who wrote four novels?", (CONTEXTS[1],), "Ada Brook wrote four novels.", "Ada Brook", "g", "s")
    made = [surround(draft, CONTEXTS[1], topics, rng, declined=1.0) for _ in range(50)]
    declined = [row for row in made if not row.target]
    assert declined
    for row in declined:
        assert row.passages
        assert not any("Ada Brook" in passage for passage in row.passages)


def test_no_distractor_without_room_and_no_decline_when_none_is_asked_for() -> None:
    topics, rng = Topics(CONTEXTS), random.Random(0)
    long = " ".join(["word"] * 130)
    draft = Draft("What is it?", (long,), "It is a word.", "word", "g", "s")
    assert all(surround(draft, long, topics, rng, declined=0.0).passages == (long,) for _ in range(20))


def test_supported_claims_get_a_question_and_contradicted_ones_a_denial(tmp_path: Path) -> None:
    rng = random.Random(2)
    supported = from_claims(read_pairs(claim_file(tmp_path, "supported")), "fever_dev_rest", rng)
    assert {draft.target for draft in supported} <= {"The mill burned down in 1871.", ""}
    assert "When did the mill burn down?" in {draft.question for draft in supported}
    denied = from_claims(read_pairs(claim_file(tmp_path, "contradicted")), "fever_dev_rest", rng)
    assert {draft.target for draft in denied} <= {"The mill did not burn down in 1871.", ""}
    assert 0 < len(denied) < 40
    assert from_claims(read_pairs(claim_file(tmp_path, "unsupported")), "fever_dev_rest", rng) == []


def test_validation_rows_are_kept_apart_and_the_seed_decides(tmp_path: Path) -> None:
    question_file(tmp_path, copies=80)
    training, held = load_drafts(tmp_path, 3), validation_drafts(tmp_path, per_source=100)
    assert held
    assert training
    assert all(is_validation(draft.group) for draft in held)
    assert not any(is_validation(draft.group) for draft in training)
    assert load_drafts(tmp_path, 3) == training
    assert load_drafts(tmp_path, 4) != training


def test_a_window_is_of_whole_sentences_around_the_answer() -> None:
    for seed in range(20):
        piece = window(CONTEXTS[0], "1871", random.Random(seed))
        assert "burned down in 1871." in piece
        assert set(sentences_of(piece)) <= set(sentences_of(CONTEXTS[0]))
    assert {len(sentences_of(window(CONTEXTS[0], "1871", random.Random(seed)))) for seed in range(20)} == {1, 2, 3}
