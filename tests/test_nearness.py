"""How near sentences stand to their claim, and what that changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import BagEmbedder, OverlapNLI
from verifier.datatypes import Passage
from verifier.judging import nearness
from verifier.judging.decide import Reading
from verifier.judging.evidence import Candidate
from verifier.judging.features import features, log_odds
from verifier.judging.nearness import Nearness
from verifier.judging.reading import read
from verifier.retrieval.texts import TextsIndex
from verifier.text.claims import as_claim

FOR, AGAINST = Reading(0.8, 0.1, 0.1), Reading(0.1, 0.1, 0.8)


class Counting(BagEmbedder):
    """Counts the texts it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        return super().embed(texts)


def sentence(text: str, similarity: float | None, relevance: float = 1.0) -> Candidate:
    passage = Passage("d#1", "d", "", text, 0, len(text), "s")
    return Candidate(passage, 0, len(text), text, 1, 1.0, relevance, similarity)


def test_cosines_are_those_of_the_embedder() -> None:
    near = Nearness(BagEmbedder())
    found = near.cosines(["bats fly", "owls"], [["bats fly", "bats sleep", "stones roll"], []])
    assert found[1] == []
    assert found[0] == pytest.approx([1.0, 0.5, 0.0])


def test_a_text_is_embedded_once_while_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearness, "_KEPT", 3)
    embedder = Counting()
    near = Nearness(embedder)
    near.cosines(["a"], [["b", "b", "c"]])
    near.cosines(["a"], [["c"]])
    assert embedder.texts == 3
    near.cosines(["d"], [["e"]])  # two of the three make room
    near.cosines(["d"], [["e"]])
    assert embedder.texts == 5
    near.cosines(["a"], [["b"]])
    assert embedder.texts == 7


def test_the_sentence_that_is_near_in_meaning_outweighs_one_that_shares_words() -> None:
    nearest, other = sentence("It joined in 1952.", 0.9), sentence("It was no member of the other.", 0.4)
    seen = features("It became a member in 1952.", [other, nearest], [AGAINST, FOR], None)
    assert seen.similarity == 0.9
    assert seen.meant_entailment > 1 > 0 > seen.meant_contradiction
    even = features("x", [replace(other, similarity=0.9), nearest], [AGAINST, FOR], None)
    assert even.meant_entailment == pytest.approx((log_odds(0.8) + log_odds(0.1)) / 2)


def test_without_an_embedder_shared_words_stand_in() -> None:
    some = [sentence("a", None, 0.25), sentence("b", None, 1.0)]
    assert features("a b", some, [AGAINST, FOR], None).similarity == 1.0


def test_a_sentence_that_was_left_out_weighs_nothing() -> None:
    silent = Reading(0.0, 1.0, 0.0)
    both = [sentence("a", 0.9), sentence("b", 0.1)]
    assert features("a b", both, [silent, FOR], None).meant_entailment == pytest.approx(log_odds(0.8))
    assert features("a b", both, [silent, silent], None).meant_entailment == pytest.approx(log_odds(0.0))


def test_reading_tells_how_near_each_sentence_is() -> None:
    index = TextsIndex(["Bats fly. Stones roll downhill."], BagEmbedder())
    claim = as_claim("Bats fly.")
    hits = index.search_many([claim.text], 4)
    with_it = read(OverlapNLI(), [claim], hits, 1.0, Nearness(BagEmbedder()))[0]
    without = read(OverlapNLI(), [claim], hits, 1.0)[0]
    assert with_it.candidates[0].similarity == pytest.approx(1.0)
    assert [c.similarity for c in without.candidates] == [None] * len(without.candidates)
    assert with_it.readings == without.readings
