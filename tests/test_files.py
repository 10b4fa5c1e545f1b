from __future__ import annotations

from pathlib import Path

import pytest

from verifier.errors import InputError, VerifierError
from verifier.text.files import read_text


def write(folder: Path, content: bytes) -> Path:
    path = folder / "page.txt"
    path.write_bytes(content)
    return path


def message(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_text_is_read_as_it_is(tmp_path: Path) -> None:
    assert read_text(write(tmp_path, "Café\r\n😀\n".encode())) == "Café\r\n😀\n"


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert read_text(write(tmp_path, b"\xef\xbb\xbfBats fly.")) == "Bats fly."


def test_missing(tmp_path: Path) -> None:
    assert "found none there" in message(tmp_path / "nowhere.txt")
    assert "nowhere.txt" in message(tmp_path / "nowhere.txt")


def test_a_folder(tmp_path: Path) -> None:
    assert "found a folder" in message(tmp_path)


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_empty(tmp_path: Path, content: bytes) -> None:
    assert "empty" in message(write(tmp_path, content))


def test_binary(tmp_path: Path) -> None:
    assert "binary" in message(write(tmp_path, b"\x89PNG\r\n\0\0"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_are_named(tmp_path: Path, encoding: str) -> None:
    assert encoding.upper() in message(write(tmp_path, "Bats fly.".encode(encoding)))


def test_the_byte_and_the_likely_encoding_are_named(tmp_path: Path) -> None:
    text = message(write(tmp_path, "A café.".encode("cp1252")))
    assert "byte 0xe9 at offset 5 " in text
    assert "iconv -f windows-1252" in text


def test_the_offset_counts_the_byte_order_mark(tmp_path: Path) -> None:
    assert "byte 0xe9 at offset 8 " in message(write(tmp_path, b"\xef\xbb\xbf" + "A café.".encode("cp1252")))


@pytest.mark.parametrize(
    ("codec", "name"), [("shift_jis", "Shift_JIS"), ("latin-1", "ISO-8859-1"), ("cp1252", "windows-1252")]
)
def test_other_encodings_are_guessed(tmp_path: Path, codec: str, name: str) -> None:
    text = {"shift_jis": "地球は丸い", "latin-1": "caf\xe9 \x81", "cp1252": "“café”"}[codec]
    assert f"looks like {name}" in message(write(tmp_path, text.encode(codec)))


def test_an_unreadable_file_is_translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # the tests may run as root, who may read everything
    with pytest.raises(VerifierError, match="no permission"):
        read_text(tmp_path / "page.txt")
