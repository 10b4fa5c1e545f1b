from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from verifier.corpus.documents import document_digest, read_documents
from verifier.datatypes import Document
from verifier.errors import CorpusError

BATS = """---
title: "Bats: mammals"
sources:
  - A. Author, "The Bat"
  - Title: with a colon
licence: CC0
checked: 2026-11-24
---

Bats are mammals.

They fly.
"""


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def ids(path: Path) -> list[str]:
    return [document.id for document in read_documents(path, "c")]


def test_front_matter(tmp_path: Path) -> None:
    put(tmp_path, "animals/bats.md", BATS)
    text = "Bats are mammals.\n\nThey fly."
    digest = hashlib.sha256(f"Bats: mammals\n{text}".encode()).hexdigest()
    assert list(read_documents(tmp_path, "c")) == [
        Document(
            id="c/animals/bats",
            title="Bats: mammals",
            text=text,
            source='A. Author, "The Bat"; Title: with a colon',
            licence="CC0",
            published="2026-11-24",
            sha256=digest,
        )
    ]


@pytest.mark.parametrize("title", ["No", "1984", "3.10", "2001-09-11", "null"])
def test_a_title_stays_as_it_was_written(tmp_path: Path, title: str) -> None:
    put(tmp_path, "a.md", f"---\ntitle: {title}\n---\nBats fly.")
    assert next(read_documents(tmp_path, "c")).title == title


def test_titles_without_front_matter(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "# The bat #\n\nBats fly.")
    put(tmp_path, "steam-engine.txt", "Steam drives it.")
    assert [document.title for document in read_documents(tmp_path, "c")] == ["The bat", "Steam engine"]


def test_the_folder_is_read_in_order_and_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.txt", "a.md", "B/c.md", "a/b/c.MD"):
        put(tmp_path, name, "Bats fly.")
    for name in ("README.md", "a/REVIEW.md", ".hidden.md", ".git/x.md", "picture.png", "empty.md", "blank.txt"):
        put(tmp_path, name, " \n" if name in ("empty.md", "blank.txt") else "Bats fly.")
    for name in ("claims.jsonl", "claims-a.jsonl", "questions-b.jsonl", "questions.jsonl"):
        put(tmp_path, name, '{"claim": "Bats fly."}')
    assert ids(tmp_path) == ["c/B/c", "c/a", "c/a/b/c", "c/a/z", "c/b"]


def test_one_file(tmp_path: Path) -> None:
    assert ids(put(tmp_path, "README.md", "Bats fly.")) == ["c/README"]


def test_json_lines(tmp_path: Path) -> None:
    lines = (
        '{"_id": "31", "id": "no", "title": "Bats", "text": " Bats fly. ", "metadata": {"url": "x"}}\n'
        '{"id": 7, "text": "Birds fly.", "source": "A book", "license": "CC0", "published": "1999"}\n\n'
        '{"doc_id": 8, "title": "S", "abstract": ["One.", "Two."]}\n'
        '{"text": ""}\n'
        '{"text": "No id."}\n'
    )
    found = list(read_documents(put(tmp_path, "corpus.jsonl", lines), "c"))
    assert [(document.id, document.title, document.text) for document in found] == [
        ("c/31", "Bats", "Bats fly."),
        ("c/7", "", "Birds fly."),
        ("c/8", "S", "One. Two."),
        ("c/6", "", "No id."),
    ]
    assert (found[1].source, found[1].licence, found[1].published) == ("A book", "CC0", "1999")


def test_line_numbers_of_two_files_do_not_meet(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", '{"text": "Bats fly."}')
    put(tmp_path, "b.jsonl", '{"text": "Bats fly."}')
    assert ids(tmp_path) == ["c/a/1", "c/b/1"]


def test_the_digest_is_that_of_title_and_text() -> None:
    assert document_digest("Bats", "Fly.") == hashlib.sha256(b"Bats\nFly.").hexdigest()
    assert document_digest("Bats", "Fly.") != document_digest("Fly.", "Bats")
    assert document_digest("", "\ud800") != document_digest("", "\ud801")


def test_line_ends_do_not_change_the_digest(tmp_path: Path) -> None:
    put(tmp_path, "a.md", BATS)
    put(tmp_path, "b.md", BATS.replace("\n", "\r\n"))
    one, other = read_documents(tmp_path, "c")
    assert one.sha256 == other.sha256


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "---\n\nBats fly.\n\n---\nBirds fly.")
    assert next(read_documents(tmp_path, "c")).text.startswith("---\n\nBats")


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.md", "---\ntitle: Bats\n\nBats fly.", "ends with a line of '---'"),
        ("a.md", "---\ntitle: Bats: mammals\n---\nBats fly.", "line 2 is not"),
        ("a.md", "---\ntitle: [Bats\n---\nBats fly.", "YAML"),
        ("a.md", b"caf\xe9", "windows-1252"),
        ("a.txt", b"a\0b", "binary"),
        ("a.jsonl", '{"text": "a"}\n{"text"', "line 2: expected a JSON object"),
        ("a.jsonl", "[1]", "line 1: expected a JSON object"),
        ("a.jsonl", '{"txt": "a"}', "found 'txt'"),
        ("a.jsonl", b'{"text": "caf\xe9"}', "windows-1252"),
        ("a.jsonl", '{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}', "ids that differ"),
        ("a.pdf", "%PDF", "found none with text"),
        ("a.md", "---\ntitle: Bats\n---\n", "found none with text"),
    ],
)
def test_a_bad_corpus_names_the_file(tmp_path: Path, name: str, content: str | bytes, error: str) -> None:
    put(tmp_path, name, content)
    with pytest.raises(CorpusError, match=error) as caught:
        ids(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_the_same_id_twice(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "Bats fly.")
    put(tmp_path, "a.txt", "Bats fly.")
    with pytest.raises(CorpusError, match="'c/a'"):
        ids(tmp_path)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="found nothing there"):
        ids(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="found none"):
        ids(tmp_path)
    with pytest.raises(CorpusError, match=r"got '\.pdf'"):
        ids(put(tmp_path, "a.pdf", "%PDF"))


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "gone.md")
    with pytest.raises(CorpusError, match=r"a\.md"):
        ids(tmp_path)
