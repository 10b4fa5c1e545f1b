"""Opening an index by name, and building that of a shipped corpus when it is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from verifier.corpus.documents import read_documents
from verifier.corpus.shipped import corpora_folder, shipped_corpora
from verifier.errors import IndexNotFoundError
from verifier.models.protocols import Embedder
from verifier.models.shipped import embedded_name
from verifier.retrieval.index import Index, is_index
from verifier.retrieval.locations import index_path, list_indexes
from verifier.retrieval.manifest import read_manifest


def open_or_build(name_or_path: str, embedder: Embedder, *, progress: Callable[[int], None] | None = None) -> Index:
    """The index of that name, built now when it is missing and a corpus of that name is shipped.

    One that this package's embedder of another release built is built anew too: its vectors are not those of today's.
    Raises IndexNotFoundError when there is neither, IndexDamagedError, CorpusError, StorageError.
    """
    path = index_path(name_or_path)
    if is_index(path) and not (_is_of_another_release(path, embedder) and name_or_path in shipped_corpora()):
        return Index.open(path, embedder)
    folder, shipped = corpora_folder(), shipped_corpora()
    # Not by find_corpus: a folder of that name in the working folder is not what comes with the package.
    if folder is None or name_or_path not in shipped:
        built = sorted({folder.name for folder in list_indexes()})
        raise IndexNotFoundError(
            f"no index {name_or_path}: built are {', '.join(built) or 'none'}, shipped corpora are "
            f"{', '.join(shipped) or 'none'}; build it with: verifier index build {name_or_path}"
        )
    documents = read_documents(folder / name_or_path, name_or_path)
    return Index.build(path, documents, embedder, name=name_or_path, progress=progress)


def _is_of_another_release(path: Path, embedder: Embedder) -> bool:
    built = read_manifest(path).embedder
    return built.name == embedder.name == embedded_name("embedder") and built.digest != embedder.digest


def index_names() -> list[str]:
    """Names that :func:`open_or_build` can open: of indexes that are built and of corpora that are shipped."""
    return sorted({folder.name for folder in list_indexes()} | set(shipped_corpora()))
