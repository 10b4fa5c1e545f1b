"""Cuts a document into passages, the unit of retrieval: a few sentences each, overlapping, with exact offsets.

A passage never holds a part of a sentence, with one exception: a "sentence" too long for any checker's window (a
table run together, a scan without full stops) is cut at a space.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.datatypes import Document, Passage, Span
from verifier.errors import UsageError
from verifier.text.sentences import sentences

MAX_CHARACTERS = 1_500
"""A passage ends early rather than grow longer than this; about 350 tokens of English."""


def split_passages(document: Document, *, sentences_per_passage: int = 4, overlap: int = 1) -> list[Passage]:
    """The passages of a document, numbered from 1 in reading order; neighbours share ``overlap`` sentences.

    ``document.text[passage.start:passage.end] == passage.text`` for each, and every sentence is in at least one.
    Raises ``UsageError`` unless ``0 <= overlap < sentences_per_passage``.

    >>> document = Document("d/bats", "Bats", "One. Two. Three. Four.", "", "", "", "")
    >>> [(passage.id, passage.text) for passage in split_passages(document, sentences_per_passage=3)]
    [('d/bats#1', 'One. Two. Three.'), ('d/bats#2', 'Three. Four.')]
    """
    if not 0 <= overlap < sentences_per_passage:
        raise UsageError(
            f"expected an overlap from 0 to one less than the sentences in a passage, got overlap {overlap} "
            f"with {sentences_per_passage} sentences"
        )
    pieces = [piece for span in sentences(document.text) for piece in _pieces(document.text, span)]
    return [
        Passage(
            id=f"{document.id}#{number}",
            document_id=document.id,
            title=document.title,
            text=document.text[span.start : span.end],
            start=span.start,
            end=span.end,
            source=document.source,
        )
        for number, span in enumerate(_windows(pieces, sentences_per_passage, overlap), start=1)
    ]


def _windows(pieces: Sequence[Span], size: int, overlap: int) -> Iterator[Span]:
    first = 0
    while first < len(pieces):
        last = min(first + size, len(pieces))
        while last > first + 1 and pieces[last - 1].end - pieces[first].start > MAX_CHARACTERS:
            last -= 1
        yield Span(pieces[first].start, pieces[last - 1].end)
        if last == len(pieces):
            return
        # The overlap gives way where it leaves no room for a new sentence: each window brings at least one.
        first = max(first + 1, last - overlap)
        while first < last and pieces[last].end - pieces[first].start > MAX_CHARACTERS:
            first += 1


def _pieces(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > MAX_CHARACTERS:
        cut = text.rfind(" ", start + 1, start + MAX_CHARACTERS)
        cut = cut if cut > start else start + MAX_CHARACTERS
        yield Span(start, start + len(text[start:cut].rstrip()))
        start = cut + len(text[cut : span.end]) - len(text[cut : span.end].lstrip())
    yield Span(start, span.end)


def titled(title: str, text: str) -> str:
    """What a model reads for a passage: its title before it, unless it begins with it.

    >>> titled("Great Wall", "It is long.")
    'Great Wall. It is long.'
    >>> titled("Great Wall", "Great Wall of China is long.")
    'Great Wall of China is long.'
    """
    return text if not title or text.casefold().startswith(title.casefold()) else f"{title}. {text}"
