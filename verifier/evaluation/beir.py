"""Reading a BEIR folder: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/test.tsv`` (Thakur et al. 2021), ``.gz`` too.

The qrels may have BEIR's header line (``query-id corpus-id score``) or be TREC's four columns without one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifier.corpus.documents import document_digest
from verifier.datatypes import Document
from verifier.errors import InputError
from verifier.evaluation.pairs import read_lines

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels/test.tsv"


@dataclass(frozen=True, slots=True)
class Task:
    """Queries by id, and for each the graded documents: a grade above 0 is relevant."""

    name: str
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


def read_corpus(folder: Path) -> Iterator[Document]:
    """The documents of a BEIR folder, ids as they stand there. Raises InputError."""
    for row in _rows(_existing(folder, CORPUS), ("_id", "text")):
        title, text = row.get("title") or "", row["text"]
        yield Document(str(row["_id"]), title, text, folder.name, "", "", document_digest(title, text))


def read_task(folder: Path) -> Task:
    """The judged queries of a BEIR folder. Raises InputError when a file is missing, damaged or judges nothing."""
    queries = {str(row["_id"]): row["text"] for row in _rows(_existing(folder, QUERIES), ("_id", "text"))}
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    path = _existing(folder, QRELS)
    for number, line in enumerate(read_lines(path), start=1):
        columns = line.rstrip("\n").split("\t" if "\t" in line else None)
        if not columns or (number == 1 and columns[-1] == "score"):
            continue
        try:
            query, document, grade = columns[0], columns[-2], int(columns[-1])
        except (ValueError, IndexError) as error:
            raise InputError(
                f"{path}:{number}: expected query id, document id and a whole number, got {line!r}"
            ) from error
        relevant[query][document] = grade
    judged = {name: queries[name] for name in relevant if name in queries}
    if not judged:
        raise InputError(f"{folder}: no query of {QUERIES} is judged in {QRELS}; check that their ids are the same")
    return Task(folder.name, judged, {name: relevant[name] for name in judged})


def _existing(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.exists():
            return path
    raise InputError(f"{folder}: no {name}, nor {name}.gz; expected a BEIR folder: {CORPUS}, {QUERIES}, {QRELS}")


def _rows(path: Path, keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(read_lines(path), start=1):
        try:
            row = json.loads(line)
            if missing := [key for key in keys if key not in row]:
                raise KeyError(*missing)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: expected an object with {' and '.join(keys)}, got {error!r}") from error
        yield row
