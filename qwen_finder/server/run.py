"""The service's life: one instance, a loopback socket, a published endpoint, a clean end.

``serve`` takes the engine as a factory, since a service that cannot open its index still has to say why.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

import psutil
import uvicorn
from starlette.types import ASGIApp

from qwen_finder import __version__
from qwen_finder.api import endpoint as endpoints
from qwen_finder.api.endpoint import Endpoint
from qwen_finder.api.launcher import create_folders
from qwen_finder.api.wire.errors import error_to_json
from qwen_finder.api.wire.text import dumps
from qwen_finder.core.errors import FinderError, StorageError, UnusableError
from qwen_finder.core.events import EventLog
from qwen_finder.server.auth import Guard
from qwen_finder.server.instance import InstanceLock
from qwen_finder.server.log import open_log
from qwen_finder.server.routes import Routes
from qwen_finder.settings.paths import Paths, find_paths
from qwen_finder.settings.store import Settings, load

if TYPE_CHECKING:
    from qwen_finder.engine import Engine

_LOG = logging.getLogger(__name__)
_GRACE_S = 1

# From the word to stop to the end of the process, whatever it is doing.
_END_S = 1.9


def main() -> int:
    """Run the service of this user until it is told to stop; returns the exit code."""
    return serve(find_paths(), _open_engine)


def serve(paths: Paths, open_engine: Callable[[Paths, Settings], Engine]) -> int:
    """Run a service over ``paths``; returns its exit code.

    Returns 0 at once when another instance runs. What keeps the service from starting is written to
    ``paths.startup_error_file``, for the client that started it to show.
    """
    os.umask(0o077)
    try:
        create_folders(paths)
    except FinderError as error:
        print(error.message, error.hint, file=sys.stderr)
        return error.exit_code
    lock = InstanceLock(paths.lock_file)
    if not lock.acquire():
        print("The service is running already.", file=sys.stderr)
        return 0
    open_log(paths.log_file, paths.crash_file)
    _be_modest()
    paths.startup_error_file.unlink(missing_ok=True)
    try:
        engine = open_engine(paths, load(paths.settings_file))
    except FinderError as error:
        return _fail(paths, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client has to hear of it
        _LOG.exception("The service cannot start.")
        sentence = f"The service cannot start: {type(error).__name__}: {error}"
        return _fail(
            paths, UnusableError("service.crashed", sentence, f"Its log says more: {paths.log_file}")
        )
    deadline = _Deadline(paths)
    try:
        engine.start()
        _listen(paths, engine, deadline)
    except FinderError as error:
        return _fail(paths, error)
    finally:
        # The order matters to clients: once the file is gone they may start the next service.
        endpoints.withdraw(paths.endpoint_file, os.getpid())
        engine.close()
        deadline.cancel()
        lock.release()
        _LOG.info("The service has stopped.")
    return _leave()


def _open_engine(paths: Paths, settings: Settings) -> Engine:
    # Takes seconds to import (LanceDB), which a second instance must not wait for.
    from qwen_finder.engine import Engine

    return Engine(paths, settings)


def _listen(paths: Paths, engine: Engine, deadline: _Deadline) -> None:
    token = secrets.token_urlsafe(32)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]

        def stop() -> None:
            deadline.begin()
            server.stop()

        application = Guard(Routes(engine, stop).application(), token=token, port=port)
        server = _Server(application, engine.events)
        listener.listen(128)
        with _signals(stop):
            # Connections made from here on wait in the socket's queue until the loop runs.
            try:
                endpoints.publish(paths.endpoint_file, Endpoint(port, token, os.getpid(), __version__))
            except OSError as error:
                raise StorageError(
                    "storage.endpoint",
                    f"The service cannot tell where it listens: {paths.endpoint_file} cannot be written"
                    f" ({error.strerror}).",
                    "Free some space on that disk, or make the folder writable.",
                ) from error
            _LOG.info("Service %s, process %d, listens on 127.0.0.1:%d.", __version__, os.getpid(), port)
            server.run(sockets=[listener])


class _Deadline:
    """Ends the process when its own end takes too long: a file half read or a batch half stored is done again
    in its next life, and nobody who shuts their computer down waits for it."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._timer = threading.Timer(_END_S, self._cut_off)
        self._timer.daemon = True

    def begin(self) -> None:
        # Who is told twice to end has no more time for it.
        if self._timer.ident is None:
            self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()

    def _cut_off(self) -> None:
        _LOG.warning("The service stops in the middle of its work, and will do it again.")
        endpoints.withdraw(self._paths.endpoint_file, os.getpid())
        logging.shutdown()
        os._exit(0)


class _Server(uvicorn.Server):
    """Uvicorn on a socket that is ours, which ends within two seconds whoever is still connected."""

    def __init__(self, application: ASGIApp, events: EventLog) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._events = events
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def stop(self) -> None:
        """End soon; from any thread, and from a signal."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        # Uvicorn's own looks ten times a second whether it is to end; a service at rest shall sleep.
        self._loop = asyncio.get_running_loop()
        if not await self.on_tick(0):
            await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Whoever waits for events is answered now and does not hold the end up.
        self._events.publish("stopping")
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Its own handlers would raise the signal again at the end.
        yield


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    def on_signal(number: int, frame: FrameType | None) -> None:
        stop()

    numbers = [signal.SIGTERM, signal.SIGINT]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        # Its terminal was closed. Under nohup it stays.
        numbers.append(signal.SIGHUP)
    previous = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, former in previous.items():
            signal.signal(number, former)


def _be_modest() -> None:
    """Let everything the user does go first."""
    process = psutil.Process()
    try:
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            # Whoever started us may have gone further already.
            process.nice(max(10, int(process.nice())))
        if sys.platform == "linux":
            process.ionice(psutil.IOPRIO_CLASS_BE, 7)
    except (psutil.Error, OSError) as error:
        _LOG.info("The priority could not be lowered: %s", error)


def _fail(paths: Paths, error: FinderError) -> int:
    _LOG.error("The service cannot start: %s", error.message)
    try:
        paths.startup_error_file.write_bytes(dumps(error_to_json(error)))
    except OSError as problem:
        # The disk may be full; whoever started us sees the exit code at least.
        _LOG.error("That cannot be noted for those who ask for the service: %s", problem)
    return error.exit_code


def _leave() -> int:
    """0; but a thread that is still in a native call ends with the process instead of holding it up."""
    stragglers = [
        thread
        for thread in threading.enumerate()
        if thread is not threading.main_thread() and not thread.daemon
    ]
    if stragglers:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    return 0
