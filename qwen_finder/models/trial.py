"""Loads a model file that nobody knows in a process of its own first, since llama.cpp ends it over some.

Checks of the file's head find what is damaged; what is whole but strange is found only by trying. A file that
passed is not tried again. ``python -m qwen_finder.models.trial FILE POOLING`` is that process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from qwen_finder.core.errors import ModelError
from qwen_finder.models.profile import Pooling
from qwen_finder.models.tuning import Store

_PASSED = "passed"
_REFUSED = 10
"""Exit code when the file cannot be used for a reason that can be told. An abort is 3 on Windows."""
_SECONDS = 600.0
_TEXTS = ("", "A cat.", "A house by the river has two doors and seven windows. " * 9)


def try_apart(path: Path, sha256: str, pooling: Pooling, store: Store) -> None:
    """Make sure that the model at ``path`` can be loaded and run; ``store`` remembers that it can.

    Raises ModelError "model.crash" if the trial ends its process. What it says in words is left to be said
    by the one who loads it next.
    """
    from qwen_finder.models.native import library

    key = f"trial.{sha256[:16]}.{pooling.name}.{library().__version__}"
    if store.get(key) == _PASSED:
        return
    command = [sys.executable, "-m", "qwen_finder.models.trial", os.fspath(path), pooling.name]
    try:
        trial = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _crash(path, f"was not done after {_SECONDS:.0f} seconds") from error
    if trial.returncode not in (0, _REFUSED):
        last = trial.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise _crash(path, f"ended its process ({_ending(trial.returncode)}: {' '.join(last) or 'no word'})")
    if trial.returncode == 0:
        store.set(key, _PASSED)


def _ending(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"


def _crash(path: Path, what: str) -> ModelError:
    return ModelError(
        "model.crash",
        f"The model file {path} cannot be used: llama.cpp {what} when it tried to load and run it.",
        "Use the file that the model's makers offer, or another model.",
    )


def main(path: str, pooling: str) -> int:
    """0 when the model runs, ``_REFUSED`` when it does not."""
    from qwen_finder.models.gguf_file import read_gguf
    from qwen_finder.models.seat import Seat, Use
    from qwen_finder.models.tuning import DEFAULT_SHAPE

    try:
        use = Use(Pooling[pooling], read_gguf(Path(path)).causal, 1, 512)
        seat = Seat(Path(path), 0, use, DEFAULT_SHAPE)
        for lane in (seat.documents, seat.queries):
            lane.run([seat.tokenizer.encode(text) for text in _TEXTS])
        seat.close()
    except ModelError as error:
        print(error.message, file=sys.stderr)
        return _REFUSED
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
