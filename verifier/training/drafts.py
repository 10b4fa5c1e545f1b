"""Rows to train the generator: a question, passages that may answer it, and the draft that should come out.

Questions with answers give the declarative sentence, claims with their evidence give a made question. Passages of
other rows are mixed in, half of them on a like topic; some rows have nothing else, and there the draft is empty:
the model learns to decline. Which sources, and how much of each: :mod:`verifier.training.sources`.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verifier.text.clauses import PRONOUNS
from verifier.text.declarative import declarative
from verifier.training.distractors import Topics, sentences_of, window
from verifier.training.own_pairs import own_pairs
from verifier.training.pairs import Target, TrainingPair, is_validation, open_text, read_pairs
from verifier.training.questions import askable, definition_of, question_of, yes_no
from verifier.training.sources import Kind, Source, sources_in

DECLINED = 0.15
_MAX_TARGET_WORDS = 32
_MAX_IDEAL_WORDS = 45
_MAX_YES_NO_WORDS = 16
_DENIED = 0.25
_SOURCE_WORDS = 125
_SAME_TEXT = 0.6  # of the rows that decline: the text of the answer without the sentences that hold it
_SIDE = re.compile(r"^(?:yes|no)[,.:;]\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """One training row; ``target`` is empty where the passages do not answer, ``answer`` is what must be in it."""

    question: str
    passages: tuple[str, ...]
    target: str
    answer: str
    group: str
    source: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A row of a question file."""

    question: str
    context: str
    answers: tuple[str, ...]
    sentence: str
    group: str


def surround(draft: Draft, context: str, topics: Topics, rng: random.Random, *, declined: float = DECLINED) -> Draft:
    """The draft with distractors around its passage, or with nothing but distractors and an empty target."""
    decline = rng.random() < declined
    room = _SOURCE_WORDS - (0 if decline else len(draft.passages[0].split())) - len(draft.question.split())
    others: list[str] = []
    if decline and draft.answer and rng.random() < _SAME_TEXT:
        rest = " ".join(s for s in sentences_of(context) if draft.answer.lower() not in s.lower())
        others += [window(rest, "\0", rng)] if rest else []
    for _ in range(rng.randint(1, 4) if decline else rng.randint(0, 4)):
        text = topics.near(f"{draft.question} {context}", rng)
        piece = window(text, "\0", rng, most_words=50)
        # what holds the answer is no distractor: the model would be told to overlook it
        if text == context or draft.answer.lower() in piece.lower() or len(piece.split()) > room:
            continue
        others.append(piece)
        room -= len(piece.split())
    if decline and others:
        return replace(draft, passages=tuple(others), target="", answer="")
    passages = [draft.passages[0], *others]
    rng.shuffle(passages)
    return replace(draft, passages=tuple(passages))


def _fit_target(text: str, most_words: int) -> str:
    """The text as a target, or nothing: too long, or about someone who is named elsewhere."""
    words = text.split()
    if len(words) < 3 or len(words) > most_words or words[0].lower() in PRONOUNS | {"his", "her", "its", "their"}:
        return ""
    return " ".join(words) if words[-1].endswith((".", "!", '"')) else " ".join(words) + "."


def _answered(row: QuestionRow, name: str) -> tuple[str, str]:
    """Target and answer of a question's row; empty where there is none worth learning."""
    answer = row.answers[0] if row.answers else ""
    if name == "qa_bioasq":
        ideal = _SIDE.sub("", " ".join(sentences_of(row.sentence)[:3]))
        return (_fit_target(ideal, _MAX_IDEAL_WORDS), answer)
    if answer and (made := declarative(row.question, answer)):
        return made, answer
    if name == "qa_squad11_part" and answer:
        held = [s for s in sentences_of(row.context) if answer in s]
        return (_fit_target(held[0], _MAX_TARGET_WORDS) if held else ""), answer
    return _fit_target(row.sentence, _MAX_TARGET_WORDS) if name == "qa_squad_sentences" else "", answer


def read_questions(path: Path) -> list[QuestionRow]:
    """Rows of a question file that have a context."""
    rows = [json.loads(line) for line in open_text(path)]
    return [
        QuestionRow(r["question"], r["context"], tuple(r["answers"]), r["sentence"], str(r["group"]))
        for r in rows
        if r["context"]
    ]


def from_questions(rows: list[QuestionRow], name: str, rng: random.Random) -> list[Draft]:
    """Drafts of a question file."""
    topics = Topics([row.context for row in rows])
    made = []
    for row in rows:
        target, answer = _answered(row, name)
        vague = name == "qa_qamr" and len(row.question.split()) < 4 and not re.search(r" [A-Z]", row.question)
        if not target or vague or "passage" in row.question:
            continue
        anchor = answer if answer.lower() not in ("yes", "no", "") else " ".join(target.split()[:4])
        held = answer if answer and answer.lower() in target.lower() else ""
        passage = row.context if len(row.context.split()) < 40 else window(row.context, anchor, rng)
        draft = Draft(row.question, (passage,), target, held, row.group, name)
        made.append(surround(draft, row.context, topics, rng))
    return made


def from_claims(pairs: Sequence[TrainingPair], name: str, rng: random.Random) -> list[Draft]:
    """Drafts of the supported pairs among ``pairs``, each with a question made for its claim."""
    topics = Topics([pair.evidence for pair in pairs])
    made = []
    for pair in pairs:
        target, span, asked = "", "", None
        if pair.target is Target.SUPPORTED and (target := _fit_target(pair.claim, _MAX_TARGET_WORDS)):
            asked, span = _question_for(target, pair.evidence, rng) or (None, "")
        elif pair.target is Target.CONTRADICTED:
            asked, target = _denial(pair.claim, rng) or (None, "")
        if asked and target:
            passage = window(pair.evidence, span, rng) if len(pair.evidence.split()) > 90 else pair.evidence
            draft = Draft(asked, (passage,), target, span, pair.group, name)
            made.append(surround(draft, pair.evidence, topics, rng))
    return made


def _question_for(claim: str, evidence: str, rng: random.Random) -> tuple[str, str] | None:
    """A question that the claim answers, and the span that it asks for (empty: all of it)."""
    asked = [(question, span) for span in askable(claim, evidence) if (question := question_of(claim, span))]
    if (definition := definition_of(claim)) is not None:
        asked.append((definition, ""))
    if len(claim.split()) <= _MAX_YES_NO_WORDS and rng.random() < (0.1 if asked else 0.4) and (plain := yes_no(claim)):
        return plain, ""
    return rng.choice(asked) if asked else None


def _denial(claim: str, rng: random.Random) -> tuple[str, str] | None:
    """A contradicted claim as a question, and its denial; without these a model says yes to whatever it is asked."""
    question = yes_no(claim) if len(claim.split()) <= _MAX_YES_NO_WORDS and rng.random() < _DENIED else None
    target = declarative(question, "no") if question else None
    return (question, target) if question and target else None


def load_drafts(folder: Path, seed: int, *, progress: Callable[[str, int], None] | None = None) -> list[Draft]:
    """One pass over the table without its validation part, and over our own pairs, in random order.

    Questions and distractors vary by seed.
    """
    rng = random.Random(seed)
    made: list[Draft] = []
    for source, drafts in _by_source(folder, rng):
        kept = [draft for draft in drafts if not is_validation(draft.group) and rng.random() < source.generator]
        made += kept
        if progress is not None:
            progress(source.name, len(kept))
    own = from_claims(own_pairs(held_out=False), "own", rng)
    made += [draft for draft in own if not is_validation(draft.group)]
    rng.shuffle(made)
    return made


def validation_drafts(folder: Path, *, per_source: int, seed: int = 0) -> list[Draft]:
    """Up to ``per_source`` validation rows of each source."""
    rng = random.Random(seed)
    chosen: list[Draft] = []
    for _, drafts in _by_source(folder, rng):
        held = [draft for draft in drafts if is_validation(draft.group)]
        chosen += rng.sample(held, min(per_source, len(held)))
    return chosen


def _by_source(folder: Path, rng: random.Random) -> list[tuple[Source, list[Draft]]]:
    made = []
    for source, _ in sources_in(folder, "generator"):
        path = source.path(folder)
        if source.kind is Kind.QUESTIONS:
            drafts = from_questions(read_questions(path), source.name, rng)
        else:
            drafts = from_claims(read_pairs(path), source.name, rng)
        made.append((source, drafts))
    return made
