"""The exported generator: the same next tokens as the model it comes from, drafts, refusals, errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.test_generator_training import ROWS, build_base, learn_by_heart, recipe_for
from verifier.errors import ModelError
from verifier.models.beam import Search, beam_search
from verifier.models.digest import digest_of
from verifier.models.onnx_generator import OnnxGenerator
from verifier.models.protocols import Prompt
from verifier.models.whole_words import WholeWords
from verifier.training.export_generator import agreement, export_generator
from verifier.training.generator import load_model, save_model
from verifier.training.generator_rows import Coder

PROMPTS = [Prompt(row.question.capitalize(), row.passages) for row in ROWS]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generator")
    model, coder = learn_by_heart(recipe_for(build_base(folder / "base"), folder, 1))
    save_model(model, coder.tokenizer, folder / "model")
    return folder / "model"


@pytest.fixture(scope="module")
def exported(trained: Path) -> Path:
    export_generator(trained, trained.parent / "onnx", base="tiny")
    return trained.parent / "onnx"


def test_drafts_are_those_learnt(exported: Path) -> None:
    generator = OnnxGenerator(exported)
    assert generator.generate(PROMPTS) == [row.target[:1].upper() + row.target[1:] for row in ROWS]
    assert (generator.name, generator.digest) == (str(exported), digest_of(exported))


def test_casing_comes_from_the_passage(exported: Path) -> None:
    prompt = Prompt("Where is the tower?", ("The tower stands in Paris.",))
    assert OnnxGenerator(exported).generate([prompt]) == ["The tower stands in Paris."]


def test_one_by_one_and_together_are_the_same(exported: Path) -> None:
    together = OnnxGenerator(exported, threads=2).generate(PROMPTS)
    assert together == [OnnxGenerator(exported, threads=1).generate([prompt])[0] for prompt in PROMPTS]
    assert OnnxGenerator(exported).generate([]) == []


def test_nothing_to_draft_from_is_declined(exported: Path) -> None:
    generator = OnnxGenerator(exported)
    assert generator.generate([Prompt("Where is the tower?", ()), Prompt("", ("a cat",)), Prompt("Why?", (" ",))]) == [
        "", "", "",
    ]  # fmt: skip


def test_a_prompt_longer_than_the_window_is_cut(exported: Path) -> None:
    drafts = OnnxGenerator(exported).generate([Prompt("where is the cat? " * 40, ("a cat sat on the mat. " * 40,))])
    assert len(drafts) == 1


def test_next_tokens_agree_with_the_original(trained: Path, tmp_path: Path) -> None:
    export_generator(trained, tmp_path, int8=False)
    model = load_model(trained)
    exported = OnnxGenerator(tmp_path)
    coder = Coder(exported._tokenizer, model.shape.max_source, model.shape.max_target)
    rows = [row for draft in ROWS if (row := coder.row(draft))]
    found = agreement(model, exported, coder, rows)
    assert found.steps == sum(len(row.target) for row in rows)
    assert found.share == 1.0


def test_a_step_gives_probabilities(exported: Path) -> None:
    generator = OnnxGenerator(exported)
    coder = Coder(generator._tokenizer, 40, 16)
    step = generator.step_over(coder.source("where is the cat?", ["a cat sat."]), 2)
    order = np.zeros(2, dtype=np.int64)
    first = step(np.full(2, coder.start), order)
    second = step(np.array([coder.tokenizer.token_to_id("the"), coder.tokenizer.token_to_id("a")]), order)
    for table in (first, second):
        assert table.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-3)
    assert first[0] == pytest.approx(first[1])
    assert not np.allclose(second[0], second[1])


@pytest.mark.parametrize("name", ["encoder.onnx", "decoder.onnx", "words.npz", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_a_damaged_folder_is_refused(exported: Path, tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(exported, folder)
    (folder / name).unlink()
    if damage == "broken":
        (folder / name).write_bytes(b"broken")
    with pytest.raises(ModelError, match=name.split(".")[0]):
        OnnxGenerator(folder)


def test_another_kind_is_refused(exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(exported, folder)
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(settings | {"kind": "checker"}), encoding="utf-8")
    with pytest.raises(ModelError, match="generator"):
        OnnxGenerator(folder)


def test_beams_find_what_greed_misses() -> None:
    # after 0: token 1 (0.6) leads to an even spread, token 2 (0.4) to the end almost surely
    table = {0: [0, 0.6, 0.4, 0, 0], 1: [0, 0, 0, 0.5, 0.5], 2: [0, 0, 0.01, 0.99, 0], 4: [0, 0, 0, 1.0, 0]}

    def step(last: np.ndarray, order: np.ndarray) -> np.ndarray:
        return np.array([table[int(token)] for token in last])

    assert beam_search(step, 0, 3, Search(beams=1, length_power=0.0))[0] == [1]
    assert beam_search(step, 0, 3, Search(beams=3, length_power=0.0))[0] == [2]


def test_a_name_is_copied_whole_or_not_at_all() -> None:
    # source: head 1 with tail 4, head 2 with tail 5; the model would cross them
    continuing = np.array([False, False, False, False, True, True, False])
    words = WholeWords([1, 4, 2, 5, 3], continuing, np.array([3, 6]))
    step = words.guard(lambda last, order: np.full((len(last), 7), 1 / 7))
    table = step(np.array([1, 2, 3]), np.zeros(3, dtype=np.int64))
    assert [np.flatnonzero(row).tolist() for row in table] == [[4], [5], [0, 1, 2, 3, 6]]


def test_no_run_of_three_comes_twice() -> None:
    def step(last: np.ndarray, order: np.ndarray) -> np.ndarray:
        table = np.full((len(last), 6), 0.001)
        table[np.arange(len(last)), 1 + last % 3] = 0.99
        return table

    tokens = beam_search(step, 0, 5, Search(beams=2, max_tokens=12))[0]
    runs = list(zip(tokens, tokens[1:], tokens[2:], strict=False))
    assert len(runs) == len(set(runs))
