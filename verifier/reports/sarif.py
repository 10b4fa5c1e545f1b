"""Results as SARIF 2.1.0, the form in which code hosts and editors take findings (OASIS standard, 27 March 2020).

Whatever has a rule, a message and a line of a file can be written so: what a look at a corpus finds, or verdicts on
the claims of a text. The dictionary made here is the outermost edge, as those of :mod:`verifier.reports.json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from verifier._version import __version__
from verifier.reports.json import Row

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


class Level(StrEnum):
    """How much a result weighs, in SARIF's words."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """What can be found: a name without spaces, a sentence about it, and how much it weighs unless a result says."""

    id: str
    text: str
    level: Level


@dataclass(frozen=True, slots=True)
class Location:
    """A line, counted from 1, of a file named by its path with slashes, relative to where the call was made."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Result:
    """One finding: the id of its rule, what to tell the reader, where, and what other places it has to do with."""

    rule: str
    level: Level
    message: str
    location: Location
    related: tuple[Location, ...] = ()


def sarif(rules: Sequence[Rule], results: Sequence[Result], *, name: str = "verifier") -> Row:
    """One run of the tool ``name`` as a SARIF log. Raises ValueError when a result is of a rule that is not given.

    >>> log = sarif([Rule("stale", "Too old.", Level.WARNING)], [])
    >>> log["version"], log["runs"][0]["tool"]["driver"]["rules"][0]["id"]
    ('2.1.0', 'stale')
    """
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    unknown = sorted({result.rule for result in results} - set(numbers))
    if unknown:
        raise ValueError(f"expected results of the rules {', '.join(numbers)}, got {', '.join(unknown)}")
    driver: Row = {"name": name, "semanticVersion": __version__, "rules": [_rule(rule) for rule in rules]}
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": driver},
                "results": [_result(result, numbers[result.rule]) for result in results],
            }
        ],
    }


def uri(path: str) -> str:
    """A relative path as a relative reference: what a URI does not allow is escaped, a colon in its first part too.

    >>> uri("my corpus/50 % café.md"), uri("a:b.md")
    ('my%20corpus/50%20%25%20caf%C3%A9.md', 'a%3Ab.md')
    """
    return quote(path, safe="/", errors="surrogateescape")


def _rule(rule: Rule) -> Row:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.text},
        "defaultConfiguration": {"level": rule.level.value},
    }


def _result(result: Result, number: int) -> Row:
    row: Row = {
        "ruleId": result.rule,
        "ruleIndex": number,
        "level": result.level.value,
        "message": {"text": result.message},
        "locations": [_location(result.location)],
    }
    related = [_location(location) | {"id": n} for n, location in enumerate(result.related, start=1)]
    return row | ({"relatedLocations": related} if related else {})


def _location(location: Location) -> Row:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(location.path)},
            "region": {"startLine": location.line},
        }
    }
