"""What was searched for lately, kept for the search box in a file of its own that only the user can read.

Reading and writing are for threads that may wait.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

MOST = 50


class History:
    """The newest search first. ``keep`` False forgets everything and remembers nothing from then on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._keep = True
        self._on_disk = False
        self.recent: list[str] = []

    def load(self) -> None:
        """Read what an earlier window kept; a file that cannot be read is as good as none."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(kept, list):
            read = [query for query in kept if isinstance(query, str) and query.strip()]
            with self._lock:
                self._on_disk = True
                self.recent = self._joined(self.recent, read)

    def remember(self, query: str) -> bool:
        """Put ``query`` first; whether anything changed that ``save`` should write."""
        query = " ".join(query.split())
        if not self._keep or not query or self.recent[:1] == [query]:
            return False
        # What was typed on the way to it is no search of its own.
        rest = [old for old in self.recent if old != query]
        if rest and query.startswith(rest[0]):
            del rest[0]
        self.recent = [query, *rest][:MOST]
        return True

    def set_keep(self, keep: bool) -> bool:
        """Whether anything changed that ``save`` should write."""
        self._keep = keep
        if keep or not self.recent:
            return False
        self.recent = []
        return True

    def notice_removal(self) -> bool:
        """Forget what is remembered here too when the file was taken away, as by "forget everything"; whether
        it was.
        """
        with self._lock:
            gone = self._on_disk and not self._file.exists()
            if gone:
                self._on_disk = False
                self.recent = []
            return gone

    def save(self) -> None:
        """Write the file, or remove it when there is nothing to keep. Of what somebody took away only the
        newest search is written, which came afterwards.
        """
        newest = self.recent[:1]
        if self.notice_removal():
            self.recent = newest
        with self._lock:
            self._on_disk = bool(self.recent)
            if not self.recent:
                self._file.unlink(missing_ok=True)
                return
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = self._file.with_suffix(".new")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w", encoding="utf-8") as stream:
                json.dump(self.recent, stream, ensure_ascii=False)
            os.replace(temporary, self._file)

    @staticmethod
    def _joined(newer: list[str], older: list[str]) -> list[str]:
        return list(dict.fromkeys([*newer, *older]))[:MOST]
