"""The loop on a tiny model: it learns, it stops when told, and a resumed run is the uninterrupted one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from verifier.training.loop import Plan, fit


@dataclass(frozen=True)
class Points:
    x: Tensor
    y: Tensor

    @property
    def rows(self) -> int:
        return len(self.x)


def model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))


def batches(skip: int) -> Iterator[Points]:
    for number in range(10_000):
        x = torch.randn(16, 4, generator=torch.Generator().manual_seed(number))
        if number >= skip:
            yield Points(x, x[:, :1] - x[:, 1:2])


def run(folder: Path, presentations: int, subject: nn.Module, stop_after: int | None = None) -> bool:
    seen = 0

    def some(skip: int) -> Iterator[Points]:
        nonlocal seen
        for batch in batches(skip):
            if stop_after is not None and seen == stop_after:
                return
            seen += 1
            yield batch

    def loss_of(batch: Points) -> Tensor:
        loss: Tensor = (subject(batch.x) - batch.y).pow(2).mean()
        return loss

    return fit(subject, some, loss_of, Plan(presentations, 1e-2), folder, evaluate=lambda: {"constant": 1.0})


def test_it_learns_and_logs(tmp_path: Path) -> None:
    assert run(tmp_path, 16 * 150, model())
    row = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert row["presented"] == 16 * 150
    assert row["constant"] == 1.0
    assert row["loss"] < 1.0


def test_a_resumed_run_is_the_uninterrupted_one(tmp_path: Path) -> None:
    whole, parts = model(), model()
    run(tmp_path / "whole", 16 * 40, whole)
    run(tmp_path / "parts", 16 * 40, parts, stop_after=17)
    fresh = model()
    run(tmp_path / "parts", 16 * 40, fresh)
    for one, other in zip(whole.parameters(), fresh.parameters(), strict=True):
        assert torch.equal(one, other)
    assert not any(torch.equal(a, b) for a, b in zip(parts.parameters(), fresh.parameters(), strict=True))


def test_minutes_end_the_schedule() -> None:
    plan = Plan(presentations=1000, peak_rate=1.0, minutes=10)
    assert plan.progress(100, 540) == pytest.approx(0.9)
    assert plan.progress(950, 60) == pytest.approx(0.95)
    assert plan.rate(1.0) == 0.0
