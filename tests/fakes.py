"""Deterministic models for fast tests: no weights, and answers that a reader can work out by hand."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from verifier.models.protocols import Pair, PairScores, Prompt

WORD = re.compile(r"\w+")
NEGATIONS = frozenset({"not", "never", "no"})


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


class BagEmbedder:
    """Each word adds one to a bucket chosen by its CRC; rows have unit length."""

    def __init__(self, dimension: int = 64, name: str = "bag") -> None:
        self.name, self.digest, self.dimension = name, "0" * 12, dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row[zlib.crc32(word.encode()) % self.dimension] += 1
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.maximum(norms, 1e-9)


class OverlapNLI:
    """Entails when the premise holds every word of the claim, contradicts when only a negation or number differs."""

    name, digest = "overlap", "1" * 12

    def __init__(self) -> None:
        self.calls = 0

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        self.calls += 1
        return [self._score(pair) for pair in pairs]

    def _score(self, pair: Pair) -> PairScores:
        premise, claim = set(words(pair.premise)), set(words(pair.hypothesis))
        negated = bool(premise & NEGATIONS) != bool(claim & NEGATIONS)
        missing = claim - premise - NEGATIONS
        if not missing:
            return PairScores(-4.0, 0.0, 4.0) if negated else PairScores(4.0, 0.0, -4.0)
        if all(word.isdigit() for word in missing):
            return PairScores(-4.0, 0.0, 4.0)
        return PairScores(-4.0, 4.0, -4.0)


class FirstSentenceGenerator:
    """Drafts the first sentence of the best passage."""

    name, digest = "first-sentence", "2" * 12

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        return [prompt.passages[0].split(". ")[0].rstrip(".") + "." if prompt.passages else "" for prompt in prompts]
