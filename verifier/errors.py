"""Every error this package raises on purpose.

    VerifierError                     the message says what was expected, what came, and what to do next
    ├── UsageError                    exit code 2   the call cannot mean anything (empty claim, unknown option value)
    │   └── InputError                              an input file is missing, empty, binary, or not UTF-8
    └── ResourceError                 exit code 3   something that the call rests on is missing or damaged
        ├── ModelError                              a model: unknown, damaged, labels that are not an NLI model's
        ├── CorpusError                             a corpus: missing, empty, broken front matter
        ├── IndexNotFoundError                      no index of that name
        ├── IndexDamagedError                       an index whose parts do not agree with its manifest
        └── StorageError                            a write failed: disk full, no permission

Foreign exceptions are translated once, at the boundary where they arise, with ``raise ... from error``. The command
line turns each class into one line on stderr and its exit code; nothing else catches them.
"""

from __future__ import annotations

from typing import ClassVar


class VerifierError(Exception):
    """Base of all errors raised on purpose; ``exit_code`` is what the command line ends with."""

    exit_code: ClassVar[int] = 1


class UsageError(VerifierError):
    """The call itself cannot be carried out."""

    exit_code = 2


class InputError(UsageError):
    """An input file cannot be read as what it should be."""


class ResourceError(VerifierError):
    """A model, corpus, index or disk that the call rests on fails it."""

    exit_code = 3


class ModelError(ResourceError):
    """A model is unknown, damaged, or not of the kind asked for."""


class CorpusError(ResourceError):
    """A corpus is missing, empty or malformed."""


class IndexNotFoundError(ResourceError):
    """No index of that name or at that path."""


class IndexDamagedError(ResourceError):
    """An index whose parts do not agree with its manifest, or that another embedder built."""


class StorageError(ResourceError):
    """A file could not be written."""
