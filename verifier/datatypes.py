"""The values that flow between modules: frozen, named, and with offsets wherever there is text.

``start`` and ``end`` of a passage and of a piece of evidence are character offsets into the *document's* text:
``document.text[e.start:e.end] == e.text`` holds from the corpus file to the rendered report. A claim's offsets are
into the text in which it was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What the corpus says about a claim."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"


class Reason(StrEnum):
    """Why a claim is ``unsupported``; each has its own next step."""

    NO_EVIDENCE = "no_evidence"
    INSUFFICIENT = "insufficient"
    PARTIAL = "partial"
    CONFLICT = "conflict"
    NOT_CHECKABLE = "not_checkable"
    LOW_CONFIDENCE = "low_confidence"


class Stance(StrEnum):
    """What one piece of evidence does to the claim."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One text of a corpus. ``sha256`` is the digest of ``title``, a line feed, and ``text``, in hexadecimal."""

    id: str
    title: str
    text: str
    source: str
    licence: str
    published: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences of a document, the unit of retrieval. ``id`` is the document's id, ``#`` and a number."""

    id: str
    document_id: str
    title: str
    text: str
    start: int
    end: int
    source: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query. Ranks count from 1; ``None`` where that leg did not find it. Higher is better.

    ``score`` says how the passage stands among those of this query; ``similarity``, the cosine of query and passage,
    can be compared between queries. It is None where there is no embedder.
    """

    passage: Passage
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement to be checked, and where it stands in the text it was found in."""

    text: str
    start: int
    end: int
    checkable: bool = True


@dataclass(frozen=True, slots=True)
class Probabilities:
    """One probability for each label; they add up to one."""

    supported: float
    unsupported: float
    contradicted: float

    def of(self, label: Label) -> float:
        """The probability of one label."""
        return float(getattr(self, label.value))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a document and what the checker makes of it. ``score`` is its passage's retrieval score."""

    passage: Passage
    start: int
    end: int
    text: str
    entailment: float
    contradiction: float
    score: float = 0.0
    differs: bool = False

    @property
    def stance(self) -> Stance:
        """The side whose probability is at least a half, if any; against the claim where a quantity differs."""
        if self.differs:
            return Stance.CONTRADICTS
        if self.entailment >= 0.5:
            return Stance.SUPPORTS
        return Stance.CONTRADICTS if self.contradiction >= 0.5 else Stance.NEUTRAL


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers a verdict depends on, beside the models. ``max_risk`` 0 means that nothing is withheld."""

    support: float = 0.5
    contradiction: float = 0.5
    dispute: float = 0.5
    joined_weight: float = 0.5
    topic: float = 0.25
    temperature: float = 1.0
    max_risk: float = 0.0
    top_k: int = 8


@dataclass(frozen=True, slots=True)
class Provenance:
    """What it takes to get the same verdict again. Names are followed by ``@`` and the first digits of a digest.

    ``calibration`` is the digest of the fitted judge and risk table; empty where the thresholds are all there is.
    """

    index: str
    checker: str
    embedder: str
    thresholds: Thresholds
    verifier: str
    generator: str = ""
    calibration: str = ""
    reranker: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """The error rate (0 to 1, lower is better) among the ``n`` held-out verdicts of about the same confidence."""

    error: float
    n: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the corpus says about one claim, with the passages that say it.

    ``confidence`` is the probability that ``label`` is right. ``reason`` is set exactly when the label is
    ``unsupported``. ``evidence`` of a settled verdict is the smallest set of sentences that keeps it.
    ``truncated_tokens`` counts evidence tokens that did not fit the checker's window. ``missing`` are the parts of the
    claim, as offsets into its text, that lack support when the reason is ``partial``. ``measured`` is how often
    settled verdicts like this one were wrong on held-out claims, None where that was not measured.
    """

    claim: Claim
    label: Label
    confidence: float
    probabilities: Probabilities
    reason: Reason | None
    disputed: bool
    evidence: tuple[Evidence, ...]
    truncated_tokens: int
    provenance: Provenance
    missing: tuple[Span, ...] = ()
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Verdicts on the claims of one text, in order."""

    verdicts: tuple[Verdict, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Premise:
    """A claim that a question makes by itself: the one it asks about (``put``, a yes-or-no question), or takes for
    granted."""

    verdict: Verdict
    put: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A value of a contradicted claim that the evidence states otherwise.

    ``number`` is the claim's place among the answer's verdicts, from 1. ``verdict`` is that on the claim with ``value``
    in the place of ``struck``; it is ``supported``, or there is no correction.
    """

    number: int
    struck: str
    value: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question: what the generator drafted, and what of it stood up to the corpus.

    ``verdicts`` are those on the draft's claims, each made to stand alone; a claim's offsets are into the draft. Where
    nothing stands, ``quotation`` is the sentence of the corpus that is nearest to the question, if one is near.
    """

    question: str
    draft: str
    text: str
    verdicts: tuple[Verdict, ...]
    provenance: Provenance
    premise: Premise | None = None
    corrections: tuple[Correction, ...] = ()
    quotation: Evidence | None = None

    @property
    def checked(self) -> tuple[Verdict, ...]:
        """All verdicts behind the answer, in the order in which its sources are numbered."""
        first = () if self.premise is None else (self.premise.verdict,)
        return (*first, *self.verdicts, *(correction.verdict for correction in self.corrections))
