"""From a draft and its verdicts to an answer that stands: what is kept, corrected, and left out.

Supported sentences stay, each with numbered citations. Where the corpus contradicts a sentence, the deciding
evidence takes its place and is marked as a correction. What nothing supports is left out. Nothing here calls a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.datatypes import Evidence, Hit, Label, Stance, Verdict

NOT_SETTLED = "The corpus does not settle this question."


@dataclass(frozen=True, slots=True)
class Citation:
    """A number in the answer, and the evidence it stands for."""

    number: int
    evidence: Evidence


def deciding(verdict: Verdict) -> tuple[Evidence, ...]:
    """The evidence on the side of the verdict's label."""
    side = {Label.SUPPORTED: Stance.SUPPORTS, Label.CONTRADICTED: Stance.CONTRADICTS}.get(verdict.label)
    chosen = tuple(piece for piece in verdict.evidence if piece.stance is side)
    return chosen or verdict.evidence


def citations(verdicts: Sequence[Verdict]) -> list[Citation]:
    """Every piece of deciding evidence of supported and contradicted claims, numbered once, in order."""
    numbered: dict[tuple[str, int, int], Citation] = {}
    for verdict in verdicts:
        if verdict.label is not Label.UNSUPPORTED:
            for piece in deciding(verdict):
                key = piece.passage.document_id, piece.start, piece.end
                numbered.setdefault(key, Citation(len(numbered) + 1, piece))
    return list(numbered.values())


def revised(verdicts: Sequence[Verdict], hits: Sequence[Hit]) -> str:
    """The answer's text: supported sentences and corrections with their citation numbers.

    With nothing supported and nothing corrected it says that the corpus does not settle the question, and names the
    nearest passages.
    """
    numbers = {(c.evidence.passage.document_id, c.evidence.start): c.number for c in citations(verdicts)}
    sentences = []
    for verdict in verdicts:
        pieces = deciding(verdict)
        marks = "".join(
            f"[{numbers[key]}]" for piece in pieces if (key := (piece.passage.document_id, piece.start)) in numbers
        )
        if verdict.label is Label.SUPPORTED:
            sentences.append(f"{verdict.claim.text} {marks}".strip())
        elif verdict.label is Label.CONTRADICTED:
            sentences.append(f"Correction: {pieces[0].text} {marks}".strip())
    if sentences:
        return " ".join(dict.fromkeys(sentences))
    nearest = list(dict.fromkeys(hit.passage.title or hit.passage.id for hit in hits))[:3]
    return f"{NOT_SETTLED} Nearest: {'; '.join(nearest)}." if nearest else NOT_SETTLED
