"""What every command is given: its output, the program's folders and a client of the service."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from qwen_finder.cli.console import Console
from qwen_finder.settings.paths import Paths, find_paths

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from qwen_finder.api.client import Client
    from qwen_finder.api.launcher import Launcher

    class RunWindow(Protocol):
        def __call__(self, *, hidden: bool, toggle: bool) -> int: ...


class Context:
    """Made once for each run of the program. ``run_service`` turns this process into the service,
    ``run_window`` into the window.
    """

    def __init__(self, run_service: Callable[[], int], run_window: RunWindow) -> None:
        self.run_service = run_service
        self.run_window = run_window
        self.console = Console()

    @cached_property
    def paths(self) -> Paths:
        return find_paths()

    def launcher(self, *, start: bool = True) -> Launcher:
        """``start=False`` never starts a service."""
        from qwen_finder.api.launcher import Launcher

        return Launcher(self.paths, start=start, say=self._say)

    def client(self, *, start: bool) -> Client:
        """A client of the service, which is started when it is missing unless ``start`` is False."""
        from qwen_finder.api.client import Client

        return Client(self.launcher(start=start))

    def _say(self, sentence: str) -> None:
        if self.console.talk_interactive:
            self.console.talk(sentence)
