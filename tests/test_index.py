import itertools
import json
import os
import random
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import BagEmbedder
from verifier.datatypes import Document
from verifier.errors import (
    CorpusError,
    IndexDamagedError,
    IndexNotFoundError,
    StorageError,
    UsageError,
)
from verifier.retrieval.index import Index
from verifier.retrieval.manifest import sum_files

FACTS = {
    "tower": "The Eiffel Tower stands in Paris. It was finished in 1889. It is built of wrought iron.",
    "vinegar": "Vinegar keeps food from spoiling. Its acid stops most bacteria.",
    "rust": "Iron rusts when water and air reach it. Paint keeps both away.",
    "moon": "The Moon orbits the Earth. It takes about a month. Its pull raises the tides.",
}
EMBEDDER = BagEmbedder(dimension=512)


def document(name: str, text: str) -> Document:
    return Document(f"facts/{name}", name.title(), text, f"https://example.org/{name}", "CC0", "", f"{len(text):064x}")


def documents() -> list[Document]:
    return [document(name, text) for name, text in FACTS.items()]


def many(count: int) -> Iterator[Document]:
    draw = random.Random(3)
    words = [f"word{n}" for n in range(500)]
    for n in range(count):
        text = " ".join(" ".join(draw.choices(words, k=8)).capitalize() + "." for _ in range(9))
        yield document(f"m{n}", text)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "facts"
    Index.build(folder, documents(), EMBEDDER, name="facts").close()
    return folder


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    """A copy of a built index of its own."""
    return shutil.copytree(original, tmp_path / "indexes" / "facts")


class TestSearch:
    def test_finds_the_passage_with_both_legs(self, original: Path) -> None:
        with Index.open(original, EMBEDDER) as index:
            best = index.search("Which acid stops bacteria in food?", 2)[0]
            assert best.passage.document_id == "facts/vinegar"
            assert (best.score, best.lexical_rank, best.dense_rank) == (1.0, 1, 1)

    def test_hits_give_their_documents_text(self, original: Path) -> None:
        with Index.open(original, EMBEDDER) as index:
            for hit in index.search("iron tower water moon acid", 50):
                found = index.document(hit.passage.document_id)
                assert found == document(hit.passage.document_id.split("/")[1], found.text if found else "")
                assert found.text[hit.passage.start : hit.passage.end] == hit.passage.text
                assert (hit.passage.title, hit.passage.source) == (found.title, found.source)

    def test_a_title_that_the_text_lacks_is_found(self, tmp_path: Path) -> None:
        texts = [Document("d/1", "Zanzibar", "An island off the coast.", "", "", "", "a"), *documents()]
        with Index.build(tmp_path / "i", texts, EMBEDDER, name="i") as index:
            assert index.search("Zanzibar", 1)[0].passage.document_id == "d/1"

    @pytest.mark.parametrize("query", ["", "?!", "\0", "\ud800", '"(', "zzz OR", "😀" * 300, "x" * 10_000])
    def test_any_query_is_safe_and_the_dense_leg_answers(self, original: Path, query: str) -> None:
        with Index.open(original, EMBEDDER) as index:
            hits = index.search(query, 3)
        assert len(hits) == 3
        assert all(hit.lexical_rank is None for hit in hits)

    def test_a_batch_is_embedded_once_and_equals_single_searches(self, tmp_path: Path) -> None:
        calls: list[int] = []
        queries = [f"word{n} word{n + 1} word{n * 7 % 500}" for n in range(50)]
        with Index.build(tmp_path / "i", many(200), Watched(calls), name="i") as index:
            calls.clear()
            together = index.search_many(queries, 5)
            assert calls == [50]
            assert together == [index.search(query, 5) for query in queries]
            assert index.search_many([], 5) == []

    def test_two_builds_and_two_openings_give_the_same_hits(self, tmp_path: Path) -> None:
        found = []
        for name in ("a", "b"):
            Index.build(tmp_path / name, many(150), EMBEDDER, name="same").close()
            for _ in range(2):
                with Index.open(tmp_path / name, EMBEDDER) as index:
                    found.append(index.search_many([f"word{n} word{n + 3}" for n in range(20)], 8))
        assert all(one == two for one, two in itertools.pairwise(found))

    def test_equal_passages_come_in_order_of_id(self, tmp_path: Path) -> None:
        same = [Document(f"d/{n}", "Same", "The very same words.", "", "", "", "0") for n in (5, 2, 9, 1, 7)]
        with Index.build(tmp_path / "i", same, EMBEDDER, name="i") as index:
            hits = index.search("same words", 4)
            assert [hit.passage.id for hit in hits] == ["d/1#1", "d/2#1", "d/5#1", "d/7#1"]
            assert [(hit.lexical_rank, hit.dense_rank) for hit in hits] == [(1, 1), (2, 2), (3, 3), (4, 4)]

    def test_top_k_below_one_is_a_usage_error(self, original: Path) -> None:
        with Index.open(original, EMBEDDER) as index, pytest.raises(UsageError, match="top_k must be 1"):
            index.search_many(["tower"], 0)


class Watched(BagEmbedder):
    """Notes how many texts it is given at a time, and fails or interrupts when told to."""

    def __init__(self, calls: list[int], *, error: BaseException | None = None) -> None:
        super().__init__(dimension=512)
        self.calls, self.error = calls, error

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls.append(len(texts))
        if self.error is not None:
            raise self.error
        return super().embed(texts)


class TestBuild:
    def test_documents_are_streamed_in_batches(self, tmp_path: Path) -> None:
        calls: list[int] = []
        seen: list[int] = []
        ahead = 0

        def stream() -> Iterator[Document]:
            nonlocal ahead
            for number, doc in enumerate(many(400)):
                # What was read and not yet embedded stays within a batch and one document.
                ahead = max(ahead, number * 3 - sum(calls))
                yield doc

        with Index.build(tmp_path / "i", stream(), Watched(calls), name="i", progress=seen.append) as index:
            assert sum(calls) == len(index) == seen[-1] == 400 * 3
            assert calls[:-1] == [256] * (len(calls) - 1)
            assert seen == list(itertools.accumulate(calls))
            assert ahead <= 256 + 3
            assert index.check() == []

    def test_the_manifest_tells_all(self, original: Path) -> None:
        manifest = json.loads((original / "manifest.json").read_text())
        assert (manifest["format"], manifest["name"], manifest["documents"], manifest["passages"]) == (1, "facts", 4, 4)
        assert manifest["embedder"] == {"name": "bag", "digest": "0" * 12, "dimension": 512}
        with Index.open(original, EMBEDDER) as index:
            assert (index.name, len(index), index.fingerprint) == ("facts", 4, manifest["fingerprint"])
            assert [d.id for d in index.documents()] == sorted(d.id for d in documents())

    def test_the_fingerprint_is_of_the_documents_alone(self, tmp_path: Path) -> None:
        a = Index.build(tmp_path / "a", documents(), EMBEDDER, name="a")
        b = Index.build(tmp_path / "b", documents()[::-1], BagEmbedder(dimension=8), name="b")
        c = Index.build(tmp_path / "c", documents()[1:], EMBEDDER, name="c")
        assert a.fingerprint == b.fingerprint != c.fingerprint
        for index in (a, b, c):
            index.close()

    def test_a_rebuild_replaces_the_index_while_the_old_one_is_open(self, path: Path) -> None:
        with Index.open(path, EMBEDDER) as old:
            with Index.build(path, [document("new", "Something new.")], EMBEDDER, name="facts") as new:
                assert [d.id for d in new.documents()] == ["facts/new"]
            assert old.search("bacteria", 1)[0].passage.document_id == "facts/vinegar"
        assert [entry.name for entry in path.parent.iterdir()] == ["facts"]

    @pytest.mark.parametrize("empty", [[], [document("blank", "  \n ")]])
    def test_nothing_to_index_is_a_corpus_error(self, path: Path, empty: list[Document]) -> None:
        _fails_and_leaves_the_old_one(path, iter(empty), EMBEDDER, CorpusError, "no passage")

    def test_an_id_used_twice_is_a_corpus_error(self, path: Path) -> None:
        _fails_and_leaves_the_old_one(path, [*documents(), documents()[2]], EMBEDDER, CorpusError, "facts/rust")

    @pytest.mark.parametrize("error", [KeyboardInterrupt("stop"), RuntimeError("stop"), OSError("stop")])
    def test_a_build_that_is_stopped_leaves_the_old_index(self, path: Path, error: BaseException) -> None:
        def stream() -> Iterator[Document]:
            yield from many(300)
            raise error

        _fails_and_leaves_the_old_one(path, stream(), EMBEDDER, type(error), "stop")
        _fails_and_leaves_the_old_one(path, many(9), Watched([], error=error), type(error), "stop")

    def test_a_stopped_first_build_leaves_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(KeyboardInterrupt):
            Index.build(tmp_path / "i", documents(), Watched([], error=KeyboardInterrupt()), name="i")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("limit", [0, 1, 4_096, 20_000, 100_000, 400_000])
    def test_a_full_disk_leaves_the_old_index(self, path: Path, limit: int) -> None:
        with _largest_file(limit):
            _fails_and_leaves_the_old_one(path, many(300), EMBEDDER, StorageError, "choose another place")

    def test_a_folder_that_is_no_index_is_never_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("years of work")
        for place in (tmp_path, tmp_path / "thesis.txt"):
            with pytest.raises(StorageError, match=r"thesis\.txt.*choose another place"):
                Index.build(place, documents(), EMBEDDER, name="i")
        assert (tmp_path / "thesis.txt").read_text() == "years of work"


class TestOpen:
    def test_a_missing_index_says_how_to_build_it(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        for name in ("missing", "empty"):
            with pytest.raises(IndexNotFoundError, match=f"verifier index build {name}"):
                Index.open(tmp_path / name, EMBEDDER)

    @pytest.mark.parametrize("other", [BagEmbedder(512, "other"), BagEmbedder(64)])
    def test_another_embedder_is_told_which_one_built_it(self, original: Path, other: BagEmbedder) -> None:
        with pytest.raises(IndexDamagedError, match=r"built by embedder bag@0{12} \(512.*verifier index build facts"):
            Index.open(original, other)

    def test_the_same_embedder_by_another_path_is_fine(self, original: Path) -> None:
        Index.open(original, BagEmbedder(512, "/models/bag")).close()

    @pytest.mark.parametrize("file", ["store.sqlite", "dense/vectors.faiss"])
    @pytest.mark.parametrize("spoil", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: os.urandom(len(b))])
    def test_spoilt_parts_are_damage(self, path: Path, file: str, spoil: Callable[[bytes], bytes]) -> None:
        (path / file).write_bytes(spoil((path / file).read_bytes()))
        with pytest.raises(IndexDamagedError, match=rf"{file}.*verifier index build facts"):
            Index.open(path, EMBEDDER)

    def test_every_file_spoilt_or_missing_is_damage_and_nothing_else(self, path: Path) -> None:
        Index.open(path, EMBEDDER).close()
        for name in [*(file.path for file in sum_files(path)), "manifest.json"]:
            place = path / name
            whole = place.read_bytes()
            flipped = bytes([whole[len(whole) // 2] ^ 255])
            one_byte = whole[: len(whole) // 2] + flipped + whole[len(whole) // 2 + 1 :]
            for content in (None, b"", whole[:-2], os.urandom(len(whole)), one_byte):
                place.unlink()
                if content is not None:
                    place.write_bytes(content)
                with pytest.raises(IndexDamagedError):
                    Index.open(path, EMBEDDER)
                place.write_bytes(whole)
        Index.open(path, EMBEDDER).close()

    @pytest.mark.parametrize("part", ["store.sqlite", "lexical", "dense"])
    def test_a_part_of_another_build_is_damage_even_if_the_sums_agree(self, path: Path, part: str) -> None:
        other = path.with_name("other")
        Index.build(other, documents()[:3], EMBEDDER, name="facts").close()
        _replace(path / part, other / part)
        _sum_again(path)
        with pytest.raises(IndexDamagedError, match="3 instead of 4"):
            Index.open(path, EMBEDDER)

    @pytest.mark.parametrize("part", ["store.sqlite", "lexical", "dense"])
    def test_a_part_of_an_equally_large_build_is_damage_by_its_stamp(self, path: Path, part: str) -> None:
        other = path.with_name("other")
        Index.build(other, [*documents()[:3], document("new", "News.")], EMBEDDER, name="facts").close()
        _replace(path / part, other / part)
        _sum_again(path)
        with pytest.raises(IndexDamagedError, match="generation of the"):
            Index.open(path, EMBEDDER)

    @pytest.mark.parametrize("changes", [{"fingerprint": "f" * 64}, {"generation": "0" * 16}])
    def test_a_fingerprint_that_the_stamps_do_not_bear_out_is_damage(self, path: Path, changes: dict[str, str]) -> None:
        _edit_manifest(path, **changes)
        with pytest.raises(IndexDamagedError, match="generation of the"):
            Index.open(path, EMBEDDER)

    def test_another_format_version_is_named(self, path: Path) -> None:
        _edit_manifest(path, format=2)
        with pytest.raises(IndexDamagedError, match=r"format 2, but this verifier reads 1.*index build facts"):
            Index.open(path, EMBEDDER)

    @pytest.mark.parametrize(
        "key", ["format", "name", "fingerprint", "generation", "documents", "passages", "embedder"]
    )
    @pytest.mark.parametrize("value", [None, True, [], {"a": 1}])
    def test_a_manifest_with_a_wrong_value_is_damage(self, path: Path, key: str, value: object) -> None:
        _edit_manifest(path, **{key: value})
        with pytest.raises(IndexDamagedError, match="rebuild"):
            Index.open(path, EMBEDDER)

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
    def test_a_manifest_that_is_no_json_object_is_damage(self, path: Path, content: bytes) -> None:
        (path / "manifest.json").write_bytes(content)
        with pytest.raises(IndexDamagedError, match="rebuild"):
            Index.open(path, EMBEDDER)

    def test_a_damaged_index_can_be_rebuilt_in_place(self, path: Path) -> None:
        (path / "manifest.json").unlink()
        shutil.rmtree(path / "dense")
        with Index.build(path, documents(), EMBEDDER, name="facts") as index:
            assert index.check() == []


class TestCheck:
    def test_a_sound_index_has_no_problems(self, original: Path) -> None:
        with Index.open(original, EMBEDDER) as index:
            assert index.check() == []

    def test_check_sees_what_changed_after_opening(self, path: Path) -> None:
        with Index.open(path, EMBEDDER) as index:
            target = path / "lexical" / "meta.json"
            target.write_bytes(target.read_bytes() + b" ")
            assert index.check() == [
                f"lexical/meta.json has {target.stat().st_size} bytes instead of {target.stat().st_size - 1}"
            ]

    def test_documents_that_are_not_those_of_the_fingerprint_are_a_problem(self, path: Path) -> None:
        with sqlite3.connect(path / "store.sqlite") as connection:
            connection.execute("UPDATE documents SET sha256 = 'ff' WHERE id = 'facts/moon'")
        connection.close()
        _sum_again(path)
        with Index.open(path, EMBEDDER) as index:
            assert index.check() == ["store.sqlite: its documents are not those of the manifest's fingerprint"]


def _fails_and_leaves_the_old_one(
    path: Path,
    stream: Sequence[Document] | Iterator[Document],
    embedder: BagEmbedder,
    error: type[BaseException],
    message: str,
) -> None:
    before = sum_files(path)
    with pytest.raises(error, match=message):
        Index.build(path, stream, embedder, name="facts")
    assert [entry.name for entry in path.parent.iterdir()] == ["facts"]
    assert sum_files(path) == before
    Index.open(path, EMBEDDER).close()


class _largest_file:  # noqa: N801  # reads as a verb
    """Makes writes beyond a size fail with a real OSError, as they do on a full disk."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


def _replace(old: Path, new: Path) -> None:
    if old.is_dir():
        shutil.rmtree(old)
        shutil.copytree(new, old)
    else:
        old.unlink()
        shutil.copy(new, old)


def _edit_manifest(path: Path, **changes: object) -> None:
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps(manifest | changes))


def _sum_again(path: Path) -> None:
    sums = [{"path": s.path, "size": s.size, "crc32": s.crc32} for s in sum_files(path)]
    _edit_manifest(path, files=sums)
