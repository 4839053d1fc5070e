"""How precision and batches are chosen, with towers whose speed is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from qwen_finder.core.picture import Framing
from qwen_finder.models.picture_tuning import LARGEST_BATCH, PictureShape, measure, tuned_shape
from qwen_finder.models.towers import Precision


class Machine:
    """A device on which a batch takes ``start`` seconds and each picture ``each``, by precision."""

    def __init__(
        self,
        device: str = "cpu",
        each: dict[Precision, float] | None = None,
        start: float = 0.0,
        error: dict[Precision, float] | None = None,
    ) -> None:
        self.device = device
        self.each = {Precision.FP32: 0.1, Precision.BF16: 0.05, Precision.FP16: 0.05} | (each or {})
        self.start = start
        self.error = error or {}
        self.now = 0.0
        self.opened: list[Precision] = []

    def open(self, precision: Precision) -> KnownTowers:
        self.opened.append(precision)
        return KnownTowers(self, precision)

    def clock(self) -> float:
        return self.now


class KnownTowers:
    framing = Framing(16)

    def __init__(self, machine: Machine, precision: Precision) -> None:
        self.device = machine.device
        self._machine = machine
        self._precision = precision

    def see(self, views: np.ndarray) -> np.ndarray:
        self._machine.now += self._machine.start + self._machine.each[self._precision] * len(views)
        return self._vectors(len(views))

    def read(self, texts: Sequence[str]) -> np.ndarray:
        return self._vectors(len(texts))

    def synchronize(self) -> None:
        pass

    def _vectors(self, count: int) -> np.ndarray:
        exact = np.random.default_rng(1).normal(size=(count, 32))
        noise = np.random.default_rng(2).normal(size=(count, 32))
        return (exact + self._machine.error.get(self._precision, 0.0) * noise).astype(np.float32)


@pytest.mark.parametrize(
    ("machine", "shape"),
    [
        (Machine(), PictureShape(Precision.BF16, 1)),
        (Machine(each={Precision.BF16: 0.4}), PictureShape(Precision.FP32, 1)),
        (Machine(each={Precision.BF16: 0.105}), PictureShape(Precision.BF16, 1)),
        (Machine(error={Precision.BF16: 0.2}), PictureShape(Precision.FP32, 1)),
        (Machine(error={Precision.BF16: float("nan")}), PictureShape(Precision.FP32, 1)),
        (Machine(start=0.05), PictureShape(Precision.BF16, 4)),
        (Machine(start=1.0), PictureShape(Precision.BF16, 1)),
        (
            Machine("cuda", {Precision.FP16: 0.001, Precision.BF16: 0.002}, start=0.01),
            PictureShape(Precision.FP16, 64),
        ),
        (
            Machine("cuda", {Precision.FP16: 0.00199, Precision.BF16: 0.002}),
            PictureShape(Precision.BF16, 1),
        ),
        (Machine("mps", {Precision.FP16: 0.01}, start=0.02), PictureShape(Precision.FP16, 8)),
    ],
    ids=[
        *("faster", "slower", "hardly slower", "imprecise", "nan", "costly batches", "very slow"),
        *("graphics card", "another card", "apple"),
    ],
)
def test_the_fastest_that_agrees_is_chosen(machine: Machine, shape: PictureShape) -> None:
    assert measure(machine.open, machine.clock) == shape
    assert shape.batch <= LARGEST_BATCH


def test_a_batch_that_memory_does_not_hold_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine("cuda", {Precision.BF16: 0.0001}, start=0.01)
    see = KnownTowers.see

    def see_sixteen(towers: KnownTowers, views: np.ndarray) -> np.ndarray:
        if len(views) > 16:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return see(towers, views)

    monkeypatch.setattr(KnownTowers, "see", see_sixteen)
    assert measure(machine.open, machine.clock) == PictureShape(Precision.BF16, 16)


def test_another_failure_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_towers: KnownTowers, views: np.ndarray) -> np.ndarray:
        raise RuntimeError("device-side assert triggered")

    monkeypatch.setattr(KnownTowers, "see", fail)
    with pytest.raises(RuntimeError, match="assert"):
        measure(Machine("cuda").open)


def test_a_shape_is_measured_once() -> None:
    class Memory(dict[str, str]):
        def set(self, key: str, value: str) -> None:
            self[key] = value

    machine, memory = Machine(), Memory()
    opening: Callable[[Precision], KnownTowers] = machine.open
    first = tuned_shape(memory, ("weights", "cpu", 1), opening, machine.clock)
    assert machine.opened == [Precision.FP32, Precision.BF16]
    assert tuned_shape(memory, ("weights", "cpu", 1), opening, machine.clock) == first
    assert len(machine.opened) == 2
    tuned_shape(memory, ("weights", "cpu", 2), opening, machine.clock)
    assert len(machine.opened) == 4
