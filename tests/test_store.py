import hashlib
import sqlite3
from pathlib import Path

import pytest

from verifier.datatypes import Document, Passage
from verifier.errors import CorpusError, IndexDamagedError, StorageError
from verifier.retrieval.fingerprint import DocumentDigest, fingerprint
from verifier.retrieval.store import Store


def document(id: str, text: str = "One. Two.") -> Document:
    return Document(id, f"Title of {id}", text, "https://example.org", "CC0", "2024-05-01", "ab" * 32)


def halves(doc: Document) -> list[Passage]:
    middle = len(doc.text) // 2
    spans = [(0, middle), (middle, len(doc.text))]
    return [
        Passage(f"{doc.id}#{n}", doc.id, doc.title, doc.text[a:b], a, b, doc.source)
        for n, (a, b) in enumerate(spans, start=1)
    ]


def filled(path: Path, *documents: Document) -> Path:
    with Store.create(path) as store:
        for doc in documents:
            store.add(doc, halves(doc))
        store.commit("stamp")
    return path


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    strange = document("b", "Naïve 日本語 \x00 end. 'quoted\" ; DROP TABLE passages;")
    with Store.open(filled(tmp_path / "s", document("a"), strange)) as store:
        assert (store.document_count, store.passage_count, store.generation) == (2, 4, "stamp")
        assert list(store.documents()) == [document("a"), strange]
        assert store.document("b") == strange
        assert store.document("c") is None
        assert store.passages(["b#2", "a#1"]) == [halves(strange)[1], halves(document("a"))[0]]
        assert store.passage_ids([3, 0]) == {0: "a#1", 3: "b#2"}
        assert store.problems() == []


def test_more_keys_than_one_statement_takes(tmp_path: Path) -> None:
    documents = [document(f"d{n}") for n in range(1000)]
    with Store.open(filled(tmp_path / "s", *documents)) as store:
        assert len(store.passage_ids(range(2000))) == 2000
        assert [p.id for p in store.passages([f"d{n}#2" for n in range(1000)])] == [f"d{n}#2" for n in range(1000)]


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with Store.create(tmp_path / "s") as store:
        store.add(document("a"), [])
        with pytest.raises(CorpusError, match="'a'"):
            store.add(document("a"), [])


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    with Store.create(tmp_path / "s") as store, pytest.raises(CorpusError, match="surrogate"):
        store.add(document("a", "broken \ud800 text"), [])


def test_nothing_is_kept_without_commit(tmp_path: Path) -> None:
    with Store.create(tmp_path / "s") as store:
        store.add(document("a"), halves(document("a")))
    with pytest.raises(IndexDamagedError, match="no such table"):
        Store.open(tmp_path / "s")


def test_creating_where_one_cannot_write_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"missing.*choose another place"):
        Store.create(tmp_path / "missing" / "s")


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, None])
def test_a_file_that_is_no_store_is_damaged(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "s").write_bytes(content)
    with pytest.raises(IndexDamagedError, match="rebuild"):
        Store.open(tmp_path / "s")


def test_a_number_without_a_passage_is_damage(tmp_path: Path) -> None:
    path = filled(tmp_path / "s", document("a"))
    with Store.open(path) as store, pytest.raises(IndexDamagedError, match="passage number 7"):
        store.passage_ids([0, 7])


def test_an_open_store_is_read_only(tmp_path: Path) -> None:
    with Store.open(filled(tmp_path / "s", document("a"))) as store, pytest.raises(StorageError, match="readonly"):
        store.add(document("b"), [])


def test_problems_finds_a_passage_off_its_offsets(tmp_path: Path) -> None:
    path = filled(tmp_path / "s", document("a"), document("b"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE passages SET start = start + 1 WHERE id = 'a#1'")
        connection.execute("UPDATE passages SET document = 9 WHERE id = 'b#2'")
    connection.close()
    with Store.open(path) as store:
        assert store.problems() == [
            "s: passage a#1 is not the text at its offsets",
            "s: passage b#2 has no document",
        ]


def test_fingerprint_depends_on_documents_and_not_on_their_order(tmp_path: Path) -> None:
    a, b = DocumentDigest("a", "00"), DocumentDigest("b", "11")
    assert fingerprint([b, a]) == hashlib.sha256(b"a\x0000\nb\x0011\n").hexdigest()
    assert fingerprint([a]) != fingerprint([DocumentDigest("a", "01")]) != fingerprint([DocumentDigest("c", "01")])
    with Store.open(filled(tmp_path / "s", document("b"), document("a"))) as store:
        assert [d.id for d in store.digests()] == ["a", "b"]
