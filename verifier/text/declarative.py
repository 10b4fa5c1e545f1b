"""A question and its short answer to one declarative sentence, by rules; none where no rule is sure.

Each kind of question has its rule; what they share is where the subject ends and the verb begins, which is read off
the closed verb list of :mod:`verifier.text.verbs`.
"""

from __future__ import annotations

import itertools
import re

from verifier.text.clauses import (  # fmt: skip
    DETERMINERS,
    NOT_SUBJECT_END,
    PREPOSITIONS,
    PRONOUNS,
    TIME_WORDS,
    Split,
    put_object,
    with_verb,
)
from verifier.text.dates import MONTHS
from verifier.text.statements import statement
from verifier.text.verbs import AUXILIARIES, BE, DO, HAVE, MODALS, is_base, is_participle, support

_TIMES = frozenset("year month day date decade century season era period".split())
_MONTH = f"({'|'.join(MONTHS)})"
_DAY = re.compile(rf"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|{_MONTH}\s+\d\d?\b|\d\d?(st|nd|rd|th)?\s+{_MONTH}")
_PLACE_WORDS = frozenset("away home here there outside inside abroad everywhere nowhere upstairs downstairs".split())
_ADVERBS = frozenset("always also often never not now still more most".split())
_ADJECTIVES = frozenset(
    "responsible home similar different available capable part able full due important present near equal".split()
)
_BECAUSE = re.compile(r"(because|to|due to|so that|so|as|since|for|in order to|out of)\b", re.I)
_NO_ANSWERS = frozenset("it i he she they we you him her them this that yes no none one who what".split())
_CLAUSE = re.compile(r"^(he|she|it|they|we|i|there|the|his|her|their|a|an|[A-Z]\w+)\b.*\s\w+.*\s\w+", re.I)
_MAX_ANSWER = 18


def is_fragment(answer: str) -> bool:
    """Whether an answer is no sentence: it holds no finite verb that is known, or is a mere reason.

    >>> [is_fragment(text) for text in ("In 1889.", "Yes.", "Because it is sour.", "Bees make it.", "It is sour.")]
    [True, True, True, False, False]
    """
    words = re.findall(r"[\w'-]+", answer)
    if not words or words[0].lower() == "because":
        return bool(words)
    return not any(
        word.lower() in AUXILIARIES or (word.islower() and (support(word) or is_base(word))) for word in words
    )


def declarative(question: str, answer: str) -> str | None:
    """The sentence that says what the question asks for, or None when no rule is sure of it.

    >>> declarative("Who wrote Hamlet?", "William Shakespeare")
    'William Shakespeare wrote Hamlet.'
    >>> declarative("What is the capital of Australia?", "Canberra")
    'The capital of Australia is Canberra.'
    >>> declarative("Where was Chopin born?", "Żelazowa Wola"), declarative("When did the war begin?", "1914")
    ('Chopin was born in Żelazowa Wola.', 'The war began in 1914.')
    >>> declarative("How many moons does Mars have?", "two"), declarative("What city hosted the games?", "Rome")
    ('Mars has two moons.', 'Rome hosted the games.')
    >>> declarative("In what year did the two colleges merge?", "1977")
    'The two colleges merged in 1977.'
    >>> declarative("Does vinegar stop bacteria?", "yes"), declarative("Did Newton write Hamlet?", "no")
    ('Vinegar stops bacteria.', 'Newton did not write Hamlet.')
    >>> declarative("What is the effect called that makes the sky blue?", "scattering")
    'The effect that makes the sky blue is scattering.'
    >>> declarative("Why was the king sad?", "He had lost his daughter.")
    'The king was sad because he had lost his daughter.'
    """
    words = re.sub(r"\s+", " ", question.strip().rstrip("?.! ")).replace("What's", "What is").split()
    answer = answer.strip().rstrip(".,;").strip()
    if "called" in words[:-1] and words[words.index("called") + 1] in ("that", "which", "when", "where"):
        words.remove("called")
    if words[1:3] in (["is", "it"], ["was", "it"]) or {"I", "i", "my"} & set(words):
        return None
    if len(words) < 3 or not answer or (answer.lower() in _NO_ANSWERS - {"yes", "no"}):
        return None
    vague = any(word in ("something", "someone", "somebody", "anyone", "anybody") for word in words)
    if answer.split()[0] in AUXILIARIES or "how" in words[1:]:
        return None
    if vague or len(answer.split()) > _MAX_ANSWER or "?" in " ".join(words) or "?" in answer:
        return None
    words[0] = words[0].lower()
    if answer.lower() in ("yes", "no"):
        return statement(question, deny=answer.lower() == "no")
    if words[0] == "who":
        made = _asked(words[1:], answer)
    elif words[0] in PREPOSITIONS and words[1] in ("what", "which"):
        made = _fronted(words, answer)
    else:
        rule = {"what": _what, "which": _what, "where": _place, "when": _time, "how": _how, "why": _why}
        made = rule[words[0]](words, answer) if words[0] in rule else None
    if not made:
        return None
    sentence = " ".join(made).strip()
    return sentence[0].upper() + sentence[1:] + "."


def _low(answer: str) -> list[str]:
    words = answer.split()
    small = words[0].lower() in DETERMINERS | PREPOSITIONS | PRONOUNS - {"i"}
    return [words[0].lower(), *words[1:]] if small else words


def _subject(answer: str, words: list[str]) -> list[str]:
    plural = {"is": "are", "was": "were", "has": "have"} if " and " in answer else {}
    return [*answer.split(), plural.get(words[0], words[0]), *words[1:]]


def _be(words: list[str], answer: str, be: str) -> list[str] | None:
    """``be`` and what follows it, with the answer for who or what."""
    first = words[0].lower()
    if re.search(r"\b(is|are|was|were|has|have|had)\b", answer):
        return None
    describes = is_participle(first) or first in PREPOSITIONS | _ADVERBS | _ADJECTIVES or first.endswith("ly")
    if describes or first in ("a", "an") or (first.endswith("ing") and len(first) > 5):
        return _subject(answer, [be, *words])
    if len(words) == 1 and first == words[0] and first not in PRONOUNS:
        return _subject(answer, [be, *words])
    if first == "there":
        return ["there", be, *_low(answer), *words[1:]]
    last = [n for n in (len(words) - 1, len(words) - 2) if n > 0 and is_participle(words[n])]
    if last and (last[0] == len(words) - 1 or words[-1].lower() in PREPOSITIONS):
        if words[last[0] - 1].lower() in NOT_SUBJECT_END:
            return None
        return [*words[: last[0]], be, *words[last[0] :], *_low(answer)]
    pairs = itertools.pairwise(words)
    going = any(word.endswith("ing") and before.lower() not in NOT_SUBJECT_END for before, word in pairs)
    if going or words[-1].lower() in PREPOSITIONS:
        return None
    return [*words, be, *_low(answer)]


def _asked(words: list[str], answer: str) -> list[str] | None:
    """What stands after who, what or which (with its noun), from the verb on."""
    if len(words) < 2:
        return None
    first = words[0].lower()
    if first in BE:
        return _be(words[1:], answer, first)
    if first in DO or first.endswith("n't"):
        return put_object(with_verb(words[1:], first), _low(answer))
    if first in HAVE:
        if is_participle(words[1]) or words[1] in DETERMINERS or words[1][:1].isdigit():
            return _subject(answer, words)
        return put_object(with_verb(words[1:], first), _low(answer))
    if first in MODALS:
        if is_base(words[1]) or words[1] in ("be", "not"):
            return _subject(answer, words)
        return put_object(with_verb(words[1:], first), _low(answer))
    return _subject(answer, words) if support(first) or is_participle(first) else None


def _what(words: list[str], answer: str) -> list[str] | None:
    if words[1].lower() == "happened":
        return _as_it_is(answer)
    if words[1] in AUXILIARIES or support(words[1]):
        if words[1] in DO and words[-1] == "do":
            return _as_it_is(answer)
        return _asked(words[1:], answer)
    if words[1] in ("type", "kind", "sort") and " " not in answer:
        return None
    for n in range(2, min(len(words) - 1, 6)):
        if words[n - 1].endswith("'s"):
            return None
        if words[n] in AUXILIARIES or (support(words[n]) and not is_base(words[n])):
            if words[n - 1] in _TIMES and words[n] in BE | DO | HAVE:
                return _time(words[n - 1 :], answer)
            return _asked(words[n:], answer)
    return None


def _adverbial(words: list[str], answer: list[str]) -> list[str] | None:
    """``auxiliary subject verb rest`` with when or where at its end."""
    if len(words) < 2:
        return None
    split = with_verb(words[1:], words[0].lower())
    if split is not None:
        rest = split.rest[:-1] if split.rest and split.rest[-1] == answer[0] else split.rest
        return [*split.subject, split.verb, *rest, *answer]
    if words[0] in BE and not any(word.endswith("ing") for word in words[2:]):
        return [*words[1:], words[0], *answer] if words[-1].lower() not in PREPOSITIONS else None
    return None


def _time(words: list[str], answer: str) -> list[str] | None:
    low = _low(answer)
    given = low[0].lower() in PREPOSITIONS | TIME_WORDS or low[-1] == "ago"
    preposition = "on" if _DAY.search(answer) else "in"
    return _adverbial(words[1:], low if given else [preposition, *low])


def _place(words: list[str], answer: str) -> list[str] | None:
    low = _low(answer)
    given = low[0].lower() in PREPOSITIONS | _PLACE_WORDS
    stranded = words[-1].lower() in PREPOSITIONS
    return _adverbial(words[1:], low if given or stranded else ["in", *low])


def _fronted(words: list[str], answer: str) -> list[str] | None:
    for n in range(3, min(len(words), 7)):
        if words[n] in AUXILIARIES:
            low = _low(answer)
            return _adverbial(words[n:], low if low[0].lower() in PREPOSITIONS else [words[0], *low])
    return None


def _how(words: list[str], answer: str) -> list[str] | None:
    if words[1] in ("many", "much") and words[2] not in AUXILIARIES:
        return _count(words[2:], answer)
    low = _low(answer)
    if words[1] in ("old", "tall", "high", "long", "far", "big", "large", "deep", "wide", "fast", "hot", "heavy"):
        if words[2] in BE and not any(is_participle(word) or word.endswith("ing") for word in words[3:]):
            return [*words[3:], words[2], *low]
        return _adverbial(words[2:], low) if words[2] in DO | BE and words[1] == "long" else None
    if "feel" in words[2:]:
        split = with_verb(words[2:], words[1].lower())
        return [*split.subject, split.verb, *low, *split.rest] if split else None
    if low[0].lower() in ("by", "with", "through", "via", "using"):
        return _adverbial(words[1:], low)
    return _as_it_is(answer)


def _as_it_is(answer: str) -> list[str] | None:
    """An answer that is a sentence already."""
    words = answer.split()
    return words if len(words) > 4 and _CLAUSE.match(answer) and not support(words[0].lower()) else None


def _count(words: list[str], answer: str) -> list[str] | None:
    at = next((n for n in range(1, len(words)) if words[n] in AUXILIARIES), None)
    noun = words[: at or 0]
    counted = answer.split() if noun and noun[-1] in answer.split() else [*answer.split(), *noun]
    if at is None:
        return [*answer.split(), *words]
    after = words[at + 1 :]
    if after and after[0] == "there":
        return ["there", words[at], *counted, *after[1:]]
    if words[at] in BE and after and (is_participle(after[0]) or after[0] in PREPOSITIONS or after[0].endswith("ing")):
        return [*counted, words[at], *after]
    if words[at] in HAVE | MODALS and after and (is_participle(after[0]) or is_base(after[0])):
        return [*counted, words[at], *after]
    return put_object(with_verb(after, words[at]), counted)


def _why(words: list[str], answer: str) -> list[str] | None:
    low = _low(answer)
    given = _BECAUSE.match(answer) is not None
    reason = [low[0].lower(), *low[1:]] if given else ["because", *low]
    if not given and not _CLAUSE.match(answer):
        return None
    split = with_verb(words[2:], words[1].lower())
    if split is None and words[1] in BE and 3 <= len(words[2:]) <= 4 and words[2] in DETERMINERS:
        split = Split(words[2:-1], words[1], words[-1:])
    return [*split.subject, split.verb, *split.rest, *reason] if split else None
