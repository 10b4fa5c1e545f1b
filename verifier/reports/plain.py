"""Text that is safe to show: what documents, claims, models and file names hold must not steer a terminal."""

from __future__ import annotations

import re
from typing import Final

# CSI, then OSC, DCS, SOS, PM and APC strings with their terminator, then shorter escapes. The 8-bit introducers are
# only dropped as characters below: in text of a wrong encoding they are letters, and must not swallow what follows.
_ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
# Controls that are left, bidirectional overrides (they reorder what is read), byte order marks, tags, surrogates.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_SPACE: Final = re.compile(r"\s+")
_BREAK: Final = re.compile("[\t\n\v\f\r\x85\u2028\u2029]")


def plain(text: str) -> str:
    r"""The text on one line, without escape sequences and hidden characters.

    >>> plain("\x1b[31mred\x1b[0m and\n\ttab\x07")
    'red and tab'
    >>> plain("\x1b]0;title\x07safe")
    'safe'
    """
    return _SPACE.sub(" ", visible(text)).strip()


def visible(text: str) -> str:
    r"""The text as it stands, columns and all, with line breaks as spaces and nothing hidden.

    >>> visible("a   b\n\x1b[1mc")
    'a   b c'
    """
    return _BREAK.sub(" ", _HIDDEN.sub("", _ESCAPES.sub("", text)))


def shortened(text: str, width: int) -> str:
    """The plain text, cut at a word to at most ``width`` characters.

    >>> shortened("the quick brown fox", 12)
    'the quick …'
    """
    line = plain(text)
    if len(line) <= width:
        return line
    head = line[: max(width - 2, 1)]
    whole = head if line[len(head)].isspace() else head.rpartition(" ")[0]
    return f"{whole.rstrip()} …" if whole else f"{line[: width - 1]}…"
