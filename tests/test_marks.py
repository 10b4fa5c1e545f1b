from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from tests.tiny_models import build_nli
from verifier.errors import ModelError
from verifier.models import marks
from verifier.models.hub import TransformersNLI
from verifier.models.marks import compared
from verifier.models.onnx import OnnxNLI
from verifier.models.protocols import Pair
from verifier.training.checker import widen_marks
from verifier.training.checker_rows import encode
from verifier.training.export import export_checker
from verifier.training.pairs import Target, TrainingPair


def mark_of(text: str, marked: bytes, word: str) -> int:
    return marked[text.index(word)]


@pytest.mark.parametrize(
    ("evidence", "place"),
    [("13 gates", 0), ("14 gates", 1), ("15 gates", 2)],
)
def test_a_number_is_placed_against_the_claim_s(evidence: str, place: int) -> None:
    """Below, at and above are three different marks, and they are the same whatever the numbers are."""
    premise, _ = compared(evidence, "It has more than 14 gates.")
    larger, _ = compared(evidence.replace("1", "91", 1), "It has more than 914 gates.")
    assert premise[0] == larger[0]
    below, same, above = (compared(f"{n} gates", "It has more than 14 gates.")[0][0] for n in (13, 14, 15))
    assert len({below, same, above}) == 3
    assert premise[0] == (below, same, above)[place]


def test_a_rounded_number_is_near_and_knows_its_side() -> None:
    claim = "It sold 1.2 million copies."
    lower, same, upper, far = (
        compared(f"{n} copies", claim)[0][0] for n in ("1,198,430", "1,200,000", "1,203,000", "1,400,000")
    )
    assert len({lower, same, upper, far}) == 4
    assert far < lower == same - 1 == upper - 2  # near marks stand together, those of the gaps before them


def test_each_number_of_the_claim_has_a_rank_and_says_whether_it_is_held() -> None:
    claim = "From 1914 to 1918, four years."
    _, below = compared("It began in 1914.", claim)
    four, first, last = (mark_of(claim, below, word) for word in ("four", "1914", "1918"))
    assert (four, first, last) == (marks._STATED, marks._STATED + 3, marks._STATED + 4)


def test_shared_words_are_marked_on_both_sides_by_their_stem() -> None:
    premise, claim = "The towers stand.", "A tower fell."
    above, below = compared(premise, claim)
    assert mark_of(premise, above, "towers") == marks.PREMISE_SHARED
    assert mark_of(claim, below, "tower") == marks.CLAIM_SHARED
    assert mark_of(premise, above, "stand") == marks.PREMISE
    assert mark_of(claim, below, "fell") == marks.CLAIM


def test_marks_stay_below_their_count_however_many_numbers_there_are() -> None:
    numbers = " ".join(str(n) for n in range(3, 60, 3))
    above, below = compared(numbers.replace("3", "4"), numbers)
    assert max(above) < marks._STATED <= max(below) < marks.COUNT
    assert not any(marks.is_claim(mark) for mark in above)
    assert all(marks.is_claim(mark) for mark in below)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checker that reads marks, its further segment embeddings far from the two of its base."""
    folder = build_nli(tmp_path_factory.mktemp("marked"))
    model = BertForSequenceClassification.from_pretrained(folder)
    widen_marks(model)
    with torch.no_grad():
        embeddings = model.base_model.embeddings.token_type_embeddings.weight
        embeddings += torch.randn(embeddings.shape, generator=torch.Generator().manual_seed(1)) * 0.3
    model.save_pretrained(folder)
    return folder


def test_the_engine_feeds_the_marks_that_training_feeds(marked: Path, tmp_path: Path) -> None:
    export_checker(marked, tmp_path, max_tokens=24)
    engine = OnnxNLI(tmp_path, self_test=False)
    model = BertForSequenceClassification.from_pretrained(marked).eval()
    tokenizer = Tokenizer.from_file(str(marked / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    pairs = [
        Pair("The tower has 12 gates.", "The tower has more than 13 gates."),
        Pair("The wall was built in 1889 . " * 4, "The wall was built before 1890."),  # cut
    ]
    for pair, score in zip(pairs, engine.score(pairs), strict=True):
        row = encode(tokenizer, [TrainingPair(pair.hypothesis, pair.premise, Target.SUPPORTED, "g", "s")], 24)[0]
        assert max(row.types) > marks.CLAIM_SHARED
        inputs = {"input_ids": torch.tensor([row.ids]), "token_type_ids": torch.tensor([row.types])}
        with torch.inference_mode():
            expected = model(**inputs).logits[0]
            plain = model(input_ids=inputs["input_ids"], token_type_ids=inputs["token_type_ids"].clamp(max=1)).logits[0]
        found = torch.tensor([score.entailment, score.neutral, score.contradiction])
        assert (found - expected).abs().max() < 0.3  # int8
        assert (found - plain).abs().max() > 0.3  # marks are not without effect


def test_a_marked_model_is_refused_where_marks_are_not_fed(marked: Path) -> None:
    with pytest.raises(ModelError, match="export checker"):
        TransformersNLI(str(marked))


def test_marks_of_another_version_are_refused(marked: Path, tmp_path: Path) -> None:
    export_checker(marked, tmp_path)
    config = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(config.replace(f'"marks": {marks.COUNT}', '"marks": 7'))
    with pytest.raises(ModelError, match="7 segment embeddings"):
        OnnxNLI(tmp_path)
