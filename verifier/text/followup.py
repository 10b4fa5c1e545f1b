"""Questions that lean on the one before: "And when was it built?" after "Who designed the Eiffel Tower?"."""

from __future__ import annotations

import re

_LEAD = re.compile(r"^(?:and|but|so|then|also|ok|okay)\b[,\s]+", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|he|she|they|him|them)\b", re.IGNORECASE)
_OWNED = re.compile(r"\b(?:its|his|their)\b|\bher\b(?=\s+[a-z])", re.IGNORECASE)
_DUMMY = re.compile(
    r"\b(?:is|was|does|did|will|would|can) it (?:true|possible|right|known|rain|raining|snow)\b", re.IGNORECASE
)
_NAME = re.compile(r"(?:\bthe )?\b[A-Z][\w'’.-]*(?:(?: (?:of|the|de|da|von|van|and))* [A-Z][\w'’.-]*)*")
_INTERROGATIVES = frozenset(
    "what who whom whose when where which why how is are was were do does did can could will would should has have had "
    "in on at by from to for of with and but if name".split()
)


def subject_of(question: str, title: str = "") -> str:
    """What a question was about: the longest name in it, else ``title``, that of the passage that answered it.

    >>> subject_of("Who designed the Eiffel Tower?")
    'the Eiffel Tower'
    >>> subject_of("what is vinegar?", "Vinegar")
    'Vinegar'
    """
    found = []
    for match in _NAME.finditer(question):
        name = match[0]
        if match.start() == 0 and name.split()[0].lower() in _INTERROGATIVES:
            name = " ".join(name.split()[1:])
        if name:
            found.append(name.rstrip(".?!"))
    return max(found, key=len, default=title)


def standalone(question: str, subject: str) -> str:
    """The question with its first pronoun replaced by ``subject``; unchanged when it leans on nothing.

    A question that names something before its pronoun is left alone: the pronoun most likely means that.

    >>> standalone("And when was it built?", "the Eiffel Tower")
    'When was the Eiffel Tower built?'
    >>> standalone("Can it be seen from the Moon?", "the Great Wall of China")
    'Can the Great Wall of China be seen from the Moon?'
    >>> standalone("Did Bell say that he invented it?", "the telephone")
    'Did Bell say that he invented it?'
    >>> standalone("What is its height?", "the Eiffel Tower")
    "What is the Eiffel Tower's height?"
    >>> standalone("Is it true that bats are blind?", "the Eiffel Tower")
    'Is it true that bats are blind?'
    """
    lead = _LEAD.match(question)
    asked = question[lead.end() :] if lead else question
    if not subject or _DUMMY.search(asked):
        return question
    owned, pronoun = _OWNED.search(asked), _PRONOUN.search(asked)
    first = min((m for m in (owned, pronoun) if m), key=lambda m: m.start(), default=None)
    if first is None or subject_of(asked[: first.start()]):
        return question
    words = owner(subject) if first is owned else subject
    whole = asked[: first.start()] + words + asked[first.end() :]
    return whole[:1].upper() + whole[1:]


def owner(name: str) -> str:
    """The genitive.

    >>> owner("Paris"), owner("the tower")
    ("Paris'", "the tower's")
    """
    return name + ("'" if name.endswith("s") else "'s")
