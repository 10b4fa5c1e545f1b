"""What a reader sees of a piece of Markdown: the text without its marks, each character with its place in the source.

Taken out: images, link targets, emphasis and code marks, tags, citation numbers, quote marks at the start of a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifier.datatypes import Span
from verifier.text.blocks import Block

_MARKS = re.compile(r"[\[\]*_`<>~\\]")
_IMAGE = re.compile(r"!\[[^\]\n]*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])")
_HIDDEN_WHOLE = (
    _IMAGE,
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"</?(?:a|abbr|b|br|cite|code|del|em|i|ins|kbd|mark|p|q|s|small|span|strong|u)(?:\s[^<>]*)?/?>", re.I),
    re.compile(r"\[\^[^\]\s]+\]"),
    re.compile(r"(?<=[.,;:!?\"”’)])(?:\[\d{1,3}\])+"),  # citations such as "boils.[1][2]"; "list[0]" stays
    re.compile(r"(?<=\n)[ \t]*(?:>[ \t]?)+"),
)
_SHOWN = (  # the group "shown" stays, the rest of the match goes
    re.compile(r"(?<!!)\[(?P<shown>[^\[\]\n]+)\]\((?:[^()\n]|\([^()\n]*\))*\)"),
    re.compile(r"(?<!!)\[(?P<shown>[^\[\]\n]+)\]\[[^\[\]\n]*\]"),
    re.compile(r"<(?P<shown>(?:https?://|mailto:)[^<>\s]+)>"),
    re.compile(r"(?P<tick>`+)(?P<shown>[^`]+)(?P=tick)"),
    re.compile(r"(?<![\\\w*])\*\*\*(?=[^\s*])(?P<shown>[^*]*)(?<=[^\s\\])\*\*\*(?![\w*])"),
    re.compile(r"(?<![\\\w*])\*\*(?=[^\s*])(?P<shown>[^*]*(?:\*[^*]+\*[^*]*)*)(?<=\S)\*\*(?![\w*])"),
    re.compile(r"(?<![\\\w*])\*(?=[^\s*])(?P<shown>[^*]*)(?<=[^\s\\])\*(?![\w*])"),
    re.compile(r"(?<![\\\w])(?P<mark>__?)(?=[^\s_])(?P<shown>[^\n]{1,400}?)(?<=[^\s_\\])(?P=mark)(?!\w)"),
    re.compile(r"~~(?=\S)(?P<shown>[^~]+)(?<=\S)~~"),
    re.compile(r"\\(?P<shown>[\\`*_{}\[\]()#+.!|>~-])"),
)


@dataclass(frozen=True, slots=True)
class Visible:
    """``text`` as a reader sees it; ``offsets[i]`` is where ``text[i]`` stands in the source."""

    text: str
    offsets: range | list[int]

    def source(self, span: Span) -> Span:
        """The place in the source of a span of ``text`` that is not empty."""
        return Span(self.offsets[span.start], self.offsets[span.end - 1] + 1)


def visible(text: str, span: Span | Block) -> Visible:
    """The visible characters of ``text[span.start:span.end]``.

    >>> shown = visible("The [tower](https://x.y) is in **Paris**.", Span(0, 41))
    >>> shown.text
    'The tower is in Paris.'
    >>> shown.source(Span(4, 9))
    Span(start=5, end=10)
    """
    piece = text[span.start : span.end]
    if not _MARKS.search(piece):
        return Visible(piece, range(span.start, span.end))
    keep = bytearray(b"\1") * len(piece)
    for pattern in _HIDDEN_WHOLE:
        for match in pattern.finditer(piece):
            _hide(keep, match.start(), match.end())
    for pattern in _SHOWN:
        for match in pattern.finditer(piece):
            _hide(keep, match.start(), match.start("shown"))
            _hide(keep, match.end("shown"), match.end())
    offsets = [span.start + place for place, kept in enumerate(keep) if kept]
    return Visible("".join(text[offset] for offset in offsets), offsets)


def _hide(keep: bytearray, start: int, end: int) -> None:
    keep[start:end] = bytes(end - start)
