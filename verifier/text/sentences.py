"""Splits a text into sentences, with their offsets.

``blocks`` says where a sentence cannot run on (a blank line, a heading, a list item), sentencex proposes the ends
inside a block, and two corrections follow: ends that it misses (inside a bracket, after an ellipsis, in a quotation
that is never closed) and ends that are none (after an abbreviation, an initial, between "No." and its number).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from verifier.datatypes import Span
from verifier.text.blocks import BlockKind, blocks

TITLES = frozenset(
    "adm br brig capt cdr cmdr col cpl dr drs fr ft gen gov hon insp lt lts maj messrs mlle mm mme mr mrs ms msgr "
    "mt pres prof profs pvt rep reps rev sen sens sgt sr sra srta st ste supt".split()
)
ALWAYS_MIDDLE = frozenset("cf e.g eg i.e ie viz vs v".split())
BEFORE_NUMBER = frozenset(
    "app approx apr art aug b bk c ca cap ch chap chs circa col d dec ed eds eq eqs est ex ext feb fig figs fl jan "
    "jul jun l lit ll mar n nn no nos nov nr oct op p par pp pt r ref refs sec sect sep sept ser tab tel "
    "ver vol vols".split()
)
OTHER_ABBREVIATIONS = frozenset(
    "al ave bldg blvd bros co corp dept dist div esp est etc govt hr hrs inc incl jr ltd max min mfg misc mph mtn natl "
    "oz pl plc rd resp sp spp sq subsp tbsp tsp univ usu ph.d".split()
)
ABBREVIATIONS = TITLES | ALWAYS_MIDDLE | BEFORE_NUMBER | OTHER_ABBREVIATIONS
STARTERS = frozenset(
    "a according after all although an and another as at because before both but by during each for from he her his "
    "how however i if in is it its later many more most my no not of on one our she since so some such that the their "
    "then there these they this those to today under until we were what when where while who why with you".split()
)
AFTER_HOUR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december gmt utc est edt cst cdt mst mdt pst pdt cet bst eastern pacific "
    "central".split()
)

_MISSED = re.compile(
    r"""(?: [.!?]["”’']?[)\]]["”’']?        # a whole sentence in brackets
        | …["”’')\]]*                       # an ellipsis and a capital
        | \d\ ?°?[A-Zghlms]\.               # a unit of one letter is no initial
        | \b(?:[Vv]itamin|War|[Tt]ype|[Cc]lass|[Gg]roup|[Pp]art|[Pp]hase|[Pp]lan|[Hh]epatitis|[Ff]actor)\ [A-Z]\.
        | \b[Ee]tc\. )
        (?=\s+["“‘'(\[]*[A-Z])""",
    re.VERBOSE,
)
_TERMINATOR = re.compile(r"""[.!?…。！？]["”’')\]]*(?:\[\d{1,3}\])*$""")
_LAST_WORD = re.compile(r"""[^\s()\[\]"“”‘]+$""")
_NEXT_WORD = re.compile(r"""\s*["“‘'(\[]*([\w§][\w'’-]*)""")
_ACRONYM = re.compile(r"[A-Z]{2,}")
_ROMAN = re.compile(r"[IVXLC]+")
_INITIALS = re.compile(r"(?:[A-Z]\.-?)+$")
_GLUED = re.compile(r"[a-z]{2}[.!?]$")
_GLUED_NEXT = re.compile(r"[A-Z][a-z]*\s")
_WORD = re.compile(r"[^\W_]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_HIDE_QUOTES = str.maketrans(dict.fromkeys('"“”„«»()[]', " "))
_LONG = 400


def sentences(text: str) -> list[Span]:
    """The sentences of a text: trimmed, in order, disjoint; list markers and heading marks stand outside of them.

    >>> text = "J. R. R. Tolkien paid £2.50, i.e. too much. See No. 5.\\n\\nThe end"
    >>> [text[span.start : span.end] for span in sentences(text)]
    ['J. R. R. Tolkien paid £2.50, i.e. too much.', 'See No. 5.', 'The end']
    """
    found: list[Span] = []
    for block in blocks(text):
        if block.kind is not BlockKind.MARKUP:
            spans = sentences_of_block(text[block.start : block.end])
            found.extend(Span(block.start + span.start, block.start + span.end) for span in spans)
    return found


def sentences_of_block(block: str) -> list[Span]:
    """The sentences of one paragraph; a piece without a letter or digit joins the sentence before it.

    >>> sentences_of_block("It is 3.5 m. She said so.")
    [Span(start=0, end=12), Span(start=13, end=25)]
    """
    found: list[Span] = []
    start = 0
    for end in [*_ends(block), len(block)]:
        piece = block[start:end]
        trimmed = piece.strip()
        left = start + len(piece) - len(piece.lstrip())
        if trimmed and _WORD.search(trimmed):
            found.append(Span(left, left + len(trimmed)))
        elif trimmed and found:
            found[-1] = Span(found[-1].start, left + len(trimmed))
        start = end
    return found


def _ends(block: str) -> list[int]:
    """Where sentences end inside a block, in order, the end of the block left out."""
    proposed = {_snap(block, end) for end in _proposed(block)}
    proposed.update(match.end() for match in _MISSED.finditer(block))
    kept: list[int] = []
    for end in sorted(proposed):
        if 0 < end < len(block) and not _runs_on(block, kept[-1] if kept else 0, end):
            kept.append(end)
    return kept


def _proposed(block: str) -> Iterator[int]:
    start = 0
    for end in _segment(block):
        yield end
        piece = block[start:end]
        # sentencex keeps a quotation whole; one that is never closed would swallow the rest of the text.
        if len(piece) > _LONG and (bare := piece.translate(_HIDE_QUOTES)) != piece:
            yield from (start + inner for inner in _segment(bare))
        start = end


def _segment(block: str) -> list[int]:
    from sentencex import get_sentence_boundaries  # a compiled library, loaded when the first text is split

    # Half a surrogate pair (JSON allows it) cannot be passed to compiled code; its stand-in has the same length.
    safe = block if block.isascii() else _SURROGATE.sub("\ufffd", block)
    return [int(found["end_index"]) for found in get_sentence_boundaries("en", safe)]


def _snap(block: str, end: int) -> int:
    """Move an end to the place right after the closing marks that touch the full stop."""
    cut = end
    while cut > 0 and (block[cut - 1].isspace() or block[cut - 1] in "\"“”‘„«»([)]’'"):
        cut -= 1
    while cut < len(block) and block[cut] in "\"”»’')]":
        cut += 1
    return cut if _TERMINATOR.search(block, max(0, cut - 12), cut) else end


def _runs_on(block: str, start: int, end: int) -> bool:
    """Whether the sentence that began at ``start`` goes on after the mark that ends at ``end``."""
    before = block[max(start, end - 32) : end].rstrip()
    stripped = before.rstrip("\"”’')]»")
    following = _NEXT_WORD.match(block, end)
    after = following.group(1) if following else ""
    if not block[end].isspace() and not block[end - 1].isspace():
        return before.isascii() and before[-1] != "]" and not _is_glued(stripped, block, end)
    if stripped.endswith(("!", "?")):
        # "Stop!" he cried: only a text that is written in lower case begins a sentence in lower case.
        return after.islower() and block[start:end].lstrip("\"“‘'([ \n\t")[:1].isupper()
    last = _LAST_WORD.search(stripped)
    if last is None or not stripped.endswith("."):
        return False
    return _is_abbreviation(last.group()[:-1], after, stripped)


def _is_glued(before: str, block: str, end: int) -> bool:
    """Whether a space is missing after a full stop ("flat.The Moon is"), as opposed to "Node.js" or "a.Bc()"."""
    return bool(_GLUED.search(before) and _GLUED_NEXT.match(block, end))


def _is_abbreviation(word: str, after: str, before: str) -> bool:
    key = word.casefold()
    starts_sentence = after[:1].isupper() and after.casefold() in STARTERS
    if key in ALWAYS_MIDDLE:
        return bool(after)
    if key in ("a.m", "p.m"):
        return after.casefold() in AFTER_HOUR or after.islower()
    if key in TITLES and not _ACRONYM.fullmatch(word) and after[:1].isupper() and not starts_sentence:
        return True
    if key in BEFORE_NUMBER and (after[:1].isdigit() or after[:1] == "§" or _ROMAN.fullmatch(after)):
        return after != "I" and (len(word) > 1 or word.islower())
    if key in ABBREVIATIONS or "." in key or (len(word) == 1 and not word.isdigit()):
        if after.islower():
            return not before.endswith("..")
        return bool(_INITIALS.search(before)) and len(word) > 1 and _is_second_initial(after, starts_sentence)
    return False


def _is_second_initial(after: str, starts_sentence: bool) -> bool:
    """Whether "J.R. R. Tolkien" goes on with another initial."""
    return len(after) == 1 and after.isupper() and not starts_sentence
