"""Words as the lexical comparisons see them: what carries meaning, cut to a crude stem."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
STOP = frozenset(
    "a about all also an and any are as at be been being but by can did do does for from had has have he her his how "
    "i if in into is it its may more most no not of on only one or other our out over s she so some such than that "
    "the their them then there these they this to up was we were what when where which who why will with would you "
    "your".split()
)


def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, cut to a crude stem so that plural and singular meet.

    >>> sorted(content_words("The towers of Paris were built in 1889."))
    ['1889', 'built', 'pari', 'tower']
    """
    return frozenset(stem(word) for word in WORD.findall(text.lower()) if word not in STOP)


def stem(word: str) -> str:
    """A lower-case word without its commonest endings.

    >>> [stem(word) for word in ("countries", "walked", "walking", "1990")]
    ['country', 'walk', 'walk', '1990']
    """
    if word.isdigit() or len(word) < 4:
        return word
    for ending in ("ies", "es", "s", "ing", "ed", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word
