"""The lexical leg: BM25 over words, with the title as a field of its own, in a tantivy index on disk.

Words are cut, lower-cased, stripped of accents and stemmed in one place, :func:`analyse`, for passages and queries
alike; of a query, only the words that carry meaning are sought. None of its characters is ever read as query syntax.

BM25 lets one rare word said often outweigh a passage that holds all of the query's words, each once. Coverage, the
inverse document frequencies of the words that a passage holds at all, is therefore added to it.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Self

from verifier.datatypes import Passage
from verifier.errors import IndexDamagedError, StorageError
from verifier.retrieval.candidate import Candidate
from verifier.text.words import STOP

if TYPE_CHECKING:
    import tantivy

TITLE_BOOST = 1.0
COVERAGE = 1.0
_ANALYSER = "verifier_en"
_LOCK = ".tantivy-meta.lock"
_LONGEST_WORD = 64
_HEAP_BYTES = 128_000_000


def analyse(text: str) -> list[str]:
    """The words of a text as they are indexed, in order: lower case, no accents, English stems.

    >>> analyse('Cafés "sold" running-shoes AND (hats)')
    ['cafe', 'sold', 'run', 'shoe', 'and', 'hat']
    """
    return list(_analyser().analyze(text))


def query_words(query: str) -> list[str]:
    """The words that a query seeks, as they are indexed; one of stop words alone seeks these.

    >>> query_words("Who built the towers?"), query_words("To be or not to be")
    (['built', 'tower'], ['to', 'be', 'or', 'not', 'to', 'be'])
    """
    return list(_analyser(stop=True).analyze(query)) or analyse(query)


class LexicalBuilder:
    """Writes a new lexical index into a folder. Leave it through ``with``: that ends its threads."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._folder = folder
        try:
            folder.mkdir()
            index = tantivy.Index(_schema(), path=str(folder))
            index.register_tokenizer(_ANALYSER, _analyser())
            # Otherwise a thread watches for commits, and touches the folder when it may be gone or in place already.
            index.config_reader("manual")
            # One thread, so that the same documents give the same segments and ties fall the same way.
            self._writer: tantivy.IndexWriter | None = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        except (OSError, ValueError) as error:
            raise self._failure(error) from error

    def add(self, passages: Sequence[Passage], first: int) -> None:
        """Add passages whose numbers count up from ``first``. Raises StorageError."""
        import tantivy

        assert self._writer is not None, "add after finish"
        for number, passage in enumerate(passages, start=first):
            document = tantivy.Document()
            document.add_text("title", passage.title)
            document.add_text("text", passage.text)
            document.add_unsigned("number", number)
            try:
                self._writer.add_document(document)
            except (OSError, ValueError) as error:
                raise self._failure(error) from error

    def finish(self) -> None:
        """Make all that was added durable. Raises StorageError."""
        assert self._writer is not None, "finish twice"
        writer, self._writer = self._writer, None
        try:
            writer.commit()
            writer.wait_merging_threads()
        except (OSError, ValueError) as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        # The block failed, and that error is the one to report; the writer has only to stop.
        with contextlib.suppress(OSError, ValueError):
            writer.wait_merging_threads()

    def _failure(self, error: Exception) -> StorageError:
        return StorageError(f"cannot write {self._folder}: {error}; free some disk space or choose another place")


class LexicalIndex:
    """A finished lexical index."""

    def __init__(self, index: tantivy.Index, *, title_boost: float, coverage: float) -> None:
        self._schema, self._searcher = index.schema, index.searcher()
        self._title_boost, self._coverage = title_boost, coverage

    @classmethod
    def open(cls, folder: Path, *, title_boost: float = TITLE_BOOST, coverage: float = COVERAGE) -> Self:
        """Raises IndexDamagedError when the folder does not hold one."""
        try:
            if os.access(folder / _LOCK, os.W_OK):
                return cls(_opened(folder), title_boost=title_boost, coverage=coverage)
            # To read, tantivy locks a file in the folder. Where that may not be written (an index of another user,
            # a read-only disk), a folder of links takes its place until the files are mapped.
            with TemporaryDirectory(prefix="verifier-", ignore_cleanup_errors=True) as links:
                for file in folder.iterdir():
                    if file.name != _LOCK:
                        (Path(links) / file.name).symlink_to(file.resolve())
                return cls(_opened(Path(links)), title_boost=title_boost, coverage=coverage)
        except (OSError, ValueError) as error:
            raise IndexDamagedError(f"cannot read {folder} as a lexical index: {error}; rebuild the index") from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, query: str, limit: int) -> list[Candidate]:
        """At most ``limit`` passages that share a word with the query, best first; none when it has no words.

        The score is BM25 (k1 1.2, b 0.75) of the text plus ``title_boost`` times that of the title, plus ``coverage``
        times the inverse document frequencies of the words that either holds.
        """
        counts = Counter(query_words(query))
        if not counts:
            return []
        found = self._searcher.search(self._query(counts), limit, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in found])
        hits = [Candidate(int(number or 0), float(score)) for number, (score, _) in zip(numbers, found, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.number))

    def _query(self, counts: Counter[str]) -> tantivy.Query:
        from tantivy import Occur, Query

        clauses = []
        for word, count in counts.items():
            text, title = (Query.term_query(self._schema, field, word, "freq") for field in ("text", "title"))
            clauses += [Query.boost_query(text, count), Query.boost_query(title, self._title_boost * count)]
            if self._coverage:
                either = Query.boolean_query([(Occur.Should, text), (Occur.Should, title)])
                clauses.append(Query.const_score_query(either, self._coverage * self._rarity(word)))
        return Query.boolean_query([(Occur.Should, clause) for clause in clauses])

    def _rarity(self, word: str) -> float:
        """Inverse document frequency as BM25 has it, over texts or titles, whichever hold the word more often."""
        holding = max(self._searcher.doc_freq(field, word) for field in ("text", "title"))
        return math.log(1 + (len(self) - holding + 0.5) / (holding + 0.5))


def _opened(folder: Path) -> tantivy.Index:
    import tantivy

    index = tantivy.Index.open(str(folder))
    index.register_tokenizer(_ANALYSER, _analyser())
    # A finished index never changes, so that nothing has to watch it.
    index.config_reader("manual")
    return index


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", tokenizer_name=_ANALYSER, index_option="freq")
    builder.add_text_field("text", tokenizer_name=_ANALYSER, index_option="freq")
    builder.add_unsigned_field("number", fast=True)
    return builder.build()


@lru_cache(maxsize=2)
def _analyser(*, stop: bool = False) -> tantivy.TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST_WORD))
    builder = builder.filter(Filter.lowercase()).filter(Filter.ascii_fold())
    if stop:
        builder = builder.filter(Filter.custom_stopword(sorted(STOP)))
    return builder.filter(Filter.stemmer("English")).build()
