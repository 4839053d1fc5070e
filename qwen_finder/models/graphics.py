"""Which graphics cards this machine has, whether or not llama.cpp can use them, and how it is made to.

Asks the system and the cards' drivers; llama.cpp itself is asked in :mod:`qwen_finder.models.devices`.
Processors' own graphics are passed over, but for Apple's: they are no faster than the processor.
"""

from __future__ import annotations

import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

REQUIREMENT = "llama-cpp-python>=0.3.36"
WHEELS = "https://abetlen.github.io/llama-cpp-python/whl"
_CUDA_WHEELS = ((12, 5), (12, 4), (12, 3), (12, 2), (12, 1))
"""Versions of CUDA that the project of llama-cpp-python builds for, newest first: one not newer than that of
the driver runs."""

_AMD = "0x1002"
_SMI_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Graphics:
    """A graphics card. ``kind`` is how llama.cpp speaks to it ("cuda", "metal", "vulkan"), ``version`` that
    of CUDA which its driver runs, "" if unknown or another kind."""

    name: str
    kind: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """Where to look: tests look elsewhere."""

    name: str = sys.platform
    machine: str = platform.machine()
    root: Path = Path("/")
    which: Callable[[str], str | None] = shutil.which
    library: Callable[[str], str | None] = find_library
    python: str = sys.executable


def graphics_here(system: System | None = None) -> tuple[Graphics, ...]:
    """The graphics cards of this machine. May take a second: the driver is asked."""
    system = system or System()
    if system.name == "darwin":
        return (Graphics("Apple graphics", "metal"),) if system.machine == "arm64" else ()
    return (*_nvidia(system), *_amd(system))


def install_line(card: Graphics, system: System | None = None) -> str:
    """The command that installs llama-cpp-python so that it uses ``card`` of this machine."""
    system = system or System()
    windows = system.name == "win32"
    python = f'"{system.python}"' if windows else shlex.quote(system.python)
    pip = f"{python} -m pip install --force-reinstall --no-deps --no-cache-dir"
    ready = f'{pip} --only-binary llama-cpp-python "{REQUIREMENT}" --extra-index-url {WHEELS}'
    if card.kind == "metal":
        return f"{ready}/metal"
    wheel = _cuda_wheel(card.version) if card.kind == "cuda" else ""
    if wheel and not system.which("nvcc"):
        return f"{ready}/{wheel}"
    option = f"-DGGML_{card.kind.upper()}=on"
    built = f'{pip} --no-binary llama-cpp-python "{REQUIREMENT}"'
    return f'$env:CMAKE_ARGS="{option}"; & {built}' if windows else f"CMAKE_ARGS={option} {built}"


def _cuda_wheel(version: str) -> str:
    """The folder of wheels for a driver of this version of CUDA; "" when there is none."""
    match = re.match(r"(\d+)\.(\d+)", version)
    driver = (int(match[1]), int(match[2])) if match else (0, 0)
    return next((f"cu{major}{minor}" for major, minor in _CUDA_WHEELS if (major, minor) <= driver), "")


def _nvidia(system: System) -> list[Graphics]:
    if command := system.which("nvidia-smi"):
        try:
            said = subprocess.run(
                [command, "-q"], capture_output=True, text=True, timeout=_SMI_SECONDS, check=False
            ).stdout
        except (OSError, subprocess.TimeoutExpired):
            said = ""
        names = re.findall(r"^\s*Product Name\s*: (.+)$", said, re.MULTILINE)
        version = re.search(r"^\s*CUDA Version\s*: ([\d.]+)", said, re.MULTILINE)
        if names:
            return [Graphics(name.strip(), "cuda", version[1] if version else "") for name in names]
    found = []
    for file in sorted((system.root / "proc/driver/nvidia/gpus").glob("*/information")):
        if match := re.search(r"^Model:\s*(.+)$", _text(file), re.MULTILINE):
            found.append(Graphics(match[1].strip(), "cuda"))
    return found


def _amd(system: System) -> list[Graphics]:
    vendors = (system.root / "sys/class/drm").glob("card[0-9]*/device/vendor")
    if not system.library("vulkan") or not any(_text(file).strip() == _AMD for file in vendors):
        return []
    return [Graphics("AMD graphics card", "vulkan")]


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""
