"""An ONNX graph run one sequence a call, on as many threads as there are cores.

Dynamic int8 takes the scale of its activations over everything in the call, padding included, so a sequence scores
differently beside others. Alone in its call it always scores the same, and nothing is spent on padding.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from verifier.errors import ModelError, UsageError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Feed = Mapping[str, NDArray[Any]]
THREADS_VARIABLE = "VERIFIER_THREADS"


def thread_count() -> int:
    """``VERIFIER_THREADS`` where it is set, else the cores that this process may use."""
    stated = os.environ.get(THREADS_VARIABLE, "").strip()
    if stated:
        if not stated.isdecimal() or int(stated) < 1:
            raise UsageError(
                f"expected a whole number from 1 in {THREADS_VARIABLE}, got {stated!r}: correct or unset it"
            )
        return int(stated)
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def token_feed(ids: Sequence[int], type_ids: Sequence[int]) -> Feed:
    """The inputs of an encoder for one sequence, each *Shape:* (1, length)."""
    row = np.asarray([ids], dtype=np.int64)
    return {
        "input_ids": row,
        "attention_mask": np.ones_like(row),
        "token_type_ids": np.asarray([type_ids], dtype=np.int64),
    }


class SessionPool:
    """One session, called by several threads at once; each call runs on its caller's thread alone.

    ONNX Runtime allows concurrent calls, so threads share the weights: as fast as a session a thread (120 texts/s
    either way, two threads), loaded once.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        self._threads = thread_count() if threads is None else threads
        self._session = _open_session(path)
        self._inputs = frozenset(entry.name for entry in self._session.get_inputs())
        self._executor = ThreadPoolExecutor(self._threads, "verifier-onnx") if self._threads > 1 else None

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the graph's inputs."""
        return self._inputs

    def run(self, feed: Feed) -> list[NDArray[Any]]:
        """All outputs of one call. What the graph has no input for is left out of the feed."""
        outputs: list[NDArray[Any]] = self._session.run(
            None, {name: array for name, array in feed.items() if name in self._inputs}
        )
        return outputs

    def run_many(self, feeds: Sequence[Feed]) -> list[NDArray[Any]]:
        """The first output of each call, in the order of ``feeds``."""
        if self._executor is None or len(feeds) < 2:
            return [self.run(feed)[0] for feed in feeds]
        return list(self._executor.map(lambda feed: self.run(feed)[0], feeds))


def _open_session(path: Path) -> InferenceSession:
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    if not path.is_file():
        raise ModelError(f"expected an ONNX model at {path}, found none: check the folder or export the model again")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # it keeps a plan for every length ever seen
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (errors.Fail, errors.InvalidArgument, errors.InvalidGraph, errors.InvalidProtobuf,
            errors.NoModel, errors.NotImplemented, errors.RuntimeException) as error:  # fmt: skip
        raise ModelError(f"cannot load {path}: damaged or not an ONNX model; export or install it again") from error
