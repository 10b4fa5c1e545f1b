"""Entries of several lines: between two lines of three quotes, or from ``!multi`` to ``!end``."""

from __future__ import annotations

from typing import Final

QUOTES: Final = '"""'
_BEGIN, _END = "!multi", "!end"


class Entries:
    """Takes lines and gives back entries; most entries are one line.

    >>> entries = Entries()
    >>> [entries.feed(line) for line in ("one", "!multi", "two", "three", "!end")]
    ['one', None, None, None, 'two three']
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._end = ""

    @property
    def unfinished(self) -> bool:
        """Whether an entry of several lines waits for its end."""
        return bool(self._end)

    def feed(self, line: str) -> str | None:
        """Take a line; the entry that it ends, its lines joined by spaces, or None."""
        text = line.strip()
        if not self._end:
            if text == _BEGIN:
                self._end = _END
                return None
            if not text.startswith(QUOTES):
                return line
            self._end, text = QUOTES, text[len(QUOTES) :]
        if text.endswith(self._end):
            self._lines.append(text[: -len(self._end)])
            return self.rest()
        self._lines.append(text)
        return None

    def rest(self) -> str:
        """What there is of an entry whose end never came; the next line begins a new one."""
        whole = " ".join(stripped for line in self._lines if (stripped := line.strip()))
        self.drop()
        return whole

    def drop(self) -> None:
        """Forget an unfinished entry."""
        self._lines, self._end = [], ""
