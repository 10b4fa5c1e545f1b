"""What a text says, without how it is dressed: the checker reads this, offsets stay those of the text as it was given.

A verdict must not move because a number is bold, an apostrophe curly, or a claim begins with "It is true that".
"""

from __future__ import annotations

import re

from verifier.text.utf8 import encodable

_MARKS = re.compile(
    r"(?<![\w*])\*{1,3}(?=\S)(.+?)(?<=\S)\*{1,3}(?![\w*])|(?<!\w)_{1,2}(?=\S)(.+?)(?<=\S)_{1,2}(?!\w)|`([^`]+)`"
)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\xa0": " "})
_FRAME = re.compile(
    r"^(?:(?:it|this) is (?:a fact|the case|true|well known|widely known|generally known|an established fact) that"
    r"|as a matter of fact,|in (?:actual )?fact,|actually,|indeed,|the (?:truth|fact) is that"
    r"|according to the (?:source|text|document|passage|article|evidence|corpus),"
    r"|the (?:source|text|document|passage|article|evidence) (?:says|states|shows|confirms) that)\s+",
    re.IGNORECASE,
)


def undressed(text: str) -> str:
    """The text without the marks of emphasis, code and links, and with straight quotation marks.

    >>> undressed("It has **1,200** ‘gates’ (see [here](x.html)); 2 * 3 * 4 is `24`.")
    "It has 1,200 'gates' (see here); 2 * 3 * 4 is 24."
    """
    plain = _LINK.sub(r"\1", encodable(text).translate(_QUOTES))
    return _MARKS.sub(lambda found: next(group for group in found.groups() if group is not None), plain)


def stated(claim: str) -> str:
    """A claim as a sentence of its own: undressed, out of a frame that adds nothing, with a capital and a full stop.

    >>> stated("it is true that the tower is **old**")
    'The tower is old.'
    >>> stated("It is not true that the tower is old.")
    'It is not true that the tower is old.'
    """
    plain = _FRAME.sub("", undressed(claim).strip())
    if not plain:
        return claim
    ended = plain if plain[-1] in ".!?\"')" else plain + "."
    return ended[0].upper() + ended[1:]
