"""A float32 ONNX graph to eight bits that keep its decisions, and an embedding table to eight bits before its export.

Against float32 (620 pairs of claim and passage; speed: 64 tokens, one thread, onnxruntime 1.32), a checker keeps:

    per tensor, embeddings too       93.6 % of its decisions   speed 1.00   cosine of the embedder 0.9933
    the same, embeddings by row      93.6 %                    1.00         0.9936
    8 bits, first layer in float     97.1 %                    0.84         0.9960
    all matrices in blocks of 64     99.7 %                    0.66         0.9995
    ... with Gelu and Sum, as here   99.7 %                    0.77         0.9995
    blocks in the first two thirds   99.2 %                    0.94         0.9980

Early errors grow through the layers above, hence blocks there: 64 or 256 activations of one token share a scale
(``MatMulNBits``, 8 bits since onnxruntime 1.22). The rest share one a call, which is twice as fast; their weights
have seven bits, since processors without VNNI add pairs of products in 16 bits, which eight overflow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quant_pre_process, quantize_dynamic
from torch import Tensor, nn


class RowQuantised(nn.Module):
    """An embedding table in eight bits with a scale for each row, which alone costs 0.2 % of a checker's decisions."""

    table: Tensor
    scale: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.detach().abs().amax(dim=1, keepdim=True).clamp_min(1e-9) / 127  # (rows, 1)
        self.register_buffer("table", (weight.detach() / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor) -> Tensor:
        """The rows of ``ids`` in float32."""
        return self.table[ids].float() * self.scale[ids]


def quantise(whole: Path, small: Path, *, in_blocks: float = 2 / 3) -> None:
    """A float32 graph with its constant matrices in eight bits, the first ``in_blocks`` of them in blocks.

    Other constants stay as they are: for embeddings there is :class:`RowQuantised`.
    """
    prepared = whole.with_suffix(".prepared")
    quant_pre_process(whole, prepared, skip_symbolic_shape=True)
    graph = onnx.load(str(prepared)).graph
    constants = {tensor.name for tensor in graph.initializer}
    names = [node.name for node in graph.node if node.op_type == "MatMul" and node.input[1] in constants]
    early = names[: round(len(names) * in_blocks)]
    quantize_dynamic(
        prepared,
        small,
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=early,
    )
    model = onnx.load(str(small))
    _set_blocks(model, frozenset(early))
    normalised = {node.input[0] for node in model.graph.node if node.op_type == "LayerNormalization"}
    for node in model.graph.node:
        if node.op_type == "Add" and node.output[0] in normalised:
            node.op_type = "Sum"  # an Add would be fused to SkipLayerNormalization, five times as slow as the two
        del node.metadata_props[:]  # traces of this machine's source files
        node.doc_string = ""
    onnx.save(model, str(small))


def _set_blocks(model: Any, names: frozenset[str]) -> None:
    """Turns the named MatMuls of an onnx.ModelProto into MatMulNBits."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes = [node for node in model.graph.node if node.name in names]
    for name in dict.fromkeys(node.input[1] for node in nodes):
        weight = numpy_helper.to_array(constants[name])  # (rows, columns)
        packed, scales = blocks(weight)
        sizes = {"K": weight.shape[0], "N": weight.shape[1], "bits": 8, "block_size": packed.shape[2]}
        sizes["accuracy_level"] = 4  # activations in eight bits too
        for node in nodes:
            if node.input[1] == name:
                node.op_type, node.domain = "MatMulNBits", "com.microsoft"
                node.input[1:] = [f"{name}_packed", f"{name}_scales"]
                node.attribute.extend(helper.make_attribute(key, value) for key, value in sizes.items())
        model.graph.initializer.remove(constants[name])
        model.graph.initializer.append(numpy_helper.from_array(packed, f"{name}_packed"))
        model.graph.initializer.append(numpy_helper.from_array(scales, f"{name}_scales"))
    if "com.microsoft" not in {entry.domain for entry in model.opset_import}:
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def blocks(weight: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Columns of a matrix cut into blocks with a scale each; 128 stands for zero.

    *Shapes:* (columns, blocks, values of a block) and (columns, blocks).

    >>> packed, scales = blocks(np.array([[1.0], [-0.5]], dtype=np.float32))
    >>> packed[0, 0, :3].tolist(), round(float(scales[0, 0]) * 127, 4)
    ([255, 64, 128], 1.0)
    """
    rows, columns = weight.shape
    size = 256 if rows % 512 == 0 else 64  # a long sum in fewer steps; a last block in part would cost a whole one
    padded = np.pad(weight, ((0, -rows % size), (0, 0)))
    parts = padded.T.reshape(columns, -1, size)
    scales = (np.maximum(np.abs(parts).max(axis=2), 1e-9) / 127).astype(np.float32)  # (columns, blocks)
    packed = (np.rint(parts / scales[:, :, None]) + 128).astype(np.uint8)
    return packed, scales
