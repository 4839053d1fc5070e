#!/usr/bin/env python3
"""Installs what the tests need and runs them all: style, types, import contracts, tests.

python3 scripts/test.py                  everything
python3 scripts/test.py tests/search -x  only these tests, with any pytest option
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import environment

CHECKS = (
    ("style", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("types", ["-m", "mypy"]),
    ("import contracts", ["-c", "import sys; from importlinter.cli import lint_imports_command as c; c()"]),
)


def main(arguments: list[str]) -> int:
    try:
        environment.prepare(tests=True)
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 3
    env = {
        **os.environ,
        "QWEN_FINDER_MODELS": str(environment.MODELS),
        # Whatever a test forgets to isolate fails loudly instead of touching the user's own index.
        "QWEN_FINDER_HOME": os.devnull,
        "PYTHONUTF8": "1",
        # Threads of torch that wait for each other in a loop cost a busy machine forty times the work.
        "OMP_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "0",
    }
    tests = ["-m", "pytest", *(arguments or ["--durations=10"])]
    failed = []
    for name, command in [*(() if arguments else CHECKS), ("tests", tests)]:
        started = time.monotonic()
        environment.say(f"== {name}")
        done = subprocess.run([str(environment.PYTHON), *command], cwd=environment.ROOT, env=env)
        environment.say(
            f"== {name}: {'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - started:.0f} s)"
        )
        if done.returncode != 0:
            failed.append(name)
    if failed:
        environment.say(f"FAILED: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
