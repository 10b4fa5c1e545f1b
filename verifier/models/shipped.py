"""Where the models of this package are, and what they are called."""

from __future__ import annotations

from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"
DEFAULT = "default"


def embedded_name(kind: str) -> str:
    """What the model in this package is called.

    >>> embedded_name("checker")
    'verifier-checker'
    """
    return f"verifier-{kind}"


def is_embedded(spec: str | None, kind: str) -> bool:
    """Whether a user's word for a model means the one in this package.

    >>> is_embedded(None, "checker"), is_embedded("org/name", "checker")
    (True, False)
    """
    return spec is None or spec in ("", DEFAULT, embedded_name(kind))
