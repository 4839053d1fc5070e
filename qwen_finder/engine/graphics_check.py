"""The doctor's check of the graphics card: whether one is there, and whether models can use it."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.core.errors import ModelError
from qwen_finder.core.status import Check, CheckState

NAME = "graphics card"


def graphics_check() -> Check:
    # Imported here and not above: it loads a native library.
    from qwen_finder.models.devices import Device, graphics_devices
    from qwen_finder.models.graphics import graphics_here, install_line

    def described(devices: Sequence[Device]) -> str:
        return ", ".join(
            f"{device.description} ({device.free / 1e9:.1f} of {device.total / 1e9:.1f} GB free)"
            for device in devices
        )

    try:
        usable = graphics_devices()
    except ModelError as error:
        return Check(NAME, CheckState.FAILED, error.message, error.hint)
    if usable:
        return Check(NAME, CheckState.OK, described(usable))
    cards = graphics_here()
    if not cards:
        return Check(NAME, CheckState.OK, "none found: models run on the processor")
    names = ", ".join(dict.fromkeys(card.name for card in cards))
    needs = {"cuda": "the CUDA toolkit", "vulkan": "the Vulkan SDK"}.get(cards[0].kind, "")
    line = install_line(cards[0])
    builds = f" It is built then, which needs {needs}." if needs and "CMAKE_ARGS" in line else ""
    return Check(
        NAME,
        CheckState.WARNING,
        f"{names} is there, but llama-cpp-python was built without it: models run on the processor.",
        f"Stop the service (`qwen-finder service stop`) and run: {line}{builds}",
    )
