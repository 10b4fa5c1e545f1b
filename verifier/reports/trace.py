"""Every step of one verdict, as text and as JSON: what was found, what was read, what decided, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from verifier.judging.decide import Decision, Reading
from verifier.judging.features import NAMES
from verifier.judging.tracing import Trace
from verifier.reports.json import Row, hit_row, verdict_row
from verifier.reports.plain import plain
from verifier.reports.terminal import Line, measured_words, verdict_lines

TRACE: Final = "verifier/trace/1"


def trace_row(trace: Trace) -> Row:
    """A trace as one row of JSON, with the verdict's row inside."""
    decision, read = trace.decision, trace.read
    return {
        "schema": TRACE,
        "claim": trace.claim.text,
        "checkable": trace.claim.checkable,
        "hits": [hit_row(hit, rank=rank) for rank, hit in enumerate(read.hits, 1)],
        "sentences": [
            {"passage": c.passage.id, "start": c.start, "end": c.end, "text": c.text} | _reading(reading)
            for c, reading in zip(read.candidates, read.readings, strict=True)
        ],
        "joined": None if read.joined_reading is None else {"text": read.joined, **_reading(read.joined_reading)},
        "features": {name: round(value, 4) for name, value in _features(trace)},
        "rule": decision.rule.value if trace.claim.checkable else None,
        "support": round(decision.support, 4),
        "contradiction": round(decision.contradiction, 4),
        "turning": None if trace.turning is None else read.candidates[trace.turning].text,
        "verdict": verdict_row(trace.verdict, id="1"),
    }


def trace_lines(trace: Trace, *, unicode: bool = True) -> Iterator[Line]:
    """A trace for people: retrieval, reading, decision, verdict."""
    yield Line(Text("Found (rank, score, lexical and dense rank)", style="bold"))
    for rank, hit in enumerate(trace.read.hits, 1):
        legs = f"lexical {hit.lexical_rank or '-':<3} dense {hit.dense_rank or '-':<3}"
        yield Line(Text(f"{rank:2}  {hit.score:.4f}  {legs} {plain(hit.passage.id)}  {plain(hit.passage.title)}"), 2)
    yield Line(Text("Read (entailment, neutral, contradiction)", style="bold"))
    for candidate, reading in zip(trace.read.candidates, trace.read.readings, strict=True):
        yield Line(Text(f"{_numbers(reading)}  {plain(candidate.passage.id)}  {plain(candidate.text)}"), 2)
    if trace.read.joined_reading is not None:
        yield Line(Text(f"{_numbers(trace.read.joined_reading)}  joined: {plain(trace.read.joined)}"), 2)
    if trace.features is not None:
        yield Line(Text("Weighed (features of the judge)", style="bold"))
        yield Line(Text("  ".join(f"{name} {value:.2f}" for name, value in _features(trace))), 2)
    yield Line(Text("Decided", style="bold"))
    yield from (Line(Text(words), 2) for words in _decision(trace.decision, trace))
    yield Line(Text("Verdict", style="bold"))
    yield from (Line(line.text, line.indent + 2) for line in verdict_lines(trace.verdict, unicode=unicode))


def _decision(decision: Decision, trace: Trace) -> Iterator[str]:
    limits = trace.verdict.provenance.thresholds
    if not trace.claim.checkable:
        yield "rule: not a claim that evidence can settle; nothing was read"
        return
    yield f"rule: {decision.rule.value}"
    for side, strength, limit in (
        ("support", decision.support, limits.support),
        ("contradiction", decision.contradiction, limits.contradiction),
    ):
        yield f"{side} {strength:.3f}, threshold {limit:.3f}, margin {strength - limit:+.3f}"
    if trace.features is None:
        weaker = min(decision.support, decision.contradiction)
        yield f"weaker side {weaker:.3f}, disputed from {limits.dispute:.3f}"
    if trace.verdict.measured is not None:
        yield measured_words(trace.verdict.measured)
    if trace.turning is not None:
        yield f'another verdict without: "{plain(trace.read.candidates[trace.turning].text)}"'
    else:
        yield "no single sentence turns the verdict"


def _features(trace: Trace) -> list[tuple[str, float]]:
    return [] if trace.features is None else list(zip(NAMES, trace.features.vector(), strict=True))


def _reading(reading: Reading) -> Row:
    return {
        "entailment": round(reading.entailment, 4),
        "neutral": round(reading.neutral, 4),
        "contradiction": round(reading.contradiction, 4),
    }


def _numbers(reading: Reading) -> str:
    return f"{reading.entailment:.2f} {reading.neutral:.2f} {reading.contradiction:.2f}"
