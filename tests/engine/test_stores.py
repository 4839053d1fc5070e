"""Opening both stores at once in a process that has imported nothing yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from qwen_finder.engine.backend import ACTIVE_TABLE
from qwen_finder.engine.sight import ACTIVE_PICTURES

PROGRAM = f"""
import sys
from qwen_finder.engine.facade import Engine
from qwen_finder.settings.paths import find_paths
from qwen_finder.settings.store import Settings

paths = find_paths()
paths.create()
engine = Engine(paths, Settings({{"models.image": "off", "models.text": "gguf:/absent.gguf"}}))
for name in ({ACTIVE_TABLE!r}, {ACTIVE_PICTURES!r}):
    engine._catalog.set(name, '{{"fingerprint": "0123456789abcdef", "dimensions": 8}}')
engine.start()
print(engine._backend.wait().store is not None, engine._sight.wait().store is not None)
engine.close()
"""


def test_two_threads_import_the_database(tmp_path: Path) -> None:
    """They used to begin with different modules of it, and each got half a package."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "QWEN_FINDER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split() == ["True", "True"], done.stderr
