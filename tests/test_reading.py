"""What is read, in windows where it is long; the smallest evidence; parts of claims."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.fakes import OverlapNLI
from verifier.datatypes import Label, Reason, Thresholds
from verifier.judging.calibration import Calibration
from verifier.judging.minimal import smallest
from verifier.judging.parts import parts
from verifier.judging.reading import SAYS_SO, read
from verifier.models.protocols import Pair, PairScores
from verifier.models.windows import halves, score_whole
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex
from verifier.text.claims import as_claim

WINDOW = 40


class ShortSighted(OverlapNLI):
    """An OverlapNLI that reads only the first 40 words of a premise, and counts the rest."""

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        cut = [Pair(" ".join(p.premise.split()[:WINDOW]), p.hypothesis) for p in pairs]
        return [
            PairScores(s.entailment, s.neutral, s.contradiction, max(0, len(p.premise.split()) - WINDOW))
            for s, p in zip(super().score(cut), pairs, strict=True)
        ]


def test_a_long_premise_is_read_to_its_end() -> None:
    filler = " ".join(f"word{n}" for n in range(170))
    pairs = [Pair(f"{filler} bats fly at night", "Bats fly at night."), Pair("Bats fly.", "Bats fly.")]
    assert ShortSighted().score(pairs)[0].entailment < 0
    long, short = score_whole(ShortSighted(), pairs)
    assert max(window.entailment for window in long) == 4.0
    assert sum(window.truncated_tokens for window in (*long, *short)) == 0
    assert len(short) == 1 < len(long)


def test_halves_overlap_and_lose_no_word() -> None:
    text = " ".join(str(n) for n in range(101))
    first, second = halves(text)
    assert first.split() + [w for w in second.split() if w not in first.split()] == text.split()
    assert set(first.split()) & set(second.split())


def test_what_cannot_be_divided_is_counted() -> None:
    class Blind(OverlapNLI):
        def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
            return [PairScores(0.0, 1.0, 0.0, 5) for _ in pairs]

    windows = score_whole(Blind(), [Pair(" ".join(["word"] * 100), "Bats fly.")])[0]
    assert all(window.truncated_tokens == 5 for window in windows)
    assert len(windows) < 20


@pytest.mark.parametrize(
    ("needed", "count", "expected"),
    [({1}, 3, (1,)), ({0, 2}, 4, (0, 2)), ({0, 1, 2}, 3, (0, 1, 2)), (set(), 1, (0,))],
)
def test_deletion_finds_a_smallest_set(needed: set[int], count: int, expected: tuple[int, ...]) -> None:
    def keeps(sets: Sequence[tuple[int, ...]]) -> list[float | None]:
        return [1.0 - len(s) / 100 if needed <= set(s) else None for s in sets]

    assert smallest(count, keeps) == expected


def test_a_head_that_keeps_the_verdict_spares_the_rest_a_reading() -> None:
    asked: list[tuple[int, ...]] = []

    def keeps(sets: Sequence[tuple[int, ...]]) -> list[float | None]:
        asked.extend(sets)
        return [0.9 if {0, 2} <= set(s) else None for s in sets]

    assert smallest(6, keeps, head=4) == (0, 2)
    assert not any(len(members) == 5 for members in asked)


def test_a_head_that_does_not_keep_the_verdict_changes_nothing() -> None:
    def keeps(sets: Sequence[tuple[int, ...]]) -> list[float | None]:
        return [0.9 if {0, 5} <= set(s) else None for s in sets]

    assert smallest(6, keeps, head=4) == (0, 5)


def verifier(*texts: str) -> Verifier:
    return Verifier(
        retriever=TextsIndex(list(texts)),
        checker=OverlapNLI(),
        calibration=Calibration(Thresholds(joined_weight=0.5, topic=0.0)),
    )


def test_one_sentence_is_shown_where_one_is_enough() -> None:
    verdict = verifier("The tower stands in Paris. The tower is old. Many visit the tower.").verify(
        "The tower stands in Paris."
    )
    assert [piece.text for piece in verdict.evidence] == ["The tower stands in Paris."]


def test_explain_names_the_sentence_that_turns_the_verdict() -> None:
    trace = verifier("The tower is old. The tower stands in Paris.").explain("The tower stands in Paris.")
    assert trace.turning is not None
    assert trace.read.candidates[trace.turning].text == "The tower stands in Paris."
    unsettled = verifier("The tower is old. The tower is tall.").explain("The tower stands in Paris.")
    assert (unsettled.verdict.label, unsettled.turning) == (Label.UNSUPPORTED, None)


def test_a_half_right_claim_says_which_half_lacks_support() -> None:
    claim = "Bats fly at night and bats eat stone."
    verdict = verifier("Bats fly at night. Bats eat insects.").verify(claim)
    assert (verdict.label, verdict.reason) == (Label.UNSUPPORTED, Reason.PARTIAL)
    assert [claim[part.start : part.end] for part in verdict.missing] == ["bats eat stone"]
    nothing = verifier("Cats sleep. Bats are mammals.").verify(claim)
    assert (nothing.reason, nothing.missing) == (Reason.INSUFFICIENT, ())


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("She was born in Rome, but lived in Oslo.", ["She was born in Rome.", "She lived in Oslo."]),
        ("It rained while they slept.", ["It rained.", "They slept."]),
        ("Ann and Bo wrote it.", []),
        ("The tower stands in Paris.", []),
        ("He ran; he fell and he died.", ["He ran.", "He fell.", "He died."]),
    ],
)
def test_parts_are_sentences_of_their_own(claim: str, expected: list[str]) -> None:
    found = parts(claim)
    assert [part.sentence for part in found] == expected
    assert all(claim[p.span.start : p.span.end].strip(" .") in claim for p in found)


def test_another_quantity_contradicts_and_its_evidence_says_so() -> None:
    class Credulous(OverlapNLI):
        def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
            return [PairScores(4.0, 0.0, -4.0) for _ in pairs]

    texts = TextsIndex(["The old town wall has 13 gates."])
    verdict = Verifier(retriever=texts, checker=Credulous()).verify("The old town wall has 14 gates.")
    assert verdict.label is Label.CONTRADICTED
    assert [piece.stance for piece in verdict.evidence] == ["contradicts"]
    assert verdict.probabilities.contradicted == verdict.confidence > 0.9
    confirmed = TextsIndex(["The old town wall has 13 gates. The old town wall has 14 gates."])
    again = Verifier(retriever=confirmed, checker=Credulous()).verify("The old town wall has 14 gates.")
    assert again.label is Label.SUPPORTED


def test_a_sentence_that_is_the_claim_entails_it_whatever_the_model_says() -> None:
    class Contrary:
        name, digest = "contrary", "3" * 12

        def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
            return [PairScores(-4.0, 0.0, 4.0) for _ in pairs]

    texts = ["Bees sleep. **Honey keeps** for “years”. Honey does not keep for years."]
    claim = as_claim('honey keeps for "years".')
    (found,) = read(Contrary(), [claim], [TextsIndex(texts).search(claim.text, 3)], 1.0)
    said = {candidate.text: reading for candidate, reading in zip(found.candidates, found.readings, strict=True)}
    assert said["**Honey keeps** for “years”."] == SAYS_SO
    assert all(r.contradiction > 0.9 for text, r in said.items() if "**" not in text)
    assert found.joined_reading == SAYS_SO
