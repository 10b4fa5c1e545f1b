"""Any other checker, embedder or reranker, by Hugging Face Hub id or folder in transformers' layout; torch, float32.

What the three engines share (finding the files, one-line errors) is in :mod:`verifier.models.hub_source`, the
generator in :mod:`verifier.models.hub_generator`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verifier.errors import ModelError
from verifier.models.hub_generator import TransformersGenerator
from verifier.models.hub_source import device_name, digest_of_source, load_model, load_source
from verifier.models.marks import COUNT
from verifier.models.named import Named
from verifier.models.nli import check_nli, premise_room, read_label_order
from verifier.models.protocols import Pair, PairScores
from verifier.models.relevance import one_number

__all__ = ["CrossEncoderReranker", "SentenceTransformersEmbedder", "TransformersGenerator", "TransformersNLI"]

_TOKENS_A_BATCH = 4096


class TransformersNLI(Named):
    """A sequence classifier with the labels of NLI. Pairs of like length share a batch; the mask keeps them apart."""

    def __init__(self, source: str, *, self_test: bool = True) -> None:
        from transformers import AutoModelForSequenceClassification

        loaded = load_model(source, AutoModelForSequenceClassification)
        config = loaded.model.config
        if getattr(config, "type_vocab_size", 0) == COUNT:
            raise ModelError(f"{source} reads marked tokens: run `verifier train export checker` on it, and use that")
        self._name = source
        self._labels = read_label_order(config.id2label, source)
        self._digest = digest_of_source(source, config)
        self._tokenizer, self._model, self._device = loaded.tokenizer, loaded.model, loaded.device
        self._longest = loaded.max_tokens
        self._room = self._longest - self._tokenizer.num_special_tokens_to_add(pair=True)
        if self_test:
            check_nli(self)

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        """One result a pair, in order. Raises UsageError when a claim leaves no room for any evidence."""
        if not pairs:
            return []
        encoded = self._tokenizer(
            [pair.premise for pair in pairs],
            [pair.hypothesis for pair in pairs],
            verbose=False,
        )["input_ids"]
        claims = self._tokenizer([pair.hypothesis for pair in pairs], add_special_tokens=False, verbose=False)
        for claim in claims["input_ids"]:
            premise_room(len(claim), self._room)
        lengths = [len(ids) for ids in encoded]
        results: list[PairScores | None] = [None] * len(pairs)
        for group in batches_by_length([min(length, self._longest) for length in lengths], _TOKENS_A_BATCH):
            for number, logits in zip(group, self._logits([pairs[n] for n in group]), strict=True):
                results[number] = self._labels.scores(logits, max(0, lengths[number] - self._longest))
        return [result for result in results if result is not None]

    def _logits(self, pairs: Sequence[Pair]) -> list[list[float]]:
        import torch

        inputs = self._tokenizer(
            [pair.premise for pair in pairs],
            [pair.hypothesis for pair in pairs],
            truncation="only_first",
            max_length=self._longest,
            padding=True,
            return_tensors="pt",
        ).to(self._device)
        with torch.inference_mode():
            logits: list[list[float]] = self._model(**inputs).logits.float().cpu().tolist()  # (pairs, 3)
        return logits


class SentenceTransformersEmbedder(Named):
    """Any sentence-transformers model, normalised to unit length; texts are cut at the model's own limit."""

    def __init__(self, source: str) -> None:
        from sentence_transformers import SentenceTransformer

        def load(local_files_only: bool) -> Any:
            return SentenceTransformer(
                source, device=device_name(), local_files_only=local_files_only, trust_remote_code=False
            )

        self._name = source
        self._model = load_source(source, load)
        config = getattr(self._model[0], "auto_model", None)
        self._digest = digest_of_source(source, getattr(config, "config", None))
        self._dimension = int(self._encode(["dimension"]).shape[1])

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """*Shape:* (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        rows = self._encode(texts)
        if not np.isfinite(rows).all():
            raise ModelError(f"expected finite vectors from {self._name}, got others: the model is damaged")
        return rows

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(rows, dtype=np.float32)


class CrossEncoderReranker(Named):
    """Any cross-encoder of sentence-transformers with one label; pairs are cut at the model's own limit."""

    def __init__(self, source: str) -> None:
        from sentence_transformers import CrossEncoder

        def load(local_files_only: bool) -> Any:
            return CrossEncoder(
                source, device=device_name(), local_files_only=local_files_only, trust_remote_code=False
            )

        self._name = source
        self._model = load_source(source, load)
        self._digest = digest_of_source(source, self._model.config)
        self.relevance("", [""])  # a model with more labels shows itself here

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """One number a text, in order; the higher, the more relevant to the query."""
        if not texts:
            return []
        found = self._model.predict([(query, text) for text in texts], show_progress_bar=False)  # (texts,) or 2-D
        return [one_number(outputs, self._name) for outputs in np.reshape(found, (len(texts), -1)).tolist()]


def batches_by_length(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Positions in groups of like length, each of at most ``tokens`` tokens with its padding, or of one position.

    >>> list(batches_by_length([9, 2, 3, 8], 18))
    [[1, 2], [3, 0]]
    """
    group: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda n: lengths[n]):
        if group and (len(group) + 1) * lengths[number] > tokens:
            yield group
            group = []
        group.append(number)
    if group:
        yield group
