"""How well a query that the corpus can settle is told from one that it cannot.

On a BEIR folder each query is asked twice: as it is, and as if its relevant documents were not there. A file of
questions with contexts (SQuAD 2.0's form: ``question``, ``context``, ``answers``, which are empty where the context
has none) is one corpus of all contexts; there an unanswerable question is one that people wrote to look answerable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.corpus.documents import document_digest
from verifier.datatypes import Document, Hit
from verifier.errors import InputError
from verifier.evaluation.beir import Task, read_corpus, read_task
from verifier.evaluation.metrics import area_under_roc
from verifier.evaluation.questions import read_questions
from verifier.evaluation.scratch import indexed
from verifier.models.protocols import Embedder
from verifier.retrieval.answerable import Answerability
from verifier.retrieval.index import Index

HITS = 8


@dataclass(frozen=True, slots=True)
class Case:
    """A query, what was found for it, and whether that holds what it asks for."""

    query: str
    hits: tuple[Hit, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class AnsweringResult:
    """``auc``: chance that an answerable query scores above an unanswerable one (0.5 is guessing).

    ``kept`` is the share of answerable queries above the cut, ``let_through`` that of unanswerable ones.
    """

    set: str
    n_answerable: int
    n_unanswerable: int
    auc: float
    kept: float
    let_through: float


def measure(name: str, cases: Sequence[Case], fitted: Answerability) -> AnsweringResult:
    """The figures of one set."""
    chances = [fitted.chance(case.query, case.hits) for case in cases]
    right = [chance for chance, case in zip(chances, cases, strict=True) if case.answerable]
    wrong = [chance for chance, case in zip(chances, cases, strict=True) if not case.answerable]
    return AnsweringResult(
        set=name,
        n_answerable=len(right),
        n_unanswerable=len(wrong),
        auc=area_under_roc(right, wrong),
        kept=sum(chance >= fitted.cut for chance in right) / len(right),
        let_through=sum(chance >= fitted.cut for chance in wrong) / len(wrong),
    )


def read_cases(path: Path, embedder: Embedder, limit: int | None = None) -> list[Case]:
    """The cases of a BEIR folder or of a file of questions. Raises InputError."""
    if path.is_dir():
        with indexed(read_corpus(path), embedder) as index:
            return task_cases(index, read_task(path), limit)
    return _question_cases(path, embedder, limit)


def task_cases(index: Index, task: Task, limit: int | None = None) -> list[Case]:
    """Each query with the best hits, and with the best that are of none of its relevant documents."""
    cases = []
    for name, query in list(task.queries.items())[:limit]:
        gold = {document for document, grade in task.relevant[name].items() if grade > 0}
        found = index.search(query, HITS * (1 + len(gold)))
        others = [hit for hit in found if hit.passage.document_id not in gold]
        cases += [Case(query, tuple(found[:HITS]), True), Case(query, tuple(others[:HITS]), False)]
    return cases


def _question_cases(path: Path, embedder: Embedder, limit: int | None) -> list[Case]:
    rows = [row for row in read_questions(path) if row.context is not None]
    if not rows:
        raise InputError(f"{path}: its questions have no context")
    contexts = dict.fromkeys(str(row.context) for row in rows)
    with indexed((_document(number, text) for number, text in enumerate(contexts)), embedder) as index:
        return [Case(row.question, tuple(index.search(row.question, HITS)), bool(row.answers)) for row in rows[:limit]]


def _document(number: int, text: str) -> Document:
    return Document(str(number), "", text, "", "", "", document_digest("", text))
