from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from verifier.errors import ModelError, UsageError
from verifier.models.sessions import SessionPool, thread_count, token_feed


@pytest.fixture
def doubling(tmp_path: Path) -> Path:
    """A graph that adds ``input_ids`` to itself, and has no other input."""
    shape = ["batch", "length"]
    graph = helper.make_graph(
        [helper.make_node("Add", ["input_ids", "input_ids"], ["output"])],
        "doubling",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape)],
        [helper.make_tensor_value_info("output", TensorProto.INT64, shape)],
    )
    path = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), str(path))
    return path


@pytest.mark.parametrize("threads", [1, 4])
def test_results_come_in_the_order_of_the_feeds(doubling: Path, threads: int) -> None:
    pool = SessionPool(doubling, threads=threads)
    feeds = [token_feed([number] * (1 + number % 7), [0] * (1 + number % 7)) for number in range(200)]
    results = pool.run_many(feeds)
    assert [array.tolist() for array in results] == [[[2 * n] * (1 + n % 7)] for n in range(200)]
    assert pool.run_many([]) == []
    assert pool.inputs == {"input_ids"}


def test_token_feed_is_one_unpadded_row() -> None:
    feed = token_feed([5, 6, 7], [0, 0, 1])
    assert {name: array.tolist() for name, array in feed.items()} == {
        "input_ids": [[5, 6, 7]],
        "attention_mask": [[1, 1, 1]],
        "token_type_ids": [[0, 0, 1]],
    }
    assert all(array.dtype == np.int64 for array in feed.values())


def test_threads_are_the_cores_or_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VERIFIER_THREADS", raising=False)
    assert thread_count() == len(os.sched_getaffinity(0))
    monkeypatch.setenv("VERIFIER_THREADS", "3")
    assert thread_count() == 3


@pytest.mark.parametrize("value", ["0", "two", "-1", "1.5"])
def test_a_wrong_number_of_threads_names_the_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("VERIFIER_THREADS", value)
    with pytest.raises(UsageError, match=f"VERIFIER_THREADS, got '{value}'"):
        thread_count()


def test_a_missing_or_damaged_graph_is_a_model_error(tmp_path: Path, doubling: Path) -> None:
    with pytest.raises(ModelError, match="found none"):
        SessionPool(tmp_path / "none.onnx")
    for contents in (b"", b"not a graph", doubling.read_bytes()[:40]):
        (tmp_path / "bad.onnx").write_bytes(contents)
        with pytest.raises(ModelError, match="damaged") as raised:
            SessionPool(tmp_path / "bad.onnx")
        assert "\n" not in str(raised.value)
