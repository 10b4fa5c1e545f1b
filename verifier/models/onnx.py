"""The shipped engines: embedder, NLI checker and reranker on ONNX Runtime, with neither torch nor transformers.

A text's vector and a pair's logits depend on nothing else in the batch (see :mod:`verifier.models.sessions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from verifier.errors import ModelError
from verifier.models.digest import digest_of
from verifier.models.marks import check_marks, token_marks
from verifier.models.named import Named
from verifier.models.nli import check_nli, premise_room, read_label_order
from verifier.models.onnx_folder import OnnxFolder
from verifier.models.protocols import Pair, PairScores
from verifier.models.relevance import one_number
from verifier.models.sessions import SessionPool, token_feed

if TYPE_CHECKING:
    from tokenizers import Encoding

_POOLING = ("mean", "cls")


class OnnxEmbedder(Named):
    """Sentence vectors of unit length. Text beyond the model's ``max_tokens`` is cut off."""

    def __init__(self, folder: Path, *, name: str | None = None, threads: int | None = None) -> None:
        settings = OnnxFolder.read(folder, "embedder")
        if settings.pooling not in _POOLING or settings.dimension < 1:
            raise ModelError(
                f"expected pooling (mean or cls) and dimension in {folder / 'config.json'}, "
                f"got {settings.pooling!r} and {settings.dimension}: export the model again"
            )
        self._pooling, self._dimension = settings.pooling, settings.dimension
        self._tokenizer = settings.tokenizer()
        self._tokenizer.enable_truncation(settings.max_tokens)
        self._pool = SessionPool(settings.model, threads=threads)
        self._name, self._digest = name or str(folder), digest_of(folder)
        self.embed([""])  # a graph of another shape shows itself here, not in the first index

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """*Shape:* (len(texts), dimension)."""
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        states = self._pool.run_many([token_feed(encoding.ids, encoding.type_ids) for encoding in encodings])
        rows = np.zeros((len(states), self._dimension), dtype=np.float32)
        for row, state in zip(rows, states, strict=True):
            row[:] = self._vector(state)
        return rows

    def _vector(self, state: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vector from the last layer, *Shape:* (1, length, dimension); a lone sequence has no padding to mask."""
        if state.ndim != 3 or state.shape[2] != self._dimension:
            raise ModelError(
                f"expected token vectors of {self._dimension} numbers from {self._name}, got an array of shape "
                f"{state.shape}: export the model again"
            )
        pooled = state[0].mean(axis=0) if self._pooling == "mean" else state[0, 0]  # (dimension,)
        norm = float(np.linalg.norm(pooled))
        if not (np.isfinite(norm) and norm > 0):
            raise ModelError(f"expected a vector of finite length from {self._name}, got {norm}: the model is damaged")
        vector: NDArray[np.float32] = pooled / np.float32(norm)
        return vector


class _PairGraph:
    """``[CLS] premise [SEP] claim [SEP]`` as one sequence, with marks where the model reads them, to its outputs."""

    def __init__(self, settings: OnnxFolder, name: str, threads: int | None) -> None:
        self._marked = check_marks(settings.marks, name)
        self._tokenizer = settings.tokenizer()
        self._room = settings.max_tokens - self._tokenizer.num_special_tokens_to_add(is_pair=True)
        self._pool = SessionPool(settings.model, threads=threads)

    def run(self, pairs: Sequence[Pair]) -> list[tuple[list[float], int]]:
        """The outputs of each pair, in order, and how many tokens of its premise were cut.

        Raises UsageError when a claim leaves no room for any evidence.
        """
        premises = self._encode([pair.premise for pair in pairs])
        claims = self._encode([pair.hypothesis for pair in pairs])
        feeds, cuts = [], []
        for pair, premise, claim in zip(pairs, premises, claims, strict=True):
            room = premise_room(len(claim), self._room)
            cuts.append(max(0, len(premise) - room))
            premise.truncate(room)
            whole = self._tokenizer.post_process(premise, claim)
            feeds.append(token_feed(whole.ids, self._types(pair, premise, claim, whole)))
        outputs = self._pool.run_many(feeds)
        return [(row[0].tolist(), cut) for row, cut in zip(outputs, cuts, strict=True)]

    def _types(self, pair: Pair, premise: Encoding, claim: Encoding, whole: Encoding) -> list[int]:
        types: list[int] = whole.type_ids
        if self._marked:
            marked = token_marks(pair.premise, premise.offsets, pair.hypothesis, claim.offsets)
            own = chain(*marked)
            types = [
                kind if special else next(own) for kind, special in zip(types, whole.special_tokens_mask, strict=True)
            ]
        return types

    def _encode(self, texts: list[str]) -> list[Encoding]:
        # An Encoding is cut in place, so equal texts get one each; marks need offsets, which the fast form leaves out.
        encode = self._tokenizer.encode_batch if self._marked else self._tokenizer.encode_batch_fast
        return list(encode(texts, add_special_tokens=False))


class OnnxNLI(Named):
    """Evidence and claim to three logits.

    ``self_test`` scores two undisputed pairs at load and refuses a model that gets one wrong.
    """

    def __init__(
        self, folder: Path, *, name: str | None = None, threads: int | None = None, self_test: bool = True
    ) -> None:
        settings = OnnxFolder.read(folder, "checker")
        self._name, self._digest = name or str(folder), digest_of(folder)
        self._labels = read_label_order(settings.id2label, self._name)
        self._graph = _PairGraph(settings, self._name, threads)
        if self_test:
            check_nli(self)

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        """One result a pair, in order. Raises UsageError when a claim leaves no room for any evidence."""
        return [self._labels.scores(logits, cut) for logits, cut in self._graph.run(pairs)]


class OnnxReranker(Named):
    """Passage and query to one number; a long passage is cut, a query too long for any passage is refused."""

    def __init__(self, folder: Path, *, name: str | None = None, threads: int | None = None) -> None:
        self._name, self._digest = name or str(folder), digest_of(folder)
        self._graph = _PairGraph(OnnxFolder.read(folder, "reranker"), self._name, threads)
        self.relevance("", [""])  # a graph of another shape shows itself here

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """One number a text, in order; the higher, the more relevant to the query."""
        found = [outputs for outputs, _ in self._graph.run([Pair(text, query) for text in texts])]
        return [one_number(outputs, self._name) for outputs in found]
