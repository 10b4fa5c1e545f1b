"""A survey goes on where the reader stops, and reads what the reader reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from verifier.corpus.documents import read_documents
from verifier.corpus.findings import Place, Rule
from verifier.corpus.survey import survey
from verifier.errors import CorpusError

GOOD = "---\ntitle: Bats\nsource: A book\nlicence: CC0\nchecked: 2026-01-02\n---\n\nBats fly.\n\nThey sleep.\n"


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def found(folder: Path) -> list[tuple[Rule, str, int]]:
    return [(finding.rule, finding.place.file, finding.place.line) for finding in survey(folder).findings]


def test_what_is_sound_is_read_as_the_reader_reads_it(tmp_path: Path) -> None:
    put(tmp_path, "animals/bats.md", GOOD)
    put(tmp_path, "dos.md", GOOD.replace("\n", "\r\n"))
    put(tmp_path, "note.txt", "A note.\n")
    put(tmp_path, "lines.jsonl", '{"id": 7, "text": "Birds fly.", "source": "A book"}\n\n{"text": "Bees fly."}\n')
    for name in ("README.md", "claims.jsonl", "corpus.toml", ".hidden.md"):
        put(tmp_path, name, 'name = "x"')
    surveyed = survey(tmp_path)
    assert [entry.document for entry in surveyed.entries] == list(read_documents(tmp_path, tmp_path.name))
    assert len(surveyed.entries) == 5
    assert {finding.rule for finding in surveyed.findings} == {Rule.MANIFEST}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_line_is_that_of_the_file(ends: str, tmp_path: Path) -> None:
    put(tmp_path, "bats.md", b"\xef\xbb\xbf" + GOOD.replace("\n", ends).encode())
    (entry,) = survey(tmp_path).entries
    lines = GOOD.splitlines()
    assert entry.head == Place("bats.md", 1)
    assert lines[entry.checked_line - 1] == "checked: 2026-01-02"
    assert entry.checked == "2026-01-02"
    for sentence in ("Bats fly.", "They sleep."):
        place = entry.place(entry.document.text.index(sentence))
        assert lines[place.line - 1] == sentence


def test_a_document_of_a_line_stands_in_that_line(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", '\n{"text": "Bats fly.\\n\\nThey sleep.", "checked": "2020-01-01"}\n')
    (entry,) = survey(tmp_path).entries
    assert (entry.head, entry.place(12), entry.checked_line) == (Place("a.jsonl", 2), Place("a.jsonl", 2), 2)


def test_every_fault_is_reported_with_its_line(tmp_path: Path) -> None:
    put(tmp_path, "a-open.md", "---\ntitle: Bats\n\nBats fly.\n")
    put(tmp_path, "b-yaml.md", "---\ntitle: Bats\nsource: a: b: c\n---\nBats fly.\n")
    put(tmp_path, "c-latin.md", b"---\ntitle: x\n---\ncaf\xe9\n")
    put(tmp_path, "d-wide.txt", "Bats".encode("utf-16"))
    put(tmp_path, "e-empty.md", "---\ntitle: Bats\n---\n\n")
    put(tmp_path, "f-blank.txt", "")
    put(tmp_path, "g.jsonl", b'{"text": "ok"}\n{"text"\n[1]\n{"txt": "a"}\n{"text": "caf\xe9"}\n{"text": ""}\n')
    (tmp_path / "h-link.md").symlink_to(tmp_path / "gone.md")
    put(tmp_path, "z-good.md", GOOD)
    assert found(tmp_path) == [
        (Rule.FRONT_MATTER, "a-open.md", 1),
        (Rule.FRONT_MATTER, "b-yaml.md", 3),
        (Rule.NOT_UTF8, "c-latin.md", 4),
        (Rule.NOT_UTF8, "d-wide.txt", 1),
        (Rule.EMPTY, "e-empty.md", 1),
        (Rule.EMPTY, "f-blank.txt", 1),
        (Rule.BAD_LINE, "g.jsonl", 2),
        (Rule.BAD_LINE, "g.jsonl", 3),
        (Rule.BAD_LINE, "g.jsonl", 4),
        (Rule.NOT_UTF8, "g.jsonl", 5),
        (Rule.EMPTY, "g.jsonl", 6),
        (Rule.UNREADABLE, "h-link.md", 1),
    ]
    assert [entry.file for entry in survey(tmp_path).entries] == ["g.jsonl", "z-good.md"]


def test_what_the_reader_refuses_is_an_error_and_nothing_else_is(tmp_path: Path) -> None:
    """One fault a corpus: where the survey reports an error the reader raises, where it does not the reader reads."""
    contents = {
        "open.md": "---\ntitle: Bats\n\nBats fly.\n",
        "latin.txt": b"caf\xe9",
        "line.jsonl": '{"text"\n',
        "empty.md": "---\ntitle: Bats\n---\n",
        "fine.md": GOOD,
        "twice.txt": "Bats.",
        "twice.md": "Bats.",
    }
    for number, names in enumerate(
        ({"open.md"}, {"latin.txt"}, {"line.jsonl"}, {"empty.md"}, {"twice.txt", "twice.md"})
    ):
        folder = tmp_path / str(number)
        for name in (*names, "fine.md"):
            put(folder, name, contents[name])
        raised = False
        try:
            list(read_documents(folder, "c"))
        except CorpusError:
            raised = True
        assert raised == any(f.rule.level == "error" for f in survey(folder).findings), names


def test_the_same_id_twice_names_both(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "Bats fly.")
    put(tmp_path, "a.txt", "Bats fly.")
    put(tmp_path, "b.jsonl", '{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}\n')
    findings = survey(tmp_path).findings
    assert [(f.place, f.other) for f in findings] == [
        (Place("a.txt", 1), Place("a.md", 1)),
        (Place("b.jsonl", 2), Place("b.jsonl", 1)),
    ]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("name = ", "expected TOML"),
        (b"name = '\xe9'", "cannot be read"),
        ('name = "a"\ntitle = "b"\nlicence = "c"\nscope = 3\nversion = " "', "'scope'"),
    ],
)
def test_a_manifest_is_looked_at(manifest: str | bytes, said: str, tmp_path: Path) -> None:
    put(tmp_path, "a.md", "Bats fly.")
    assert survey(tmp_path).findings == []
    put(tmp_path, "corpus.toml", manifest)
    findings = survey(tmp_path).findings
    assert {(finding.rule, finding.place) for finding in findings} == {(Rule.MANIFEST, Place("corpus.toml", 1))}
    assert said in findings[0].message


def test_one_file_is_a_corpus(tmp_path: Path) -> None:
    surveyed = survey(put(tmp_path, "notes.jsonl", '{"text": "a"}\n{"text": "b"}\n'))
    assert [(entry.document.id, entry.place(0)) for entry in surveyed.entries] == [
        ("notes/1", Place("notes.jsonl", 1)),
        ("notes/2", Place("notes.jsonl", 2)),
    ]


def test_no_corpus_at_all(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="found nothing there"):
        survey(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="found none"):
        survey(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    put(tmp_path, "a.md", GOOD)
    for name in ("b.md", "c.jsonl"):
        put(tmp_path, name, '{"text": "a"}').chmod(0)
    assert found(tmp_path) == [(Rule.UNREADABLE, "b.md", 1), (Rule.UNREADABLE, "c.jsonl", 1)]
