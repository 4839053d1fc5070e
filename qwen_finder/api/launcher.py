"""Finding the service, starting it when it is missing, replacing it when it is of another version.

Any number of clients may do this at once: the service's own lock lets one of the processes they start
live, and all of them wait for the endpoint that one publishes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from qwen_finder import __version__
from qwen_finder.api import crashes
from qwen_finder.api import endpoint as endpoints
from qwen_finder.api.endpoint import Endpoint
from qwen_finder.api.http import TimedOut, Unreachable, exchange
from qwen_finder.core.errors import ServiceError, StorageError
from qwen_finder.settings.paths import Paths

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess

COMMAND = (sys.executable, "-m", "qwen_finder", "service", "run")

_START_S = 60.0
_STOP_S = 10.0

# A service ends within two seconds: one that does not listen any more is gone for sure after these.
_LEAVING_S = 4.0

# Kept so that a service that ends while its starter lives on is reaped at the next start.
_started: list[subprocess.Popen[bytes]] = []


def create_folders(paths: Paths) -> None:
    """Make the program's own folders. Raises StorageError when that cannot be done or they are read-only."""
    try:
        paths.create()
    except OSError as error:
        raise StorageError(
            "storage.folder",
            f"The folder {error.filename} cannot be made: {error.strerror}.",
            "Free that place, or set QWEN_FINDER_HOME to a folder you may write to.",
        ) from error
    for folder in (paths.config, paths.data, paths.state, paths.runtime):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise StorageError(
                "storage.read_only",
                f"The folder {folder} cannot be written to.",
                "Make it writable, or set QWEN_FINDER_HOME to a folder you may write to.",
            )


class Launcher:
    """Starts and stops the service of ``paths``. ``say`` hears what takes long, one sentence each."""

    def __init__(
        self,
        paths: Paths,
        *,
        start: bool = True,
        command: Sequence[str] = COMMAND,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._paths = paths
        self._start = start
        self._command = tuple(command)
        self._say = say

    def running(self) -> Endpoint | None:
        """The service that runs now, of whatever version; None when there is none, by what its file says."""
        return endpoints.read(self._paths.endpoint_file)

    def listening(self) -> Endpoint | None:
        """The service that runs now and can be reached, though it may be busy."""
        found = self.running()
        return found if found is not None and _listens(found) else None

    def connect(self, dead: Endpoint | None = None) -> Endpoint:
        """A service of our version, started if need be. ``dead`` is one that was found not to answer.

        Raises ServiceError when starting is forbidden or fails, or whatever kept the service from starting.
        """
        found = self.running()
        if found is not None and found != dead:
            if found.version == __version__:
                return found
            if not self._start:
                raise ServiceError(
                    "service.version",
                    f"The running service is version {found.version}, this is {__version__}.",
                    "Run the command without --no-start: that restarts the service.",
                )
            self._say(f"Replacing the service of version {found.version}…")
            self._end(found)
            dead = found
        if not self._start:
            raise ServiceError(
                "service.not_running", "The service is not running.", "Start it: `qwen-finder service start`."
            )
        return self._launch(dead)

    def begin(self) -> Endpoint:
        """``connect``, also after crashes: somebody asked for it who may have mended their cause."""
        crashes.forget(self._paths.crashes_file)
        found = self.connect()
        # It may be on its way out.
        return found if _listens(found) else self.connect(dead=found)

    def succeed(self, lost: Endpoint) -> Endpoint:
        """The service after ``lost``, which answers no more: ``connect``, unless somebody stopped it.

        A crash leaves the endpoint file behind, an end in good order does not. Raises ServiceError
        "service.stopped" besides what ``connect`` raises.
        """
        self._wait_for_end(lost, time.monotonic() + _LEAVING_S)
        if not self._paths.endpoint_file.exists():
            raise ServiceError(
                "service.stopped",
                "The service was stopped.",
                "`qwen-finder service start` starts it again; it goes on where it was.",
            )
        return self.connect(dead=lost)

    def stop(self) -> Endpoint | None:
        """End the running service and wait until it is gone; None when there was none.

        One that hangs is killed after ten seconds; nothing is lost by that. Raises ServiceError if it cannot.
        """
        found = self.running()
        return found if found is not None and self._end(found) else None

    def _end(self, endpoint: Endpoint) -> bool:
        """False when nobody was there: the file is stale, and its number was given to another process."""
        deadline = time.monotonic() + _STOP_S
        try:
            status, _ = exchange(endpoint, "POST", "/v1/shutdown", b"{}", _STOP_S)
        except TimedOut:
            status = 0
        except (Unreachable, ServiceError):
            # On its way out; or long gone, with its port closed or given to a stranger.
            status = 401
        if status == 401:
            ended = self._wait_for_end(endpoint, time.monotonic() + _LEAVING_S)
            endpoints.withdraw(self._paths.endpoint_file, endpoint.pid)
            return ended
        if not self._wait_for_end(endpoint, deadline):
            self._say(f"The service (process {endpoint.pid}) does not answer and is ended by force.")
            self._kill(endpoint)
        return True

    def _kill(self, endpoint: Endpoint) -> None:
        import signal

        try:
            # Windows knows no other way to end a process than this one.
            os.kill(endpoint.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        except ProcessLookupError:
            pass
        except OSError as error:
            raise ServiceError(
                "service.stop",
                f"The service (process {endpoint.pid}) hangs and cannot be ended: {error}.",
                "End that process by hand; nothing is lost by it.",
            ) from error
        if not self._wait_for_end(endpoint, time.monotonic() + _STOP_S):
            raise ServiceError(
                "service.stop",
                f"The service (process {endpoint.pid}) did not end when it was killed.",
                "It waits for a disk or the network; restart the machine if it stays.",
            )
        endpoints.withdraw(self._paths.endpoint_file, endpoint.pid)

    def _wait_for_end(self, endpoint: Endpoint, deadline: float) -> bool:
        """Whether the service and its process are gone before ``deadline`` (monotonic seconds)."""
        while endpoints.is_alive(endpoint.pid):
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        _reap()
        return True

    def _launch(self, dead: Endpoint | None) -> Endpoint:
        create_folders(self._paths)
        _reap()
        if self.running() is None and crashes.died_young(self._paths.endpoint_file):
            crashes.note(self._paths.crashes_file)
        self._refuse_to_crash_again()
        self._say("Starting the service…")
        deadline = time.monotonic() + _START_S
        process, retry, pause = self._spawn(), 0.1, 0.01
        while time.monotonic() < deadline:
            found = self.running()
            if found is not None and found != dead:
                _call_off(process, found)
                return found
            status = process.poll()
            if status is not None and status != 0:
                raise self._startup_error(status)
            if status == 0:
                # Another process holds the lock: it is starting too, or on its way out.
                time.sleep(retry)
                retry = min(retry * 2, 2.0)
                found = self.running()
                if found is None or found == dead:
                    process = self._spawn()
                continue
            time.sleep(pause)
            pause = min(pause * 1.5, 0.1)
        raise ServiceError(
            "service.start",
            f"The service did not come up within {_START_S:.0f} s.",
            f"Its log says more: {self._paths.log_file}",
        )

    def _refuse_to_crash_again(self) -> None:
        wait_s = crashes.wait_s(self._paths.crashes_file)
        if wait_s > 0:
            raise ServiceError(
                "service.crashing",
                f"The service crashed {crashes.MOST} times within a minute. "
                f"It is not started again for {wait_s:.0f} s.",
                f"Its log says why: {self._paths.log_file}. `qwen-finder service start` tries again at once.",
            )

    def _spawn(self) -> subprocess.Popen[bytes]:
        # Slow to import, and a running service needs none of it.
        import subprocess

        _reap()
        root = str(Path(__file__).resolve().parents[2])
        inherited = os.environ.get("PYTHONPATH", "")
        environ = {
            # The database's many threads would else leave hundreds of megabytes in glibc arenas of their own.
            "MALLOC_ARENA_MAX": "2",
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (root, inherited))),
        }
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        descriptor = os.open(self._paths.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            process = subprocess.Popen(
                self._command,
                # Not the caller's: that might be on a disk somebody wants to unplug.
                cwd=self._paths.state,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                creationflags=flags,
            )
        except OSError as error:
            raise ServiceError(
                "service.start",
                f"The service cannot be started: {error}.",
                "`qwen-finder doctor` checks the installation.",
            ) from error
        finally:
            os.close(descriptor)
        _started.append(process)
        return process

    def _startup_error(self, status: int) -> Exception:
        from qwen_finder.api.wire.errors import error_from_json
        from qwen_finder.api.wire.text import loads

        try:
            return error_from_json(loads(self._paths.startup_error_file.read_bytes()))
        except (OSError, ValueError):
            if error := self._no_room():
                return error
            crashes.note(self._paths.crashes_file)
            return ServiceError(
                "service.start",
                f"The service ended while it started (exit status {status}).",
                f"Its log says more: {self._paths.log_file}",
            )

    def _no_room(self) -> StorageError | None:
        """What keeps the service from even saying what keeps it from starting."""
        import shutil

        if shutil.disk_usage(self._paths.state).free:
            return None
        return StorageError(
            "storage.full",
            f"No space is left on the disk of {self._paths.state}: the service cannot start.",
            "Free some space; indexing then goes on where it stopped.",
        )


def _listens(endpoint: Endpoint) -> bool:
    try:
        return exchange(endpoint, "GET", "/v1/settings", b"", _STOP_S)[0] != 401
    except TimedOut:
        return True
    except (Unreachable, ServiceError):
        return False


def _reap() -> None:
    _started[:] = [process for process in _started if process.poll() is None]


def _call_off(process: subprocess.Popen[bytes], winner: Endpoint) -> None:
    """End a start that another client's overtook: later it might find the lock free and stay, unasked for."""
    # On Windows the process of a virtual environment is not the interpreter, and ending it ends both.
    if sys.platform != "win32" and process.pid != winner.pid and process.poll() is None:
        process.terminate()
