"""The layers: imports point down, `verifier --help` stays light, public names are sorted."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import verifier

PACKAGE = Path(verifier.__file__).parent
FLOORS = (  # top to bottom; a floor may import itself and what is below it
    ("__main__",),
    ("cli", "server"),
    ("training", "evaluation"),
    ("batch", "distributed", "reports"),
    ("api", "minicheck"),
    ("pipeline",),
    ("answering",),
    ("judging",),
    ("retrieval",),
    ("models",),
    ("corpus",),
    ("text",),
    ("config",),
    ("datatypes", "errors", "_version"),
)
LEVEL = {name: len(FLOORS) - height for height, names in enumerate(FLOORS) for name in names}
HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "onnxruntime", "tantivy", "numpy", "rich")


def part_of(module: str) -> str:
    pieces = module.split(".")
    return pieces[1] if len(pieces) > 1 else ""


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("verifier"):
            found |= (
                {f"{node.module}.{name.name}" for name in node.names} if node.module == "verifier" else {node.module}
            )
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name.startswith("verifier")}
    return found


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "weights" not in path.parts]


def test_imports_point_down() -> None:
    upward = []
    for path in modules():
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name == "__init__":
            continue
        for imported in imports_of(path):
            target = part_of(imported)
            if target in LEVEL and LEVEL[target] > LEVEL[name]:
                upward.append(f"{path.relative_to(PACKAGE)} imports {imported}")
            assert not target or target in LEVEL or imported.startswith("verifier.__"), f"{imported}: no floor has it"
    assert not upward


def test_every_module_has_a_floor() -> None:
    names = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in modules()}
    assert names - {"__init__"} <= set(LEVEL)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from verifier.cli.app import app; "
        "result = CliRunner().invoke(app, ['--help']); assert result.exit_code == 0, result.output; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_are_sorted_and_there() -> None:
    assert list(verifier.__all__) == sorted(verifier.__all__)
    assert all(hasattr(verifier, name) for name in verifier.__all__)


def test_modules_are_of_one_idea() -> None:
    long = {
        str(path.relative_to(PACKAGE)): count
        for path in modules()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not long
