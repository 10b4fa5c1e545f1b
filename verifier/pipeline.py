"""The whole way from a claim to a verdict: retrieve, read, decide. The only module that names concrete parts.

A :class:`Verifier` is made of ready parts, or opened by name with :meth:`Verifier.open`. All its verbs end in the
same step: passages are retrieved for each claim, their best sentences are scored one by one and joined, and
:func:`verifier.judging.decide.decide` turns the scores into a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import TracebackType
from typing import Self

from verifier._version import __version__
from verifier.datatypes import (
    Answer,
    Claim,
    Evidence,
    Hit,
    Label,
    Probabilities,
    Provenance,
    Reason,
    Report,
    Thresholds,
    Verdict,
)
from verifier.errors import ModelError, UsageError
from verifier.judging.decide import Decision, Reading, damped, decide, reading
from verifier.judging.evidence import Candidate, choose, coverage, joined_premise, premise
from verifier.judging.revise import revised
from verifier.models.protocols import NLI, Embedder, Generator, Pair, Prompt
from verifier.retrieval.protocols import Retriever
from verifier.text.claims import as_claim, find_claims

SENTENCES_READ = 4
SENTENCES_JOINED = 4
EVIDENCE_SHOWN = 3
BATCH = 16


@dataclass(frozen=True, slots=True)
class Trace:
    """Every step of one verdict: the hits, the sentences read with their readings, the joined premise, the decision."""

    claim: Claim
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    readings: tuple[Reading, ...]
    joined: str
    joined_reading: Reading | None
    decision: Decision
    verdict: Verdict


class Verifier:
    """Checks claims against one corpus. Close it, or use it as a context manager, to let go of its index."""

    def __init__(
        self,
        *,
        retriever: Retriever,
        checker: NLI,
        embedder: Embedder | None = None,
        generator: Generator | Callable[[], Generator] | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        """``generator`` may be a function that makes one when it is first needed; ``ask`` raises without it."""
        self.retriever = retriever
        self.checker = checker
        self.embedder = embedder
        self.thresholds = thresholds or Thresholds()
        self._generator = generator

    @classmethod
    def open(
        cls,
        *,
        index: str = "commons",
        checker: str | None = None,
        embedder: str | None = None,
        generator: str | None = None,
        top_k: int = 8,
        max_risk: float = 0.0,
        progress: Callable[[int], None] | None = None,
    ) -> Self:
        """A verifier over an index and models given by name, folder or Hub id.

        The index of a shipped corpus is built when it is missing; ``progress`` is then called with the number of
        passages so far. Raises ResourceError when a part is missing or damaged.
        """
        from verifier.judging.calibration import load_thresholds
        from verifier.models.load import load_checker, load_embedder, load_generator
        from verifier.retrieval.build import open_or_build

        if top_k < 1 or not 0 <= max_risk < 1:
            raise UsageError(f"top_k must be 1 or more and max_risk from 0 to below 1, not {top_k} and {max_risk}")
        vectors = load_embedder(embedder)
        nli = load_checker(checker)
        return cls(
            retriever=open_or_build(index, vectors, progress=progress),
            checker=nli,
            embedder=vectors,
            generator=lambda: load_generator(generator),
            thresholds=replace(load_thresholds(checker), top_k=top_k, max_risk=max_risk),
        )

    @classmethod
    def without_index(
        cls, *, checker: str | None = None, embedder: str | None = None, top_k: int = 8, max_risk: float = 0.0
    ) -> Self:
        """A verifier whose corpus is given with each call: use :meth:`over`, or ``verify(claim, evidence=...)``."""
        from verifier.judging.calibration import load_thresholds
        from verifier.models.load import load_checker, load_embedder
        from verifier.retrieval.texts import TextsIndex

        vectors = load_embedder(embedder)
        return cls(
            retriever=TextsIndex([], vectors),
            checker=load_checker(checker),
            embedder=vectors,
            thresholds=replace(load_thresholds(checker), top_k=top_k, max_risk=max_risk),
        )

    def over(self, texts: Sequence[str]) -> Verifier:
        """The same models over texts given in the call instead of the index."""
        from verifier.retrieval.texts import TextsIndex

        return Verifier(
            retriever=TextsIndex(texts, self.embedder),
            checker=self.checker,
            embedder=self.embedder,
            generator=self._generator,
            thresholds=self.thresholds,
        )

    @property
    def generator(self) -> Generator:
        """The generator, made on first use. Raises ModelError when this verifier was built without one."""
        if self._generator is None:
            raise ModelError("this verifier has no generator: pass generator= to ask questions")
        if callable(self._generator):
            self._generator = self._generator()
        return self._generator

    @property
    def provenance(self) -> Provenance:
        """What a verdict of this verifier rests on."""
        return Provenance(
            index=f"{self.retriever.name}@{self.retriever.fingerprint[:12]}",
            checker=f"{self.checker.name}@{self.checker.digest}",
            embedder=f"{self.embedder.name}@{self.embedder.digest}" if self.embedder else "",
            thresholds=self.thresholds,
            verifier=__version__,
        )

    def verify(self, claim: str, *, evidence: Sequence[str] | None = None) -> Verdict:
        """The verdict on one claim, by the index or by the texts given. Raises UsageError for an empty claim."""
        chosen = self if evidence is None else self.over(evidence)
        return chosen._verdicts([as_claim(claim)])[0].verdict

    def verify_many(self, claims: Iterable[str]) -> Iterator[Verdict]:
        """Verdicts in the order of the claims, made a batch at a time as they are taken."""
        waiting = iter(claims)
        while batch := list(islice(waiting, BATCH)):
            yield from (trace.verdict for trace in self._verdicts([as_claim(text) for text in batch]))

    def review(self, text: str) -> Report:
        """The claims that a text makes, each with its verdict and its offsets in the text."""
        claims = find_claims(text)
        traces = [t for begin in range(0, len(claims), BATCH) for t in self._verdicts(claims[begin : begin + BATCH])]
        return Report(tuple(trace.verdict for trace in traces), self.provenance)

    def explain(self, claim: str) -> Trace:
        """Every step that led to a claim's verdict."""
        return self._verdicts([as_claim(claim)])[0]

    def search(self, query: str, top_k: int | None = None) -> list[Hit]:
        """What retrieval finds for a query, best first."""
        return self.retriever.search_many([query], top_k or self.thresholds.top_k)[0]

    def ask(self, question: str) -> Answer:
        """An answer whose every sentence was checked: draft, verdicts on its claims, and what stands."""
        asked = as_claim(question).text
        hits = self.search(asked)
        passages = tuple(hit.passage.text for hit in hits[:4])
        draft = self.generator.generate([Prompt(asked, passages)])[0]
        verdicts = self.review(draft).verdicts if draft.strip() else ()
        provenance = replace(self.provenance, generator=f"{self.generator.name}@{self.generator.digest}")
        return Answer(asked, draft, revised(verdicts, hits), verdicts, provenance)

    def close(self) -> None:
        """Let go of the index's files."""
        close = getattr(self.retriever, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _verdicts(self, claims: Sequence[Claim]) -> list[Trace]:
        """One trace a claim. All sentences of the batch are scored in one call, all joined premises in another."""
        found = iter(
            self.retriever.search_many([c.text for c in claims if c.checkable], self.thresholds.top_k)
            if any(c.checkable for c in claims)
            else []
        )
        hits = [next(found) if claim.checkable else [] for claim in claims]
        chosen = [choose(c.text, h, SENTENCES_READ) for c, h in zip(claims, hits, strict=True)]
        pairs = [Pair(premise(s), c.text) for c, picked in zip(claims, chosen, strict=True) for s in picked]
        joined = [joined_premise(picked[:SENTENCES_JOINED]) for picked in chosen]
        several = [n for n, picked in enumerate(chosen) if len(picked) > 1]
        scores = self.checker.score(pairs + [Pair(joined[n], claims[n].text) for n in several])
        singles, together = iter(scores[: len(pairs)]), dict(zip(several, scores[len(pairs) :], strict=True))
        traces = []
        for number, (claim, picked) in enumerate(zip(claims, chosen, strict=True)):
            own = [next(singles) for _ in picked]
            whole = together.get(number)
            truncated = sum(s.truncated_tokens for s in own) + (whole.truncated_tokens if whole else 0)
            readings = tuple(reading(s, self.thresholds.temperature) for s in own)
            both = reading(whole, self.thresholds.temperature) if whole else None
            on_topic = coverage(claim.text, picked) >= self.thresholds.topic
            weighed = [damped(r, c.relevance) for r, c in zip(readings, picked, strict=True)]
            decision = decide(weighed, both, on_topic=on_topic, thresholds=self.thresholds)
            verdict = self._verdict(claim, picked, readings, decision, truncated)
            traces.append(
                Trace(claim, tuple(hits[number]), tuple(picked), readings, joined[number], both, decision, verdict)
            )
        return traces

    def _verdict(
        self,
        claim: Claim,
        picked: Sequence[Candidate],
        readings: Sequence[Reading],
        decision: Decision,
        truncated: int,
    ) -> Verdict:
        if not claim.checkable:
            certain = Probabilities(0.0, 1.0, 0.0)
            return Verdict(claim, Label.UNSUPPORTED, 1.0, certain, Reason.NOT_CHECKABLE, False, (), 0, self.provenance)
        return Verdict(
            claim=claim,
            label=decision.label,
            confidence=decision.probabilities.of(decision.label),
            probabilities=decision.probabilities,
            reason=decision.reason,
            disputed=decision.disputed,
            evidence=_shown(picked, readings, decision),
            truncated_tokens=truncated,
            provenance=self.provenance,
        )


def _shown(picked: Sequence[Candidate], readings: Sequence[Reading], decision: Decision) -> tuple[Evidence, ...]:
    """The sentences to show: those on the label's side, strongest first; both sides when they are disputed.

    When no sentence decides alone, the joined ones are shown; an undecided claim gets its nearest sentences.
    """
    pieces = [
        Evidence(c.passage, c.start, c.end, c.text, r.entailment, r.contradiction, c.score)
        for c, r in zip(picked, readings, strict=True)
    ]
    supporting = sorted((p for p in pieces if p.entailment >= 0.5), key=lambda p: -p.entailment)
    contradicting = sorted((p for p in pieces if p.contradiction >= 0.5), key=lambda p: -p.contradiction)
    if decision.disputed:
        return (*supporting[:2], *contradicting[:2]) or tuple(pieces[:EVIDENCE_SHOWN])
    if decision.label is Label.SUPPORTED:
        return tuple(supporting[:EVIDENCE_SHOWN] or pieces[:EVIDENCE_SHOWN])
    if decision.label is Label.CONTRADICTED:
        return tuple(contradicting[:EVIDENCE_SHOWN] or pieces[:EVIDENCE_SHOWN])
    return tuple(pieces[:EVIDENCE_SHOWN])
