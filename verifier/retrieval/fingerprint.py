"""The fingerprint of a collection of documents: equal when the documents are, in whatever order they came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class DocumentDigest:
    """A document's id and the SHA-256 of its title and text."""

    id: str
    sha256: str


def fingerprint(digests: Iterable[DocumentDigest]) -> str:
    """SHA-256 over the documents' ids and digests, sorted by id; 64 hexadecimal digits.

    >>> one, two = DocumentDigest("a", "00"), DocumentDigest("b", "11")
    >>> fingerprint([two, one]) == fingerprint([one, two])
    True
    >>> fingerprint([one])[:12]
    '49043ff6cf9c'
    """
    digest = hashlib.sha256()
    for document in sorted(digests):
        digest.update(f"{document.id}\0{document.sha256}\n".encode())
    return digest.hexdigest()
