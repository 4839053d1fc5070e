from pathlib import Path

import pytest

from qwen_finder.models.devices import Device
from qwen_finder.models.gguf_file import GgufFile, Value, read_gguf
from qwen_finder.models.placement import (
    Load,
    fewer,
    layer_count,
    layers_that_fit,
    memory_needed,
    wished,
)

MB = 1 << 20
LAYER = 60 * MB
LOADS = [Load(512, 16)]


def model(layers: int = 36, *, tied: bool = True) -> GgufFile:
    """A file of the shape of Qwen3-Embedding-4B, as Q4_K_M has it."""
    metadata: dict[str, Value] = {
        "general.architecture": "qwen3",
        "qwen3.block_count": layers,
        "qwen3.embedding_length": 2560,
        "qwen3.feed_forward_length": 9728,
        "qwen3.attention.head_count": 32,
        "qwen3.attention.head_count_kv": 8,
        "qwen3.attention.key_length": 128,
        "qwen3.attention.value_length": 128,
    }
    tensors = {"token_embd.weight": 300 * MB, "output_norm.weight": 10240}
    if not tied:
        tensors["output.weight"] = 300 * MB
    tensors |= {f"blk.{layer}.ffn_up.weight": LAYER for layer in range(layers)}
    return GgufFile(Path("m.gguf"), 1, metadata, tensors)


def card(free: int, total: int = 8 << 30, name: str = "NVIDIA") -> Device:
    return Device("CUDA0", name, free, total)


def test_everything_goes_on_a_card_with_room_and_nothing_on_none() -> None:
    assert layers_that_fit(model(), [card(8 << 30)], LOADS) == 36
    assert layers_that_fit(model(), [card(600 * MB)], LOADS) == 0
    assert layers_that_fit(model(), [], LOADS) == 0


@pytest.mark.parametrize("tied", [True, False])
def test_as_many_layers_go_as_memory_holds(tied: bool) -> None:
    room = [layers_that_fit(model(tied=tied), [card(free * MB)], LOADS) for free in range(600, 4_000, 50)]
    assert room == sorted(room)
    assert {0, 36} < set(room)
    # Half a gigabyte more holds eight layers more, since each takes 60 MB and its part of the cache.
    few, many = (layers_that_fit(model(), [card(free * MB)], LOADS) for free in (1_800, 2_312))
    assert many - few in (7, 8)


def test_what_was_promised_leaves_room_on_the_card() -> None:
    free = 2_000 * MB
    layers = layers_that_fit(model(), [card(free)], LOADS)
    cache = 512 * 8 * 256 * 2
    assert 0 < layers * (LAYER + cache) + 300 * MB <= free - 512 * MB


def test_longer_batches_leave_room_for_fewer_layers() -> None:
    long = layers_that_fit(model(), [card(2_500 * MB)], [Load(8_192, 16)])
    assert long < layers_that_fit(model(), [card(2_500 * MB)], LOADS)


def test_several_cards_share_the_model() -> None:
    one = layers_that_fit(model(), [card(1_800 * MB)], LOADS)
    two = layers_that_fit(model(), [card(1_800 * MB), card(1_800 * MB)], LOADS)
    assert one < two


def test_the_setting_is_a_number_of_layers_at_most_all() -> None:
    assert [wished(text, model()) for text in ("auto", "0", "7", "99")] == [None, 0, 7, 36]


def test_fewer_layers_lead_to_none() -> None:
    steps = [36]
    while steps[-1]:
        steps.append(fewer(steps[-1], 36))
    assert steps == [36, 27, 18, 9, 0]
    assert fewer(20, 36) == 18
    assert fewer(1, 2) == 0
    assert fewer(1, 1) == 0


def test_a_real_file_is_measured(bert_gguf: Path) -> None:
    file = read_gguf(bert_gguf)
    assert layer_count(file) == 2
    weights = sum(file.tensors.values())
    assert 0 < file.size - weights < file.size
    assert memory_needed(file, LOADS) > weights
    assert layers_that_fit(file, [card(2 << 30)], LOADS) == 2
