"""Near-duplicates against a comparison of everything with everything."""

from __future__ import annotations

import random
import time

import pytest

from verifier.corpus.duplicates import SENTENCES, WORDS_IN_SHINGLE, near_passages, same_texts
from verifier.text.sentences import sentences

VOCABULARY = [f"word{n}" for n in range(300)]


def sentence(rng: random.Random, length: int = 12) -> list[str]:
    return rng.choices(VOCABULARY, k=length)


def written(rows: list[list[str]]) -> str:
    return " ".join(" ".join(row).capitalize() + "." for row in rows)


def altered(rng: random.Random, row: list[str], chance: float) -> list[str]:
    return [rng.choice(VOCABULARY) if rng.random() < chance else word for word in row]


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().replace(".", "").split()
    return {tuple(words[n : n + WORDS_IN_SHINGLE]) for n in range(len(words) - WORDS_IN_SHINGLE + 1)}


def pairs_by_hand(texts: list[str], threshold: float) -> set[tuple[int, int]]:
    """The text and the first character of every three sentences that nearly repeat some of an earlier text."""
    windows = []
    for number, text in enumerate(texts):
        spans = sentences(text)
        for first in range(max(1, len(spans) - SENTENCES + 1)):
            end = spans[min(first + SENTENCES, len(spans)) - 1].end
            windows.append((number, spans[first].start, shingles(text[spans[first].start : end])))
    return {
        (number, start)
        for number, start, own in windows
        if any(other < number and len(own & o) >= threshold * len(own | o) for other, _, o in windows)
    }


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("threshold", [0.6, 0.8])
def test_all_that_a_full_comparison_finds_and_no_more(seed: int, threshold: float) -> None:
    rng = random.Random(seed)
    stock = [sentence(rng) for _ in range(12)]
    texts = []
    for _ in range(14):
        begin = rng.randrange(9)
        rows = [
            altered(rng, row, rng.choice((0.0, 0.01, 0.05))) for row in stock[begin : begin + rng.choice((2, 3, 5))]
        ]
        texts.append(written([sentence(rng) for _ in range(rng.randrange(4))] + rows + [sentence(rng)]))
    wanted = pairs_by_hand(texts, threshold)
    matches = near_passages(texts, threshold)
    covered = {(n, s) for n, s in wanted if any(m.number == n and m.span.start <= s < m.span.end for m in matches)}
    assert wanted
    assert covered == wanted
    assert {(m.number, m.span.start) for m in matches} <= wanted
    assert all(m.other < m.number and threshold <= m.resemblance <= 1 for m in matches)


def test_resemblance_by_hand() -> None:
    row = [f"w{n}" for n in range(30)]
    other = [*row[:29], "x"]
    (match,) = near_passages([written([row]), written([other])])
    assert match.resemblance == pytest.approx(25 / 27)  # of 26 shingles each, the last differs
    changed = [*row[:15], "x", *row[16:]]
    assert near_passages([written([row]), written([changed])]) == []  # 21 of 31
    assert near_passages([written([row]), written([changed])], 21 / 31)[0].resemblance == pytest.approx(21 / 31)


def test_a_copied_run_is_one_match_with_the_spans_of_both() -> None:
    rng = random.Random(1)
    run = written([sentence(rng) for _ in range(6)])
    before, after = written([sentence(rng) for _ in range(2)]), written([sentence(rng) for _ in range(3)])
    texts = [f"{after} {run}", f"{before} {run} {after[:40]}"]
    (match,) = near_passages(texts)
    assert texts[1][match.span.start : match.span.end] == run
    assert texts[0][match.other_span.start : match.other_span.end] == run


def test_a_run_stays_with_the_text_that_it_began_with() -> None:
    rng = random.Random(5)
    rows = [sentence(rng) for _ in range(6)]
    part, whole = written(rows[2:5]), written(rows)
    (first, second) = near_passages([f"{written([sentence(rng)])} {part}", whole, whole])
    assert (first.number, first.other, second.number, second.other) == (1, 0, 2, 1)
    assert whole[second.span.start : second.span.end] == whole


def test_what_repeats_itself_or_is_short_is_no_match() -> None:
    rng = random.Random(2)
    text = written([sentence(rng) for _ in range(3)])
    assert near_passages([f"{text} {text}", "See also the index.", "See also the index."]) == []


def test_common_boilerplate_is_reported_once_a_text() -> None:
    rng = random.Random(3)
    footer = written([sentence(rng) for _ in range(3)])
    texts = [written([sentence(rng) for _ in range(4)]) + " " + footer for _ in range(50)]
    matches = near_passages(texts)
    assert [match.number for match in matches] == list(range(1, 50))
    assert {match.other for match in matches} == {0}


def test_same_texts_are_those_of_the_same_words() -> None:
    texts = ["Bats fly, and sleep.", "bats\nfly and SLEEP", "Bats sleep.", "bats fly and sleep", "", "…"]
    assert same_texts(texts) == {1: 0, 3: 0}


@pytest.mark.slow
def test_thousands_of_documents_take_seconds() -> None:
    rng = random.Random(4)
    texts = [written([sentence(rng, 17) for _ in range(17)]) for _ in range(2000)]
    begin = time.process_time()
    near_passages(texts)
    assert time.process_time() - begin < 30
