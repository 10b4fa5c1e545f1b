"""What the embedder is trained on: relevant texts, hard negatives, batches, and tasks kept aside."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import BagEmbedder
from verifier.training.negatives import TOO_NEAR, with_negatives
from verifier.training.relevance import Relevant, is_held_out, relevant_rows
from verifier.training.retrieval_tasks import pooled_tasks

embedder = pytest.importorskip("verifier.training.embedder")
BAG = BagEmbedder(dimension=512)


def written(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


def claim(number: int, label: str) -> dict[str, object]:
    return {"claim": f"claim {number}", "evidence": f"evidence {number}", "label": label, "group": f"g{number}"}


def question(number: int) -> dict[str, object]:
    context = "Nothing here. Nor here. Nor there. Nor anywhere. The answer is in this sentence."
    return {
        "question": f"question {number}",
        "context": context,
        "sentence": "The answer is in this sentence.",
        "answers": [],
        "group": f"q{number}",
    }


def test_refuting_evidence_is_relevant_and_undecided_evidence_is_not(tmp_path: Path) -> None:
    labels = ["supported", "contradicted", "unsupported"]
    written(tmp_path, "ex_fever", [claim(n, label) for n, label in enumerate(labels)])
    rows = relevant_rows(tmp_path, random.Random(0))
    assert {(row.query, row.text) for row in rows} == {("claim 0", "evidence 0"), ("claim 1", "evidence 1")}


def test_a_question_is_paired_with_the_passage_that_answers_it_as_often_as_its_share_says(tmp_path: Path) -> None:
    written(tmp_path, "qa_covidqa", [question(n) for n in range(5)])
    rows = relevant_rows(tmp_path, random.Random(0))
    assert Counter(row.query for row in rows) == {f"question {n}": 2 for n in range(5)}
    assert {row.text for row in rows} == {"Nor anywhere. The answer is in this sentence."}


def test_what_is_for_research_only_stays_out_of_weights_that_ship(tmp_path: Path) -> None:
    sentences = [("It is made of wine.", 1), ("It is sour.", 0)]
    written(
        tmp_path,
        "answer_selection",
        [{"question": "of what", "sentence": text, "label": label, "group": "a"} for text, label in sentences],
    )
    assert relevant_rows(tmp_path, random.Random(0)) == []
    rows = relevant_rows(tmp_path, random.Random(0), all_licences=True)
    assert rows == [Relevant("of what", "It is made of wine.", "It is sour.", "a", "answer_selection")] * 2


def test_a_hard_negative_is_near_but_neither_relevant_nor_nearly_as_near() -> None:
    texts = ["iron rusts in water", "iron rusts in the water", "iron bars", "water is wet", "bees make honey"]
    rows = [Relevant(f"does {text}", text, "", f"g{n}", "s") for n, text in enumerate(texts)]
    mined = with_negatives(rows, BAG.embed, random.Random(0))
    assert [(row.query, row.text) for row in mined] == [(row.query, row.text) for row in rows]
    for row in mined:
        asked, right, hard = BAG.embed([row.query, row.text, row.hard])
        assert row.hard in texts
        assert row.hard != row.text
        assert float(np.dot(asked, hard)) < TOO_NEAR * float(np.dot(asked, right))


def test_texts_of_the_row_s_own_group_and_other_relevant_texts_are_no_negatives() -> None:
    rows = [Relevant("iron", "iron rusts", "", "g", "s"), Relevant("iron", "iron bars bend", "", "h", "s")]
    rows.append(Relevant("honey", "honey is sweet", "", "g", "s"))
    mined = with_negatives(rows, BAG.embed, random.Random(0))
    assert [row.hard for row in mined] == ["", "honey is sweet", "iron bars bend"]


def test_a_batch_is_of_one_source_and_has_a_group_once() -> None:
    rows = [Relevant(f"{s}{n}", "t", "", f"g{n % 7}", s) for s in "ab" for n in range(30)]
    batches = embedder.batches_of(rows, 5, random.Random(0))
    assert len(batches) > 4
    for batch in batches:
        assert len({row.source for row in batch}) == 1
        assert len({row.group for row in batch}) == len(batch) == 5


def test_tasks_ask_only_what_no_training_has_seen(tmp_path: Path) -> None:
    written(tmp_path, "fever_dev_rest", [claim(n, "supported") for n in range(200)])
    (pooled,) = pooled_tasks(tmp_path)
    held = {f"claim {n}" for n in range(200) if is_held_out(f"g{n}")}
    assert set(pooled.task.queries.values()) == held != set()
    texts = {document.id: document.text for document in pooled.documents}
    assert len(texts) == 200
    for id, query in pooled.task.queries.items():
        assert [texts[document] for document in pooled.task.relevant[id]] == [query.replace("claim", "evidence")]
