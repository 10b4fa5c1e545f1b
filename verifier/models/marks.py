"""What a small encoder cannot see for itself, told token by token: shared words, and how numbers compare.

Each token gets a mark in the place of its segment number (BERT's ``token_type_ids``), with a learned embedding of its
own: whether its word stands in the other text too; for a number of the premise, whether it lies below, at, or above
each number of the claim, or rounds to it. Comparing 14 with 13 by their word pieces is what models of this size do
worst; comparing two marks is a table of a few rows. Exact-match marks are those of Chen et al. 2017 (Reading Wikipedia
to Answer Open-Domain Questions, section 3.2); marks of order are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.errors import ModelError
from verifier.text.numbers import Number, numbers, rounds_to
from verifier.text.words import WORD, stem

PREMISE, CLAIM, PREMISE_SHARED, CLAIM_SHARED = range(4)
COMPARED = 4  # numbers of a claim that are told apart
_GAPS = CLAIM_SHARED + 1  # premise numbers between those of the claim: COMPARED + 1 marks
_NEAR = _GAPS + COMPARED + 1  # below, at, above: three marks for each number of the claim
_STATED = _NEAR + 3 * COMPARED  # numbers of the claim: with and without their like in the premise
COUNT = _STATED + 2 * COMPARED


def is_claim(mark: int) -> bool:
    """Whether a mark belongs to tokens of the claim.

    >>> [is_claim(mark) for mark in (PREMISE, CLAIM, _GAPS, COUNT - 1)]
    [False, True, False, True]
    """
    return mark in (CLAIM, CLAIM_SHARED) or mark >= _STATED


def compared(premise: str, claim: str) -> tuple[bytes, bytes]:
    """The mark of every character of the premise, and of every character of the claim.

    >>> premise, claim = compared("14 cats sleep.", "More than 13 cats sleep.")
    >>> premise[0] == _GAPS + 1, premise[3] == PREMISE_SHARED, claim[0] == CLAIM
    (True, True, True)
    """
    above, below = bytearray(len(premise)), bytearray([CLAIM]) * len(claim)
    held, wanted = _words(premise), _words(claim)
    for marks, mark, own, other in ((above, PREMISE_SHARED, held, wanted), (below, CLAIM_SHARED, wanted, held)):
        known = {word for word, _, _ in other}
        for word, start, end in own:
            if word in known:
                marks[start:end] = bytes([mark]) * (end - start)
    found, stated = numbers(premise), numbers(claim)
    ladder = sorted({n.value: n for n in stated}.values(), key=lambda n: n.value)[:COMPARED]
    for number in found:
        above[number.start : number.end] = bytes([_place(number, ladder)]) * (number.end - number.start)
    values = {number.value for number in found}
    rank = {number.value: place for place, number in enumerate(ladder)}
    for number in stated:
        if number.value in rank:
            mark = _STATED + 2 * rank[number.value] + (number.value in values)
            below[number.start : number.end] = bytes([mark]) * (number.end - number.start)
    return bytes(above), bytes(below)


Offsets = Sequence[tuple[int, int]]


def token_marks(
    premise: str, premise_offsets: Offsets, claim: str, claim_offsets: Offsets
) -> tuple[list[int], list[int]]:
    """The mark of each token of premise and claim, from the tokens' character offsets."""
    above, below = compared(premise, claim)
    return [above[start] for start, _ in premise_offsets], [below[start] for start, _ in claim_offsets]


def check_marks(count: int, model: str) -> bool:
    """Whether a model with ``count`` segment embeddings reads marks; raises ModelError when it reads others than ours.

    >>> check_marks(2, "some/model"), check_marks(COUNT, "our-checker")
    (False, True)
    """
    if count not in (0, 1, 2, COUNT):
        raise ModelError(
            f"{model} has {count} segment embeddings, expected 2, or {COUNT} where tokens are marked: "
            "it was trained by another version of verifier; export it with this one"
        )
    return count == COUNT


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(stem(match[0].lower()), match.start(), match.end()) for match in WORD.finditer(text)]


def _place(number: Number, ladder: Sequence[Number]) -> int:
    for place, stated in enumerate(ladder):
        if number.value == stated.value:
            return _NEAR + 3 * place + 1
    for place, stated in enumerate(ladder):
        if rounds_to(number, stated):
            return _NEAR + 3 * place + (0 if number.value < stated.value else 2)
    return _GAPS + sum(stated.value < number.value for stated in ladder)
