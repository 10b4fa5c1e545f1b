"""What checking changed in a draft, word by word, in the notation of wdiff: [-struck-] and {+put in+}."""

from __future__ import annotations

import difflib

from rich.text import Text

from verifier.reports.plain import plain


def difference(draft: str, answer: str) -> Text:
    """The draft turned into the answer; readable without colour.

    >>> difference("Bats are blind.", "Bats are not blind.").plain
    'Bats are {+not+} blind.'
    """
    before, after = plain(draft).split(), plain(answer).split()
    shown = Text()
    for kind, i, j, k, m in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind == "equal":
            _add(shown, " ".join(before[i:j]))
            continue
        if j > i:
            _add(shown, f"[-{' '.join(before[i:j])}-]", "red strike")
        if m > k:
            _add(shown, f"{{+{' '.join(after[k:m])}+}}", "green")
    return shown


def _add(shown: Text, words: str, style: str = "") -> None:
    if shown.plain:
        shown.append(" ")
    shown.append(words, style=style or None)
