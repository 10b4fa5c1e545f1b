"""What an index says about itself: ``manifest.json`` for the whole, ``stamp.json`` in each derived part.

The manifest lists every file with its size and CRC-32, so that a file that was cut short or overwritten is found
before a library maps it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from verifier.errors import IndexDamagedError

FORMAT = 1
MANIFEST = "manifest.json"
STAMP = "stamp.json"
# Larger files are compared by size alone when an index is opened, and read in full by ``check``.
READ_AT_OPEN = 64 * 2**20

_Kind = TypeVar("_Kind", int, str)


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """The embedder that made the vectors."""

    name: str
    digest: str
    dimension: int


@dataclass(frozen=True, slots=True)
class FileSum:
    """A file of the index, by its path in it, with size in bytes and CRC-32."""

    path: str
    size: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which build a part belongs to and how many passages it holds."""

    generation: str
    passages: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The settings that built an index, and what it holds."""

    format: int
    name: str
    fingerprint: str
    generation: str
    verifier: str
    documents: int
    passages: int
    embedder: EmbedderIdentity
    files: tuple[FileSum, ...]


def generation_of(fingerprint: str, embedder: EmbedderIdentity) -> str:
    """The stamp of a build, made of what the build is made of: the same build gives the same, any other does not."""
    parts = (str(FORMAT), fingerprint, embedder.name, embedder.digest, str(embedder.dimension))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest.json``. Raises OSError."""
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_stamp(folder: Path, stamp: Stamp) -> None:
    """Write a part's ``stamp.json``. Raises OSError."""
    (folder / STAMP).write_text(json.dumps(asdict(stamp)) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Raises IndexDamagedError when the file is missing, broken, or of another format version."""
    path = folder / MANIFEST
    data = _read(path)
    version = _field(path, data, "format", int)
    if version != FORMAT:
        raise IndexDamagedError(
            f"{folder} has index format {version}, but this verifier reads {FORMAT}; "
            f"rebuild it with: verifier index build {folder.name}"
        )
    embedder = _object(path, data.get("embedder"))
    listed = data.get("files")
    files = [_object(path, file) for file in listed] if isinstance(listed, list) else []
    return Manifest(
        format=version,
        name=_field(path, data, "name", str),
        fingerprint=_field(path, data, "fingerprint", str),
        generation=_field(path, data, "generation", str),
        verifier=_field(path, data, "verifier", str),
        documents=_field(path, data, "documents", int),
        passages=_field(path, data, "passages", int),
        embedder=EmbedderIdentity(
            _field(path, embedder, "name", str),
            _field(path, embedder, "digest", str),
            _field(path, embedder, "dimension", int),
        ),
        files=tuple(
            FileSum(_field(path, f, "path", str), _field(path, f, "size", int), _field(path, f, "crc32", int))
            for f in files
        ),
    )


def read_stamp(folder: Path) -> Stamp:
    """Raises IndexDamagedError when the file is missing or broken."""
    path = folder / STAMP
    data = _read(path)
    return Stamp(_field(path, data, "generation", str), _field(path, data, "passages", int))


def sum_files(folder: Path) -> tuple[FileSum, ...]:
    """Sums of all files under a folder, lock files and the manifest aside. Raises OSError."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock" and p.name != MANIFEST)
    return tuple(FileSum(p.relative_to(folder).as_posix(), p.stat().st_size, crc32(p)) for p in paths)


def file_problems(folder: Path, files: tuple[FileSum, ...], *, read_limit: int | None) -> list[str]:
    """What differs between the files on disk and their sums. Files over ``read_limit`` bytes are not read."""
    problems = []
    for file in files:
        path = folder / file.path
        try:
            size = path.stat().st_size
            if size != file.size:
                problems.append(f"{file.path} has {size} bytes instead of {file.size}")
            elif (read_limit is None or size <= read_limit) and crc32(path) != file.crc32:
                problems.append(f"{file.path} was changed since the index was built")
        except OSError as error:
            problems.append(f"{file.path} cannot be read: {error.strerror}")
    return problems


def crc32(path: Path) -> int:
    """The CRC-32 of a file's bytes. Raises OSError."""
    value = 0
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            value = zlib.crc32(block, value)
    return value


def _read(path: Path) -> Mapping[str, object]:
    try:
        return _object(path, json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise IndexDamagedError(f"cannot read {path}: {error.strerror}; rebuild the index") from error
    except (ValueError, RecursionError) as error:
        raise IndexDamagedError(f"{path} is not JSON ({error}); rebuild the index") from error


def _object(path: Path, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise IndexDamagedError(f"{path}: expected an object, found {type(value).__name__}; rebuild the index")
    return value


def _field(path: Path, data: Mapping[str, object], key: str, kind: type[_Kind]) -> _Kind:
    value = data.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise IndexDamagedError(f"{path}: {key!r} should be {kind.__name__}, found {value!r:.60}; rebuild the index")
    return value
