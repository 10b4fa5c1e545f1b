"""SARIF against the keys that the standard's schema requires and permits (sarif-schema-2.1.0.json, OASIS)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pytest

from verifier.reports.sarif import Level, Location, Result, Rule, sarif, uri

RULES = [Rule("stale", "Too old.", Level.WARNING), Rule("same", "There twice.", Level.ERROR)]
RESULTS = [
    Result("same", Level.ERROR, "the same", Location("a b/ü.md", 3), (Location("c.md", 1), Location("d.md", 2))),
    Result("stale", Level.NOTE, "old", Location("c.md", 7)),
]


@dataclass(frozen=True)
class Shape:
    """The keys an object must have and those it may have, in the schema, and what is in those that hold objects."""

    required: str
    permitted: str
    inside: Mapping[str, str]


SHAPES = {
    "log": Shape("version runs", "$schema inlineExternalProperties properties", {"runs": "run"}),
    "run": Shape("tool", "results columnKind artifacts invocations", {"tool": "tool", "results": "result"}),
    "tool": Shape("driver", "extensions properties", {"driver": "component"}),
    "component": Shape("name", "semanticVersion version informationUri rules", {"rules": "rule"}),
    "rule": Shape(
        "id",
        "name shortDescription fullDescription defaultConfiguration help helpUri",
        {"shortDescription": "text", "defaultConfiguration": "configuration"},
    ),
    "configuration": Shape("", "enabled level rank parameters", {}),
    "result": Shape(
        "message",
        "ruleId ruleIndex level locations relatedLocations partialFingerprints",
        {"message": "text", "locations": "location", "relatedLocations": "location"},
    ),
    "location": Shape("", "id physicalLocation message", {"physicalLocation": "physical"}),
    "physical": Shape(
        "", "artifactLocation region contextRegion", {"artifactLocation": "artifact", "region": "region"}
    ),
    "artifact": Shape("", "uri uriBaseId index description", {}),
    "region": Shape("", "startLine startColumn endLine endColumn charOffset charLength snippet", {}),
    "text": Shape("", "text markdown id arguments", {}),
}


def check(value: object, kind: str) -> None:
    shape = SHAPES[kind]
    assert isinstance(value, dict)
    assert set(shape.required.split()) <= set(value), kind
    assert set(value) <= {*shape.required.split(), *shape.permitted.split()}, kind
    for key, inner in shape.inside.items():
        held = value.get(key, [])
        for item in held if isinstance(held, list) else [held]:
            check(item, inner)


def log() -> dict[str, object]:
    found = json.loads(json.dumps(sarif(RULES, RESULTS)))
    assert isinstance(found, dict)
    return found


def test_the_form_is_that_of_the_schema() -> None:
    found = log()
    check(found, "log")
    assert found["version"] == "2.1.0"
    assert urlsplit(str(found["$schema"])).path.endswith("sarif-2.1.0.json")


def test_results_point_at_their_rules_and_places() -> None:
    run = log()["runs"][0]  # type: ignore[index]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "verifier"
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["same", "stale"]
    first, second = run["results"]
    assert (first["ruleId"], first["level"], first["message"]["text"]) == ("same", "error", "the same")
    place = first["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "a b/ü.md"
    assert place["region"]["startLine"] == 3
    assert [near["id"] for near in first["relatedLocations"]] == [1, 2]
    assert second["level"] == "note"
    assert "relatedLocations" not in second


@pytest.mark.parametrize("path", ["a/b.md", "a b.md", "50 %.md", "a:b.md", "c#1?.md", "日本.md"])
def test_uris_are_relative_references(path: str) -> None:
    parts = urlsplit(uri(path))
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert unquote(parts.path) == path
    assert parts.path.isascii()
    assert " " not in parts.path


def test_no_results_is_a_log_too() -> None:
    found = sarif(RULES, [])
    check(found, "log")
    assert found["runs"][0]["results"] == []  # type: ignore[index]


def test_a_result_needs_its_rule() -> None:
    with pytest.raises(ValueError, match="same"):
        sarif(RULES[:1], RESULTS)
