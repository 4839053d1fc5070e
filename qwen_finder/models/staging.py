"""Where a download gathers before it is whole: its folder, its plan, and the move into place.

Everything is on the disk of the models folder, so that the move is one rename, and a model is there or not.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from qwen_finder.models.hubs import RemoteFile, Snapshot
from qwen_finder.models.transfer import bytes_here, part_of, write_whole

FOLDER = ".downloads"


@dataclass(frozen=True, slots=True)
class Plan:
    """What was being fetched, and at which commit."""

    source: str
    repository: str
    commit: str
    files: tuple[RemoteFile, ...]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Plan:
        return cls(snapshot.source, snapshot.repository, snapshot.commit, snapshot.files)


class Staging:
    """The place of model ``model`` below the folder ``models``. Nothing is created before ``create``."""

    def __init__(self, models: Path, model: str) -> None:
        self.folder = models / FOLDER / model
        # Beside it and not in it: it is held until the folder is gone.
        self.lock_file = models / FOLDER / f"{model}.lock"

    @staticmethod
    def begun(models: Path) -> list[str]:
        """The ids of models that were begun and are not complete."""
        try:
            with os.scandir(models / FOLDER) as entries:
                return sorted(entry.name for entry in entries if entry.is_dir())
        except OSError:
            return []

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def pinned(self, source: str, repository: str) -> str:
        """The commit of an earlier attempt at this source; "" when there was none."""
        plan = self._plans().get(source)
        return plan.commit if plan is not None and plan.repository == repository else ""

    def write_plan(self, plan: Plan) -> None:
        plans = {**self._plans(), plan.source: plan}
        content = {"current": plan.source, "plans": {name: asdict(each) for name, each in plans.items()}}
        write_whole(self._plan_file, json.dumps(content, indent=1))

    def progress(self) -> tuple[int, int]:
        """Bytes that are here and bytes that it takes; (0, 0) when nothing was begun."""
        current = self._read().get("current")
        plan = self._plans().get(current) if isinstance(current, str) else None
        if plan is None:
            return 0, 0
        here = sum(min(bytes_here(part_of(file, self.folder)), file.size) for file in plan.files)
        return here, sum(file.size for file in plan.files)

    def recover(self, parts: Mapping[str, Path]) -> None:
        """Take back what a crash in the middle of ``place_folder`` left aside; ``parts`` by name."""
        for name, part in parts.items():
            moved = self.folder / "whole" / name
            if moved.exists() and not part.exists():
                os.replace(moved, part)

    def place_file(self, part: Path, target: Path) -> None:
        """The one file of a model, whole or not at all."""
        _to_disk(part)
        os.replace(part, target)

    def place_folder(self, parts: Mapping[str, Path], target: Path) -> None:
        """The files of a model by name, in the folder ``target``, all of them or none."""
        whole = self.folder / "whole"
        whole.mkdir(exist_ok=True)
        for name, part in parts.items():
            _to_disk(part)
            os.replace(part, whole / name)
        if target.exists():
            # Something incomplete, put there by hand: it must be out of the way of a rename.
            aside = self.folder / "aside"
            shutil.rmtree(aside, ignore_errors=True)
            os.replace(target, aside)
        os.replace(whole, target)

    def remove(self) -> None:
        """Forget everything that was fetched."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _plan_file(self) -> Path:
        return self.folder / "plan.json"

    def _read(self) -> dict[str, object]:
        try:
            content = json.loads(self._plan_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _plans(self) -> dict[str, Plan]:
        plans: dict[str, Plan] = {}
        found = self._read().get("plans")
        for source, plan in (found if isinstance(found, dict) else {}).items():
            try:
                files = tuple(RemoteFile(**file) for file in plan["files"])
                plans[source] = Plan(plan["source"], plan["repository"], plan["commit"], files)
            except (KeyError, TypeError):
                # Of another version of this program: it is written anew.
                continue
        return plans


def _to_disk(path: Path) -> None:
    """After a power cut the file is whole or not there, never a name for zeros."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
