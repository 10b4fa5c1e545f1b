"""Text that every encoder takes."""

from __future__ import annotations


def encodable(text: str) -> str:
    r"""The text with a question mark for each lone surrogate, which is no character and which no library takes.

    >>> encodable("caf\u00e9 \ud800")
    'café ?'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
