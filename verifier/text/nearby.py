"""The words that a place in a text belongs to: its clause, the words of meaning in it, and the one that governs it.

Without a parser: a clause ends at punctuation and at the words that join clauses.
"""

from __future__ import annotations

import re

from verifier.datatypes import Span
from verifier.text.counted import is_plural
from verifier.text.words import STOP, stem

_CUT = re.compile(r"[;:()–—]|, |[.!?] |\b(?:and|but|while|which|who|that)\b")
_LETTERS = re.compile(r"[^\W\d_]+")
_LEADING = frozenset("before after since until during early late mid around between through".split())


def clause(text: str, start: int, end: int) -> Span:
    """The clause that holds ``text[start:end]``.

    >>> clause("Born in 1950, she died in 1990.", 26, 30)
    Span(start=14, end=31)
    """
    first, last = 0, len(text)
    for cut in _CUT.finditer(text):
        if cut.end() <= start:
            first = cut.end()
        elif cut.start() >= end:
            last = cut.start()
            break
    return Span(first, last)


def near_words(text: str, start: int, end: int) -> frozenset[str]:
    """Stems of the words of meaning in the clause, without the place itself; those of names keep their capital.

    >>> sorted(near_words("Born in 1950, Ada died in Bath in 1990.", 34, 38))
    ['Ada', 'Bath', 'died']
    """
    around = clause(text, start, end)
    words = _LETTERS.findall(text[around.start : start]) + _LETTERS.findall(text[end : around.end])
    meaning = [word for word in words if word.lower() not in STOP]
    return frozenset(stem(word.lower()).capitalize() if word[0].isupper() else stem(word) for word in meaning)


def governing_words(text: str, start: int, end: int) -> frozenset[str]:
    """The stem of the verb or noun that a date belongs to: the last word of meaning before it, else any after it.

    A plural is no such word: what is counted at one time may be counted otherwise at another.

    >>> governing_words("The mill was built in 1900.", 22, 26)
    frozenset({'built'})
    >>> sorted(governing_words("In 1900 the mill was built.", 3, 7))
    ['built', 'mill']
    """
    around = clause(text, start, end)
    before = [word for word in _LETTERS.findall(text[around.start : start]) if _is_meaning(word)]
    words = before[-1:] or [word for word in _LETTERS.findall(text[end : around.end]) if _is_meaning(word)]
    return frozenset(stem(word) for word in words if not is_plural(word))


def _is_meaning(word: str) -> bool:
    return word.islower() and word not in STOP | _LEADING
