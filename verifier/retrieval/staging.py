"""Replacing a folder as a whole: the new one is made beside the old and takes its place only when it is complete."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.errors import StorageError

_BUILDING, _REPLACED = ".building", ".replaced"
_ABANDONED_AFTER = 24 * 3600.0


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """A new folder to fill; when the block ends well it is synced to disk and becomes ``path``.

    When the block raises, or the disk is full, or the user interrupts, ``path`` stays what it was and the new
    folder is removed. Raises StorageError.
    """
    token = secrets.token_hex(4)
    folder = path.with_name(f".{path.name}.{token}{_BUILDING}")
    old = path.with_name(f".{path.name}.{token}{_REPLACED}")
    try:
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _sweep(path)
            folder.mkdir()
        yield folder
        with storage_errors(path):
            _sync_tree(folder)
            _swap(folder, path, old)
            _sync(path.parent)
    finally:
        try:
            _remove(folder)
        finally:
            if path.exists():
                _remove(old)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an OSError of writing below ``path`` into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}; free some disk space or choose another place"
        ) from error


def _swap(folder: Path, path: Path, old: Path) -> None:
    try:
        if path.exists():
            path.rename(old)
        folder.rename(path)
    finally:
        # Interrupted or refused between the two renames: what was there goes back.
        if not path.exists() and old.exists():
            old.rename(path)


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        # An interrupt ended the first attempt: finish before it goes on its way.
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(path: Path) -> None:
    """Remove what killed builds of ``path`` left; a build that is still running has written within a day."""
    for sibling in path.parent.iterdir():
        if not sibling.name.startswith(f".{path.name}."):
            continue
        if sibling.name.endswith(_REPLACED) and path.exists():
            _remove(sibling)
        elif sibling.name.endswith(_BUILDING):
            newest = max(p.stat().st_mtime for p in (sibling, *sibling.rglob("*")))
            if time.time() - newest > _ABANDONED_AFTER:
                _remove(sibling)


def _sync_tree(folder: Path) -> None:
    for place in (*folder.rglob("*"), folder):
        _sync(place)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder to sync it.
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
