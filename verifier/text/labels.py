"""Reads the label spellings of the public data sets."""

from __future__ import annotations

import re

from verifier.datatypes import Label

_SPELLINGS: dict[Label, frozenset[str]] = {
    Label.SUPPORTED: frozenset(
        {"supported", "supports", "support", "supporting", "entailment", "entailed", "entails", "entail", "true", "1"}
        | {"correct", "yes", "attributable", "faithful", "consistent", "fully supported", "verified", "e"}
    ),
    Label.CONTRADICTED: frozenset(
        {"contradicted", "contradicts", "contradict", "contradiction", "contradictory", "contradicting", "refuted"}
        | {"refutes", "refute", "refuting", "false", "incorrect", "no", "-1", "c"}
    ),
    Label.UNSUPPORTED: frozenset(
        {"unsupported", "not supported", "not support", "not enough info", "not enough information", "nei", "neutral"}
        | {"not enough evidence", "noinfo", "no info", "no evidence", "insufficient", "insufficient evidence", "n"}
        | {"not entailment", "not entailed", "unverifiable", "unknown", "partially supported", "unproven", "0"}
        | {"not attributable", "notenoughinfo", "cannot be determined"}
    ),
}
_SEPARATOR = re.compile(r"[\s_-]+")
_LABELS = {spelling: label for label, spellings in _SPELLINGS.items() for spelling in spellings}


def normalise_label(value: object) -> Label | None:
    """The label that a data set's own spelling stands for, or ``None`` if it is none that is known.

    A bare 1 is supported and 0 is not supported (the two-way sets), -1 contradicted; numbers that only mean
    something in the order of one data set's classes are unknown.

    >>> [str(normalise_label(value)) for value in ("NOT ENOUGH INFO", "REFUTES", 1)]
    ['unsupported', 'contradicted', 'supported']
    >>> normalise_label("half-true") is None
    True
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int):  # a bool is an int, and is spelled "true" or "false"
        return None
    spelling = str(value).casefold().strip()
    return _LABELS.get(spelling) or _LABELS.get(" ".join(_SEPARATOR.split(spelling)))
