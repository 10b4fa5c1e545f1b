"""Which sentences of the retrieved passages the checker reads, and whether they are on the claim's topic.

Reading every sentence of every passage would cost most of a verdict's time. Sentences are ranked by the words they
share with the claim, each word weighted by how rare it is among the candidates, plus what their passage's rank
says. Passages overlap, so a sentence is one span of one document and is read once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.datatypes import Hit, Passage
from verifier.text.sentences import sentences
from verifier.text.words import content_words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence to be read: its span in the document, its passage, and the passage's place and retrieval score.

    ``relevance`` is its share of the claim's words against the best sentence's, from 0 to 1; ``similarity`` the cosine
    of their meanings, None where no embedder told.
    """

    passage: Passage
    start: int
    end: int
    text: str
    rank: int
    score: float
    relevance: float = 1.0
    similarity: float | None = None


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the passages once, in the order of the hits."""
    seen: set[tuple[str, int]] = set()
    found = []
    for rank, hit in enumerate(hits, start=1):
        passage = hit.passage
        for span in sentences(passage.text):
            key = passage.document_id, passage.start + span.start
            if key not in seen:
                seen.add(key)
                start, end = passage.start + span.start, passage.start + span.end
                text = passage.text[span.start : span.end]
                found.append(Candidate(passage, start, end, text, rank, hit.score))
    return found


def choose(claim: str, hits: Sequence[Hit], limit: int) -> list[Candidate]:
    """The ``limit`` sentences that are likeliest to settle the claim, best first.

    The weight of a word shared with the claim is its inverse document frequency among the candidates; a word of
    the passage's title counts half; the first passages get a small bonus.
    """
    found = candidates(hits)
    words = [content_words(candidate.text) for candidate in found]
    frequency = Counter(word for held in words for word in held)
    wanted = content_words(claim)
    weight = {word: math.log(1 + (len(found) + 1) / (0.5 + frequency[word])) for word in wanted}

    def value(number: int) -> tuple[float, int]:
        candidate = found[number]
        shared = math.fsum(weight[word] for word in wanted & words[number])  # exact, so a set's order is no matter
        title = math.fsum(weight[word] for word in (wanted & content_words(candidate.passage.title)) - words[number])
        return shared + title / 2 + 1 / candidate.rank, -number

    order = sorted(range(len(found)), key=value, reverse=True)[:limit]
    most = max((len(wanted & words[number]) for number in order), default=0)
    return [replace(found[number], relevance=len(wanted & words[number]) / most if most else 1.0) for number in order]


def coverage(claim: str, chosen: Sequence[Candidate]) -> float:
    """The largest share of the claim's content words that one passage, with its title, holds; 0 to 1."""
    wanted = content_words(claim)
    if not wanted:
        return 1.0
    texts = {candidate.passage.id: candidate.passage for candidate in chosen}
    shares = [len(wanted & content_words(f"{p.title} {p.text}")) / len(wanted) for p in texts.values()]
    return max(shares, default=0.0)


def premise(candidate: Candidate) -> str:
    """What the checker reads for a sentence: the passage's title before it, unless the sentence names it itself."""
    title = candidate.passage.title
    named = not title or content_words(title) <= content_words(candidate.text)
    return candidate.text if named else f"{title}: {candidate.text}"


def joined_premise(chosen: Sequence[Candidate]) -> str:
    """Several sentences as one premise, in the order of their documents, each document with its title once."""
    parts: list[str] = []
    document = ""
    for candidate in sorted(chosen, key=lambda c: (c.rank, c.passage.document_id, c.start)):
        parts.append(candidate.text if candidate.passage.document_id == document else premise(candidate))
        document = candidate.passage.document_id
    return " ".join(parts)
