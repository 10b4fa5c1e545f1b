import math
import shutil
import tempfile
from pathlib import Path

import pytest
from rank_bm25 import BM25Okapi

from verifier.datatypes import Passage
from verifier.errors import IndexDamagedError, StorageError
from verifier.retrieval.lexical import LexicalBuilder, LexicalIndex, analyse, query_words

TEXTS = [
    "The tower stands in Paris and was built of iron.",
    "Iron rusts when water and air reach the iron.",
    "Vinegar keeps food because its acid stops bacteria.",
    "Bacteria grow in warm food, and acid slows bacteria down.",
    "A tower of water supplies the town.",
]


def passage(number: int, text: str, title: str = "") -> Passage:
    return Passage(f"d#{number}", "d", title, text, 0, len(text), "")


def built(folder: Path, passages: list[Passage], *, title_boost: float = 1.5, coverage: float = 1.0) -> LexicalIndex:
    with LexicalBuilder(folder) as builder:
        builder.add(passages[:2], first=0)
        builder.add(passages[2:], first=2)
        builder.finish()
    return LexicalIndex.open(folder, title_boost=title_boost, coverage=coverage)


def rarity(word: str) -> float:
    """The idf that Lucene and tantivy use (never negative)."""
    holding = sum(word in analyse(text) for text in TEXTS)
    return math.log(1 + (len(TEXTS) - holding + 0.5) / (holding + 0.5))


def oracle(query: str) -> list[float]:
    """rank-bm25's scores with that idf."""
    model = BM25Okapi([analyse(text) for text in TEXTS], k1=1.2, b=0.75)
    for word in model.idf:
        model.idf[word] = rarity(word)
    return [float(score) for score in model.get_scores(query_words(query))]


@pytest.mark.parametrize(
    "query", ["iron", "iron tower of Paris", "bacteria acid food", "bacteria bacteria water", "town supplied by towers"]
)
def test_scores_are_those_of_rank_bm25(tmp_path: Path, query: str) -> None:
    passages = [passage(n, text) for n, text in enumerate(TEXTS)]
    found = built(tmp_path / "i", passages, coverage=0).search(query, 10)
    expected = {n: score for n, score in enumerate(oracle(query)) if score > 0}
    assert {hit.number: hit.score for hit in found} == pytest.approx(expected, rel=1e-5)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


@pytest.mark.parametrize("query", ["iron iron tower of Paris", "the acid"])
def test_coverage_adds_how_rare_the_words_are_that_a_passage_holds(tmp_path: Path, query: str) -> None:
    passages = [passage(n, text) for n, text in enumerate(TEXTS)]
    plain = {hit.number: hit.score for hit in built(tmp_path / "a", passages, coverage=0).search(query, 10)}
    covered = {hit.number: hit.score for hit in built(tmp_path / "b", passages, coverage=0.5).search(query, 10)}
    wanted = set(query_words(query))  # each word once, however often the query says it
    added = {n: 0.5 * sum(rarity(word) for word in wanted & set(analyse(TEXTS[n]))) for n in plain}
    assert covered == pytest.approx({n: plain[n] + added[n] for n in plain}, rel=1e-5)


def test_a_word_of_the_title_is_covered_too(tmp_path: Path) -> None:
    passages = [passage(0, "It is of iron.", "Towers"), passage(1, "A tower."), passage(2, "No.")]
    alone = built(tmp_path / "a", passages, title_boost=0, coverage=0).search("tower", 5)
    covered = built(tmp_path / "b", passages, title_boost=0, coverage=1).search("tower", 5)
    assert ({hit.number: hit.score for hit in alone}[0], covered[-1].number) == (0, 0)
    assert covered[-1].score == pytest.approx(math.log(1 + (3 - 1 + 0.5) / (1 + 0.5)), rel=1e-5)


def test_stop_words_are_sought_only_when_there_is_nothing_else(tmp_path: Path) -> None:
    index = built(tmp_path / "i", [passage(0, "who is it"), passage(1, "the tower"), passage(2, "stone")])
    assert [hit.number for hit in index.search("who is the tower", 5)] == [1]
    assert [hit.number for hit in index.search("Who is it?", 5)] == [0]


def test_a_word_in_the_title_counts_by_its_boost(tmp_path: Path) -> None:
    passages = [passage(0, "It is built of iron.", "Tower"), passage(1, "A tower is tall.", "Iron"), passage(2, "No.")]
    alone = built(tmp_path / "a", passages, title_boost=1.0, coverage=0).search("tower", 5)
    boosted = built(tmp_path / "b", passages, title_boost=3.0, coverage=0).search("tower", 5)
    assert [hit.number for hit in boosted] == [0, 1]
    by_title = {hit.number: hit.score for hit in alone}[0]
    assert {hit.number: hit.score for hit in boosted}[0] == pytest.approx(3 * by_title, rel=1e-5)
    assert {hit.number: hit.score for hit in boosted}[1] == {hit.number: hit.score for hit in alone}[1]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "tower AND NOT iron",
        "text:tower title:[a TO z]",
        "tower^9 ~2 * ? \\ ( { [ :",
        "(" * 500,
        "\0\t\n\r",
        "+-+tower",
    ],
)
def test_queries_are_words_and_never_syntax(tmp_path: Path, query: str) -> None:
    index = built(tmp_path / "i", [passage(n, text) for n, text in enumerate(TEXTS)])
    numbers = [hit.number for hit in index.search(query, 10)]
    # Every passage with "tower" is found however the query dresses it up, even where NOT or a field name stand by.
    assert set(numbers) >= ({0, 4} if "tower" in query else set())
    assert numbers or "tower" not in query


@pytest.mark.parametrize("query", ["", "   ", "?!", "…—", "_"])
def test_no_words_no_candidates(tmp_path: Path, query: str) -> None:
    assert built(tmp_path / "i", [passage(0, "a"), passage(1, "b")]).search(query, 5) == []


def test_stems_accents_and_case_meet(tmp_path: Path) -> None:
    index = built(tmp_path / "i", [passage(0, "CAFÉS are selling"), passage(1, "nothing here")])
    assert [hit.number for hit in index.search("cafe sells", 5)] == [0]


def test_ties_are_in_order_of_number_and_limit_holds(tmp_path: Path) -> None:
    index = built(tmp_path / "i", [passage(n, "same words") for n in range(300)])
    assert [hit.number for hit in index.search("words", 7)] == list(range(7))
    assert len(index) == 300


def test_a_folder_without_an_index_is_damaged(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(IndexDamagedError, match="rebuild"):
            LexicalIndex.open(folder)


def test_an_index_that_may_not_be_written_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = built(tmp_path / "i", [passage(n, text) for n, text in enumerate(TEXTS)])
    copy = shutil.copytree(tmp_path / "i", tmp_path / "copy", ignore=shutil.ignore_patterns("*.lock"))
    before = sorted(copy.iterdir())
    (tmp_path / "t").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    read_only = LexicalIndex.open(copy)
    assert read_only.search("iron tower", 5) == index.search("iron tower", 5) != []
    assert sorted(copy.iterdir()) == before
    assert list((tmp_path / "t").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="choose another place"):
        LexicalBuilder(tmp_path / "file" / "i")


def test_an_abandoned_builder_leaves_nothing_committed(tmp_path: Path) -> None:
    with LexicalBuilder(tmp_path / "i") as builder:
        builder.add([passage(0, "one")], first=0)
    assert len(LexicalIndex.open(tmp_path / "i")) == 0
