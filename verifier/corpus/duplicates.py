"""Finds texts that are the same, and passages that nearly are. Pure; which of them is to go is left to the curator.

Passages are compared by their shingles, all runs of five words: the share of shingles that two have in common is their
resemblance (Broder 1997, On the Resemblance and Containment of Documents). Two passages that reach a resemblance *t*
share at least one of the ``n - ceil(t n) + 1`` rarest of each other's *n* shingles (prefix filtering: Chaudhuri, Ganti
and Kaushik 2006; Bayardo, Ma and Srikant 2007), so only passages that meet in an inverted index of these are compared.
Nothing is sampled: what is above *t* is found.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from verifier.datatypes import Span
from verifier.text.sentences import sentences

WORDS_IN_SHINGLE: Final = 5
SENTENCES: Final = 3
FEWEST_SHINGLES: Final = 8

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """``texts[number][span]`` nearly repeats ``texts[other][other_span]``, an earlier one; ``resemblance`` 0 to 1."""

    number: int
    span: Span
    other: int
    other_span: Span
    resemblance: float


@dataclass(frozen=True, slots=True)
class _Window:
    """A few sentences of a text, and the digests of its shingles."""

    owner: int
    span: Span
    shingles: tuple[int, ...]


def same_texts(texts: Sequence[str]) -> dict[int, int]:
    """The number of each text that repeats an earlier one, word for word, with the number of the first.

    >>> same_texts(["Bats fly.", "Birds sing.", "bats  fly"])
    {2: 0}
    """
    first: dict[int, int] = {}
    firsts = [first.setdefault(_digest(" ".join(_words(text))), number) for number, text in enumerate(texts)]
    return {number: original for number, original in enumerate(firsts) if number != original and _words(texts[number])}


def near_passages(texts: Sequence[str], threshold: float = 0.8) -> list[Match]:
    """Runs of three or more sentences (all of a shorter text) that nearly repeat those of an earlier text.

    Each run is matched once, with one earlier text; ``resemblance`` is that of its nearest three sentences.

    >>> kept = "A bat is a mammal that flies by night. It hears where it flies. It sleeps by day, head down."
    >>> [(m.number, m.other, round(m.resemblance, 2)) for m in near_passages([kept, "Bats. " + kept])]
    [(1, 0, 1.0)]
    """
    windows = [window for number, text in enumerate(texts) for window in _windows(number, text)]
    count = Counter(shingle for window in windows for shingle in window.shingles)
    held: defaultdict[int, list[int]] = defaultdict(list)
    matches: list[Match] = []
    expected = -1
    for place, window in enumerate(windows):
        own = frozenset(window.shingles)
        rarest = sorted(own, key=lambda shingle: (count[shingle], shingle))
        prefix = rarest[: len(own) - math.ceil(threshold * len(own)) + 1]
        # The window after the one matched last comes first, so that a run stays with one text.
        likely = [expected] if 0 <= expected < place else []
        met = dict.fromkeys([*likely, *(other for shingle in prefix for other in held[shingle])])
        shares = ((n, _resemblance(own, windows[n])) for n in met if windows[n].owner != window.owner)
        other, share = next(((n, share) for n, share in shares if share >= threshold), (-2, 0.0))
        expected = other + 1
        if share:
            _append(matches, window, windows[other], share)
        if share < 1:  # the first of many copies is enough to find the next
            for shingle in prefix:
                held[shingle].append(place)
    return matches


def _append(matches: list[Match], window: _Window, other: _Window, share: float) -> None:
    """Add a match, or lengthen the one before it when they touch in both texts."""
    last = matches[-1] if matches else None
    if (
        last is not None
        and (last.number, last.other) == (window.owner, other.owner)
        and window.span.start < last.span.end
        and last.other_span.start <= other.span.start < last.other_span.end
    ):
        matches[-1] = replace(
            last,
            span=Span(last.span.start, window.span.end),
            other_span=Span(last.other_span.start, max(last.other_span.end, other.span.end)),
            resemblance=max(last.resemblance, share),
        )
    else:
        matches.append(Match(window.owner, window.span, other.owner, other.span, share))


def _windows(number: int, text: str) -> Iterator[_Window]:
    """Three sentences from each sentence on, so that a passage copied into the middle of another text meets itself."""
    starts = [found.start() for found in _WORD.finditer(text)]
    words = _words(text)
    runs = (" ".join(words[at : at + WORDS_IN_SHINGLE]) for at in range(len(words) - WORDS_IN_SHINGLE + 1))
    shingles = [_digest(run) for run in runs]
    spans = sentences(text)
    for first in range(max(1, len(spans) - SENTENCES + 1)) if spans else ():
        span = Span(spans[first].start, spans[min(first + SENTENCES, len(spans)) - 1].end)
        begin, end = bisect_left(starts, span.start), bisect_left(starts, span.end) - WORDS_IN_SHINGLE + 1
        if end - begin >= FEWEST_SHINGLES:
            yield _Window(number, span, tuple(shingles[begin:end]))


def _words(text: str) -> list[str]:
    # Folding case may lengthen a word, never change how many there are before it.
    return [word.casefold() for word in _WORD.findall(text)]


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _resemblance(one: frozenset[int], other: _Window) -> float:
    both = frozenset(other.shingles)
    return len(one & both) / len(one | both)
