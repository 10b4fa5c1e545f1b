"""Whether a corpus can settle a query at all, told from what retrieval found for it.

A corpus always has a best passage; that says little. How near it is (cosine) and how many of the query's words it
holds say more. A logistic regression of the two is fitted to an embedder by :mod:`verifier.training.answerable` and
stands beside it as ``answerable.json``; an embedder without one promises nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from verifier.datatypes import Hit
from verifier.errors import ModelError
from verifier.models.shipped import WEIGHTS, is_embedded
from verifier.text.words import content_words

NAME = "answerable.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Signs:
    """What a query's hits show: the highest cosine, and the largest share of its words that one passage holds."""

    similarity: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Answerability:
    """Weights of the signs, the constant of their sum, and the chance from which a query counts as answerable."""

    similarity: float
    coverage: float
    constant: float
    cut: float

    def chance(self, query: str, hits: Sequence[Hit]) -> float:
        """The chance that the hits settle the query, 0 to 1: as often as not in training, so it is a score to compare.

        0 without hits.
        """
        if not hits:
            return 0.0
        seen = signs(query, hits)
        total = self.similarity * seen.similarity + self.coverage * seen.coverage + self.constant
        return 1 / (1 + math.exp(-total))


def signs(query: str, hits: Sequence[Hit]) -> Signs:
    """The signs of a query's hits, of which there is at least one.

    >>> from verifier.datatypes import Passage
    >>> hit = Hit(Passage("d#1", "d", "Eiffel Tower", "It is in Paris.", 0, 15, ""), 1.0, 1, 1, similarity=0.5)
    >>> signs("Is the tower in Rome?", [hit])
    Signs(similarity=0.5, coverage=0.5)
    """
    wanted = content_words(query)
    held = [wanted & content_words(f"{hit.passage.title} {hit.passage.text}") for hit in hits]
    coverage = max(len(words) for words in held) / len(wanted) if wanted else 1.0
    return Signs(max((hit.similarity for hit in hits if hit.similarity is not None), default=0.0), coverage)


def load_answerability(embedder: str | None) -> Answerability | None:
    """What stands beside an embedder given by name or folder; None where nothing does. Raises ModelError."""
    folder = WEIGHTS / "embedder" if is_embedded(embedder, "embedder") else Path(str(embedder)).expanduser()
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["format"] != FORMAT:
            raise ValueError(f"format {stored['format']}")
        return Answerability(**{entry.name: float(stored[entry.name]) for entry in fields(Answerability)})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: cannot be read ({error!r}); fit it again or install again") from error


def save_answerability(fitted: Answerability, path: Path) -> None:
    """Write the file. Raises OSError."""
    rounded = {name: round(value, 4) for name, value in asdict(fitted).items()}
    path.write_text(json.dumps({"format": FORMAT, **rounded}, indent=1) + "\n", encoding="utf-8")
