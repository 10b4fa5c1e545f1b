"""Sentences of different documents of one corpus that a checker reads as contradicting each other.

For each sentence the nearest sentences of other documents are retrieved. A pair is read when both are about the same
thing by their words and titles, since a small checker takes two countries' areas for a contradiction. It counts when
each contradicts the other strongly, and the checker does see that each entails itself. What could not be read is
counted. Which of the two is right, a curator says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from verifier.datatypes import Document, Hit
from verifier.errors import UsageError
from verifier.judging.decide import Reading, reading
from verifier.judging.evidence import Candidate, candidates, choose, premise
from verifier.models.protocols import NLI, Pair
from verifier.retrieval.protocols import Retriever
from verifier.text.checkable import is_checkable
from verifier.text.passages import split_passages
from verifier.text.words import WORD, content_words, stem

LIKE: Final = 0.25
LIKE_UNTITLED: Final = 0.5
"""The share of words that two sentences must have in common to be compared, and where a title is missing."""
_STRENGTHS: Final = ((0.7, 0.7), (0.0, 0.9))
"""From this share of common words on, each must contradict the other with this probability: where nearly all is the
same, what differs is what they say. Set on the shipped corpus of 2026-11-25 and 70 sentences of it with another number
or a "not" put in, so that nothing sound is reported and half of the 70 are.
"""
_NEAREST, _PASSAGES, _BATCH = 3, 12, 32


@dataclass(frozen=True, slots=True)
class Opposed:
    """Two sentences, and the smaller of the probabilities with which each contradicts the other."""

    one: Candidate
    other: Candidate
    strength: float


@dataclass(frozen=True, slots=True)
class _Near:
    """Two sentences about the same thing, and how strongly they must contradict each other to count."""

    one: Candidate
    other: Candidate
    needed: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found, strongest first, and how much was looked at.

    ``read`` of the ``sentences`` were looked up, and ``pairs`` of them were given to the checker, which could not be
    trusted with ``unread``.
    """

    opposed: tuple[Opposed, ...]
    read: int
    sentences: int
    pairs: int
    unread: int


def compare(
    documents: Sequence[Document],
    retriever: Retriever,
    checker: NLI,
    *,
    temperature: float = 1.0,
    most: int = 10_000,
    progress: Callable[[int], None] = lambda _: None,
) -> Comparison:
    """Look for contradictions between documents that ``retriever`` is an index of.

    At most ``most`` sentences, spread evenly over the documents, are looked up; ``progress`` is called with the
    number of pairs read so far.
    """
    every = [sentence for document in documents for sentence in _sentences(document)]
    looked_up = evenly(every, most)
    pairs = _pairs(looked_up, retriever)
    found: list[Opposed] = []
    unread = 0
    for begin in range(0, len(pairs), _BATCH):
        batch = pairs[begin : begin + _BATCH]
        readings = _read(checker, batch, temperature)
        unread += readings.count(None)
        for near, strength in zip(batch, readings, strict=True):
            if strength is not None and strength >= near.needed:
                found.append(Opposed(near.one, near.other, strength))
        progress(begin + len(batch))
    found.sort(key=lambda pair: -pair.strength)
    return Comparison(tuple(found), len(looked_up), len(every), len(pairs), unread)


def evenly(items: Sequence[Candidate], most: int) -> list[Candidate]:
    """All items, or ``most`` of them at equal distances."""
    if len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]


def likeness(one: str, title: str, other: str, other_title: str) -> float:
    """The share of words that two sentences have in common, 0 where they are not to be compared.

    They are when they are about the same title (see :func:`_subject`) and the share is a quarter, or without titles
    when it is a half. Sentences of the same words are no contradiction.

    >>> likeness("Mali borders Niger.", "Mali", "Niger borders Mali and Chad.", "Niger")
    0.0
    >>> likeness("Mali has 20 regions.", "Mali", "Mali has 11 regions.", "West Africa")
    0.5
    """
    if WORD.findall(one.casefold()) == WORD.findall(other.casefold()):
        return 0.0
    words, others = content_words(one), content_words(other)
    share = len(words & others) / max(1, len(words | others))
    if not content_words(title) or not content_words(other_title):
        return share if share >= LIKE_UNTITLED else 0.0
    subject, other_subject = _subject(one, title, other_title), _subject(other, other_title, title)
    if subject is None or other_subject is None:  # "Its area is ...": what "it" is, the title says
        subject, other_subject = subject or content_words(title), other_subject or content_words(other_title)
        same = subject <= other_subject or other_subject <= subject
    else:
        same = subject == other_subject
    return share if same and share >= LIKE else 0.0


def _subject(sentence: str, *titles: str) -> frozenset[str] | None:
    """The words of the title that comes first in a sentence, the longer one where two begin alike; None without any."""
    words = [stem(word) for word in WORD.findall(sentence.lower())]
    named = [title for title in map(content_words, titles) if title <= set(words)]
    return min(named, key=lambda title: (min(map(words.index, title)), -len(title)), default=None)


def _sentences(document: Document) -> Iterator[Candidate]:
    hits = [Hit(passage, 0.0, None, None) for passage in split_passages(document)]
    yield from (sentence for sentence in candidates(hits) if is_checkable(sentence.text))


def _pairs(sentences: Sequence[Candidate], retriever: Retriever) -> list[_Near]:
    """Each sentence with the comparable ones among its nearest, every pair once."""
    pairs: dict[frozenset[tuple[str, int]], _Near] = {}
    for begin in range(0, len(sentences), _BATCH):
        batch = sentences[begin : begin + _BATCH]
        for one, hits in zip(batch, retriever.search_many([s.text for s in batch], _PASSAGES), strict=True):
            own = one.passage.document_id
            for other in choose(one.text, [hit for hit in hits if hit.passage.document_id != own], _NEAREST):
                if share := likeness(one.text, one.passage.title, other.text, other.passage.title):
                    key = frozenset(((own, one.start), (other.passage.document_id, other.start)))
                    needed = next(strength for like, strength in _STRENGTHS if share >= like)
                    pairs.setdefault(key, _Near(one, other, needed))
    return list(pairs.values())


def _read(checker: NLI, pairs: Sequence[_Near], temperature: float) -> list[float | None]:
    """How strongly each contradicts the other, the smaller of both ways; None where the checker cannot be trusted.

    That is where a sentence does not fit it, or where it does not see that a sentence entails itself.
    """
    forth = _readings(checker, [Pair(premise(near.other), near.one.text) for near in pairs], temperature)
    strong = [n for n, read in enumerate(forth) if read is not None and read.contradiction >= pairs[n].needed]
    back = _readings(checker, [Pair(premise(pairs[n].one), pairs[n].other.text) for n in strong], temperature)
    texts = [text for n in strong for text in (pairs[n].one.text, pairs[n].other.text)]
    selves = _readings(checker, [Pair(text, text) for text in texts], temperature)
    strengths = [None if read is None else read.contradiction for read in forth]
    for place, (n, read) in enumerate(zip(strong, back, strict=True)):
        sound = all(own is not None and own.entailment >= 0.5 for own in selves[2 * place : 2 * place + 2])
        there = strengths[n]
        strengths[n] = min(there, read.contradiction) if sound and read is not None and there is not None else None
    return strengths


def _readings(checker: NLI, pairs: Sequence[Pair], temperature: float) -> list[Reading | None]:
    """The reading of each pair; None where the hypothesis is too long for the checker."""
    if not pairs:
        return []
    try:
        return [reading(scores, temperature) for scores in checker.score(pairs)]
    except UsageError:
        if len(pairs) == 1:
            return [None]
        return [read for pair in pairs for read in _readings(checker, [pair], temperature)]
