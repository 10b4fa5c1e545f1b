"""The whole way from a claim to a verdict: retrieve, read, decide. The only module that names concrete parts.

A :class:`Verifier` is made of ready parts, or opened by name with :meth:`Verifier.open`. All its verbs end in the
same step: passages are retrieved for each claim, their best sentences are scored one by one and joined, and
:func:`verifier.judging.decide.decide` turns the scores into a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from types import TracebackType
from typing import Self

from verifier._version import __version__
from verifier.answering import Step, steps
from verifier.datatypes import Answer, Claim, Hit, Provenance, Report, Thresholds, Verdict
from verifier.errors import ModelError, UsageError
from verifier.judging.calibration import Calibration, load_calibration
from verifier.judging.nearness import Nearness
from verifier.judging.reading import Read, read
from verifier.judging.tracing import Trace, trace_of
from verifier.judging.verdicts import Judged, turning
from verifier.models.protocols import NLI, Embedder, Generator, Reranker
from verifier.retrieval.answerable import Answerability, load_answerability
from verifier.retrieval.protocols import Retriever
from verifier.retrieval.reranking import Reranking
from verifier.text.carried import carried
from verifier.text.claims import as_claim, find_claims
from verifier.text.said import stated

BATCH = 16


class Verifier:
    """Checks claims against one corpus. Close it, or use it as a context manager, to let go of its index."""

    def __init__(
        self,
        *,
        retriever: Retriever,
        checker: NLI,
        embedder: Embedder | None = None,
        generator: Generator | Callable[[], Generator] | None = None,
        calibration: Calibration | None = None,
        texts_calibration: Calibration | None = None,
        answerability: Answerability | None = None,
        near: Nearness | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """``generator`` may be a function that makes one when it is first needed; ``ask`` raises without it.

        ``texts_calibration`` is used for texts given in a call, where ``calibration`` was fitted on the index's own.
        ``near`` is what a fitted judge measures nearness by; without it, ``embedder``. A ``reranker`` orders anew what
        ``retriever`` finds.
        """
        self.retriever: Retriever = Reranking(retriever, reranker) if reranker else retriever
        self.reranker = reranker
        self.checker = checker
        self.embedder = embedder
        self.calibration = calibration or Calibration()
        self._texts_calibration = texts_calibration or self.calibration
        self._generator = generator
        self._answerability = answerability
        self.near = near or (Nearness(embedder) if embedder else None)

    @classmethod
    def open(
        cls,
        *,
        index: str = "commons",
        checker: str | None = None,
        embedder: str | None = None,
        generator: str | None = None,
        reranker: str | None = None,
        top_k: int = 8,
        max_risk: float = 0.0,
        progress: Callable[[int], None] | None = None,
    ) -> Self:
        """A verifier over an index and models given by name, folder or Hub id.

        The index of a shipped corpus is built when it is missing; ``progress`` is then called with the number of
        passages so far. Raises ResourceError when a part is missing or damaged.
        """
        from verifier.models.load import load_checker, load_embedder, load_generator, load_reranker
        from verifier.retrieval.build import open_or_build

        _check_limits(top_k, max_risk)
        vectors = load_embedder(embedder)
        nli = load_checker(checker)
        retriever = open_or_build(index, vectors, progress=progress)
        own = load_calibration(checker, digest=nli.digest, index=retriever.name)
        general = load_calibration(checker, digest=nli.digest)
        return cls(
            retriever=retriever,
            checker=nli,
            embedder=vectors,
            generator=lambda: load_generator(generator),
            calibration=own.with_limits(top_k=top_k, max_risk=max_risk),
            texts_calibration=general.with_limits(top_k=top_k, max_risk=max_risk),
            answerability=load_answerability(embedder),
            near=_nearness(embedder, vectors),
            reranker=load_reranker(reranker) if reranker else None,
        )

    @classmethod
    def without_index(
        cls,
        *,
        checker: str | None = None,
        embedder: str | None = None,
        reranker: str | None = None,
        top_k: int = 8,
        max_risk: float = 0.0,
    ) -> Self:
        """A verifier whose corpus is given with each call: use :meth:`over`, or ``verify(claim, evidence=...)``."""
        from verifier.models.load import load_checker, load_embedder, load_reranker
        from verifier.retrieval.texts import TextsIndex

        _check_limits(top_k, max_risk)
        vectors, nli = load_embedder(embedder), load_checker(checker)
        return cls(
            retriever=TextsIndex([], vectors),
            checker=nli,
            embedder=vectors,
            calibration=load_calibration(checker, digest=nli.digest).with_limits(top_k=top_k, max_risk=max_risk),
            answerability=load_answerability(embedder),
            near=_nearness(embedder, vectors),
            reranker=load_reranker(reranker) if reranker else None,
        )

    def over(self, texts: Sequence[str]) -> Verifier:
        """The same models over texts given in the call instead of the index."""
        from verifier.retrieval.texts import TextsIndex

        return Verifier(
            retriever=TextsIndex(texts, self.embedder),
            checker=self.checker,
            embedder=self.embedder,
            generator=self._generator,
            calibration=self._texts_calibration,
            answerability=self._answerability,
            near=self.near,
            reranker=self.reranker,
        )

    @property
    def thresholds(self) -> Thresholds:
        """The numbers that a verdict depends on, beside the models."""
        return self.calibration.thresholds

    def limit(self, *, top_k: int | None = None, max_risk: float | None = None) -> None:
        """Change from here on how many passages a claim gets, or the risk from which verdicts are withheld."""
        now = self.thresholds
        wanted = now.top_k if top_k is None else top_k, now.max_risk if max_risk is None else max_risk
        _check_limits(*wanted)
        self.calibration = self.calibration.with_limits(top_k=wanted[0], max_risk=wanted[1])
        self._texts_calibration = self._texts_calibration.with_limits(top_k=wanted[0], max_risk=wanted[1])

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
            calibration=self.calibration.digest,
            reranker=f"{self.reranker.name}@{self.reranker.digest}" if self.reranker else "",
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
        """The claims that a text makes, each made to stand alone, with its verdict and its offsets in the text."""
        claims = carried(find_claims(text))
        traces = [t for begin in range(0, len(claims), BATCH) for t in self._verdicts(claims[begin : begin + BATCH])]
        return Report(tuple(trace.verdict for trace in traces), self.provenance)

    def explain(self, claim: str, *, evidence: Sequence[str] | None = None) -> Trace:
        """Every step that led to a claim's verdict, and the sentence that would turn it."""
        chosen = self if evidence is None else self.over(evidence)
        trace = chosen._verdicts([as_claim(claim)])[0]
        judged = Judged(trace.decision, trace.features)
        return replace(trace, turning=turning(trace.read, judged, self.calibration, self.checker))

    def search(self, query: str, top_k: int | None = None) -> list[Hit]:
        """What retrieval finds for a query, best first."""
        return self.retriever.search_many([query], top_k or self.thresholds.top_k)[0]

    def ask(self, question: str) -> Answer:
        """An answer whose every sentence was checked: draft, verdicts on its claims, and what stands."""
        return [step for step in self.ask_steps(question) if isinstance(step, Answer)][-1]

    def ask_steps(self, question: str) -> Iterator[Step]:
        """The same, a step at a time: what the question puts, the draft, one verdict a claim; the answer comes last."""
        asked = as_claim(question).text
        hits = self.search(asked)
        generator = self.generator
        basis = replace(self.provenance, generator=f"{generator.name}@{generator.digest}")
        return steps(asked, hits, generator, self._checked, basis)

    def close(self) -> None:
        """Let go of the index's files."""
        self.retriever.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _checked(self, claims: Sequence[Claim]) -> list[Verdict]:
        return [trace.verdict for trace in self._verdicts(claims)]

    def _verdicts(self, claims: Sequence[Claim]) -> list[Trace]:
        """One trace a claim, in order."""
        found = iter(
            self.retriever.search_many([c.text for c in claims if c.checkable], self.thresholds.top_k)
            if any(c.checkable for c in claims)
            else []
        )
        hits = [next(found) if claim.checkable else [] for claim in claims]
        basis = self.provenance
        near = self.near if self.calibration.judge else None
        wholes = [self._answerable(whole) for whole in self.read(claims, hits)]
        return [trace_of(whole, self.calibration, self.checker, basis, near) for whole in wholes]

    def read(self, claims: Sequence[Claim], hits: Sequence[Sequence[Hit]]) -> list[Read]:
        """What the checker makes of the best sentences of each claim's hits, in order."""
        near = self.near if self.calibration.judge else None
        return read(self.checker, claims, hits, self.thresholds.temperature, near)

    def _answerable(self, whole: Read) -> Read:
        fitted = self._answerability
        if fitted is None or not whole.hits:
            return whole
        return replace(whole, answerable=fitted.chance(stated(whole.claim.text), whole.hits) >= fitted.cut)


def _nearness(spec: str | None, vectors: Embedder) -> Nearness:
    """By the shipped embedder, to whose cosines the judges are fitted, whatever retrieves."""
    from verifier.models.load import load_embedder
    from verifier.models.shipped import is_embedded

    return Nearness(vectors if spec is None or is_embedded(spec, "embedder") else load_embedder(None))


def _check_limits(top_k: int, max_risk: float) -> None:
    if top_k < 1 or not 0 <= max_risk < 1:
        raise UsageError(f"top_k must be 1 or more and max_risk from 0 to below 1, not {top_k} and {max_risk}")
