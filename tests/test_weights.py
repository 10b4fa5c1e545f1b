"""The models that ship: right on plain cases, equal to their torch originals, the same in a batch as alone."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from verifier import Label, Verifier, verify
from verifier.models.load import load_checker, load_embedder, load_generator
from verifier.models.protocols import NLI, Embedder, Pair, PairScores, Prompt
from verifier.models.shipped import WEIGHTS

pytestmark = pytest.mark.weights
DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def checker() -> NLI:
    return load_checker(None)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(None)


def argmax(scores: PairScores) -> int:
    values = (scores.entailment, scores.neutral, scores.contradiction)
    return values.index(max(values))


def parity_rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / "parity_checker.jsonl").read_text("utf-8").splitlines()]


def test_checker_agrees_with_its_torch_original(checker: NLI) -> None:
    rows = parity_rows()
    assert len(rows) >= 500
    ours = checker.score([Pair(str(row["premise"]), str(row["claim"])) for row in rows])
    theirs = [PairScores(*row["logits"]) for row in rows]  # type: ignore[misc]
    same = sum(argmax(a) == argmax(b) for a, b in zip(ours, theirs, strict=True))
    assert same / len(rows) >= 0.98


def test_checker_in_a_batch_is_checker_alone(checker: NLI) -> None:
    pairs = [Pair(str(row["premise"]), str(row["claim"])) for row in parity_rows()[:40]]
    assert checker.score(pairs) == [checker.score([pair])[0] for pair in pairs]


def test_embedder_agrees_with_its_torch_original(embedder: Embedder) -> None:
    texts = json.loads((DATA / "parity_embedder.json").read_text("utf-8"))
    recorded = np.load(DATA / "parity_embedder.npy").astype(np.float32)
    cosines = (embedder.embed(texts) * recorded).sum(1) / np.linalg.norm(recorded, axis=1)
    assert cosines.min() > 0.98


def test_embedder_in_a_batch_is_embedder_alone(embedder: Embedder) -> None:
    texts = ["A bridge.", "The old bridge was opened in 1890 and has fourteen arches of grey stone.", "Owls hunt mice."]
    together = embedder.embed(texts)
    assert np.array_equal(together, np.concatenate([embedder.embed([text]) for text in texts]))
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("claim", "evidence", "label"),
    [
        ("The Eiffel Tower is in Paris.", "The Eiffel Tower stands in Paris.", Label.SUPPORTED),
        ("The Eiffel Tower is in Lyon.", "The Eiffel Tower stands in Paris, not in Lyon.", Label.CONTRADICTED),
        ("Canberra is the capital of Australia.", "The capital city of Australia is Canberra.", Label.SUPPORTED),
        ("The bakery sells cakes.", "The railway line was closed in 1964.", Label.UNSUPPORTED),
    ],
)
def test_plain_cases(claim: str, evidence: str, label: Label) -> None:
    verdict = verify(claim, evidence=[evidence])
    assert verdict.label is label
    assert verdict.confidence == verdict.probabilities.of(label) or verdict.reason is not None


def test_a_list_gives_a_list_equal_to_one_by_one() -> None:
    claims = ["The tower stands in Paris.", "The tower was built of wood."]
    evidence = ["The tower stands in Paris. It was built of iron."]
    assert verify(claims, evidence=evidence) == [verify(claim, evidence=evidence) for claim in claims]


def test_long_evidence_is_cut_and_counted(checker: NLI) -> None:
    long = "The bridge has fourteen arches. " * 400
    scores = checker.score([Pair(long, "The bridge has fourteen arches.")])[0]
    assert scores.truncated_tokens > 0
    assert math.isfinite(scores.entailment)


def test_generator_drafts_from_the_passages() -> None:
    generator = load_generator(None)
    prompt = Prompt(
        "What is the capital of Australia?",
        ("The capital of Australia is Canberra.", "Sydney is the largest city of Australia."),
    )
    first, second = generator.generate([prompt, prompt])
    assert "Canberra" in first
    assert first == second == generator.generate([prompt])[0]


def test_shipped_corpus_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with Verifier.open(index="commons") as verifier:
        claims = [
            ("Vaccines do not cause autism.", Label.SUPPORTED),
            ("You can see the Great Wall of China from the Moon with your own eyes.", Label.CONTRADICTED),
            ("Honey works better than cough syrup for a child's cough.", Label.UNSUPPORTED),
        ]
        verdicts = list(verifier.verify_many(claim for claim, _ in claims))
        assert [verdict.label for verdict in verdicts] == [label for _, label in claims]
        assert verdicts[1].evidence[0].passage.document_id.startswith("commons/")
        assert verifier.verify(claims[0][0]) == verdicts[0]


def test_a_denied_rival_does_not_mislead() -> None:
    evidence = ["The capital of Australia is Canberra, not Sydney."]
    assert verify("Canberra is the capital of Australia.", evidence=evidence).label is Label.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Bats are not blind.", "Bats are not blind, although many believe it."),
        ("Panama hats do not come from Panama.", "Panama hats were never made in Panama; they come from Ecuador."),
    ],
)
def test_a_denial_is_supported_by_the_same_denial_in_more_words(claim: str, evidence: str) -> None:
    assert verify(claim, evidence=[evidence]).label is Label.SUPPORTED


def test_weights_fit_their_limits() -> None:
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert max(path.stat().st_size for path in files) < 50_000_000
    assert sum(path.stat().st_size for path in files) <= 100_000_000
    for kind in ("checker", "embedder", "generator"):
        assert (WEIGHTS / kind / "README.md").is_file(), f"{kind} has no model card"
