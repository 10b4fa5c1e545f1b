from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.verdicts import PROVENANCE, answer, hit, piece, verdict
from verifier.datatypes import Label, Reason
from verifier.reports.json import answer_row, dump, error_row, hit_row, provenance_row, verdict_row
from verifier.reports.labels import LabelStyle, spelled
from verifier.text.rows import normalise_label


def test_a_verdict_is_the_row_that_the_design_describes() -> None:
    assert json.loads(dump(verdict_row(verdict(), id="17"))) == {
        "schema": "verifier/verdict/1",
        "id": "17",
        "claim": "It took years.",
        "label": "contradicted",
        "reason": None,
        "confidence": 0.94,
        "probabilities": {"supported": 0.03, "unsupported": 0.03, "contradicted": 0.94},
        "disputed": False,
        "truncated_tokens": 0,
        "measured": None,
        "missing": [],
        "evidence": [
            {
                "passage": "commons/wall#3",
                "title": "Wall",
                "text": "It took weeks to build.",
                "start": 410,
                "end": 433,
                "source": "A book",
                "stance": "contradicts",
                "entailment": 0.01,
                "contradiction": 0.97,
                "score": 0.8346,
            }
        ],
        "provenance": {
            "index": "commons@4f1c",
            "checker": "small@aa",
            "embedder": "bag@bb",
            "thresholds": {
                "support": 0.5,
                "contradiction": 0.5,
                "dispute": 0.5,
                "joined_weight": 0.5,
                "topic": 0.25,
                "temperature": 1.0,
                "max_risk": 0.0,
                "top_k": 8,
            },
            "verifier": "0.1.0",
        },
    }


def test_keys_stand_in_the_order_of_the_design() -> None:
    keys = list(verdict_row(verdict(), id="1", input={"page": 3}))
    assert keys == [
        "schema", "id", "claim", "label", "reason", "confidence", "probabilities", "disputed", "truncated_tokens",
        "measured", "missing", "evidence", "provenance", "input",
    ]  # fmt: skip


def test_the_reason_of_an_unsupported_claim_is_its_value() -> None:
    row = verdict_row(verdict(label=Label.UNSUPPORTED, reason=Reason.NO_EVIDENCE), id="1")
    assert (row["label"], row["reason"]) == ("unsupported", "no_evidence")


def test_an_error_is_a_row_of_its_own_schema() -> None:
    row = error_row(id="18", claim="x", error="it broke", input={"page": 2})
    expected = {"schema": "verifier/error/1", "id": "18", "claim": "x", "error": "it broke", "input": {"page": 2}}
    assert row == expected
    assert "input" not in error_row(id="18", claim="x", error="it broke")


def test_other_keys_of_a_row_are_carried_as_json_can_hold_them() -> None:
    given = {"n": float("nan"), "inner": {"x": [1, float("inf"), "t"]}, "none": None, "yes": True, "odd": 1j}
    row = json.loads(dump(verdict_row(verdict(), id="1", input=given)))
    assert row["input"] == {"n": None, "inner": {"x": [1, None, "t"]}, "none": None, "yes": True, "odd": "1j"}


def test_numbers_are_rounded_to_four_decimals_and_never_negative_zero() -> None:
    shaky = verdict(confidence=0.123456789, evidence=(piece(entailment=-0.0, contradiction=0.99996),))
    line = dump(verdict_row(shaky, id="1"))
    assert '"confidence": 0.1235' in line
    assert '"entailment": 0.0, "contradiction": 1.0' in line


def test_the_generator_is_named_only_where_it_had_a_part() -> None:
    assert "generator" not in provenance_row(PROVENANCE)
    assert provenance_row(replace(PROVENANCE, generator="g@cc"))["generator"] == "g@cc"


def test_what_steers_a_terminal_is_escaped_and_survives() -> None:
    claim = "a\x1b[31m b\x9b1m c\u202e d\u2028 e\ud800 café"
    line = dump(verdict_row(verdict(claim), id="1"))
    assert not set(line) & set("\x1b\x9b\u202e\u2028\ud800\n")
    assert "café" in line
    assert json.loads(line.encode())["claim"] == claim


def test_an_answer_numbers_its_verdicts() -> None:
    row = answer_row(answer(verdict("one"), verdict("two")))
    assert (row["schema"], row["question"], row["draft"], row["text"]) == (
        "verifier/answer/1",
        "Why?",
        "A draft.",
        "What stands [1].",
    )
    verdicts = row["verdicts"]
    assert isinstance(verdicts, list)
    assert [(v["id"], v["claim"]) for v in verdicts] == [("1", "one"), ("2", "two")]


def test_a_hit_holds_both_ranks() -> None:
    row = hit_row(hit(lexical=2, dense=None), rank=1)
    assert (row["rank"], row["lexical_rank"], row["dense_rank"], row["score"]) == (1, 2, None, 0.5)


@pytest.mark.parametrize("style", LabelStyle)
@pytest.mark.parametrize("label", Label)
def test_each_spelling_is_understood_on_input(style: LabelStyle, label: Label) -> None:
    assert normalise_label(spelled(label, style)) is label


def test_the_label_style_changes_the_label_alone() -> None:
    usual, fever = (verdict_row(verdict(), id="1", style=s) for s in (LabelStyle.VERIFIER, LabelStyle.FEVER))
    assert fever["label"] == "REFUTES"
    assert {key for key in usual if usual[key] != fever[key]} == {"label"}
