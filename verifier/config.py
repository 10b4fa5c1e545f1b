"""Settings: which index and models a call uses, read from options, ``VERIFIER_*`` variables, and files.

    option  >  VERIFIER_* variable  >  verifier.toml in this folder or above  >  config.toml of the user  >  default

A value is checked where it enters, and an error names the place it came from. What the names stand for (whether an
index or a model exists) is left to the floors that open them.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from verifier.errors import UsageError

FILE_NAME: Final = "verifier.toml"
PREFIX: Final = "VERIFIER_"
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a call uses. ``None`` for a model is the one that ships with the package; for the reranker, none at all."""

    index: str = "commons"
    checker: str | None = None
    embedder: str | None = None
    generator: str | None = None
    reranker: str | None = None
    top_k: int = 8
    max_risk: float = 0.0


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line; ``None`` is what was not."""

    index: str | None = None
    checker: str | None = None
    embedder: str | None = None
    generator: str | None = None
    reranker: str | None = None
    top_k: int | None = None
    max_risk: float | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value of one setting came from, in words."""

    key: str
    place: str


KEYS: Final = tuple(field.name for field in fields(Settings))


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a name, as text that is not empty")
    return value.strip()


def _top_k(value: object) -> int:
    try:
        number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else 0
    except ValueError:
        number = 0
    if not 1 <= number <= 1000:
        raise ValueError("a whole number from 1 to 1000")
    return number


def _max_risk(value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1.0
    except (ValueError, OverflowError):
        number = -1.0
    if not 0.0 <= number < 1.0:  # also refuses nan
        raise ValueError("a number from 0 (nothing is withheld) up to, but not including, 1")
    return number


_CHECKS: Final[Mapping[str, Callable[[object], str | int | float]]] = {
    "index": _name,
    "checker": _name,
    "embedder": _name,
    "generator": _name,
    "reranker": _name,
    "top_k": _top_k,
    "max_risk": _max_risk,
}


def load_settings(
    options: Options | None = None, *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Settings:
    """The settings for a call made in ``folder`` (default: the current one). Raises UsageError on a wrong value."""
    values = {key: value for _, key, value in _resolved(options or Options(), environ, folder)}
    return Settings(**values)  # type: ignore[arg-type]  # each value went through its own check in _CHECKS


def origins(
    options: Options | None = None, *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> list[Origin]:
    """Where each setting's value came from, in the order of the fields of Settings."""
    found = {key: place for place, key, _ in _resolved(options or Options(), environ, folder)}
    return [Origin(key, found.get(key, DEFAULT)) for key in KEYS]


def find_file(folder: Path) -> Path | None:
    """The nearest ``verifier.toml`` in a folder or above it."""
    return next((path for up in (folder, *folder.parents) if (path := up / FILE_NAME).is_file()), None)


def user_file() -> Path:
    """Where the user's own settings stand, whether or not there are any."""
    import platformdirs  # 15 ms that --help does not need

    return platformdirs.user_config_path("verifier") / "config.toml"


def _resolved(
    options: Options, environ: Mapping[str, str] | None, folder: Path | None
) -> list[tuple[str, str, str | int | float]]:
    """(place, key, value) of every source, weakest first, so that the last one of a key wins."""
    environ = os.environ if environ is None else environ
    given = [(f"--{key.replace('_', '-')}", key, getattr(options, key)) for key in KEYS]
    variables = [(PREFIX + key.upper(), key, environ.get(PREFIX + key.upper()) or None) for key in KEYS]
    files = [path for path in (user_file(), find_file(folder or Path.cwd())) if path is not None and path.is_file()]
    rows = [row for path in files for row in _read(path)]
    rows += [row for row in (*variables, *given) if row[2] is not None]
    return [(place, key, _checked(place, key, value)) for place, key, value in rows]


def _read(path: Path) -> list[tuple[str, str, object]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f'{path} is not TOML: {error}. Write lines such as: index = "commons"') from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}. Mend its permissions or move it away") from error
    rows: list[tuple[str, str, object]] = []
    for written, value in table.items():
        key = written.replace("-", "_")
        if key not in KEYS:
            close = difflib.get_close_matches(key, KEYS, 1)
            hint = f"Did you mean {close[0]}?" if close else f"Expected one of {', '.join(KEYS)}"
            raise UsageError(f"{path} has the unknown key {written!r}. {hint}")
        rows.append((f"{path}, key {written}", key, _from_file(path, value)))
    return rows


def _from_file(path: Path, value: object) -> object:
    """A value that is plainly a relative path is meant from the file's folder, wherever the command runs."""
    if isinstance(value, str) and value.startswith(("./", "../")):
        return str((path.parent / value).resolve())
    return str(Path(value).expanduser()) if isinstance(value, str) and value.startswith("~/") else value


def _checked(place: str, key: str, value: object) -> str | int | float:
    try:
        return _CHECKS[key](value)
    except ValueError as error:
        raise UsageError(f"{place}: expected {error}, got {value!r}") from error
