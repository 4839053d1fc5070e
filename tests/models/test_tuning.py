import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from qwen_finder.models.tokenizer import Tokens
from qwen_finder.models.tuning import (
    DEFAULT_SHAPE,
    BatchShape,
    default_threads,
    measure,
    processor,
    sample_texts,
    sha256_of,
    tuned_shape,
)


class Memory(dict[str, str]):
    """A store that forgets."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


class Clock:
    """Time that passes only when a model computes."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Machine:
    """Computes a batch of a shape in as many seconds as ``cost`` says."""

    def __init__(self, clock: Clock, cost: Callable[[BatchShape], float]) -> None:
        self.clock, self.cost = clock, cost
        self.open: list[BatchShape] = []
        self.batches = 0

    def __call__(self, shape: BatchShape) -> "Running":
        self.open.append(shape)
        return Running(self, shape)


class Running:
    def __init__(self, machine: Machine, shape: BatchShape) -> None:
        self.machine, self.shape = machine, shape

    def run(self, sequences: list[Tokens]) -> None:
        assert len(sequences) <= self.shape.sequences
        self.machine.batches += 1
        self.machine.clock.now += self.machine.cost(self.shape)

    def close(self) -> None:
        self.machine.open.remove(self.shape)


SAMPLES = [np.zeros(length, np.int32) for length in (300, 200, 100, 50, 25, 12)]


def test_the_fastest_shape_wins_and_the_probe_is_bounded() -> None:
    clock = Clock()
    machine = Machine(clock, lambda shape: 0.001 if shape.tokens == 256 else 0.02)
    assert measure(machine, SAMPLES, clock).tokens == 256
    assert clock.now < 2.5
    assert machine.open == []


def test_a_model_too_slow_to_measure_is_tried_once() -> None:
    clock = Clock()
    machine = Machine(clock, lambda shape: 5.0)
    assert measure(machine, SAMPLES, clock) == DEFAULT_SHAPE
    assert machine.batches == 1
    assert machine.open == []


def test_a_difference_within_the_noise_leaves_the_default() -> None:
    ticks = itertools.count()
    machine = Machine(Clock(), lambda shape: 0.0)
    assert measure(machine, SAMPLES, lambda: next(ticks) * 1e-3) == DEFAULT_SHAPE


def test_a_shape_is_remembered_for_its_circumstances() -> None:
    store = Memory()
    machine = Machine(Clock(), lambda shape: 0.0)
    machine.cost = lambda shape: time.sleep(0.6) or 0.0  # too slow: one batch decides
    shape = tuned_shape(store, ["aa", 1], machine, SAMPLES)
    assert tuned_shape(store, ["aa", 1], machine, SAMPLES) == shape
    assert machine.batches == 1
    tuned_shape(store, ["aa", 2], machine, SAMPLES)
    assert machine.batches == 2
    assert len(store) == 2


def test_a_graphics_card_is_given_more_at_once() -> None:
    shapes: list[BatchShape] = []
    machine = Machine(Clock(), lambda shape: 0.0)
    seconds = iter(range(10_000))

    def note(shape: BatchShape) -> float:
        shapes.append(shape)
        time.sleep(0.002 if shape.tokens >= 4_096 else 0.02)
        return float(next(seconds))

    machine.cost = note
    assert tuned_shape(Memory(), ["aa", "card"], machine, SAMPLES, graphics=True).tokens == 4_096
    assert min(shape.tokens for shape in shapes) >= 512


def test_samples_are_of_the_length_of_chunks() -> None:
    words = [len(text.split()) for text in sample_texts()]
    assert max(words) >= 200
    assert min(words) <= 20


def test_a_hash_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    store, path = Memory(), tmp_path / "weights"
    path.write_bytes(b"one")
    first = sha256_of(path, store)
    assert first == sha256_of(path, None)
    (key,) = store
    store[key] = json.dumps([*json.loads(store[key])[:2], "remembered"])
    assert sha256_of(path, store) == "remembered"
    path.write_bytes(b"other")
    assert sha256_of(path, store) == sha256_of(path, None) != first


def test_a_core_is_left_to_the_user() -> None:
    assert default_threads() >= 1
    assert processor()
