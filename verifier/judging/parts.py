"""The parts of a claim that can hold or fail on their own: clauses joined by "and", "but", "while" or a semicolon."""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifier.datatypes import Span
from verifier.text.verbs import AUXILIARIES, BY_PAST, BY_THIRD, is_base, is_participle

_JOINT = re.compile(r",? (?:and|but|while|whereas|although|though) (?:also |then |later )?|; ")
_NO_VERB_AFTER = frozenset(
    "a an the to of in on at by for from with its his her their our your my this that these those and or".split()
)
_WORD = re.compile(r"[\w'-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A clause of a claim, where it stands in it, and the sentence that says it alone."""

    span: Span
    sentence: str


def parts(claim: str) -> list[Part]:
    """The clauses of a claim, an elided subject put back; an empty list for a claim of one clause.

    Only where each clause has a verb: "salt and pepper are spices" is one.

    >>> [part.sentence for part in parts("Marie Curie was born in Warsaw and died in Vienna.")]
    ['Marie Curie was born in Warsaw.', 'Marie Curie died in Vienna.']
    >>> parts("Salt and pepper are spices.")
    []
    """
    spans = _clauses(claim)
    if len(spans) < 2:
        return []
    first = claim[spans[0].start : spans[0].end]
    verb = _verb(first)
    subject = first[:verb].strip() if verb is not None else ""
    found = []
    for span in spans:
        clause = claim[span.start : span.end]
        place = _verb(clause)
        said = f"{subject} {clause}" if place == 0 and subject else clause
        found.append(Part(span, said[0].upper() + said[1:].rstrip(".") + "."))
    return found


def _clauses(claim: str) -> list[Span]:
    """Cut at joints whose two sides have a verb each."""
    end = len(claim.rstrip(". "))
    spans: list[Span] = []
    begin = 0
    for joint in _JOINT.finditer(claim, 0, end):
        if _verb(claim[begin : joint.start()]) is not None and _verb(claim[joint.end() : end]) is not None:
            spans.append(Span(begin, joint.start()))
            begin = joint.end()
    return [*spans, Span(begin, end)] if spans else []


def _verb(clause: str) -> int | None:
    """Where the first finite verb of a clause begins; None without one.

    A base form, which may be a noun, counts only after a word that a noun does not follow.
    """
    before = ""
    for match in _WORD.finditer(clause):
        word = match[0]
        known = word in AUXILIARIES or word in BY_PAST or word in BY_THIRD or word.endswith("n't")
        plural = before and before.lower() not in _NO_VERB_AFTER and word.islower() and is_base(word)
        if known or plural or (word.endswith("ed") and is_participle(word)):
            return match.start()
        before = word
    return None
