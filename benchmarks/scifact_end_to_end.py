"""The whole product on SciFact: an index over its abstracts, its claims verified with retrieved evidence.

    python benchmarks/scifact_end_to_end.py BEIR_FOLDER PAIRS.jsonl.gz

The gold label of a claim is ``supported`` or ``contradicted`` when one of its abstracts says so, else
``unsupported``. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from verifier.datatypes import Label
from verifier.evaluation.beir import read_corpus
from verifier.evaluation.end_to_end import LabelledClaim, measure
from verifier.evaluation.pairs import read_labelled
from verifier.judging.calibration import load_calibration
from verifier.models.load import load_checker, load_embedder
from verifier.pipeline import Verifier
from verifier.retrieval.index import Index


def main() -> None:
    folder, pairs = Path(sys.argv[1]), read_labelled(Path(sys.argv[2]))
    labels: dict[str, str] = {}
    for pair in pairs:
        if labels.get(pair.claim, "unsupported") == "unsupported":
            labels[pair.claim] = pair.label
    claims = [LabelledClaim(claim, Label(label), "") for claim, label in labels.items()]
    embedder = load_embedder(None)
    with (
        TemporaryDirectory() as scratch,
        Index.build(Path(scratch) / "index", read_corpus(folder), embedder, name="scifact") as index,
        Verifier(
            retriever=index,
            checker=load_checker(None),
            embedder=embedder,
            calibration=load_calibration(None, index="scifact"),
        ) as verifier,
    ):
        print(json.dumps(asdict(measure(verifier, claims))))


if __name__ == "__main__":
    main()
