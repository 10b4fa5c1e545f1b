"""The measure of the whole product, by hand on deterministic models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes import BagEmbedder, OverlapNLI
from verifier.datatypes import Label, Thresholds
from verifier.errors import InputError
from verifier.evaluation.end_to_end import measure, read_claims
from verifier.judging.calibration import Calibration
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex

COMMONS = Path(__file__).parents[1] / "corpora" / "commons"


def test_figures_by_hand(tmp_path: Path) -> None:
    rows = [
        {"claim": "The tower stands in Paris.", "label": "SUPPORTS", "document": "evidence/1"},
        {"claim": "Bats are blind.", "label": "contradicted", "document": "evidence/2"},
        {"claim": "The tower stands in Paris.", "label": "unsupported", "document": "evidence/1"},
        {"claim": "The tower was painted.", "label": "supported", "document": "evidence/1"},
    ]
    path = tmp_path / "claims.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    verifier = Verifier(
        retriever=TextsIndex(["The tower stands in Paris.", "Bats are not blind."], BagEmbedder()),
        checker=OverlapNLI(),
        embedder=BagEmbedder(),
        calibration=Calibration(Thresholds(joined_weight=0.0)),
    )
    result = measure(verifier, read_claims(path))
    assert result.accuracy == 0.5
    assert result.false_supported == 0.5  # one of the two claims that are not supported was called so
    assert result.citation_precision == result.retrieval_recall == 1.0


def test_shipped_claims_are_balanced_and_name_existing_documents() -> None:
    for split in ("tune", "test"):
        claims = read_claims(COMMONS / "claims.jsonl", split=split)
        assert {claim.label for claim in claims} == set(Label)
        assert all((COMMONS / f"{claim.document}.md").is_file() for claim in claims)


@pytest.mark.parametrize("content", ['{"claim": "x"}\n', "not json\n", '{"claim": "x", "label": "perhaps"}\n', ""])
def test_other_layouts_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"claims\.jsonl"):
        read_claims(path)
