"""The teaching pairs that this repository holds keep their form, and their held-out part apart."""

from __future__ import annotations

import json

from verifier.training.own_pairs import FOLDER, own_pairs
from verifier.training.pairs import Target


def test_every_text_stands_once_with_six_claims_that_differ() -> None:
    seen: set[str] = set()
    for path in sorted(FOLDER.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            place = f"{path.name}:{number}"
            assert set(row) == {"evidence", "supported", "contradicted", "unsupported"}, place
            assert row["evidence"] not in seen, place
            seen.add(row["evidence"])
            claims = [claim for label in ("supported", "contradicted", "unsupported") for claim in row[label]]
            assert [len(row[label]) for label in ("supported", "contradicted", "unsupported")] == [2, 2, 2], place
            assert len(set(claims)) == 6, place
    assert seen


def test_training_and_held_out_texts_are_disjoint_and_balanced() -> None:
    taught, held = own_pairs(held_out=False), own_pairs(held_out=True)
    assert not {pair.evidence for pair in taught} & {pair.evidence for pair in held}
    assert 0.06 < len(held) / len(taught) < 0.25
    for pairs in (taught, held):
        counts = {target: sum(p.target is target for p in pairs) for target in Target}
        assert counts[Target.SUPPORTED] == counts[Target.CONTRADICTED] == counts[Target.UNSUPPORTED]
