"""Cuts a text into blocks: paragraphs, headings, list items, and what holds no prose (code, tables, front matter).

It reads lines only. What stands inside a line (emphasis, links) is left to ``inline``, sentences to ``sentences``.
Markdown is understood; a plain text is the case where every block is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    HEADING = "heading"
    CODE = "code"
    TABLE = "table"
    FRONT_MATTER = "front_matter"
    MARKUP = "markup"  # rules, comments, bare tags, link definitions


@dataclass(frozen=True, slots=True)
class Block:
    """``text[start:end]``, trimmed and without its marker; code, tables and front matter come a line each."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line and its content: ``text[left:right]`` without indentation and quote marks."""

    left: int
    right: int
    content: str
    quoted: bool


PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM})

_QUOTE = re.compile(r"(?:>[ \t]?)+[ \t]*")
_HEADING = re.compile(r"#{1,6}[ \t]+(?P<title>.*?)(?:[ \t]+#+)?$")
_RULE = re.compile(r"([-*_=])(?:[ \t]*\1){2,}$")
_UNDERLINE = re.compile(r"(?:=+|-+)$")
_BULLET = re.compile(r"(?:[-*+•‣◦▪–—])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_NUMBER = re.compile(r"(?P<number>\d{1,3})[.)][ \t]+(?=\S)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:[ \t]+(?=\S)")
_FENCE = re.compile(r"`{3,}|~{3,}")
_DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>$|\[[^\]^][^\]]*\]:[ \t]*\S+")
_KEY = re.compile(r"[\w-]+[ \t]*:")
_MARKED = frozenset("#-*_=+•‣◦▪–—0123456789[`~<|:")
_MAX_FRONT_MATTER_LINES = 200


def blocks(text: str) -> list[Block]:
    """The blocks of a text, in order and disjoint; every letter of the text stands in one or in a marker.

    >>> text = "# Vinegar\\n\\nIt keeps food.\\nIt is sour.\\n- one\\n- two"
    >>> [(block.kind.value, text[block.start : block.end]) for block in blocks(text)]
    [('heading', 'Vinegar'), ('paragraph', 'It keeps food.\\nIt is sour.'), ('item', 'one'), ('item', 'two')]
    """
    return [block for block in _Reader(text).read() if block.end > block.start]


def _lines(text: str) -> Iterator[_Line]:
    position = 0
    for raw in text.splitlines(keepends=True):
        content = raw.strip().lstrip("\ufeff")
        left = position + (raw.index(content) if content else 0)
        quoted = content.startswith(">")
        if quoted and (mark := _QUOTE.match(content)):
            left, content = left + mark.end(), content[mark.end() :]
        yield _Line(left, left + len(content), content, quoted)
        position += len(raw)


class _Reader:
    """Walks over the lines of one text, with the block that is still open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = list(_lines(text))
        self.done: list[Block] = []
        self.open: Block | None = None
        self.quoted = False

    def read(self) -> list[Block]:
        at = self._front_matter()
        while at < len(self.lines):
            at = self._step(at)
        self._close()
        return self.done

    def _step(self, at: int) -> int:
        """Take the line at ``at`` (and those that belong to it); the number of the next line."""
        line = self.lines[at]
        if not line.content:
            self._close()
            return at + 1
        if line.quoted != self.quoted:
            self._close()
            self.quoted = line.quoted
        if "|" in line.content and self._is_table(at):
            return self._table(at)
        # Most lines are prose that starts with a letter; the patterns are only tried on the others.
        if line.content[0] in _MARKED and (after := self._marked(at)) is not None:
            return after
        self._prose(line)
        return at + 1

    def _marked(self, at: int) -> int | None:
        line = self.lines[at]
        if _FENCE.match(line.content):
            return self._fence(at)
        if line.content.startswith("<!--"):
            return self._comment(at)
        if self._underline(line):
            return at + 1
        if heading := _HEADING.match(line.content):
            self._alone(BlockKind.HEADING, line.left + heading.start("title"), line.left + heading.end("title"))
        elif _RULE.match(line.content) or _MARKUP.match(line.content):
            self._alone(BlockKind.MARKUP, line.left, line.right)
        elif width := self._marker(line.content):
            self._close()
            self.open = Block(BlockKind.ITEM, line.left + width, line.right)
        else:
            return None
        return at + 1

    def _marker(self, content: str) -> int:
        """Length of a list marker; a number inside a paragraph is one only if it is 1, as in CommonMark."""
        if mark := _BULLET.match(content) or _FOOTNOTE.match(content):
            return mark.end()
        number = _NUMBER.match(content)
        inside_paragraph = self.open is not None and self.open.kind is BlockKind.PARAGRAPH
        return number.end() if number and not (inside_paragraph and number["number"] != "1") else 0

    def _underline(self, line: _Line) -> bool:
        """A heading may be underlined; a longer paragraph above a rule stays a paragraph, so that no claim is lost."""
        if self.open is None or self.open.kind is not BlockKind.PARAGRAPH or not _UNDERLINE.match(line.content):
            return False
        title = self.text[self.open.start : self.open.end]
        if "\n" not in title and len(title) <= 80 and not title.endswith((".", "!", "?")):
            self.open = Block(BlockKind.HEADING, self.open.start, self.open.end)
        self._close()
        return True

    def _prose(self, line: _Line) -> None:
        kind, start = (self.open.kind, self.open.start) if self.open else (BlockKind.PARAGRAPH, line.left)
        self.open = Block(kind, start, line.right)

    def _close(self) -> None:
        if self.open is not None:
            self.done.append(self.open)
        self.open = None

    def _alone(self, kind: BlockKind, start: int, end: int) -> None:
        self._close()
        self.done.append(Block(kind, start, end))

    def _front_matter(self) -> int:
        lines = self.lines
        if len(lines) < 3 or lines[0].content != "---" or not _KEY.match(lines[1].content):
            return 0
        for number in range(1, min(len(lines), _MAX_FRONT_MATTER_LINES)):
            if lines[number].content in ("---", "..."):
                self._take(BlockKind.FRONT_MATTER, 0, number + 1)
                return number + 1
        return 0

    def _take(self, kind: BlockKind, start: int, end: int) -> int:
        for line in self.lines[start:end]:
            self._alone(kind, line.left, line.right)
        return end

    def _fence(self, at: int) -> int:
        opening = _FENCE.match(self.lines[at].content)
        mark = opening.group() if opening else "```"
        end = at + 1
        while end < len(self.lines) and not self._closes(self.lines[end].content, mark):
            end += 1
        return self._take(BlockKind.CODE, at, min(end + 1, len(self.lines)))

    @staticmethod
    def _closes(content: str, mark: str) -> bool:
        return content.startswith(mark) and not content.strip(mark[0])

    def _comment(self, at: int) -> int:
        end = at
        while end < len(self.lines) and "-->" not in self.lines[end].content:
            end += 1
        # A comment that never ends hides only its own line.
        return self._take(BlockKind.MARKUP, at, end + 1 if end < len(self.lines) else at + 1)

    def _is_table(self, at: int) -> bool:
        return any(
            "|" in line.content and "-" in line.content and _DELIMITER_ROW.match(line.content)
            for line in self.lines[at : at + 2]
        )

    def _table(self, at: int) -> int:
        end = at
        while end < len(self.lines) and "|" in self.lines[end].content:
            end += 1
        return self._take(BlockKind.TABLE, at, end)
