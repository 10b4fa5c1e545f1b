from pathlib import Path

import pytest

from tests.fakes import BagEmbedder
from verifier.errors import IndexDamagedError, IndexNotFoundError
from verifier.models.shipped import embedded_name
from verifier.retrieval import build
from verifier.retrieval.build import open_or_build

EMBEDDER = BagEmbedder()


@pytest.fixture
def indexes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped corpus of two documents, an empty data folder, and a working folder with a decoy of that name."""
    corpus = tmp_path / "corpora" / "tiny"
    corpus.mkdir(parents=True)
    (corpus / "vinegar.md").write_text(
        "---\ntitle: Vinegar\nsource: https://example.org\n---\nIts acid stops bacteria.\n"
    )
    (corpus / "rust.md").write_text("---\ntitle: Rust\nsource: https://example.org\n---\nIron rusts in water.\n")
    (tmp_path / "work" / "tiny").mkdir(parents=True)
    (tmp_path / "work" / "tiny" / "decoy.txt").write_text("Not the shipped one.")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(build, "corpora_folder", lambda: tmp_path / "corpora")
    monkeypatch.setattr(build, "shipped_corpora", lambda: ["tiny"])
    return tmp_path / "data" / "verifier" / "indexes"


def test_a_shipped_corpus_is_built_once_and_then_opened(indexes: Path) -> None:
    seen: list[int] = []
    with open_or_build("tiny", EMBEDDER, progress=seen.append) as index:
        assert index.path == indexes / "tiny"
        assert [document.id for document in index.documents()] == ["tiny/rust", "tiny/vinegar"]
        fingerprint = index.fingerprint
    with open_or_build("tiny", EMBEDDER, progress=seen.append) as index:
        assert index.fingerprint == fingerprint
        assert index.search("acid", 1)[0].passage.document_id == "tiny/vinegar"
    assert seen == [2]


def test_a_path_is_opened_as_it_is(indexes: Path) -> None:
    open_or_build("tiny", EMBEDDER).close()
    with open_or_build(str(indexes / "tiny"), EMBEDDER) as index:
        assert index.name == "tiny"


def test_an_unknown_name_is_answered_with_what_there_is(indexes: Path) -> None:
    open_or_build("tiny", EMBEDDER).close()
    with pytest.raises(
        IndexNotFoundError, match=r"no index other: built are tiny, shipped corpora are tiny; .*build other"
    ):
        open_or_build("other", EMBEDDER)


def test_a_damaged_index_is_not_silently_rebuilt(indexes: Path) -> None:
    open_or_build("tiny", EMBEDDER).close()
    (indexes / "tiny" / "store.sqlite").write_bytes(b"")
    with pytest.raises(IndexDamagedError, match="verifier index build tiny"):
        open_or_build("tiny", EMBEDDER)


def test_after_an_upgrade_of_the_package_a_shipped_corpus_is_indexed_anew(indexes: Path) -> None:
    before, after = (BagEmbedder(name=embedded_name("embedder")) for _ in range(2))
    after.digest = "1" * 12
    open_or_build("tiny", before).close()
    seen: list[int] = []
    open_or_build("tiny", after, progress=seen.append).close()
    open_or_build("tiny", after, progress=seen.append).close()
    assert seen == [2]
    # An index given by its path may be anybody's, and another model is a choice of the user's.
    for name, embedder in ((str(indexes / "tiny"), before), ("tiny", BagEmbedder(name="other"))):
        with pytest.raises(IndexDamagedError, match="rebuild the index"):
            open_or_build(name, embedder)
