"""Streams the rows of a file of claims: a line each, JSON lines, or a table with a header.

A row that cannot be used is yielded with its error and reading goes on; only what spoils the whole file (no file,
binary, no column of claims) raises. ``read_text`` reads documents, ``labels`` reads the labels in a row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from verifier.errors import InputError, UsageError
from verifier.text.files import unreadable
from verifier.text.labels import normalise_label
from verifier.text.lines import Line, lines_of

__all__ = ["CLAIM_KEYS", "LAYOUTS", "ClaimRow", "normalise_label", "read_rows"]

CLAIM_KEYS = ("claim", "text", "statement", "sentence")
LAYOUTS: Mapping[str, str] = {
    ".txt": "txt",
    ".text": "txt",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
}


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One row: its claim, or in ``error`` why there is none. ``input`` holds the row's other keys, unchanged."""

    id: str
    claim: str
    input: Mapping[str, object] = field(default_factory=dict)
    error: str = ""


def read_rows(path: Path | None, stream: BinaryIO | None = None, *, layout: str | None = None) -> Iterator[ClaimRow]:
    """The rows of ``path``, or of ``stream`` when that is given, one after the other, in constant memory.

    ``layout`` is ``txt``, ``jsonl``, ``csv`` or ``tsv``; without one the file's suffix decides, and for a stream its
    first line: an object makes it JSON lines, anything else a claim a line. A row's id is its ``id`` key, else the
    number of its first line. Raises ``UsageError`` (``InputError`` for the file itself), at the call when it can be
    known then, else at the first row.
    """
    known = sorted(set(LAYOUTS.values()))
    if layout is not None and layout not in known:
        raise UsageError(f"expected a layout of {', '.join(known)}, got {layout!r}")
    if stream is not None:
        return _rows(stream, layout or "", str(path) if path is not None else "the input")
    if path is None:
        raise UsageError("expected a file or a stream of claims, got neither")
    if path.is_dir():
        raise unreadable(path, IsADirectoryError())
    if not path.exists():
        raise unreadable(path, FileNotFoundError())
    return _file_rows(path, layout or _layout(path))


def _layout(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix and suffix not in LAYOUTS:
        raise InputError(
            f"{path}: expected a file of claims ending in {', '.join(LAYOUTS)}, got {path.suffix!r}; "
            f"rename it, or name its layout ({', '.join(sorted(set(LAYOUTS.values())))})"
        )
    return LAYOUTS.get(suffix, "")


def _file_rows(path: Path, layout: str) -> Iterator[ClaimRow]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error
    with file:
        yield from _rows(file, layout, str(path))


def _rows(stream: BinaryIO, layout: str, name: str) -> Iterator[ClaimRow]:
    lines = lines_of(stream, name)
    first = next((line for line in lines if line.text.strip() or line.error), None)
    if first is None:
        raise InputError(f"{name}: expected claims, the file is empty; put a claim on each line")
    if not layout:
        layout = "jsonl" if first.text.lstrip().startswith("{") else "txt"
    if layout == "jsonl" and first.text.lstrip().startswith("["):
        raise InputError(
            f"{name}: expected a JSON object on each line, found a list; "
            f"convert it, for example with: jq -c '.[]' {name!r}"
        )
    rest = _chain(first, lines)
    if layout in ("csv", "tsv"):
        yield from _table_rows(rest, layout, name)
        return
    for line in rest:
        if line.text.strip() or line.error:
            yield _json_row(line) if layout == "jsonl" else _text_row(line)


def _chain(first: Line, rest: Iterable[Line]) -> Iterator[Line]:
    yield first
    yield from rest


def _text_row(line: Line) -> ClaimRow:
    return ClaimRow(str(line.number), line.text.strip(), error=line.error)


def _json_row(line: Line) -> ClaimRow:
    number = str(line.number)
    if line.error:
        return ClaimRow(number, "", error=line.error)
    try:
        found = json.loads(line.text)
        # Half a surrogate pair ("\ud800") is legal JSON, but no text that could be written out again.
        if "\\u" in line.text:
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        return ClaimRow(number, "", error=f"expected a JSON object, this line is not JSON: {error.msg}, {error.colno}")
    except (ValueError, RecursionError) as error:
        return ClaimRow(number, "", error=f"expected a JSON object, this line cannot be read: {error}")
    if not isinstance(found, dict):
        return ClaimRow(number, "", error=f"expected a JSON object with a key 'claim', got {_kind(found)}")
    return _row(number, found)


def _row(number: str, values: dict[str, object]) -> ClaimRow:
    """A row out of its keys and values: the claim under the first known key, the id, and the rest."""
    key = _claim_key(values)
    id_key = next((name for name in values if name.strip().casefold() == "id"), "")
    given = values.get(id_key)
    id_ = str(given).strip() if given is not None and str(given).strip() else number
    rest = {name: value for name, value in values.items() if name not in (key, id_key)}
    if not key:
        have = ", ".join(repr(name) for name in list(values)[:12]) or "none"
        return ClaimRow(id_, "", rest, f"expected one of the keys {', '.join(CLAIM_KEYS)}, found {have}")
    claim = values[key]
    if not isinstance(claim, str):
        return ClaimRow(id_, "", rest, f"expected a text under {key!r}, got {_kind(claim)}")
    if not claim.strip():
        return ClaimRow(id_, "", rest, f"expected a claim under {key!r}, it is empty")
    return ClaimRow(id_, claim.strip(), rest)


def _claim_key(names: Iterable[str]) -> str:
    """The first of ``CLAIM_KEYS`` among ``names``, as it is spelled there; empty if there is none."""
    spelled = {name.strip().casefold(): name for name in names}
    return next((spelled[key] for key in CLAIM_KEYS if key in spelled), "")


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _table_rows(lines: Iterator[Line], layout: str, name: str) -> Iterator[ClaimRow]:
    first = next(lines)
    if first.error:
        raise InputError(f"{name}: {first.error}")
    delimiter = "\t" if layout == "tsv" else _delimiter(first.text)
    feed = _Feed(_chain(first, lines))
    reader = csv.reader(feed, delimiter=delimiter)
    try:
        header = [column.strip() for column in next(reader)]
    except csv.Error as error:
        raise InputError(
            f"{name}: expected a header of {layout.upper()} columns, the first line is not: {error}"
        ) from error
    if not _claim_key(header):
        raise UsageError(
            f"{name}: expected a header with one of the columns {', '.join(CLAIM_KEYS)}, "
            f"found {', '.join(repr(column) for column in header)}; rename the column of claims, or add a header"
        )
    while True:
        feed.start()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield ClaimRow(str(feed.first), "", error=f"expected {layout.upper()}, this row is not: {error}")
            continue
        if feed.error:
            yield ClaimRow(str(feed.first), "", error=feed.error)
        elif any(value.strip() for value in fields):
            yield _table_row(str(feed.first), header, fields)


def _delimiter(header: str) -> str:
    """What separates the columns: a comma, unless only ``;`` or a tab uncovers a column of claims."""
    for delimiter in (",", ";", "\t"):
        if _claim_key(next(csv.reader([header], delimiter=delimiter), [])):
            return delimiter
    return ","


def _table_row(number: str, header: list[str], fields: list[str]) -> ClaimRow:
    if len(fields) > len(header):
        return ClaimRow(
            number,
            "",
            error=f"expected {len(header)} columns, got {len(fields)}; put a claim that holds a comma in double quotes",
        )
    return _row(number, dict(zip(header, fields, strict=False)))


class _Feed:
    """Hands lines to the csv reader, and knows where its current row began and whether a line of it is damaged."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self.lines = lines
        self.first = 0
        self.error = ""

    def start(self) -> None:
        self.first, self.error = 0, ""

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.first = self.first or line.number
        self.error = self.error or line.error
        return line.text + "\n"
