"""The labelled claims that a judge is fitted on: pairs kept out of the checker's training, and claims of a corpus.

Three in five pairs get distractor sentences around their evidence, since that is what retrieval brings. Each is read
once, lest a risk look better known than it is.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verifier.datatypes import Label, Thresholds
from verifier.evaluation.end_to_end import LabelledClaim, read_claims
from verifier.judging.calibration import Calibration
from verifier.judging.nearness import Nearness
from verifier.judging.reading import Read
from verifier.judging.reading import read as read_all
from verifier.models.load import load_checker, load_embedder
from verifier.models.protocols import NLI, Embedder, Pair
from verifier.retrieval.build import open_or_build
from verifier.retrieval.protocols import Retriever
from verifier.retrieval.texts import TextsIndex
from verifier.text.claims import as_claim
from verifier.training.augment import mine_undecided, other_facts, surround
from verifier.training.judge import Example, fit_calibration, fit_temperature
from verifier.training.mixture import load_sources, validation
from verifier.training.own_pairs import own_pairs
from verifier.training.pairs import Target, TrainingPair
from verifier.training.sources import Kind

_LONGEST = 2500
_NOT_PROSE = frozenset({"tabfact", "nli4ct", "creak"})  # tables, trial records, and explanations that are no evidence


@dataclass(frozen=True, slots=True)
class Mix:
    """What the examples of each origin weigh: claims of a corpus with what retrieval finds, pairs of fact-verification
    sources, pairs made undecided, and our own teaching pairs, which are harder than what people ask.
    """

    claims: float
    facts: float
    undecided: float
    own: float

    def of(self, source: str) -> float:
        """The weight of a pair of that source."""
        return self.own if source.startswith("own") else self.undecided if source.startswith("made") else self.facts


RETRIEVED = Mix(claims=6.0, facts=1.0, undecided=1.0, own=0.3)
GIVEN = Mix(claims=4.0, facts=4.0, undecided=1.0, own=0.3)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A checker's two calibrations: for evidence that is retrieved, and for texts given in a call."""

    retrieved: Calibration
    given: Calibration


def fit_held_out(
    data: Path,
    checker: Path,
    per_source: int,
    *,
    claims: Path | None = None,
    index: str = "commons",
    seed: int = 0,
) -> Fitted:
    """Both calibrations of a checker, from the validation part of the fact-verification sources in ``data``.

    With ``claims``, its rows of the split ``tune`` are added, with evidence retrieved from ``index``.
    """
    rng = random.Random(seed)
    labelled = held_out(data, per_source, seed=seed) + own_pairs(held_out=True)
    undecided = other_facts(labelled, rng) + mine_undecided(labelled, rng)
    labelled += rng.sample(undecided, min(len(undecided), len(labelled) // 5))
    nli = load_checker(str(checker))
    scores = nli.score([Pair(p.evidence, p.claim) for p in labelled])
    temperature = fit_temperature([(s, Label(p.target.value)) for s, p in zip(scores, labelled, strict=True)])
    texts = [p.evidence for p in labelled if len(p.evidence) < 300]
    embedder = load_embedder(None)
    near = Nearness(embedder)
    noisy = [surround(p, rng.sample(texts, rng.choice((0, 0, 1, 2, 6))), rng) for p in labelled]
    pairs = pair_examples(nli, noisy, temperature, embedder=embedder, near=near)
    asked: list[Example] = []
    if claims is not None:
        with open_or_build(index, embedder) as retriever:
            asked = claim_examples(nli, retriever, read_claims(claims, split="tune"), temperature, near=near)
    sources = [p.source for p in noisy]
    start = Calibration(Thresholds(temperature=temperature))
    return Fitted(*(fit_calibration(mixed(asked, pairs, sources, mix), start) for mix in (RETRIEVED, GIVEN)))


def mixed(claims: Sequence[Example], pairs: Sequence[Example], sources: Sequence[str], mix: Mix) -> list[Example]:
    """The examples with the weights of ``mix``; what weighs nothing is left out."""
    weighed = [replace(e, weight=mix.claims) for e in claims]
    weighed += [replace(e, weight=mix.of(source)) for e, source in zip(pairs, sources, strict=True)]
    return [e for e in weighed if e.weight > 0]


def held_out(data: Path, per_source: int, *, seed: int = 0) -> list[TrainingPair]:
    """Three-way pairs that no training has seen: the validation part of the sources whose evidence is prose."""
    loaded = load_sources(data)
    facts = {s: pairs for s, pairs in loaded.items() if s.kind is Kind.FACTS and s.name not in _NOT_PROSE}
    held = validation(facts, per_source=per_source, seed=seed)
    return [p for p in held if len(p.evidence) < _LONGEST and p.target is not Target.NOT_SUPPORTED]


def pair_examples(
    checker: NLI,
    pairs: Sequence[TrainingPair],
    temperature: float,
    *,
    embedder: Embedder | None = None,
    near: Nearness | None = None,
) -> list[Example]:
    """What is read of pairs whose evidence is given, as ``verify(claim, evidence=[...])`` reads it."""
    read = [_read(checker, TextsIndex([pair.evidence], embedder), pair.claim, temperature, near) for pair in pairs]
    return [Example(r, Label(p.target.value), p.group) for r, p in zip(read, pairs, strict=True)]


def claim_examples(
    checker: NLI,
    retriever: Retriever,
    claims: Sequence[LabelledClaim],
    temperature: float,
    *,
    near: Nearness | None = None,
) -> list[Example]:
    """What is read of claims with retrieved evidence; claims about one document are one group."""
    return [
        Example(_read(checker, retriever, c.claim, temperature, near), c.label, c.document or c.claim) for c in claims
    ]


def _read(checker: NLI, retriever: Retriever, text: str, temperature: float, near: Nearness | None) -> Read:
    claim = as_claim(text)
    hits = retriever.search_many([claim.text], Thresholds().top_k)
    return read_all(checker, [claim], hits, temperature, near)[0]
