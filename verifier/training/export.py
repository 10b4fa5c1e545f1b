"""A trained model to the folder that ships: an int8 ONNX graph, its tokenizer, and the settings to run it.

What is rounded where is :mod:`verifier.training.quantise`'s work.
"""

from __future__ import annotations

import inspect
import json
import logging
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoModelForSequenceClassification

from verifier.errors import ModelError, StorageError
from verifier.models.marks import check_marks
from verifier.models.nli import read_label_order
from verifier.models.onnx_folder import FORMAT, read_tokenizer
from verifier.training.quantise import RowQuantised, quantise

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OPSET = 20  # the first with Gelu, otherwise five passes over the widest layer
_PAIR_TOKENS = 320
_POOLING = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
_MODULES = frozenset({"Transformer", "Pooling", "Normalize"})


@dataclass(frozen=True, slots=True)
class Settings:
    """``config.json`` of an exported model."""

    kind: str
    max_tokens: int
    vocab_size: int
    base: str
    version: str
    format: int = FORMAT


class _Output(nn.Module):
    """A model reduced to the one tensor that its engine reads."""

    def __init__(self, model: nn.Module, output: str) -> None:
        super().__init__()
        self.model, self.output = model, output

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        result = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        tensor: Tensor = result[self.output]
        return tensor


def export_checker(model_folder: Path, out: Path, *, max_tokens: int | None = None, base: str = "") -> None:
    """An NLI cross-encoder; ``max_tokens`` bounds evidence and claim together (default: 320, or all positions)."""
    model = _load(AutoModelForSequenceClassification, model_folder)
    labels = {str(number): name for number, name in model.config.id2label.items()}
    read_label_order(labels, str(model_folder))
    _export_pairs("checker", model, model_folder, out, {"id2label": labels}, max_tokens, base)


def export_reranker(model_folder: Path, out: Path, *, max_tokens: int | None = None, base: str = "") -> None:
    """A cross-encoder of one output; ``max_tokens`` bounds passage and query together (default as for a checker)."""
    model = _load(AutoModelForSequenceClassification, model_folder)
    if model.config.num_labels != 1:
        raise ModelError(f"expected a cross-encoder of one label in {model_folder}, it has {model.config.num_labels}")
    _export_pairs("reranker", model, model_folder, out, {}, max_tokens, base)


def export_embedder(model_folder: Path, out: Path, *, max_tokens: int | None = None, base: str = "") -> None:
    """A sentence-transformers folder; without ``max_tokens`` its own limit holds."""
    model = _load(AutoModel, model_folder)
    limit = max_tokens or _integer(model_folder / "sentence_bert_config.json", "max_seq_length")
    settings = _settings("embedder", model, limit, base or str(model_folder))
    extra = {"pooling": _pooling(model_folder), "dimension": int(model.config.hidden_size)}
    _export(_Output(model, "last_hidden_state"), model_folder, out, settings, extra)


def _export_pairs(
    kind: str, model: Any, folder: Path, out: Path, extra: dict[str, object], max_tokens: int | None, base: str
) -> None:
    """A cross-encoder, which may read marks."""
    limit = min(_PAIR_TOKENS, int(model.config.max_position_embeddings)) if max_tokens is None else max_tokens
    settings = _settings(kind, model, limit, base or str(folder))
    if check_marks(int(model.config.type_vocab_size), str(folder)):
        extra = extra | {"marks": int(model.config.type_vocab_size)}
    _export(_Output(model, "logits"), folder, out, settings, extra)


def _load(auto_class: Any, folder: Path) -> Any:
    try:
        model = auto_class.from_pretrained(
            folder, attn_implementation="eager", dtype="float32", local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot load a model from {folder}: {' '.join(str(error).split())}") from error
    if missing := set(INPUTS) - set(inspect.signature(model.forward).parameters):
        raise ModelError(
            f"expected an encoder of BERT's kind in {folder}, its inputs lack {', '.join(sorted(missing))}"
        )
    model.set_input_embeddings(RowQuantised(model.get_input_embeddings().weight))
    return model.eval()  # exported as it infers: no dropout


def _settings(kind: str, model: Any, max_tokens: int | None, base: str) -> Settings:
    positions = int(model.config.max_position_embeddings)
    longest = positions if max_tokens is None else max_tokens
    if not 8 <= longest <= positions:
        raise ModelError(f"expected max_tokens from 8 to the model's {positions} positions, got {longest}")
    return Settings(kind, longest, int(model.config.vocab_size), base, version("verifier"))


def _pooling(folder: Path) -> str:
    """``mean`` or ``cls`` as the folder states it; a folder that states nothing takes the mean."""
    modules = _json(folder / "modules.json")
    kinds = {str(module["type"]).rpartition(".")[2]: module for module in modules} if modules else {}
    if extra := set(kinds) - _MODULES:
        raise ModelError(
            f"cannot export the modules {', '.join(sorted(extra))} of {folder}: only pooling is carried over"
        )
    stated = _json(folder / kinds["Pooling"]["path"] / "config.json") if "Pooling" in kinds else None
    if stated is None:
        return "mean"
    chosen = {name for key, name in _POOLING.items() if stated.get(key)} | {stated.get("pooling_mode")} - {None}
    others = [
        key for key, on in stated.items() if key.startswith("pooling_mode_") and on is True and key not in _POOLING
    ]
    if len(chosen) != 1 or others or not chosen <= set(_POOLING.values()):
        raise ModelError(f"expected mean or cls pooling in {folder}, got {sorted(map(str, chosen))} {others}")
    return str(chosen.pop())


def _integer(path: Path, key: str) -> int | None:
    value = (_json(path) or {}).get(key)
    return value if isinstance(value, int) else None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {path}: {error}") from error


def _export(model: nn.Module, source: Path, out: Path, settings: Settings, extra: Mapping[str, object]) -> None:
    """Writes the three files beside ``out`` and moves them in, so that a failure leaves what stood there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=out.parent) as folder:
            made = Path(folder)
            _write_graph(model, settings.vocab_size, made / "float32", made / "model.onnx")
            tokenizer = read_tokenizer(source)
            tokenizer.save(str(made / "tokenizer.json"))
            content = json.dumps(asdict(settings) | dict(extra), indent=1, ensure_ascii=False)
            (made / "config.json").write_text(content + "\n", encoding="utf-8")
            for name in ("model.onnx", "tokenizer.json", "config.json"):
                (made / name).replace(out / name)
    except OSError as error:
        raise StorageError(f"cannot write the exported model to {out}: {error.strerror or error}") from error


def _write_graph(model: nn.Module, vocab_size: int, whole: Path, small: Path) -> None:
    ids = torch.arange(14).reshape(2, 7) % vocab_size  # (batch, length), both dynamic below
    sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # torch.onnx warns of its own internals on every export
        torch.onnx.export(
            model,
            (ids, torch.ones_like(ids), torch.zeros_like(ids)),
            str(whole),
            input_names=INPUTS,
            output_names=["output"],
            dynamic_shapes=dict.fromkeys(INPUTS, sizes),
            opset_version=_OPSET,
            external_data=False,
            verbose=False,
        )
    quantise(whole, small)
