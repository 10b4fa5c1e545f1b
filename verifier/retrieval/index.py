"""A built index on disk: store, lexical part and dense part behind one search.

Reading only; :mod:`verifier.retrieval.writing` fills a new index and :mod:`verifier.retrieval.staging` puts it in
place. An index that opens is whole: its parts are of one build, and the embedder is the one that made its vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from verifier.datatypes import Document, Hit
from verifier.errors import IndexDamagedError, IndexNotFoundError, StorageError, UsageError
from verifier.models.protocols import Embedder
from verifier.retrieval.candidate import Candidate
from verifier.retrieval.dense import DenseIndex, embed_texts
from verifier.retrieval.fingerprint import DocumentDigest, fingerprint
from verifier.retrieval.fusion import DENSE_WEIGHT, Leg, Scored, candidates_wanted, fuse
from verifier.retrieval.lexical import LexicalIndex
from verifier.retrieval.manifest import (
    MANIFEST,
    READ_AT_OPEN,
    EmbedderIdentity,
    Manifest,
    file_problems,
    generation_of,
    read_manifest,
    read_stamp,
)
from verifier.retrieval.protocols import Retriever
from verifier.retrieval.staging import staged
from verifier.retrieval.store import Store
from verifier.retrieval.writing import DENSE, LEXICAL, STORE, write_index
from verifier.text.utf8 import encodable

_PARTS = frozenset({MANIFEST, STORE, LEXICAL, DENSE})
_DEEPER = 4


class Index(Retriever):
    """An open index. Close it, or use it as a context manager, to let go of its files."""

    def __init__(
        self,
        *,
        path: Path,
        manifest: Manifest,
        store: Store,
        lexical: LexicalIndex,
        dense: DenseIndex,
        embedder: Embedder,
        dense_weight: float = DENSE_WEIGHT,
    ) -> None:
        self.path, self.manifest = path, manifest
        self._store, self._lexical, self._dense = store, lexical, dense
        self._embedder, self._dense_weight = embedder, dense_weight

    @classmethod
    def build(
        cls,
        path: Path,
        documents: Iterable[Document],
        embedder: Embedder,
        *,
        name: str,
        progress: Callable[[int], None] | None = None,
    ) -> Self:
        """Index documents at ``path`` and open the result; an index that is there is replaced when all is written.

        Documents are streamed. ``progress`` is called with the number of passages so far. Raises CorpusError when
        there is nothing to index, StorageError when it cannot be written or ``path`` holds something else.
        """
        path = path.resolve()
        _refuse_what_is_no_index(path)
        with staged(path) as folder:
            write_index(folder, documents, embedder, name=name, progress=progress)
        return cls.open(path, embedder)

    @classmethod
    def open(cls, path: Path, embedder: Embedder, *, dense_weight: float = DENSE_WEIGHT) -> Self:
        """Raises IndexNotFoundError, or IndexDamagedError when a part is broken or another embedder built it."""
        path = path.resolve()
        if not is_index(path):
            raise IndexNotFoundError(f"no index at {path}; build it with: verifier index build {path.name}")
        manifest = read_manifest(path)
        _require_embedder(path, manifest.embedder, embedder)
        _require(path, file_problems(path, manifest.files, read_limit=READ_AT_OPEN))
        with ExitStack() as opened:
            store = opened.enter_context(Store.open(path / STORE))
            lexical, dense = LexicalIndex.open(path / LEXICAL), DenseIndex.open(path / DENSE)
            _require(path, _disagreements(path, manifest, store, lexical, dense))
            opened.pop_all()
        return cls(
            path=path,
            manifest=manifest,
            store=store,
            lexical=lexical,
            dense=dense,
            embedder=embedder,
            dense_weight=dense_weight,
        )

    @property
    def name(self) -> str:
        """The name it was built under."""
        return self.manifest.name

    @property
    def fingerprint(self) -> str:
        """SHA-256 over its documents, 64 hexadecimal digits."""
        return self.manifest.fingerprint

    def __len__(self) -> int:
        return self.manifest.passages

    def search_many(self, queries: Sequence[str], top_k: int) -> list[list[Hit]]:
        """At most ``top_k`` hits a query, best first, equal scores by passage id. All queries are embedded at once.

        Raises UsageError when top_k is below 1.
        """
        if top_k < 1:
            raise UsageError(f"top_k must be 1 or more, not {top_k}")
        if not queries:
            return []
        texts = [encodable(query) for query in queries]
        vectors = embed_texts(self._embedder, texts)
        limit = min(candidates_wanted(top_k), len(self))
        return [
            self._hits(self._lexical.search(text, _DEEPER * limit), dense, vector, limit, top_k)
            for text, vector, dense in zip(texts, vectors, self._dense.search(vectors, limit), strict=True)
        ]

    def documents(self) -> list[DocumentDigest]:
        """Ids and digests of all documents, sorted by id."""
        return list(self._store.digests())

    def document(self, id: str) -> Document | None:
        """A document by id, or None."""
        return self._store.document(id)

    def check(self) -> list[str]:
        """Everything that is wrong with the index, found by reading all of it; empty when it is sound."""
        problems = file_problems(self.path, self.manifest.files, read_limit=None)
        problems += _disagreements(self.path, self.manifest, self._store, self._lexical, self._dense)
        damage = self._store.problems()
        if not damage and fingerprint(self._store.digests()) != self.fingerprint:
            damage = [f"{STORE}: its documents are not those of the manifest's fingerprint"]
        return problems + damage

    def close(self) -> None:
        """Let go of the store's file; the mapped parts follow with the object."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _hits(
        self,
        lexical: Sequence[Candidate],
        dense: Sequence[Candidate],
        vector: NDArray[np.float32],
        limit: int,
        top_k: int,
    ) -> list[Hit]:
        """The best of the first ``limit`` of ``lexical`` and of ``dense``, each scored by both legs.

        What stands further down in ``lexical`` only lends its score to what the dense leg found; the cosine of
        ``vector`` with a passage can be had for any.
        """
        near, by_words = {c.number for c in dense}, {c.number for c in lexical[:limit]}
        ids = self._store.passage_ids(sorted(near | by_words))

        def leg(found: Sequence[Candidate], others: Sequence[Candidate]) -> Leg:
            first, rest = ([Scored(ids[c.number], c.score) for c in part] for part in (found, others))
            return Leg(first, rest)

        words = leg(lexical[:limit], [c for c in lexical[limit:] if c.number in near])
        vectors = leg(dense, self._dense.compare(vector, sorted(by_words - near)))
        fused = fuse(words, vectors, dense_weight=self._dense_weight, top_k=top_k)
        passages = self._store.passages([f.id for f in fused])
        cosines = vectors.known()
        return [
            Hit(p, f.score, f.lexical_rank, f.dense_rank, cosines[f.id]) for p, f in zip(passages, fused, strict=True)
        ]


def is_index(path: Path) -> bool:
    """Whether a folder holds an index, be it a damaged one."""
    return any((path / part).exists() for part in (MANIFEST, STORE))


def _refuse_what_is_no_index(path: Path) -> None:
    """A build replaces the whole folder, so it must never be a folder of the user's own."""
    foreign = [path.name] if path.is_file() else []
    if path.is_dir():
        foreign = sorted(entry.name for entry in path.iterdir() if entry.name not in _PARTS)
    if foreign:
        raise StorageError(f"{path} holds what is no index ({foreign[0]}); choose another place for the index")


def _require_embedder(path: Path, built: EmbedderIdentity, embedder: Embedder) -> None:
    # The same folder may be named by different paths; its digest says that it is the same model.
    same_name = Path(built.name).name == Path(embedder.name).name
    if same_name and (built.digest, built.dimension) == (embedder.digest, embedder.dimension):
        return
    raise IndexDamagedError(
        f"{path} was built by embedder {built.name}@{built.digest} ({built.dimension} dimensions), not by "
        f"{embedder.name}@{embedder.digest} ({embedder.dimension}); use that one, or rebuild the index with: "
        f"verifier index build {path.name}"
    )


def _require(path: Path, problems: Sequence[str]) -> None:
    if problems:
        raise IndexDamagedError(
            f"{path} is damaged: {'; '.join(problems[:3])}; rebuild it with: verifier index build {path.name}"
        )


def _disagreements(path: Path, manifest: Manifest, store: Store, lexical: LexicalIndex, dense: DenseIndex) -> list[str]:
    """Where the parts' own counts and stamps differ from the manifest."""
    generation = generation_of(manifest.fingerprint, manifest.embedder)
    found = (
        ("generation of the manifest", generation, manifest.generation),
        ("documents in the store", manifest.documents, store.document_count),
        ("passages in the store", manifest.passages, store.passage_count),
        ("generation of the store", manifest.generation, store.generation),
        ("passages in the lexical part", manifest.passages, len(lexical)),
        ("generation of the lexical part", manifest.generation, read_stamp(path / LEXICAL).generation),
        ("passages in the dense part", manifest.passages, len(dense)),
        ("generation of the dense part", manifest.generation, read_stamp(path / DENSE).generation),
        ("dimension of the dense part", manifest.embedder.dimension, dense.dimension),
    )
    return [f"{what}: {there} instead of {wanted}" for what, wanted, there in found if there != wanted]
