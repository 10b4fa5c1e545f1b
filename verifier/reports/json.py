"""Results as rows of JSON: the same bytes for the same result, numbers to four decimals, keys in a fixed order.

The dictionaries made here are the outermost edge: they go to :func:`dump` and nowhere else.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from verifier.datatypes import Answer, Evidence, Hit, Measured, Provenance, Verdict
from verifier.reports.labels import LabelStyle, spelled

VERDICT: Final = "verifier/verdict/1"
ERROR: Final = "verifier/error/1"
ANSWER: Final = "verifier/answer/1"
HIT: Final = "verifier/hit/1"

# A terminal obeys some of these even inside JSON, and some readers break lines at others; JSON may spell them out.
_UNSEEN: Final = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

Row = dict[str, object]


def verdict_row(
    verdict: Verdict,
    *,
    id: str,
    input: Mapping[str, object] | None = None,
    style: LabelStyle = LabelStyle.VERIFIER,
) -> Row:
    """A verdict as the row that DESIGN.md describes; ``input`` holds the other keys of the row it answers."""
    odds = verdict.probabilities
    row: Row = {
        "schema": VERDICT,
        "id": id,
        "claim": verdict.claim.text,
        "label": spelled(verdict.label, style),
        "reason": None if verdict.reason is None else verdict.reason.value,
        "confidence": _number(verdict.confidence),
        "probabilities": {
            "supported": _number(odds.supported),
            "unsupported": _number(odds.unsupported),
            "contradicted": _number(odds.contradicted),
        },
        "disputed": verdict.disputed,
        "truncated_tokens": verdict.truncated_tokens,
        "measured": _measured(verdict.measured),
        "missing": [verdict.claim.text[part.start : part.end] for part in verdict.missing],
        "evidence": [evidence_row(piece) for piece in verdict.evidence],
        "provenance": provenance_row(verdict.provenance),
    }
    return row | _carried(input)


def error_row(*, id: str, claim: str, error: str, input: Mapping[str, object] | None = None) -> Row:
    """A row for a claim whose check did not happen."""
    row: Row = {"schema": ERROR, "id": id, "claim": claim, "error": error}
    return row | _carried(input)


def answer_row(answer: Answer) -> Row:
    """An answer with its draft and the verdicts on the draft's claims, numbered from 1.

    ``premise`` is what the question itself claims, where that is settled; a correction names the verdict it mends;
    ``quotation`` is the nearest sentence where nothing stands.
    """
    premise = answer.premise
    return {
        "schema": ANSWER,
        "question": answer.question,
        "draft": answer.draft,
        "text": answer.text,
        "premise": None if premise is None else {"put": premise.put, **verdict_row(premise.verdict, id="premise")},
        "corrections": [
            {
                "id": str(correction.number),
                "struck": correction.struck,
                "value": correction.value,
                "verdict": verdict_row(correction.verdict, id=f"{correction.number}, corrected"),
            }
            for correction in answer.corrections
        ],
        "quotation": None if answer.quotation is None else evidence_row(answer.quotation),
        "verdicts": [verdict_row(verdict, id=str(number)) for number, verdict in enumerate(answer.verdicts, 1)],
        "provenance": provenance_row(answer.provenance),
    }


def hit_row(hit: Hit, *, rank: int) -> Row:
    """A passage found for a query; a rank is null where that leg did not find it."""
    passage = hit.passage
    return {
        "schema": HIT,
        "rank": rank,
        "passage": passage.id,
        "title": passage.title,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "source": passage.source,
        "score": _number(hit.score),
        "lexical_rank": hit.lexical_rank,
        "dense_rank": hit.dense_rank,
        "similarity": None if hit.similarity is None else _number(hit.similarity),
    }


def provenance_row(provenance: Provenance) -> Row:
    """What a verdict rests on; ``generator`` and ``reranker`` only where one had a part in it."""
    row: Row = {
        "index": provenance.index,
        "checker": provenance.checker,
        "embedder": provenance.embedder,
        "thresholds": {
            field.name: _number(getattr(provenance.thresholds, field.name)) for field in fields(provenance.thresholds)
        },
        "verifier": provenance.verifier,
    }
    row |= {"calibration": provenance.calibration} if provenance.calibration else {}
    row |= {"reranker": provenance.reranker} if provenance.reranker else {}
    return row | ({"generator": provenance.generator} if provenance.generator else {})


def dump(row: Row) -> str:
    r"""One line of JSON, without its line feed. What could steer a terminal, or is no UTF-8, is written as an escape.

    >>> dump({"claim": "caf\u00e9 \u202e\ud800"})
    '{"claim": "café \\u202e\\ud800"}'
    """
    line = json.dumps(row, ensure_ascii=False, allow_nan=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _measured(measured: Measured | None) -> Row | None:
    return None if measured is None else {"error": _number(measured.error), "n": measured.n}


def evidence_row(piece: Evidence) -> Row:
    """A piece of evidence with its place, its source, and what the checker made of it."""
    return {
        "passage": piece.passage.id,
        "title": piece.passage.title,
        "text": piece.text,
        "start": piece.start,
        "end": piece.end,
        "source": piece.passage.source,
        "stance": piece.stance.value,
        "entailment": _number(piece.entailment),
        "contradiction": _number(piece.contradiction),
        "score": _number(piece.score),
    }


def _carried(input: Mapping[str, object] | None) -> Row:
    return {"input": {str(key): _portable(value) for key, value in input.items()}} if input else {}


def _portable(value: object) -> object:
    """Input as JSON can hold it: readers accept NaN and Infinity, and a CSV reader may hold other types."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _portable(item) for key, item in value.items()}
    return [_portable(item) for item in value] if isinstance(value, list | tuple) else str(value)


def _number(value: float) -> float:
    return round(value, 4) + 0  # adding zero turns -0.0 into 0.0; a whole number stays one
