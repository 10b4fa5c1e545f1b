"""Finds the corpora that come with the package, and a corpus by its name or path."""

from __future__ import annotations

from pathlib import Path

from verifier.errors import CorpusError

_PACKAGE = Path(__file__).resolve().parents[1]


def corpora_folder() -> Path | None:
    """Where the shipped corpora lie: inside the package when it was installed, beside it in a checkout."""
    beside = _PACKAGE.parent
    candidates = [_PACKAGE / "_corpora"]
    if (beside / "pyproject.toml").is_file():  # a folder "corpora" in site-packages would be somebody else's
        candidates.append(beside / "corpora")
    return next((folder for folder in candidates if folder.is_dir()), None)


def shipped_corpora() -> list[str]:
    """The names of the shipped corpora, sorted; empty when none came with the package."""
    folder = corpora_folder()
    return sorted(path.name for path in folder.iterdir() if _is_corpus(path)) if folder is not None else []


def find_corpus(name_or_path: str) -> Path:
    """The folder or file of a corpus: an existing path, else a shipped corpus of that name.

    Raises ``CorpusError``, with the names there are, when it is neither.
    """
    path = Path(name_or_path).expanduser()
    if name_or_path and path.exists():
        return path
    folder = corpora_folder()
    names = shipped_corpora()
    if folder is not None and name_or_path in names:
        return folder / name_or_path
    have = f"the shipped corpora are {', '.join(names)}" if names else "no corpora came with this package"
    raise CorpusError(
        f"expected a folder of documents or the name of a corpus, found nothing called {name_or_path!r}; {have}"
    )


def _is_corpus(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "_"))
