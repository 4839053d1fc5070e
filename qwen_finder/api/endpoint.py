"""Where the service can be found: a small owner-only file that it writes when it listens.

The file outlives a killed service, so what it says is checked: a dead process makes it stale.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


class Endpoint:
    """A service on 127.0.0.1. ``token`` is the secret that every request must show.

    No dataclass: importing that module takes longer than finding the service.
    """

    __slots__ = ("pid", "port", "token", "version")

    def __init__(self, port: int, token: str, pid: int, version: str) -> None:
        self.port = port
        self.token = token
        self.pid = pid
        self.version = version

    def __eq__(self, other: object) -> bool:
        # The token is new in each life of the service.
        return isinstance(other, Endpoint) and (self.token, self.pid) == (other.token, other.pid)

    def __hash__(self) -> int:
        return hash((self.token, self.pid))


def publish(file: Path, endpoint: Endpoint) -> None:
    """Write ``file`` atomically, readable by its owner only (0600)."""
    content = json.dumps(
        {
            "port": endpoint.port,
            "token": endpoint.token,
            "pid": endpoint.pid,
            "version": endpoint.version,
        }
    )
    temporary = file.with_name(f"{file.name}.{endpoint.pid}")
    temporary.unlink(missing_ok=True)
    # Owner-only from its first moment on: a mode set later would leave the token open meanwhile.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(content)
    temporary.replace(file)


def read(file: Path) -> Endpoint | None:
    """The endpoint of a service that is alive; None when there is none or ``file`` is stale or broken."""
    try:
        values = json.loads(file.read_bytes())
        endpoint = Endpoint(
            int(values["port"]), str(values["token"]), int(values["pid"]), str(values["version"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return endpoint if is_alive(endpoint.pid) else None


def withdraw(file: Path, pid: int) -> None:
    """Remove ``file`` unless it already tells of another process than ``pid``."""
    endpoint = read(file)
    if endpoint is None or endpoint.pid == pid:
        try:
            file.unlink(missing_ok=True)
        except OSError:
            # The disk has become read-only: it stays, and is stale when the process is gone.
            return


if sys.platform == "win32":

    def is_alive(pid: int) -> bool:
        """Whether a process ``pid`` runs."""
        import ctypes

        query_limited_information, still_active = 0x1000, 259
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query_limited_information, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == still_active

else:

    def is_alive(pid: int) -> bool:
        """Whether a process ``pid`` runs."""
        if pid <= 0:
            return False
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            # Somebody else's process: our service's number was given away after its death.
            return False
        return not _is_zombie(pid)

    def _is_zombie(pid: int) -> bool:
        """Whether ``pid`` is dead, and only its parent has not asked for it yet; False where nobody says."""
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                # Its name is in parentheses and may hold any of them; the state is the next word.
                return file.read().rpartition(b")")[2].split(None, 1)[0] in (b"Z", b"X")
        except (OSError, IndexError):
            return False
