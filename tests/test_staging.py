import itertools
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from verifier.errors import StorageError
from verifier.retrieval.staging import staged


@pytest.fixture(params=["replacing", "new"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    place = tmp_path / "deep" / "place"
    if request.param == "replacing":
        fill(place, "old")
    return place


def fill(folder: Path, text: str) -> None:
    (folder / "part").mkdir(parents=True)
    (folder / "part" / "file").write_text(text)


def content(path: Path) -> str:
    """What stands at a path; nothing else may stand beside it."""
    assert [entry.name for entry in path.parent.iterdir()] == [path.name] * path.exists()
    return (path / "part" / "file").read_text() if path.exists() else ""


def test_the_new_folder_takes_the_place(path: Path) -> None:
    before = content(path) if path.parent.exists() else ""
    with staged(path) as folder:
        fill(folder, "new")
        assert before == ((path / "part" / "file").read_text() if path.exists() else "")
    assert content(path) == "new"


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_an_error_in_the_block_leaves_what_was_there(path: Path, error: type[BaseException]) -> None:
    before = "old" if path.exists() else ""
    with pytest.raises(error), staged(path) as folder:  # noqa: PT012  # the block is what is tested
        fill(folder, "new")
        raise error
    assert content(path) == before


@pytest.mark.parametrize("stopped", range(1, 7))
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("place", "error"),
    [
        ((os, "fsync"), KeyboardInterrupt()),
        ((os, "fsync"), OSError(28, "No space left on device")),
        ((Path, "rename"), KeyboardInterrupt()),
        ((Path, "rename"), OSError(28, "No space left on device")),
        ((shutil, "rmtree"), KeyboardInterrupt()),
    ],
)
def test_stopped_at_any_step_one_of_the_two_stands_and_no_rubbish(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: tuple[object, str],
    error: BaseException,
    after: bool,
    stopped: int,
) -> None:
    allowed = {"new", "old" if path.exists() else ""}
    owner, name = place
    monkeypatch.setattr(owner, name, failing(getattr(owner, name), error, nth=stopped, after=after))
    ended_well = False
    try:
        with staged(path) as folder:
            fill(folder, "new")
        ended_well = True
    except (KeyboardInterrupt, StorageError) as caught:
        assert isinstance(caught, KeyboardInterrupt) or "No space left on device" in str(caught)  # noqa: PT017
    monkeypatch.undo()
    assert content(path) in ({"new"} if ended_well else allowed)


def failing(function: Callable[..., object], error: BaseException, *, nth: int, after: bool) -> Callable[..., object]:
    """A function whose ``nth`` call raises, before or after it did its work."""
    calls = itertools.count(1)

    def wrapped(*args: object, **options: object) -> object:
        due = next(calls) == nth
        if due and not after:
            raise error
        result = function(*args, **options)
        if due:
            raise error
        return result

    return wrapped


def test_a_place_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StorageError, match=r"cannot write .*file/x.*choose another place"),
        staged(tmp_path / "file" / "x"),
    ):
        pass


def test_what_killed_builds_left_is_swept(tmp_path: Path) -> None:
    path = tmp_path / "place"
    fill(path, "old")
    names = (".place.old.building", ".place.young.building", ".place.x.replaced", ".other.x.replaced")
    left = [tmp_path / name for name in names]
    for folder in left:
        folder.mkdir()
    os.utime(left[0], (time.time() - 100_000,) * 2)
    with staged(path) as folder:
        fill(folder, "new")
    assert [folder.exists() for folder in left] == [False, True, False, True]
