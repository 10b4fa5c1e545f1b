from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from tests.tiny_models import NEUTRAL, build_nli
from verifier.models.hub import TransformersNLI
from verifier.models.nli import SELF_TEST
from verifier.models.onnx import OnnxNLI
from verifier.models.protocols import Pair
from verifier.models.sessions import SessionPool
from verifier.training.export import export_checker
from verifier.training.quantise import RowQuantised, blocks, quantise


@pytest.fixture
def matrices(tmp_path: Path) -> tuple[nn.Module, Path]:
    """Three matrices in a row, and their graph."""
    torch.manual_seed(0)
    model = nn.Sequential(*(nn.Linear(sizes[0], sizes[1]) for sizes in ((96, 512), (512, 64), (64, 32)))).eval()
    length = torch.export.Dim("length")
    torch.onnx.export(
        model, (torch.randn(1, 5, 96),), str(tmp_path / "whole"), input_names=["x"], dynamic_shapes=({1: length},),
        opset_version=20, external_data=False, verbose=False,
    )  # fmt: skip
    return model, tmp_path / "whole"


def test_a_row_of_the_table_is_within_one_per_cent() -> None:
    torch.manual_seed(0)
    weight = torch.randn(50, 32) * torch.logspace(-3, 1, 50)[:, None]  # rare words have short vectors
    weight[7] = 0
    ids = torch.arange(50).reshape(2, 25)
    found = RowQuantised(weight)(ids)
    assert found.dtype == torch.float32
    errors = (found - weight[ids]).norm(dim=-1) / weight[ids].norm(dim=-1).clamp_min(1e-9)
    assert errors.max() < 0.01
    assert found[0, 7].abs().max() == 0


@pytest.mark.parametrize(("rows", "size"), [(32, 64), (384, 64), (1536, 256)])
def test_blocks_hold_the_matrix(rows: int, size: int) -> None:
    weight = np.random.default_rng(0).normal(size=(rows, 8)).astype(np.float32)
    packed, scales = blocks(weight)
    assert packed.shape == (8, -(-rows // size), size)
    whole = ((packed.astype(np.float32) - 128) * scales[:, :, None]).reshape(8, -1).T[:rows]
    assert np.abs(whole - weight).max() <= scales.max() / 2 + 1e-6


@pytest.mark.filterwarnings("ignore")  # torch.onnx warns of its own internals on every export
@pytest.mark.parametrize(("share", "in_blocks"), [(0.0, 0), (2 / 3, 2), (1.0, 3)])
def test_the_first_matrices_are_in_blocks(matrices: tuple[nn.Module, Path], share: float, in_blocks: int) -> None:
    model, whole = matrices
    small = whole.with_name("small")
    quantise(whole, small, in_blocks=share)
    kinds = [node.op_type for node in onnx.load(str(small)).graph.node]
    assert kinds.count("MatMulNBits") == in_blocks
    assert kinds.count("MatMulInteger") == 3 - in_blocks
    assert kinds.count("MatMul") == 0
    inputs = torch.randn(1, 9, 96)
    with torch.inference_mode():
        expected = model(inputs).numpy()
    found = SessionPool(small, threads=1).run({"x": inputs.numpy()})[0]
    assert np.abs(found - expected).max() < 0.03 * np.abs(expected).max()


def test_a_checker_keeps_its_decisions(tmp_path: Path) -> None:
    source = build_nli(tmp_path / "torch")
    export_checker(source, tmp_path / "onnx")
    premises = [pair.premise for pair in (*SELF_TEST, NEUTRAL)]
    pairs = [Pair(premise, pair.hypothesis) for premise in premises for pair in (*SELF_TEST, NEUTRAL)]

    def decisions(model: OnnxNLI | TransformersNLI) -> list[int]:
        return [int(np.argmax([s.entailment, s.neutral, s.contradiction])) for s in model.score(pairs)]

    exported = OnnxNLI(tmp_path / "onnx")
    assert decisions(exported) == decisions(TransformersNLI(str(source)))
    assert set(decisions(exported)) == {0, 1, 2}
    assert exported.score(pairs) == OnnxNLI(tmp_path / "onnx", threads=2).score(pairs)
