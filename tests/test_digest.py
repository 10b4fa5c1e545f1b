from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from verifier.errors import ModelError
from verifier.models.digest import digest_of


def test_digest_is_over_names_and_contents_in_order_of_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_bytes(b"two")
    (tmp_path / "sub" / "a.txt").write_bytes(b"one")
    (tmp_path / ".hidden").write_bytes(b"no part of the model")
    lines = "".join(
        f"{name}\0{hashlib.sha256(contents).hexdigest()}\n"
        for name, contents in (("b.txt", b"two"), ("sub/a.txt", b"one"))
    )
    assert digest_of(tmp_path) == hashlib.sha256(lines.encode()).hexdigest()[:12]


def test_a_renamed_or_changed_file_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    first = digest_of(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    second = digest_of(tmp_path)
    (tmp_path / "b").write_bytes(b"two")
    assert len({first, second, digest_of(tmp_path)}) == 3


def test_a_folder_without_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="found none"):
        digest_of(tmp_path)
    with pytest.raises(ModelError, match="found none"):
        digest_of(tmp_path / "missing")


def test_a_reworded_model_card_is_the_same_model(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"weights")
    before = digest_of(tmp_path)
    (tmp_path / "README.md").write_text("A card.", encoding="utf-8")
    assert digest_of(tmp_path) == before
