"""The thresholds that belong to a checker: read from, and written to, a file beside its weights.

``thresholds.json`` in a checker's folder holds the fields of :class:`verifier.datatypes.Thresholds` that were
fitted; :mod:`verifier.training.thresholds` fits them. A checker without the file is judged with the defaults.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

from verifier.datatypes import Thresholds
from verifier.errors import ModelError
from verifier.models.load import WEIGHTS, embedded_name

THRESHOLDS = "thresholds.json"
_FITTED = frozenset({"support", "contradiction", "dispute", "joined_weight", "topic", "temperature"})


def load_thresholds(spec: str | None) -> Thresholds:
    """The thresholds stored beside the checker of that name, or the defaults. Raises ModelError when damaged."""
    embedded = spec is None or spec in ("", "default", embedded_name("checker"))
    folder = WEIGHTS / "checker" if embedded else Path(str(spec)).expanduser()
    path = folder / THRESHOLDS
    if not path.is_file():
        return Thresholds()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Thresholds(**{name: float(stored[name]) for name in _FITTED & stored.keys()})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: expected a JSON object of numbers ({error}); install the model again") from error


def save_thresholds(thresholds: Thresholds, folder: Path) -> None:
    """Write the fitted fields beside a checker's weights."""
    stored = {f.name: getattr(thresholds, f.name) for f in fields(thresholds) if f.name in _FITTED}
    (folder / THRESHOLDS).write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", encoding="utf-8")
