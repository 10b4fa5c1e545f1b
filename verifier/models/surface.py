"""From lower-case word pieces to a sentence: spaces, and the casing in which words stand in the source.

A generator over an uncased vocabulary says what, not how it is written. Two words that are neighbours in the source
keep the space, or the lack of one, that they have there: decimals, initials and hyphens come out as they went in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CLOSING = frozenset(".,;:!?%)]}’'")
_OPENING = frozenset("([{$£€#@")
_JOINING = frozenset("-–—/'’")
_ENDS = frozenset(".!?")
_NEVER_CAPITAL = frozenset(
    "a an the of in on at by for from to with and or but as is are was were be it its his her their this that".split()
)


@dataclass(frozen=True, slots=True)
class SourceWord:
    """A word or mark of the source: as the vocabulary has it, as it is written, and where it stands."""

    key: str
    written: str
    spaced: bool
    initial: bool


def _ends(before: str, mark: str) -> bool:
    """Whether the mark after a word ends a sentence: a full stop after a single letter is an initial's."""
    return mark in _ENDS and (mark != "." or len(before) > 1 or before.isdigit())


def join_pieces(pieces: Iterable[str]) -> list[str]:
    """Words of word pieces.

    >>> join_pieces(["pen", "##ici", "##llin", "was", "found", "."])
    ['penicillin', 'was', 'found', '.']
    """
    words: list[str] = []
    for piece in pieces:
        if piece.startswith("##") and words:
            words[-1] += piece[2:]
        else:
            words.append(piece.removeprefix("##"))
    return words


def source_words(text: str, keys: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[SourceWord]:
    """The words of a text, given each one's key and place.

    >>> [(w.written, w.spaced, w.initial) for w in source_words("It is 4.5", ["it", "is"], [(0, 2), (3, 5)])]
    [('It', False, True), ('is', True, False)]
    """
    words: list[SourceWord] = []
    before = 0
    for key, (start, end) in zip(keys, spans, strict=True):
        spaced = start > before
        quoted = len(words) > 1 and words[-1].key in '"“' and words[-2].key in _ENDS
        ended = len(words) > 1 and spaced and _ends(words[-2].key, words[-1].key)
        initial = not words or ended or quoted or "\n" in text[before:start]
        words.append(SourceWord(key, text[start:end], spaced, initial))
        before = end
    return words


class Manuscript:
    """How the words of a question and its passages are written."""

    def __init__(self, texts: Iterable[Sequence[SourceWord]], common: frozenset[str]) -> None:
        self._common = common
        self._inside: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._initial: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._after: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._spaced: defaultdict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
        for words in texts:
            for number, word in enumerate(words):
                (self._initial if word.initial else self._inside)[word.key][word.written] += 1
                if number:
                    pair = (words[number - 1].key, word.key)
                    self._spaced[pair][word.spaced] += 1
                    if not word.initial:
                        self._after[pair][word.written] += 1

    def written(self, word: str, before: str) -> str:
        """The word in the casing of the source, that of its neighbour first, and not of a sentence's beginning."""
        for forms in (self._after.get((before, word)), self._inside.get(word)):
            if forms:
                return forms.most_common(1)[0][0]
        initial = self._initial.get(word)
        if initial is None:
            return word
        form = initial.most_common(1)[0][0]
        plain = word in self._common or word in _NEVER_CAPITAL
        return form.lower() if plain and form[1:].islower() else form

    def spaced(self, before: str, word: str, quotes: int) -> bool:
        """Whether a space stands between two words; ``quotes``: how many straight quotation marks came so far."""
        if known := self._spaced.get((before, word)):
            return known.most_common(1)[0][0]
        if word in _CLOSING or before in _OPENING or word in _JOINING or before in _JOINING:
            return False
        if word == '"':
            return quotes % 2 == 0
        return not (before == '"' and quotes % 2 == 1)


def compose(words: Sequence[str], manuscript: Manuscript) -> str:
    """The sentence of drafted words.

    >>> passage = source_words("In 1928 Fleming saw it.", ["in", "1928", "fleming"], [(0, 2), (3, 7), (8, 15)])
    >>> compose(["fleming", "saw", "it", "in", "1928", "."], Manuscript([passage], frozenset()))
    'Fleming saw it in 1928.'
    """
    text, before, quotes, begins = "", "", 0, True
    for number, word in enumerate(words):
        form = manuscript.written(word, before)
        if before and manuscript.spaced(before, word, quotes):
            begins = begins or (number > 1 and _ends(words[number - 2], before))
            text += " "
        if begins and form[:1].isalnum():
            form = form[0].upper() + form[1:] if form.islower() else form
            begins = False
        text += form
        quotes += word == '"'
        before = word
    return text


_SENTENCE_END = re.compile(r"[.!?][\"”)]*(?=\s|$)")


def first_sentences(text: str, most: int) -> str:
    """The text up to its ``most``-th sentence end.

    >>> first_sentences("It rose 4.5 m. It fell. It rose. It fell.", 3)
    'It rose 4.5 m. It fell. It rose.'
    """
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[: ends[most - 1]] if len(ends) > most else text
