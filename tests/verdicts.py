"""Hand-made values for the tests of the faces."""

from __future__ import annotations

from verifier.datatypes import (
    Answer,
    Claim,
    Evidence,
    Hit,
    Label,
    Passage,
    Probabilities,
    Provenance,
    Reason,
    Thresholds,
    Verdict,
)

PROVENANCE = Provenance("commons@4f1c", "small@aa", "bag@bb", Thresholds(), "0.1.0")


def piece(
    text: str = "It took weeks to build.",
    *,
    entailment: float = 0.01,
    contradiction: float = 0.97,
    document: str = "commons/wall",
    title: str = "Wall",
    before: str = "Long ago. ",
) -> Evidence:
    passage = Passage(f"{document}#3", document, title, f"{before}{text} Yes.", 400, 406 + len(before + text), "A book")
    start = 400 + len(before)
    return Evidence(passage, start, start + len(text), text, entailment, contradiction, 0.83456789)


def verdict(
    claim: str = "It took years.",
    label: Label = Label.CONTRADICTED,
    *,
    confidence: float = 0.94,
    reason: Reason | None = None,
    disputed: bool = False,
    evidence: tuple[Evidence, ...] | None = None,
) -> Verdict:
    rest = (1 - confidence) / 2
    odds = {name: confidence if name is label else rest for name in Label}
    return Verdict(
        Claim(claim, 0, len(claim)),
        label,
        confidence,
        Probabilities(odds[Label.SUPPORTED], odds[Label.UNSUPPORTED], odds[Label.CONTRADICTED]),
        reason,
        disputed,
        (piece(),) if evidence is None else evidence,
        0,
        PROVENANCE,
    )


def answer(*verdicts: Verdict, draft: str = "A draft.", text: str = "What stands [1].") -> Answer:
    return Answer("Why?", draft, text, verdicts, PROVENANCE)


def hit(*, lexical: int | None = 1, dense: int | None = None) -> Hit:
    return Hit(piece().passage, 0.5, lexical, dense)
