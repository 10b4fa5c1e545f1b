from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import BagEmbedder
from verifier.datatypes import Passage
from verifier.errors import IndexDamagedError, ModelError, StorageError
from verifier.retrieval.dense import (
    FILE,
    FLAT_LIMIT,
    DenseBuilder,
    DenseIndex,
    embed_passages,
    embed_texts,
)
from verifier.text.passages import titled

RANDOM = np.random.default_rng(7)


def unit(rows: int, dimension: int = 32) -> NDArray[np.float32]:
    vectors = RANDOM.normal(size=(rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def built(folder: Path, vectors: NDArray[np.float32], *, flat_limit: int = FLAT_LIMIT) -> DenseIndex:
    with DenseBuilder(folder, vectors.shape[1], flat_limit=flat_limit) as builder:
        for begin in range(0, len(vectors), 100):
            builder.add(vectors[begin : begin + 100])
        builder.finish()
    return DenseIndex.open(folder)


def test_the_flat_index_agrees_with_numpy(tmp_path: Path) -> None:
    vectors, queries = unit(500), unit(40)
    index = built(tmp_path / "i", vectors)
    assert (len(index), index.dimension, index.exact) == (500, 32, True)
    for query, found in zip(queries, index.search(queries, 10), strict=True):
        products = vectors @ query
        assert [hit.number for hit in found] == list(np.argsort(-products)[:10])
        assert [hit.score for hit in found] == pytest.approx(np.sort(products)[::-1][:10], abs=1e-5)


def test_a_batch_gives_exactly_what_its_queries_give_one_by_one(tmp_path: Path) -> None:
    index, queries = built(tmp_path / "i", unit(300)), unit(64)
    assert index.search(queries, 20) == [index.search(query[None], 20)[0] for query in queries]


def test_the_graph_finds_nearly_what_the_flat_index_finds(tmp_path: Path) -> None:
    vectors, queries = unit(2000), unit(50)
    graph = built(tmp_path / "g", vectors, flat_limit=1999)
    flat = built(tmp_path / "f", vectors, flat_limit=2000)
    assert (graph.exact, flat.exact) == (False, True)
    pairs = zip(graph.search(queries, 10), flat.search(queries, 10), strict=True)
    shared = [len({h.number for h in a} & {h.number for h in b}) for a, b in pairs]
    assert np.mean(shared) > 9.5


def test_equal_vectors_come_in_order_of_number(tmp_path: Path) -> None:
    index = built(tmp_path / "i", np.repeat(unit(1), 50, axis=0))
    assert [hit.number for hit in index.search(unit(1), 50)[0]] == list(range(50))


def test_no_more_than_there_is_and_no_spool_left(tmp_path: Path) -> None:
    index = built(tmp_path / "i", unit(3))
    assert len(index.search(unit(1), 100)[0]) == 3
    assert index.search(unit(0), 5) == []
    assert [entry.name for entry in (tmp_path / "i").iterdir()] == [FILE]


@pytest.mark.parametrize("keep", [0, 3, 40, 200, -4])
def test_a_file_cut_short_is_damaged(tmp_path: Path, keep: int) -> None:
    built(tmp_path / "i", unit(20))
    path = tmp_path / "i" / FILE
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:keep])
    with pytest.raises(IndexDamagedError, match="rebuild"):
        DenseIndex.open(tmp_path / "i")


def test_garbage_and_nothing_are_damaged(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError):
        DenseIndex.open(tmp_path)
    (tmp_path / FILE).write_bytes(bytes(range(256)) * 40)
    with pytest.raises(IndexDamagedError):
        DenseIndex.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="choose another place"):
        DenseBuilder(tmp_path / "file" / "i", 4)


def test_the_title_is_embedded_once() -> None:
    assert titled("Tower", "It is tall.") == "Tower. It is tall."
    assert titled("Tower", "TOWER bells ring.") == "TOWER bells ring."
    assert titled("", "It is tall.") == "It is tall."
    embedder = BagEmbedder()
    row = embed_passages(embedder, [Passage("d#1", "d", "Tower", "It is tall.", 0, 11, "")])
    assert row.tolist() == embedder.embed(["Tower. It is tall."]).tolist()


class Wrong(BagEmbedder):
    def __init__(self, rows: NDArray[np.float32]) -> None:
        super().__init__(dimension=2)
        self.rows = rows

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.rows


@pytest.mark.parametrize("rows", [np.ones((1, 2)), np.ones((2, 3)), np.array([[1, 0], [np.nan, 1]])])
def test_an_embedder_that_returns_nonsense_is_a_model_error(rows: NDArray[np.float32]) -> None:
    with pytest.raises(ModelError, match="embedder bag"):
        embed_texts(Wrong(rows.astype(np.float32)), ["a", "b"])
