"""Many claims, one after the other: rows in, rows with a verdict or an error out, in order and with flat memory.

A row that cannot be checked becomes a row with its error and the rest goes on; a missing or damaged model, index or
disk ends the whole run. How rows are written is left to the reports.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from verifier.datatypes import Label, Verdict
from verifier.errors import InputError, ResourceError, StorageError, VerifierError
from verifier.text.rows import ClaimRow, normalise_label

if TYPE_CHECKING:
    from verifier.pipeline import Verifier

BATCH: Final = 16


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A claim of the input with its verdict, or with the error for which there is none."""

    id: str
    claim: str
    input: Mapping[str, object]
    verdict: Verdict | None
    error: str = ""


class Tally:
    """Counts rows as they pass: how many came to each label, and how many failed."""

    def __init__(self) -> None:
        self.labels: Counter[Label] = Counter()
        self.failures = 0

    def add(self, label: Label | None) -> None:
        """Count one row; ``None`` is a failed one."""
        if label is None:
            self.failures += 1
        else:
            self.labels[label] += 1


class Done:
    """What an earlier run left in its output: which rows, how they came out, and on what they rest."""

    def __init__(self) -> None:
        self.rows: Counter[bytes] = Counter()
        self.tally = Tally()
        self.bases: set[str] = set()

    def remaining(self, rows: Iterable[ClaimRow]) -> Iterator[ClaimRow]:
        """The rows that are not done. A row that stands twice in the input is skipped as often as it was written."""
        left = Counter(self.rows)
        for row in rows:
            key = _key(row.id, row.claim)
            if left[key] > 0:
                left[key] -= 1
            else:
                yield row


def run(rows: Iterable[ClaimRow], verifier: Verifier) -> Iterator[BatchRow]:
    """One result a row, in order, made sixteen at a time. Raises ResourceError when the verifier itself fails."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, BATCH)):
        yield from _checked(chunk, verifier)


def read_done(path: Path) -> Done:
    """The rows in the output of an earlier run, whose last line is cut off if it is only half written.

    Raises InputError when the file holds anything but rows of ``verifier batch``.
    """
    done = Done()
    try:
        with path.open("r+b") as file:
            whole = 0
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break
                _take(done, line, f"{path}, line {number}")
                whole += len(line)
            file.truncate(whole)
    except FileNotFoundError:
        return done
    except OSError as error:
        raise StorageError(f"cannot resume {path}: {error.strerror}. Name another file with -o") from error
    return done


def _checked(chunk: list[ClaimRow], verifier: Verifier) -> list[BatchRow]:
    """The whole chunk in one call; if that fails, row by row, so that only the row at fault carries the error."""
    try:
        verdicts = iter(list(verifier.verify_many([row.claim for row in chunk if not row.error])))
    except ResourceError:
        raise
    except Exception as error:  # the one broad catch: the batch row records what went wrong
        if len(chunk) > 1:
            return [result for row in chunk for result in _checked([row], verifier)]
        said = str(error) if isinstance(error, VerifierError) else f"{type(error).__name__}: {error}"
        return [BatchRow(row.id, row.claim, row.input, None, said) for row in chunk]
    return [BatchRow(row.id, row.claim, row.input, None if row.error else next(verdicts), row.error) for row in chunk]


def _key(id: str, claim: str) -> bytes:
    return blake2b(f"{id}\0{claim}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _take(done: Done, line: bytes, place: str) -> None:
    try:
        row = json.loads(line)
        schema, id, claim = row["schema"], row["id"], row["claim"]
        label = normalise_label(row["label"]) if schema.startswith("verifier/verdict/") else None
        base = row.get("provenance")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{place}: expected a row that verifier batch wrote, so nothing was resumed. Name another file with -o"
        ) from error
    done.rows[_key(str(id), str(claim))] += 1
    done.tally.add(label)
    if base is not None:
        done.bases.add(json.dumps(base))
