"""An index that lasts as long as a measurement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from verifier.datatypes import Document
from verifier.models.protocols import Embedder
from verifier.retrieval.index import Index


@contextmanager
def indexed(documents: Iterable[Document], embedder: Embedder) -> Iterator[Index]:
    """An index in a temporary folder, for the time of the block."""
    with TemporaryDirectory() as folder, Index.build(Path(folder) / "index", documents, embedder, name="set") as index:
        yield index
