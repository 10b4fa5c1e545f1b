"""Documents and passages in one SQLite file: the truth from which the lexical and the dense part are derived.

Passages are numbered from 0 in the order they are added; the derived parts know passages by that number. Writing
is one transaction that :meth:`Store.commit` ends; a store that is closed before holds nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from verifier.datatypes import Document, Passage
from verifier.errors import CorpusError, IndexDamagedError, StorageError
from verifier.retrieval.fingerprint import DocumentDigest

_SCHEMA = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,"
    " text TEXT NOT NULL, source TEXT NOT NULL, licence TEXT NOT NULL, published TEXT NOT NULL, sha256 TEXT NOT NULL)",
    "CREATE TABLE passages (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL, start"
    ' INTEGER NOT NULL, "end" INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL)',
)
_DOCUMENT = "id, title, text, source, licence, published, sha256"
_PASSAGE = 'p.id, d.id, p.title, p.text, p.start, p."end", p.source'
# Below the number of variables that any SQLite accepts in one statement.
_CHUNK = 900


class Store:
    """An open store; read-only when it came from :meth:`open`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._documents = self._passages = 0

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new store to add documents to. Raises StorageError."""
        with _writing(path):
            connection = sqlite3.connect(path, isolation_level=None)
            store = cls(connection, path)
            try:
                connection.execute("BEGIN")
                for statement in _SCHEMA:
                    connection.execute(statement)
            except sqlite3.Error:
                connection.close()
                raise
        return store

    @classmethod
    def open(cls, path: Path) -> Self:
        """A finished store, read-only. Raises IndexDamagedError when the file is not one."""
        with _reading(path):
            # Immutable: a finished store is only ever replaced, so no lock files are needed, not even on a
            # read-only disk. Reads may come from any one thread at a time.
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            store = cls(sqlite3.connect(uri, uri=True, check_same_thread=False), path)
            try:
                store._documents = store._count("documents")
                store._passages = store._count("passages")
            except sqlite3.Error:
                store.close()
                raise
        return store

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return self._documents

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        return self._passages

    @property
    def generation(self) -> str:
        """The stamp of the build this store belongs to; empty before :meth:`commit`."""
        with _reading(self._path):
            row = self._connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        return str(row[0]) if row else ""

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add a document with its passages. Raises CorpusError for an id that is already there, StorageError."""
        d = document
        fields = (self._documents, d.id, d.title, d.text, d.source, d.licence, d.published, d.sha256)
        rows = [
            (number, p.id, self._documents, p.start, p.end, p.title, p.text, p.source)
            for number, p in enumerate(passages, start=self._passages)
        ]
        with _writing(self._path):
            try:
                self._connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", fields)
                self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            except sqlite3.IntegrityError as error:
                raise CorpusError(
                    f"ids must be unique in a corpus, but {d.id!r} or one of its passages came before; rename one"
                ) from error
            except UnicodeEncodeError as error:
                raise CorpusError(f"document {d.id!r} holds half a character (a lone surrogate); mend it") from error
        self._documents += 1
        self._passages += len(rows)

    def commit(self, generation: str) -> None:
        """Stamp the store and make all that was added durable. Raises StorageError."""
        with _writing(self._path):
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('generation', ?)", (generation,))
            self._connection.execute("COMMIT")

    def passage_ids(self, numbers: Sequence[int]) -> dict[int, str]:
        """The ids of passages by number. Raises IndexDamagedError for a number that is not there."""
        rows = self._chosen("SELECT number, id FROM passages WHERE number IN ({})", numbers)
        found = {int(number): str(id) for number, id in rows}
        for missing in set(numbers) - found.keys():
            raise IndexDamagedError(f"{self._path}: another part refers to passage number {missing}; rebuild the index")
        return found

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Passages by id, in the order asked for. Raises KeyError for an id that is not there."""
        query = f"SELECT {_PASSAGE} FROM passages p JOIN documents d ON d.number = p.document WHERE p.id IN ({{}})"
        found = {row[0]: Passage(*row) for row in self._chosen(query, ids)}
        return [found[id] for id in ids]

    def document(self, id: str) -> Document | None:
        """A document by id, or None."""
        with _reading(self._path):
            row = self._connection.execute(f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", (id,)).fetchone()
        return Document(*row) if row else None

    def documents(self) -> Iterator[Document]:
        """All documents, in the order they were added."""
        with _reading(self._path):
            for row in self._connection.execute(f"SELECT {_DOCUMENT} FROM documents ORDER BY number"):
                yield Document(*row)

    def digests(self) -> Iterator[DocumentDigest]:
        """Ids and digests of all documents, sorted by id."""
        with _reading(self._path):
            for id, sha256 in self._connection.execute("SELECT id, sha256 FROM documents ORDER BY id"):
                yield DocumentDigest(id, sha256)

    def problems(self) -> list[str]:
        """What is wrong inside the file: broken pages, and passages whose offsets do not give their text."""
        try:
            found = [str(row[0]) for row in self._connection.execute("PRAGMA quick_check(10)") if row[0] != "ok"]
            query = f"SELECT {_PASSAGE}, d.text FROM passages p LEFT JOIN documents d ON d.number = p.document"
            for row in self._connection.execute(query):
                passage = Passage(*row[:7])
                if row[7] is None:
                    found.append(f"passage {passage.id} has no document")
                elif row[7][passage.start : passage.end] != passage.text:
                    found.append(f"passage {passage.id} is not the text at its offsets")
        except sqlite3.Error as error:
            found = [str(error)]
        return [f"{self._path.name}: {problem}" for problem in found]

    def close(self) -> None:
        """Let go of the file; what was not committed is lost."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def _chosen(self, query: str, keys: Sequence[int] | Sequence[str]) -> Iterator[sqlite3.Row]:
        with _reading(self._path):
            for begin in range(0, len(keys), _CHUNK):
                chunk = keys[begin : begin + _CHUNK]
                yield from self._connection.execute(query.format(",".join("?" * len(chunk))), chunk)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"cannot write {path}: {error}; free some disk space or choose another place") from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise IndexDamagedError(f"cannot read {path} as a passage store: {error}; rebuild the index") from error
