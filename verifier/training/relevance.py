"""What the embedder is trained on: queries with a text that settles or answers them.

Refuting evidence is as relevant to a claim as supporting evidence. A question is paired with the passage that answers
it, cut as the product cuts documents, or with the answering sentence; where people have marked sentences that look
right and do not answer (answer selection), one of them is the row's hard negative.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifier.datatypes import Document
from verifier.text.passages import split_passages
from verifier.training.pairs import Target, open_text, read_pairs, source_name
from verifier.training.sources import sources_in


@dataclass(frozen=True, slots=True)
class Relevant:
    """A query, a text relevant to it, a text that looks relevant and is not (or none), their group and source."""

    query: str
    text: str
    hard: str
    group: str
    source: str


def relevant_rows(data: Path, rng: random.Random, *, all_licences: bool = False) -> list[Relevant]:
    """The rows of all sources that are in ``data``, each as often as its share says, in random order.

    A share of 0.5 takes every other row by chance; one of 2 takes every row twice. What is licensed for research only
    stays out, unless ``all_licences`` asks for weights that are not to be shipped.
    """
    rows: list[Relevant] = []
    for source, share in sources_in(data, "embedder", all_licences=all_licences):
        found = list(read_relevant(source.path(data), rng))
        rows += [row for row in found for _ in range(int(share) + (rng.random() < share % 1))]
    rng.shuffle(rows)
    return rows


def is_held_out(group: str) -> bool:
    """Whether a group is kept out of the embedder's training (one in ten, by a hash that no seed moves).

    >>> 0.08 < sum(is_held_out(f"g{n}") for n in range(4000)) / 4000 < 0.12
    True
    """
    return int.from_bytes(hashlib.sha256(f"retrieval {group}".encode()).digest()[:4], "big") % 10 == 0


def read_relevant(path: Path, rng: random.Random) -> Iterator[Relevant]:
    """The rows of one file, in file order; ``rng`` draws hard negatives where the file has some."""
    name = source_name(path)
    if name == "answer_selection":
        return _selections(name, path, rng)
    return _questions(name, path) if name.startswith("qa_") else _claims(name, path)


def _claims(name: str, path: Path) -> Iterator[Relevant]:
    for pair in read_pairs(path):
        if pair.target in (Target.SUPPORTED, Target.CONTRADICTED):
            yield Relevant(pair.claim, pair.evidence, "", pair.group, name)


def _questions(name: str, path: Path) -> Iterator[Relevant]:
    for line in open_text(path):
        row = json.loads(line)
        text = row["context"] or row["sentence"]
        wanted = [row["sentence"], *row["answers"]]
        if text and row["question"]:
            yield Relevant(row["question"], answering(text, [w for w in wanted if w]), "", str(row["group"]), name)


def _selections(name: str, path: Path, rng: random.Random) -> Iterator[Relevant]:
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in open_text(path):
        row = json.loads(line)
        asked[row["question"]].append(row)
    for question, rows in asked.items():
        wrong = [row["sentence"] for row in rows if row["label"] == 0]
        for row in rows:
            if row["label"] == 1:
                hard = rng.choice(wrong) if wrong else ""
                yield Relevant(question, row["sentence"], hard, str(row["group"]), name)


def answering(context: str, wanted: Sequence[str]) -> str:
    """The first passage of a text that holds one of the strings ``wanted``; without any, the first passage.

    >>> answering("One. Two. Three. Four. Five. Six.", ["Six"])
    'Four. Five. Six.'
    """
    passages = split_passages(Document("", "", context, "", "", "", ""))
    texts = [passage.text for passage in passages] or [context]
    return next((text for text in texts if any(w in text for w in wanted)), texts[0])
