"""Passages for training rows: a window of sentences around the answer, and others that are near and do not answer."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[A-Z\"'(])|\n+")
_ABBREVIATED = re.compile(r"\b([A-Z]|Dr|Mr|Mrs|Ms|St|Jr|No|vs|U\.S)\.$")
_RARE = re.compile(r"[A-Za-z]{4,}")
_RARE_AT_MOST = 40


def sentences_of(text: str) -> list[str]:
    """A rough cut into sentences, good enough to choose what a passage holds.

    >>> sentences_of("It rained. The U.S. team lost! Why?")
    ['It rained.', 'The U.S. team lost!', 'Why?']
    """
    cut = [piece.strip() for piece in _SENTENCE.split(text)]
    joined: list[str] = []
    for piece in filter(None, cut):
        if joined and _ABBREVIATED.search(joined[-1]):
            joined[-1] += " " + piece
        else:
            joined.append(piece)
    return joined


def window(text: str, answer: str, rng: random.Random, *, most_words: int = 90) -> str:
    """One to four sentences of the text, the first that holds the answer among them (any, when none does).

    >>> window("One. Two has it. Three.", "has", random.Random(0), most_words=3)
    'Two has it.'
    """
    sentences = sentences_of(text) or [text.strip()]
    held = [n for n, sentence in enumerate(sentences) if answer.lower() in sentence.lower()]
    first = last = held[0] if held else rng.randrange(len(sentences))
    wanted = rng.randint(1, 4)
    while last - first + 1 < min(wanted, len(sentences)):
        grow_left = first > 0 and (last + 1 == len(sentences) or rng.random() < 0.5)
        begin, end = (first - 1, last) if grow_left else (first, last + 1)
        if sum(len(sentence.split()) for sentence in sentences[begin : end + 1]) > most_words:
            break
        first, last = begin, end
    return " ".join(" ".join(sentences[first : last + 1]).split()[: most_words + 30])


class Topics:
    """Contexts of a source by their rare words, to find passages that are near and do not answer."""

    def __init__(self, contexts: Sequence[str]) -> None:
        self.contexts = list(dict.fromkeys(contexts))
        words = [sorted(set(_RARE.findall(text.lower()))) for text in self.contexts]
        counts = Counter(word for row in words for word in row)
        self._holders: defaultdict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(words):
            for word in row:
                if 1 < counts[word] <= _RARE_AT_MOST:
                    self._holders[word].append(number)

    def near(self, text: str, rng: random.Random) -> str:
        """A context that shares a rare word with the text where there is one, else any; it may be the text's own."""
        known = [word for word in sorted(set(_RARE.findall(text.lower()))) if word in self._holders]
        if known and rng.random() < 0.6:
            return self.contexts[rng.choice(self._holders[rng.choice(known)])]
        return rng.choice(self.contexts)
