"""What a question says: the statement that a yes-or-no question puts, and what another one takes for granted.

By rules over the closed verb list of :mod:`verifier.text.verbs`; None where no rule is sure where the subject ends.
"""

from __future__ import annotations

import re

from verifier.text.clauses import NOT_SUBJECT_END, PREPOSITIONS, Split, with_verb
from verifier.text.verbs import AUXILIARIES, BE, is_participle

_TRUE_THAT = re.compile(r"^(?:is|was) it (?:\w+ly )?(?:true|correct|the case|a fact) that (.+)$", re.IGNORECASE)
_WHY = re.compile(r"^(?:(?:so|but|and|then)[, ]+)*(?:why|how come|since when)\s+(.+)$", re.IGNORECASE)
_HOW = re.compile(r"^(?:how|when)\s+((?:do|does|did)\b.+)$", re.IGNORECASE)
_ASKING = re.compile(
    r"^(?:\w+ )?you (?:please |perhaps |maybe )?"
    r"(?:tell|know|explain|help|give|show|say|think|believe|remind|name|list)\b",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"a", "an", "the"})
_CONNECTED = frozenset({"of", "the", "and", "de", "van", "von"})
_UNSURE = frozenset("any anyone anybody anything or there".split())


def statement(question: str, *, deny: bool = False) -> str | None:
    """The statement that a yes-or-no question puts, or its denial.

    >>> statement("Does vinegar stop bacteria?"), statement("Did Newton write Hamlet?", deny=True)
    ('Vinegar stops bacteria.', 'Newton did not write Hamlet.')
    >>> statement("Is the Great Wall of China visible from the Moon?"), statement("Are bats blind?")
    ('The Great Wall of China is visible from the Moon.', 'Bats are blind.')
    >>> statement("Is it true that glass is a liquid?"), statement("Is Venus hotter than Mercury?")
    ('Glass is a liquid.', 'Venus is hotter than Mercury.')
    >>> statement("Is olive oil healthy?"), statement("Who wrote Hamlet?"), statement("Do you know who wrote Hamlet?")
    (None, None, None)
    """
    asked = question.strip().rstrip("?.! ")
    if (told := _TRUE_THAT.match(asked)) is not None:
        return None if deny else _sentence(told[1].split())
    words = asked.split()
    if len(words) < 3 or "?" in asked or _UNSURE & set(words) or _ASKING.match(asked):
        return None
    first = words[0].lower()
    if first not in AUXILIARIES and first.removesuffix("n't") not in AUXILIARIES | {"ca", "wo"}:
        return None
    split = with_verb(words[1:], first, deny=deny)
    if split is None and first in BE and (at := _predicate(words[1:], first)):
        split = Split(words[1 : at + 1], f"{first} not" if deny else first, words[at + 1 :])
    return _sentence([*split.subject, split.verb, *split.rest]) if split else None


def presupposition(question: str) -> str | None:
    """What a question that asks for a reason, a manner or a time takes for granted.

    >>> presupposition("Why is the Great Wall visible from the Moon?")
    'The Great Wall is visible from the Moon.'
    >>> presupposition("How did Einstein fail maths?"), presupposition("Why do bats fly at night?")
    ('Einstein failed maths.', 'Bats fly at night.')
    >>> presupposition("Who wrote Hamlet?"), presupposition("How tall is the tower?")
    (None, None)
    """
    asked = question.strip()
    found = _WHY.match(asked) or _HOW.match(asked)
    if found is None:
        return None
    rest = found[1].rstrip("?.! ")
    if asked.lower().startswith("how come") and rest.split()[0].lower() not in AUXILIARIES:
        return _sentence(rest.split())
    return statement(rest)


def _predicate(words: list[str], be: str) -> int:
    """Where the predicate after a form of ``be`` begins: 0 where it is not sure."""
    if len(words) == 2 or (len(words) == 3 and words[0].lower() in _ARTICLES):
        return len(words) - 1
    compared = [n for n, word in enumerate(words[:-1]) if word.endswith("er") and words[n + 1] == "than"]
    compared += [n for n, word in enumerate(words) if word in ("more", "less", "as")]
    if compared and compared[0] > 0 and words[compared[0] - 1].lower() not in NOT_SUBJECT_END:
        return compared[0]
    if (named := _name_end(words)) and named < len(words) and words[named] not in _CONNECTED - {"the"}:
        return named
    if be in ("are", "were") and words[0].islower():
        plural = [n for n, word in enumerate(words[:3]) if word.endswith("s") and not word.endswith("ss")]
        if plural and words[plural[0] + 1 : plural[0] + 2] and words[plural[0] + 1] not in PREPOSITIONS | {"and"}:
            return plural[0] + 1
    at = next((n for n in range(1, len(words)) if words[n] in _ARTICLES), 0)
    clear = at and not any(word in PREPOSITIONS or is_participle(word) for word in words[:at])
    return at if clear else 0


def _name_end(words: list[str]) -> int:
    """Where a name that the words begin with ends; 0 when they begin with none."""
    at = 1 if words[0] in _ARTICLES else 0
    if not words[at : at + 1] or not words[at][:1].isupper():
        return 0
    while at < len(words):
        connects = words[at] in _CONNECTED and words[at + 1 : at + 2] and words[at + 1][:1].isupper()
        if not (words[at][:1].isupper() or connects):
            return at
        at += 1
    return 0


def _sentence(words: list[str]) -> str:
    text = re.sub(r"\bcan not\b", "cannot", " ".join(words))
    return f"{text[:1].upper()}{text[1:]}."
