"""The folders this program may write to, and nothing else about them.

``QWEN_FINDER_HOME`` moves all of them below one folder (tests, portable use); ``QWEN_FINDER_MODELS`` moves
the models folder alone, so that several homes share gigabytes of weights.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

APP = "qwen-finder"


class Paths:
    """Absolute folders and files; none of them need exist yet.

    No dataclass: every command needs this one, and importing that module would double its start-up time.
    """

    __slots__ = ("cache", "config", "data", "models", "runtime", "state")

    def __init__(
        self, config: Path, data: Path, state: Path, runtime: Path, cache: Path, models: Path
    ) -> None:
        self.config = config
        self.data = data
        self.state = state
        self.runtime = runtime
        self.cache = cache
        self.models = models

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def catalog_file(self) -> Path:
        return self.data / "catalog.sqlite"

    @property
    def vectors_folder(self) -> Path:
        return self.data / "vectors"

    @property
    def pictures_folder(self) -> Path:
        return self.data / "pictures"

    @property
    def thumbnails_folder(self) -> Path:
        return self.cache / "thumbnails"

    @property
    def journal_file(self) -> Path:
        """Which files are being worked on, for the next process to know should this one die."""
        return self.data / "in-flight"

    @property
    def folders_backup_file(self) -> Path:
        """The folders to index once more, as plain JSON, in case the catalog is damaged."""
        return self.data / "folders.json"

    @property
    def history_file(self) -> Path:
        """What was searched for lately, for the window to suggest; only the window writes it."""
        return self.state / "searches.json"

    @property
    def crash_file(self) -> Path:
        """Where a fatal signal leaves its trace; empty after any other end."""
        return self.state / "crash.log"

    @property
    def log_file(self) -> Path:
        return self.state / "service.log"

    @property
    def startup_error_file(self) -> Path:
        """Why the service last refused to start, as JSON; absent when it started."""
        return self.state / "startup-error.json"

    @property
    def crashes_file(self) -> Path:
        """When the service crashed lately, as JSON."""
        return self.state / "crashes.json"

    @property
    def endpoint_file(self) -> Path:
        return self.runtime / "endpoint.json"

    @property
    def lock_file(self) -> Path:
        return self.runtime / "service.lock"

    def create(self) -> None:
        """Make the folders, owner-only (0700)."""
        for folder in (self.config, self.data, self.state, self.runtime, self.cache):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.models.mkdir(parents=True, exist_ok=True)


def find_paths(environ: Mapping[str, str] | None = None) -> Paths:
    """The folders of this user under ``environ`` (the process's own when None)."""
    env = os.environ if environ is None else environ
    home = env.get("QWEN_FINDER_HOME", "")
    if home:
        root = Path(home).expanduser().absolute()
        names = ("config", "data", "state", "run", "cache", "models")
        paths = Paths(*(root / name for name in names))
    else:
        # Imported here because a set QWEN_FINDER_HOME, as in every test, needs none of it.
        import platformdirs

        dirs = platformdirs.PlatformDirs(APP, appauthor=False)
        data, state = dirs.user_data_path, dirs.user_state_path
        # The state folder, unlike XDG_RUNTIME_DIR, is there without a login session (ssh, cron) too.
        paths = Paths(
            dirs.user_config_path, data, state, state / "run", dirs.user_cache_path, data / "models"
        )
    models = env.get("QWEN_FINDER_MODELS", "")
    if models:
        folder = Path(models).expanduser().absolute()
        return Paths(paths.config, paths.data, paths.state, paths.runtime, paths.cache, folder)
    return paths
