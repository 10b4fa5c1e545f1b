"""A shipped int8 graph back to float32 weights, so that training goes on where a release stopped.

The inverse of :mod:`verifier.training.quantise`, up to what rounding lost; checkpoints are large and stay where they
were made, while a release is everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import Tensor, nn

from verifier.errors import ModelError
from verifier.models.marks import is_claim

_ROOT = "model."  # the exported module wraps the model under this name
_SEGMENTS = "token_type_embeddings.weight"
_REACH = 4  # nodes between a product and the addition of its bias: cast, two scales


def restored(graph: Path, root: str = _ROOT) -> dict[str, Tensor]:
    """The weights that a graph holds, by the names of the model it was exported from, which stand after ``root``.

    The word embeddings are not among them: training leaves those as the base has them.
    """
    try:
        proto = onnx.load(str(graph)).graph
    except Exception as error:  # onnx and protobuf raise bare exceptions of several kinds
        raise ModelError(f"cannot read {graph}: not an ONNX model; name the folder of an exported one") from error
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in proto.initializer}
    constants |= dict(_unpacked(constants))
    found = {
        name.removeprefix(root): torch.from_numpy(array.copy())
        for name, array in constants.items()
        if name.startswith(root) and name.endswith((".weight", ".bias")) and array.dtype == np.float32
    }
    consumers: dict[str, list[Any]] = {}
    for node in proto.node:
        for name in node.input:
            consumers.setdefault(name, []).append(node)
    for node, matrix in _matrices(proto, constants):
        bias = _bias_after(node.output[0], consumers, constants)
        if bias is None:
            raise ModelError(
                f"{graph}: the product {node.name} has no bias to tell its name by; export the model again"
            )
        weight = np.ascontiguousarray(matrix.T, dtype=np.float32)
        found[bias.removeprefix(root).removesuffix("bias") + "weight"] = torch.from_numpy(weight)
    return found


def load_restored(model: nn.Module, folder: Path) -> None:
    """Put the weights of a folder, exported or as it was trained, into a model of the same architecture.

    A model with more segment embeddings than the folder keeps its own further ones, moved along with the segment that
    they stand for. Raises ModelError when a weight does not fit.
    """
    whole = folder / "model.safetensors"
    weights = load_file(whole) if whole.is_file() else restored(folder / "model.onnx")
    own = model.state_dict()
    name = next((name for name in weights if name.endswith(_SEGMENTS)), "")
    if name in own and len(weights[name]) < len(own[name]):
        weights[name] = _widened(own[name], weights[name])
    wrong = [name for name, tensor in weights.items() if name not in own or own[name].shape != tensor.shape]
    absent = [name for name in own if name not in weights and "word_embeddings" not in name]
    if wrong or absent:
        raise ModelError(f"{folder}: another architecture than the base's ({', '.join([*wrong, *absent][:3])})")
    model.load_state_dict(own | weights)


def load_restored_generator(model: nn.Module, folder: Path) -> None:
    """Put the weights of an exported generator into a model of the same shape. Raises ModelError when one is missing.

    Its word vectors are the base's.
    """
    weights = restored(folder / "encoder.onnx", "") | restored(folder / "decoder.onnx", "")
    own = model.state_dict()
    wanted = [name for name in own if name not in ("words.weight", "vocabulary")]
    wrong = [name for name in wanted if name not in weights or own[name].shape != weights[name].shape]
    if wrong:
        raise ModelError(f"{folder}: another architecture than the base's ({', '.join(wrong[:3])})")
    model.load_state_dict(own | {name: weights[name] for name in wanted})


def _unpacked(constants: dict[str, NDArray[Any]]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Matrices that the generator's export stores as int8 with a scale a column, and tables quantised as a whole."""
    for name, array in constants.items():
        if name.endswith(".int8"):
            stem = name.removesuffix(".int8")
            yield stem, array.astype(np.float32) * constants[f"{stem}.scale"]
        elif name.endswith(".weight_quantized"):
            stem = name.removesuffix("_quantized")
            zero = constants[f"{stem}_zero_point"].astype(np.float32)
            yield stem, (array.astype(np.float32) - zero) * constants[f"{stem}_scale"]


def _widened(own: Tensor, given: Tensor) -> Tensor:
    rows = own.clone()
    for number, row in enumerate(own):
        segment = int(is_claim(number))
        rows[number] = row - own[segment] + given[segment]
    return rows


def _matrices(graph: Any, constants: dict[str, NDArray[Any]]) -> Iterator[tuple[Any, NDArray[Any]]]:
    """Each product with a constant, and the constant in float32, *Shape:* (inputs, outputs)."""
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            rows = next(a.i for a in node.attribute if a.name == "K")
            packed, scales = constants[node.input[1]], constants[node.input[2]]
            parts = (packed.astype(np.float32) - 128) * scales.reshape(*packed.shape[:2], 1)  # (columns, blocks, size)
            yield node, parts.reshape(len(parts), -1)[:, :rows].T
        elif node.op_type == "MatMulInteger" and node.input[1] in constants:
            stem = node.input[1].removesuffix("_quantized")
            zero = constants[node.input[3]].astype(np.float32)
            yield node, (constants[node.input[1]].astype(np.float32) - zero) * constants[f"{stem}_scale"]
        elif node.op_type in ("MatMul", "Gemm") and node.input[1] in constants:
            transposed = any(a.name == "transB" and a.i for a in node.attribute)
            yield node, constants[node.input[1]].T if transposed else constants[node.input[1]]


def _bias_after(
    output: str, consumers: dict[str, list[Any]], constants: dict[str, NDArray[Any]], reach: int = _REACH
) -> str | None:
    for node in consumers.get(output, []) if reach else []:
        biases = [name for name in node.input if name in constants and name.endswith(".bias")]
        if node.op_type in ("Add", "Sum") and biases:
            return str(biases[0])
        if node.op_type in ("Cast", "Mul") and (later := _bias_after(node.output[0], consumers, constants, reach - 1)):
            return later
    return None
