"""What a look at a corpus can find: the rules by name, how much each weighs, and a finding with its place.

The rules themselves are in ``survey`` (what cannot be read), ``lint`` (what is missing, too old, too long, there
twice) and, for sentences that contradict each other, in :mod:`verifier.judging.contradictions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """How much a finding weighs: an error is to be mended before the corpus is used, a warning is to be looked at."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """What was found."""

    UNREADABLE = "unreadable"
    NOT_UTF8 = "not-utf-8"
    FRONT_MATTER = "front-matter"
    BAD_LINE = "bad-line"
    SAME_ID = "same-id"
    MANIFEST = "manifest"
    EMPTY = "empty"
    NO_SOURCE = "no-source"
    NO_LICENCE = "no-licence"
    BAD_DATE = "bad-date"
    STALE = "stale"
    TOO_LONG = "too-long"
    SAME_TITLE = "same-title"
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near-duplicate"
    CONTRADICTION = "contradiction"

    @property
    def level(self) -> Level:
        """How much its findings weigh."""
        return RULES[self].level

    @property
    def text(self) -> str:
        """What it finds, in a sentence."""
        return RULES[self].text


@dataclass(frozen=True, slots=True)
class Meaning:
    """The weight of a rule, and what it finds."""

    level: Level
    text: str


RULES: Final[Mapping[Rule, Meaning]] = {
    Rule.UNREADABLE: Meaning(Level.ERROR, "A file cannot be opened."),
    Rule.NOT_UTF8: Meaning(Level.ERROR, "A file is not UTF-8 text."),
    Rule.FRONT_MATTER: Meaning(Level.ERROR, "The front matter is not closed, or is no YAML of keys and values."),
    Rule.BAD_LINE: Meaning(Level.ERROR, "A line of a JSON-lines file is not an object with a text."),
    Rule.SAME_ID: Meaning(Level.ERROR, "Two documents have the same id."),
    Rule.MANIFEST: Meaning(Level.WARNING, "The corpus's manifest cannot be read or lacks a key."),
    Rule.EMPTY: Meaning(Level.WARNING, "A document has no text, so it is passed over."),
    Rule.NO_SOURCE: Meaning(Level.ERROR, "A document names no source, so its evidence cannot be looked up."),
    Rule.NO_LICENCE: Meaning(Level.WARNING, "A document names no licence, so nobody knows what may be done with it."),
    Rule.BAD_DATE: Meaning(Level.WARNING, "The date in 'checked' is no day of the calendar up to today."),
    Rule.STALE: Meaning(Level.WARNING, "A document was checked against its sources too long ago."),
    Rule.TOO_LONG: Meaning(Level.WARNING, "A document is too long to be about one thing."),
    Rule.SAME_TITLE: Meaning(Level.WARNING, "Two documents have the same title."),
    Rule.DUPLICATE: Meaning(Level.ERROR, "Two documents have the same text."),
    Rule.NEAR_DUPLICATE: Meaning(Level.WARNING, "Passages of two documents are nearly the same."),
    Rule.CONTRADICTION: Meaning(Level.WARNING, "The checker reads sentences of two documents as contradicting."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A line, counted from 1, of a file of the corpus; ``file`` is its path below the corpus, with slashes."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found at one place, and the other place that it has to do with, where there is one."""

    rule: Rule
    place: Place
    message: str
    other: Place | None = None
