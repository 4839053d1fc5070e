import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from qwen_finder.api.launcher import Launcher
from qwen_finder.settings.paths import find_paths

ROOT = Path(__file__).parents[2]
STAND_IN = (sys.executable, str(ROOT / "tests" / "server" / "stand_in_service.py"))


@dataclass
class CommandLine:
    """The real program in a home of its own."""

    home: Path

    @property
    def environ(self):
        inherited = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
        models = os.environ.get("QWEN_FINDER_MODELS", str(ROOT / ".models"))
        return {**inherited, "QWEN_FINDER_HOME": str(self.home), "QWEN_FINDER_MODELS": models}

    def __call__(self, *args, timeout=120, **options):
        """Runs ``qwen-finder args``; stdout and stderr are bytes."""
        return subprocess.run(
            [sys.executable, "-m", "qwen_finder", *args],
            env={**self.environ, **options.pop("environ", {})},
            cwd=options.pop("cwd", ROOT),
            capture_output=True,
            timeout=timeout,
            check=False,
            **options,
        )

    def stop(self):
        Launcher(find_paths(self.environ)).stop()


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    """The program beside a stand-in service whose one hit has a hostile name."""
    program = CommandLine(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QWEN_FINDER_HOME", str(program.home))
        Launcher(find_paths(), command=STAND_IN).connect()
        yield program
        program.stop()


@pytest.fixture(scope="module")
def new_program():
    """Makes programs by home; their services are ended after the module's tests."""
    made = []

    def make(home):
        made.append(CommandLine(home))
        return made[-1]

    yield make
    for program in made:
        program.stop()
