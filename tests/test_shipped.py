from __future__ import annotations

from pathlib import Path

import pytest

from verifier.corpus import shipped
from verifier.corpus.documents import document_digest, read_documents
from verifier.corpus.shipped import corpora_folder, find_corpus, shipped_corpora
from verifier.errors import CorpusError


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package folder, in place of the real one."""
    folder = tmp_path / "site" / "verifier"
    folder.mkdir(parents=True)
    monkeypatch.setattr(shipped, "_PACKAGE", folder)
    return folder


def test_commons_comes_with_the_package() -> None:
    assert "commons" in shipped_corpora()
    folder = corpora_folder()
    assert folder is not None
    assert find_corpus("commons") == folder / "commons"


def test_every_shipped_document_has_a_title_a_source_and_its_digest() -> None:
    documents = list(read_documents(find_corpus("commons"), "commons"))
    assert len(documents) >= 100
    for document in documents:
        assert document.title
        assert document.source
        assert document.licence
        assert document.published
        assert document.sha256 == document_digest(document.title, document.text)


def test_a_wheel_carries_its_corpora_inside(package: Path) -> None:
    (package / "_corpora" / "birds").mkdir(parents=True)
    (package.parent / "corpora" / "somebody-elses").mkdir(parents=True)
    assert shipped_corpora() == ["birds"]
    assert find_corpus("birds") == package / "_corpora" / "birds"


def test_a_checkout_has_them_beside_the_package(package: Path) -> None:
    (package.parent / "corpora" / "birds").mkdir(parents=True)
    assert corpora_folder() is None
    (package.parent / "pyproject.toml").touch()
    assert corpora_folder() == package.parent / "corpora"
    (package.parent / "corpora" / ".cache").mkdir()
    (package.parent / "corpora" / "NOTES").touch()
    assert shipped_corpora() == ["birds"]


def test_an_existing_path_wins(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (package / "_corpora" / "birds").mkdir(parents=True)
    (tmp_path / "birds").mkdir()
    assert find_corpus(str(tmp_path / "birds")) == tmp_path / "birds"
    monkeypatch.chdir(tmp_path)
    assert find_corpus("birds") == Path("birds")


@pytest.mark.parametrize("name", ["fish", "", "../birds", "birds/.."])
def test_an_unknown_name_lists_those_there_are(package: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (package / "_corpora" / "birds").mkdir(parents=True)
    monkeypatch.chdir(package)
    with pytest.raises(CorpusError, match="the shipped corpora are birds"):
        find_corpus(name)


def test_a_package_without_corpora(package: Path) -> None:
    assert shipped_corpora() == []
    with pytest.raises(CorpusError, match="no corpora came"):
        find_corpus("birds")
