"""A new corpus is sound from the start, and nothing is ever overwritten."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from verifier.corpus.documents import read_documents
from verifier.corpus.lint import Limits, lint
from verifier.corpus.scaffold import EXAMPLE, MANIFEST, MANIFEST_KEYS, README, NewCorpus, make_corpus
from verifier.corpus.survey import survey
from verifier.errors import StorageError, UsageError

TODAY = date(2026, 11, 25)
ODD = 'A "quoted" \\ title: with a tab, 日本 and 🦇'


@pytest.mark.parametrize("title", ["Mine", ODD, "No", "{braces}"])
def test_a_new_corpus_is_read_and_has_no_finding(title: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mine"
    paths = make_corpus(folder, NewCorpus("mine", title, "CC-BY-4.0"), TODAY)
    assert sorted(path.name for path in paths) == sorted(path.name for path in folder.iterdir())
    (document,) = read_documents(folder, "mine")
    assert (document.id, document.title) == ("mine/example", f"{title}: an example")
    assert (document.licence, document.published) == ("CC-BY-4.0", "2026-11-25")
    assert len(document.source.split("; ")) == 2
    surveyed = survey(folder)
    assert surveyed.findings + lint(surveyed.entries, Limits(TODAY)) == []


def test_the_manifest_says_what_was_asked(tmp_path: Path) -> None:
    make_corpus(tmp_path, NewCorpus("mine", ODD, "CC0-1.0"), TODAY)
    manifest = tomllib.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    assert tuple(manifest) == MANIFEST_KEYS
    assert (manifest["name"], manifest["title"], manifest["licence"]) == ("mine", ODD, "CC0-1.0")


def test_what_cannot_be_shown_is_left_out(tmp_path: Path) -> None:
    make_corpus(tmp_path, NewCorpus("a\udc80b", "one\ttwo\x7f\nthree\x9b", "L"), TODAY)
    manifest = tomllib.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    assert (manifest["name"], manifest["title"]) == ("a b", "one two three")
    assert next(read_documents(tmp_path, "a")).title == "one two three: an example"


def test_commands_of_the_readme_quote_the_name(tmp_path: Path) -> None:
    make_corpus(tmp_path, NewCorpus("my notes", "T", "L"), TODAY)
    assert "verifier index build . --name 'my notes'\n" in (tmp_path / README).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [MANIFEST, README, EXAMPLE])
def test_what_is_there_stays_and_nothing_is_added(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match="not overwritten"):
        make_corpus(tmp_path, NewCorpus("a", "b", "c"), TODAY)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(UsageError, match="found a file"):
        make_corpus(tmp_path / "a", NewCorpus("a", "b", "c"), TODAY)
    with pytest.raises(StorageError, match="cannot write"):
        make_corpus(tmp_path / "a" / "b", NewCorpus("a", "b", "c"), TODAY)
