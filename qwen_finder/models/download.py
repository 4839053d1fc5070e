"""Fetches one model of the catalog: which files, from which hub, checked, and put in place all at once.

What was fetched gathers in ``.downloads/ID`` inside the models folder, on the same disk, so that putting it
in place is one rename. The plan in there pins the commit: days later the same version is gone on with. It
knows nothing of queues or settings: plain values in, progress and errors out.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from qwen_finder.core.connections import Connections
from qwen_finder.core.errors import ModelError
from qwen_finder.models import transfer
from qwen_finder.models.catalog import CatalogEntry
from qwen_finder.models.fit import gigabytes
from qwen_finder.models.hubs import (
    HUGGINGFACE,
    Hub,
    MissingFiles,
    RemoteFile,
    Snapshot,
    UnreadableListing,
    host_of,
)
from qwen_finder.models.patience import Halt, Patience
from qwen_finder.models.receipts import Receipt, write_receipt
from qwen_finder.models.staging import Plan, Staging
from qwen_finder.models.web import Refused, Trouble, Web, foreign

SPARE_DISK = 200_000_000
"""Bytes that are left free on the disk."""

# Where there is another hub to ask, the first is not waited for as long.
_QUICK = 2


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is. ``checking``: the bytes are here and are compared with their hash."""

    source: str
    done: int
    total: int
    checking: bool = False


class Download:
    """One model, on its way. ``hubs`` in the order in which they are asked; ``told`` hears every step."""

    def __init__(
        self,
        entry: CatalogEntry,
        models: Path,
        hubs: Sequence[Hub],
        *,
        connections: Connections,
        halt: Halt,
        told: Callable[[Step], None],
        patience: Patience | None = None,
    ) -> None:
        self._entry = entry
        self._models = models
        self._hubs = [hub for hub in hubs if _repository(entry, hub)]
        self._connections = connections
        self._halt = halt
        self._told = told
        self._patience = patience or Patience()
        self._staging = Staging(models, entry.id)

    def run(self) -> None:
        """Have the model in the models folder.

        Raises Halted, or ModelError "download.…" with what to do; what was fetched stays in both cases.
        """
        entry = self._entry
        if not self._hubs:
            raise ModelError(
                "download.source",
                f"{entry.id} is not on the hub that the settings name.",
                "`qwen-finder config set download.source auto` asks every hub that has it.",
            )
        try:
            self._staging.create()
        except OSError as error:
            raise transfer.disk_error(self._staging.folder, error) from error
        lock = FileLock(self._staging.lock_file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise ModelError(
                "download.busy", f"Another program downloads {entry.id} already.", "Wait for it to end."
            ) from None
        try:
            self._run()
        finally:
            lock.release()

    def _run(self) -> None:
        failures: list[tuple[Hub, Trouble | Refused]] = []
        for number, hub in enumerate(self._hubs, 1):
            try:
                web = Web(self._patience, self._connections, f"download of {self._entry.id}")
            except Refused as refused:
                raise ModelError(refused.code, refused.message, refused.hint) from refused
            try:
                self._from(hub, web, last=number == len(self._hubs))
                return
            except (Trouble, Refused) as failure:
                self._halt.check()
                failures.append((hub, failure))
            finally:
                web.close()
        raise self._failure(failures)

    def _from(self, hub: Hub, web: Web, *, last: bool) -> None:
        """The whole way, from one hub. Raises Trouble, Refused, Halted or ModelError."""
        snapshot = self._look(hub, web, last=last)
        self._staging.write_plan(Plan.of(snapshot))
        parts = [(file, transfer.part_of(file, self._staging.folder)) for file in snapshot.files]
        self._staging.recover({file.name: part for file, part in parts})
        self._check_room(sum(max(file.size - transfer.bytes_here(part), 0) for file, part in parts))
        done = 0
        for file, part in parts:
            resumed = transfer.bytes_here(part) > 0
            self._fetch(hub, web, file, part, done, snapshot.size)
            if not self._sound(file, part, done, snapshot.size):
                if not resumed:
                    raise self._wrong(file, part)
                # A part of an earlier day may have been damaged: once from the beginning.
                transfer.discard(part)
                self._fetch(hub, web, file, part, done, snapshot.size)
                if not self._sound(file, part, done, snapshot.size):
                    raise self._wrong(file, part)
            done += file.size
        self._put_in_place(snapshot, parts)

    def _look(self, hub: Hub, web: Web, *, last: bool) -> Snapshot:
        """What the hub has, at the commit of an earlier attempt if there was one."""
        repository = _repository(self._entry, hub)
        pinned = self._staging.pinned(hub.source, repository)
        wanted = self._entry.revision if hub.source == HUGGINGFACE else ""
        try:
            return self._read(hub, web, repository, pinned or wanted, last=last)
        except Refused as refused:
            if refused.status == 404 and pinned:
                # Its history was written anew.
                return self._read(hub, web, repository, wanted, last=last)
            raise

    def _read(self, hub: Hub, web: Web, repository: str, revision: str, *, last: bool) -> Snapshot:
        url = hub.listing_url(repository, revision)
        tries = self._patience.tries if last else min(_QUICK, self._patience.tries)
        tried = 0
        while True:
            self._halt.check()
            try:
                listing = web.read_json(url, hub.token, self._halt)
                break
            except Trouble as trouble:
                self._halt.check()
                tried += 1
                if tried >= tries or (trouble.wait_s or 0) > self._patience.longest_wait_s:
                    raise
                self._halt.sleep(self._patience.delay(tried, trouble.wait_s))
        try:
            snapshot = hub.read_listing(listing, repository, revision, self._entry.remote_files)
        except UnreadableListing as error:
            raise foreign(url) from error
        except MissingFiles as error:
            raise Refused(
                "download.gone", f"{hub.name} has no {error.args[0]} in {repository}.", "", 404
            ) from error
        return self._with_hashes(hub, web, snapshot)

    def _with_hashes(self, hub: Hub, web: Web, snapshot: Snapshot) -> Snapshot:
        """A mirror that tells no hash in its list may tell it of the file."""
        if hub.source != HUGGINGFACE or all(file.key for file in snapshot.files):
            return snapshot
        files = []
        for file in snapshot.files:
            if not file.key:
                headers = web.head(file.url, hub.token, self._halt)
                etag = headers.get("x-linked-etag", "").strip('"')
                sound = len(etag) == 64 and headers.get("x-linked-size", "") == str(file.size)
                file = RemoteFile(file.name, file.size, etag if sound else "", "", file.url)
            files.append(file)
        return Snapshot(snapshot.source, snapshot.repository, snapshot.commit, tuple(files))

    def _check_room(self, missing: int) -> None:
        free = shutil.disk_usage(self._models).free
        if missing + SPARE_DISK > free:
            raise ModelError(
                "download.space",
                f"{self._entry.id} needs {gigabytes(missing + SPARE_DISK)} more on the disk of the models "
                f"folder ({self._models}), where {gigabytes(free)} are free.",
                "Free some space, or set QWEN_FINDER_MODELS to a folder on another disk.",
            )

    def _fetch(self, hub: Hub, web: Web, file: RemoteFile, part: Path, before: int, total: int) -> None:
        # To the host of the hub only, whatever its list says.
        token = hub.token if host_of(file.url) == host_of(hub.url) else ""
        transfer.fetch(
            web,
            file,
            token,
            part,
            patience=self._patience,
            halt=self._halt,
            told=lambda here: self._told(Step(host_of(hub.url), before + here, total)),
        )

    def _sound(self, file: RemoteFile, part: Path, before: int, total: int) -> bool:
        source = host_of(file.url)
        return transfer.check(
            file,
            part,
            self._halt,
            lambda read: self._told(Step(source, before + read, total, checking=True)),
        )

    def _wrong(self, file: RemoteFile, part: Path) -> Refused:
        transfer.discard(part)
        return Refused(
            "download.hash",
            f"What {host_of(file.url)} sent as {file.name} is not what its file list says (sha256).",
            "It was thrown away. Try again, or from the other hub.",
        )

    def _put_in_place(self, snapshot: Snapshot, parts: Sequence[tuple[RemoteFile, Path]]) -> None:
        target = self._entry.path(self._models)
        try:
            if self._entry.modality == "image":
                self._staging.place_folder({file.name: part for file, part in parts}, target)
            else:
                self._staging.place_file(parts[0][1], target)
            write_receipt(self._models, self._entry.id, Receipt.of(snapshot))
            self._staging.remove()
        except OSError as error:
            raise transfer.disk_error(target, error) from error

    def _failure(self, failures: Sequence[tuple[Hub, Trouble | Refused]]) -> ModelError:
        hub, first = failures[0]
        said = " ".join(failure.message for _, failure in failures)
        offline = all(failure.code == "download.unreachable" for _, failure in failures)
        code = "download.offline" if offline else first.code
        hint = (
            first.hint if isinstance(first, Refused) and not offline else "Ask again: it goes on from there."
        )
        page = hub.page_of(_repository(self._entry, hub))
        return ModelError(code, said, f"{hint} {by_hand(self._entry, page, self._models)}".strip())


def by_hand(entry: CatalogEntry, page: str, models: Path) -> str:
    """How a person puts the model here who can fetch it elsewhere."""
    path = entry.path(models)
    if len(entry.remote_files) == 1:
        return f"By hand: fetch {entry.remote_files[0]} from {page} and put it at {path}."
    return f"By hand: fetch {', '.join(entry.remote_files)} from {page} and put them into the folder {path}."


def _repository(entry: CatalogEntry, hub: Hub) -> str:
    return entry.huggingface if hub.source == HUGGINGFACE else entry.modelscope
