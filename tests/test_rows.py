from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.datatypes import Label
from verifier.errors import InputError, UsageError
from verifier.text.rows import ClaimRow, normalise_label, read_rows


def rows(content: bytes | str, layout: str | None = None) -> list[ClaimRow]:
    encoded = content.encode() if isinstance(content, str) else content
    return list(read_rows(None, io.BytesIO(encoded), layout=layout))


def claims(content: bytes | str, layout: str | None = None) -> list[tuple[str, str]]:
    return [(row.id, row.claim) for row in rows(content, layout)]


def test_a_claim_on_each_line() -> None:
    assert claims("Bats fly.\n\n  Birds fly. \r\nFish, swim.") == [
        ("1", "Bats fly."),
        ("3", "Birds fly."),
        ("4", "Fish, swim."),
    ]


def test_json_lines_carry_their_other_keys() -> None:
    (row,) = rows('{"id": 17, "claim": "Bats fly.", "label": "SUPPORTS", "n": {"a": 1}}\n')
    assert row == ClaimRow("17", "Bats fly.", {"label": "SUPPORTS", "n": {"a": 1}})


def test_fever_and_scifact() -> None:
    fever = '{"id": 75397, "verifiable": "VERIFIABLE", "label": "SUPPORTS", "claim": "N. worked.", "evidence": [[[1]]]}'
    scifact = '{"id": 1, "claim": "0-dimensional.", "evidence": {"31": []}, "cited_doc_ids": [31]}'
    assert claims(f"{fever}\n{scifact}") == [("75397", "N. worked."), ("1", "0-dimensional.")]


@pytest.mark.parametrize("key", ["claim", "text", "statement", "sentence", "Claim", " TEXT "])
def test_known_keys(key: str) -> None:
    assert claims(json.dumps({key: "Bats fly."})) == [("1", "Bats fly.")]
    assert claims(f"{key},other\nBats fly.,x\n", "csv") == [("2", "Bats fly.")]


def test_claim_wins_over_the_other_keys() -> None:
    (row,) = rows('{"text": "A passage.", "claim": "Bats fly."}')
    assert (row.claim, row.input) == ("Bats fly.", {"text": "A passage."})


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"claim": "Bats', "not JSON"),
        (b'["Bats fly."]', "got a list"),
        (b"42", "got a number"),
        (b'"Bats fly."', "got a text"),
        (b'{"question": "Why?"}', "found 'question'"),
        (b"{}", "found none"),
        (b'{"claim": 3}', "got a number"),
        (b'{"claim": null}', "got null"),
        (b'{"claim": ["a"]}', "got a list"),
        (b'{"claim": "  "}', "empty"),
        (b'{"claim": "caf\xe9"}', "windows-1252"),
        (b'{"claim": "a\0b"}', "zero byte"),
        (rb'{"claim": "\ud800"}', "surrogates"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"claim": "' + b"a" * (1 << 20) + b'"}', "1,048,576 bytes"),
    ],
)
def test_a_bad_line_becomes_an_error_and_reading_goes_on(line: bytes, error: str) -> None:
    found = rows(b'{"claim": "One."}\n' + line + b'\n{"claim": "Three."}\n')
    assert [(row.id, row.claim) for row in (found[0], found[2])] == [("1", "One."), ("3", "Three.")]
    assert len(found) == 3
    assert found[1].id == "2"
    assert error in found[1].error
    assert "\n" not in found[1].error


def test_an_error_keeps_the_id_and_the_keys() -> None:
    assert rows('{"id": "x", "label": 1}')[0].id == "x"
    assert rows('{"id": "x", "label": 1}')[0].input == {"label": 1}


def test_a_bad_line_of_text() -> None:
    first, second = rows(b"caf\xe9\nBats fly.\n", "txt")
    assert "windows-1252" in first.error
    assert second == ClaimRow("2", "Bats fly.")


def test_csv_with_quoted_newlines_and_a_byte_order_mark() -> None:
    content = (
        b'\xef\xbb\xbfid,claim,label\r\n7,"Bats, all\r\nof them, ""fly"".",yes\r\n,"Birds\nfly.",no\r\n\r\n9,,no\r\n'
    )
    found = rows(content, "csv")
    assert found[0] == ClaimRow("7", 'Bats, all\nof them, "fly".', {"label": "yes"})
    assert (found[1].id, found[1].claim) == ("4", "Birds\nfly.")  # no id of its own: the line it begins on
    assert (found[2].id, found[2].claim) == ("9", "")
    assert "empty" in found[2].error
    assert len(found) == 3


def test_other_separators() -> None:
    assert claims("id;claim\n1;Bats, they fly.\n", "csv") == [("1", "Bats, they fly.")]
    assert claims("id\tclaim\n1\tBats, they fly.\n", "tsv") == [("1", "Bats, they fly.")]


def test_rows_with_too_many_or_too_few_columns() -> None:
    many, few, good = rows("id,claim,n\n1,Bats, all, fly.\n2\n3,Birds fly.,x\n", "csv")
    assert "expected 3 columns, got 4" in many.error
    assert (few.id, few.claim) == ("2", "")
    assert "claim" in few.error
    assert good == ClaimRow("3", "Birds fly.", {"n": "x"})


def test_a_damaged_row_of_a_table() -> None:
    bad, huge, good = rows(b'claim\ncaf\xe9\n"' + b"a" * 200_000 + b'"\nBats fly.\n', "csv")
    assert "windows-1252" in bad.error
    assert "field larger" in huge.error
    assert (bad.id, huge.id) == ("2", "3")
    assert good == ClaimRow("4", "Bats fly.")


def test_a_header_without_a_column_of_claims() -> None:
    with pytest.raises(UsageError, match="claim, text, statement, sentence") as caught:
        rows("number,assertion\n1,Bats fly.\n", "csv")
    assert "'number', 'assertion'" in str(caught.value)


@pytest.mark.parametrize("layout", ["txt", "jsonl", "csv", "tsv", None])
@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_nothing_in_it(content: bytes, layout: str | None) -> None:
    with pytest.raises(InputError, match="empty"):
        rows(content, layout)


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"\x89PNG\0\n", "binary"), ("Bats".encode("utf-16"), "UTF-16"), (b'[{"claim": "a"}]', "jq")],
)
def test_files_that_are_spoiled_as_a_whole(content: bytes, error: str) -> None:
    with pytest.raises(InputError, match=error):
        rows(content, "jsonl")


@pytest.mark.parametrize("name", ["c.txt", "c.jsonl", "c.ndjson", "c.csv", "c.tsv", "c.TXT", "claims"])
def test_the_suffix_names_the_layout(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content = {"js": '{"claim": "A b."}', "nd": '{"claim": "A b."}', "cs": "claim\nA b.", "ts": "id\tclaim\n\tA b."}
    path.write_text(content.get(path.suffix[1:3], "A b."))
    assert [row.claim for row in read_rows(path)] == ["A b."]


def test_a_file_that_is_not_there_is_known_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found none there"):
        read_rows(tmp_path / "nowhere.txt")
    with pytest.raises(InputError, match="found a folder"):
        read_rows(tmp_path)
    with pytest.raises(UsageError, match="neither"):
        read_rows(None)


def test_an_unknown_suffix_or_layout(tmp_path: Path) -> None:
    path = tmp_path / "page.docx"
    path.write_bytes(b"Bats fly.")
    with pytest.raises(InputError, match=r"got '\.docx'"):
        read_rows(path)
    with pytest.raises(UsageError, match="csv, jsonl, tsv, txt, got 'xml'"):
        read_rows(path, layout="xml")
    assert [row.claim for row in read_rows(path, layout="txt")] == ["Bats fly."]


class Endless(io.RawIOBase):
    """A file without an end, which counts what is read from it."""

    def __init__(self, line: bytes) -> None:
        self.line, self.given = line, 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.given += 1
        return self.line


@pytest.mark.parametrize(
    ("layout", "line"), [("txt", b"Bats fly.\n"), ("jsonl", b'{"claim": "a"}\n'), ("csv", b"claim\n")]
)
def test_rows_are_streamed(layout: str, line: bytes) -> None:
    stream = Endless(line)
    found: Iterator[ClaimRow] = read_rows(None, stream, layout=layout)  # type: ignore[arg-type]  # readline is enough
    next(found)
    assert stream.given <= 3
    tracemalloc.start()
    for _ in range(5_000):
        next(found)
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(20_000):
        next(found)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 100_000


FIELDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), min_size=1).filter(
    lambda text: text.strip() == text and any(character.isalnum() for character in text)
)


@given(st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=10))
def test_csv_comes_back_as_it_was_written(values: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([("id", "claim"), *values])
    assert claims(out.getvalue(), "csv") == values


@given(st.lists(st.one_of(st.binary(max_size=30), st.just(b'{"claim": "Bats fly."}')), min_size=1, max_size=10))
def test_every_line_of_rubbish_gives_one_row_at_most_and_never_stops(lines: list[bytes]) -> None:
    content = b'{"claim": "First."}\n' + b"\n".join(line.replace(b"\n", b"") for line in lines)
    found = rows(content, "jsonl")
    assert len(found) <= len(lines) + 1
    assert all(bool(row.error) != bool(row.claim) for row in found)
    assert sum(row.claim == "Bats fly." for row in found) == lines.count(b'{"claim": "Bats fly."}')


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("SUPPORTS", Label.SUPPORTED),
        ("SUPPORT", Label.SUPPORTED),
        (" Supported ", Label.SUPPORTED),
        ("entailment", Label.SUPPORTED),
        (1, Label.SUPPORTED),
        ("1", Label.SUPPORTED),
        (1.0, Label.SUPPORTED),
        (True, Label.SUPPORTED),
        ("REFUTES", Label.CONTRADICTED),
        ("CONTRADICT", Label.CONTRADICTED),
        ("contradiction", Label.CONTRADICTED),
        (False, Label.CONTRADICTED),
        (-1, Label.CONTRADICTED),
        ("NOT ENOUGH INFO", Label.UNSUPPORTED),
        ("NOT_ENOUGH_INFO", Label.UNSUPPORTED),
        ("not-enough-info", Label.UNSUPPORTED),
        ("NEI", Label.UNSUPPORTED),
        ("neutral", Label.UNSUPPORTED),
        ("not_supported", Label.UNSUPPORTED),
        (0, Label.UNSUPPORTED),
        (Label.CONTRADICTED, Label.CONTRADICTED),
        ("half-true", None),
        ("", None),
        (None, None),
        (2, None),
        (0.5, None),
        ([], None),
    ],
)
def test_labels_of_the_public_data_sets(value: object, label: Label | None) -> None:
    assert normalise_label(value) is label
