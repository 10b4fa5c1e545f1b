"""Where indexes live: a path, the ``indexes`` folder of a checkout, or the user's data folder."""

from __future__ import annotations

from pathlib import Path

from verifier.errors import UsageError
from verifier.retrieval.manifest import MANIFEST

_FOLDER = "indexes"


def index_path(name_or_path: str) -> Path:
    """The folder of an index, whether or not it exists yet.

    A path (anything with a slash, or a leading dot or tilde) is taken as it is, and so is the name of an index in
    this folder. Any other name is looked for in the checkout's ``indexes`` and then in the user's data folder; one
    that is in neither belongs in the first of them. Raises UsageError for an empty name.
    """
    if not name_or_path.strip() or "\0" in name_or_path:
        raise UsageError("an index is called by a name or a path, not by an empty text; see: verifier index list")
    path = Path(name_or_path)
    if path.name != name_or_path or name_or_path.startswith((".", "~")):
        return path.expanduser()
    if (path / MANIFEST).is_file():
        return path
    places = [home / name_or_path for home in _homes()]
    return next((place for place in places if place.exists()), places[0])


def list_indexes() -> list[Path]:
    """The folders of all indexes in the checkout and in the user's data folder, sorted within each."""
    homes = [home for home in _homes() if home.is_dir()]
    return [
        folder
        for home in homes
        for folder in sorted(home.iterdir())
        if not folder.name.startswith(".") and (folder / MANIFEST).is_file()
    ]


def _homes() -> list[Path]:
    from platformdirs import user_data_path

    here = Path.cwd()
    checkouts = [
        f / _FOLDER for f in (here, *here.parents) if (f / "pyproject.toml").is_file() and (f / _FOLDER).is_dir()
    ]
    return [*checkouts[:1], user_data_path("verifier") / _FOLDER]
