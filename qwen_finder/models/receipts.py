"""What was fetched, from where and with which hashes: kept beside the models, to verify them by."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from qwen_finder.models.catalog import CatalogEntry
from qwen_finder.models.hubs import RemoteFile, Snapshot
from qwen_finder.models.transfer import write_whole

_FOLDER = ".receipts"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Receipt:
    """A model as it was published: the files of ``repository`` at ``commit``."""

    source: str
    repository: str
    commit: str
    files: tuple[RemoteFile, ...]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Receipt:
        return cls(snapshot.source, snapshot.repository, snapshot.commit, snapshot.files)


def write_receipt(models: Path, model: str, receipt: Receipt) -> None:
    path = _path(models, model)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(asdict(receipt), indent=1))


def read_receipt(models: Path, model: str) -> Receipt | None:
    """None when the model was put there by hand."""
    try:
        content = json.loads(_path(models, model).read_text("utf-8"))
        files = tuple(RemoteFile(**file) for file in content["files"])
        return Receipt(content["source"], content["repository"], content["commit"], files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove_receipt(models: Path, model: str) -> None:
    _path(models, model).unlink(missing_ok=True)


def compare(entry: CatalogEntry, models: Path, receipt: Receipt) -> str:
    """What is wrong with the files of ``entry``, in a sentence; "" when they are what was published."""
    target = entry.path(models)
    for file in receipt.files:
        path = target / file.name if entry.modality == "image" else target
        try:
            size = path.stat().st_size
            if size != file.size:
                return f"{path} has {size:,} bytes instead of {file.size:,}."
            if file.sha256 and sha256(path) != file.sha256:
                return f"{path} is damaged: its sha256 is not the published one."
        except OSError as error:
            return f"{path} cannot be read ({error.strerror or error})."
    return ""


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _path(models: Path, model: str) -> Path:
    return models / _FOLDER / f"{model}.json"
