"""Spaces and casing of drafts."""

from __future__ import annotations

import re

import pytest

from verifier.models.surface import Manuscript, SourceWord, compose, first_sentences, join_pieces, source_words

TEXT = (
    "Penicillin was discovered in 1928 by Alexander Fleming. The U.S. made 8,849.5 tonnes of it (a record). "
    "In May the well-known firm's owner said \"never\" twice. NASA's iPhone may fail."
)


def read(text: str) -> list[SourceWord]:
    found = list(re.finditer(r"\w+|[^\w\s]", text))
    return source_words(text, [match.group().lower() for match in found], [match.span() for match in found])


def written(draft: str, *texts: str, common: str = "the in it was may") -> str:
    words = re.findall(r"\w+|[^\w\s]", draft.lower())
    return compose(words, Manuscript([read(text) for text in texts], frozenset(common.split())))


@pytest.mark.parametrize(
    "sentence",
    [
        "Penicillin was discovered by Alexander Fleming in 1928.",
        "The U.S. made 8,849.5 tonnes of it (a record).",
        'The well-known firm\'s owner said "never" twice.',
        "NASA's iPhone may fail in May.",
        "Alexander Fleming was discovered. It was a record.",
    ],
)
def test_a_draft_comes_out_as_the_source_writes_it(sentence: str) -> None:
    assert written(sentence, TEXT) == sentence


def test_a_common_word_keeps_no_capital_from_a_sentences_beginning() -> None:
    assert written("owner of the firm", "The owner. Firm.", common="the firm") == "Owner of the firm"
    assert written("it is paris", "Paris is big.", common="it is") == "It is Paris"


def test_words_that_the_source_lacks() -> None:
    assert written("the king's horse (white), or so", "x") == "The king's horse (white), or so"
    assert written('he said "no" twice', "x") == 'He said "no" twice'


def test_pieces_and_accents() -> None:
    assert join_pieces(["beyonce", "##s", "8", ",", "##5"]) == ["beyonces", "8", ",5"]
    words = source_words("Was Beyoncé born", ["was", "beyonce", "born"], [(0, 3), (4, 11), (12, 16)])
    assert compose(["beyonce", "was", "born", "."], Manuscript([words], frozenset({"was"}))) == "Beyoncé was born."


def test_sentences_are_counted_by_their_ends() -> None:
    assert first_sentences("One. Two. Three. Four.", 3) == "One. Two. Three."
    assert first_sentences("One 4.5. Two", 3) == "One 4.5. Two"
