"""Finds the claims of a text: one a sentence of its prose, each marked as checkable or not.

Left out are headings, code, tables, front matter and bare markup; a list item is a claim without its marker. What a
claim says is its visible text (no emphasis marks, link targets or images); where it stands are offsets into the text
as given, so ``text[claim.start:claim.end] == claim.text`` for every claim that has no marks inside.
"""

from __future__ import annotations

from verifier.datatypes import Claim
from verifier.errors import UsageError
from verifier.text.blocks import PROSE, blocks
from verifier.text.checkable import is_checkable
from verifier.text.inline import visible
from verifier.text.sentences import sentences_of_block

__all__ = ["MAX_WORDS", "as_claim", "find_claims", "is_checkable"]

MAX_WORDS = 2_000


def find_claims(text: str) -> list[Claim]:
    """The claims of a text or of a Markdown page, in order; questions and opinions are marked, not dropped.

    >>> text = "# Bats\\n\\n- Bats are **mammals**. Do they fly?"
    >>> [(claim.text, text[claim.start : claim.end], claim.checkable) for claim in find_claims(text)]
    [('Bats are mammals.', 'Bats are **mammals**.', True), ('Do they fly?', 'Do they fly?', False)]
    """
    found: list[Claim] = []
    for block in blocks(text):
        if block.kind not in PROSE:
            continue
        shown = visible(text, block)
        for span in sentences_of_block(shown.text):
            sentence, place = shown.text[span.start : span.end], shown.source(span)
            found.append(Claim(sentence, place.start, place.end, is_checkable(sentence)))
    return found


def as_claim(text: str) -> Claim:
    """The whole text as one claim, without the white space around it.

    It is checkable if one of its sentences is. Raises ``UsageError`` when it holds no word, or more than 2,000.

    >>> as_claim("  Bats are mammals. ")
    Claim(text='Bats are mammals.', start=2, end=19, checkable=True)
    """
    stripped = text.strip()
    if not any(character.isalnum() for character in stripped):
        got = f"{stripped[:40]!r}" if stripped else "an empty text"
        raise UsageError(f"expected a claim in words, got {got}; write the sentence that is to be checked")
    count = len(stripped.split())
    if count > MAX_WORDS:
        raise UsageError(
            f"expected one claim of at most {MAX_WORDS:,} words, got {count:,}; review it as a document instead, "
            "which finds the claims in it"
        )
    start = len(text) - len(text.lstrip())
    parts = sentences_of_block(stripped)
    checkable = any(is_checkable(stripped[part.start : part.end]) for part in parts)
    return Claim(stripped, start, start + len(stripped), checkable)
