"""From a question to an answer that was checked, step by step, so that a face can show each step when it is there.

The claim that the question makes by itself comes first, then the draft, then one verdict a claim, then what the
contradicted claims should have said, and the answer. Of several drafts the one that the checker supports best is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Steps
from dataclasses import dataclass, replace

from verifier.datatypes import Answer, Claim, Correction, Hit, Label, Premise, Provenance, Verdict
from verifier.judging.corrections import proposals
from verifier.judging.revise import citations, quotation, revised
from verifier.models.protocols import DraftingGenerator, Generator, Prompt, StreamingGenerator
from verifier.text.carried import carried
from verifier.text.claims import as_claim, find_claims, is_checkable
from verifier.text.declarative import declarative, is_fragment
from verifier.text.followup import subject_of
from verifier.text.statements import presupposition, statement

PASSAGES = 4
DRAFTS = 3


@dataclass(frozen=True, slots=True)
class DraftPiece:
    """A piece of the draft, as the generator writes it; ``whole`` when it is the whole draft, to be kept."""

    text: str
    whole: bool


Step = Premise | DraftPiece | Verdict | Answer
Check = Callable[[Sequence[Claim]], list[Verdict]]


def steps(
    question: str, hits: Sequence[Hit], generator: Generator, check: Check, provenance: Provenance
) -> Iterator[Step]:
    """The steps of answering ``question`` from ``hits``; the last is the answer, which holds all the others.

    A premise is a step only where it is settled. Pieces of a draft come before the whole of it, and only from a
    generator that streams.
    """
    premise = _premise(question, check)
    if premise is not None:
        yield premise
    prompt = Prompt(question, tuple(hit.passage.text for hit in hits[:PASSAGES]))
    subject = subject_of(question)
    verdicts: list[Verdict] = []
    if isinstance(generator, StreamingGenerator):
        draft = yield from _streamed(generator, prompt)
        yield DraftPiece(draft, whole=True)
        for claim in _claims(question, draft, subject):
            verdicts += check([claim])
            yield verdicts[-1]
    else:
        draft, verdicts = _best(generator, prompt, subject, check)
        yield DraftPiece(draft, whole=True)
        yield from verdicts
    corrections = [
        correction
        for number, verdict in enumerate(verdicts, 1)
        if (correction := _corrected(number, verdict, check)) is not None
    ]
    answer = Answer(question, draft, "", tuple(verdicts), provenance, premise, tuple(corrections))
    if not citations(answer.checked):
        answer = replace(answer, quotation=quotation(question, verdicts))
    yield replace(answer, text=revised(answer, hits))


def _premise(question: str, check: Check) -> Premise | None:
    """What the question makes us check before anything is drafted: only if the corpus settles it.

    That what a question takes for granted is true, is not worth a word: of that only a contradiction counts.
    """
    asked = statement(question)
    claimed = asked or presupposition(question)
    if claimed is None:
        return None
    verdict = check([as_claim(claimed)])[0]
    settled = verdict.label is Label.CONTRADICTED or (asked is not None and verdict.label is Label.SUPPORTED)
    return Premise(verdict, put=asked is not None) if settled else None


def _streamed(generator: StreamingGenerator, prompt: Prompt) -> Steps[DraftPiece, None, str]:
    draft = ""
    for piece in generator.stream(prompt):
        yield DraftPiece(piece, whole=False)
        draft += piece
    return generator.finished(draft)


def _best(generator: Generator, prompt: Prompt, subject: str, check: Check) -> tuple[str, list[Verdict]]:
    """The draft that the checker supports best, with the verdicts on its claims; the likeliest one among equals."""
    if isinstance(generator, DraftingGenerator):
        drafts = generator.drafts(prompt, DRAFTS)
    else:
        drafts = generator.generate([prompt])
    claims = [_claims(prompt.question, draft, subject) for draft in drafts]
    checked = iter(check([claim for of_draft in claims for claim in of_draft]))
    tried = [(draft, [next(checked) for _ in own]) for draft, own in zip(drafts, claims, strict=True)]
    return max(tried, key=lambda one: _supported(one[1]), default=("", []))


def _claims(question: str, draft: str, subject: str) -> list[Claim]:
    """The claims of a draft, each standing alone: a mere answer ("1889.", "Yes.") becomes the sentence it means."""
    found = find_claims(draft)
    if len(found) == 1 and is_fragment(found[0].text) and (whole := declarative(question, found[0].text)):
        return [replace(found[0], text=whole, checkable=is_checkable(whole))]
    return carried(found, subject)


def _supported(verdicts: Sequence[Verdict]) -> float:
    """The share of claims that are supported. How sure the checker is says nothing about which of them answers."""
    return sum(verdict.label is Label.SUPPORTED for verdict in verdicts) / len(verdicts) if verdicts else 0.0


def _corrected(number: int, verdict: Verdict, check: Check) -> Correction | None:
    """The first proposal that the corpus supports."""
    for proposal in proposals(verdict):
        claim = replace(verdict.claim, text=proposal.text)
        checked = check([claim])[0]
        if checked.label is Label.SUPPORTED:
            return Correction(number, proposal.struck, proposal.value, checked)
    return None
