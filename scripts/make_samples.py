#!/usr/bin/env python3
"""Makes the sample documents in tests/data/samples with the programs that people make theirs with.

    apt install libreoffice-writer libreoffice-calc libreoffice-impress python3-uno pandoc \\
                ghostscript qpdf zip 7zip xz-utils zstd
    /usr/bin/python3 scripts/make_samples.py [FOLDER]

Each sample holds one planted sentence that stands nowhere else; ``samples.toml`` says in which place of
which file, and which program wrote it. The files differ from run to run in what programs write by themselves
(times, identifiers), not in what they say. The system's own Python is needed for LibreOffice's bindings.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import sample_archives
import sample_documents
from sample_tools import Phrases, Programs

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = ROOT / "tests" / "data" / "samples"

_HEAD = """\
# What stands where in the sample documents; made by scripts/make_samples.py, as they are.
# "phrase" is in no other sample; "also" is read from the file too, "absent" is not (it was deleted by its
# author, and its deletion tracked). An "error" is the code with which the file is left out.
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="make the sample documents")
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    folder: Path = parser.parse_args(arguments).folder
    with tempfile.TemporaryDirectory() as workplace:
        made = Path(workplace) / "made"
        made.mkdir()
        programs = Programs(Path(workplace), made)
        try:
            phrases = Phrases()
            samples = [*sample_documents.make(programs, phrases), *sample_archives.make(programs, phrases)]
        except FileNotFoundError as error:
            print(f"A program is missing: {error.filename}. See the top of this script.", file=sys.stderr)
            return 3
        table = _HEAD + "".join(sample.toml() for sample in samples)
        (made / "samples.toml").write_text(table, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)
    total = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{len(samples)} samples, {total:,} bytes, in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
