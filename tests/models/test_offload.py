"""What goes on a graphics card, with cards that are made up: this is all that is, the model is real."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models import llama_cpp, offload, seat, tuning
from qwen_finder.models.context import Context
from qwen_finder.models.devices import Device
from qwen_finder.models.gguf_file import read_gguf
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.models.native import OUT_OF_MEMORY
from qwen_finder.models.offload import Offload
from qwen_finder.models.placement import Load
from qwen_finder.models.tokenizer import Tokens

TEXTS = [f"text number {number} " * (number % 7 + 1) for number in range(40)]


class Memory(dict[str, str]):
    """A store that forgets."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Puts a card with so many free bytes into the machine."""

    def put(free: int) -> None:
        device = Device("CUDA0", "NVIDIA Sandbox", free, 8 << 30)
        monkeypatch.setattr(offload, "graphics_devices", lambda: (device,))

    put(4 << 30)
    return put


@pytest.fixture
def qwen3(tiny: ModuleType, tmp_path: Path) -> Path:
    path = tmp_path / "qwen3.gguf"
    model = tiny.tiny_qwen3(layers=4)
    model.write(path)
    return path


@pytest.fixture
def short_of_memory(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seats with more than so many layers as the list begins with fail, the load or each tenth batch; the
    layers that were tried are added to it."""
    seen = [99]

    class Short(seat.Seat):
        def __init__(self, path: Path, layers: int, *rest: object) -> None:
            seen.append(layers)
            super().__init__(path, layers, *rest)  # type: ignore[arg-type]
            for lane in self._lanes:
                lane.layers = layers  # type: ignore[attr-defined]

    run = Context.run
    count = 0

    def runs_out(self: Context, sequences: list[Tokens]) -> object:
        nonlocal count
        count += 1
        if seen[-1] > seen[0] and count % 10 == 0:
            raise ModelError(OUT_OF_MEMORY, "llama.cpp failed on a batch (status -2).", "")
        return run(self, sequences)

    monkeypatch.setattr(llama_cpp, "Seat", Short)
    monkeypatch.setattr(Context, "run", runs_out)
    return seen


def make(path: Path, store: Memory | None, setting: str = "auto") -> Offload:
    return Offload(read_gguf(path), "5ha", setting, [Load(512, 16)], store)


def test_without_a_card_nothing_goes_on_one(qwen3: Path) -> None:
    plan = make(qwen3, None)
    assert (plan.layers, plan.of, plan.device) == (0, 4, "")


def test_all_layers_go_on_a_card_with_room(qwen3: Path, card: Callable[[int], None]) -> None:
    plan = make(qwen3, None)
    assert (plan.layers, plan.of, plan.device) == (4, 4, "NVIDIA Sandbox")
    card(100 << 20)
    assert make(qwen3, None).layers == 0


def test_the_user_says_how_many(qwen3: Path, card: Callable[[int], None]) -> None:
    assert [make(qwen3, None, setting).layers for setting in ("0", "3", "100")] == [0, 3, 4]


def test_a_card_that_ends_the_process_twice_gets_less(qwen3: Path, card: Callable[[int], None]) -> None:
    store = Memory()
    # Each of these processes ends before it can say that it lives.
    assert [make(qwen3, store).layers for _ in range(6)] == [4, 4, 3, 3, 2, 2]
    plan = make(qwen3, store)
    assert plan.layers == 1
    plan.succeeded()
    assert [make(qwen3, store).layers for _ in range(2)] == [1, 1]
    other = Offload(read_gguf(qwen3), "another model", "auto", [Load(512, 16)], store)
    assert other.layers == 4


def test_one_death_speaks_for_nothing(qwen3: Path, card: Callable[[int], None]) -> None:
    store = Memory()
    for _ in range(3):
        make(qwen3, store)
        plan = make(qwen3, store)
        assert plan.layers == 4
        plan.succeeded()


def test_what_a_model_takes_is_measured(qwen3: Path, card: Callable[[int], None]) -> None:
    plan = make(qwen3, None)
    card(3 << 30)
    assert plan.placement(400).memory_bytes == 1 << 30
    # A card on which others have let go of more meanwhile tells nothing: then it is computed.
    card(6 << 30)
    assert plan.placement(400).memory_bytes == 400
    plan.less()
    assert plan.placement(400).memory_bytes == 300


def test_an_embedder_says_where_it_is(qwen3: Path, card: Callable[[int], None]) -> None:
    embedder = LlamaCppEmbedder(qwen3, self_test=False)
    placement = embedder.placement
    embedder.close()
    assert (placement.device, placement.layers) == ("NVIDIA Sandbox", "4/4")
    embedder = LlamaCppEmbedder(qwen3, gpu_layers="0", self_test=False)
    placement = embedder.placement
    embedder.close()
    assert (placement.device, placement.layers) == ("CPU", "0/4")
    assert placement.memory_bytes > qwen3.stat().st_size / 2


def test_a_batch_that_finds_no_memory_is_run_again_with_fewer_layers(
    qwen3: Path,
    card: Callable[[int], None],
    short_of_memory: list[int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    plain = LlamaCppEmbedder(qwen3, gpu_layers="0", self_test=False)
    expected = plain.embed_documents(TEXTS)
    plain.close()
    short_of_memory[:] = [2]
    embedder = LlamaCppEmbedder(qwen3, self_test=False)
    with caplog.at_level(logging.WARNING):
        vectors = np.concatenate([embedder.embed_documents([text]) for text in TEXTS])
    placement = embedder.placement
    embedder.close()
    assert short_of_memory == [2, 4, 3, 2]
    assert placement.layers == "2/4"
    assert (vectors * expected).sum(1).min() > 0.9999
    assert caplog.text.count("status -2") == 2


def test_threads_that_find_no_memory_together_lose_nothing(
    qwen3: Path, card: Callable[[int], None], short_of_memory: list[int]
) -> None:
    plain = LlamaCppEmbedder(qwen3, gpu_layers="0", self_test=False)
    expected = plain.embed_documents(TEXTS)
    plain.close()
    short_of_memory[:] = [0]
    embedder = LlamaCppEmbedder(qwen3, self_test=False)
    found: list[float] = []

    def embed(call: Callable[[str], object]) -> None:
        for number, text in enumerate(TEXTS):
            vector = embedder.embed_documents([text])[0]
            found.append(float(vector @ expected[number]))
            assert call(text) is not None

    calls = (embedder.count_tokens, lambda text: embedder.embed_queries([text]), len)
    threads = [threading.Thread(target=embed, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    embedder.close()
    assert short_of_memory[1:] == [4, 3, 2, 1, 0]
    assert len(found) == 3 * len(TEXTS)
    assert min(found) > 0.9999


def test_batches_are_tuned_for_each_place(
    qwen3: Path, card: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "_SECONDS", 0.05)
    store = Memory()
    for setting, count in (("0", 1), ("4", 2), ("4", 2)):
        LlamaCppEmbedder(qwen3, gpu_layers=setting, store=store, self_test=False).close()
        assert sum(key.startswith("tuning.") for key in store) == count


def test_a_model_that_cannot_be_loaded_on_the_card_is_loaded_beside_it(
    qwen3: Path, card: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    native = seat.NativeModel

    def load(path: Path, layers: int) -> object:
        tried.append(layers)
        if layers:
            raise ModelError(OUT_OF_MEMORY, "llama.cpp cannot load it: unable to allocate CUDA0 buffer.", "")
        return native(path, layers)

    monkeypatch.setattr(seat, "NativeModel", load)
    embedder = LlamaCppEmbedder(qwen3, self_test=False)
    assert embedder.embed_documents(["text"]).shape == (1, 64)
    assert embedder.placement.device == "CPU"
    embedder.close()
    assert tried == [4, 3, 2, 1, 0]


def test_without_layers_to_give_up_memory_is_an_error(qwen3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = LlamaCppEmbedder(qwen3, self_test=False)

    def runs_out(self: Context, sequences: list[Tokens]) -> object:
        raise ModelError(OUT_OF_MEMORY, "llama.cpp failed on a batch (status -2).", "")

    monkeypatch.setattr(Context, "run", runs_out)
    with pytest.raises(ModelError) as caught:
        embedder.embed_documents(["text"])
    embedder.close()
    assert caught.value.code == OUT_OF_MEMORY
