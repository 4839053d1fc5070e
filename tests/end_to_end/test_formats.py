"""Every sample document through the program as people run it: what was planted is found, and first.

The real command line, service, workers and starter model; ``tests/data/samples`` says what stands where.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "samples"


class Program:
    """The command line in a home of its own, with the samples in a folder."""

    def __init__(self, home: Path) -> None:
        self.files = home / "files"
        shutil.copytree(SAMPLES, self.files, ignore=shutil.ignore_patterns("samples.toml"))
        models = os.environ.get("QWEN_FINDER_MODELS") or str(ROOT / ".models")
        self._environment = {
            **os.environ,
            "QWEN_FINDER_HOME": str(home / "state"),
            "QWEN_FINDER_MODELS": models,
        }

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "qwen_finder", *arguments],
            env=self._environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        # 1 says that a query found nothing or that some files could not be read: for the tests to judge.
        assert done.returncode in (0, 1), done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    made = Program(tmp_path_factory.mktemp("formats"))
    made.run("folders", "add", str(made.files))
    made.run("index", "--wait")
    yield made
    made.run("service", "stop")


def _samples(*, refused: bool) -> list[dict[str, Any]]:
    with (SAMPLES / "samples.toml").open("rb") as file:
        return [sample for sample in tomllib.load(file)["sample"] if ("error" in sample) == refused]


def _name(sample: dict[str, Any]) -> str:
    return str(sample["file"])


@pytest.mark.parametrize("sample", _samples(refused=False), ids=_name)
def test_what_was_planted_is_found_first_and_in_its_place(program: Program, sample: dict[str, Any]) -> None:
    answer = json.loads(program.run("query", f'"{sample["phrase"]}"', "--json", "-n", "3"))
    first = answer["hits"][0]
    assert Path(first["path"]).name == sample["file"]
    (passage,) = [passage for passage in first["passages"] if sample["phrase"] in passage["text"]]
    assert passage["page"] == sample.get("page")
    assert passage["unit"] == sample.get("unit", "page")
    assert passage["member"] == sample.get("member", "")
    if "line" in sample:
        before = passage["text"].partition(sample["phrase"])[0]
        assert passage["line"] + before.count("\n") == sample["line"]


def test_what_is_left_out_says_why(program: Program) -> None:
    failures = json.loads(program.run("failures", "--json"))["failures"]
    found = {Path(failure["path"]).name: failure["code"] for failure in failures}
    assert found == {sample["file"]: sample["error"] for sample in _samples(refused=True)}
