from qwen_finder.models.devices import CPU, GPU, INTEGRATED, all_devices, graphics_devices
from qwen_finder.models.native import library


def test_the_processor_is_among_the_devices() -> None:
    (processor, *_others) = [device for kind, device in all_devices() if kind == CPU]
    assert processor.name == "CPU"
    assert processor.total >= processor.free > 0
    assert processor.description


def test_cards_are_told_only_by_a_build_that_can_use_them() -> None:
    cards = [device for kind, device in all_devices() if kind in (GPU, INTEGRATED)]
    if not library().llama_supports_gpu_offload():
        assert not cards
    assert len(graphics_devices()) == len(cards)
