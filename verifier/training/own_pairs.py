"""Teaching pairs of our own: evidence texts in our words, each with two claims of every label (CC BY 4.0).

They teach what the given sources lack: everyday paraphrase, claims that are half right, and subjects outside
encyclopaedias. One text in eight is held out, to calibrate on. The files stand beside this module in ``own``.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from verifier.training.pairs import Target, TrainingPair, open_text

FOLDER = Path(__file__).parent / "own"
_HELD_OUT_OF = 8
_LABELS = (Target.SUPPORTED, Target.CONTRADICTED, Target.UNSUPPORTED)


def own_pairs(*, held_out: bool, folder: Path = FOLDER) -> list[TrainingPair]:
    """The pairs for training, or those held out from it, in the order of the files."""
    made = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in open_text(path):
            row = json.loads(line)
            if is_held_out(row["evidence"]) is held_out:
                made += [
                    TrainingPair(claim, row["evidence"], label, row["evidence"], f"own_{path.stem}")
                    for label in _LABELS
                    for claim in row[label.value]
                ]
    return made


def is_held_out(evidence: str) -> bool:
    """Whether a text is one of the eighth that no training sees, by its hash.

    >>> 0.08 < sum(is_held_out(f"text {n}") for n in range(2000)) / 2000 < 0.17
    True
    """
    return hashlib.sha256(evidence.encode()).digest()[0] % _HELD_OUT_OF == 0
