"""The robustness card, on checkers whose mistakes are known beforehand."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fake_cli import Cli
from tests.fakes import BagEmbedder, OverlapNLI
from verifier.datatypes import Thresholds
from verifier.evaluation.pairs import LabelledPair
from verifier.evaluation.perturb import (
    KEEPING,
    SAYING,
    TURNING,
    Case,
    Edit,
    Row,
    copied,
    curled,
    cut,
    denied,
    emboldened,
    framed,
    recased,
    renamed,
    renumbered,
    reversed_order,
    surrounded,
    unstopped,
)
from verifier.evaluation.robustness import Rate, read_supported, robustness
from verifier.judging.calibration import Calibration
from verifier.models.protocols import NLI, Pair, PairScores
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex

BRIDGE = LabelledPair(
    "The bridge in Ardenham has 14 arches.", "The bridge in Ardenham has 14 arches. Boats pass it.", "supported"
)
OTHERS = (
    BRIDGE,
    LabelledPair("Later they moved to Brackwell.", "They moved to Brackwell later. It rained.", "supported"),
    LabelledPair("Owls hunt mice at night.", "Owls hunt mice at night. Mice hide.", "supported"),
)


class Credulous(OverlapNLI):
    """Entails everything."""

    def _score(self, pair: Pair) -> PairScores:
        return PairScores(4.0, 0.0, -4.0)


def verifier_with(checker: NLI) -> Verifier:
    return Verifier(
        retriever=TextsIndex([], BagEmbedder()),
        checker=checker,
        embedder=BagEmbedder(),
        calibration=Calibration(Thresholds(joined_weight=0.0, topic=0.0)),
    )


def row(pair: LabelledPair = BRIDGE, others: Sequence[LabelledPair] = OTHERS, seed: int = 0) -> Row:
    return Row(pair, others, random.Random(seed))


def test_turning_edits_change_the_claim_alone() -> None:
    assert denied(row()) == Case("The bridge in Ardenham has not 14 arches.", (BRIDGE.evidence,))
    assert renamed(row()) == Case("The bridge in Brackwell has 14 arches.", (BRIDGE.evidence,))
    changed = renumbered(row())
    assert changed is not None
    assert "14" not in changed.claim
    assert changed.evidence == (BRIDGE.evidence,)


def test_keeping_edits() -> None:
    assert reversed_order(row()) == Case(BRIDGE.claim, ("Boats pass it.", "The bridge in Ardenham has 14 arches."))
    assert recased(row()) == Case("the bridge in Ardenham has 14 arches.", (BRIDGE.evidence,))
    assert unstopped(row()) == Case("The bridge in Ardenham has 14 arches", (BRIDGE.evidence,))
    assert emboldened(row()) == Case(BRIDGE.claim, ("The bridge in **Ardenham** has **14** arches. Boats pass it.",))
    noisy = surrounded(row())
    assert noisy is not None
    assert sorted(noisy.evidence[0].split(BRIDGE.evidence)) in (
        sorted(["They moved to Brackwell later. ", " Owls hunt mice at night."]),
        sorted(["Owls hunt mice at night. ", " They moved to Brackwell later."]),
    )


def test_a_frame_keeps_the_capital_of_a_name() -> None:
    claims = [framed(row(LabelledPair(text, "e", "supported"))) for text in ("The mill burnt.", "Ardenham burnt.")]
    assert [case.claim.split("that ")[-1] for case in claims if case] == ["the mill burnt.", "Ardenham burnt."]


def test_edits_that_do_not_apply_are_none() -> None:
    plain = LabelledPair("owls hunt", "owls hunt", "supported")
    edits = TURNING | KEEPING | SAYING
    assert [e for e, made in edits.items() if made(row(plain, [plain])) is not None] == [Edit.CASING, Edit.PARAPHRASE]
    assert curled(row(plain)) is None


def test_distractors_on_the_claim_s_topic_are_not_taken() -> None:
    near = LabelledPair("x", "The bridge in Ardenham has 15 arches.", "contradicted")
    assert surrounded(row(others=[near, *OTHERS[1:2]])) is None


def test_a_checker_that_believes_everything() -> None:
    card = robustness(verifier_with(Credulous()), "f", OTHERS)
    assert card.n == 3
    assert card.supported == Rate(1.0, 3)
    assert (card.negation.share, card.name) == (1.0, Rate(1.0, 2))
    assert card.number == Rate(0.0, 1)  # where the arithmetic of quantities overrules the checker
    assert card.order == card.casing == card.distractors == card.paraphrase == Rate(1.0, 3)
    assert card.quotes == Rate(None, 0)


def test_a_checker_that_reads_words() -> None:
    card = robustness(verifier_with(OverlapNLI()), "f", OTHERS)
    assert card.supported.share == 1.0
    assert (card.negation.share, card.name.share, card.number.share) == (0.0, 0.0, 0.0)
    assert (card.distractors.share, card.order.share, card.casing.share, card.bold.share) == (1.0, 1.0, 1.0, 1.0)
    assert card.paraphrase.share == 1.0  # frames that add nothing are taken off before reading


def test_the_evidence_s_own_words_are_claims_too() -> None:
    told = LabelledPair("Owls hunt.", "Owls hunt mice (at night). It is so.", "supported")
    assert copied(row(told)) == Case("Owls hunt mice (at night).", (told.evidence,))
    assert cut(row(told)) is None  # three words are left
    longer = LabelledPair("Owls hunt.", "Old owls hunt mice (at night).", "supported")
    assert cut(row(longer)) == Case("Old owls hunt mice.", (longer.evidence,))
    card = robustness(verifier_with(OverlapNLI()), "f", [told, longer])
    assert (card.copy, card.shortened) == (Rate(1.0, 2), Rate(1.0, 1))


def test_false_support_counts_only_what_was_supported() -> None:
    stranger = LabelledPair("The mill in Ardenham has 9 wheels.", "Mills in Ardenham have 9 wheels.", "supported")
    card = robustness(verifier_with(OverlapNLI()), "f", [stranger])
    assert card.supported == Rate(0.0, 1)
    assert card.number == card.name == Rate(None, 0)
    assert card.casing == Rate(1.0, 1)


def test_the_same_seed_gives_the_same_card() -> None:
    cards = [robustness(verifier_with(OverlapNLI()), "f", OTHERS, seed=3) for _ in range(2)]
    assert cards[0] == cards[1]


def test_only_supported_pairs_are_read(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    labels = ("supported", "contradicted", "SUPPORTS", "not_supported")
    path.write_text(
        "".join(
            json.dumps({"claim": f"c{n}", "evidence": "e", "label": label}) + "\n" for n, label in enumerate(labels)
        ),
        encoding="utf-8",
    )
    assert [pair.claim for pair in read_supported(path)] == ["c0", "c2"]
    assert len(read_supported(path, limit=1)) == 1


def test_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [{"claim": p.claim, "evidence": p.evidence, "label": p.label} for p in OTHERS]
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    cli = Cli(monkeypatch, capsys, tmp_path)
    outcome = cli("eval", "robustness", "pairs.jsonl", "--json")
    assert outcome.code == 0, outcome.err
    card = json.loads(outcome.out)
    assert (card["file"], card["n"]) == ("pairs", 3)
    assert card["number"] == {"share": 0.0, "n": 1}
    assert "quotes share=- n=0" in cli("eval", "robustness", "pairs.jsonl", "--limit", "3").out
