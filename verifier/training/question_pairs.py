"""Pairs made out of questions and answers: the statement that an answer makes of its question, beside a passage.

After Demszky et al. 2018 (Transforming Question Answering Datasets Into Natural Language Inference Datasets). The right
answer gives supported; another answer of the same kind gives contradicted where the question asks for one thing
(who, when, how many), else not supported; a near passage without the answer gives unsupported.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from verifier.text.declarative import declarative
from verifier.text.numbers import numbers
from verifier.training.distractors import Topics, window
from verifier.training.drafts import QuestionRow, read_questions
from verifier.training.pairs import Target, TrainingPair, is_validation
from verifier.training.sources import Kind, sources_in

_ONE_THING = re.compile(r"^(who|when|how many|how much|how old|how long|in (what|which) year|what year)\b", re.I)
_MOST_WORDS = 32


def kind_of(question: str, answer: str) -> str:
    """What sort of thing an answer is: a number, a name, or the question's first two words.

    >>> kind_of("How many gates?", "twelve gates"), kind_of("Who came?", "Ann Lee"), kind_of("What is it?", "a gate")
    ('number', 'name', 'what is')
    """
    if numbers(answer):
        return "year" if any(number.is_year for number in numbers(answer)) else "number"
    if answer[:1].isupper() and all(word[:1].isupper() for word in answer.split() if len(word) > 3):
        return "name"
    return " ".join(question.lower().split()[:2])


def from_rows(rows: Sequence[QuestionRow], name: str, rng: random.Random) -> list[TrainingPair]:
    """Up to three pairs of each row that a statement can be made of."""
    topics = Topics([row.context for row in rows])
    kinds: dict[str, list[str]] = defaultdict(list)
    own: dict[tuple[str, str], list[str]] = defaultdict(list)
    usable = [row for row in rows if row.answers and len(row.answers[0].split()) <= 10]
    for row in usable:
        kind = kind_of(row.question, row.answers[0])
        kinds[kind].append(row.answers[0])
        own[row.context, kind].append(row.answers[0])
    made: list[TrainingPair] = []
    for row in usable:
        answer = row.answers[0]
        claim = declarative(row.question, answer)
        if not claim or len(claim.split()) > _MOST_WORDS:
            continue
        passage = window(row.context, answer, rng, most_words=80)
        made.append(TrainingPair(claim, passage, Target.SUPPORTED, row.group, f"made_{name}"))
        kind = kind_of(row.question, answer)
        near = [a for a in own[row.context, kind] if not _known(a, row)]
        other = rng.choice(near if near and rng.random() < 0.7 else kinds[kind])
        wrong = declarative(row.question, other)
        if wrong and not _known(other, row):
            sure = _ONE_THING.search(row.question) is not None and kind in ("number", "year", "name")
            target = Target.CONTRADICTED if sure else Target.NOT_SUPPORTED
            made.append(TrainingPair(wrong, passage, target, row.group, f"made_{name}"))
        elsewhere = window(topics.near(row.question, rng), "\0", rng, most_words=60)
        if rng.random() < 0.5 and answer.lower() not in elsewhere.lower():
            made.append(TrainingPair(claim, elsewhere, Target.UNSUPPORTED, row.group, f"made_{name}"))
    return made


def question_pairs(folder: Path, rng: random.Random) -> list[TrainingPair]:
    """Pairs of every question file in ``folder`` whose licence allows it, without the validation part."""
    made: list[TrainingPair] = []
    for source, _ in sources_in(folder, "generator"):
        if source.kind is Kind.QUESTIONS:
            rows = [row for row in read_questions(source.path(folder)) if not is_validation(row.group)]
            made += from_rows(rows, source.name, rng)
    return made


def _known(answer: str, row: QuestionRow) -> bool:
    return any(_same(answer, right) for right in row.answers)


def _same(one: str, two: str) -> bool:
    one, two = one.lower().strip(" ."), two.lower().strip(" .")
    values = [{number.value for number in numbers(text)} for text in (one, two)]
    return one in two or two in one or bool(values[0] and values[0] == values[1])
