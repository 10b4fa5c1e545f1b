"""Contradictions within a corpus, with a checker whose answers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.fakes import BagEmbedder, OverlapNLI
from verifier.corpus.documents import document_digest
from verifier.datatypes import Document
from verifier.errors import UsageError
from verifier.judging.contradictions import Comparison, compare, evenly, likeness
from verifier.models.protocols import NLI, Pair, PairScores
from verifier.retrieval.index import Index

Compare = Callable[..., Comparison]

TOWER = "The Eiffel Tower was opened to visitors in 1889."
WRONG = "The Eiffel Tower was opened to visitors in 1899."


def document(name: str, title: str, text: str) -> Document:
    return Document(f"c/{name}", title, text, "a book", "CC0", "", document_digest(title, text))


@pytest.fixture
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compare:
    def run(checker: NLI, *documents: Document, most: int = 100) -> Comparison:
        path = tmp_path_factory.mktemp("index") / "index"
        with Index.build(path, documents, BagEmbedder(), name="c") as index:
            return compare(documents, index, checker, most=most)

    return run


def texts(done: Comparison) -> list[set[str]]:
    return [{pair.one.text, pair.other.text} for pair in done.opposed]


def test_a_number_that_differs_is_found_once_with_its_place(compared: Compare) -> None:
    one = document("a", "Eiffel Tower", f"Paris is a city. {TOWER}")
    other = document("b", "Eiffel Tower, a visit", f"{WRONG} Bring good shoes.")
    done = compared(OverlapNLI(), one, other)
    assert texts(done) == [{TOWER, WRONG}]
    (pair,) = done.opposed
    by_id = {"c/a": one, "c/b": other}
    for side in (pair.one, pair.other):
        assert by_id[side.passage.document_id].text[side.start : side.end] == side.text
    assert pair.strength == pytest.approx(0.98, abs=0.01)
    assert (done.read, done.sentences, done.pairs, done.unread) == (4, 4, 1, 0)


def test_what_agrees_or_stands_in_one_document_is_not_found(compared: Compare) -> None:
    done = compared(
        OverlapNLI(),
        document("a", "Eiffel Tower", f"{TOWER} {WRONG}"),
        document("b", "Lighthouse", "The lighthouse was opened to visitors in 1950."),
    )
    assert (texts(done), done.pairs) == ([], 0)
    assert texts(compared(OverlapNLI(), document("a", "Tower", TOWER), document("b", "Towers", TOWER))) == []


class OneWay(OverlapNLI):
    """Contradicts one claim and not the other, when asked the other way round."""

    def __init__(self, year: str) -> None:
        super().__init__()
        self.year = year

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        def one_way(pair: Pair, scores: PairScores) -> PairScores:
            agrees = pair.premise == pair.hypothesis or self.year in pair.hypothesis
            return scores if agrees else PairScores(-4.0, 4.0, -4.0)

        return [one_way(pair, scores) for pair, scores in zip(pairs, super().score(pairs), strict=True)]


class Contrary(OverlapNLI):
    """Takes every sentence that names 1899 to contradict everything, itself too."""

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        against = PairScores(-4.0, 0.0, 4.0)
        return [against if "1899" in p.hypothesis else s for p, s in zip(pairs, super().score(pairs), strict=True)]


class Narrow(OverlapNLI):
    """Takes no hypothesis that names 1899."""

    def score(self, pairs: Sequence[Pair]) -> list[PairScores]:
        if any("1899" in pair.hypothesis for pair in pairs):
            raise UsageError("the claim does not fit")
        return super().score(pairs)


@pytest.mark.parametrize(
    ("checker", "unread"), [(OneWay("1889"), 0), (OneWay("1899"), 0), (Contrary(), 1), (Narrow(), 1)]
)
def test_a_checker_that_is_not_to_be_trusted(checker: NLI, unread: int, compared: Compare) -> None:
    done = compared(checker, document("a", "Tower", TOWER), document("b", "Tower", WRONG))
    assert (texts(done), done.pairs, done.unread) == ([], 1, unread)


def test_one_sentence_that_does_not_fit_spoils_no_other(compared: Compare) -> None:
    low, high = "The Eiffel Tower is 300 metres high.", "The Eiffel Tower is 330 metres high."
    done = compared(Narrow(), document("a", "Tower", f"{TOWER} {low}"), document("b", "Tower", f"{WRONG} {high}"))
    assert texts(done) == [{low, high}]
    assert done.unread == 1


def test_the_work_is_capped_and_spread(compared: Compare) -> None:
    documents = [document(str(n), f"Place {n}", f"Place {n} has {n} trees. Place {n} has a well.") for n in range(20)]
    done = compared(OverlapNLI(), *documents, most=10)
    assert (done.read, done.sentences) == (10, 40)
    items = list(range(40))
    assert evenly(items, 10) == items[::4]  # type: ignore[arg-type, comparison-overlap]
    assert evenly(items, 40) == items  # type: ignore[arg-type, comparison-overlap]


@pytest.mark.parametrize(
    ("one", "title", "other", "other_title", "compared"),
    [
        ("The capital of Mali is Bamako.", "Mali", "The capital of Niger is Niamey.", "Niger", False),
        ("The capital of Mali is Bamako, on the Niger.", "Mali", "The capital of Niger is Niamey.", "Niger", False),
        ("The capital of Mali is Bamako.", "Mali", "The capital of Mali is Segou.", "Capital cities", True),
        ("Guinea's capital is Conakry.", "Guinea", "Guinea-Bissau's capital is Bissau.", "Guinea-Bissau", False),
        ("Equatorial Guinea has a king.", "Equatorial Guinea", "Guinea has no king.", "Guinea", False),
        ("Its capital has been Bamako.", "Mali", "The capital of Mali is Segou.", "A history of Mali", True),
        ("Bats have good eyes at night.", "Bats", "Bats do not see with their eyes at night.", "Bats", True),
        ("Bats have good eyes.", "Bats", "Bats sleep by day, head down.", "Bats", False),
        ("Bats have good eyes.", "Bats", "Bats have GOOD eyes!", "Bats", False),
        ("Bats have good eyes.", "", "Bats have bad eyes.", "Bats", True),
        ("Bats have good eyes at night.", "", "Bats sleep by night and by day.", "", False),
    ],
)  # fmt: skip
def test_what_is_compared(one: str, title: str, other: str, other_title: str, compared: bool) -> None:
    assert bool(likeness(one, title, other, other_title)) == compared
    assert likeness(one, title, other, other_title) == likeness(other, other_title, one, title)
