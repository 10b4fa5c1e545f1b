"""Claims that stand alone: the pronoun that a sentence begins with is replaced by what it means.

Only the beginning of a sentence is read, where English puts what the text is about; a sentence about which no rule is
sure stays as it is. Offsets still say where the claim stood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from verifier.datatypes import Claim
from verifier.text.clauses import PREPOSITIONS
from verifier.text.followup import owner
from verifier.text.verbs import AUXILIARIES, support

_PRONOUN = re.compile(r"^(it|he|she|they)(?=\s+\w)", re.IGNORECASE)
_OWNED = re.compile(r"^(its|his|her|their)(?=\s+\w)", re.IGNORECASE)
_DUMMY = re.compile(
    r"^it (?:(?:is|was|has been|seems|appears|may be|might be)\s(?:\w+ly\s)?(?:\w+\s)?(?:that|to)\b"
    r"|takes?\b|took\b|rain|snow|(?:is|was) (?:raining|snowing|cold|warm|hot|dark)\b)",
    re.IGNORECASE,
)
_LONGEST = 7


def carried(claims: Sequence[Claim], subject: str = "") -> list[Claim]:
    """The claims, each with the subject of the one before (of the first: ``subject``) in place of its pronoun.

    >>> said = [Claim("The Eiffel Tower stands in Paris.", 0, 33), Claim("It was built in 1889.", 34, 55)]
    >>> [claim.text for claim in carried(said)]
    ['The Eiffel Tower stands in Paris.', 'The Eiffel Tower was built in 1889.']
    >>> carried([Claim("Its height is 330 metres.", 0, 25)], "the Eiffel Tower")[0].text
    "The Eiffel Tower's height is 330 metres."
    """
    whole = []
    for claim in claims:
        text = _resolved(claim.text, subject)
        whole.append(claim if text == claim.text else replace(claim, text=text))
        subject = leading(text) or subject
    return whole


def leading(sentence: str) -> str:
    """The subject that a sentence begins with: what stands before its verb; empty where that is not sure.

    >>> leading("The old bridge was built in 1850."), leading("In 1850 a bridge was built."), leading("It is old.")
    ('The old bridge', '', '')
    """
    words = sentence.split()
    if not words or words[0].lower() in PREPOSITIONS | {"there", "this", "that", "when", "if", "while"}:
        return ""
    for n, word in enumerate(words[:_LONGEST]):
        if n and (word.lower() in AUXILIARIES or (word.islower() and support(word))):
            found = " ".join(words[:n])
            return "" if _PRONOUN.match(f"{found} x") or found[-1] in ",;:" else found
    return ""


def _resolved(text: str, subject: str) -> str:
    if not subject or _DUMMY.match(text):
        return text
    pronoun, owned = _PRONOUN.match(text), _OWNED.match(text)
    found = pronoun or owned
    if found is None or not _agrees(found[1].lower(), subject):
        return text
    words = owner(subject) if owned else subject
    return f"{words[:1].upper()}{words[1:]}{text[found.end() :]}"


def _agrees(pronoun: str, subject: str) -> bool:
    """Whether the pronoun may mean the subject: a person has a name, and what is many ends in s or joins two."""
    named, many = subject[:1].isupper() and not subject.startswith(("The ", "A ")), _is_many(subject)
    if pronoun in ("he", "she", "his", "her"):
        return named and not many
    return many if pronoun in ("they", "their") else not many


def _is_many(subject: str) -> bool:
    last = subject.split()[-1]
    return " and " in subject or (last.islower() and last.endswith("s") and not last.endswith("ss"))
