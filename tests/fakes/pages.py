"""What the pages of the window are tested with: a client that answers at once and notes what it was asked."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from qwen_finder.api.wire.status import ProcessStatus, ServiceStatus
from qwen_finder.core.connections import Connection
from qwen_finder.core.desk import PrivacyReport, StoredPlace
from qwen_finder.core.document import FileState
from qwen_finder.core.errors import FinderError, SettingsError
from qwen_finder.core.status import (
    DownloadState,
    DownloadStatus,
    EngineStatus,
    Estimate,
    Failure,
    FileCounts,
    FolderStatus,
    IndexSize,
    ModelListing,
    ModelStatus,
    Progress,
)
from qwen_finder.core.switching import SwitchCost, SwitchStatus
from qwen_finder.settings.schema import SETTINGS, setting

DOCUMENTS = FolderStatus("/home/anna/Documents", "live", FileCounts(1204, 311, 14, 3))
PICTURES = FolderStatus("/home/anna/Pictures", "live", FileCounts(5021, 0, 2, 0))
DONE = FolderStatus("/home/anna/Documents", "live", FileCounts(1515, 0, 14, 3))
GONE = FolderStatus("/media/anna/disk", "offline", FileCounts(410), "The folder is not there.")
PROGRESS = Progress(1204, 1515, 11.3, 95.0, "/home/anna/Documents/Tax 2023.pdf", share=0.62)
LOADED = ModelStatus("starter", "Starter", "loaded", 384)


def status(
    *folders: FolderStatus,
    pace: str = "balanced",
    reason: str = "you are active",
    progress: Progress | None = None,
    idle: bool = False,
    switch: SwitchStatus | None = None,
    text_model: ModelStatus = LOADED,
    notices: tuple[str, ...] = (),
) -> ServiceStatus:
    engine = EngineStatus(
        pace, folders, progress, text_model, IndexSize(), notices, pace_reason=reason, switch=switch
    )
    return ServiceStatus(ProcessStatus(1, "0.1", 100.0, 370_000_000), engine, idle)


def model(id: str, modality: str = "text", **others: Any) -> ModelListing:
    made = ModelListing(id, id, modality, "100 languages", 1024, 2_500_000_000, "Apache-2.0", False, False)
    return replace(made, **others)


class PagesClient:
    """``asked`` holds every order as it came; ``errors`` what a method is to fail with."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.errors: dict[str, FinderError] = {}
        self.values: dict[str, Any] = {item.key: item.default for item in SETTINGS}
        self.shown: list[FolderStatus] = []
        self.listed = [
            model("starter", family="Starter", installed=True, active=True, figures={"en": 0.93, "de": 0.71}),
            model("big-Q4", family="Big", quantization="Q4", recommended=True, reason="It fits."),
            model("big-F16", family="Big", quantization="F16", fits="no", fits_reason="Too large."),
            model("eyes", "image"),
        ]
        self.left_out = ["/home/anna/Documents/old"]
        self.unread = [
            Failure("/home/anna/big.iso", FileState.SKIPPED, "file.large", "Larger than 512 MB."),
            Failure("/home/anna/a.pdf", FileState.FAILED, "pdf.password", "It is locked.", "Unlock it."),
        ]
        self.report = PrivacyReport((StoredPlace("texts", "/data/texts", 2_000_000),), (), time.time())

    def following(self) -> PagesClient:
        return self

    def __getattr__(self, name: str) -> Any:
        """Orders that only have to be noted."""
        if name.startswith("_"):
            raise AttributeError(name)

        def note(*given: Any, **named: Any) -> Any:
            self.asked.append((name, *given, *named.values()))
            if name in self.errors:
                raise self.errors[name]
            return self._answers().get(name)

        return note

    def change_settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(("change_settings", changes))
        for key, value in changes.items():
            if key in self.errors:
                raise self.errors[key]
            self.values[key] = setting(key, "here").check(value, "here")
        return dict(self.values)

    def include(self, path: str) -> list[str]:
        self.left_out.remove(path)
        return list(self.left_out)

    def orders(self, name: str) -> list[tuple[Any, ...]]:
        """What was given each time ``name`` was asked for."""
        return [given for called, *given in map(list, self.asked) if called == name]

    def _answers(self) -> dict[str, Any]:
        return {
            "settings": dict(self.values),
            "models": list(self.listed),
            "folders": list(self.shown),
            "excluded": list(self.left_out),
            "failures": list(self.unread),
            "privacy": self.report,
            "retry": 1,
            "estimate": Estimate(8423, 9_000_000_000, 6120, 0, 210, 840.0, 130_000_000),
            "switch_cost": SwitchCost(6000, 42_000, 5400.0, 120_000_000, 90_000_000_000),
            "verify_model": (True, "All is as published."),
            "download_model": DownloadStatus("big-Q4", DownloadState.QUEUED),
        }


REFUSED = SettingsError("settings.value", "That cannot be.", "Take another.")
SPOKEN = Connection("models.example", "the model big-Q4", time.time(), time.time(), 3)
