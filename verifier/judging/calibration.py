"""The thresholds that belong to a checker: read from, and written to, a file beside its weights.

``thresholds.json`` in a checker's folder holds the fields of :class:`verifier.datatypes.Thresholds` that were
fitted; :mod:`verifier.training.thresholds` fits them. A checker without the file is judged with the defaults.
"""

from __future__ import annotations

import json
from pathlib import Path

from verifier.datatypes import Thresholds
from verifier.errors import ModelError
from verifier.models.load import WEIGHTS, embedded_name

THRESHOLDS = "thresholds.json"
FITTED = ("support", "contradiction", "dispute", "joined_weight", "topic", "temperature")


def load_thresholds(spec: str | None) -> Thresholds:
    """The thresholds stored beside the checker of that name, or the defaults. Raises ModelError when damaged."""
    embedded = spec is None or spec in ("", "default", embedded_name("checker"))
    folder = WEIGHTS / "checker" if embedded else Path(str(spec)).expanduser()
    path = folder / THRESHOLDS
    defaults = Thresholds()
    if not path.is_file():
        return defaults
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        fitted = {name: float(stored.get(name, getattr(defaults, name))) for name in FITTED}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: expected a JSON object of numbers ({error}); install the model again") from error
    return Thresholds(
        support=fitted["support"],
        contradiction=fitted["contradiction"],
        dispute=fitted["dispute"],
        joined_weight=fitted["joined_weight"],
        topic=fitted["topic"],
        temperature=fitted["temperature"],
    )


def save_thresholds(thresholds: Thresholds, folder: Path) -> None:
    """Write the fitted fields beside a checker's weights."""
    stored = {name: getattr(thresholds, name) for name in FITTED}
    (folder / THRESHOLDS).write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", encoding="utf-8")
