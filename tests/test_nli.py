from __future__ import annotations

import pytest

from verifier.errors import ModelError, UsageError
from verifier.models.nli import SELF_TEST, LabelOrder, check_nli, premise_room, read_label_order
from verifier.models.protocols import PairScores


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("contradiction", "entailment", "neutral"), LabelOrder(1, 2, 0)),
        (("CONTRADICTION", "NEUTRAL", "ENTAILMENT"), LabelOrder(2, 1, 0)),
        (("SUPPORTS", "REFUTES", "NOT ENOUGH INFO"), LabelOrder(0, 2, 1)),
        (("supported", "unsupported", "contradicted"), LabelOrder(0, 1, 2)),
        (("not_enough_info", "supported", "refuted"), LabelOrder(1, 0, 2)),
    ],
)
def test_label_order_follows_the_names(labels: tuple[str, ...], expected: LabelOrder) -> None:
    assert read_label_order(dict(enumerate(labels)), "m") == expected


@pytest.mark.parametrize(
    "labels",
    [("LABEL_0", "LABEL_1", "LABEL_2"), ("entailment", "not_entailment"), ("positive", "neutral", "negative"),
     ("supported", "supports", "neutral"), ()],
)  # fmt: skip
def test_other_labels_are_refused_and_named(labels: tuple[str, ...]) -> None:
    with pytest.raises(ModelError) as raised:
        read_label_order(dict(enumerate(labels)), "org/model")
    assert "org/model" in str(raised.value)
    assert all(name in str(raised.value) for name in labels)


def test_a_logit_that_is_no_number_is_an_error() -> None:
    with pytest.raises(ModelError, match="finite"):
        LabelOrder(0, 1, 2).scores([0.0, float("nan"), 1.0], 0)


def test_room_for_the_premise() -> None:
    assert premise_room(9, 10) == 1
    with pytest.raises(UsageError, match="10 tokens"):
        premise_room(10, 10)


class Scripted:
    name, digest = "scripted", "3" * 12

    def __init__(self, *results: PairScores) -> None:
        self.results = results

    def score(self, pairs: object) -> list[PairScores]:
        assert pairs == SELF_TEST
        return list(self.results)


def test_self_test_wants_entailment_then_contradiction() -> None:
    right = PairScores(3.0, 0.0, -3.0), PairScores(-3.0, 0.0, 3.0)
    check_nli(Scripted(*right))
    with pytest.raises(ModelError, match="scripted fails its self-test: expected entailment"):
        check_nli(Scripted(*reversed(right)))
    with pytest.raises(ModelError, match=r"expected contradiction .* got neutral"):
        check_nli(Scripted(right[0], PairScores(-3.0, 4.0, 3.0)))
