import itertools

import pytest
from rank_bm25 import BM25Plus

from tests.fakes import BagEmbedder
from verifier.errors import UsageError
from verifier.retrieval.lexical import analyse, query_words
from verifier.retrieval.texts import TextsIndex

TEXTS = [
    "The Eiffel Tower stands in Paris. It was finished in 1889.",
    "Vinegar keeps food because its acid stops most bacteria.",
    "Iron rusts when water and air reach it.",
    "Bacteria grow in warm food; acid slows them down.",
]


class Counting(BagEmbedder):
    def __init__(self) -> None:
        super().__init__(dimension=512)
        self.calls: list[int] = []

    def embed(self, texts):  # type: ignore[no-untyped-def]
        self.calls.append(len(texts))
        return super().embed(texts)


@pytest.mark.parametrize("query", ["acid bacteria food", "iron tower", "water", "the food of Paris"])
def test_the_lexical_order_is_that_of_rank_bm25(query: str) -> None:
    words, tokens = query_words(query), [analyse(text) for text in TEXTS]
    scores = BM25Plus(tokens).get_scores(words)
    sharing = [n for n in range(len(TEXTS)) if set(words) & set(tokens[n])]
    expected = [f"evidence/{n + 1}" for n in sorted(sharing, key=lambda n: -scores[n])]
    found = TextsIndex(TEXTS).search(query, 10)
    assert [hit.passage.document_id for hit in found] == expected
    assert [(hit.lexical_rank, hit.dense_rank) for hit in found] == [(n, None) for n in range(1, len(found) + 1)]


def test_hits_keep_offsets_into_their_documents() -> None:
    index = TextsIndex([" ".join(f"Sentence number {n} is here." for n in range(30)), *TEXTS], BagEmbedder())
    documents = {document.id: document for document in index.documents}
    assert len(index) > len(documents) == 5
    for hit in index.search("sentence number here tower", 50):
        passage = hit.passage
        assert documents[passage.document_id].text[passage.start : passage.end] == passage.text


def test_a_single_text_is_found() -> None:
    # BM25Okapi scores 0 here, which is why BM25Plus is used.
    (hit,) = TextsIndex(["The tower stands in Paris."]).search("tower in Lyon", 8)
    assert (hit.passage.id, hit.score, hit.lexical_rank) == ("evidence/1#1", 1.0, 1)


def test_the_dense_leg_finds_what_shares_no_word_and_ranks_all() -> None:
    hits = TextsIndex(TEXTS, BagEmbedder(dimension=512)).search("zebra", 10)
    assert [hit.lexical_rank for hit in hits] == [None] * 4
    assert sorted(hit.dense_rank or 0 for hit in hits) == [1, 2, 3, 4]
    assert TextsIndex(TEXTS).search("zebra", 10) == []


def test_queries_are_embedded_in_one_call_and_give_what_they_give_alone() -> None:
    embedder = Counting()
    index = TextsIndex(TEXTS, embedder)
    queries = [" ".join(pair) for pair in itertools.permutations(["acid", "tower", "water", "bacteria", "iron"], 2)]
    embedder.calls.clear()
    together = index.search_many(queries, 3)
    assert embedder.calls == [len(queries)]
    assert together == [index.search(query, 3) for query in queries]


def test_equal_texts_come_in_order_of_id() -> None:
    hits = TextsIndex(["Same words."] * 9, BagEmbedder()).search("same words", 5)
    assert [hit.passage.document_id for hit in hits] == [f"evidence/{n}" for n in range(1, 6)]


@pytest.mark.parametrize("texts", [[], ["", "  "], ["…", "!!!"]])
@pytest.mark.parametrize("embedder", [None, BagEmbedder()])
def test_texts_without_words_are_no_crash(texts: list[str], embedder: BagEmbedder | None) -> None:
    index = TextsIndex(texts, embedder)
    assert len(index.documents) == len(texts)
    for hits in index.search_many(["tower", ""], 5):
        assert all(hit.lexical_rank is None for hit in hits)


@pytest.mark.parametrize("query", ["", "\ud800 tower", 'tower" AND (', "\0"])
def test_any_query_is_safe(query: str) -> None:
    hits = TextsIndex(TEXTS, BagEmbedder()).search(query, 2)
    assert len(hits) == 2
    assert (hits[0].lexical_rank is not None) == ("tower" in query)


def test_half_a_character_in_a_text_is_no_crash() -> None:
    assert TextsIndex(["The tower \ud800 stands."], BagEmbedder()).search("tower", 1)[0].passage.text


def test_name_and_fingerprint_follow_the_texts() -> None:
    assert TextsIndex(TEXTS).name == "evidence"
    assert TextsIndex(TEXTS).fingerprint == TextsIndex(list(TEXTS)).fingerprint
    assert TextsIndex(TEXTS).fingerprint != TextsIndex(TEXTS[:3]).fingerprint


def test_wrong_calls_are_usage_errors() -> None:
    with pytest.raises(UsageError, match="list of texts"):
        TextsIndex("one text")
    with pytest.raises(UsageError, match="top_k must be 1"):
        TextsIndex(TEXTS).search_many(["a"], 0)
