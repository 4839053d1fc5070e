"""How a worker process is started, in one place: from a source tree, an installation or a frozen program."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROLE = "read-files"
"""The hidden first argument that makes the program a worker where there is no interpreter to call."""

# What an interpreter and its libraries need to start. Everything else stays here: settings of the user's
# programs, and secrets that a parser has no business with.
_NEEDED = """
    PATH HOME LANG LANGUAGE LC_ALL LC_CTYPE TZ LD_LIBRARY_PATH DYLD_LIBRARY_PATH VIRTUAL_ENV
    SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA
    NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE"""
_PASSED_ON = frozenset(_NEEDED.split())

# There is a worker for each core already, and none of them may go out for anything.
_ADDED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKIO_WORKER_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "MALLOC_ARENA_MAX": "2",
    "HF_HUB_OFFLINE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def worker_command() -> Sequence[str]:
    """The words that start a worker."""
    if getattr(sys, "frozen", False):
        return (sys.executable, ROLE)
    # -P: its folder is one that files are unpacked into, and no place to import from.
    return (sys.executable, "-P", "-m", "qwen_finder.extraction.sandbox.worker")


def worker_environment(environ: Mapping[str, str], folder: str) -> dict[str, str]:
    """The environment of a worker whose temporary files go to ``folder``."""
    kept = {
        name: value
        for name, value in environ.items()
        if name.upper() in _PASSED_ON or name.upper().startswith("PYTHON")
    }
    root = str(Path(__file__).resolve().parents[3])
    search = os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH", ""))))
    return {**kept, **_ADDED, "PYTHONPATH": search, "TMPDIR": folder, "TEMP": folder, "TMP": folder}
