"""The scorer with MiniCheck's interface: the product's own decision, and the original's shape."""

from __future__ import annotations

import pytest

from tests.fakes import BagEmbedder, OverlapNLI
from verifier.datatypes import Label, Thresholds
from verifier.errors import UsageError
from verifier.judging.calibration import Calibration
from verifier.judging.decide import reading
from verifier.minicheck import MiniCheck
from verifier.models.protocols import Pair
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex

DOC = "The tower stands in Paris. It was built in 1889. Bats are not blind."
CLAIMS = ["The tower stands in Paris.", "The tower stands in Lyon.", "Bats are blind."]


def verifier() -> Verifier:
    return Verifier(
        retriever=TextsIndex([], BagEmbedder()),
        checker=OverlapNLI(),
        embedder=BagEmbedder(),
        calibration=Calibration(Thresholds(joined_weight=0.0)),
    )


def test_labels_and_pieces() -> None:
    labels, probabilities, chunks, per_chunk = MiniCheck.over(verifier()).score([DOC] * 3, CLAIMS)
    assert labels == [1, 0, 0]
    assert probabilities[0] > 0.9 > 0.1 > probabilities[1]
    assert chunks[0][0] == "The tower stands in Paris."
    assert all(text in DOC for pieces in chunks for text in pieces)
    assert [len(pieces) for pieces in chunks] == [len(chances) for chances in per_chunk] == [3, 3, 3]


def test_the_verdict_is_the_product_s_own() -> None:
    product = verifier()
    scores = MiniCheck.over(product).score([DOC] * 3, CLAIMS)
    verdicts = [product.verify(claim, evidence=[DOC]) for claim in CLAIMS]
    assert scores.pred_label == [int(verdict.label is Label.SUPPORTED) for verdict in verdicts]
    assert scores.raw_prob == [verdict.probabilities.supported for verdict in verdicts]


def test_a_piece_s_probability_is_that_of_the_sentence_alone() -> None:
    scores = MiniCheck.over(verifier()).score([DOC], CLAIMS[:1])
    for text, chance in zip(scores.used_chunk[0], scores.support_prob_per_chunk[0], strict=True):
        (alone,) = OverlapNLI().score([Pair(text, CLAIMS[0])])
        assert chance == pytest.approx(reading(alone, 1.0).entailment)


def test_many_at_once_are_as_one_by_one() -> None:
    scorer = MiniCheck.over(verifier())
    docs = [DOC, "Owls hunt mice.", DOC] * 8
    claims = ["Bats are blind.", "Owls hunt mice.", "The tower stands in Paris."] * 8
    together = scorer.score(docs, claims)
    single = [scorer.score([doc], [claim]) for doc, claim in zip(docs, claims, strict=True)]
    assert together.pred_label == [scores.pred_label[0] for scores in single] == [0, 1, 1] * 8
    assert together.raw_prob == [scores.raw_prob[0] for scores in single]
    assert together.used_chunk == [scores.used_chunk[0] for scores in single]


def test_a_chunk_size_changes_nothing() -> None:
    scorer = MiniCheck.over(verifier())
    assert scorer.score([DOC], CLAIMS[:1], chunk_size=5) == scorer.score([DOC], CLAIMS[:1])


def test_nothing_to_read_is_not_supported() -> None:
    scores = MiniCheck.over(verifier()).score(["", DOC], ["The tower stands in Paris.", "Where does it stand?"])
    assert scores == ([0, 0], [0.0, 0.0], [[], []], [[], []])


def test_no_rows() -> None:
    assert MiniCheck.over(verifier()).score([], []) == ([], [], [], [])


@pytest.mark.parametrize(
    ("docs", "claims", "message"),
    [
        (["a", "b"], ["a"], "2 and 1"),
        ("a text", ["a"], "one text and 1"),
        (["a text"], [" "], "claim in words"),
    ],
)
def test_misuse_is_an_error_and_no_label(docs: list[str], claims: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        MiniCheck.over(verifier()).score(docs, claims)


def test_the_original_s_names_mean_the_shipped_checker(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def without_index(*, checker: str | None = None) -> Verifier:
        asked.append(checker)
        return verifier()

    monkeypatch.setattr(Verifier, "without_index", without_index)
    MiniCheck(model_name="flan-t5-large", cache_dir="ckpts")
    MiniCheck()
    MiniCheck("org/checker")
    assert asked == [None, None, "org/checker"]


@pytest.mark.weights
def test_shipped_weights() -> None:
    scores = MiniCheck().score(["The kettle is red."] * 2, ["The kettle is red.", "The ferry was cancelled on Monday."])
    assert scores.pred_label == [1, 0]
    assert scores.raw_prob[0] > scores.raw_prob[1]
