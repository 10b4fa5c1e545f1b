"""The training loop that all experts share: low-precision steps on full-precision weights, schedule, checkpoints.

The model computes in bfloat16 where the processor has it (on a CPU with AVX-512 BF16, 3.5 times the pairs per
second of float32); the optimiser keeps float32 copies. A checkpoint is written every few minutes and before
every evaluation, and a run that is started again on the same folder goes on where it stood: batches are made from
the seed, and those already seen are skipped.
"""

from __future__ import annotations

import json
import logging
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn

logger = logging.getLogger(__name__)


class Batch(Protocol):
    """What the loop asks of a batch: how many rows it presents."""

    @property
    def rows(self) -> int:
        """How many rows the batch presents."""
        ...


B = TypeVar("B", bound=Batch)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast. With ``minutes`` the rate also falls with the time used, so that a run ends on time."""

    presentations: int
    peak_rate: float
    minutes: float | None = None
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    checkpoint_minutes: float = 8.0

    def progress(self, presented: int, seconds: float) -> float:
        """Share of the run that is done, from 0 to 1."""
        by_count = presented / self.presentations
        return min(1.0, max(by_count, seconds / (60 * self.minutes) if self.minutes else 0.0))

    def rate(self, progress: float) -> float:
        """Learning rate: linear warm-up, then linear decay to zero.

        >>> plan = Plan(presentations=100, peak_rate=1.0, warm_up=0.1)
        >>> [round(plan.rate(p), 3) for p in (0.0, 0.05, 0.1, 0.55, 1.0)]
        [0.0, 0.5, 1.0, 0.5, 0.0]
        """
        if progress < self.warm_up:
            return self.peak_rate * progress / self.warm_up
        return self.peak_rate * (1 - progress) / (1 - self.warm_up)


def fast_device() -> tuple[torch.device, torch.dtype]:
    """The device to train on and the number format its matrix units like."""
    if torch.cuda.is_available():
        return torch.device("cuda"), torch.bfloat16
    has_bf16 = torch.cpu._is_avx512_bf16_supported()
    return torch.device("cpu"), torch.bfloat16 if has_bf16 else torch.float32


class MasterWeights:
    """Float32 copies of a low-precision model's trainable weights, with AdamW over them.

    ``slow`` names parameters whose rate is ``slow_factor`` times the others' (a pretrained part beside a new one).
    """

    def __init__(self, model: nn.Module, plan: Plan, slow: Callable[[str], bool], slow_factor: float) -> None:
        named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        self.working = [p for _, p in named]
        self.masters = [p.detach().float().clone() for p in self.working]
        self.clip = plan.clip
        groups = []
        for factor, wanted in ((1.0, False), (slow_factor, True)):
            for decay, is_matrix in ((plan.weight_decay, True), (0.0, False)):
                chosen = [
                    m
                    for (name, _), m in zip(named, self.masters, strict=True)
                    if slow(name) is wanted and (m.ndim > 1) is is_matrix
                ]
                if chosen:
                    groups.append({"params": chosen, "weight_decay": decay, "factor": factor})
        self.optimiser = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), eps=1e-6)

    def step(self, rate: float) -> None:
        """Move the masters by the gradients of the working weights, and copy them back."""
        for master, weight in zip(self.masters, self.working, strict=True):
            master.grad = None if weight.grad is None else weight.grad.float()
            weight.grad = None
        nn.utils.clip_grad_norm_(self.masters, self.clip)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        self.optimiser.step()
        self.publish()

    @torch.no_grad()
    def publish(self) -> None:
        """Copy the masters into the model."""
        for master, weight in zip(self.masters, self.working, strict=True):
            weight.copy_(master)


@dataclass(slots=True)
class _Progress:
    presented: int = 0
    batches: int = 0
    seconds: float = 0.0


def _save(folder: Path, weights: MasterWeights, at: _Progress) -> None:
    state = {
        "masters": weights.masters,
        "optimiser": weights.optimiser.state_dict(),
        "presented": at.presented,
        "batches": at.batches,
        "seconds": at.seconds,
    }
    part = folder / "checkpoint.part"
    torch.save(state, part)
    part.replace(folder / "checkpoint.pt")


@torch.no_grad()
def _resume(folder: Path, weights: MasterWeights) -> _Progress:
    path = folder / "checkpoint.pt"
    if not path.exists():
        return _Progress()
    state = torch.load(path, weights_only=True, map_location=weights.masters[0].device)
    for master, saved in zip(weights.masters, state["masters"], strict=True):
        master.copy_(saved)
    weights.optimiser.load_state_dict(state["optimiser"])
    weights.publish()
    return _Progress(state["presented"], state["batches"], state["seconds"])


def passes(one: Callable[[int], Iterator[B]], skip: int, *, most: int = 1000) -> Iterator[B]:
    """The batches of pass after pass (``one`` makes those of a pass by its number), from the ``skip``-th on.

    >>> list(passes(lambda number: iter([number, number]), 3, most=3))
    [1, 2, 2]
    """
    return islice(chain.from_iterable(map(one, range(most))), skip, None)


def fit(
    model: nn.Module,
    batches: Callable[[int], Iterator[B]],
    loss_of: Callable[[B], Tensor],
    plan: Plan,
    folder: Path,
    *,
    evaluate: Callable[[], dict[str, float]] | None = None,
    slow: Callable[[str], bool] = lambda name: False,
    slow_factor: float = 1.0,
) -> bool:
    """Train until the plan is done or an interrupt comes; returns whether it is done.

    ``batches(n)`` yields the run's batches from the ``n``-th on. At the end, and at every checkpoint, the log in
    ``folder/log.jsonl`` gets a line with the loss, the pace and what ``evaluate`` returns.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = MasterWeights(model, plan, slow, slow_factor)
    at = _resume(folder, weights)
    if at.batches:
        logger.info("resumed at %d presentations", at.presented)
    stop = False

    def ask_to_stop(*_: object) -> None:
        nonlocal stop
        stop = True

    previous = signal.signal(signal.SIGTERM, ask_to_stop), signal.signal(signal.SIGINT, ask_to_stop)
    begun, before = time.monotonic(), at.seconds
    saved, losses = begun, []
    model.train()
    for batch in batches(at.batches):
        progress = plan.progress(at.presented, at.seconds)
        if progress >= 1 or stop:
            break
        loss = loss_of(batch)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        weights.step(plan.rate(progress))
        losses.append(loss.detach())
        at.presented += batch.rows
        at.batches += 1
        at.seconds = before + time.monotonic() - begun
        if time.monotonic() - saved > 60 * plan.checkpoint_minutes:
            _save(folder, weights, at)
            _log(folder, at, losses, evaluate, model)
            losses, saved = [], time.monotonic()
    _save(folder, weights, at)
    _log(folder, at, losses, evaluate, model)
    signal.signal(signal.SIGTERM, previous[0])
    signal.signal(signal.SIGINT, previous[1])
    return not stop


def _log(
    folder: Path,
    at: _Progress,
    losses: list[Tensor],
    evaluate: Callable[[], dict[str, float]] | None,
    model: nn.Module,
) -> None:
    row = {
        "presented": at.presented,
        "minutes": round(at.seconds / 60, 1),
        "loss": round(float(torch.stack(losses).mean()), 4) if losses else None,
    }
    if evaluate is not None:
        model.eval()  # no dropout while it is measured; train() below puts it back
        with torch.no_grad():
            row |= {name: round(value, 4) for name, value in evaluate().items()}
        model.train()
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(row) + "\n")
    logger.info("%s", row)
