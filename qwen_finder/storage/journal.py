"""Which files are being worked on this moment, readable after the process was killed.

Written by plain writes into the page cache, which a dead process leaves behind (a power cut may not, and
that is no file's fault). Nothing here costs a disk access, so each file can be noted by itself.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from pathlib import Path

from qwen_finder.core.document import FileId

STAGES = ("reading", "embedding", "decoding", "encoding")

_SLOT = 4096
_NUMBER = struct.Struct("<q")
_MOST = _SLOT // _NUMBER.size - 1


class CrashJournal:
    """The Journal port on one small file (0600): a slot for each stage, with a count and file ids in it.

    ``left_over`` holds what the last process was working on when it died; it is empty after an orderly end.
    Raises OSError when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        # A descriptor each, since the stages write from threads of their own and each moves its position.
        self._slots = {stage: os.open(path, flags, 0o600) for stage in STAGES}
        content = path.read_bytes()
        left_over = [id for at in range(len(STAGES)) for id in _ids(content[at * _SLOT : (at + 1) * _SLOT])]
        self.left_over: tuple[FileId, ...] = tuple(dict.fromkeys(left_over))
        self._clear()

    def note(self, stage: str, files: Sequence[FileId]) -> None:
        descriptor, ids = self._slots.get(stage), files[:_MOST]
        if descriptor is None:
            return
        os.lseek(descriptor, STAGES.index(stage) * _SLOT, os.SEEK_SET)
        # One write, so that no kill comes between the count and the ids.
        os.write(descriptor, struct.pack(f"<{len(ids) + 1}q", len(ids), *ids))

    def close(self) -> None:
        """An orderly end: nothing is being worked on any more, and what is noted later does not count."""
        self._clear()
        while self._slots:
            os.close(self._slots.popitem()[1])

    def _clear(self) -> None:
        for stage in STAGES:
            self.note(stage, ())


def _ids(slot: bytes) -> tuple[FileId, ...]:
    if len(slot) < _NUMBER.size:
        return ()
    (count,) = _NUMBER.unpack_from(slot)
    if not 0 < count <= _MOST or len(slot) < _NUMBER.size * (count + 1):
        return ()
    return struct.unpack_from(f"<{count}q", slot, _NUMBER.size)
