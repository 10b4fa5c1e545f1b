"""The dense leg: inner products of unit vectors in a faiss index on disk, mapped rather than read.

Exact (flat) up to 50,000 passages; above that a navigable small-world graph (HNSW) over half-precision vectors.
Vectors are spooled to disk while they come, so that a build holds no more than the finished index does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from verifier.datatypes import Passage
from verifier.errors import IndexDamagedError, ModelError, StorageError
from verifier.models.protocols import Embedder
from verifier.retrieval.candidate import Candidate
from verifier.text.passages import titled

if TYPE_CHECKING:
    import faiss

FLAT_LIMIT = 50_000
FILE = "vectors.faiss"
_SPOOL = "vectors.f32"
_ROWS = 16_384
_NEIGHBOURS, _BUILD_WIDTH, _SEARCH_WIDTH = 32, 128, 128
# From 20 queries on faiss multiplies matrices instead, which rounds differently: a batch would not give what its
# queries give one by one.
_QUERIES = 16


def embed_passages(embedder: Embedder, passages: Sequence[Passage]) -> NDArray[np.float32]:
    """*Shape:* (len(passages), dimension). Raises ModelError when the embedder returns anything else."""
    return embed_texts(embedder, [titled(p.title, p.text) for p in passages])


def embed_texts(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float32]:
    """*Shape:* (len(texts), dimension). Raises ModelError when the embedder returns anything else, or not numbers."""
    vectors = np.ascontiguousarray(embedder.embed(texts), dtype=np.float32)
    if vectors.shape != (len(texts), embedder.dimension):
        raise ModelError(
            f"embedder {embedder.name} was to return vectors of shape ({len(texts)}, {embedder.dimension}) but "
            f"returned {vectors.shape}; use another embedder"
        )
    if not np.isfinite(vectors).all():
        raise ModelError(f"embedder {embedder.name} returned values that are not finite; use another embedder")
    return vectors


class DenseBuilder:
    """Writes a new dense index into a folder. Leave it through ``with``: that closes its file."""

    def __init__(self, folder: Path, dimension: int, *, flat_limit: int = FLAT_LIMIT) -> None:
        self._folder, self._dimension, self._flat_limit, self._count = folder, dimension, flat_limit, 0
        try:
            folder.mkdir()
            self._spool = (folder / _SPOOL).open("wb")
        except OSError as error:
            raise self._failure(error) from error

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Add the vectors of the next passages. *Shape:* (n, dimension). Raises StorageError."""
        try:
            self._spool.write(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
        except OSError as error:
            raise self._failure(error) from error
        self._count += len(vectors)

    def finish(self) -> None:
        """Build the index over all that was added, and remove the spool. Raises StorageError."""
        import faiss

        try:
            self._spool.close()
            spool = self._folder / _SPOOL
            rows = np.memmap(spool, dtype=np.float32, mode="r", shape=(self._count, self._dimension))
            index = _empty(self._dimension, flat=self._count <= self._flat_limit)
            for begin in range(0, self._count, _ROWS):
                index.add(np.array(rows[begin : begin + _ROWS]))
            del rows
            faiss.write_index(index, str(self._folder / FILE))
            spool.unlink()
        except (OSError, RuntimeError) as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._spool.close()
        except OSError as failure:
            # Closing flushes, and the disk may be full; an error that is already on its way says so itself.
            if error is None:
                raise self._failure(failure) from failure

    def _failure(self, error: Exception) -> StorageError:
        return StorageError(f"cannot write {self._folder}: {error}; free some disk space or choose another place")


class DenseIndex:
    """A finished dense index."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self._graph = getattr(index, "hnsw", None)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Raises IndexDamagedError when the folder does not hold one."""
        import faiss

        try:
            return cls(faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise IndexDamagedError(f"cannot read {folder} as a dense index: {error}; rebuild the index") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        return int(self._index.d)

    @property
    def exact(self) -> bool:
        """Whether every passage is compared; otherwise a graph is walked."""
        return self._graph is None

    def search(self, vectors: NDArray[np.float32], limit: int) -> list[list[Candidate]]:
        """At most ``limit`` passages a query, best first, by inner product. *Shape:* (queries, dimension)."""
        if self._graph is not None:
            self._graph.efSearch = max(_SEARCH_WIDTH, limit)
        found: list[list[Candidate]] = []
        for begin in range(0, len(vectors), _QUERIES):
            scores, numbers = self._index.search(vectors[begin : begin + _QUERIES], min(limit, len(self)))
            found += [_candidates(*row) for row in zip(scores, numbers, strict=True)]
        return found

    def compare(self, vector: NDArray[np.float32], numbers: Sequence[int]) -> list[Candidate]:
        """The inner products of one query's vector with passages given by number, in their order."""
        if not numbers:
            return []
        rows = self._index.reconstruct_batch(np.asarray(numbers, dtype=np.int64))  # (numbers, dimension)
        # One product a passage: a matrix product rounds differently for different numbers of passages.
        return [Candidate(number, float(row @ vector)) for number, row in zip(numbers, rows, strict=True)]


def _empty(dimension: int, *, flat: bool) -> faiss.Index:
    import faiss

    if flat:
        return faiss.IndexFlatIP(dimension)
    half = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexHNSWSQ(
        dimension,
        half,  # type: ignore[arg-type]  # faiss's stub asks for a quantizer, its code for the quantizer's type
        _NEIGHBOURS,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.hnsw.efConstruction = _BUILD_WIDTH
    return index


def _candidates(scores: NDArray[np.float32], numbers: NDArray[np.int64]) -> list[Candidate]:
    # A graph that finds fewer than it was asked for fills up with -1.
    hits = [Candidate(int(n), float(s)) for n, s in zip(numbers, scores, strict=True) if n >= 0]
    return sorted(hits, key=lambda hit: (-hit.score, hit.number))
