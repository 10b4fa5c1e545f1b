"""Beam search over a step function: arrays in, token ids out; it knows neither the model nor the words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# (last token of each beam, which beam each of them continues) -> probabilities of the next token, (beams, words)
Step = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Search:
    """How a draft is looked for. ``length_power``: scores are divided by the length to this power."""

    beams: int = 4
    max_tokens: int = 43
    length_power: float = 1.0
    repeated: int = 3


@dataclass(frozen=True, slots=True)
class _Beam:
    tokens: tuple[int, ...]
    score: float


def repeats(tokens: Sequence[int], token: int, length: int) -> bool:
    """Whether the token would complete a run of ``length`` tokens that stands there already.

    >>> repeats([1, 2, 3, 1, 2], 3, 3), repeats([1, 2, 3, 1, 2], 4, 3)
    (True, False)
    """
    last = (*tokens[-(length - 1) :], token)
    return any(tuple(tokens[n : n + length]) == last for n in range(len(tokens) - length + 1))


def beam_search(step: Step, start: int, end: int, search: Search) -> list[list[int]]:
    """The finished sequences after ``start``, best first, without the ``end``.

    None when the first and likeliest token is the end; the best unfinished one when nothing ends in time.

    >>> def counts(last, order):
    ...     table = np.full((len(last), 5), 0.01)
    ...     table[np.arange(len(last)), (last + 1) % 5] = 0.96
    ...     return table
    >>> beam_search(counts, 0, 3, Search(beams=2))[0]
    [1, 2]
    >>> beam_search(counts, 2, 3, Search(beams=2))
    []
    """
    beams, done = [_Beam((), 0.0)], []
    order = np.zeros(search.beams, dtype=np.int64)
    last = np.full(search.beams, start, dtype=np.int64)
    for length in range(1, search.max_tokens + 1):
        scores = np.log(np.maximum(step(last, order), 1e-12))[: len(beams)]  # (beams, words)
        if length == 1 and int(scores[0].argmax()) == end:
            return []
        chosen = _extend(beams, scores, search)
        # an end that is not among the best continuations is no end: it would fill up what is done with torsos
        done += [beam for _, beam in chosen[: search.beams] if beam.tokens[-1] == end and len(beam.tokens) > 1]
        going = [(number, beam) for number, beam in chosen if beam.tokens[-1] != end][: search.beams]
        beams = [beam for _, beam in going]
        if not beams or (len(done) >= search.beams and _best(done, search).score >= beams[0].score):
            break
        # beams that are missing follow the first: the step always sees the same number of rows
        padded = [*going, *[going[0]] * (search.beams - len(going))]
        order = np.array([number for number, _ in padded], dtype=np.int64)
        last = np.array([beam.tokens[-1] for _, beam in padded], dtype=np.int64)
    ranked = sorted(done, key=lambda beam: _worth(beam, search), reverse=True) or beams[:1]
    return [[token for token in beam.tokens if token != end] for beam in ranked]


def _best(beams: Sequence[_Beam], search: Search) -> _Beam:
    return max(beams, key=lambda beam: _worth(beam, search))


def _worth(beam: _Beam, search: Search) -> float:
    return float(beam.score / len(beam.tokens) ** search.length_power)


def _extend(beams: Sequence[_Beam], scores: NDArray[np.float64], search: Search) -> list[tuple[int, _Beam]]:
    """The likeliest continuations, best first, each with the beam it continues."""
    total = scores + np.array([[beam.score] for beam in beams])  # (beams, words)
    wanted = min(4 * search.beams, total.size)
    flat = np.argpartition(-total.ravel(), wanted - 1)[:wanted]
    found = []
    for place in flat[np.argsort(-total.ravel()[flat], kind="stable")].tolist():
        number, token = divmod(place, scores.shape[1])
        if not repeats(beams[number].tokens, token, search.repeated):
            found.append((number, _Beam((*beams[number].tokens, token), float(total[number, token]))))
    return found[: 2 * search.beams]
