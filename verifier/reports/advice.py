"""What each reason for ``unsupported`` means in words, and what a user can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from verifier.datatypes import Reason


@dataclass(frozen=True, slots=True)
class Advice:
    """A reason in words, and the next step."""

    words: str
    next_step: str


ADVICE: Final[Mapping[Reason, Advice]] = {
    Reason.NO_EVIDENCE: Advice(
        "No passage of the corpus is about this claim.",
        "Check it against other documents: verifier index build FOLDER, then --index FOLDER.",
    ),
    Reason.INSUFFICIENT: Advice(
        "The corpus has passages on this topic, but none that settles the claim.",
        "Read the nearest passage, word the claim more precisely, or look further with a larger --top-k.",
    ),
    Reason.PARTIAL: Advice(
        "A part of the claim is supported, the rest is not.",
        "Split the claim and check each part by itself.",
    ),
    Reason.CONFLICT: Advice(
        "Passages of the corpus disagree about this claim.",
        "Compare the two sources and their dates; one of the two documents may need correcting.",
    ),
    Reason.NOT_CHECKABLE: Advice(
        "This is an opinion, a question, an instruction or a prediction, which no passage can settle.",
        "Word it as a statement of fact; for a question use: verifier ask.",
    ),
    Reason.LOW_CONFIDENCE: Advice(
        "The evidence leans to one side, but not surely enough for a verdict.",
        "Read the evidence below; with --max-risk set, a larger value lets more verdicts through.",
    ),
}
