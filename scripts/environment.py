"""Sets up what the scripts of this repository need: .venv, the packages, llama.cpp, Qt's system libraries;
for the tests also the English starter.

Runs on a bare Python 3.11 with the standard library only. Everything is incremental: what is there and
current is left alone, so that a second run starts in seconds.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import desktop

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MODELS = ROOT / ".models"
CONSTRAINTS = ROOT / "scripts" / "constraints.txt"
LLAMA = "llama-cpp-python"

_SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = _SCRIPTS / ("python.exe" if os.name == "nt" else "python")
PROGRAM = _SCRIPTS / ("qwen-finder.exe" if os.name == "nt" else "qwen-finder")

_BUILD_STEP = re.compile(r"\[\s*(\d+)/(\d+)\]|\[\s*(\d+)%\]")


class SetupError(Exception):
    """Set-up cannot go on; the message says what is wrong and what to do."""


def prepare(*, tests: bool = False, window: bool = False) -> None:
    """Make everything ready; with ``tests`` also what the test command needs, with ``window`` what a window
    does. Raises SetupError.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - this very script is what an older Python is given
        raise SetupError(
            f"Qwen Finder needs Python 3.11 or later; this is {sys.version.split()[0]} ({sys.executable}). "
            "Install a newer one and run this script with it."
        )
    if tests or window:
        desktop.prepare(_system_packages, tests=tests)
    group = "test" if tests else ""
    stamp = VENV / f".set-up{'-' + group if group else ''}"
    wanted = _fingerprint(group)
    if not stamp.exists() or stamp.read_text() != wanted:
        _make_venv()
        _install(group)
        stamp.write_text(wanted)
    if tests:
        # The starter itself comes with the program; the tests compare it with its teacher.
        _run([PYTHON, "-m", "qwen_finder.models.starter", MODELS], "The English starter could not be made.")


def environment(home: Path) -> dict[str, str]:
    """The environment in which the program keeps everything below ``home`` but shares our models."""
    return {
        **os.environ,
        "QWEN_FINDER_HOME": str(home),
        "QWEN_FINDER_MODELS": str(MODELS),
        "PATH": f"{_SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUTF8": "1",
    }


def _fingerprint(group: str) -> str:
    """Changes when the packages to be installed do."""
    content = (ROOT / "pyproject.toml").read_bytes() + CONSTRAINTS.read_bytes()
    return f"{sys.version.split()[0]} {group} {hashlib.sha256(content).hexdigest()}"


def _make_venv() -> None:
    if PYTHON.exists() and _works([PYTHON, "-m", "pip", "--version"]):
        return
    say("Making a virtual environment in .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if not _works([sys.executable, "-m", "venv", VENV]):
        shutil.rmtree(VENV, ignore_errors=True)
        _system_packages(["python3-venv"], "Python's venv module is not complete")
        _run([sys.executable, "-m", "venv", VENV], "The virtual environment could not be made.")


def _install(group: str) -> None:
    # Dependency groups need pip 25.1.
    _pip(["--upgrade", "pip>=25.1"], "pip could not be updated.")
    if not _works([PYTHON, "-c", f"import importlib.metadata as m; m.version({LLAMA!r})"]):
        if not any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl")):
            _system_packages(["build-essential"], "llama.cpp is built from source and needs a C++ compiler")
        _build_llama()
    say("Installing packages (a few minutes the first time)")
    arguments = ["-e", str(ROOT)]
    if group:
        arguments += ["--group", f"{ROOT / 'pyproject.toml'}:{group}"]
    _pip(arguments, "The packages could not be installed.")


def _build_llama() -> None:
    """Build (or take from pip's cache) llama-cpp-python, showing how far it is."""
    say("Building llama.cpp (once; about 6 minutes on two cores, seconds when pip has it cached)")
    command = [PYTHON, "-m", "pip", "install", "-v", "-c", CONSTRAINTS, LLAMA]
    started = shown = time.monotonic()
    last_lines: list[str] = []
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 1)},
    )
    assert process.stdout is not None
    for line in process.stdout:
        last_lines = [*last_lines[-60:], line]
        step = _BUILD_STEP.search(line)
        if step is not None and time.monotonic() - shown > 10:
            shown = time.monotonic()
            done = f"{step[3]} %" if step[3] else f"{int(step[1]) * 100 // int(step[2])} %"
            say(f"  llama.cpp: {done} after {int(shown - started)} s")
    if process.wait() != 0:
        raise SetupError("".join(last_lines) + "\nllama-cpp-python could not be built: see the lines above.")


def _pip(arguments: Sequence[str], failure: str) -> None:
    _run(
        [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", CONSTRAINTS, *arguments],
        failure,
    )


def _system_packages(names: Sequence[str], why: str) -> None:
    """Install Debian packages where we may; else say which ones are missing."""
    command = f"apt-get install -y {' '.join(names)}"
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise SetupError(f"{why}. On Debian or Ubuntu run: sudo {command}")
    say(f"{why}: installing {', '.join(names)}")
    _run(["apt-get", "update", "-q"], "The package lists could not be updated.")
    install = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q"]
    _run([*install, "--no-install-recommends", *names], f"Could not be installed: {', '.join(names)}.")


def _works(command: Sequence[str | Path]) -> bool:
    return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0


def _run(command: Sequence[str | Path], failure: str) -> None:
    """Run quietly; what the command said is shown when it fails."""
    words = [str(part) for part in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace")
        raise SetupError(f"{said}\n{failure} The command was: {' '.join(words)}")


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
