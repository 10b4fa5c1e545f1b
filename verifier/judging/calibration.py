"""What belongs to a checker beside its weights: thresholds, a judge and a risk table, in one file.

``calibration.json`` stands in a checker's folder, or where a user has calibrated for a domain of their own
(:func:`user_file`). Beside it stands ``calibration-texts.json``, for evidence that is given in a call: what a user
hands over is mostly about the claim, what retrieval finds mostly is not. A checker without either is judged by the
defaults and promises no risk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from verifier.datatypes import Thresholds
from verifier.errors import ModelError, StorageError
from verifier.judging.aggregate import Judge
from verifier.judging.risk import RiskTable
from verifier.models.shipped import WEIGHTS, is_embedded

NAME = "calibration.json"
TEXTS_NAME = "calibration-texts.json"
FORMAT = 1
FITTED = tuple(entry.name for entry in fields(Thresholds) if entry.name not in ("max_risk", "top_k"))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a checker's readings become verdicts."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    judge: Judge | None = None
    risk: RiskTable | None = None

    def with_limits(self, *, top_k: int, max_risk: float) -> Calibration:
        """The same for a call that retrieves ``top_k`` passages and asks for ``max_risk``."""
        return replace(self, thresholds=replace(self.thresholds, top_k=top_k, max_risk=max_risk))

    @property
    def withheld_below(self) -> float:
        """The confidence that a settled verdict must reach under ``max_risk``: 0 without one, above 1 when none can.

        Without a risk table it is ``1 - max_risk``, which is right as far as the confidence is.
        """
        asked = self.thresholds.max_risk
        if not asked:
            return 0.0
        return 1 - asked if self.risk is None else _cut(self.risk, asked)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits over thresholds, judge and risk table; empty without the last two."""
        return "" if self.judge is None and self.risk is None else _digest(self)

    def to_dict(self) -> dict[str, Any]:
        """As it is stored."""
        stored: dict[str, Any] = {"format": FORMAT}
        stored["thresholds"] = {name: getattr(self.thresholds, name) for name in FITTED}
        if self.judge is not None:
            stored["judge"] = self.judge.to_dict()
        if self.risk is not None:
            stored["risk"] = self.risk.to_dict()
        return stored

    @classmethod
    def from_dict(cls, stored: Any) -> Calibration:
        """From :meth:`to_dict`'s form; raises ModelError when something in it is wrong."""
        if not isinstance(stored, Mapping) or stored.get("format") != FORMAT:
            raise ModelError(f"expected a calibration of format {FORMAT}; calibrate the checker again")
        given = stored.get("thresholds", {})
        try:
            values = {name: float(given[name]) for name in FITTED}
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ModelError(f"expected numbers as thresholds ({error}); calibrate the checker again") from error
        if (
            not all(0 <= values[name] <= 1 for name in FITTED if name != "temperature")
            or not 0 < values["temperature"] < 99
        ):
            raise ModelError("expected thresholds from 0 to 1 and a temperature above 0; calibrate the checker again")
        return cls(
            thresholds=Thresholds(**values),  # type: ignore[arg-type]  # FITTED holds the float fields only
            judge=Judge.from_dict(stored["judge"]) if "judge" in stored else None,
            risk=RiskTable.from_dict(stored["risk"]) if "risk" in stored else None,
        )


@lru_cache(maxsize=16)
def _cut(risk: RiskTable, max_risk: float) -> float:
    cut = risk.threshold(max_risk)
    return 1.01 if cut is None else cut


@lru_cache(maxsize=16)
def _digest(calibration: Calibration) -> str:
    return hashlib.sha256(json.dumps(calibration.to_dict(), sort_keys=True).encode()).hexdigest()[:12]


def user_file(digest: str, index: str = "") -> Path:
    """Where a user's own calibration of a checker, for all indexes or for one, stands, whether or not there is one."""
    import platformdirs  # 15 ms that --help does not need

    name = f"{digest}-{index}.json" if index else f"{digest}.json"
    return platformdirs.user_config_path("verifier") / "calibrations" / name


def find_calibration(spec: str | None, *, digest: str = "", index: str = "") -> Path | None:
    """The file that :func:`load_calibration` reads; None where there is none."""
    folder = WEIGHTS / "checker" if is_embedded(spec, "checker") else Path(str(spec)).expanduser()
    places = [user_file(digest, index), user_file(digest)] if digest else []
    places += [folder / NAME] if index else [folder / TEXTS_NAME, folder / NAME]
    return next((path for path in places if path.is_file()), None)


def load_calibration(spec: str | None, *, digest: str = "", index: str = "") -> Calibration:
    """The calibration of a checker given by name or folder, whose digest is ``digest``, for an index or for texts.

    The first of: the user's own for this index, the user's own, the one in the checker's folder for indexes or, without
    an ``index``, for texts; the defaults where there is none. Raises ModelError when a file is damaged.
    """
    found = find_calibration(spec, digest=digest, index=index)
    return read_calibration(found) if found else Calibration()


def read_calibration(path: Path) -> Calibration:
    """The calibration in a file. Raises ModelError, naming the file, when it is damaged."""
    try:
        return Calibration.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read as a calibration ({error}); calibrate or install again") from error
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def save_calibration(calibration: Calibration, path: Path) -> None:
    """Write the file whole or not at all. Raises StorageError when it cannot be written."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(calibration.to_dict(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        if part.is_file():
            part.unlink()
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}; free some space or name another place"
        ) from error
