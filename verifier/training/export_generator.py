"""A trained generator to the folder that ships: two int8 ONNX graphs, a table of words, tokenizer and settings.

The encoder's graph also gives what every step needs of the source: cross-attention keys and values, pointer keys.
The decoder's graph takes one token a beam with the keys and values of those before it, and computes in int8; the
encoder keeps its weights so and computes in float32, or one next token in twenty is not the original's.
"""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quant_pre_process, quantize_dynamic
from torch import Tensor, nn

from verifier.errors import StorageError
from verifier.models.onnx_folder import FORMAT, read_tokenizer
from verifier.models.onnx_generator import OnnxGenerator, Source
from verifier.training.generator import load_model
from verifier.training.generator_model import GeneratorModel
from verifier.training.generator_rows import Coder, Row, collate

_FILES = ("encoder.onnx", "decoder.onnx", "words.npz", "tokenizer.json", "config.json")


class EncoderGraph(nn.Module):
    """One source to what the decoder needs of it."""

    def __init__(self, model: GeneratorModel) -> None:
        super().__init__()
        self.encoder, self.decoder = model.encoder, model.decoder

    def forward(self, embedded: Tensor, types: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """``embedded``: *Shape:* (1, source, hidden), ``types``: *Shape:* (1, source)."""
        memory = self.encoder(embedded, types, None)
        pairs = [layer.cross.keys_values(memory) for layer in self.decoder.layers]
        keys, values = (torch.cat(parts) for parts in zip(*pairs, strict=True))  # (layers, heads, source, width)
        return keys, values, self.decoder.pointer_key(memory)[0]


class DecoderGraph(nn.Module):
    """One token of each beam to the probabilities of the next, generated and copied, and the grown past."""

    def __init__(self, model: GeneratorModel) -> None:
        super().__init__()
        self.decoder = model.decoder
        self.output = nn.Parameter(model.words.weight[model.vocabulary].detach().clone(), requires_grad=False)

    def forward(
        self,
        embedded: Tensor,
        position: Tensor,
        past_keys: Tensor,
        past_values: Tensor,
        cross_keys: Tensor,
        cross_values: Tensor,
        pointer_keys: Tensor,
        copyable: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """``embedded``: *Shape:* (beams, hidden); past: *Shape:* (layers, beams, heads, tokens, width)."""
        decoder = self.decoder
        states = decoder.norm((embedded + decoder.positions(position))[:, None])  # (beams, 1, hidden)
        all_keys, all_values = [], []
        for number, layer in enumerate(decoder.layers):
            keys, values = layer.attention.keys_values(states)
            keys = torch.cat([past_keys[number], keys], dim=2)
            values = torch.cat([past_values[number], values], dim=2)
            states = layer.attention(states, keys, values, None)
            states = layer.cross(states, cross_keys[number][None], cross_values[number][None], None)
            states = layer.feed_forward(states)
            all_keys.append(keys)
            all_values.append(values)
        following = decoder.heads(states, self.output, pointer_keys[None], copyable[None])
        generated = (following.vocabulary + following.gate).exp()[:, 0]
        copied = (following.copy + following.ungate).exp()[:, 0]
        return generated, copied, torch.stack(all_keys), torch.stack(all_values)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the exported model's likeliest next token is the original's."""

    same: int
    steps: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.same / max(1, self.steps)


def export_generator(model_folder: Path, out: Path, *, base: str = "", int8: bool = True) -> None:
    """Write the five files to ``out``; a failure leaves what stood there."""
    model = load_model(model_folder)
    shape = model.shape
    settings = {
        "kind": "generator", "format": FORMAT,
        "max_tokens": shape.max_source, "max_target": shape.max_target, "vocab_size": shape.words,
        "base": base or str(model_folder),
        "version": version("verifier"),
    }  # fmt: skip
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=out.parent) as folder:
            made = Path(folder)
            _write_graphs(model, made, int8)
            _write_words(model, made / "words.npz")
            read_tokenizer(model_folder).save(str(made / "tokenizer.json"))
            (made / "config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
            for name in _FILES:
                (made / name).replace(out / name)
    except OSError as error:
        raise StorageError(f"cannot write the exported model to {out}: {error.strerror or error}") from error


def _write_words(model: GeneratorModel, path: Path) -> None:
    weights = model.words.weight.detach().numpy()
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-9).astype(np.float32) / 127
    words = np.round(weights / scales[:, None]).astype(np.int8)
    vocabulary = model.vocabulary.numpy()
    np.savez(path, words=words, scales=scales, vocabulary=vocabulary, max_target=np.array(model.shape.max_target))


def _write_graphs(model: GeneratorModel, folder: Path, int8: bool) -> None:
    shape = model.shape
    width = shape.hidden // shape.heads
    layers, beams, past, source = len(shape.decoder_from), 4, 5, 7
    beam, token, place = (torch.export.Dim(name) for name in ("beams", "tokens", "source"))
    _graph(
        EncoderGraph(model),
        {
            "embedded": (torch.randn(1, source, shape.hidden), {1: place}),
            "types": (torch.ones(1, source, dtype=torch.long), {1: place}),
        },
        ("cross_keys", "cross_values", "pointer_keys"),
        folder / "encoder.onnx",
        _store_in_int8 if int8 else None,
    )

    def gone() -> tuple[Tensor, dict[int, Any]]:  # a fresh tensor each: the exporter takes one object for one input
        return torch.randn(layers, beams, shape.heads, past, width), {1: beam, 3: token}

    def crossed() -> tuple[Tensor, dict[int, Any]]:
        return torch.randn(layers, shape.heads, source, width), {2: place}

    _graph(
        DecoderGraph(model),
        {
            "embedded": (torch.randn(beams, shape.hidden), {0: beam}),
            "position": (torch.tensor([past]), {}),
            "past_keys": gone(),
            "past_values": gone(),
            "cross_keys": crossed(),
            "cross_values": crossed(),
            "pointer_keys": (torch.randn(source, shape.hidden), {0: place}),
            "copyable": (torch.ones(source, dtype=torch.bool), {0: place}),
        },
        ("generated", "copied", "keys", "values"),
        folder / "decoder.onnx",
        _compute_in_int8 if int8 else None,
    )


def _compute_in_int8(whole: Path, small: Path) -> None:
    quantize_dynamic(whole, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def _store_in_int8(whole: Path, small: Path) -> None:
    """Matrices as int8 with a scale a column; ONNX Runtime folds them to float32 when it loads the graph."""
    model = onnx.load(str(whole))
    graph = model.graph
    matrices = {entry.name: entry for entry in graph.initializer if len(entry.dims) == 2}
    used = {name for node in graph.node if node.op_type == "MatMul" for name in node.input} & set(matrices)
    unpacked = []
    for name in sorted(used):
        weight = numpy_helper.to_array(matrices[name])
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-9).astype(np.float32) / 127
        packed = np.round(weight / scale).astype(np.int8)
        graph.initializer.remove(matrices[name])
        graph.initializer.append(numpy_helper.from_array(packed, f"{name}.int8"))
        graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
        unpacked.append(helper.make_node("Cast", [f"{name}.int8"], [f"{name}.whole"], to=TensorProto.FLOAT))
        unpacked.append(helper.make_node("Mul", [f"{name}.whole", f"{name}.scale"], [name]))
    unpacked += list(graph.node)
    del graph.node[:]
    graph.node.extend(unpacked)
    onnx.save(model, str(small))


def _graph(
    module: nn.Module,
    inputs: dict[str, tuple[Tensor, dict[int, Any]]],
    outputs: Sequence[str],
    path: Path,
    quantise: Callable[[Path, Path], None] | None,
) -> None:
    whole = path.with_suffix(".float32") if quantise else path
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # torch.onnx warns of its own internals on every export
        torch.onnx.export(
            module.eval(),  # exported as it infers: no dropout
            tuple(example for example, _ in inputs.values()),
            str(whole),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes={name: sizes for name, (_, sizes) in inputs.items()},
            opset_version=18,
            external_data=False,
            verbose=False,
        )
    if quantise is not None:
        prepared = whole.with_suffix(".prepared")
        quant_pre_process(whole, prepared, skip_symbolic_shape=True)
        quantise(prepared, path)
    graph = onnx.load(str(path))
    for node in graph.graph.node:  # traces of this machine's source files
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(graph, str(path))


@torch.no_grad()
def agreement(model: GeneratorModel, exported: OnnxGenerator, coder: Coder, rows: Sequence[Row]) -> Agreement:
    """Next tokens of both after every prefix of each row's target."""
    same = steps = 0
    for row in rows:
        batch = collate([row], coder, torch.device("cpu"))
        memory = model.encode(batch.ids, batch.types, batch.mask)
        following = model.decode(memory, batch.mask, batch.copyable, batch.prefix)
        total = torch.zeros(len(row.target), model.shape.words)
        total[:, model.vocabulary] = (following.vocabulary + following.gate).exp()[0]
        copied = (following.copy + following.ungate).exp()[0]
        total.index_add_(1, batch.ids[0], copied)
        step = exported.step_over(Source(row.source, row.passages_at), 1)
        for number, wanted in enumerate(total.argmax(-1).tolist()):
            guess = step(batch.prefix[0, number : number + 1].numpy(), np.zeros(1, dtype=np.int64))
            same, steps = same + int(guess[0].argmax() == wanted), steps + 1
    return Agreement(same, steps)
