"""From what a user calls a model to an engine that runs it: the only place that chooses one.

Nothing, ``default`` or the embedded name is the model in this package; a folder with an ONNX graph runs on ONNX
Runtime; any other folder and any ``org/name`` of the Hugging Face Hub goes to transformers. A generator may also be the
address of a server.
"""

from __future__ import annotations

import re
from pathlib import Path

from verifier.errors import ModelError
from verifier.models.http_generator import HttpGenerator
from verifier.models.hub import (
    CrossEncoderReranker,
    SentenceTransformersEmbedder,
    TransformersGenerator,
    TransformersNLI,
)
from verifier.models.onnx import OnnxEmbedder, OnnxNLI, OnnxReranker
from verifier.models.protocols import NLI, Embedder, Generator, Reranker
from verifier.models.shipped import WEIGHTS, embedded_name, is_embedded

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def load_embedder(spec: str | None) -> Embedder:
    """The embedder of that name; raises ModelError."""
    name, folder = _find(spec, "embedder")
    return OnnxEmbedder(folder, name=name) if folder else SentenceTransformersEmbedder(name)


def load_checker(spec: str | None) -> NLI:
    """The NLI model of that name, self-tested; raises ModelError."""
    name, folder = _find(spec, "checker")
    return OnnxNLI(folder, name=name) if folder else TransformersNLI(name)


def load_reranker(spec: str) -> Reranker:
    """The reranker of that folder or Hub id; raises ModelError."""
    if is_embedded(spec, "reranker"):
        raise ModelError(f"no reranker ships with this package, not even {spec!r}: give a folder or a Hugging Face id")
    name, folder = _find(spec, "reranker")
    return OnnxReranker(folder, name=name) if folder else CrossEncoderReranker(name)


def load_generator(spec: str | None) -> Generator:
    """The generator of that name, or behind that address; raises ModelError."""
    if spec is not None and spec.startswith(("http://", "https://")):
        return HttpGenerator(spec)
    name, folder = _find(spec, "generator")
    if folder is None:
        return TransformersGenerator(name)
    from verifier.models.onnx_generator import OnnxGenerator

    return OnnxGenerator(folder, name=name)


def _find(spec: str | None, kind: str) -> tuple[str, Path | None]:
    """Name for the provenance, and the folder of an ONNX model; None when it is one for transformers."""
    embedded = embedded_name(kind)
    if spec is None or is_embedded(spec, kind):
        folder = WEIGHTS / kind
        if not folder.is_dir():
            raise ModelError(f"the {kind} of this package is missing from {folder}: install verifier again")
        return embedded, folder
    path = Path(spec).expanduser()
    if path.is_dir():
        return (spec, path) if any(path.glob("*.onnx")) else (str(path), None)
    if path.exists():
        raise ModelError(f"expected a model's folder, {spec} is a file: give the folder it stands in")
    if not _HUB_ID.fullmatch(spec):
        raise ModelError(
            f"no {kind} called {spec!r}: give {embedded}, an existing folder, or a Hugging Face id org/name"
        )
    return spec, None
