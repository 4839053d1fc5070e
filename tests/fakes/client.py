"""A client with an index of its own: it reads the folders it is given, and answers as the service would.

Words stand in for meaning: a file answers as well as the share of the query's words that it holds.
``delay_s`` makes it slow, ``stop`` takes the service away, ``failing`` makes one method raise.
"""

from __future__ import annotations

import fnmatch
import io
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from PIL import Image

from qwen_finder.api.wire.status import ProcessStatus, ServiceStatus
from qwen_finder.core.desk import FilePreview, Form
from qwen_finder.core.document import Kind
from qwen_finder.core.errors import FileError, FinderError, FolderError, ServiceError, UsageError
from qwen_finder.core.events import Event, EventLog
from qwen_finder.core.query import Hit, Passage, SearchRequest, SearchResponse, SimilarRequest, Strength
from qwen_finder.core.status import (
    EngineStatus,
    FileCounts,
    FolderStatus,
    IndexSize,
    ModelStatus,
    Progress,
)
from qwen_finder.settings.schema import SETTINGS, setting

_KINDS = {".py": Kind.CODE, ".rs": Kind.CODE, ".png": Kind.IMAGE, ".jpg": Kind.IMAGE, ".pdf": Kind.DOCUMENT}
_TYPES = {
    "image": (Kind.IMAGE,),
    "code": (Kind.CODE,),
    "document": (Kind.DOCUMENT, Kind.TEXT),
    "audio": (Kind.AUDIO,),
}
_FILTER = re.compile(r"(?:^|(?<=\s))(type|ext|in|name|lang|after|before|size):(\"[^\"]*\"|\S+)")
_WORD = re.compile(r"\w+")
_UNKNOWN = UsageError("file.unknown", "This file is not in the index.", "Add its folder.")


def _question(method: Callable[..., Any]) -> Callable[..., Any]:
    """What every question has in common: it takes time, is noted, and finds a service or starts one."""

    @wraps(method)
    def asked(self: FakeClient, *given: Any, **named: Any) -> Any:
        with self._lock:
            self.asked.append((method.__name__, *given))
        self.threads.add(threading.current_thread())
        if self.delay_s:
            time.sleep(self.delay_s)
        if method.__name__ in self.failing:
            raise self.failing[method.__name__]
        if self._stopped:
            if self.stays_stopped:
                raise ServiceError("service.stopped", "The service was stopped.", "Start it.")
            self._stopped = False
        return method(self, *given, **named)

    return asked


class _Following:
    """The client for who asks again and again, or unasked: it starts no service that was stopped."""

    def __init__(self, client: FakeClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        if self._client.stopped:
            raise ServiceError("service.stopped", "The service was stopped.", "Start it.")
        return getattr(self._client, name)


class FakeClient:
    """``asked`` holds each question as it came, ``threads`` where they came from."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.threads: set[threading.Thread] = set()
        self.failing: dict[str, FinderError] = {}
        self.delay_s = 0.0
        self.stays_stopped = False
        self.pending = 0
        self.answer: Callable[[SearchRequest], SearchResponse] | None = None
        """Answers in the place of the index, for what no folder of a test can hold."""
        self.hits_limit = 1000
        self._lock = threading.RLock()
        self._stopped = False
        self._folders: list[str] = []
        self._excluded: list[str] = []
        self._texts: dict[str, str] = {}
        self._settings: dict[str, Any] = {item.key: item.default for item in SETTINGS}
        self._pace = ("balanced", "you are active")
        self._events = EventLog()

    # What tests do with it.

    def stop(self) -> None:
        self._stopped = True

    def begin(self) -> None:
        self._stopped = False

    @property
    def stopped(self) -> bool:
        return self._stopped

    def publish(self, kind: str, **data: object) -> None:
        self._events.publish(kind, **data)

    def orders(self, name: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return [tuple(given) for called, *given in self.asked if called == name]

    # What the window asks.

    def following(self) -> _Following:
        return _Following(self)

    @_question
    def search(self, request: SearchRequest) -> SearchResponse:
        if not request.text.strip():
            raise UsageError("query.empty", "The query is empty.", "Say what you are looking for.")
        if self.answer is not None:
            return self.answer(request)
        wanted = self._words(_FILTER.sub("", request.text))
        filters = [(key, value.strip('"')) for key, value in _FILTER.findall(request.text)]
        hits = [self._hit(path, wanted) for path in self._passing(filters)]
        if wanted:
            hits = [hit for hit in hits if hit.score > 0]
        hits.sort(key=lambda hit: (-hit.score, hit.path))
        return self._response(request.text, hits[: min(request.limit or 20, self.hits_limit)])

    @_question
    def similar(self, request: SimilarRequest) -> SearchResponse:
        if not os.path.isfile(request.path):
            raise UsageError("similar.missing", f"There is no file {request.path}.", "Name another one.")
        wanted = self._words(_read(request.path))
        hits = [self._hit(path, wanted) for path in self._texts if path != request.path]
        hits = sorted((hit for hit in hits if hit.score > 0), key=lambda hit: -hit.score)
        return self._response(request.path, hits[: request.limit or 20])

    @_question
    def thumbnail(self, path: str, side: int = 256) -> bytes:
        if path not in self._texts:
            raise _UNKNOWN
        if _kind(path) is not Kind.IMAGE:
            raise UsageError("thumbnail.kind", "This is no picture.", "Only pictures have thumbnails.")
        try:
            picture = Image.open(path).convert("RGB")
        except OSError as error:
            raise FileError("image.damaged", "The picture is damaged.") from error
        picture.thumbnail((side, side))
        out = io.BytesIO()
        picture.save(out, "WEBP")
        return out.getvalue()

    @_question
    def preview(
        self,
        path: str,
        *,
        page: int | None = None,
        line: int | None = None,
        member: str = "",
        query: str = "",
    ) -> FilePreview:
        if path not in self._texts:
            raise _UNKNOWN
        kind = _kind(path)
        metadata = (("size", str(os.path.getsize(path))),)
        if kind is Kind.IMAGE:
            return FilePreview(path, kind, Form.IMAGE, metadata=metadata)
        if kind is Kind.DOCUMENT:
            return FilePreview(path, kind, Form.PAGES, pages=3, page=page or 1, metadata=metadata)
        text = self._texts[path]
        form, language = (Form.CODE, "python") if kind is Kind.CODE else (Form.TEXT, "")
        marks = tuple(_marks(text, self._words(query)))
        return FilePreview(path, kind, form, text, 1, language=language, highlights=marks, metadata=metadata)

    @_question
    def preview_page(self, path: str, page: int, width: int, query: str = "") -> bytes:
        if path not in self._texts:
            raise _UNKNOWN
        if not 1 <= page <= 3:
            raise UsageError("preview.page", "There is no such page.", "It has 3.")
        out = io.BytesIO()
        Image.new("RGB", (width, width * 7 // 5), (255, 255, 255 - page)).save(out, "WEBP")
        return out.getvalue()

    @_question
    def passages(self, path: str, query: str) -> list[Passage]:
        if path not in self._texts:
            raise _UNKNOWN
        return list(self._passages(path, self._words(query)))

    @_question
    def excluded(self) -> list[str]:
        return list(self._excluded)

    @_question
    def exclude(self, path: str) -> list[str]:
        if not any(path == known or known.startswith(path + os.sep) for known in self._texts):
            raise UsageError("exclude.unknown", "That is not in any folder.", "Name one that is.")
        self._excluded.append(path)
        self._read_folders()
        return list(self._excluded)

    @_question
    def include(self, path: str) -> list[str]:
        if path in self._excluded:
            self._excluded.remove(path)
        self._read_folders()
        return list(self._excluded)

    @_question
    def folders(self) -> list[FolderStatus]:
        return [self._folder(path) for path in self._folders]

    @_question
    def add_folder(self, path: str) -> FolderStatus:
        if not os.path.isdir(path):
            raise FolderError("folder.missing", f"There is no folder {path}.", "Name another one.")
        self._folders.append(os.path.realpath(path))
        self._read_folders()
        self._events.publish("indexed", files=len(self._texts))
        return self._folder(self._folders[-1])

    @_question
    def remove_folder(self, path: str) -> FolderStatus:
        if path not in self._folders:
            raise FolderError("folder.unknown", f"{path} is not indexed.", "See the list.")
        folder = self._folder(path)
        self._folders.remove(path)
        self._read_folders()
        return folder

    @_question
    def status(self) -> ServiceStatus:
        progress = None
        if self.pending:
            progress = Progress(10, 10 + self.pending, 5.0, 60.0, "/x/current.txt", share=0.4)
        model = ModelStatus("starter", "Starter", "loaded", 384)
        folders = tuple(self._folder(path) for path in self._folders)
        engine = EngineStatus(self._pace[0], folders, progress, model, IndexSize(), (), self._pace[1])
        idle = not self.pending
        return ServiceStatus(ProcessStatus(os.getpid(), "0", 1.0, 1_000_000), engine, idle)

    @_question
    def events(self, since: int, timeout_s: float = 25.0) -> list[Event]:
        # Short, so that no thread of a finished test lives on.
        return self._events.since(since, min(timeout_s, 0.2))

    @_question
    def set_pace(self, mode: str, seconds: float | None = None) -> tuple[str, str]:
        self._pace = (mode, "for a while") if mode != "auto" else ("balanced", "you are active")
        return self._pace

    @_question
    def settings(self) -> dict[str, Any]:
        return dict(self._settings)

    @_question
    def change_settings(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        for key, value in changes.items():
            self._settings[key] = setting(key, "the request").check(value, "the request")
        return dict(self._settings)

    def _read_folders(self) -> None:
        self._texts = {}
        for folder in self._folders:
            for root, _folders, names in os.walk(folder):
                for name in names:
                    path = os.path.join(root, name)
                    if not any(path == out or path.startswith(out + os.sep) for out in self._excluded):
                        self._texts[path] = _read(path)

    def _folder(self, path: str) -> FolderStatus:
        count = sum(known.startswith(path + os.sep) for known in self._texts)
        return FolderStatus(path, "live", FileCounts(count, self.pending, 0, 0))

    def _passing(self, filters: Sequence[tuple[str, str]]) -> Iterator[str]:
        for path in self._texts:
            kept = True
            for key, value in filters:
                match key:
                    case "type":
                        kept = kept and _kind(path) in _TYPES.get(value, ())
                    case "ext":
                        kept = kept and path.endswith("." + value)
                    case "in":
                        kept = kept and fnmatch.fnmatch(path, f"*{value.rstrip('/')}/*")
            if kept:
                yield path

    def _hit(self, path: str, wanted: Sequence[str]) -> Hit:
        held = set(self._words(f"{os.path.basename(path)} {self._texts[path]}"))
        score = sum(word in held for word in wanted) / len(wanted) if wanted else 0.5
        strength = Strength.STRONG if score > 0.9 else Strength.GOOD if score > 0.4 else Strength.WEAK
        found = list(self._passages(path, wanted))
        stat = os.stat(path)
        modified = datetime.fromtimestamp(stat.st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        image = _kind(path) is Kind.IMAGE
        return Hit(
            path,
            Path(path).as_uri(),
            _kind(path),
            score,
            strength,
            modified,
            stat.st_size,
            tuple(found[:1]),
            {"text": {"rank": 1, "score": score}},
            max(len(found) - 1, 0),
            width=64 if image else None,
            height=48 if image else None,
        )

    def _passages(self, path: str, wanted: Sequence[str]) -> Iterator[Passage]:
        lines = self._texts[path].split("\n")
        for number, line in enumerate(lines, 1):
            marks = tuple(_marks(line, wanted))
            if marks:
                yield Passage(line, number, highlights=marks)

    @staticmethod
    def _words(text: str) -> list[str]:
        return [word.lower() for word in _WORD.findall(text)]

    @staticmethod
    def _response(query: str, hits: Sequence[Hit]) -> SearchResponse:
        best = max((hit.strength for hit in hits), key=lambda s: s.rank, default=Strength.NONE)
        return SearchResponse(query, 1.0, best, tuple(hits))


def _kind(path: str) -> Kind:
    return _KINDS.get(os.path.splitext(path)[1].lower(), Kind.TEXT)


def _read(path: str) -> str:
    if _kind(path) is Kind.IMAGE:
        return ""
    return Path(path).read_text(encoding="utf-8", errors="replace")


def _marks(text: str, wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    for match in _WORD.finditer(text):
        if match[0].lower() in wanted:
            yield match.span()
