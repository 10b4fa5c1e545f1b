"""Finding and loading what a Hub id or a folder names: local files first, then the Hub unless it is forbidden.

No code from a model's repository is ever run. Whatever goes wrong becomes one ModelError of one line.
"""

from __future__ import annotations

import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from verifier.errors import ModelError
from verifier.models.digest import digest_of

T = TypeVar("T")
_TRUE = frozenset({"1", "on", "yes", "true"})
_REACH_SECONDS = 10.0
_WIDEST = 4096


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in evaluation mode on its device, its tokenizer, and the longest input it takes, in tokens."""

    model: Any
    tokenizer: Any
    device: str
    max_tokens: int


def offline() -> bool:
    """Whether ``HF_HUB_OFFLINE`` forbids the network, read now rather than when a library was imported."""
    return os.environ.get("HF_HUB_OFFLINE", "").strip().lower() in _TRUE


def device_name() -> str:
    """``cuda`` where there is one, else ``cpu``."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def load_source(source: str, load: Callable[[bool], T]) -> T:
    """What ``load(local_files_only)`` gives, tried on local files first; raises ModelError."""
    from safetensors import SafetensorError

    foreign = (OSError, ValueError, RuntimeError, ImportError, KeyError, SafetensorError)
    try:
        with _quiet():
            return load(True)
    except foreign as error:
        if Path(source).exists():
            raise ModelError(f"cannot load a model from the folder {source}: {_one_line(error)}") from error
        if offline():
            raise ModelError(
                f"no model {source!r} in the local cache, and HF_HUB_OFFLINE forbids fetching it: "
                "give a folder, or download it first"
            ) from error
    _reach(source)
    try:
        return load(False)
    except foreign as error:
        raise ModelError(
            f"cannot load {source!r} from the Hugging Face Hub: check the name, give a folder, or download it first "
            f"({_one_line(error)})"
        ) from error


def load_model(source: str, auto_class: Any) -> LoadedModel:
    """Model and tokenizer by one of transformers' auto classes; raises ModelError, also when weights are missing."""
    from transformers import AutoTokenizer

    def load(local_files_only: bool) -> tuple[Any, Any]:
        tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=local_files_only, trust_remote_code=False)
        model, report = auto_class.from_pretrained(
            source,
            local_files_only=local_files_only,
            trust_remote_code=False,
            dtype="float32",
            output_loading_info=True,
        )
        if report["missing_keys"]:  # transformers fills them with random numbers
            raise ValueError(
                f"it lacks the weights {', '.join(sorted(report['missing_keys'])[:3])}: not this kind of model"
            )
        return model, tokenizer

    model, tokenizer = load_source(source, load)
    device = device_name()
    model.to(device).eval()  # torch's inference mode: no dropout
    return LoadedModel(model, tokenizer, device, max_tokens(model.config, tokenizer.model_max_length))


def max_tokens(config: Any, stated: int) -> int:
    """Longest input: the tokenizer's limit and the model's positions, whichever is less, and at most 4,096."""
    positions = getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None)
    if isinstance(positions, int) and "roberta" in config.model_type:
        positions -= 2  # RoBERTa and its kin count positions from 2
    return min(stated, positions if isinstance(positions, int) and positions > 0 else _WIDEST, _WIDEST)


def digest_of_source(source: str, config: Any) -> str:
    """Over the files of a folder; of a Hub model the commit, which is the Hub's own digest over its files."""
    if Path(source).is_dir():
        return digest_of(Path(source))
    commit = getattr(config, "_commit_hash", None)
    if not isinstance(commit, str):
        raise ModelError(
            f"expected the Hub's commit for {source!r}, found none: download the model and give its folder"
        )
    return commit[:12]


@contextmanager
def _quiet() -> Iterator[None]:
    """No bars nor notes from transformers while it reads weights from disk; its settings are put back afterwards."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _reach(source: str) -> None:
    """Asks the Hub for the model once: without an answer, the libraries below would try again for a minute.

    Any answer will do, a refusal too: it may be one that the user's token lifts, and the libraries tell it better.
    """
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    try:
        with urllib.request.urlopen(f"{endpoint}/api/models/{source}", timeout=_REACH_SECONDS):
            return
    except urllib.error.HTTPError:
        return
    except OSError as error:
        if isinstance(getattr(error, "reason", None), ssl.SSLError):  # certificates are the libraries' own matter
            return
        raise ModelError(
            f"no model {source!r} here, and the Hugging Face Hub cannot be reached: give a folder, or download it first"
        ) from error


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:199] + "…"
