"""Each rule of the lint fires where it should, and only there."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from verifier.corpus.findings import RULES, Finding, Place, Rule
from verifier.corpus.lint import Limits, lint
from verifier.corpus.shipped import find_corpus
from verifier.corpus.survey import survey

TODAY = date(2026, 11, 25)
LONG = (
    "The harbour of the old town was closed in the spring of that year by order of the council. Ships had to unload "
    "their goods at the new pier on the other side of the river. Many merchants complained about the longer way to the "
    "market and the higher fees."
)


def head(**keys: str) -> str:
    known = {"title": "Bats", "source": "A book", "licence": "CC0", "checked": "2026-11-24"} | keys
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in known.items() if value) + "---\n\n"


def linted(folder: Path, limits: Limits | None = None, **texts: str) -> list[Finding]:
    for name, text in texts.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    return lint(survey(folder).entries, limits or Limits(TODAY))


def places(findings: list[Finding]) -> list[tuple[Rule, str, int]]:
    return [(finding.rule, finding.place.file, finding.place.line) for finding in findings]


def test_a_sound_document_has_no_finding(tmp_path: Path) -> None:
    assert linted(tmp_path, a_md=head() + "Bats fly.", b_md=head(title="Birds") + "Birds fly.") == []


def test_what_is_missing(tmp_path: Path) -> None:
    findings = linted(
        tmp_path, a_md=head(source="") + "Bats fly.", b_md=head(title="B", licence="") + "Birds fly.", c_txt="Bees fly."
    )
    assert places(findings) == [
        (Rule.NO_SOURCE, "a.md", 1),
        (Rule.NO_LICENCE, "b.md", 1),
        (Rule.NO_LICENCE, "c.txt", 1),
        (Rule.NO_SOURCE, "c.txt", 1),
    ]
    assert "front matter" in findings[0].message
    assert "make it .md" in findings[2].message


def test_lines_of_json(tmp_path: Path) -> None:
    known = {"title": "A", "text": "Bats fly.", "source": "x", "licence": "y", "checked": "2020-01-01"}
    lines = "".join(json.dumps(row) + "\n" for row in (known, {"text": "Bees."}))
    findings = linted(tmp_path, a_jsonl=lines)
    assert places(findings) == [
        (Rule.STALE, "a.jsonl", 1),
        (Rule.NO_LICENCE, "a.jsonl", 2),
        (Rule.NO_SOURCE, "a.jsonl", 2),
    ]
    assert "this line" in findings[1].message


@pytest.mark.parametrize(
    ("checked", "rule"),
    [
        ("2024-11-25", None),  # 730 days before
        ("2024-11-24", Rule.STALE),
        ("2026-11-26", None),  # it is tomorrow in the east
        ("2026-11-27", Rule.BAD_DATE),
        ("2026-02-30", Rule.BAD_DATE),
        ("March 2026", Rule.BAD_DATE),
        ("", None),
    ],
)
def test_dates(checked: str, rule: Rule | None, tmp_path: Path) -> None:
    findings = linted(tmp_path, a_md=head(checked=checked) + "Bats fly.")
    assert places(findings) == ([(rule, "a.md", 5)] if rule else [])


def test_the_age_that_is_allowed_can_be_set(tmp_path: Path) -> None:
    (finding,) = linted(tmp_path, Limits(TODAY, stale_days=0), a_md=head() + "Bats fly.")
    assert finding.rule is Rule.STALE
    assert "1 days ago" in finding.message


def test_length(tmp_path: Path) -> None:
    text = "bats " * 2000
    assert linted(tmp_path, a_md=head() + text) == []
    (finding,) = linted(tmp_path, a_md=head() + text + "fly")
    assert finding.rule is Rule.TOO_LONG
    assert "2,001 words" in finding.message
    assert linted(tmp_path, Limits(TODAY, max_words=2001)) == []


def test_a_document_without_a_word(tmp_path: Path) -> None:
    assert [f.rule for f in linted(tmp_path, a_md=head() + "* * *")] == [Rule.EMPTY]


def test_titles(tmp_path: Path) -> None:
    findings = linted(tmp_path, a_md=head() + "Fly.", b_md=head(title='"BATS "') + "Sleep.", c_md=head() + "Eat.")
    assert places(findings) == [(Rule.SAME_TITLE, "b.md", 1), (Rule.SAME_TITLE, "c.md", 1)]
    assert {finding.other for finding in findings} == {Place("a.md", 1)}


def test_documents_without_a_title_are_not_all_the_same(tmp_path: Path) -> None:
    rows = [{"text": text, "source": "x", "licence": "y"} for text in ("Bats fly.", "Bees fly.")]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    assert linted(tmp_path, a_jsonl=lines) == []


def test_a_copy_is_reported_once_and_not_passage_by_passage(tmp_path: Path) -> None:
    findings = linted(
        tmp_path, a_md=head() + LONG, b_md=head(title="B") + LONG.upper(), c_md=head(title="C") + f"Hello.\n\n{LONG}"
    )
    assert places(findings) == [(Rule.DUPLICATE, "b.md", 1), (Rule.NEAR_DUPLICATE, "c.md", 10)]
    assert [finding.other for finding in findings] == [Place("a.md", 1), Place("a.md", 8)]
    assert 'passage "The harbour of the old town was closed …" is 100%' in findings[1].message


def test_findings_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    findings = linted(tmp_path, b_md=head(source="") + "Fly.", a_md=head(licence="", title="A") + "Sleep.")
    assert [finding.place.file for finding in findings] == ["a.md", "b.md"]


def test_every_rule_has_a_meaning() -> None:
    assert set(RULES) == set(Rule)
    assert all(rule.text.endswith(".") and rule.level is RULES[rule].level for rule in Rule)


def test_the_shipped_corpus_has_no_error() -> None:
    surveyed = survey(find_corpus("commons"))
    found = surveyed.findings + lint(surveyed.entries, Limits(TODAY))
    assert [f for f in found if f.rule.level == "error"] == []
    assert len(surveyed.entries) > 100
