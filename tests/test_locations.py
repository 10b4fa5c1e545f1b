from pathlib import Path

import pytest

from verifier.errors import UsageError
from verifier.retrieval.locations import index_path, list_indexes


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A working folder inside a checkout, and the user's data folder."""
    work, data = tmp_path / "checkout" / "deep" / "er", tmp_path / "data"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    return work, data / "verifier" / "indexes"


def index_at(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    return folder


def checkout(work: Path) -> Path:
    root = work.parent.parent
    (root / "pyproject.toml").write_text("")
    (root / "indexes").mkdir()
    return root / "indexes"


def test_a_name_belongs_in_the_data_folder_outside_a_checkout(places: tuple[Path, Path]) -> None:
    assert index_path("commons") == places[1] / "commons"


def test_a_name_belongs_in_the_checkout_inside_one(places: tuple[Path, Path]) -> None:
    indexes = checkout(places[0])
    assert index_path("commons") == indexes / "commons"


def test_an_indexes_folder_without_a_project_is_not_a_checkout(places: tuple[Path, Path]) -> None:
    (places[0] / "indexes").mkdir()
    assert index_path("commons") == places[1] / "commons"


def test_an_index_of_the_data_folder_is_found_from_a_checkout(places: tuple[Path, Path]) -> None:
    indexes, mine = checkout(places[0]), index_at(places[1] / "mine")
    assert index_path("mine") == mine
    index_at(indexes / "mine")
    assert index_path("mine") == indexes / "mine"


def test_paths_are_taken_as_they_are(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert index_path("some/where") == Path("some/where")
    assert index_path("/abs/olute") == Path("/abs/olute")
    assert index_path("./here") == Path("here")
    assert index_path("~/indexes/x") == Path("/home/someone/indexes/x")


def test_an_index_in_this_folder_wins_but_any_other_folder_does_not(places: tuple[Path, Path]) -> None:
    (places[0] / "commons").mkdir()
    assert index_path("commons") == places[1] / "commons"
    index_at(places[0] / "here")
    assert index_path("here") == Path("here")


@pytest.mark.parametrize("name", ["", "  ", "a\0b"])
def test_an_empty_name_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match="index list"):
        index_path(name)


def test_the_list_holds_indexes_only(places: tuple[Path, Path]) -> None:
    assert list_indexes() == []
    indexes = checkout(places[0])
    for folder in (indexes / "b", indexes / "a", places[1] / "c", indexes / ".a.1234.building"):
        index_at(folder)
    (indexes / "not-an-index").mkdir()
    (indexes / "file").write_text("")
    assert list_indexes() == [indexes / "a", indexes / "b", places[1] / "c"]
