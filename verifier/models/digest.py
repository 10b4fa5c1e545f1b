"""A short digest of a model folder, which goes into the provenance of every verdict beside the model's name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from verifier.errors import ModelError

_DIGITS = 12
# Fitted to the model, not part of it: no score and no vector changes with them.
_FITTED = frozenset({"calibration.json", "calibration-texts.json", "answerable.json"})


def digest_of(folder: Path) -> str:
    """First 12 hexadecimal digits of SHA-256 over the folder's files, sorted by name: each one's name and contents.

    Files and folders whose name begins with a dot are left out, and so are Markdown files: a reworded model card
    changes no vector, and must not make every index look as if another model had built it. Raises ModelError when
    there is no file to read.
    """
    try:
        files = sorted(_files(folder), key=lambda path: path.relative_to(folder).as_posix())
        if not files:
            raise ModelError(f"expected a folder with a model's files at {folder}, found none: check the path")
        whole = hashlib.sha256()
        for path in files:
            with path.open("rb") as stream:
                contents = hashlib.file_digest(stream, "sha256").hexdigest()
            whole.update(f"{path.relative_to(folder).as_posix()}\0{contents}\n".encode())
    except OSError as error:
        raise ModelError(f"cannot read the model folder {folder}: {error.strerror}") from error
    return whole.hexdigest()[:_DIGITS]


def _files(folder: Path) -> list[Path]:
    """Regular files under ``folder`` that decide what the model does: none hidden, none a text about it."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".md"
        and path.name not in _FITTED
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
