"""What stands in a folder beside ``model.onnx``: ``config.json`` with our keys, and ``tokenizer.json``.

Everything an engine relies on is checked here, once. :mod:`verifier.training.export` writes such folders.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FORMAT = 1


@dataclass(frozen=True, slots=True)
class OnnxFolder:
    """A folder and its settings; ``id2label`` and ``marks`` are for checkers, ``pooling``, ``dimension`` for embedders.

    ``marks`` is the number of its segment embeddings where tokens are marked (:mod:`verifier.models.marks`), else 0.
    """

    path: Path
    max_tokens: int
    id2label: Mapping[str, str]
    pooling: str
    dimension: int
    marks: int = 0

    @property
    def model(self) -> Path:
        """The file with the graph."""
        return self.path / "model.onnx"

    @classmethod
    def read(cls, path: Path, kind: str) -> OnnxFolder:
        """Reads ``config.json``; raises ModelError when it is missing, broken, or of another kind or format."""
        config = _read_json(path / "config.json")
        for key, expected in (("kind", kind), ("format", FORMAT)):
            if config.get(key, expected) != expected:
                raise ModelError(f"expected {key} {expected} in {path / 'config.json'}, got {config[key]!r}")
        longest = config.get("max_tokens", config.get("max_position_embeddings"))
        if not isinstance(longest, int) or longest < 8:
            raise ModelError(f"expected max_tokens, a whole number from 8, in {path / 'config.json'}, got {longest!r}")
        id2label, dimension, marks = config.get("id2label"), config.get("dimension"), config.get("marks", 0)
        return cls(
            path=path,
            max_tokens=longest,
            id2label={str(key): str(name) for key, name in id2label.items()} if isinstance(id2label, dict) else {},
            pooling=str(config.get("pooling", "")),
            dimension=dimension if isinstance(dimension, int) else 0,
            marks=marks if isinstance(marks, int) else -1,
        )

    def tokenizer(self) -> Tokenizer:
        """The folder's tokenizer, which neither pads nor truncates."""
        return read_tokenizer(self.path)


def read_tokenizer(folder: Path) -> Tokenizer:
    """``tokenizer.json`` of a folder, without the padding and truncation that may be saved in it."""
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelError(
            f"expected a tokenizer at {path}, found none: save it there in the tokenizers library's format"
        )
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception, nothing narrower
        raise ModelError(f"cannot read {path}: {' '.join(str(error).split())}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _read_json(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"expected a model folder with config.json, found none at {path}: check the folder") from error
    except (OSError, ValueError) as error:  # ValueError: not JSON, not UTF-8
        raise ModelError(f"cannot read {path}: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ModelError(f"expected an object in {path}, got {type(content).__name__}")
    return content
