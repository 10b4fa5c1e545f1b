"""From a draft and its verdicts to an answer that stands: what is kept, corrected, and left out.

Supported sentences stay, each with numbered citations. Where the corpus contradicts a sentence, the deciding
evidence takes its place and is marked as a correction. What nothing supports is left out; where nothing is left, the
nearest sentence of the corpus is quoted. Nothing here calls a model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.datatypes import Answer, Correction, Evidence, Hit, Label, Premise, Reason, Stance, Verdict
from verifier.judging.features import denies
from verifier.text.words import content_words

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


def sources(answer: Answer) -> list[Citation]:
    """What the numbers in an answer's text stand for."""
    return citations(answer.checked) or ([Citation(1, answer.quotation)] if answer.quotation else [])


def quotation(question: str, verdicts: Sequence[Verdict]) -> Evidence | None:
    """The sentence that comes nearest to settling the question, of those read for claims that nothing settled.

    It has to hold, with its title, half of what the question asks about.
    """
    asked = content_words(question)
    best: tuple[int, Evidence | None] = 0, None
    for verdict in verdicts:
        if verdict.reason in (None, Reason.NO_EVIDENCE, Reason.NOT_CHECKABLE):
            continue
        wanted = asked | content_words(verdict.claim.text)
        for piece in verdict.evidence:
            about = content_words(f"{piece.passage.title} {piece.text}")
            near = len(wanted & content_words(piece.text))
            if near > best[0] and 2 * len(asked & about) >= len(asked):
                best = near, piece
    return best[1]


def revised(answer: Answer, hits: Sequence[Hit]) -> str:
    """The answer's text: what the question puts, the supported sentences and the corrections, with citation numbers.

    A draft that repeats what the question put and the corpus contradicts is left out. A sentence with a wrong value is
    kept with the right one and marked; where the evidence has no value to put in, its own sentence stands there. With
    nothing settled it says that the corpus does not settle the question, and quotes the nearest sentence or names the
    nearest passages.
    """
    numbers = {(c.evidence.passage.document_id, c.evidence.start): c.number for c in citations(answer.checked)}
    instead = {correction.number: correction for correction in answer.corrections}
    premise = answer.premise
    said = [_put(premise)] if premise else []
    for number, verdict in enumerate(answer.verdicts, 1):
        if premise and _repeats(verdict, premise):
            continue
        correction = instead.get(number)
        said.append(_said(verdict, "", "Correction: ") if correction is None else _mended(correction))
    sentences = _once([one for one in said if one.text], numbers)
    if sentences:
        return " ".join(sentences)
    if answer.quotation:
        return f'{NOT_SETTLED} Nearest: "{answer.quotation.text}" [1]'
    nearest = list(dict.fromkeys(hit.passage.title or hit.passage.id for hit in hits))[:3]
    return f"{NOT_SETTLED} Nearest: {'; '.join(nearest)}." if nearest else NOT_SETTLED


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of the answer and what it rests on; no text where nothing stands."""

    opening: str
    text: str
    pieces: tuple[Evidence, ...]


def _said(verdict: Verdict, supported: str, contradicted: str) -> _Said:
    """The claim if it is supported, the evidence if it is contradicted, each after its opening words."""
    pieces = deciding(verdict)
    if verdict.label is Label.SUPPORTED:
        return _Said(supported, verdict.claim.text, pieces)
    if verdict.label is Label.CONTRADICTED:
        return _Said(contradicted, pieces[0].text, pieces)
    return _Said("", "", ())


def _repeats(verdict: Verdict, premise: Premise) -> bool:
    """Whether a claim says again what the question put and the corpus contradicts: that has been answered."""
    said, claimed = verdict.claim.text, premise.verdict.claim.text
    return (
        premise.verdict.label is Label.CONTRADICTED
        and content_words(claimed) <= content_words(said)
        and denies(claimed) == denies(said)
    )


def _put(premise: Premise) -> _Said:
    granted = "The question takes for granted what the corpus contradicts: "
    return _said(premise.verdict, "Yes: ", "No: " if premise.put else granted)


def _mended(correction: Correction) -> _Said:
    text = f"{correction.verdict.claim.text} (not {correction.struck})"
    return _Said("Corrected: ", text, deciding(correction.verdict))


def _once(said: Sequence[_Said], numbers: Mapping[tuple[str, int], int]) -> list[str]:
    """The sentences with their marks, each evidence sentence quoted once and nothing said twice."""
    told: set[str] = set()
    sentences = []
    for one in said:
        if one.text in told:
            continue
        told.add(one.text)
        keys = [(piece.passage.document_id, piece.start) for piece in one.pieces]
        marks = "".join(f"[{numbers[key]}]" for key in keys if key in numbers)
        sentences.append(f"{one.opening}{one.text} {marks}".strip())
    return sentences
