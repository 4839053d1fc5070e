"""What the machine has, told from made-up drivers: a script in place of nvidia-smi, files of the kernel."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qwen_finder.models.graphics import Graphics, System, graphics_here, install_line

SMI = """\
==============NVSMI LOG==============
Driver Version                            : 550.90.07
CUDA Version                              : 12.4
Attached GPUs                             : 2
GPU 00000000:01:00.0
    Product Name                          : NVIDIA GeForce RTX 4090
GPU 00000000:02:00.0
    Product Name                          : NVIDIA GeForce RTX 4090
"""
PYTHON = "/opt/my python/bin/python3"


@pytest.fixture
def machine(tmp_path: Path) -> Callable[..., System]:
    """A system of which only these programs and libraries are known; ``smi`` is what nvidia-smi says."""

    def make(*there: str, smi: str = "", name: str = "linux", arch: str = "x86_64") -> System:
        script = tmp_path / "nvidia-smi"
        script.write_text(f"#!{sys.executable}\nprint({smi!r})\n")
        script.chmod(0o755)
        found = {"nvidia-smi": str(script)} | {item: item for item in there}
        return System(
            name,
            arch,
            tmp_path,
            which=lambda program: found.get(program) if smi or program != "nvidia-smi" else None,
            library=lambda library: library if library in there else None,
            python=PYTHON,
        )

    return make


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_this_machine_can_be_asked() -> None:
    assert all(card.name and card.kind in ("cuda", "metal", "vulkan") for card in graphics_here())


def test_nvidia_cards_are_named_by_their_driver(machine: Callable[..., System]) -> None:
    cards = graphics_here(machine(smi=SMI))
    assert cards == (Graphics("NVIDIA GeForce RTX 4090", "cuda", "12.4"),) * 2


def test_without_the_drivers_program_the_kernel_is_asked(
    machine: Callable[..., System], tmp_path: Path
) -> None:
    put(tmp_path, "proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t NVIDIA H200\nIRQ: 7\n")
    assert graphics_here(machine()) == (Graphics("NVIDIA H200", "cuda"),)
    assert graphics_here(machine(smi="No devices were found")) == (Graphics("NVIDIA H200", "cuda"),)


def test_amd_cards_are_there_with_vulkan(machine: Callable[..., System], tmp_path: Path) -> None:
    put(tmp_path, "sys/class/drm/card0/device/vendor", "0x8086\n")
    assert graphics_here(machine("vulkan")) == ()
    put(tmp_path, "sys/class/drm/card1/device/vendor", "0x1002\n")
    assert graphics_here(machine("vulkan")) == (Graphics("AMD graphics card", "vulkan"),)
    assert graphics_here(machine()) == ()


def test_apples_graphics_are_part_of_the_machine(machine: Callable[..., System]) -> None:
    assert [card.kind for card in graphics_here(machine(name="darwin", arch="arm64"))] == ["metal"]
    assert graphics_here(machine(name="darwin", arch="x86_64")) == ()


@pytest.mark.parametrize(
    ("version", "wheels"),
    [("12.4", "cu124"), ("12.8", "cu125"), ("13.0", "cu125"), ("12.1", "cu121")],
)
def test_the_line_for_nvidia_fits_the_driver(
    machine: Callable[..., System], version: str, wheels: str
) -> None:
    line = install_line(Graphics("NVIDIA", "cuda", version), machine())
    assert line.startswith("'/opt/my python/bin/python3' -m pip install --force-reinstall")
    assert line.endswith(f"/whl/{wheels}")
    assert "CMAKE_ARGS" not in line


@pytest.mark.parametrize("version", ["11.8", "", "nonsense"])
def test_what_nobody_has_built_is_built_here(machine: Callable[..., System], version: str) -> None:
    line = install_line(Graphics("NVIDIA", "cuda", version), machine())
    assert line.startswith("CMAKE_ARGS=-DGGML_CUDA=on '/opt/my python/bin/python3' -m pip")
    assert "--no-binary llama-cpp-python" in line


def test_who_can_build_builds(machine: Callable[..., System]) -> None:
    line = install_line(Graphics("NVIDIA", "cuda", "12.4"), machine("nvcc"))
    assert line.startswith("CMAKE_ARGS=-DGGML_CUDA=on ")


def test_lines_for_other_systems(machine: Callable[..., System]) -> None:
    assert install_line(Graphics("Apple", "metal"), machine(name="darwin")).endswith("/whl/metal")
    assert "-DGGML_VULKAN=on" in install_line(Graphics("AMD", "vulkan"), machine())
    windows = install_line(Graphics("AMD", "vulkan"), machine(name="win32"))
    assert windows.startswith('$env:CMAKE_ARGS="-DGGML_VULKAN=on"; & "/opt/my python/bin/python3" -m pip')
