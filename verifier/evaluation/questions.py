"""Questions with known answers, and how good the answers to them are.

A row has ``question``, ``answers`` (none where the context does not hold it), and most often ``context``; without one
the question is asked against an index. Answers are compared as SQuAD's evaluation does (Rajpurkar et al., 2016):
lower case, without punctuation and articles.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rank_bm25 import BM25Plus

from verifier.datatypes import Answer, Label
from verifier.errors import InputError
from verifier.evaluation.pairs import read_lines
from verifier.judging.features import denies
from verifier.pipeline import Verifier

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_SIDES = frozenset({"yes", "no"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the text that is to answer it (None: the index), and the answers that are right."""

    question: str
    context: str | None
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question."""

    asked: Asked
    answer: Answer


@dataclass(frozen=True, slots=True)
class GeneratorResult:
    """Of answerable questions: ``answer_recall``, share of drafts that hold a right answer (or take the right side),
    ``token_f1`` with the nearest right answer, ``answered``, share whose final text holds one, ``supported_answered``,
    share of which it holds one in what the corpus settles, ``declined_wrongly``.
    Of the others: ``declined_rightly``, share of empty drafts, ``unsettled``, share whose checked text settles nothing.
    ``supported_share`` is over all claims of drafts, ``distinct`` that of different drafts. None: no such rows.
    """

    file: str
    n: int
    answer_recall: float | None
    token_f1: float | None
    answered: float | None
    supported_answered: float | None
    supported_share: float | None
    declined_rightly: float | None
    declined_wrongly: float | None
    unsettled: float | None
    mean_words: float
    distinct: float


def read_questions(path: Path, limit: int | None = None, *, split: str | None = None, seed: int = 0) -> list[Asked]:
    """The questions of a file, in order, or a sample drawn by seed. Raises InputError for another layout."""
    found = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            row = json.loads(line)
            if split is None or row.get("split") == split:
                answers = tuple(str(answer) for answer in row["answers"])
                found.append(Asked(row["question"], row.get("context") or None, answers))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path}:{number}: expected an object with question and answers, got {error!r}") from error
    if not found:
        raise InputError(f"{path}: no questions in it")
    return found if limit is None or limit >= len(found) else random.Random(seed).sample(found, limit)


def outcomes(verifier: Verifier, rows: Sequence[Asked], others: Sequence[str], distractors: int) -> Iterator[Outcome]:
    """Each question asked of its context and of the ``distractors`` other texts that BM25 finds most like it."""
    others = list(dict.fromkeys(others))
    ranked = BM25Plus([_words(text) or ["-"] for text in others]) if distractors and others else None
    for row in rows:
        if row.context is None:
            yield Outcome(row, verifier.ask(row.question))
            continue
        texts = [row.context]
        if ranked is not None:
            best = ranked.get_top_n(_words(row.question), others, n=distractors + 1)
            texts += [text for text in best if text != row.context][:distractors]
        yield Outcome(row, verifier.over(texts).ask(row.question))


def measure(name: str, done: Sequence[Outcome]) -> GeneratorResult:
    """The figures of one file."""
    able = [one for one in done if one.asked.answers]
    unable = [one for one in done if not one.asked.answers]
    drafts = [one.answer.draft for one in done if one.answer.draft.strip()]
    verdicts = [verdict for one in done for verdict in one.answer.verdicts]
    return GeneratorResult(
        file=name,
        n=len(done),
        answer_recall=_share([holds(one.answer.draft, one.asked) for one in able]),
        token_f1=_share([max(token_f1(one.answer.draft, gold) for gold in one.asked.answers) for one in able]),
        answered=_share([holds(one.answer.text, one.asked) for one in able]),
        supported_answered=_share([settles(one.answer) and holds(one.answer.text, one.asked) for one in able]),
        supported_share=_share([verdict.label is Label.SUPPORTED for verdict in verdicts]),
        declined_rightly=_share([not one.answer.draft.strip() for one in unable]),
        declined_wrongly=_share([not one.answer.draft.strip() for one in able]),
        unsettled=_share([not settles(one.answer) for one in unable]),
        mean_words=sum(len(draft.split()) for draft in drafts) / max(1, len(drafts)),
        distinct=len(set(drafts)) / max(1, len(drafts)),
    )


def settles(answer: Answer) -> bool:
    """Whether something of the answer stands: a supported claim, or evidence against one."""
    return any(verdict.label is not Label.UNSUPPORTED for verdict in answer.checked)


def holds(text: str, asked: Asked) -> bool:
    """Whether a text holds one of the right answers; for yes or no, whether it takes that side.

    >>> holds("It opened on 31 March, 1889.", Asked("When?", None, ("March 1889", "31 March 1889")))
    True
    >>> holds("Bats are not blind.", Asked("are bats blind", None, ("no",)))
    True
    """
    if set(asked.answers) <= _SIDES:
        denied = text.startswith("No: ") or denies(text.removeprefix("Yes: ")) != denies(asked.question)
        return bool(text.strip()) and denied == ("no" in asked.answers)
    said = f" {normalised(text)} "
    return any(f" {normalised(gold)} " in said for gold in asked.answers if normalised(gold))


def token_f1(text: str, gold: str) -> float:
    """Harmonic mean of precision and recall over the words of two texts, 0 to 1.

    >>> token_f1("The capital is Paris.", "Paris")
    0.5
    """
    one, two = normalised(text).split(), normalised(gold).split()
    common = sum((Counter(one) & Counter(two)).values())
    return 2 * common / (len(one) + len(two)) if common else 0.0


def normalised(text: str) -> str:
    """Lower case, letters and digits, without articles.

    >>> normalised("The Beatles' 1,200 songs")
    'beatles 1200 songs'
    """
    letters = re.sub(r"[^\w\s]", "", text.lower().replace("-", " "))
    return " ".join(_ARTICLES.sub(" ", letters).split())


def _words(text: str) -> list[str]:
    return normalised(text).split()


def _share(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
