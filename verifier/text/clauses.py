"""Subject, verb and the rest: where the parts of an English clause lie, and a statement's order for a question's."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.text.verbs import AUXILIARIES, DO, MODALS, finite, is_base, is_participle

PREPOSITIONS = frozenset(
    "in on at by for from of to with about against after as before between during into near off onto out over since "
    "through toward towards under until upon via within without around along across among behind beside inside".split()
)
DETERMINERS = frozenset("the a an this that these those his her its their my your our each every no some any".split())
PRONOUNS = frozenset("he she it they we you i there this these those".split())
NOT_SUBJECT_END = DETERMINERS | PREPOSITIONS | {"and", "or", "to", "that", "which", "who", "most", "very", "not"}
TIME_WORDS = frozenset("when while as once early late every last next yesterday today now ago because".split())
_TO_DO = frozenset("want try need like decide begin attempt plan agree hope intend seem fail refuse promise".split())


@dataclass(frozen=True, slots=True)
class Split:
    """Subject, verb and what follows."""

    subject: list[str]
    verb: str
    rest: list[str]
    base: str = ""


def split_base(words: list[str]) -> Split | None:
    """Subject and base verb after ``did``: at the first word that can only be the verb."""
    if "not" in words:
        return None
    if words and words[0].lower() in PRONOUNS - {"this", "these", "those"}:
        starts = [1]
    else:
        starts = [n for n in range(1, len(words)) if words[n - 1].lower() not in NOT_SUBJECT_END]
    for n in starts:
        if n < len(words) and words[n].islower() and is_base(words[n]):
            if n + 1 < len(words) and is_base(words[n + 1]) and words[n + 1] not in ("like", "back"):
                n += 1
            return Split(words[:n], words[n], words[n + 1 :])
    return None


def _split_participle(words: list[str]) -> Split | None:
    """Subject and participle after ``was`` or ``has``."""
    found = [n for n in range(1, len(words)) if is_participle(words[n]) and words[n - 1].lower() not in NOT_SUBJECT_END]
    if len(found) > 1 and found[-1] < len(words) - 2:
        return None
    if not found:
        return None
    n = found[-1]
    start = n - 1 if words[n - 1] in ("been", "being") else n
    return Split(words[:start], " ".join(words[start : n + 1]), words[n + 1 :])


def with_verb(words: list[str], auxiliary: str, *, deny: bool = False) -> Split | None:
    """``auxiliary subject verb rest`` in the order of a statement."""
    negated = auxiliary.endswith("n't")
    stem = {"can't": "can", "won't": "will"}.get(auxiliary, auxiliary.removesuffix("n't")).lower()
    no = " not" if negated or deny else ""
    if stem in DO:
        split = split_base(words)
        if split is None:
            return None
        form = finite(split.verb, stem) if not no else f"{stem}{no} {split.verb}"
        return Split(split.subject, form, split.rest, split.verb) if form else None
    split = split_base(words) if stem in MODALS else _split_participle(words)
    return Split(split.subject, f"{stem}{no} {split.verb}", split.rest) if split else None


def put_object(split: Split | None, answer: list[str]) -> list[str] | None:
    """The answer as the object: after the verb, or at the end where a preposition or another object waits for it."""
    if split is None or split.verb.split()[-1] in ("do", "did", "does", "be"):
        return None
    head = [*split.subject, split.verb]
    rest = split.rest
    if rest and (rest[0] in AUXILIARIES or any(word in MODALS for word in rest)):
        return None
    for n in range(len(rest) - 1):
        if rest[n].lower() in PREPOSITIONS and rest[n + 1].lower() in PREPOSITIONS:
            return [*head, *rest[: n + 1], *answer, *rest[n + 1 :]]
    if rest and rest[-1].lower() in PREPOSITIONS:
        return [*head, *rest, *answer]
    if rest and rest[0] in DETERMINERS and any(word in PREPOSITIONS for word in rest):
        return None
    before = rest and (rest[0].lower() in PREPOSITIONS | TIME_WORDS or rest[0].endswith("ly"))
    if rest and rest[0] == "to":
        before = split.base not in _TO_DO
    if before and rest[0] not in ("off", "out", "over"):
        return [*head, *answer, *rest]
    return [*head, *rest, *answer]
