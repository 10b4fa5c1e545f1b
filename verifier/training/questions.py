"""A claim to a question that it answers: a span of it is hidden, and the rest put in the order of a question.

The other way round is :mod:`verifier.text.declarative`. Which spans are worth asking for is decided by
:func:`askable`: only what the evidence holds, so that the answer can be found in it.
"""

from __future__ import annotations

import re

from verifier.text.clauses import DETERMINERS, PREPOSITIONS, PRONOUNS
from verifier.text.dates import MONTHS
from verifier.text.verbs import BE, HAVE, MODALS, is_base, is_participle, support

_MONTH = "|".join(MONTHS)
_DATE = rf"(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{1,2}}(?!\d))?(?:,? \d{{4}})?"
_TIME = re.compile(rf"(?:{_DATE}|(?:early |late )?\b(?:1[0-9]|20)\d\d\b)")
_NUMBER = re.compile(
    r"(?<![\w.,$])(?:(?:over|about|around|nearly|more than|less than|at least) )?"
    r"\d[\d,]*(?:\.\d+)?(?: (?:million|billion|thousand))?(?=\s+[a-z]+s\b)"
)
_NAME = re.compile(r"(?<!\w)[A-Z][\w'’.-]*(?:(?: (?:of|the|and|de|van|von|&))* [A-Z][\w'’-]+)*")
_PERSON = re.compile(
    r"\b(he|she|his|her|who|born|died|married|actor|actress|singer|player|director|writer|author|directed|wrote|written|"
    r"starred|starring|portrayed|played|politician|president|founded by|composed|coach|elected|nominated)\b"
)
_THING = re.compile(
    r"\b(?:is|was|are|were) (?:an?|the) [^,]{0,40}?\b(film|movie|album|song|series|book|team|sport|game|show|play)\b"
)
_BROKEN = re.compile(r"\" \"|\( ?\)| ,| ;")
_LONGEST = 20
_ANY = DETERMINERS | PREPOSITIONS | {"and", "or", "to", "not"}


def askable(claim: str, evidence: str) -> list[str]:
    """Spans of the claim that a question may ask for: dates, counts and names that the evidence holds.

    >>> askable("Ada Lovelace wrote 7 notes in 1843.", "In 1843 Ada Lovelace added 7 notes.")
    ['1843', '7', 'Ada Lovelace']
    """
    held = evidence.lower()
    found = [match.group() for pattern in (_TIME, _NUMBER, _NAME) for match in pattern.finditer(claim)]
    spans = [span.strip(" .,'’") for span in found]
    return [
        span
        for span in dict.fromkeys(spans)
        if span.lower() in held and span.lower() not in _ANY | PRONOUNS and claim.count(span) == 1 and span != claim
    ]


def question_of(claim: str, span: str) -> str | None:
    """The question that the claim answers with the span; None where no rule gives one in order.

    >>> question_of("Ada Lovelace wrote 7 notes in 1843.", "Ada Lovelace")
    'Who wrote 7 notes in 1843?'
    >>> question_of("Hamlet was written by William Shakespeare.", "William Shakespeare")
    'Who was Hamlet written by?'
    >>> question_of("The bridge opened in 1932.", "1932")
    'When did the bridge open?'
    >>> question_of("Mars has 2 moons.", "2"), question_of("The tower stands in Paris.", "Paris")
    ('How many moons does Mars have?', 'Where does the tower stand?')
    """
    body = claim.strip().rstrip(".")
    at = body.find(span)
    if at < 0 or "?" in body or len(body.split()) > _LONGEST:
        return None
    before, after = body[:at].split(), body[at + len(span) :].split()
    if _TIME.fullmatch(span):
        return _when(before, after)
    if _NUMBER.fullmatch(span + " ") or re.match(r"[a-z ]*\d", span):
        return _how_many(before, after)
    if body[at + len(span) :].startswith(("'", "’", "-", "/", ")", " (")) or after[:1] in (["and"], ["or"], ["&"]):
        return None
    if before and after and _is_verb(after[0]):
        return None
    person = _about_person(body)
    if not before:
        defines = len(after) > 1 and after[0] in BE and after[1] in ("a", "an")  # "What is a film?" asks for another
        plain = bool(after) and _is_verb(after[0]) and not defines
        return _ask(["who" if person else "what"], after) if plain else None
    if before[-1].lower() in ("in", "at", "near") and len(before) > 2:
        return _inverted(["where"], [*before[:-1], *after])
    if before[-1].lower() in DETERMINERS or before[-1][:1].isupper() or before[-1] in ("and", "or"):
        return None
    return _inverted(["who" if person and before[-1] in ("by", "with", "to") else "what"], [*before, *after])


def definition_of(claim: str) -> str | None:
    """The question "What is X?" for a claim that says what X is.

    >>> definition_of("Penicillin is an antibiotic."), definition_of("It rains.")
    ('What is Penicillin?', None)
    """
    match = re.match(r"([A-Z][\w' .-]{1,50}?) (is|are|was|were) (an?|the|one of)\b", claim)
    if not match or match[1].lower() in PRONOUNS or re.search(r"\b(and|by|that|with)\b", match[1]):
        return None
    person = _about_person(claim) and len(match[1].split()) > 1 and not match[1].startswith(("The ", "A "))
    return f"{'Who' if person else 'What'} {match[2]} {_lowered(match[1].split())}?"


def yes_no(claim: str) -> str | None:
    """The claim as a question for yes or no.

    >>> yes_no("Vinegar stops most bacteria.")
    'Does Vinegar stop most bacteria?'
    """
    return _inverted([], claim.strip().rstrip(".").split())


def _about_person(claim: str) -> bool:
    return _PERSON.search(claim) is not None and not _THING.search(claim)


def _is_verb(word: str) -> bool:
    return word in BE | HAVE | MODALS or support(word) is not None


def _lowered(words: list[str]) -> str:
    small = words[0].lower() in DETERMINERS | PRONOUNS | PREPOSITIONS
    return " ".join([words[0].lower() if small else words[0], *words[1:]])


def _ask(start: list[str], rest: list[str]) -> str | None:
    text = " ".join([*start, *rest]).rstrip(" ,;:")
    if _BROKEN.search(text) or (len(text.split()) < 4 and not re.search(r" [A-Z]", text)):
        return None
    return text[0].upper() + text[1:] + "?"


def _inverted(start: list[str], words: list[str]) -> str | None:
    """``start`` and the statement with its verb (or an auxiliary for it) before the subject."""
    for n in range(1, min(len(words), 9)):
        word, before = words[n], words[n - 1].lower()
        if word in ("which", "who", "that", "where", "when") or before.endswith(","):
            return None
        if before in _ANY or not _is_verb(word):
            continue
        if word.endswith("s") and n + 1 < len(words) and _is_verb(words[n + 1]) and word not in BE | HAVE:
            continue  # a plural noun before its verb
        subject, rest = [_lowered(words[:n])], words[n + 1 :]
        if start[:1] in (["when"], ["where"]) and word in BE and rest[:1] and rest[0] in DETERMINERS:
            return None
        if word in BE | MODALS or (word in HAVE and rest and (is_participle(rest[0]) or rest[0] in ("been", "not"))):
            return _ask([*start, word, *subject], rest)
        if (form := support(word)) is None or (word in HAVE and not rest and not start):
            return None
        if is_base(word) and word != form[1]:
            continue
        return _ask([*start, form[0], *subject, form[1]], rest)
    return None


def _when(before: list[str], after: list[str]) -> str | None:
    if not before:
        return None
    if before[-1].lower() in ("in", "on"):
        return _inverted(["when"], [*before[:-1], *after]) if len(before) > 2 else _inverted(["when"], _bare(after))
    if before[-1].lower() in ("by", "since", "until", "before", "after", "during", "from"):
        return _inverted([before[-1].lower(), "when"], [*before[:-1], *after])
    return None


def _bare(words: list[str]) -> list[str]:
    return words[1:] if words and words[0] == "," else words


def _how_many(before: list[str], after: list[str]) -> str | None:
    size = next((n for n, word in enumerate(after[:3], 1) if word.endswith("s")), 0)
    noun = after[:size]
    if not noun or noun[-1].endswith((",", ";")):
        return None
    if not before:
        return _ask(["how", "many"], after)
    if before[-1].lower() in PREPOSITIONS | DETERMINERS or before[-1] in ("than", "to"):
        return None
    return _inverted(["how", "many", *noun], [*before, *after[size:]])
