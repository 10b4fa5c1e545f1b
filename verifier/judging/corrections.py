"""What a contradicted claim might say instead: its value, or its one name that is missing, as the evidence has it.

These are proposals. Each has to be checked like any other claim before anybody is shown it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from verifier.datatypes import Label, Verdict
from verifier.judging.quantities import disagreement
from verifier.judging.revise import deciding

MOST = 3
_NAME = re.compile(r"(?<!\w)[A-Z][\w'’-]*(?: (?:(?:of|the|de|van|von) )?[A-Z][\w'’-]*)*")
_IN_BETWEEN = re.compile(r"\b(?:in|on|at) (?=between )")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The claim with ``value`` in the place of ``struck``."""

    struck: str
    value: str
    text: str


def proposals(verdict: Verdict) -> list[Proposal]:
    """At most three, the surest first; none for a claim that is not contradicted."""
    if verdict.label is not Label.CONTRADICTED:
        return []
    claim, found = verdict.claim.text, []
    for piece in deciding(verdict):
        found += [*_values(claim, piece.text), *_names(claim, piece.text)]
    return list(dict.fromkeys(found))[:MOST]


def _values(claim: str, evidence: str) -> Iterator[Proposal]:
    """
    >>> [p.text for p in _values("It was built in 1937.", "It was built between 1887 and 1889.")]
    ['It was built between 1887 and 1889.']
    """
    differs = disagreement(claim, evidence)
    if differs is not None:
        value = evidence[differs.evidence_start : differs.evidence_end]
        yield _proposed(claim, differs.claim_start, differs.claim_end, value)


def _names(claim: str, evidence: str) -> Iterator[Proposal]:
    """
    >>> [p.text for p in _names("The Eiffel Tower stands in Lyon.", "The Eiffel Tower stands in Paris.")]
    ['The Eiffel Tower stands in Paris.']
    """
    held = evidence.lower()
    missing = [found for found in _NAME.finditer(claim) if found[0].lower() not in held and not _is_opening(found)]
    if len(missing) != 1:
        return
    said = claim.lower()
    for found in _NAME.finditer(evidence):
        if found[0].lower() not in said and not _is_opening(found):
            yield _proposed(claim, missing[0].start(), missing[0].end(), found[0])


def _is_opening(found: re.Match[str]) -> bool:
    """Whether the capital may only be that of a sentence's first word."""
    before = found.string[: found.start()].rstrip(" \"'(“‘")
    return " " not in found[0] and (not before or before[-1] in ".!?")


def _proposed(claim: str, start: int, end: int, value: str) -> Proposal:
    text = _IN_BETWEEN.sub("", f"{claim[:start]}{value}{claim[end:]}")
    return Proposal(claim[start:end], value, text)
