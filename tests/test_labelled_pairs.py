"""Labelled files in the layouts of the field, and the figures by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.fakes import OverlapNLI
from verifier.errors import InputError
from verifier.evaluation.pairs import LabelledPair, bare_guesses, measure, product_guesses, read_labelled
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex

EXPECTED = LabelledPair("Bats fly.", "Bats fly at night. They sleep by day.", "supported")


@pytest.mark.parametrize(
    "row",
    [
        {"claim": "Bats fly.", "evidence": "Bats fly at night. They sleep by day.", "label": "SUPPORTS"},
        {"claim": "Bats fly.", "evidence": ["Bats fly at night.", "They sleep by day."], "label": "SUPPORT"},
        {"claim": "Bats fly.", "doc": "Bats fly at night. They sleep by day.", "label": 1},
        {"claim": "Bats fly.", "premise": "Bats fly at night. They sleep by day.", "label": "entailment"},
    ],
)
def test_layouts_of_the_field(row: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    assert read_labelled(path) == [EXPECTED]


def test_a_table_with_a_header(tmp_path: Path) -> None:
    path = tmp_path / "aggrefact.csv"
    path.write_text('claim,doc,label\nBats fly.,"Bats fly at night. They sleep by day.",1\nBats sing.,No.,0\n')
    assert read_labelled(path) == [EXPECTED, LabelledPair("Bats sing.", "No.", "not_supported")]


@pytest.mark.parametrize(
    "content", ["", "{", '{"claim": "a", "label": "supported"}', '{"claim": "a", "evidence": "b", "label": "perhaps"}']
)
def test_other_layouts_are_named_with_their_line(content: str, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(content)
    with pytest.raises(InputError, match=r"pairs\.jsonl"):
        read_labelled(path)


def test_figures_by_hand() -> None:
    pairs = [
        LabelledPair("Bats fly at night.", "Bats fly at night.", "supported"),
        LabelledPair("Bats fly at night.", "Bats fly at night.", "contradicted"),
        LabelledPair("Bats fly at night.", "Bats do not fly at night.", "contradicted"),
        LabelledPair("Owls sing.", "Bats fly at night.", "unsupported"),
    ]
    bare = measure("hand", pairs, bare_guesses(OverlapNLI(), pairs, 1.0))
    assert (bare.n, bare.accuracy, bare.false_supported) == (4, 0.75, 0.5)
    assert bare.recall == {"contradicted": 0.5, "supported": 1.0, "unsupported": 1.0}
    verifier = Verifier(retriever=TextsIndex([]), checker=OverlapNLI())
    assert measure("hand", pairs, product_guesses(verifier, pairs)).recall == bare.recall


def test_two_way_files_count_what_is_not_supported_together() -> None:
    pairs = [
        LabelledPair("Bats fly at night.", "Bats do not fly at night.", "not_supported"),
        LabelledPair("Owls sing.", "Bats fly at night.", "not_supported"),
        LabelledPair("Bats fly.", "Bats fly.", "supported"),
    ]
    assert measure("two", pairs, bare_guesses(OverlapNLI(), pairs, 1.0)).accuracy == 1.0
