from __future__ import annotations

import pytest

from qwen_finder.core.status import CheckState
from qwen_finder.engine.graphics_check import graphics_check
from qwen_finder.engine.machine import room_here
from qwen_finder.models import devices, graphics
from qwen_finder.models.devices import Device
from qwen_finder.models.graphics import Graphics


def test_a_machine_without_a_card_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "graphics_here", lambda: ())
    monkeypatch.setattr(devices, "graphics_devices", lambda: ())
    check = graphics_check()
    assert (check.state, check.cure) == (CheckState.OK, "")


def test_a_card_that_llama_cpp_cannot_use_comes_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "graphics_here", lambda: (Graphics("NVIDIA RTX 4090", "cuda", "12.4"),))
    monkeypatch.setattr(devices, "graphics_devices", lambda: ())
    check = graphics_check()
    assert check.state is CheckState.WARNING
    assert check.detail.startswith("NVIDIA RTX 4090 is there, but")
    assert "-m pip install --force-reinstall" in check.cure


def test_a_card_in_use_is_told_with_its_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    card = Device("CUDA0", "NVIDIA H200", 100_000_000_000, 140_000_000_000)
    monkeypatch.setattr(devices, "graphics_devices", lambda: (card,))
    check = graphics_check()
    assert (check.state, check.detail) == (CheckState.OK, "NVIDIA H200 (100.0 of 140.0 GB free)")
    room = room_here(tmp_path_factory.mktemp("models"))
    assert (room.card, room.card_memory) == ("NVIDIA H200", 140_000_000_000)
