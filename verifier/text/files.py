"""Reads a text file, or says in one line why it cannot be read."""

from __future__ import annotations

import codecs
from pathlib import Path

from verifier.errors import InputError

_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file; a byte order mark is dropped, line ends stay as they are.

    Raises ``InputError`` if the file is missing, a folder, not readable, empty, binary, or not UTF-8.
    """
    return decode(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; ``InputError`` if there is no such file or it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> InputError:
    """What to tell the reader about a file that could not be opened."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"{path}: expected a file, found none there; check the name and the folder you are in")
    if isinstance(error, IsADirectoryError):
        return InputError(f"{path}: expected a file, found a folder; name one of the files in it")
    if isinstance(error, PermissionError):
        return InputError(f"{path}: no permission to read this file; change its permissions or copy it")
    return InputError(f"{path}: this file cannot be read: {error.strerror or error}")


def decode(content: bytes, name: str) -> str:
    """The text in ``content``; ``InputError`` speaks of it as ``name``.

    >>> decode(b"\\xef\\xbb\\xbfcaf\\xc3\\xa9", "menu.txt")
    'café'
    """
    for mark, encoding in _WIDE_MARKS:
        if content.startswith(mark):
            raise InputError(f"{name}: expected UTF-8 text, found {encoding}; {_how_to_convert(encoding, name)}")
    if b"\0" in content:
        raise InputError(f"{name}: expected text, found a binary file (a zero byte); name a text file instead")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: {not_utf8(content, error, name)}") from error
    if not text.strip():
        raise InputError(f"{name}: expected text, the file is empty; put the text in it, or name another file")
    return text


def not_utf8(content: bytes, error: UnicodeDecodeError, name: str) -> str:
    """Where ``content`` stops being UTF-8, what it may be instead, and how to convert it."""
    encoding = likely_encoding(content)
    # The decoder counts from after the byte order mark.
    offset = error.start + (len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0)
    return (
        f"expected UTF-8 text, byte {content[offset]:#04x} at offset {offset:,} is not; "
        f"it looks like {encoding}: {_how_to_convert(encoding, name)}"
    )


def likely_encoding(content: bytes) -> str:
    """A guess for text that is not UTF-8.

    >>> likely_encoding("“café”".encode("cp1252")), likely_encoding("日本".encode("shift_jis"))
    ('windows-1252', 'Shift_JIS')
    """
    high = sum(byte > 0x7F for byte in content)
    # Accents are rare in Western text; where most bytes are high, the script is another one.
    for encoding, codec in (("Shift_JIS", "shift_jis"), ("GB18030", "gb18030")) if high * 2 > len(content) else ():
        if _decodes(content, codec):
            return encoding
    return "windows-1252" if _decodes(content, "cp1252") else "ISO-8859-1"


def _decodes(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _how_to_convert(encoding: str, name: str) -> str:
    return f"save it as UTF-8, for example with: iconv -f {encoding} -t UTF-8 {name!r}"
