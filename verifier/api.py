"""The two functions for one call: :func:`verify` and :func:`ask`. Each opened verifier is kept for the next call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import overload

from verifier.datatypes import Answer, Verdict
from verifier.pipeline import Verifier


@lru_cache(maxsize=4)
def _opened(index: str, checker: str | None, generator: str | None, max_risk: float) -> Verifier:
    return Verifier.open(index=index, checker=checker, generator=generator, max_risk=max_risk)


@lru_cache(maxsize=4)
def _without_index(checker: str | None, max_risk: float) -> Verifier:
    return Verifier.without_index(checker=checker, max_risk=max_risk)


@overload
def verify(
    claim: str,
    *,
    evidence: Sequence[str] | None = None,
    index: str = "commons",
    checker: str | None = None,
    max_risk: float = 0.0,
) -> Verdict: ...


@overload
def verify(
    claim: list[str],
    *,
    evidence: Sequence[str] | None = None,
    index: str = "commons",
    checker: str | None = None,
    max_risk: float = 0.0,
) -> list[Verdict]: ...


def verify(
    claim: str | list[str],
    *,
    evidence: Sequence[str] | None = None,
    index: str = "commons",
    checker: str | None = None,
    max_risk: float = 0.0,
) -> Verdict | list[Verdict]:
    """What a corpus says about one claim, or about each of a list of claims.

    With ``evidence`` these texts are the corpus and no index is opened. Raises UsageError for an empty claim,
    ResourceError when the index or the checker is missing or damaged.
    """
    if evidence is None:
        verifier = _opened(index, checker, None, max_risk)
    else:
        verifier = _without_index(checker, max_risk).over(evidence)
    return verifier.verify(claim) if isinstance(claim, str) else list(verifier.verify_many(claim))


def ask(question: str, *, index: str = "commons", checker: str | None = None, generator: str | None = None) -> Answer:
    """An answer to a question with every sentence checked against the corpus."""
    return _opened(index, checker, generator, 0.0).ask(question)
