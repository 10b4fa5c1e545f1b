"""What a number counts, and which numbers count nothing: parts of names, scores, codes, fractions, chapter numbers.

Without a tagger: the counted noun is the first plural within the few words that follow a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifier.text.bounds import bound_before
from verifier.text.dates import Dated
from verifier.text.numbers import SCALES, WORDS, Number
from verifier.text.units import Kind, sign_before, unit_after
from verifier.text.words import STOP, stem

_NUMBERED = re.compile(
    r"\b(?:chapters?|seasons?|series|episodes?|parts?|volumes?|vol|no|nos|numbers?|pages?|articles?|sections?|routes?|"
    r"highway|phase|level|grade|version|type|class|group|stage|round|week|day|act|figure|table|track|line|unit|room|"
    r"channel|area|district|ward|flight|top|ranked|position|division|book|game|match|race|lap|verse|psalm|rule|step|"
    r"item|question|case|generation|aged?|ages)[\s.#-]+$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|on|during|since|before|after|until|till|year|early|late|mid)(?: the)? |\()$", re.IGNORECASE
)
_NOUN_AFTER = re.compile(r" (?!and\b|or\b|to\b|in\b|on\b|at\b|by\b|with\b|for\b|as\b|when\b|after\b)[a-z]")
_THE = re.compile(r"\b(?:the|a|its|his|her|their) $", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’.-]*)[\s#-]+$")
_LEADS = STOP | frozenset(
    "january february march april may june july august september october november december after before since until "
    "between under below above about around approximately roughly nearly almost least less fewer exactly during "
    "within just every each another first last these those both against per currently approx".split()
)
_GLUED_BEFORE = re.compile(r"[\w/:#.±]$|± $|[\w)][–-]$")
_MINUS = re.compile(r"(?:^|[\s(])(?:[-−–]|minus )$")
_GLUED_AFTER = re.compile(r"[/:]\d|[.,]\d|,? \d{3}\b|[–-]\d|\w|'s\b|’s\b|\s?[x×]\s?\d")
_FOREIGN = re.compile(r"\d{1,3}\.\d{3}")
_BROKEN = re.compile(rf"\d[.,;]?$|\b(?![12]\d{{{{3}}}} )\d+ $|(?:{'|'.join(SCALES)})(?:,| and)? $", re.IGNORECASE)
_GROUPED = re.compile(r"(?<!\d)\d{1,3}, $")
_COMPOSED = re.compile(rf"(?:,| and)? (?:{'|'.join(WORDS)})\b", re.IGNORECASE)
_PART_AFTER = re.compile(r" of\b|-")
_FRACTION_BEFORE = re.compile(r"\b(?:one|two|three|four|an?|\d)[ -]$", re.IGNORECASE)
_TOKEN = re.compile(r"[\s-]+([^\W\d_][\w'’]*)")
_PLURALS = frozenset("people men women children mice teeth fish species aircraft sheep police cattle staff".split())
# "Times", "parts" and "degrees" relate two numbers, which may both be right beside others like them.
_NO_PLURALS = frozenset(
    "times parts degrees this its his hers was has is as does us plus minus versus across towards besides yes".split()
)
_NOUN_ENDS = STOP | frozenset(
    "after before since until between under below above during within against per among around each every through "
    "including while via without upon onto".split()
)
_REACHED = re.compile(
    r"(\w+) (?:reached|reach|rose to|stood at|stand at|totall?ed|numbered)(?: (?:a total of|over|more than|about))? $"
)
_SIZED = re.compile(
    r"\b(population|capacity|attendance|circulation|membership|enroll?ment|audience|workforce)(?: of [A-Z]\w+)? "
    r"(?:of|is|was|has|had|reached|stood at)\b[^.,;]{0,16}$"
)
_SAME = {"fatality": "death", "person": "people"}
_REACH = 4


@dataclass(frozen=True, slots=True)
class Counted:
    """The stem of a counted noun, empty when there is none, and the stems of the words between number and noun."""

    noun: str = ""
    modifiers: frozenset[str] = frozenset()


NOTHING = Counted()


def counted_after(text: str, place: int) -> Counted:
    """What the number that ends at ``place`` counts.

    >>> counted_after("14 confirmed cases of flu", 2)
    Counted(noun='cas', modifiers=frozenset({'confirm'}))
    >>> counted_after("14 of them", 2), counted_after("14 people died", 2).noun
    (Counted(noun='', modifiers=frozenset()), 'people')
    """
    modifiers: set[str] = set()
    for _ in range(_REACH):
        match = _TOKEN.match(text, place)
        word = match[1].lower() if match else ""
        if match is None or word in _NOUN_ENDS:
            break
        if is_plural(word):
            return Counted(_SAME.get(stem(word), stem(word)), frozenset(modifiers))
        modifiers.add(stem(word))
        place = match.end()
    return NOTHING


def counted_at(text: str, start: int, end: int) -> Counted:
    """What the number at ``text[start:end]`` counts, by the words after it or else by those before it.

    >>> counted_at("The cases reached 1,200.", 18, 23).noun
    'cas'
    """
    begin, after = max(0, start - 60), counted_after(text, end)
    if sized := _SIZED.search(text, begin, start):
        return Counted(stem(sized[1]))
    before = None if after.noun else _REACHED.search(text, begin, start)
    return Counted(stem(before[1].lower())) if before and is_plural(before[1].lower()) else after


def numbered_after(text: str, place: int) -> Counted:
    """What the ordinal that ends at ``place`` numbers: the next word.

    >>> numbered_after("her third album", 9).noun
    'album'
    """
    match = _TOKEN.match(text, place)
    return Counted(stem(match[1])) if match and match[1].islower() and match[1] not in _NOUN_ENDS else NOTHING


def is_plural(word: str) -> bool:
    """Whether a lower-case word looks like a plural noun.

    >>> [is_plural(word) for word in ("gates", "women", "glass", "was", "gate")]
    [True, True, False, False, False]
    """
    regular = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))
    return word in _PLURALS or (regular and word not in _NO_PLURALS)


def is_year(text: str, dated: Dated) -> bool:
    """Whether four digits are a year: a word of time stands before them, or nothing countable after them."""
    before = text[: dated.start]
    if sign_before(text, dated.start) or unit_after(text, dated.end) or _NUMBERED.search(before):
        return False
    if _YEAR_BEFORE.search(before):
        return True
    word = _WORD_BEFORE.search(before)
    led = word is None or not word[1][0].isupper() or word[1].lower() in _LEADS
    noun = _NOUN_AFTER.match(text, dated.end) and not _THE.search(before)
    return led and not noun and not counted_after(text, dated.end).noun


def is_modifier(text: str, dated: Dated) -> bool:
    """Whether a year only tells one thing from others like it ("the 2018 season"), and dates nothing.

    >>> from verifier.text.dates import dates
    >>> text = "The 2018 season began in 2017."
    >>> [is_modifier(text, dated) for dated in dates(text)]
    [True, False]
    """
    before = text[: dated.start]
    led = before.endswith("(") or bound_before(text, dated.start, date=True)
    return dated.bare and (not led or bool(_THE.search(before)))


def is_glued(text: str, place: int) -> bool:
    """Whether the number at ``place`` hangs on a letter, a sign or another number before it.

    >>> is_glued("A330-900", 5), is_glued("the 10-15", 4)
    (True, False)
    """
    return bool(_GLUED_BEFORE.search(text, max(0, place - 2), place))


def is_negative(text: str, place: int) -> bool:
    """Whether a minus stands before the number at ``place``.

    >>> is_negative("at -5 °C", 4), is_negative("a 10-15 °C", 5)
    (True, False)
    """
    return bool(_MINUS.search(text, max(0, place - 7), place))


def is_named(text: str, number: Number) -> bool:
    """Whether a number belongs to a name, a score, a code or a fraction, or says nothing of how many.

    "One" and "half" are taken for words rather than numbers.
    """
    before, unit = text[: number.start], unit_after(text, number.end)
    if is_negative(text, number.start) and not (unit and unit.unit.kind is Kind.TEMPERATURE):
        return True
    if number.spelled and not number.ordinal and number.value in (0.5, 1.0):
        return True
    if is_glued(text, number.start) or _is_torn(text, number):
        return True
    if not unit and (_NUMBERED.search(before) or _GLUED_AFTER.match(text, number.end)):
        return True
    if number.ordinal:
        return bool(_PART_AFTER.match(text, number.end) or _FRACTION_BEFORE.search(before))
    word = _WORD_BEFORE.search(before)
    return bool(word and word[1][0].isupper() and word[1].lower().rstrip(".") not in _LEADS)


def _is_torn(text: str, number: Number) -> bool:
    """Whether a number is one end of a longer one ("a hundred and four", "11, 750", "12.000") or of a rate."""
    before = text[: number.start]
    return bool(
        (number.spelled and number.value >= 100 and _COMPOSED.match(text, number.end))
        or before.endswith((" per ", "/"))
        or _BROKEN.search(before)
        or (_FOREIGN.fullmatch(text, number.start, number.end) and not unit_after(text, number.end))
        or (number.end - number.start == 3 and _GROUPED.search(text, max(0, number.start - 6), number.start))
    )
