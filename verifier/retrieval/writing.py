"""Filling a new folder with the parts of an index, one batch of passages at a time, memory flat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from verifier._version import __version__
from verifier.datatypes import Document, Passage
from verifier.errors import CorpusError
from verifier.models.protocols import Embedder
from verifier.retrieval.dense import DenseBuilder, embed_passages
from verifier.retrieval.fingerprint import fingerprint
from verifier.retrieval.lexical import LexicalBuilder
from verifier.retrieval.manifest import (
    FORMAT,
    EmbedderIdentity,
    Manifest,
    Stamp,
    generation_of,
    sum_files,
    write_manifest,
    write_stamp,
)
from verifier.retrieval.staging import storage_errors
from verifier.retrieval.store import Store
from verifier.text.passages import split_passages

STORE, LEXICAL, DENSE = "store.sqlite", "lexical", "dense"
BATCH = 256


def write_index(
    folder: Path,
    documents: Iterable[Document],
    embedder: Embedder,
    *,
    name: str,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write store, lexical part, dense part and manifest into an empty folder.

    ``progress`` is called after each batch with the number of passages so far. Raises CorpusError when there is
    nothing to index, StorageError when the disk does not take it.
    """
    identity = EmbedderIdentity(embedder.name, embedder.digest, embedder.dimension)
    with (
        Store.create(folder / STORE) as store,
        LexicalBuilder(folder / LEXICAL) as lexical,
        DenseBuilder(folder / DENSE, identity.dimension) as dense,
    ):
        done = 0
        passages = _stored(store, documents)
        while batch := list(islice(passages, BATCH)):
            dense.add(embed_passages(embedder, batch))
            lexical.add(batch, first=done)
            done += len(batch)
            if progress is not None:
                progress(done)
        if not done:
            raise CorpusError(
                f"nothing to index: {name} has {store.document_count} documents and no passage; add documents with text"
            )
        lexical.finish()
        dense.finish()
        digest = fingerprint(store.digests())
        stamp = Stamp(generation_of(digest, identity), done)
        store.commit(stamp.generation)
        count = store.document_count
    with storage_errors(folder):
        write_stamp(folder / LEXICAL, stamp)
        write_stamp(folder / DENSE, stamp)
        files = sum_files(folder)
        write_manifest(
            folder,
            Manifest(FORMAT, name, digest, stamp.generation, __version__, count, done, identity, files),
        )


def _stored(store: Store, documents: Iterable[Document]) -> Iterator[Passage]:
    for document in documents:
        passages = split_passages(document)
        store.add(document, passages)
        yield from passages
