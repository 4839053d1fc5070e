"""One tree of errors. Each has a stable ``code``, a sentence for the user and a ``hint`` with the cure.

FinderError
├── UsageError              the request itself is wrong (exit code 2)
│   ├── FolderError         a folder that cannot be indexed
│   └── SettingsError       a settings file or value that cannot be used
├── UnusableError           the service or a model cannot be used now (exit code 3)
│   ├── ServiceError        no service, or it does not answer
│   ├── ModelError          a model that is missing, broken or foreign
│   │   └── RemoteModelError  one on another machine that does not answer as it should
│   └── StorageError        the index cannot be read or written
├── FileError               one file cannot be indexed: recorded as data, never stops a run
└── Interrupted             work was called off by who wanted it: nothing is wrong
"""

from __future__ import annotations

PASSING = frozenset({"file.vanished", "file.unreadable"})
"""Codes of what may be otherwise the next time a folder is looked at, though the file did not change: its
disk was away, its user lacked a right. Such an outcome is not final."""


class FinderError(Exception):
    """Base of everything this program raises on purpose.

    ``code`` is stable and machine readable ("folder.missing"), ``message`` one sentence that says what
    happened and to what, ``hint`` what to do about it (may be empty).
    """

    exit_code = 3

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def to_json(self) -> dict[str, object]:
        return {"code": self.code, "message": self.message, "hint": self.hint, "exit_code": self.exit_code}


class UsageError(FinderError):
    """The request cannot be carried out as it was put."""

    exit_code = 2


class FolderError(UsageError):
    """A folder that is missing, a file, unreadable or already covered by another."""


class SettingsError(UsageError):
    """A settings file or value that cannot be used; names the file and the key."""


class UnusableError(FinderError):
    """Something that this program needs cannot be used at the moment."""


class ServiceError(UnusableError):
    """The service is not there, does not answer or answers something else."""


class ModelError(UnusableError):
    """A model file is missing, truncated, foreign, or gives wrong vectors."""


class RemoteModelError(ModelError):
    """The server that embeds for us is away, refuses, or answers something else; words are found all the
    same."""


class StorageError(UnusableError):
    """The index cannot be read or written (no space left, damaged, in use)."""


class FileError(FinderError):
    """One file cannot be indexed. ``skipped`` tells a file left out on purpose from one that failed; ``kind``
    is what its contents were found to be all the same (a ``document.Kind``), "" when that is not known.
    """

    def __init__(
        self, code: str, message: str, hint: str = "", *, skipped: bool = False, kind: str = ""
    ) -> None:
        super().__init__(code, message, hint)
        self.skipped = skipped
        self.kind = kind


class Interrupted(FinderError):
    """Work was called off before its end; it is done another time and nobody need be told."""

    def __init__(self) -> None:
        super().__init__("interrupted", "The work was called off.")
