"""What the floors above ask of retrieval: passages for queries, in one batched method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from verifier.datatypes import Hit


class Retriever(Protocol):
    """A searchable collection of passages.

    ``name`` and ``fingerprint`` (64 hexadecimal digits over the documents, of which 12 are shown) go into the
    provenance of every verdict. ``len()`` is the number of passages.
    """

    @property
    def name(self) -> str:
        """What the user calls it."""
        ...

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits over its documents."""
        ...

    def __len__(self) -> int: ...

    def search_many(self, queries: Sequence[str], top_k: int) -> list[list[Hit]]:
        """At most ``top_k`` hits a query, best first; the same queries give the same hits in the same order.

        A query may hold any characters and is never read as query syntax. Raises UsageError when top_k is below 1.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds open; nothing, unless it says otherwise."""
        return None

    def search(self, query: str, top_k: int) -> list[Hit]:
        """The hits of a single query."""
        return self.search_many([query], top_k)[0]
