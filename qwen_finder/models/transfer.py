"""Brings one file here, however often the line breaks: what has arrived stays and is gone on from.

The bytes are in ``NAME.KEY.part``, whose length is how far it is; a note beside it says which version of the
file at which server they are of. The part is used only when its hash is that of the hub, so that a part of
anything else costs time and never harm.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from qwen_finder.core.errors import ModelError
from qwen_finder.models.hubs import RemoteFile, host_of
from qwen_finder.models.patience import Halt, Patience
from qwen_finder.models.web import Answer, Refused, Trouble, Web, foreign

_BLOCK = 1 << 20

Progress = Callable[[int], None]
"""Is told how many bytes of the file are here."""


def part_of(file: RemoteFile, folder: Path) -> Path:
    """Where the bytes of ``file`` gather; another version of it has another part."""
    key = file.key or hashlib.sha256(file.url.encode()).hexdigest()[:16]
    return folder / f"{file.name}.{key}.part"


def bytes_here(part: Path) -> int:
    try:
        return part.stat().st_size
    except OSError:
        return 0


def fetch(
    web: Web, file: RemoteFile, token: str, part: Path, *, patience: Patience, halt: Halt, told: Progress
) -> None:
    """Have all bytes of ``file`` in ``part``.

    Raises Trouble when it was tried often enough, Refused, Halted, and ModelError "download.disk" when the
    disk does not take them. In each case the part stays.
    """
    tried = 0
    while True:
        before = bytes_here(part)
        told(before)
        if before == file.size:
            return
        if before > file.size:
            discard(part)
        try:
            _try(web, file, token, part, halt, told)
        except Trouble as trouble:
            # Halting cuts the line.
            halt.check()
            tried = 1 if bytes_here(part) > before else tried + 1
            if tried >= patience.tries or (trouble.wait_s or 0) > patience.longest_wait_s:
                raise
            halt.sleep(patience.delay(tried, trouble.wait_s))


def discard(part: Path) -> None:
    """Begin anew."""
    for path in (part, _note_of(part)):
        path.unlink(missing_ok=True)


def check(file: RemoteFile, part: Path, halt: Halt, told: Progress) -> bool:
    """Whether ``part`` holds what the hub says of ``file``, by the strongest hash it tells."""
    digest = hashlib.sha256()
    if not file.sha256 and file.blob:
        # As git names the contents of a file; it is no defence against malice, which HTTPS is.
        digest = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    done = 0
    with part.open("rb") as stream:
        while block := stream.read(_BLOCK):
            halt.check()
            digest.update(block)
            done += len(block)
            told(done)
    wanted = file.sha256 or file.blob
    return done == file.size and wanted in ("", digest.hexdigest())


def _try(web: Web, file: RemoteFile, token: str, part: Path, halt: Halt, told: Progress) -> None:
    """Fetch what is missing, once."""
    have = bytes_here(part)
    known = _read_note(part, file) if have else ""
    with web.get(file.url, token, start=have, etag=known, halt=halt) as answer:
        if answer.html:
            raise foreign(file.url)
        if answer.total is not None and answer.total != file.size:
            raise Refused(
                "download.length",
                f"{host_of(file.url)} sends {answer.total:,} bytes as {file.name} instead of {file.size:,}.",
                "Try again later, or from the other hub.",
            )
        if have and known and answer.etag and answer.etag != known:
            # The server has another version now, whatever the hub says: nothing of the old one fits to it.
            discard(part)
            have = 0
            if answer.start:
                raise Trouble("download.changed", f"{file.name} was changed at {host_of(file.url)}.")
        if answer.start > have:
            raise Trouble("download.broken", f"{host_of(file.url)} sends another part than was asked for.")
        if answer.etag and answer.etag != known:
            _write_note(part, file, answer.etag)
        _write(answer, file, part, have, halt, told)


def _write(answer: Answer, file: RemoteFile, part: Path, have: int, halt: Halt, told: Progress) -> None:
    # A server that knows no ranges sends what is here already once more: passed over, so that a line that
    # breaks again before that has cost nothing.
    to_skip = have - answer.start
    with _disk(part), part.open("ab", buffering=0) as stream:
        for block in answer.parts:
            halt.check()
            if to_skip:
                to_skip, block = max(to_skip - len(block), 0), block[to_skip:]
            if have + len(block) > file.size:
                raise Refused(
                    "download.length",
                    f"{host_of(file.url)} sends more of {file.name} than its {file.size:,} bytes.",
                    "Try again later, or from the other hub.",
                )
            view = memoryview(block)
            while view:
                written = stream.write(view) or 0
                view = view[written:]
                have += written
            told(have)
    if have < file.size:
        raise Trouble("download.broken", f"{host_of(file.url)} stopped at {have:,} of {file.size:,} bytes.")


@contextlib.contextmanager
def _disk(path: Path) -> Iterator[None]:
    """What the disk refuses, as ours."""
    try:
        yield
    except OSError as error:
        raise disk_error(path, error) from error


def disk_error(path: Path, error: OSError) -> ModelError:
    """Why nothing can be written to ``path``."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return ModelError(
            "download.disk",
            f"The disk of {path.parent} is full.",
            "Free some space and ask again: it goes on where it stopped.",
        )
    return ModelError(
        "download.disk",
        f"{path} cannot be written ({error.strerror or error}).",
        "Make the models folder writable, or set QWEN_FINDER_MODELS to another.",
    )


def _note_of(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read_note(part: Path, file: RemoteFile) -> str:
    """The entity tag that the server gave the version these bytes are of; "" when there is none, or they came
    from another server, whose tags mean nothing to this one."""
    try:
        note = json.loads(_note_of(part).read_text("utf-8"))
        etag = note["etag"] if note["url"] == file.url else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return etag if isinstance(etag, str) else ""


def _write_note(part: Path, file: RemoteFile, etag: str) -> None:
    note = {"url": file.url, "etag": etag, "sha256": file.sha256, "size": file.size}
    with _disk(part):
        write_whole(_note_of(part), json.dumps(note))


def write_whole(path: Path, text: str) -> None:
    """``text`` is at ``path``, or what was there before: never a part of it."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, "utf-8")
    os.replace(draft, path)
