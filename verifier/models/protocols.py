"""What the floors above ask of a model: four protocols, each with one batched method.

A model has a ``name`` (as the user gave it) and a ``digest`` (first 12 hexadecimal digits over its files), which
together go into the provenance of every verdict. Engines that fulfil these protocols are made by
:mod:`verifier.models.load`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pair:
    """Premise and hypothesis: the evidence, and the claim it may entail."""

    premise: str
    hypothesis: str


@dataclass(frozen=True, slots=True)
class PairScores:
    """Logits of one pair, read by the model's own label names, and how many premise tokens did not fit."""

    entailment: float
    neutral: float
    contradiction: float
    truncated_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question and the passages an answer may use, best first."""

    question: str
    passages: tuple[str, ...]


class Model(Protocol):
    """What all kinds have."""

    @property
    def name(self) -> str:
        """What the user called it."""
        ...

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits over its files."""
        ...


class Embedder(Model, Protocol):
    """Texts to unit vectors, so that the inner product is the cosine."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """*Shape:* (len(texts), dimension). An empty sequence gives an array of no rows."""
        ...


class NLI(Model, Protocol):
    """Pairs to logits. Truncation cuts the premise, never the hypothesis, and is counted."""

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        """One result a pair, in order. Raises UsageError when a hypothesis alone does not fit."""
        ...


class Reranker(Model, Protocol):
    """A query and texts to how relevant each text is."""

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """One finite number a text, in order, on the model's own scale; the higher, the more relevant."""
        ...


class Generator(Model, Protocol):
    """Questions with passages to drafts: text to be checked, never believed."""

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        """One draft a prompt, in order; empty where the model declines."""
        ...


@runtime_checkable
class DraftingGenerator(Generator, Protocol):
    """A generator that can write several drafts of one answer."""

    def drafts(self, prompt: Prompt, count: int) -> list[str]:
        """At most ``count`` different drafts, the likeliest first; none where the model declines."""
        ...


@runtime_checkable
class StreamingGenerator(Generator, Protocol):
    """A generator whose draft can be shown while it is written."""

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """The model's output piece by piece, whatever it is."""
        ...

    def finished(self, output: str) -> str:
        """The draft that the whole output stands for; empty where the model declines."""
        ...
