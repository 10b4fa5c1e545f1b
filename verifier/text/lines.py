"""Streams the lines of a file in constant memory; a damaged line carries its error and reading goes on."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from verifier.errors import InputError
from verifier.text.files import not_utf8

MAX_LINE = 1 << 20
"""Bytes in a line; a longer one is an error, which keeps memory flat when a file has no line ends."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, without its line end. ``error`` is set when it is not text."""

    number: int
    text: str
    error: str = ""


def lines_of(stream: BinaryIO, name: str) -> Iterator[Line]:
    """The lines of a stream, which messages call ``name``.

    Raises ``InputError`` when the stream begins like UTF-16 or a binary file; later damage spoils its own line only.
    """
    number = 0
    while raw := stream.readline(MAX_LINE + 1):
        number += 1
        if number == 1:
            _check_start(raw, name)
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if len(raw) > MAX_LINE and not raw.endswith(b"\n"):
            while (more := stream.readline(MAX_LINE)) and not more.endswith(b"\n"):
                pass
            yield Line(number, "", f"expected a line of at most {MAX_LINE:,} bytes, this one is longer")
        else:
            yield _decoded(number, raw.rstrip(b"\r\n"), name)


def _check_start(raw: bytes, name: str) -> None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name}: expected UTF-8 text, found UTF-16; save it as UTF-8 (in Excel: 'CSV UTF-8')")
    if b"\0" in raw:
        raise InputError(f"{name}: expected text, found a binary file (a zero byte); name a text file instead")


def _decoded(number: int, raw: bytes, name: str) -> Line:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Line(number, raw.decode("utf-8", "replace"), not_utf8(raw, error, name))
    return Line(number, text, "expected text, this line holds a zero byte" if "\0" in text else "")
