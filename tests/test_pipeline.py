"""The whole way on deterministic models, over texts given in the call."""

from __future__ import annotations

import pytest

from tests.fakes import BagEmbedder, FirstSentenceGenerator, OverlapNLI
from verifier import Label, Reason, Verifier
from verifier.datatypes import Stance, Thresholds
from verifier.errors import ModelError, UsageError
from verifier.judging.calibration import Calibration
from verifier.retrieval.texts import TextsIndex

TEXTS = [
    "The Eiffel Tower stands in Paris. It was finished in 1889.",
    "Vinegar keeps food because its acid stops most bacteria.",
    "Bats are not blind.",
]


def verifier(texts: list[str] = TEXTS, **parts: object) -> Verifier:
    return Verifier(
        retriever=TextsIndex(texts, BagEmbedder()),
        checker=parts.get("checker") or OverlapNLI(),  # type: ignore[arg-type]
        embedder=BagEmbedder(),
        generator=FirstSentenceGenerator(),
        calibration=Calibration(Thresholds(joined_weight=0.0)),
    )


def test_supported_with_the_exact_sentence() -> None:
    verdict = verifier().verify("The Eiffel Tower stands in Paris.")
    assert (verdict.label, verdict.reason) == (Label.SUPPORTED, None)
    assert verdict.confidence == verdict.probabilities.supported > 0.9
    piece = verdict.evidence[0]
    assert piece.text == "The Eiffel Tower stands in Paris." == TEXTS[0][piece.start : piece.end]
    assert piece.stance is Stance.SUPPORTS


def test_contradicted_and_unsupported() -> None:
    assert verifier().verify("Bats are blind.").label is Label.CONTRADICTED
    assert verifier().verify("It was finished in 1890.").label is Label.CONTRADICTED
    unknown = verifier().verify("The Eiffel Tower weighs little.")
    assert (unknown.label, unknown.reason) == (Label.UNSUPPORTED, Reason.INSUFFICIENT)
    assert unknown.evidence[0].stance is Stance.NEUTRAL


def test_off_topic_and_empty_corpus_give_no_evidence() -> None:
    assert verifier().verify("Quokkas graze near Rottnest.").reason is Reason.NO_EVIDENCE
    empty = verifier([]).verify("Bats are blind.")
    assert (empty.label, empty.reason, empty.evidence) == (Label.UNSUPPORTED, Reason.NO_EVIDENCE, ())


def test_conflicting_texts_are_disputed() -> None:
    verdict = verifier(["Bats are blind.", "Bats are not blind."]).verify("Bats are blind.")
    assert (verdict.label, verdict.reason, verdict.disputed) == (Label.UNSUPPORTED, Reason.CONFLICT, True)
    assert {piece.stance for piece in verdict.evidence} == {Stance.SUPPORTS, Stance.CONTRADICTS}


def test_evidence_given_with_the_call_is_the_corpus() -> None:
    own = verifier().verify("The tower is in Lyon.", evidence=["The tower is in Lyon."])
    assert own.label is Label.SUPPORTED
    assert own.evidence[0].passage.document_id == "evidence/1"
    assert own.provenance.index.startswith("evidence@")


def test_many_is_one_by_one_in_order_and_lazy() -> None:
    claims = ["Bats are blind.", "The Eiffel Tower stands in Paris.", "Bats are nice animals."] * 7
    checker = OverlapNLI()
    subject = verifier(checker=checker)
    stream = subject.verify_many(iter(claims))
    assert checker.calls == 0
    together = list(stream)
    assert checker.calls == 2  # 21 claims in batches of 16, one call each
    assert together == [verifier().verify(claim) for claim in claims]


def test_same_call_same_verdict_with_provenance() -> None:
    one, two = (verifier().verify("Bats are blind.") for _ in range(2))
    assert one == two
    assert one.provenance.checker == "overlap@111111111111"
    other = verifier(["Bats are not blind!"]).verify("Bats are blind.")
    assert other.provenance.index != one.provenance.index


def test_review_finds_claims_with_offsets_and_sets_opinions_aside() -> None:
    text = "Bats are blind. Should we care? The Eiffel Tower stands in Paris."
    verdicts = verifier().review(text).verdicts
    assert [v.label for v in verdicts] == [Label.CONTRADICTED, Label.UNSUPPORTED, Label.SUPPORTED]
    assert verdicts[1].reason is Reason.NOT_CHECKABLE
    assert all(text[v.claim.start : v.claim.end] == v.claim.text for v in verdicts)


def test_ask_drafts_checks_and_cites() -> None:
    answer = verifier().ask("Where does the Eiffel Tower stand?")
    assert answer.draft == "The Eiffel Tower stands in Paris."
    assert answer.text == "The Eiffel Tower stands in Paris. [1]"
    assert answer.provenance.generator == "first-sentence@222222222222"


def test_ask_without_a_generator_says_what_to_do() -> None:
    bare = Verifier(retriever=TextsIndex(TEXTS), checker=OverlapNLI())
    with pytest.raises(ModelError, match="generator"):
        bare.ask("Where does the tower stand?")


def test_explain_shows_every_step() -> None:
    trace = verifier().explain("Bats are blind.")
    assert len(trace.read.readings) == len(trace.read.candidates) > 0
    assert trace.verdict.label is Label.CONTRADICTED
    assert trace.decision.contradiction > 0.9


@pytest.mark.parametrize("claim", ["", "  \n", "word " * 10_000])
def test_impossible_claims_are_refused(claim: str) -> None:
    with pytest.raises(UsageError):
        verifier().verify(claim)


@pytest.mark.parametrize(("top_k", "max_risk"), [(0, 0.0), (8, -0.5), (8, 1.5)])
def test_impossible_limits_are_refused_with_and_without_an_index(top_k: int, max_risk: float) -> None:
    for make in (Verifier.open, Verifier.without_index):
        with pytest.raises(UsageError, match="max_risk from 0"):
            make(top_k=top_k, max_risk=max_risk)


def test_texts_given_in_a_call_do_not_use_what_was_fitted_on_the_index() -> None:
    strict, general = Calibration(Thresholds(support=0.999)), Calibration(Thresholds(joined_weight=0.0))
    product = Verifier(
        retriever=TextsIndex(TEXTS, BagEmbedder()),
        checker=OverlapNLI(),
        embedder=BagEmbedder(),
        calibration=strict,
        texts_calibration=general,
    )
    assert product.verify("Bats are not blind.").label is Label.UNSUPPORTED
    given = product.verify("Bats are not blind.", evidence=["Bats are not blind."])
    assert (given.label, given.provenance.thresholds) == (Label.SUPPORTED, general.thresholds)
