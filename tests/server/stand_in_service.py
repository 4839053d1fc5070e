"""A real service process over an engine made by hand: what HTTP, launcher and client are tried against.

Run as a program. The query decides what the engine does: "slow" takes a while, "crash" ends the process,
"broken" raises. STAND_IN_ERROR makes it refuse to start.
"""

from __future__ import annotations

import os
import sys
import threading

from qwen_finder.core.document import FileState, Kind
from qwen_finder.core.errors import FileError, FolderError, StorageError, UsageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.query import Hit, Passage, SearchResponse, Strength
from qwen_finder.core.status import (
    Check,
    CheckState,
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
)
from qwen_finder.engine.previews import Preview
from qwen_finder.indexing.pace import Mode, Pace
from qwen_finder.server.run import serve
from qwen_finder.settings.paths import find_paths
from qwen_finder.settings.schema import setting
from qwen_finder.settings.store import save

ODD_NAME = os.fsdecode(b"/home/odd\n\xff\x1b[31m.txt")


class HandMadeShelf:
    def models(self):
        return (ModelListing("starter", "Starter", "text", "en", 384, 25_000_000, "Apache-2.0", False, True),)

    def download(self, model):
        if model == "starter":
            raise UsageError("model.unknown", f"There is no model {model!r}.", "Look at the list.")
        return DownloadStatus(model, DownloadState.RUNNING, 1, 9, 2.5, 3.2, "hub.example")

    def pause(self, model, *, discard=False):
        return DownloadStatus(model, DownloadState.PAUSED, 0 if discard else 1, 9)

    def verify(self, model):
        return model != "damaged", f"{model} was looked at."

    def remove(self, model):
        return len(model)


class HandMadeEngine:
    def __init__(self, paths, settings):
        if os.environ.get("STAND_IN_ERROR"):
            raise StorageError("storage.damaged", "The catalog is damaged.", "Remove it.")
        self._paths, self._settings, self._folders = paths, settings.as_dict(), []
        self._release = threading.Event()
        self._pace = Pace(Mode.FULL, "nobody needs the machine")
        self.events = EventLog()
        # Asked by tests over a real engine.
        self.desk = None
        self.shelf = HandMadeShelf()
        self.switching = self.embeddings = None

    def start(self):
        self.events.publish("indexed", files=1)

    def close(self):
        self._release.set()
        if os.environ.get("STAND_IN_HANGS") == "at its end":
            threading.Event().wait()

    def search(self, request):
        match request.text:
            case "slow":
                self._release.wait(3)
            case "crash":
                marker = self._paths.state / "crashed"
                if not marker.exists():
                    marker.touch()
                    os.kill(os.getpid(), 9)
            case "broken":
                raise RuntimeError("on purpose")
            case "nothing":
                return SearchResponse(request.text, 1.0, Strength.NONE, (), ("Nothing is indexed yet.",))
        passages = (Passage("a 猫 sat", 3, None, ((2, 3),)),)
        why = {"request": {"limit": request.limit, "words": len(request.text.split())}}
        hit = Hit(
            ODD_NAME, "file:///odd", Kind.TEXT, 0.5, Strength.GOOD, "2026-01-01T00:00:00Z", 5, passages, why
        )
        return SearchResponse(request.text, 1.5, Strength.GOOD, (hit,) * min(request.limit, 50))

    def similar(self, request):
        if request.path.endswith("nothing.txt"):
            return SearchResponse(request.path, 1.0, Strength.NONE)
        if request.path.endswith("unreadable.txt"):
            raise UsageError("similar.unreadable", "It cannot be read.", "Unlock it.")
        why = {"request": {"limit": request.limit, "types": len(request.types)}}
        hit = Hit(
            "/home/beach.jpg", "file:///home/beach.jpg", Kind.IMAGE, 0.97, Strength.STRONG,
            "2026-01-01T00:00:00Z", 5, (), why, near_duplicates=2, width=4000, height=3000,
            taken="2024-06-30T08:15:00", colours=("blue", "beige"),
        )  # fmt: skip
        return SearchResponse(request.path, 1.5, Strength.STRONG, (hit,), ("The picture is blurred.",))

    def thumbnail(self, path, side):
        if path not in (ODD_NAME, "/home/broken.jpg"):
            raise UsageError("file.unknown", f"{path} is not in the index.", "Add its folder.")

        def content():
            if path != ODD_NAME:
                raise FileError("file.broken", f"{path} is damaged.", "It is found by its name.")
            return b"RIFF\0\0\0\0WEBP" + str(side).encode()

        return Preview(f"7-1-{side}", content)

    def folders(self):
        return tuple(FolderStatus(path, "timed", FileCounts(1)) for path in self._folders)

    def add_folder(self, path):
        if not os.path.isdir(path):
            raise FolderError("folder.missing", f"There is no folder {path}.", "Check the name.")
        self._folders.append(path)
        return FolderStatus(path, "timed", FileCounts())

    def remove_folder(self, path):
        if path not in self._folders:
            raise FolderError("folder.unknown", f"{path} is not indexed.")
        self._folders.remove(path)
        return FolderStatus(path, "timed", FileCounts(1))

    def index(self, folders=()):
        self.events.publish("progress", done=0, total=0)

    def estimate(self, folders=()):
        return Estimate(2, 2_000_000, 1, 1, 0, 90.0, 4_000)

    def idle(self):
        return True

    def status(self):
        model = ModelStatus("starter", "Starter", "missing", detail="not installed")
        return EngineStatus(
            self._pace.mode.value,
            self.folders(),
            None,
            model,
            IndexSize(3, 900),
            ("The model is missing.",),
            self._pace.reason,
        )

    def set_pace(self, mode, seconds=None):
        self._pace = Pace(Mode.FULL if mode == "auto" else Mode(mode), f"for {seconds}")
        return self._pace

    def failures(self):
        yield Failure(ODD_NAME, FileState.FAILED, "pdf.password", "It needs a password.", "Unlock it.")

    def settings(self):
        return dict(self._settings)

    def change_settings(self, changes):
        for key, value in changes.items():
            self._settings[key] = setting(key, "settings").check(value, "settings")
            save(self._paths.settings_file, key, value)
        return self.settings()

    def repair(self):
        return ["Freed 12.0 MB of the index."]

    def checks(self):
        yield Check("text model", CheckState.FAILED, "It is not installed.", "Install it.")


if __name__ == "__main__":
    sys.exit(serve(find_paths(), HandMadeEngine))
