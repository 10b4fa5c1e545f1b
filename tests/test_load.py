from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from verifier.errors import ModelError
from verifier.models import load

LOADERS = {"embedder": load.load_embedder, "checker": load.load_checker, "generator": load.load_generator}
Call = tuple[str, str, str | None]


class Engine:
    """Stands in for an engine's class and records what it was made from."""

    def __init__(self, kind: str, calls: list[Call]) -> None:
        self.kind, self.calls = kind, calls

    def __call__(self, source: Path | str, *, name: str | None = None) -> Engine:
        self.calls.append((self.kind, str(source), name))
        return self


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Call]:
    """The engines that were made; every kind has a folder in the weights."""
    made: list[Call] = []
    engines = ["OnnxEmbedder", "OnnxNLI", "SentenceTransformersEmbedder", "TransformersNLI", "TransformersGenerator"]
    for engine in engines:
        monkeypatch.setattr(load, engine, Engine(engine, made))
    module = ModuleType("verifier.models.onnx_generator")
    module.OnnxGenerator = Engine("OnnxGenerator", made)  # type: ignore[attr-defined]  # a module made for the test
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(load, "WEIGHTS", tmp_path / "weights")
    for kind in LOADERS:
        (tmp_path / "weights" / kind).mkdir(parents=True)
    return made


ONNX = [("embedder", "OnnxEmbedder"), ("checker", "OnnxNLI"), ("generator", "OnnxGenerator")]
HUB = [
    ("embedder", "SentenceTransformersEmbedder"),
    ("checker", "TransformersNLI"),
    ("generator", "TransformersGenerator"),
]


@pytest.mark.parametrize(("kind", "engine"), ONNX)
def test_nothing_default_and_the_embedded_name_are_the_package_s_model(
    kind: str, engine: str, calls: list[Call], tmp_path: Path
) -> None:
    for spec in (None, "default", f"verifier-{kind}"):
        LOADERS[kind](spec)
    assert calls == [(engine, str(tmp_path / "weights" / kind), f"verifier-{kind}")] * 3


@pytest.mark.parametrize(("kind", "engine"), ONNX)
def test_a_folder_with_a_graph_runs_on_onnx(kind: str, engine: str, calls: list[Call], tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"")
    LOADERS[kind](str(folder))
    assert calls == [(engine, str(folder), str(folder))]


@pytest.mark.parametrize(("kind", "engine"), HUB)
def test_other_folders_and_hub_ids_go_to_transformers(
    kind: str, engine: str, calls: list[Call], tmp_path: Path
) -> None:
    LOADERS[kind](str(tmp_path))
    LOADERS[kind]("org/name-v1.5")
    assert calls == [(engine, str(tmp_path), None), (engine, "org/name-v1.5", None)]


@pytest.mark.parametrize("kind", LOADERS)
@pytest.mark.parametrize("spec", ["no-such-model", "/no/such/folder", "./a/b/c", "org/name/extra", "../x y"])
def test_what_is_neither_is_one_line(kind: str, spec: str, calls: list[Call]) -> None:
    with pytest.raises(ModelError, match=f"no {kind} called") as raised:
        LOADERS[kind](spec)
    assert f"verifier-{kind}" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert calls == []


@pytest.mark.parametrize(("kind", "loader"), LOADERS.items())
def test_missing_weights_and_a_file_are_told(
    kind: str, loader: Callable[[str | None], object], calls: list[Call], tmp_path: Path
) -> None:
    (tmp_path / "weights" / kind).rmdir()
    with pytest.raises(ModelError, match=f"the {kind} of this package is missing"):
        loader(None)
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match="is a file: give the folder"):
        loader(str(tmp_path / "model.onnx"))
    assert calls == []
