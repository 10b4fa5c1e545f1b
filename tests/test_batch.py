from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_cli import fake_verifier
from verifier.batch import BATCH, BatchRow, Done, read_done, run
from verifier.datatypes import Label
from verifier.errors import InputError, ModelError
from verifier.reports.json import dump, error_row, verdict_row
from verifier.text.rows import ClaimRow

YES, NO, OPEN = "Vinegar is an acid.", "The tower was built in 1900.", "Bees like music."


def row(id: int | str, claim: str, error: str = "") -> ClaimRow:
    return ClaimRow(str(id), claim, {"page": id}, error)


def labels(results: list[BatchRow]) -> list[Label | None]:
    return [result.verdict.label if result.verdict else None for result in results]


def test_rows_come_back_in_order_with_their_verdicts() -> None:
    results = list(run([row(1, YES), row(2, NO), row(3, OPEN)], fake_verifier()))
    assert [(r.id, r.claim, r.input) for r in results] == [
        ("1", YES, {"page": 1}),
        ("2", NO, {"page": 2}),
        ("3", OPEN, {"page": 3}),
    ]
    assert labels(results) == [Label.SUPPORTED, Label.CONTRADICTED, Label.UNSUPPORTED]


def test_a_batch_says_what_single_calls_say() -> None:
    claims = [YES, NO, OPEN] * 12
    single = [fake_verifier().verify(claim) for claim in claims]
    assert [r.verdict for r in run((row(n, c) for n, c in enumerate(claims)), fake_verifier())] == single


def test_equal_claims_stay_two_rows() -> None:
    assert [r.id for r in run([row(1, YES), row(2, YES)], fake_verifier())] == ["1", "2"]


@pytest.mark.parametrize("place", [0, 1, 15, 16, 20])
def test_only_the_row_at_fault_fails(place: int) -> None:
    claims = [YES] * 24
    claims[place] = "A crash."
    results = list(run((row(n, c) for n, c in enumerate(claims)), fake_verifier()))
    assert [r.id for r in results if r.verdict is None] == [str(place)]
    assert results[place].error == "RuntimeError: the fake was told to fail"
    assert all(r.verdict and r.verdict.label is Label.SUPPORTED for r in results if r.id != str(place))


def test_a_row_that_could_not_be_read_keeps_its_error_and_place() -> None:
    results = list(run([row(1, YES), row(2, "", "line 2 is not JSON"), row(3, NO)], fake_verifier()))
    assert labels(results) == [Label.SUPPORTED, None, Label.CONTRADICTED]
    assert results[1].error == "line 2 is not JSON"


def test_an_error_of_the_package_is_told_in_its_own_words() -> None:
    (result,) = run([row(1, "An oversized claim.")], fake_verifier())
    assert result.error == "the claim does not fit the checker; make it shorter"


def test_a_damaged_model_ends_the_run() -> None:
    with pytest.raises(ModelError, match="damaged"):
        list(run([row(1, YES), row(2, "A damaged thing.")], fake_verifier()))


def test_rows_stream() -> None:
    taken = 0

    def endless() -> Iterator[ClaimRow]:
        nonlocal taken
        for taken in itertools.count(1):
            yield row(taken, YES)

    first = list(itertools.islice(run(endless(), fake_verifier()), 3))
    assert len(first) == 3
    assert taken == BATCH


def written(path: Path, rows: list[ClaimRow], rest: bytes = b"") -> None:
    lines = [
        dump(verdict_row(r.verdict, id=r.id) if r.verdict else error_row(id=r.id, claim=r.claim, error=r.error))
        for r in run(rows, fake_verifier())
    ]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode() + rest)


def test_what_is_done_is_skipped_by_id_and_claim(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    written(out, [row(1, YES), row(2, "A crash.")])
    done = read_done(out)
    left = done.remaining([row(1, YES), row(1, NO), row(2, "A crash."), row(3, YES)])
    assert [(r.id, r.claim) for r in left] == [("1", NO), ("3", YES)]
    assert done.tally.labels == {Label.SUPPORTED: 1}
    assert done.tally.failures == 1


def test_a_row_that_stands_twice_is_skipped_as_often_as_it_was_written(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    written(out, [row(1, YES)])
    assert len(list(read_done(out).remaining([row(1, YES)] * 3))) == 2


@pytest.mark.parametrize("rest", [b'{"schema": "verifier/verd', b"\xff\xfe", b'{"id": "3"}'])
def test_a_half_written_last_line_is_cut_off(rest: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    written(out, [row(1, YES)])
    whole = out.read_bytes()
    written(out, [row(1, YES)], rest)
    assert read_done(out).rows.total() == 1
    assert out.read_bytes() == whole


@pytest.mark.parametrize("line", ["not json", "[1]", "{}", '{"schema": 3, "id": "1", "claim": "x"}', '"text"'])
def test_a_file_of_something_else_is_left_as_it_is(line: str, tmp_path: Path) -> None:
    out = tmp_path / "notes.txt"
    out.write_text(f"{line}\nmore without an end")
    with pytest.raises(InputError, match=r"notes\.txt, line 1: expected a row"):
        read_done(out)
    assert out.read_text() == f"{line}\nmore without an end"


def test_nothing_is_done_where_there_is_no_file(tmp_path: Path) -> None:
    assert read_done(tmp_path / "none").rows.total() == Done().rows.total() == 0


def test_the_basis_of_earlier_rows_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    written(out, [row(1, YES), row(2, NO)])
    (base,) = read_done(out).bases
    assert json.loads(base)["checker"] == "overlap@111111111111"
